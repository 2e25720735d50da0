using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;

namespace Marketplace.Storefront.Clients;

/// <summary>What is made to order is ready by the pickup when it is ordered; a shop that changes the hour of its batch may make it later than that.</summary>
internal static class LateBatches
{
    /// <summary>When the last of the lines is ready, where it is not there yet when the pickup begins.</summary>
    internal static DateTimeOffset? Of(IEnumerable<LineView> lines, PickupView? pickup) =>
        pickup is null ? null : lines.Where(l => l.State == "ok" && l.BatchAt is { } at && Misses(at, pickup)).Max(l => l.BatchAt);

    internal static bool Misses(DateTimeOffset batch, PickupView pickup) => BatchPickups.Misses(batch, pickup.Start, IsAtPoint(pickup));

    internal static bool IsAtPoint(PickupView pickup) => pickup.Place.Kind == "shared";
}
