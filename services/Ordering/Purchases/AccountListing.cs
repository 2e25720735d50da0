using Marketplace.Contracts;
using Marketplace.Ordering.Payments;

namespace Marketplace.Ordering.Purchases;

/// <summary>
/// The accounts of all shops as they were some seconds ago: the other side knows no question about one shop, so whoever asks at about the same time, about whichever shop,
/// shares one listing.
/// </summary>
/// <param name="list">Lists all of them.</param>
internal sealed class AccountListing(Func<CancellationToken, Task<PaymentAnswer<IReadOnlyList<MerchantAccount>>>> list, TimeProvider clock)
{
    /// <summary>Whoever has just opened an account is not kept waiting for longer.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(5);

    /// <summary>Of the listing itself: whoever asked first may be gone before it is there.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Lock _door = new();
    private (Task<PaymentAnswer<IReadOnlyList<MerchantAccount>>> Answer, DateTimeOffset At)? _last;

    internal async Task<PaymentAnswer<IReadOnlyList<MerchantAccount>>> FindAsync(ShopId shop, CancellationToken token) =>
        (await Listing().WaitAsync(token)).Where(a => a.Shop == shop);

    private Task<PaymentAnswer<IReadOnlyList<MerchantAccount>>> Listing()
    {
        lock (_door)
        {
            var now = clock.GetUtcNow();
            if (_last is not { } last || (last.Answer.IsCompleted && now - last.At >= Kept))
            {
                _last = last = (ListAsync(), now);
            }

            return last.Answer;
        }
    }

    private async Task<PaymentAnswer<IReadOnlyList<MerchantAccount>>> ListAsync()
    {
        await Task.Yield(); // not under the lock
        using var patience = new CancellationTokenSource(Patience);
        return await list(patience.Token);
    }
}
