using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Storefront.Residents.Offers;

/// <summary>What stands on a page of offers: those of one model and shop are one card, where the first of them stands.</summary>
internal static class OfferCards
{
    /// <param name="Offer">Of a model, the first that can be had, where one can: the card leads there.</param>
    /// <param name="OfModel">Several of its model stand here, as this card.</param>
    public sealed record Card(OfferSummary Offer, bool OfModel);

    public static IReadOnlyList<Card> Of(IReadOnlyList<OfferSummary> offers) => offers.Any(o => o.Model is not null)
        ? [.. offers.GroupBy(o => o.Model is { } model ? (object)(o.Shop.Id, model.Variant.Group) : o.OfferId)
            .Select(same => Fold([.. same]))]
        : [.. offers.Select(o => new Card(o, false))];

    // A card of several shows the photo of any of them before a drawing; the page that it leads to shows its own.
    private static Card Fold(IReadOnlyList<OfferSummary> same)
    {
        var first = same.FirstOrDefault(o => o.StockState != "out-of-stock") ?? same[0];
        var photo = same.Select(o => o.ImageUrl).Prepend(first.ImageUrl).FirstOrDefault(ProductPhoto.Is);
        return new(photo is null ? first : first with { ImageUrl = photo }, same.Count > 1);
    }
}
