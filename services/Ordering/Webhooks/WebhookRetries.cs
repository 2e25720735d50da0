namespace Marketplace.Ordering.Webhooks;

/// <summary>When what was not taken is sent again: at growing distance, for three days from the first attempt. Pure.</summary>
internal static class WebhookRetries
{
    internal static readonly TimeSpan For = TimeSpan.FromDays(3);

    private static readonly TimeSpan[] Distances =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2),
        TimeSpan.FromHours(5), TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    /// <param name="attempts">That have failed.</param>
    /// <param name="failingSince">When the first of them was.</param>
    /// <param name="chance">From 0 to 1: what failed together does not come back together.</param>
    /// <param name="asked">How long the receiver asked to be left alone.</param>
    /// <returns>Null: given up. The last attempt is at the end of the three days.</returns>
    internal static DateTimeOffset? Next(int attempts, DateTimeOffset failingSince, DateTimeOffset now, double chance, TimeSpan? asked = null)
    {
        var end = failingSince + For;
        if (now >= end)
        {
            return null;
        }

        var next = now + (Distances[Math.Clamp(attempts, 1, Distances.Length) - 1] * (0.8 + (0.4 * chance)));
        next = asked is { } pause && now + pause > next ? now + pause : next;
        return next < end ? next : end;
    }
}
