using Marketplace.Contracts.Ordering.Api;
using Marketplace.EventStore.Postgres;
using Marketplace.Ordering.Payments;
using Marketplace.Ordering.Reconciliation;
using Marketplace.ServiceDefaults.Shops;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using static Marketplace.Ordering.Tests.OrderingHost;

namespace Marketplace.Ordering.Tests;

/// <summary>The books held against what the other side says: a clean day has no difference, and each kind of difference that is put in is named, once, until it is gone.</summary>
public sealed class Comparing_with_the_gateway(PayingHost host) : HoldingTheBooksAgainstIt(host)
{
    [Fact]
    public async Task A_clean_day_has_no_difference_and_each_that_is_put_in_is_named()
    {
        var (shop, order, account) = await SoldAsync();
        await Host.Stripe.ControlAsync($"/accounts/{account}/payout", new { amount = 100 });
        await Host.TellOfAccountAsync(account, "payout.paid");
        await Host.PassesAsync(async () => await Host.ScalarAsync<long>("select count(*) from payouts where account_id = $1", account) == 1);
        await CompareAsync();
        (await OpenAsync()).ShouldBeEmpty("the books say what the other side says");
        (await TownAsync()).ShouldSatisfyAllConditions(d => d.ComparedTo.ShouldNotBeNull(), d => d.Total.ShouldBe(0));

        // By hand, on the other side's own page: a refund, a transfer, one taken back; and a payout that nobody read.
        var (payment, gateway) = (await Host.PaymentAsync(order), Host.App.Services.GetRequiredService<IPaymentGateway>());
        var charge = (await gateway.ReadPaymentAsync(payment, Token)).Value!.Charge!;
        var refund = (await Host.Stripe.StripeAsync("/v1/refunds", ("payment_intent", payment), ("amount", "7"))).GetProperty("id").GetString()!;
        var reversal = (await Host.Stripe.StripeAsync($"/v1/transfers/{(await gateway.ReadTransfersAsync(order.OrderId, Token)).Value!.Single(t => t.Reference is not null).Id}/reversals", ("amount", "5"))).GetProperty("id").GetString()!;
        var transfer = (await Host.Stripe.StripeAsync("/v1/transfers", ("amount", "5"), ("currency", "eur"), ("destination", account), ("source_transaction", charge), ("transfer_group", order.OrderId.ToString()))).GetProperty("id").GetString()!;
        var payout = (await Host.Stripe.ControlAsync($"/accounts/{account}/payout", new { amount = 11 }))["id"]!.GetValue<string>();
        await CompareAsync();
        (await OpenAsync()).Select(d => (d.What, d.Kind, d.Reference, d.HereCents, d.ThereCents)).ShouldBe(
            [("payout", "missing-here", payout, null, 11), ("refund", "missing-here", refund, null, -7), ("reversal", "missing-here", reversal, null, 5), ("transfer", "missing-here", transfer, null, -5)], ignoreOrder: true);
        (await OpenAsync()).ShouldAllBe(d => d.What == "payout" ? d.Shop == shop.Name : d.OrderReference == order.Reference, "also what was made by hand is traced to its order");
        (await TownAsync()).ShouldSatisfyAllConditions(d => d.Total.ShouldBe(4), d => d.Nobodys.ShouldBe(0));
        // Compared again it is the same; and what is no difference any more is settled by itself.
        await Host.TellOfAccountAsync(account, "payout.paid");
        await Host.PassesAsync(async () => await Host.ScalarAsync<long>("select count(*) from payouts where account_id = $1", account) == 2);
        await CompareAsync();
        (await OpenAsync()).Select(d => d.What).ShouldBe(["refund", "reversal", "transfer"], ignoreOrder: true);
        (await Host.ScalarAsync<long>("select count(*) from money_differences where reference = $1 and settled_at is not null", payout)).ShouldBe(1);
    }

    [Fact]
    public async Task A_disputed_payment_is_a_difference_until_it_is_won()
    {
        var (_, order, _) = await SoldAsync();
        var charge = (await Host.App.Services.GetRequiredService<IPaymentGateway>().ReadPaymentAsync(await Host.PaymentAsync(order), Token)).Value!.Charge!;
        var dispute = (await Host.Stripe.ControlAsync($"/charges/{charge}/dispute"))["id"]!.GetValue<string>();
        await CompareAsync();
        (await OpenAsync()).Single(d => d.Reference == dispute).ShouldSatisfyAllConditions(d => d.What.ShouldBe("dispute"), d => d.ThereCents.ShouldBe(-900), d => d.OrderReference.ShouldBe(order.Reference));
        await Host.Stripe.ControlAsync($"/disputes/{dispute}/close", new { won = true });
        await CompareAsync();
        (await OpenAsync()).ShouldNotContain(d => d.Reference == dispute);
    }

