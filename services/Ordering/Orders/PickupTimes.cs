using System.Globalization;
using Marketplace.Contracts;

namespace Marketplace.Ordering.Orders;

/// <summary>A slot's name tells its place and its start, so nobody has to be asked for the time.</summary>
internal static class PickupTimes
{
    /// <summary>When the slot begins; null of what is no slot's name.</summary>
    internal static DateTimeOffset? Of(string slotId)
    {
        var mark = slotId.LastIndexOf('~');
        return mark > 0 && DateTimeOffset.TryParseExact(slotId.AsSpan(mark + 1), "yyyyMMdd'T'HHmm'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var start) ? start : null;
    }

    /// <summary>By when what the shop makes for this part of an order must be ready.</summary>
    internal static DateTimeOffset? ReadyBy(PlacedShop part) =>
        Of(part.SlotId) is { } start ? BatchPickups.ReadyBy(start, !part.SlotId.StartsWith(part.Slug + "~", StringComparison.Ordinal)) : null;
}
