using Marketplace.Contracts.Ordering.Api;
using Marketplace.ServiceDefaults.Shops;
using static Marketplace.Ordering.Tests.OrderingHost;

namespace Marketplace.Ordering.Tests;

/// <summary>What went on from a shop's account to its bank: read once it is told of, kept, and in the books, once.</summary>
public sealed class Being_paid_out(PayingHost host) : IClassFixture<PayingHost>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Is_read_posted_once_and_shown_with_when_it_comes()
    {
        var (shop, account) = await SoldAsync(2);
        (await MoneyAsync(shop, m => m.Payouts.OnAccountCents == 900)).Payouts.Items.ShouldBeEmpty();
        await PayOutAsync(account, new { amount = 300 });
        var coming = await PayOutAsync(account, new { amount = 200, days = 2 });
        await TellAsync(account, "payout.created");
        await TellAsync(account, "payout.paid");
        await TellAsync(account, "payout.paid");
        var payouts = (await MoneyAsync(shop, m => m.Payouts.Total == 2)).Payouts;
        payouts.OnAccountCents.ShouldBe(400);
        payouts.Items.Select(p => (p.Cents, p.State)).ShouldBe([(200, "on-its-way"), (300, "paid")], ignoreOrder: true);
        payouts.Items.Single(p => p.Cents == 200).ArrivesOn.ShouldBeGreaterThan(DateOnly.FromDateTime(DateTime.UtcNow));
        (await PostingsAsync(shop)).ShouldBe("payout,payout");

        // It comes; another is sent back, and the account holds it again.
        await PayOutAsync(account, new { amount = 100, failure = "account_closed" });
        await host.PassAsync(TimeSpan.FromDays(3));
        await TellAsync(account, "payout.failed");
        payouts = (await MoneyAsync(shop, m => m.Payouts.Total == 3 && m.Payouts.Items.All(p => p.State != "on-its-way"))).Payouts;
        payouts.Items.Select(p => (p.Cents, p.State, p.Reason)).ShouldBe([(100, "failed", "account_closed"), (200, "paid", null), (300, "paid", null)], ignoreOrder: true);
        payouts.OnAccountCents.ShouldBe(400);
        (await PostingsAsync(shop)).ShouldBe("payout,payout,payout,payout-returned");
        (await host.ScalarAsync<string>("select status from payouts where payout_id = $1", coming)).ShouldBe("paid");
        (await host.ScalarAsync<long>("select coalesce(sum(cents), 0)::bigint from ledger_entries e where shop_id = $1 and account in ('account', 'bank')", shop.Id.Value)).ShouldBe(0);
        // What is owed by the platform is not touched by it.
        (await MoneyAsync(shop, _ => true)).ShouldSatisfyAllConditions(m => m.OwedCents.ShouldBe(0), m => m.OwingCents.ShouldBe(0));
    }

    // Nobody told: it is seen all the same.
    [Fact]
    public async Task Is_seen_where_no_event_ever_came()
    {
        var (shop, account) = await SoldAsync(1);
        await TellAsync(account, "account.updated");
        await Eventually.BecomesAsync(async () => await host.ScalarAsync<long>("select count(*) from payout_accounts where account_id = $1", account) == 1, TimeSpan.FromSeconds(20));
        await PayOutAsync(account, new { });
        await host.PassAsync(TimeSpan.FromHours(12));
        (await MoneyAsync(shop, m => m.Payouts.Total == 1)).Payouts.ShouldSatisfyAllConditions(p => p.OnAccountCents.ShouldBe(0), p => p.Items[0].State.ShouldBe("paid"));
    }

    // As the books of orders are written again from the log.
    [Fact]
    public async Task Emptied_books_have_it_again_with_the_next_reading()
    {
        var (shop, account) = await SoldAsync(1);
        await PayOutAsync(account, new { amount = 50 });
        await TellAsync(account, "payout.paid");
        await MoneyAsync(shop, m => m.Payouts.Total == 1);
        await host.PassAsync(TimeSpan.FromDays(40));
        await PayOutAsync(account, new { amount = 60 });
        await TellAsync(account, "payout.paid");
        await MoneyAsync(shop, m => m.Payouts.Total == 2);
        await using (var emptied = host.Database.CreateCommand("delete from ledger_postings where shop_id = $1 and kind = 'payout'"))
        {
            emptied.Parameters.Add(new() { Value = shop.Id.Value });
            (await emptied.ExecuteNonQueryAsync(Token)).ShouldBe(2);
        }

        await TellAsync(account, "payout.paid");
        await Eventually.BecomesAsync(async () => await PostingsAsync(shop) == "payout,payout", TimeSpan.FromSeconds(20));
    }

    private async Task<(ShopEntry Shop, string Account)> SoldAsync(long quantity)
    {
        var shop = await host.ShopAsync();
        var account = await host.AccountAsync(shop);
        await host.SoldAsync((shop, quantity));
        return (shop, account);
    }

    private async Task<string> PayOutAsync(string account, object asked) => (await host.Stripe.ControlAsync($"/accounts/{account}/payout", asked))["id"]!.GetValue<string>();

    private async Task TellAsync(string account, string type) => (await host.TellOfAccountAsync(account, type)).EnsureSuccessStatusCode();

    private Task<string> PostingsAsync(ShopEntry shop) =>
        host.ScalarAsync<string>("select coalesce(string_agg(kind, ',' order by kind), '') from ledger_postings where shop_id = $1 and kind like 'payout%'", shop.Id.Value);

    private async Task<ShopMoney> MoneyAsync(ShopEntry shop, Func<ShopMoney, bool> like)
    {
        ShopMoney? money = null;
        await Eventually.BecomesAsync(async () =>
        {
            host.Clock.Pass(TimeSpan.FromSeconds(2));
            return like(money = await ReadAsync<ShopMoney>(await host.Member(shop, "owner").GetAsync($"/api/v1/shops/{shop.Slug}/money", Token)));
        }, TimeSpan.FromSeconds(30));
        return money!;
    }
}
