namespace Marketplace.Contracts;

/// <summary>By when a batch must be ready for a pickup: in the shop it can be collected at the very minute at which it is ready, at a shared point once it has been carried there.</summary>
public static class BatchPickups
{
    /// <summary>What a shop is given to carry a batch to a shared pickup point.</summary>
    public static readonly TimeSpan Carrying = TimeSpan.FromMinutes(30);

    private static readonly TimeZoneInfo Paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    /// <summary>The latest hour of a batch that is there when the pickup starts; null: none of that day is, and nobody keeps yesterday's.</summary>
    public static DateTimeOffset? ReadyBy(DateTimeOffset start, bool atPoint) =>
        !atPoint ? start : start - Carrying is var ready && DateOf(ready) == DateOf(start) ? ready : null;

    /// <summary>A batch of that hour is not there yet when the pickup starts.</summary>
    public static bool Misses(DateTimeOffset batch, DateTimeOffset start, bool atPoint) => ReadyBy(start, atPoint) is not { } ready || batch > ready;

    private static DateTime DateOf(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Paris).Date;
}
