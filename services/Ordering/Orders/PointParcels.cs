using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;

namespace Marketplace.Ordering.Orders;

/// <summary>
/// Who keeps a point gives out closed parcels and asks for their price: of each it must be the one that was looked at. What its shop took out of it
/// since is on sale again, and the sum that was asked for is no longer the right one. Pure.
/// </summary>
internal static class PointParcels
{
    /// <summary>The last event that moved this shop's parcel or its sum, or how that is paid.</summary>
    internal static long VersionOf(OrderHistory history, ShopId shop) =>
        history.Events.Last(e => e.Data is OrderEvent.Confirmed || (e.Data is OrderEvent.PaymentCaptureRequested taken && taken.Parts.All(p => p.ShopId != shop)) || (ShopSteps.ShopOf(e.Data) == shop && !ShopSteps.IsOfTheHours(e.Data))).Version;

    internal static IReadOnlyList<OrderEvent> HandOver(OrderHistory history, string point, HandOverParcels parcels)
    {
        // First what the order says: the code, and whether they lie there at all.
        var happened = OrderDecider.Decide(new OrderCommand.HandOverAtPoint(point, parcels.Code, Of(parcels.Parcels), Of(parcels.NotFound ?? [])), history.State);
        return happened.Count == 0 || parcels.Parcels.Concat(parcels.NotFound ?? []).All(p => p.Version == VersionOf(history, p.ShopId)) ? happened : throw OrderRefusals.ParcelsChanged();

        static IReadOnlyList<ShopId> Of(IReadOnlyList<HandOverParcels.Seen> seen) => [.. seen.Select(p => p.ShopId)];
    }
}
