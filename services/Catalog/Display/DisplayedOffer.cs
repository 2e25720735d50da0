using Marketplace.Catalog.Offers;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Catalog.Display;

/// <summary>What residents see of an offer, held in memory. All but the level is fixed; a changed offer is a new one.</summary>
internal sealed class DisplayedOffer(OfferRow row)
{
    private Level _level = row.Level;
    private SummaryJson.Cached? _summary;
    private int _age;

    internal OfferId Id { get; } = row.OfferId;
    internal ShopId ShopId { get; } = row.ShopId;
    internal string Sku { get; } = row.Sku;
    internal string? Ean13 { get; } = row.Ean13;
    internal Guid? ProductId { get; } = row.ProductId;
    /// <summary>With size and colour.</summary>
    internal string Title { get; } = row.Name;
    internal string? Brand { get; } = Shared(row.Brand);
    internal string Category { get; } = string.Intern(row.Category);
    internal string? Description { get; } = row.Description;
    internal SaleUnit Unit { get; } = row.Unit;
    internal long PriceCents { get; } = row.PriceCents;
    internal long? PriorPriceCents { get; } = row.PriorPriceCents;
    internal DateOnly? ReducedUntil { get; } = row.ReducedUntil;
    internal decimal VatRate { get; } = row.VatRate;
    internal long? PieceGrams { get; } = row.PieceGrams;
    internal long? NetQuantity { get; } = row.NetQuantity;
    internal string? NetUnit { get; } = Shared(row.NetUnit);
    internal string[]? Allergens { get; } = row.Allergens is null ? null : [.. row.Allergens.Select(string.Intern)];
    internal string? Origin { get; } = Shared(row.Origin);
    internal bool Alcohol { get; } = row.Alcohol;
    internal bool SecondHand { get; } = row.SecondHand;
    internal string? Photo { get; } = row.Photo;
    internal Variant? Variant { get; } = row.Variant is null ? null : new(row.Variant.Group!, Shared(row.Variant.Size), Shared(row.Variant.Colour));
    /// <summary>Its title without size and colour; kept only where they differ.</summary>
    internal string ModelTitle { get; } = row.Variant is null ? row.Name : row.Title;
    internal long Version { get; } = row.Version;
    internal UnitPrice? UnitPrice { get; } = UnitPrices.Of(row.Unit, row.PriceCents, row.NetQuantity, row.NetUnit);

    /// <summary>Swapped whole, so that a reader sees figures that belong together.</summary>
    internal Level Level { get => Volatile.Read(ref _level); set => Volatile.Write(ref _level, value); }

    /// <summary>Rises when something that stands in its list row, and not on itself, has changed.</summary>
    internal int Age => Volatile.Read(ref _age);

    internal void Forget() => Interlocked.Increment(ref _age);

    /// <summary>The list row as JSON, kept until something in it changes.</summary>
    internal SummaryJson.Cached? Summary { get => Volatile.Read(ref _summary); set => Volatile.Write(ref _summary, value); }

    // The same few words stand on many offers.
    private static string? Shared(string? text) => text is null ? null : string.Intern(text);
}
