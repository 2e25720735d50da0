using Marketplace.Contracts.Merchants.Api;

namespace Marketplace.Storefront.Design;

/// <summary>What a page's frame shows of the town it belongs to.</summary>
public sealed record TownFrame(string Slug, string Name, string Accent)
{
    public static TownFrame Of(Town town) => new(town.Slug, town.Name, town.Accent);
}
