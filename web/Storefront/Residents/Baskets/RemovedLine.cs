using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Storefront.Residents.Baskets;

/// <summary>What was taken out of the basket, as the page's address and its way back carry it.</summary>
/// <param name="Unit">How it was sold then; null in an address that somebody wrote.</param>
/// <param name="Since">Since when so much of it was in the basket, and is again once it is put back: an order already on its way takes it.</param>
public sealed record RemovedLine(OfferId Id, long Quantity, SaleUnit? Unit, DateTimeOffset? Since)
{
    /// <summary>As it is now; null when it is no longer sold in the town.</summary>
    public Offer? Offer { get; init; }

    /// <summary>How the removed quantity is said and counted.</summary>
    public SaleUnit SoldBy => Unit ?? Offer?.Unit ?? SaleUnit.Piece;

    public string SinceText => Since?.UtcTicks.ToString(CultureInfo.InvariantCulture) ?? "";

    /// <summary>Whether so much can ever have been in a basket; what the shop has by now is looked at apart.</summary>
    public bool CanHaveBeen => Quantity >= 1 && Quantity <= Math.Max(BasketQuantity.Most(new(SoldBy)), BasketQuantity.Most(new(SoldBy, PieceGrams)));

    /// <summary>By which it is said now; a quantity that is no whole number of them is said as a weight.</summary>
    public long? PieceGrams => SoldBy == SaleUnit.Weight ? Offer?.PieceGrams : null;

    public bool CanComeBack => WhyNot is null;

    /// <summary>Key of why it cannot be put back; null when it can.</summary>
    internal string? WhyNot => Offer is null ? "disparu" : BasketPages.WhyNot(Offer) ?? (CanHaveBeen ? null : BasketPages.Impossible(SoldBy));

    /// <summary>Null: nothing that can be read.</summary>
    public static RemovedLine? Read(string? offer, string? quantity, string? unit, string? since) =>
        OfferId.TryParse(offer, CultureInfo.InvariantCulture, out var id)
            ? new RemovedLine(id, BasketPages.Quantity(quantity) ?? 0, unit switch { "weight" => SaleUnit.Weight, "piece" => SaleUnit.Piece, _ => null },
                long.TryParse(since, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTimeOffset.MaxValue.Ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null)
            : null;

    internal RemovedLine With(Offer? now, string town) => this with { Offer = now?.Towns.Contains(town) == true ? now : null };

    /// <summary>The line as it comes back: 350 grams are no 350 pieces, and there may be less by now.</summary>
    internal BasketLine Back(Offer now) => new(Id, now.Shop.Slug, now.Title, now.Unit,
        SoldBy == now.Unit ? BasketQuantity.Fit(Measure.Of(now), Quantity, now.Available) : BasketQuantity.First(Measure.Of(now), now.Available), now.PriceCents, now.PieceGrams);
}
