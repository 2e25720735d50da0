using System.Threading.RateLimiting;
using Marketplace.ServiceDefaults.Limits;

namespace Marketplace.Storefront.Residents.Checkout;

/// <summary>
/// How many orders one visitor may place. The services do not limit what the storefront relays for visitors, so it is counted here, by address;
/// who is signed in is counted by Ordering.
/// </summary>
internal sealed class PlacingLimit : IDisposable
{
    private readonly PartitionedRateLimiter<HttpContext> _visitors;

    public PlacingLimit(IConfiguration configuration)
    {
        var allowance = Allowance.Address(configuration);
        _visitors = PartitionedRateLimiter.Create<HttpContext, Bucket>(http => RateLimitPartition.GetTokenBucketLimiter(
            Bucket.Of(http.Connection.RemoteIpAddress, CallKind.Order), bucket => Bucket.Filling(bucket.Call, allowance)));
    }

    /// <summary>Null when the visitor may order now; otherwise the seconds to wait.</summary>
    public int? WaitOf(HttpContext http)
    {
        using var lease = _visitors.AttemptAcquire(http);
        return lease.IsAcquired ? null : CallerLimits.WaitOf(lease);
    }

    public void Dispose() => _visitors.Dispose();
}
