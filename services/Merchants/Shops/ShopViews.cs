using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Directory;
using Marketplace.Merchants.Slots;
using NodaTime;

namespace Marketplace.Merchants.Shops;

/// <summary>Shops as the API shows them at an instant.</summary>
internal sealed class ShopViews(LocalDirectory directory, SlotOccupancy occupancy, IClock clock)
{
    public async Task<IReadOnlyList<ShopSummary>> SummariseAsync(IReadOnlyList<ShopRecord> shops, CancellationToken token)
    {
        var now = clock.GetCurrentInstant();
        var earliest = await occupancy.EarliestAsync([.. shops.Select(s => s.Place)], now, token);
        return [.. shops.Select(shop =>
        {
            var (definition, state) = (shop.Definition, OpenState.At(shop.Place.Calendar.Opening, now));
            return new ShopSummary(shop.Id, shop.Slug, definition.Name, definition.Kind, definition.Street, definition.Postcode, definition.City, definition.Position,
                definition.Description, state.OpenNow, state.Until, Offset(state.OpensNext), Offset(earliest, shop.Slug), definition.Demo);
        })];
    }

    public async Task<Shop> ShowAsync(string slug, CancellationToken token)
    {
        var shop = directory.Now.Shop(slug)!;
        var now = clock.GetCurrentInstant();
        var earliest = shop.IsPublished ? await occupancy.EarliestAsync([shop.Place], now, token) : new Dictionary<string, Instant>();
        var (definition, opening) = (shop.Definition, shop.Place.Calendar.Opening);
        var state = OpenState.At(opening, now);
        return new Shop(shop.Id, shop.Slug, shop.Towns, definition.Name, definition.Kind, shop.Status, definition.Description, definition.Owner,
            definition.Street, definition.Postcode, definition.City, definition.Position, definition.Phone, definition.Email, definition.Hours,
            shop.Exceptions, NextDays.Of(opening, now), definition.Slots, state.OpenNow, state.Until, Offset(state.OpensNext),
            Offset(earliest, shop.Slug), definition.Legal, definition.Demo, shop.Version, definition.KeepsPoint);
    }

    private static DateTimeOffset? Offset(Instant? instant) => instant is { } at ? Paris.Offset(at) : null;

    private static DateTimeOffset? Offset(IReadOnlyDictionary<string, Instant> earliest, string slug) => earliest.TryGetValue(slug, out var at) ? Paris.Offset(at) : null;
}
