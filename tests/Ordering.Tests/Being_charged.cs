using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Notifications;
using Marketplace.Ordering.Payments;
using Marketplace.ServiceDefaults.Shops;
using Microsoft.Extensions.DependencyInjection;
using static Marketplace.Ordering.Tests.OrderingHost;

namespace Marketplace.Ordering.Tests;

/// <summary>From the hand-over to each shop's account: taken once, passed on once, whatever is lost, repeated or killed on the way.</summary>
public sealed class Being_charged(PayingHost host) : IClassFixture<PayingHost>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_shop_gets_the_price_of_what_was_handed_over_and_the_rest_is_released()
    {
        var (bakery, bookshop, grocer) = (await host.ShopAsync(), await host.ShopAsync(), await host.ShopAsync());
        var accounts = new[] { await host.AccountAsync(bakery), await host.AccountAsync(bookshop), await host.AccountAsync(grocer) };
        var bread = OfferId.New();
        var order = await StandingAsync((bakery, bread, 3), (bookshop, OfferId.New(), 1), (grocer, OfferId.New(), 2));
        (await MailAsync(order, "confirmée, payée par carte")).Text.ShouldSatisfyAllConditions(t => t.ShouldContain("Vous n’avez rien à régler sur place"), t => t.ShouldContain("Par carte, rien à régler sur place"), t => t.ShouldNotContain("À régler", Case.Sensitive));

        (await ActAsync(host.Member(bakery), bakery, order.OrderId, "ready", new MarkReady([new(bread, 2)]))).Payment.ShouldBe("card");
        await HandOverAsync(bakery, order);
        await ActAsync(host.Member(grocer), grocer, order.OrderId, "decline", new Decline("shortage", null));
        await ActAsync(host.Member(bookshop), bookshop, order.OrderId, "ready");
        // What comes before its time says nothing either.
        (await host.TellAsync(order, "charge.captured")).EnsureSuccessStatusCode();
        (await host.TellAsync(order, "transfer.created")).EnsureSuccessStatusCode();
        await NothingDueAsync(order);
        (await IntentAsync(order)).ShouldBe((0, "requires_capture"), "nothing is taken before all is known");
        await HandOverAsync(bookshop, order);

        await CapturedAsync(order, 2);
        (await IntentAsync(order)).ShouldBe((1350, "succeeded"));
        (await TransfersAsync(order)).ShouldBe([(accounts[0], 900), (accounts[1], 450)], ignoreOrder: true);
        (await host.GetAsync(order)).ShouldSatisfyAllConditions(o => o.Purchase.ShouldBe(new PurchaseView("captured", 2700, null, 1350)), o => o.Timeline.Select(t => t.Kind).ShouldContain("payment-captured"));
        (await MailAsync(order, "débités")).Text.ShouldSatisfyAllConditions(t => t.ShouldContain("13,50"), t => t.ShouldContain("Le reste de la somme réservée (13,50"));

        // Whoever tells of it afterwards, however often and in whatever order, changes nothing.
        foreach (var type in new[] { "charge.captured", "payment_intent.amount_capturable_updated", "transfer.created", "checkout.session.completed", "payment_intent.succeeded", "charge.captured" })
        {
            (await host.TellAsync(order, type)).EnsureSuccessStatusCode();
        }

        await NothingDueAsync(order);
        (await host.CountAsync(order, "order-payment-captured.v1", "order-payment-transferred.v1", "order-payment-transfer-requested.v1")).ShouldBe(5);
        (await TransfersAsync(order)).Count.ShouldBe(2);
    }

    public static TheoryData<int, bool> Deaths => [.. Enumerable.Range(1, 6).SelectMany(n => new[] { (n, false), (n, true) })];

    /// <summary>The calls from the last hand-over on: read, take, and for each of two shops find its account and pass its part on. At each of them the process dies, before and after.</summary>
    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task Whichever_call_a_process_dies_at_it_is_taken_once_and_passed_on_once(int call, bool after)
    {
        var (one, other) = (await host.ShopAsync(), await host.ShopAsync());
        var accounts = new[] { await host.AccountAsync(one), await host.AccountAsync(other) };
        var order = await StandingAsync((one, OfferId.New(), 1), (other, OfferId.New(), 3));
        await ActAsync(host.Member(one), one, order.OrderId, "ready");
        await HandOverAsync(one, order);
        await ActAsync(host.Member(other), other, order.OrderId, "ready");
        host.Deaths.Await(call, after);
        await HandOverAsync(other, order);
        await CapturedAsync(order, 2);
        host.Deaths.Died.ShouldBeTrue();
        (await IntentAsync(order)).ShouldBe((1800, "succeeded"));
        (await TransfersAsync(order)).ShouldBe([(accounts[0], 450), (accounts[1], 1350)], ignoreOrder: true);
        (await host.CountAsync(order, "order-payment-captured.v1", "order-payment-transferred.v1", "order-payment-transfer-requested.v1")).ShouldBe(5);
    }

    [Fact]
    public async Task A_failure_that_is_kept_under_its_key_is_followed_by_another_key_once_it_is_known_that_nothing_came_of_it()
    {
        var shop = await host.ShopAsync();
        await host.AccountAsync(shop);
        var order = await StandingAsync((shop, OfferId.New(), 1));
        await host.Stripe.ControlAsync("/faults", new { method = "POST", path = "/v1/payment_intents/", when = "kept", status = 500, shouldRetry = false });
        await host.Stripe.ControlAsync("/faults", new { method = "POST", path = "/v1/transfers", when = "kept", status = 500, shouldRetry = false });
        await ActAsync(host.Member(shop), shop, order.OrderId, "ready");
        await HandOverAsync(shop, order);
        await CapturedAsync(order, 1);
        (await IntentAsync(order)).ShouldBe((450, "succeeded"));
        (await TransfersAsync(order)).Count.ShouldBe(1);
        (await host.CountAsync(order, "order-payment-capture-tried-again.v1")).ShouldBe(1);
        (await host.CountAsync(order, "order-payment-transfer-requested.v1")).ShouldBe(2);
    }

    [Fact]
    public async Task What_cannot_be_taken_at_first_is_tried_again_under_another_key()
    {
        var shop = await host.ShopAsync();
        await host.AccountAsync(shop);
        var order = await StandingAsync((shop, OfferId.New(), 1));
        await host.Stripe.ControlAsync("/faults", new { method = "POST", path = "/v1/payment_intents/", when = "kept", status = 400, code = "account_restricted" });
        await ActAsync(host.Member(shop), shop, order.OrderId, "ready");
        await HandOverAsync(shop, order);
        await Eventually.BecomesAsync(async () => await host.ScalarAsync<long>("select count(*) from due_work where kind = 'purchase' and key = $1 and leased_until is null and due_at > $2", order.OrderId.ToString(), host.Clock.GetUtcNow() + TimeSpan.FromMinutes(1)) == 1, TimeSpan.FromSeconds(20));
        host.Clock.Pass(TimeSpan.FromMinutes(5));
        await CapturedAsync(order, 1);
        (await IntentAsync(order)).ShouldBe((450, "succeeded"));
        (await host.CountAsync(order, "order-payment-capture-tried-again.v1")).ShouldBe(1);
    }

    [Fact]
    public async Task A_shop_without_an_account_waits_for_its_part_and_holds_nobody_elses()
    {
        var (without, with) = (await host.ShopAsync(), await host.ShopAsync());
        var account = await host.AccountAsync(with);
        var order = await StandingAsync((without, OfferId.New(), 1), (with, OfferId.New(), 1));
        foreach (var shop in new[] { without, with })
        {
            await ActAsync(host.Member(shop), shop, order.OrderId, "ready");
            await HandOverAsync(shop, order);
        }

        await CapturedAsync(order, 1);
        (await TransfersAsync(order)).ShouldBe([(account, 450)]);
        var late = await host.AccountAsync(without);
        await host.PassAsync(TimeSpan.FromMinutes(61));
        await CapturedAsync(order, 2);
        (await TransfersAsync(order)).ShouldBe([(account, 450), (late, 450)], ignoreOrder: true);
    }

    [Fact]
    public async Task Who_cancels_an_order_that_stands_is_charged_nothing()
    {
        var shop = await host.ShopAsync();
        var order = await StandingAsync((shop, OfferId.New(), 2));
        await ReadAsync<OrderView>(await host.Anonymous.PostAsync($"/api/v1/orders/{order.OrderId}/cancellation?token={order.AccessToken}", null, Token));
        await host.BecomesAsync(order, p => p.State == "returned");
        (await IntentAsync(order)).ShouldBe((0, "canceled"));
    }

    [Fact]
    public async Task Money_that_was_given_back_by_hand_is_not_had_and_somebody_is_told()
    {
        var shop = await host.ShopAsync();
        var order = await StandingAsync((shop, OfferId.New(), 2));
        await ActAsync(host.Member(shop), shop, order.OrderId, "ready");
        (await host.App.Services.GetRequiredService<IPaymentGateway>().CancelAsync(await host.PaymentAsync(order), "by-hand", Token)).IsDone.ShouldBeTrue();
        await HandOverAsync(shop, order);
        await host.BecomesAsync(order, p => p.State == "failed");
        await NothingDueAsync(order);
        (await host.CountAsync(order, "order-payment-captured.v1")).ShouldBe(0);
    }

    [Fact]
    public async Task An_authorisation_that_is_cancelled_by_hand_is_noticed_when_it_is_told_of()
    {
        var (early, late) = (await host.ShopAsync(), await host.ShopAsync());
        var order = await StandingAsync((early, OfferId.New(), 1), (late, OfferId.New(), 2));
        foreach (var shop in new[] { early, late })
        {
            await ActAsync(host.Member(shop), shop, order.OrderId, "ready");
        }

        await HandOverAsync(early, order);
        (await host.App.Services.GetRequiredService<IPaymentGateway>().CancelAsync(await host.PaymentAsync(order), "by-hand-too", Token)).IsDone.ShouldBeTrue();
        // Told by something else it is found out all the same; told twice, and late, it is noticed once. And what cannot be read when it is told is read again.
        await host.Stripe.ControlAsync("/faults", new { method = "GET", path = "/v1/payment_intents/", status = 500, count = 9 });
        foreach (var type in new[] { "payment_intent.canceled", "payment_intent.canceled", "charge.updated" })
        {
            (await host.TellAsync(order, type)).EnsureSuccessStatusCode();
        }

        await host.BecomesAsync(order, p => p.State == "failed");
        await NothingDueAsync(order);
        (await host.CountAsync(order, "order-payment-capture-requested.v1", "order-payment-not-captured.v1")).ShouldBe(2);
        (await MailAsync(order, "à régler sur place")).Text.ShouldContain("ne l’est plus");
        (await MailAsync(order, "n’a pas pu être débitée")).Text.ShouldSatisfyAllConditions(t => t.ShouldContain("4,50"), t => t.ShouldContain(early.Name), t => t.ShouldNotContain("9,00"));

        // The page that lay open still says "by card".
        var open = new HandOver(order.PickupCode!, "card");
        (await ProblemAsync(await TryAsync(host.Member(late), late, order.OrderId, "handover", open))).Code.ShouldBe("payment-changed");
        (await ReadAsync<ShopOrderCard>(await host.Member(late).GetAsync($"/api/v1/shops/{late.Slug}/orders/{order.OrderId}", Token))).ShouldSatisfyAllConditions(c => c.Payment.ShouldBe("in-shop"), c => c.Status.ShouldBe("ready"));
        (await ActAsync(host.Member(late), late, order.OrderId, "handover", open with { Payment = "in-shop" })).Status.ShouldBe("collected");
    }

    [Fact]
    public async Task What_is_collected_after_the_card_can_be_charged_is_paid_at_the_counter()
    {
        var (early, late) = (await host.ShopAsync(), await host.ShopAsync());
        var account = await host.AccountAsync(early);
        var booked = host.Others.Slots;
        OrderView order;
        try
        {
            host.Others.Slots = asked => host.Others.Booked(asked) is var b ? b with { Bookings = [.. b.Bookings.Select(s => s with { CollectUntil = s.Start.AddDays(9), RemindAt = s.Start.AddDays(8) })] } : null;
            order = await StandingAsync((early, OfferId.New(), 1), (late, OfferId.New(), 1));
        }
        finally
        {
            host.Others.Slots = booked;
        }

        foreach (var shop in new[] { early, late })
        {
            await ActAsync(host.Member(shop), shop, order.OrderId, "ready");
        }

        await HandOverAsync(early, order);
        await host.PassAsync(TimeSpan.FromDays(6));
        await CapturedAsync(order, 1);
        (await IntentAsync(order)).ShouldBe((450, "succeeded"));
        (await host.GetAsync(order)).ShopOrders.ToDictionary(s => s.Shop, s => s.Payment).ShouldBe(new Dictionary<string, string> { [early.Slug] = "card", [late.Slug] = "in-shop" }, ignoreOrder: true);
        (await MailAsync(order, "à régler sur place")).Text.ShouldContain("À régler à la boutique");

        (await ReadAsync<ShopOrderCard>(await host.Member(late).GetAsync($"/api/v1/shops/{late.Slug}/orders/{order.OrderId}", Token))).Payment.ShouldBe("in-shop");
        (await ProblemAsync(await TryAsync(host.Member(late), late, order.OrderId, "handover", new HandOver(order.PickupCode!)))).Code.ShouldBe("payment-changed");
        await ActAsync(host.Member(late), late, order.OrderId, "handover", new HandOver(order.PickupCode!, "in-shop"));
        await NothingDueAsync(order);
        (await TransfersAsync(order)).ShouldBe([(account, 450)]);
    }

    [Fact]
    public async Task A_shop_that_is_suspended_while_its_customer_pays_gets_nothing_and_the_others_stand()
    {
        var (gone, stays) = (await host.ShopAsync(), await host.ShopAsync());
        await host.AccountAsync(stays);
        var order = await host.BuyAsync((gone, OfferId.New(), 2), (stays, OfferId.New(), 1));
        await host.SuspendAsync(gone);
        await host.Stripe.PayAsync(order.PaymentUrl!);
        order = await host.LookAsync(order);
        order.Status.ShouldBe("confirmed");
        await Eventually.BecomesAsync(async () =>
        {
            host.Clock.Pass(TimeSpan.FromSeconds(20));
            return (await host.GetAsync(order)).ShopOrders.Single(s => s.Shop == gone.Slug).Status == "declined";
        }, TimeSpan.FromSeconds(30));
        await ActAsync(host.Member(stays), stays, order.OrderId, "ready");
        await HandOverAsync(stays, order);
        await CapturedAsync(order, 1);
        (await IntentAsync(order)).ShouldBe((450, "succeeded"));
    }

    // Paid, and told of by the browser that comes back.
    private async Task<OrderView> StandingAsync(params (ShopEntry Shop, OfferId Offer, long Quantity)[] lines)
    {
        var order = await host.BuyAsync(lines);
        await host.Stripe.PayAsync(order.PaymentUrl!);
        order = await host.LookAsync(order);
        order.Status.ShouldBe("confirmed");
        return order;
    }

    private async Task HandOverAsync(ShopEntry shop, OrderView order) => await ActAsync(host.Member(shop), shop, order.OrderId, "handover", new HandOver(order.PickupCode!));

    private Task CapturedAsync(OrderView order, int passedOn) => Eventually.BecomesAsync(async () =>
    {
        host.Clock.Pass(TimeSpan.FromSeconds(2));
        return await host.CountAsync(order, "order-payment-transferred.v1") == passedOn;
    }, TimeSpan.FromSeconds(40), $"{passedOn} passed on");

    private Task NothingDueAsync(OrderView order) => Eventually.BecomesAsync(async () =>
        await host.ScalarAsync<long>("select count(*) from due_work where kind = 'purchase' and key = $1", order.OrderId.ToString()) == 0, TimeSpan.FromSeconds(20));

    private async Task<(long Taken, string Status)> IntentAsync(OrderView order)
    {
        var intent = await host.Stripe.StripeAsync($"/v1/payment_intents/{await host.PaymentAsync(order)}");
        return (intent.GetProperty("amount_received").GetInt64(), intent.GetProperty("status").GetString()!);
    }

    private async Task<List<(string Account, long Cents)>> TransfersAsync(OrderView order) =>
        [.. (await host.Stripe.StripeAsync($"/v1/transfers?limit=100&transfer_group={order.OrderId}")).GetProperty("data").EnumerateArray()
            .Select(t => (t.GetProperty("destination").GetString()!, t.GetProperty("amount").GetInt64()))];

    private async Task<Mail> MailAsync(OrderView order, string subject)
    {
        await Eventually.BecomesAsync(() =>
        {
            host.Clock.Pass(TimeSpan.FromSeconds(1));
            return host.Mails.All.Any(m => m.Subject.Contains(subject, StringComparison.Ordinal) && m.Subject.Contains(order.Reference, StringComparison.Ordinal));
        }, TimeSpan.FromSeconds(20), subject);
        return host.Mails.All.First(m => m.Subject.Contains(subject, StringComparison.Ordinal) && m.Subject.Contains(order.Reference, StringComparison.Ordinal));
    }
}
