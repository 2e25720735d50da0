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
            .Select(same => new Card(same.FirstOrDefault(o => o.StockState != "out-of-stock") ?? same.First(), same.Skip(1).Any()))]
        : [.. offers.Select(o => new Card(o, false))];
}
