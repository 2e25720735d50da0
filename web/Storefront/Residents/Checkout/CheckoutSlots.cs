using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Residents.Baskets;

namespace Marketplace.Storefront.Residents.Checkout;

/// <summary>The free pickup slots of every shop of the basket, and of the shared points that can serve all of them.</summary>
internal sealed class CheckoutSlots(MerchantsClient merchants)
{
    private const int Days = 10;

    public async Task<FreeSlots> OfAsync(Town town, BasketView basket, CancellationToken token)
    {
        var shops = basket.Orderable.Select(s => s.Slug).ToList();
        var ofShops = Task.WhenAll(shops.Select(async shop => (shop, slots: await merchants.ShopSlotsAsync(shop, Days, token))));
        // One shop alone is simplest collected there; a shared point helps from two on.
        var points = shops.Count > 1 ? town.PickupPoints : [];
        var ofPoints = Task.WhenAll(points.Select(async point => (point, slots: await OfPointAsync(town.Slug, point.Slug, shops, token))));
        return new FreeSlots((await ofShops).ToDictionary(s => s.shop, s => s.slots),
            [.. (await ofPoints).Where(p => p.slots.Any(s => s.CapacityLeft > 0)).Select(p => new PointSlots(p.point, p.slots))]);
    }

    // A shared point is a comfort: without its slots the shops' own remain.
    private async Task<IReadOnlyList<PickupSlot>> OfPointAsync(string town, string point, IEnumerable<string> shops, CancellationToken token)
    {
        try
        {
            return await merchants.PointSlotsAsync(town, point, shops, Days, token);
        }
        catch (Exception failure) when (failure is ServiceUnavailable or ServiceRefusal)
        {
            return [];
        }
    }
}

public sealed record FreeSlots(IReadOnlyDictionary<string, IReadOnlyList<PickupSlot>> Shops, IReadOnlyList<PointSlots> Points)
{
    public IReadOnlyList<PickupSlot> Of(string shop) => Shops.GetValueOrDefault(shop) ?? [];
}

public sealed record PointSlots(PickupPoint Point, IReadOnlyList<PickupSlot> Slots);
