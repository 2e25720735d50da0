using Marketplace.Contracts;

namespace Marketplace.Storefront.Merchants;

/// <summary>The shop whose counter this is, and what this person may do at it.</summary>
/// <param name="Others">Whether the person has other shops to change to.</param>
/// <param name="KeepsPoint">Whether this shop hands over for all at a shared pickup point.</param>
/// <param name="Status">What residents do not see yet, or no longer, is said on every page.</param>
/// <param name="Owns">Whether the person is one of its owners.</param>
/// <param name="AssistsUntil">Of a coordinator whom the shop asked for help: until when.</param>
/// <param name="VatExempt">Its details say that it is exempt from VAT (CGI art. 293 B).</param>
/// <param name="Demo">A demonstration shop: said on every page.</param>
public sealed record ProShop(ShopId Id, string Slug, string Name, bool MayAct, bool Others, bool KeepsPoint, bool Demo, string? Accent, string Status, bool Owns = false, DateTimeOffset? AssistsUntil = null, bool VatExempt = false);