    [Fact]
    public async Task Where_the_other_side_does_not_answer_nothing_is_said_of_the_day()
    {
        await SoldAsync();
        await CompareAsync();
        var before = await Host.ScalarAsync<long>("select count(*) from money_differences");
        await Host.Stripe.ControlAsync("/faults", new { count = 3, method = "GET", path = "/v1/balance_transactions", status = 500 });
        (await Comparing.CompareAsync(Today.PlusDays(-1), Today, Token)).ShouldNotBeNull();
        (await Host.ScalarAsync<long>("select count(*) from money_differences")).ShouldBe(before);
    }
}

/// <summary>What only a fault of ours would do, in books of its own.</summary>
public sealed class Comparing_books_that_are_wrong(PayingHost host) : HoldingTheBooksAgainstIt(host)
{
    [Fact]
    public async Task What_the_books_alone_have_or_have_for_another_sum_or_day_is_named()
    {
        var (_, order, _) = await SoldAsync();
        await CompareAsync();
        var before = (await OpenAsync()).Count;
        // As if the note of it were wrong: another sum, another name, another day.
        await TamperAsync("update ledger_entries set cents = cents + 1 where order_id = $1 and account in ('clearing') and version = (select version from ledger_postings where order_id = $1 and kind = 'transfer')", order);
        await TamperAsync("update events set data = jsonb_set(data, '{charge}', '\"ch_nobody_knows\"') where stream = 'order-' || replace($1::text, '-', '') and type = 'order-payment-captured.v1'", order);
        await CompareAsync();
        (await OpenAsync()).Where(d => d.OrderId == order.OrderId).Select(d => (d.What, d.Kind, d.HereCents, d.ThereCents)).ShouldBe(
            [("transfer", "other-amount", -899, -900), ("charge", "missing-there", 900, null), ("charge", "missing-here", null, 900)], ignoreOrder: true);
        await TamperAsync("update ledger_entries set cents = cents - 1 where order_id = $1 and account in ('clearing') and version = (select version from ledger_postings where order_id = $1 and kind = 'transfer')", order);
        await TamperAsync("update ledger_postings set at = at - interval '1 day' where order_id = $1 and kind = 'transfer'", order);
        await CompareAsync();
        (await OpenAsync()).Single(d => d.What == "transfer" && d.OrderId == order.OrderId).ShouldSatisfyAllConditions(d => d.Kind.ShouldBe("other-date"), d => d.HereCents.ShouldBe(d.ThereCents), d => d.HereAt.ShouldNotBe(d.ThereAt));
        before.ShouldBeLessThan((await OpenAsync()).Count);
    }

    // What no program does: the tables' own guards stand in its way.
    private async Task TamperAsync(string sql, OrderView order)
    {
        await using var connection = await Host.Database.OpenConnectionAsync(Token);
        await using var command = connection.CreateCommand();
        command.CommandText = "set session_replication_role = replica";
        await command.ExecuteNonQueryAsync(Token);
        command.CommandText = sql;
        command.Parameters.Add(new() { Value = order.OrderId.Value });
        (await command.ExecuteNonQueryAsync(Token)).ShouldBe(1);
        command.CommandText = "set session_replication_role = default";
        command.Parameters.Clear();
        await command.ExecuteNonQueryAsync(Token);
    }
}

/// <summary>What both begin with: goods sold and passed on, and the comparison when it is asked for.</summary>
public abstract class HoldingTheBooksAgainstIt(PayingHost host) : IClassFixture<PayingHost>
{
    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected PayingHost Host => host;

    private protected DailyComparison Comparing => host.App.Services.GetRequiredService<DailyComparison>();

    private protected LocalDate Today => Instant.FromDateTimeOffset(host.Clock.GetUtcNow()).InZone(DateTimeZoneProviders.Tzdb["Europe/Paris"]).Date;

    private protected async Task<(ShopEntry Shop, OrderView Order, string Account)> SoldAsync()
    {
        var shop = await host.ShopAsync();
        var account = await host.AccountAsync(shop);
        await host.TellOfAccountAsync(account);
        var order = await host.SoldAsync((shop, 2));
        await host.PassesAsync(async () => await host.ScalarAsync<long>("select count(*) from ledger_postings where order_id = $1 and kind = 'transfer'", order.OrderId.Value) == 1
            && await host.ScalarAsync<long>("select count(*) from payout_accounts where account_id = $1", account) == 1);
        return (shop, order, account);
    }

    // Around midnight, and where the two clocks differ by some seconds, both days are looked at.
    private protected async Task CompareAsync() => (await Comparing.CompareAsync(Today.PlusDays(-1), Today.PlusDays(1), Token)).ShouldBeNull();

    private protected async Task<IReadOnlyList<GatewayDifference>> OpenAsync() => (await ReadAsync<GatewayDifferences>(await host.Operator.GetAsync("/api/v1/money/differences", Token))).Items;

    private protected async Task<GatewayDifferences> TownAsync() => await ReadAsync<GatewayDifferences>(await host.Coordinator().GetAsync($"/api/v1/towns/{Town}/money/differences", Token));
}

