using Marketplace.Contracts;

namespace Marketplace.Catalog.Search;

/// <summary>What the index knows of an offer. Only what is searched, filtered or ranked: rows to show come from the database by id.</summary>
/// <param name="Brand">Brand, maker or author.</param>
/// <param name="Ean13">Thirteen digits, or null.</param>
/// <param name="Category">Slug of the offer's own category; the path above it comes from <see cref="IndexedCategory"/>.</param>
/// <param name="Aliases">Other words that the shop has for it.</param>
/// <param name="Words">More words to be found by (description, size, origin); they weigh least.</param>
/// <param name="Available">Pieces or grams that can be reserved now.</param>
/// <param name="Popularity">Units sold lately; breaks ties between equally good answers, never more.</param>
internal sealed record IndexedOffer(
    Guid Id, Guid ShopId, string Title, string? Brand, string? Ean13, string Category, string? Aliases, string? Words,
    SaleUnit Unit, long PriceCents, long Available, StockState State, DateTimeOffset CreatedAt, int Popularity);

/// <summary>The shop of an offer. An offer is found only while its shop is known and <see cref="Open"/>.</summary>
/// <param name="Towns">Slugs of the towns on whose pages it sells.</param>
/// <param name="Open">Published: draft and suspended shops sell nothing.</param>
internal sealed record IndexedShop(Guid Id, string Slug, string Name, IReadOnlyList<string> Towns, double Lat, double Lon, bool Open);

/// <summary>A coming pickup of a shop: <paramref name="BookableUntil"/> counts lead time and cut-off.</summary>
internal readonly record struct PickupWindow(DateTimeOffset Start, DateTimeOffset BookableUntil);

internal sealed record IndexedCategory(string Slug, string NameFr, string? NameEn, string? Parent);

/// <summary>In the order in which lists show them.</summary>
internal enum StockState : byte
{
    InStock,
    /// <summary>Three pieces or fewer.</summary>
    LastOnes,
    /// <summary>Past its freshness limit: shown, never promised.</summary>
    ToConfirm,
    OutOfStock,
}
