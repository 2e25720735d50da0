using System.Globalization;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Storefront.Merchants.Products;

/// <summary>A batch of the week as somebody types it: « le samedi à 7 h, 40, commandés avant la veille à 18 h ».</summary>
public sealed record BatchRow
{
    public const int MostDaysBefore = 7;

    /// <summary>ISO days.</summary>
    public string[]? Days { get; set; }
    public string? At { get; set; }
    public string? Quantity { get; set; }
    /// <summary>So many days before.</summary>
    public string? Before { get; set; }
    public string? Until { get; set; }

    internal bool IsEmpty => Days is not { Length: > 0 } && string.IsNullOrWhiteSpace(At) && string.IsNullOrWhiteSpace(Quantity) && string.IsNullOrWhiteSpace(Until);

    internal bool Has(int day) => Days?.Contains(day.ToString(CultureInfo.InvariantCulture)) == true;

    internal int DaysBefore => int.TryParse(Before, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days <= MostDaysBefore ? days : 1;

    /// <summary>What it says, or the key of what is wrong with it.</summary>
    internal (WeeklyBatch? Batch, string? Wrong) Read()
    {
        List<int> days = [.. (Days ?? []).Select(d => int.TryParse(d, NumberStyles.None, CultureInfo.InvariantCulture, out var day) ? day : 0)];
        if (days.Count == 0)
        {
            return (null, "batches.days");
        }
        if (Clock(At) is not { } at || Clock(Until) is not { } until)
        {
            return (null, "batches.time");
        }
        return long.TryParse(string.Concat((Quantity ?? "").Where(c => !char.IsWhiteSpace(c))), NumberStyles.None, CultureInfo.InvariantCulture, out var quantity) && quantity > 0
            ? (new WeeklyBatch(days, at, quantity, DaysBefore, until), null)
            : (null, "batches.quantity");
    }

    internal static BatchRow Of(WeeklyBatch batch) => new()
    {
        Days = [.. batch.Days.Select(d => d.ToString(CultureInfo.InvariantCulture))],
        At = batch.At,
        Quantity = batch.Quantity.ToString(CultureInfo.InvariantCulture),
        Before = batch.OrderDaysBefore.ToString(CultureInfo.InvariantCulture),
        Until = batch.OrderUntil,
    };

    // "07:00" as the browser's own field says it; "7h", "7 h 30" and "7:30" as hands do where there is none.
    private static string? Clock(string? text)
    {
        var parts = string.Concat((text ?? "").Where(c => !char.IsWhiteSpace(c))).ToLowerInvariant().Split('h', ':');
        return parts.Length is 1 or 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var h) && h < 24
            && int.TryParse(parts is [_, { Length: > 0 } typed] ? typed : "0", NumberStyles.None, CultureInfo.InvariantCulture, out var m) && m < 60
                ? string.Create(CultureInfo.InvariantCulture, $"{h:00}:{m:00}")
                : null;
    }
}
