using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Residents.Baskets;

namespace Marketplace.Storefront.Residents.Checkout;

/// <summary>The free pickup slots of every shop of the basket, and of the shared points that can serve all of them.</summary>
internal sealed class CheckoutSlots(MerchantsClient merchants)
{
    private const int UsualDays = 10;

    /// <summary>As far as batches are offered: the next one may be a week away, and its orders over for this one.</summary>
    private const int DaysOfBatches = 15;

    public async Task<FreeSlots> OfAsync(Town town, BasketView basket, CancellationToken token)
    {
        var days = basket.Orderable.Any(s => PickupBatches.MadeOf(s.Orderable).Count > 0) ? DaysOfBatches : UsualDays;
        var shops = basket.Orderable.Select(s => s.Slug).ToList();
        var ofShops = Task.WhenAll(shops.Select(async shop => (shop, slots: await merchants.ShopSlotsAsync(shop, days, token))));
        // Also of one shop alone: its articles' pages promise the hours of the points, and some of a batch can be collected nowhere else.
        var ofPoints = await Task.WhenAll(town.PickupPoints.Select(async point => (point, slots: await OfPointAsync(town.Slug, point.Slug, shops, days, token))));
        var offered = ofPoints.Where(p => p.slots?.Any(s => s.CapacityLeft > 0) == true).Select(p => new PointSlots(p.point, p.slots!)).ToList();
        var notOffered = ofPoints.ExceptBy(offered.Select(p => p.Point), p => p.point).GroupBy(p => p.slots is null ? "unknown" : shops.Count == 1 ? "no-hour.alone" : "no-hour", (why, of) => (why, (IReadOnlyList<PickupPoint>)[.. of.Select(p => p.point)]));
        return new FreeSlots((await ofShops).ToDictionary(s => s.shop, s => s.slots), offered, [.. notOffered]);
    }

    // A shared point is a comfort: without its slots the shops' own remain.
    private async Task<IReadOnlyList<PickupSlot>?> OfPointAsync(string town, string point, IEnumerable<string> shops, int days, CancellationToken token)
    {
        try
        {
            return await merchants.PointSlotsAsync(town, point, shops, days, token);
        }
        catch (Exception failure) when (failure is ServiceUnavailable or ServiceRefusal)
        {
            return null;
        }
    }
}

/// <param name="NotOffered">The shared points of the town that this basket cannot use, by why: <c>no-hour no-hour.alone unknown</c>.</param>
public sealed record FreeSlots(IReadOnlyDictionary<string, IReadOnlyList<PickupSlot>> Shops, IReadOnlyList<PointSlots> Points, IReadOnlyList<(string Why, IReadOnlyList<PickupPoint> Points)> NotOffered)
{
    public IReadOnlyList<PickupSlot> Of(string shop) => Shops.GetValueOrDefault(shop) ?? [];
}

public sealed record PointSlots(PickupPoint Point, IReadOnlyList<PickupSlot> Slots);
