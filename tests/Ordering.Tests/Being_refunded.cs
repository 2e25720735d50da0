using System.Net.Http.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Notifications;
using Marketplace.Ordering.Payments;
using Marketplace.ServiceDefaults.Shops;
using Microsoft.Extensions.DependencyInjection;
using static Marketplace.Ordering.Tests.OrderingHost;

namespace Marketplace.Ordering.Tests;

/// <summary>From the shop's button to the resident's card and out of the shop's account: once, whatever is repeated, lost or killed on the way.</summary>
public sealed class Being_refunded(PayingHost host) : IClassFixture<PayingHost>
{
    private const string FailsLater = "4000000000005126", SettlesLater = "4000000000007726";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Part_of_a_line_goes_back_to_the_card_out_of_the_shop_that_sold()
    {
        var (shop, other) = (await host.ShopAsync(), await host.ShopAsync());
        var (account, others) = (await host.AccountAsync(shop), await host.AccountAsync(other));
        var (order, offer) = await CollectedAsync((shop, 3), (other, 1));
        var id = Guid.NewGuid();
        var card = await RefundAsync(shop, order, id, (offer, 500));
        card.Refunds.ShouldHaveSingleItem().ShouldSatisfyAllConditions(r => r.RefundId.ShouldBe(id), r => r.Cents.ShouldBe(500), r => r.Lines.ShouldHaveSingleItem().VatCents.ShouldBe(26));
        // Pressed again, from this page or another one.
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => RefundAsync(shop, order, id, (offer, 500))));
        await SettledAsync(order, fetched: 1);
        (await StripeRefundsAsync(order)).ShouldBe([(500, "succeeded")]);
        (await PassedOnAsync(order)).ShouldBe([(account, 1350, 500), (others, 450, 0)], ignoreOrder: true);
        (await host.GetAsync(order)).ShouldSatisfyAllConditions(o => o.ShopOrders.Single(s => s.Shop == shop.Slug).Refunds!.ShouldHaveSingleItem().ShouldSatisfyAllConditions(r => r.State.ShouldBe("settled"), r => r.ArrivesBy.ShouldNotBeNull()),
            o => o.Timeline.Select(t => t.Kind).ShouldContain("refunded"), o => o.ShopOrders.Single(s => s.Shop == other.Slug).Refunds.ShouldBeNull());
        (await MailAsync(order, "5,00 € vous sont remboursés")).Text.ShouldSatisfyAllConditions(t => t.ShouldContain("cinq à dix jours ouvrés"), t => t.ShouldContain("article défectueux"), t => t.ShouldNotContain("rien à régler"));
        host.Mails.All.Count(m => m.Subject.Contains("vous sont remboursés", StringComparison.Ordinal) && m.Subject.Contains(order.Reference, StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Several_who_refund_one_line_at_once_give_back_no_more_than_was_paid()
    {
        var shop = await host.ShopAsync();
        var account = await host.AccountAsync(shop);
        var (order, offer) = await CollectedAsync((shop, 2));
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => SendAsync(host.Member(shop), shop, order, Guid.NewGuid(), (offer, 300))));
        answers.Count(a => a.IsSuccessStatusCode).ShouldBe(3);
        foreach (var refused in answers.Where(a => !a.IsSuccessStatusCode))
        {
            (await ProblemAsync(refused)).Code.ShouldBe("refund-too-large");
        }

        await SettledAsync(order, refunds: 3);
        (await StripeRefundsAsync(order)).Sum(r => r.Cents).ShouldBe(900);
        await Eventually.BecomesAsync(async () => (await PassedOnAsync(order)).Single() == (account, 900, 900), TimeSpan.FromSeconds(30));
    }

    public static TheoryData<int, bool> Deaths => [.. Enumerable.Range(1, 2).SelectMany(n => new[] { (n, false), (n, true) })];

    /// <summary>Two calls: to give back, and to fetch the shop's share. At each of them the process dies, before and after.</summary>
    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task Whichever_call_a_process_dies_at_it_goes_back_once(int call, bool after)
    {
        var shop = await host.ShopAsync();
        var account = await host.AccountAsync(shop);
        var (order, offer) = await CollectedAsync((shop, 2));
        host.Deaths.Await(call, after);
        await RefundAsync(shop, order, Guid.NewGuid(), (offer, 450));
        await SettledAsync(order, fetched: 1);
        host.Deaths.Died.ShouldBeTrue();
        (await StripeRefundsAsync(order)).ShouldBe([(450, "succeeded")]);
        (await PassedOnAsync(order)).ShouldBe([(account, 900, 450)]);
    }

    [Theory]
    [InlineData("/v1/refunds")]
    [InlineData("/v1/transfers/")]
    public async Task A_failure_that_is_kept_under_its_key_is_followed_by_another_key(string path)
    {
        var shop = await host.ShopAsync();
        var account = await host.AccountAsync(shop);
        var (order, offer) = await CollectedAsync((shop, 1));
        await host.Stripe.ControlAsync("/faults", new { method = "POST", path, when = "kept", status = 500, shouldRetry = false });
        await RefundAsync(shop, order, Guid.NewGuid(), (offer, 450));
        await SettledAsync(order, fetched: 1);
        (await StripeRefundsAsync(order)).ShouldBe([(450, "succeeded")]);
        (await PassedOnAsync(order)).ShouldBe([(account, 450, 450)]);
    }

    [Fact]
    public async Task One_that_the_other_side_puts_off_holds_no_other_shops()
    {
        var (shop, other) = (await host.ShopAsync(), await host.ShopAsync());
        await host.AccountAsync(shop);
        await host.AccountAsync(other);
        var (order, offer) = await CollectedAsync((shop, 1), (other, 1));
        await host.Stripe.ControlAsync("/faults", new { method = "POST", path = "/v1/refunds", when = "kept", status = 400, code = "balance_insufficient" });
        await RefundAsync(shop, order, Guid.NewGuid(), (offer, 450));
        await BecomesAsync(async () => await host.ScalarAsync<long>("select count(*) from due_work where kind = 'purchase' and key = $1 and leased_until is null and due_at > $2", order.OrderId.ToString(), host.Clock.GetUtcNow() + TimeSpan.FromMinutes(1)) == 1);
        await RefundAsync(other, order, Guid.NewGuid(), (order.ShopOrders.Single(s => s.Shop == other.Slug).Lines[0].OfferId, 100));
        await SettledAsync(order);
        (await StripeRefundsAsync(order)).ShouldBe([(100, "succeeded")]);
        host.Clock.Pass(TimeSpan.FromMinutes(5));
        await SettledAsync(order, refunds: 2);
        (await StripeRefundsAsync(order)).Sum(r => r.Cents).ShouldBe(550);
    }

    [Fact]
    public async Task That_its_bank_sends_it_back_is_learnt_though_it_cannot_be_read_when_it_is_told()
    {
        var shop = await host.ShopAsync();
        await host.AccountAsync(shop);
        var (order, offer) = await CollectedAsync(FailsLater, (shop, 1));
        await RefundAsync(shop, order, Guid.NewGuid(), (offer, 450));
        await SettledAsync(order, fetched: 1);
        await host.Stripe.AdvanceAsync(TimeSpan.FromDays(3));
        await host.Stripe.ControlAsync("/faults", new { method = "GET", path = "/v1/refunds", status = 500, count = 3 });
        (await host.TellAsync(order, "refund.failed")).EnsureSuccessStatusCode();
        await StateAsync(shop, order, "failed");
        host.Clock.Pass(TimeSpan.FromDays(3)); // as on the other side
    }

    [Fact]
    public async Task That_its_bank_sends_it_back_is_learnt_though_nobody_tells()
    {
        var shop = await host.ShopAsync();
        await host.AccountAsync(shop);
        var (order, offer) = await CollectedAsync(FailsLater, (shop, 1));
        await RefundAsync(shop, order, Guid.NewGuid(), (offer, 450));
        await SettledAsync(order, fetched: 1);
        await host.Stripe.AdvanceAsync(TimeSpan.FromDays(3)); // first: it is looked once a day, and it may be that one
        host.Clock.Pass(TimeSpan.FromDays(3));
        await StateAsync(shop, order, "failed");
        // Once a month has gone by nobody looks any more.
        var (old, _) = await CollectedAsync((shop, 1));
        await RefundAsync(shop, old, Guid.NewGuid(), (old.ShopOrders[0].Lines[0].OfferId, 450));
        await SettledAsync(old, fetched: 1);
        await DueAsync(old, 1);
        await host.PassAsync(TimeSpan.FromDays(31));
        await DueAsync(old, 0);

        Task DueAsync(OrderView order, long rows) => BecomesAsync(async () => await host.ScalarAsync<long>("select count(*) from due_work where kind = 'purchase' and key = $1", order.OrderId.ToString()) == rows);
    }

    [Fact]
    public async Task Another_key_is_used_only_some_time_after_the_failure_was_heard()
    {
        var shop = await host.ShopAsync();
        await host.AccountAsync(shop);
        var (order, offer) = await CollectedAsync((shop, 1));
        await host.Stripe.ControlAsync("/faults", new { method = "POST", path = "/v1/refunds", when = "kept", status = 500, shouldRetry = false });
        await host.Stripe.ControlAsync("/faults", new { method = "POST", path = "/v1/refunds", status = 503, count = 3 });
        await RefundAsync(shop, order, Guid.NewGuid(), (offer, 450));
        await Task.Delay(TimeSpan.FromSeconds(3), Token);
        (await host.CountAsync(order, "order-refund-tried-again.v1", "order-refund-made.v1")).ShouldBe(0, "what that call began may still appear");
        await SettledAsync(order);
        (await StripeRefundsAsync(order)).ShouldBe([(450, "succeeded")]);
    }

    [Fact]
    public async Task Sent_again_by_somebody_who_saw_the_order_as_it_was_before_it_is_the_same_refund()
    {
        var shop = await host.ShopAsync();
        await host.AccountAsync(shop);
        var (order, offer) = await CollectedAsync((shop, 1));
        var staff = host.Member(shop);
        using var seen = await staff.GetAsync($"/api/v1/shops/{shop.Slug}/orders/{order.OrderId}", Token);
        var id = Guid.NewGuid();
        staff.DefaultRequestHeaders.IfMatch.Add(seen.Headers.ETag!);
        (await SendAsync(staff, shop, order, id, (offer, 450))).EnsureSuccessStatusCode();
        await SettledAsync(order);
        (await ReadAsync<ShopOrderCard>(await SendAsync(staff, shop, order, id, (offer, 450)))).Refunds.ShouldHaveSingleItem();
        (await ProblemAsync(await SendAsync(staff, shop, order, id, (offer, 449)))).Code.ShouldBe("refund-known");
    }

    [Fact]
    public async Task One_that_its_bank_sends_back_days_later_is_told_and_can_be_sent_again()
    {
        var shop = await host.ShopAsync();
        var account = await host.AccountAsync(shop);
        var (order, offer) = await CollectedAsync(FailsLater, (shop, 1));
        var id = Guid.NewGuid();
        await RefundAsync(shop, order, id, (offer, 450));
        await SettledAsync(order, fetched: 1);
        (await AgainAsync(shop, order, id)).Code.ShouldBe("refund-not-failed");
        await host.PassAsync(TimeSpan.FromDays(3));
        foreach (var type in new[] { "refund.failed", "refund.updated", "refund.failed" })
        {
            (await host.TellAsync(order, type)).EnsureSuccessStatusCode();
        }

        await StateAsync(shop, order, "failed");
        (await MailAsync(order, "n’a pas abouti")).Text.ShouldContain("reste due");
        (await host.CountAsync(order, "order-refund-failed.v1")).ShouldBe(1);
        (await ProblemAsync(await SendAsync(host.Member(shop), shop, order, Guid.NewGuid(), (offer, 1)))).Code.ShouldBe("refund-too-large");

        (await AgainAsync(shop, order, id)).Status.ShouldBe(200);
        await SettledAsync(order, refunds: 2);
        (await StripeRefundsAsync(order)).Select(r => r.Cents).ShouldBe([450, 450]);
        // The shop's share was fetched the first time, and stays so.
        (await PassedOnAsync(order)).ShouldBe([(account, 450, 450)]);
        (await AgainAsync(shop, order, Guid.NewGuid())).Code.ShouldBe("refund-not-found");
    }

    [Fact]
    public async Task One_that_is_under_way_is_said_to_be_so_until_it_is_through()
    {
        var shop = await host.ShopAsync();
        await host.AccountAsync(shop);
        var (order, offer) = await CollectedAsync(SettlesLater, (shop, 1));
        await RefundAsync(shop, order, Guid.NewGuid(), (offer, 100));
        await StateAsync(shop, order, "under-way");
        // It is looked at once, and then not for some hours.
        await BecomesAsync(async () => await host.ScalarAsync<long>("select count(*) from due_work where kind = 'purchase' and key = $1 and leased_until is null and due_at > $2",
            order.OrderId.ToString(), host.Clock.GetUtcNow() + TimeSpan.FromHours(1)) == 1);
        await host.Stripe.AdvanceAsync(TimeSpan.FromDays(1));
        host.Clock.Pass(TimeSpan.FromDays(1));
        await StateAsync(shop, order, "settled");
    }

    [Fact]
    public async Task What_somebody_gave_back_by_hand_is_not_given_back_again()
    {
        var shop = await host.ShopAsync();
        await host.AccountAsync(shop);
        var (order, offer) = await CollectedAsync((shop, 1));
        (await host.App.Services.GetRequiredService<IPaymentGateway>().RefundAsync(new RefundRequest(await host.PaymentAsync(order), 450, order.OrderId, "by-hand"), Guid.NewGuid().ToString(), Token)).IsDone.ShouldBeTrue();
        await RefundAsync(shop, order, Guid.NewGuid(), (offer, 450));
        await StateAsync(shop, order, "refused");
        (await StripeRefundsAsync(order)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Is_the_shops_alone_and_waits_until_the_card_is_charged()
    {
        var (shop, other) = (await host.ShopAsync(), await host.ShopAsync());
        await host.AccountAsync(shop);
        var offer = OfferId.New();
        var order = await host.BuyAsync((shop, offer, 1), (other, OfferId.New(), 1));
        await host.Stripe.PayAsync(order.PaymentUrl!);
        order = await host.LookAsync(order);
        await ActAsync(host.Member(shop), shop, order.OrderId, "ready");
        (await ProblemAsync(await SendAsync(host.Member(shop), shop, order, Guid.NewGuid(), (offer, 1)))).Code.ShouldBe("nothing-paid");
        (await ActAsync(host.Member(shop), shop, order.OrderId, "handover", new HandOver(order.PickupCode!))).Refundable.ShouldBe("later");
        (await ProblemAsync(await SendAsync(host.Member(shop), shop, order, Guid.NewGuid(), (offer, 1)))).Code.ShouldBe("not-taken-yet");
        (await ProblemAsync(await SendAsync(host.Member(other), other, order, Guid.NewGuid(), (offer, 1)))).Code.ShouldBe("nothing-paid");
        (await ProblemAsync(await SendAsync(host.Member(shop), shop, order, Guid.NewGuid()))).Code.ShouldBe("nothing-to-refund");
        var said = new GiveBack([new(offer, 1)], "withdrawal");
        (await ProblemAsync(await host.Member(shop).PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/orders/{order.OrderId}/refunds/{Guid.NewGuid()}", said, Token))).Code.ShouldBe("refund-reason-unknown");
    }

    [Fact]
    public async Task What_was_paid_at_the_counter_is_given_back_there_and_written_down()
    {
        var shop = await host.ShopAsync();
        var offer = OfferId.New();
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, offer, 2)));
        await ActAsync(host.Member(shop), shop, order.OrderId, "ready");
        (await ActAsync(host.Member(shop), shop, order.OrderId, "handover", new HandOver(order.PickupCode!))).Refundable.ShouldBe("counter");
        var card = await RefundAsync(shop, order, Guid.NewGuid(), (offer, 450));
        card.Refunds.ShouldHaveSingleItem().ShouldSatisfyAllConditions(r => r.AtCounter.ShouldBeTrue(), r => r.State.ShouldBe("settled"), r => r.ArrivesBy.ShouldBeNull());
        (await MailAsync(order, "4,50 € remboursés au comptoir")).Text.ShouldContain("dites-le-lui");
    }

    private Task<(OrderView Order, OfferId Offer)> CollectedAsync(params (ShopEntry Shop, long Quantity)[] parts) => CollectedAsync("4242424242424242", parts);

    // Paid by this card, handed over, taken and passed on; with the first shop's offer.
    private async Task<(OrderView Order, OfferId Offer)> CollectedAsync(string card, params (ShopEntry Shop, long Quantity)[] parts)
    {
        var lines = parts.Select(p => (p.Shop, OfferId.New(), p.Quantity)).ToArray();
        var order = await host.BuyAsync(lines);
        await host.Stripe.PayAsync(order.PaymentUrl!, card);
        order = await host.LookAsync(order);
        foreach (var (shop, _) in parts)
        {
            await ActAsync(host.Member(shop), shop, order.OrderId, "ready");
            await ActAsync(host.Member(shop), shop, order.OrderId, "handover", new HandOver(order.PickupCode!));
        }

        await BecomesAsync(async () => await host.CountAsync(order, "order-payment-transferred.v1") == parts.Length);
        return (order, lines[0].Item2);
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient staff, ShopEntry shop, OrderView order, Guid refund, params (OfferId Offer, long Cents)[] lines) =>
        staff.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/orders/{order.OrderId}/refunds/{refund}", new GiveBack([.. lines.Select(l => new GiveBack.Part(l.Offer, l.Cents))], "defective"), Token);

    private async Task<ShopOrderCard> RefundAsync(ShopEntry shop, OrderView order, Guid refund, params (OfferId Offer, long Cents)[] lines) =>
        await ReadAsync<ShopOrderCard>(await SendAsync(host.Member(shop), shop, order, refund, lines));

    private async Task<(int Status, string Code)> AgainAsync(ShopEntry shop, OrderView order, Guid refund)
    {
        var answer = await host.Member(shop).PostAsync($"/api/v1/shops/{shop.Slug}/orders/{order.OrderId}/refunds/{refund}/again", null, Token);
        return answer.IsSuccessStatusCode ? (200, "") : await ProblemAsync(answer) is var p ? (p.Status, p.Code) : default;
    }

    private Task SettledAsync(OrderView order, int refunds = 1, int fetched = 0) => BecomesAsync(async () =>
        await host.CountAsync(order, "order-refund-made.v1") == refunds && await host.CountAsync(order, "order-payment-reversed.v1") >= fetched);

    private Task StateAsync(ShopEntry shop, OrderView order, string state) => BecomesAsync(async () =>
        (await host.GetAsync(order)).ShopOrders.Single(s => s.Shop == shop.Slug).Refunds?.SingleOrDefault()?.State == state);

    private Task BecomesAsync(Func<Task<bool>> like) => Eventually.BecomesAsync(async () =>
    {
        host.Clock.Pass(TimeSpan.FromSeconds(2));
        return await like();
    }, TimeSpan.FromSeconds(40));

    private async Task<List<(long Cents, string Status)>> StripeRefundsAsync(OrderView order) =>
        [.. (await host.Stripe.StripeAsync($"/v1/refunds?limit=100&payment_intent={await host.PaymentAsync(order)}")).GetProperty("data").EnumerateArray().Select(r => (r.GetProperty("amount").GetInt64(), r.GetProperty("status").GetString()!))];

    private async Task<List<(string Account, long Cents, long Back)>> PassedOnAsync(OrderView order) =>
        [.. (await host.Stripe.StripeAsync($"/v1/transfers?limit=100&transfer_group={order.OrderId}")).GetProperty("data").EnumerateArray()
            .Select(t => (t.GetProperty("destination").GetString()!, t.GetProperty("amount").GetInt64(), t.GetProperty("amount_reversed").GetInt64()))];

    private async Task<Mail> MailAsync(OrderView order, string subject)
    {
        // Spaces in sums and before signs are not compared.
        bool Is(Mail mail) => Plain(mail.Subject).Contains(Plain(subject), StringComparison.Ordinal) && mail.Subject.Contains(order.Reference, StringComparison.Ordinal);
        await Eventually.BecomesAsync(() =>
        {
            host.Clock.Pass(TimeSpan.FromSeconds(1));
            return host.Mails.All.Any(Is);
        }, TimeSpan.FromSeconds(20), subject);
        return host.Mails.All.First(Is);

        static string Plain(string text) => text.Replace('\u00a0', ' ').Replace('\u202f', ' ');
    }
}
