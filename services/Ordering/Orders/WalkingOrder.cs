using Marketplace.Contracts;

namespace Marketplace.Ordering.Orders;

/// <summary>The shops of an order as their resident comes by: by hour, then from each place to the nearest next one. The order's page, its calendar and its mails tell of them in this one order.</summary>
internal static class WalkingOrder
{
    internal static IReadOnlyList<ShopOrder> Of(IEnumerable<ShopOrder> shops)
    {
        var left = shops.OrderBy(s => s.Pickup.Start).ToList();
        var walk = new List<ShopOrder>(left.Count);
        while (left.Count > 0)
        {
            var next = walk.Count == 0 ? left[0]
                : left.Where(s => s.Pickup.Start == left[0].Pickup.Start).MinBy(s => Far(walk[^1].Pickup.Place.Position, s.Pickup.Place.Position))!;
            left.Remove(next);
            walk.Add(next);
        }

        return walk;
    }

    private static double Far(Position a, Position b) => Math.Pow(a.Lat - b.Lat, 2) + Math.Pow((a.Lon - b.Lon) * Math.Cos(a.Lat * Math.PI / 180), 2);
}
