using Marketplace.Contracts.Ordering.Api;

namespace Marketplace.Storefront.Clients;

/// <summary>What is made to order is ready by the pickup when it is ordered; a shop that changes the hour of its batch may make it later than that.</summary>
internal static class LateBatches
{
    /// <summary>When the last of the lines is ready, where that is after the pickup begins.</summary>
    internal static DateTimeOffset? Of(IEnumerable<LineView> lines, PickupView? pickup) =>
        pickup is null ? null : lines.Where(l => l.State == "ok" && l.BatchAt > pickup.Start).Max(l => l.BatchAt);
}