/// <summary>By itself, at night, and for each day that was missed.</summary>
public sealed class Comparing_each_night(PayingHost host) : IClassFixture<PayingHost>
{
    [Fact]
    public async Task Days_that_nobody_was_there_for_are_caught_up()
    {
        var shop = await host.ShopAsync();
        await host.AccountAsync(shop);
        var order = await host.SoldAsync((shop, 1));
        await host.PassesAsync(async () => await host.ScalarAsync<long>("select count(*) from ledger_postings where order_id = $1 and kind = 'transfer'", order.OrderId.Value) == 1);
        (await host.ScalarAsync<long>("select count(*) from reconciled_days")).ShouldBe(0, "today is not over");
        await host.PassAsync(TimeSpan.FromDays(3) + (TimeZoneInfo.ConvertTime(host.Clock.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris")).Hour < 5 ? TimeSpan.FromHours(5) : TimeSpan.Zero)); // it waits until four in the morning
        // Nobody was there: then a process that has the timer.
        await using (var night = host.Start(services => services.AddSingleton<IDueWorkHandler, DailyComparison>()))
        {
            await OrderingHost.ReadyAsync(night);
            await Eventually.BecomesAsync(async () => await host.ScalarAsync<long>("select count(*) from reconciled_days") >= 3, TimeSpan.FromSeconds(40));
        }

        // And another, the next night: it goes on from there.
        await host.PassAsync(TimeSpan.FromDays(1));
        await using var next = host.Start(services => services.AddSingleton<IDueWorkHandler, DailyComparison>());
        await OrderingHost.ReadyAsync(next);
        await Eventually.BecomesAsync(async () => await host.ScalarAsync<long>("select count(*) from reconciled_days") >= 4, TimeSpan.FromSeconds(40));
        (await host.ScalarAsync<long>("select max(day) - min(day) + 1 - count(*) from reconciled_days")).ShouldBe(0, "no day is left out");
        (await host.ScalarAsync<long>("select count(*) from money_differences")).ShouldBe(0);
    }
}

/// <summary>The comparison itself, thing by thing.</summary>
public sealed class Comparing_two_lists
{
    private static readonly DateTimeOffset _noon = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_same_on_both_sides_is_no_difference_also_noted_after_midnight() =>
        Of([Move("charge", "ch_1", 900, _noon), Move("transfer", "tr_1", -900, _noon.AddHours(12).AddMinutes(5))], [Move("charge", "ch_1", 900, _noon.AddMinutes(-1)), Move("transfer", "tr_1", -900, _noon.AddHours(11).AddMinutes(59))]).ShouldBeEmpty();

    [Theory]
    [InlineData("missing-here"), InlineData("missing-there"), InlineData("other-amount"), InlineData("other-date")]
    public void Each_kind_is_named(string kind)
    {
        var (here, there) = (Move("refund", "re_1", -100, _noon), Move("refund", "re_1", kind == "other-amount" ? -101 : -100, kind == "other-date" ? _noon.AddDays(-2) : _noon));
        var found = Of(kind == "missing-here" ? [] : [here], kind == "missing-there" ? [] : [there]).ShouldHaveSingleItem();
        (found.Kind, found.Here is null, found.There is null).ShouldBe((kind, kind == "missing-here", kind == "missing-there"));
    }

    // What is of another day altogether is that day's.
    [Fact]
    public void What_neither_side_has_in_these_days_is_not_looked_at() => Of([], [Move("charge", "ch_1", 900, _noon.AddDays(-3))]).ShouldBeEmpty();

    // A refund and the same refund sent back have one name.
    [Fact]
    public void What_is_called_alike_and_is_something_else_is_compared_apart() =>
        Of([Move("refund", "re_1", -100, _noon)], [Move("refund", "re_1", -100, _noon), Move("refund-returned", "re_1", 100, _noon)]).ShouldHaveSingleItem().Any.What.ShouldBe("refund-returned");

    [Fact]
    public void A_dispute_that_was_won_is_none() => Of([], [Move("dispute", "dp_1", -900, _noon), Move("dispute", "dp_1", 900, _noon.AddHours(2))]).ShouldBeEmpty();

    [Fact]
    public void A_hundred_thousand_are_compared_within_ten_seconds_and_the_one_that_differs_is_found()
    {
        Move[] here = [.. Enumerable.Range(0, 100_000).Select(n => Move("transfer", $"tr_{n}", -n - 1, _noon.AddSeconds(-n / 10)))];
        Move[] there = [.. here.Reverse()];
        there[70_000] = there[70_000] with { Cents = -1_000_000 };
        var began = System.Diagnostics.Stopwatch.StartNew();
        Of(here, there).ShouldHaveSingleItem().Kind.ShouldBe("other-amount");
        began.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    private static IReadOnlyList<Difference> Of(Move[] here, Move[] there) => Comparison.Of(here, there, at => at >= _noon.AddDays(-1.5) && at < _noon.AddDays(0.5), at => DateOnly.FromDateTime(at.UtcDateTime));

    private static Move Move(string what, string reference, long cents, DateTimeOffset at) => new(what, reference, cents, at);
}
