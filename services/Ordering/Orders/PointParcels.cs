using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;

namespace Marketplace.Ordering.Orders;

/// <summary>
/// Who keeps a point gives out closed parcels and asks for their price: of each it must be the one that was looked at. What its shop took out of it
/// since is on sale again, and the sum that was asked for is no longer the right one. Pure.
/// </summary>
internal static class PointParcels
{
    /// <summary>The last event that is about this shop's part.</summary>
    internal static long VersionOf(OrderHistory history, ShopId shop) =>
        history.Events.Last(e => e.Data is OrderEvent.Confirmed || ShopSteps.ShopOf(e.Data) == shop).Version;

    internal static IReadOnlyList<OrderEvent> HandOver(OrderHistory history, string point, string code, IReadOnlyList<HandOverParcels.Seen> seen)
    {
        // First what the order says: the code, and whether they lie there at all.
        var happened = OrderDecider.Decide(new OrderCommand.HandOverAtPoint(point, code, [.. seen.Select(p => p.ShopId)]), history.State);
        return seen.All(p => p.Version == VersionOf(history, p.ShopId)) ? happened : throw OrderRefusals.ParcelsChanged();
    }
}
