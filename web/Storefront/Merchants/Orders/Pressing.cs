using Marketplace.Contracts.Ordering.Api;

namespace Marketplace.Storefront.Merchants.Orders;

/// <summary>
/// How an order that is not ready stands to its customer's coming. From the first minute of its slot it is late. Before that it presses for half an hour, or,
/// where it was placed less than an hour before its slot, for the second half of that time: whoever has just seen it come in is not urged at once.
/// This is the one rule; the board, its next look and the order's page ask it.
/// </summary>
internal readonly record struct Pressing(bool Soon, bool Late, DateTimeOffset? Next)
{
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(30);

    /// <summary><see cref="Next"/> is when that changes; null: no more by itself.</summary>
    internal static Pressing Of(ShopOrderCard order, DateTimeOffset now)
    {
        if (order is not { Status: "requested" or "accepted", Pickup: { } pickup })
        {
            return default;
        }
        var half = (pickup.Start - order.PlacedAt) / 2;
        var from = pickup.Start - (half < _longest ? half : _longest);
        return now >= pickup.Start ? new(false, true, null) : now >= from ? new(true, false, pickup.Start) : new(false, false, from);
    }

    /// <summary>After how many milliseconds the first of these changes, for a page that is left open; null: none does by itself.</summary>
    internal static long? NextIn(IEnumerable<ShopOrderCard> orders, DateTimeOffset now) =>
        orders.Min(o => Of(o, now).Next) is { } next ? (long)Math.Ceiling((next - now).TotalMilliseconds) : null;
}
