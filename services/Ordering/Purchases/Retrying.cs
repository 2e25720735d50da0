using System.Collections.Concurrent;
using Marketplace.Ordering.Payments;
using static Marketplace.Ordering.Payments.PaymentProblem;

namespace Marketplace.Ordering.Purchases;

/// <summary>
/// What follows when a call that moves money was not done: the same for taking, passing on, giving back and fetching back (decision 0017). Either the same call is made
/// again, or what it may have come to is looked for, and only then another key is used.
/// </summary>
internal sealed class Retrying(TimeProvider clock)
{
    /// <summary>Before a gateway that did not answer is asked again.</summary>
    internal static readonly TimeSpan Again = TimeSpan.FromSeconds(5);

    /// <summary>What began under a key that answers for good with a failure may still appear.</summary>
    internal static readonly TimeSpan MayStillAppear = TimeSpan.FromSeconds(10);

    /// <summary>Somebody has to mend something first. Doubled with each try: every one is an event of the order.</summary>
    internal static readonly TimeSpan NeedsSomebody = TimeSpan.FromMinutes(5);

    /// <summary>The other side remembers keys for a day: what was asked for longer ago is looked for first.</summary>
    internal static readonly TimeSpan KeysAreSure = TimeSpan.FromHours(12);

    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    // When each key was first heard to be spent. A process that follows hears it anew, and waits anew.
    private readonly ConcurrentDictionary<string, DateTimeOffset> _spent = new(StringComparer.Ordinal);

    /// <returns>How long to wait; null: it is to be looked for now, and asked for under another key where it is not found.</returns>
    /// <param name="problem">What the call under this key came to.</param>
    /// <param name="key">The key.</param>
    /// <param name="attempt">The how manieth this is.</param>
    /// <param name="age">Since this attempt was recorded.</param>
    /// <param name="first">Before the second attempt, where somebody has to mend something; <see cref="NeedsSomebody"/> if not said.</param>
    /// <param name="longest">Between any two attempts; a day if not said.</param>
    internal TimeSpan? After(PaymentProblem problem, string key, int attempt, TimeSpan age, TimeSpan? first = null, TimeSpan? longest = null) => problem switch
    {
        Away { KeyIsSpent: true } or Refused { Code: KeyReused } => MayLook(key) ? null : Again,
        Away or NotLetIn => Again,
        _ => Pause(attempt, first ?? NeedsSomebody, longest ?? Longest) - age is var left && left > TimeSpan.Zero ? left : null,
    };

    /// <summary>Long enough after it was first heard, here, that this key is of no more use.</summary>
    internal bool MayLook(string key)
    {
        var now = clock.GetUtcNow();
        return now - _spent.GetOrAdd(key, now) >= MayStillAppear && _spent.TryRemove(key, out _);
    }

    /// <summary>One after the other. One that has to wait long holds none of the others; but where the other side is away, it is away for all.</summary>
    /// <returns>Null once something was appended, else how long to wait.</returns>
    internal static async Task<TimeSpan?> EachAsync<T>(IEnumerable<T> all, Func<T, Task<TimeSpan?>> one)
    {
        var soonest = TimeSpan.MaxValue;
        foreach (var item in all)
        {
            if (await one(item) is not { } wait)
            {
                return null;
            }

            if (wait <= Again)
            {
                return wait;
            }

            soonest = wait < soonest ? wait : soonest;
        }

        return soonest;
    }

    private static TimeSpan Pause(int attempt, TimeSpan first, TimeSpan longest) => first * Math.Pow(2, Math.Min(attempt - 1, 20)) is var pause && pause < longest ? pause : longest;
}
