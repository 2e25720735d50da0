using Marketplace.Contracts;
using Marketplace.Contracts.Merchants;

namespace Marketplace.ServiceDefaults.Shops;

/// <summary>A shop as the other services need it.</summary>
public sealed record ShopEntry(ShopId Id, string Slug, string Status, IReadOnlyList<string> Towns, string Name, string Kind, Position Position, ShopChanged? Details)
{
    /// <summary>Only a published shop sells.</summary>
    public bool IsPublished => Status == "published";

    public static ShopEntry From(ShopChanged shop) => new(shop.ShopId, shop.Slug, shop.Status, shop.Towns, shop.Name, shop.Kind, shop.Position, shop);
}

/// <summary>An API key by its hash.</summary>
public sealed record ApiKeyEntry(Guid KeyId, ShopId ShopId, IReadOnlySet<string> Scopes);

/// <summary>
/// Finds shops and API keys. Two implementations: Merchants' own tables, and the copy that the other services keep (<see cref="ShopDirectory"/>).
/// Answers from memory.
/// </summary>
public interface IShopDirectory
{
    ShopEntry? Find(string slug);
    ShopEntry? Find(ShopId id);
    ApiKeyEntry? FindApiKey(string sha256Hex);
    IReadOnlyCollection<ShopEntry> All { get; }
}
