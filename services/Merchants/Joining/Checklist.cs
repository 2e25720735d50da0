using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Shops;

namespace Marketplace.Merchants.Joining;

/// <summary>What a shop needs before it is published, computed from what is known of it and never ticked off by hand.</summary>
internal static class Checklist
{
    public static IReadOnlyList<ShopOpening.Item> Of(ShopDefinition shop, string terms, int offers) =>
    [
        // Trader traceability (DOMAIN §3, 21): who sells, in which register, reachable how.
        new("identity", IsIdentified(shop.Legal)),
        new("contact", !string.IsNullOrWhiteSpace(shop.Phone) && shop.Email is not null),
        new("terms", terms.Length > 0),
        new("products", offers > 0),
        new("hours", shop.Hours.Days.Any(day => day.Blocks.Count > 0)),
    ];

    public static bool IsComplete(ShopDefinition shop, string terms, int offers) => Of(shop, terms, offers).All(item => item.Done);

    private static bool IsIdentified(ShopLegal legal) =>
        Siret.IsValid(legal.Siret) && !string.IsNullOrWhiteSpace(legal.LegalName) && !string.IsNullOrWhiteSpace(legal.LegalForm) && (legal.VatExempt || legal.VatNumber is not null);
}
