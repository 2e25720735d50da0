using Marketplace.Contracts;
using Marketplace.Ordering.Payments;
using Marketplace.Ordering.Purchases;

namespace Marketplace.Ordering.Tests;

/// <summary>Which shops can receive: a basket of thirty shops, asked about by anybody, is one question to the other side and not thirty.</summary>
public sealed class Sharing_a_listing
{
    private readonly TestClock _clock = new();
    private int _listings;

    [Fact]
    public async Task Thirty_shops_are_one_listing_and_a_no_is_asked_again_after_some_seconds()
    {
        var (with, without) = (ShopId.New(), Enumerable.Range(0, 29).Select(_ => ShopId.New()).ToList());
        var begin = new TaskCompletionSource();
        var accounts = new List<MerchantAccount> { Of(with) };
        var listing = new AccountListing(async _ =>
        {
            Interlocked.Increment(ref _listings);
            await begin.Task;
            return PaymentAnswer<IReadOnlyList<MerchantAccount>>.Of([.. accounts]);
        }, _clock);
        var receivers = new ReceivingShops(listing.FindAsync, _clock);
        var asked = Task.WhenAll(without.Prepend(with).Concat(without).Select(receivers.CanReceiveAsync));
        begin.SetResult();
        (await asked).Count(a => a is true).ShouldBe(1);
        _listings.ShouldBe(1);
        // Who has opened an account since is not kept waiting; who had one is not asked about again.
        accounts.Add(Of(without[0]));
        _clock.Pass(TimeSpan.FromSeconds(6));
        (await Task.WhenAll(without.Prepend(with).Select(receivers.CanReceiveAsync))).Count(a => a is true).ShouldBe(2);
        _listings.ShouldBe(2);
    }

    private static MerchantAccount Of(ShopId shop) => new("acct_" + shop, shop, true, true, true, [], [], null, null);
}
