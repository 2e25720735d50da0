using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using Marketplace.Contracts;
using Marketplace.ServiceDefaults.Limits;

namespace Marketplace.Storefront.Residents.Wanted;

/// <summary>
/// How much one address can say about what it looked at: so many pages (<c>Wanted:PagesPerMinute</c>), and each offer once in a while, whatever is pressed and reloaded.
/// What a shop orders by is how many looked, not how often somebody did. Nothing of it is kept longer than that.
/// </summary>
internal sealed class LookingLimit : IDisposable
{
    internal const int MostRemembered = 100_000; // beyond them a look is counted as new
    private static readonly TimeSpan Once = TimeSpan.FromMinutes(10);
    private readonly PartitionedRateLimiter<HttpContext> _addresses;
    private readonly TimeProvider _clock;
    private readonly Lock _turning = new();
    private Half _now = new();
    private Half _before = new();
    private long _since;

    public LookingLimit(IConfiguration configuration, TimeProvider clock)
    {
        var pages = configuration.GetValue("Wanted:PagesPerMinute", 60) is > 0 and <= 100_000 and var allowed ? allowed : throw new InvalidOperationException("Wanted:PagesPerMinute must be between 1 and 100,000.");
        _addresses = PartitionedRateLimiter.Create<HttpContext, Bucket>(http => RateLimitPartition.GetTokenBucketLimiter(Of(http),
            _ => new TokenBucketRateLimiterOptions { AutoReplenishment = false, QueueLimit = 0, TokenLimit = pages, TokensPerPeriod = 1, ReplenishmentPeriod = TimeSpan.FromMinutes(1) / pages }));
        (_clock, _since) = (clock, clock.GetTimestamp());
    }

    /// <summary>Null when it may be said now; otherwise the seconds to wait.</summary>
    public int? WaitOf(HttpContext http)
    {
        using var lease = _addresses.AttemptAcquire(http);
        return lease.IsAcquired ? null : CallerLimits.WaitOf(lease);
    }

    public bool IsNew(HttpContext http, OfferId offer)
    {
        var (before, now) = Turn();
        var look = (Of(http), offer);
        return !before.Has(look) && now.IsNew(look);
    }

    // Two halves, of which the older one is forgotten: each look is remembered for half of the time at least.
    private (Half Before, Half Now) Turn()
    {
        lock (_turning)
        {
            if (_clock.GetElapsedTime(_since) >= Once / 2)
            {
                (_before, _now, _since) = (_now, new(), _clock.GetTimestamp());
            }
            return (_before, _now);
        }
    }

    // As at the services: in IPv6 a household's network is one.
    private static Bucket Of(HttpContext http) => Bucket.Of(http.Connection.RemoteIpAddress, CallKind.Write);

    private sealed class Half
    {
        private readonly ConcurrentDictionary<(Bucket, OfferId), byte> _looks = new();
        private int _places; // counted beside them: to ask the dictionary how many it holds stops everybody who writes to it

        internal bool Has((Bucket, OfferId) look) => _looks.ContainsKey(look);

        internal bool IsNew((Bucket, OfferId) look)
        {
            if (Volatile.Read(ref _places) >= MostRemembered)
            {
                return !Has(look);
            }
            if (!_looks.TryAdd(look, 0))
            {
                return false;
            }
            Interlocked.Increment(ref _places);
            return true;
        }
    }

    public void Dispose() => _addresses.Dispose();
}
