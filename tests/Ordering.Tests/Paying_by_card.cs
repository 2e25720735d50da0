using System.Net;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering;
using Marketplace.Contracts.Ordering.Api;
using Microsoft.Extensions.DependencyInjection;
using static Marketplace.Ordering.Tests.OrderingHost;

namespace Marketplace.Ordering.Tests;

/// <summary>A purchase over HTTP, the bus and a payment page: whoever tells of the payment, and whatever dies on the way, it is paid once or not at all.</summary>
public sealed class Paying_by_card(PayingHost host) : IClassFixture<PayingHost>
{
    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(15);

    [Fact]
    public async Task A_basket_of_two_shops_is_paid_once_on_one_page_and_stands_when_the_browser_comes_back()
    {
        var (bakery, bookshop) = (await host.ShopAsync(), await host.ShopAsync());
        var order = await host.BuyAsync((bakery, OfferId.New(), 2), (bookshop, OfferId.New(), 1));
        order.ShouldSatisfyAllConditions(o => o.TotalCents.ShouldBe(1350), o => o.PaymentUrl.ShouldNotBeNull(), o => o.PickupCode.ShouldBeNull(), o => o.Payment.ShouldBe("card"),
            o => o.Purchase.ShouldBe(new PurchaseView("open", 1350)), o => o.ShopOrders.ShouldAllBe(s => !s.Cancellable));

        // Not before it is paid.
        (await host.LookAsync(order)).Status.ShouldBe("paying");
        var back = (await host.Stripe.PayAsync(order.PaymentUrl!)).To.ShouldNotBeNull();
        back.ShouldBe($"https://panier.example/commandes/{order.OrderId}/retour");
        (await host.AtStripeAsync(order)).ShouldAllBe(s => !s.GetRawText().Contains(order.AccessToken!), "whoever has it may cancel the order");
        var after = await host.LookAsync(order);
        after.ShouldSatisfyAllConditions(o => o.Status.ShouldBe("confirmed"), o => o.PickupCode.ShouldNotBeNull(), o => o.PaymentUrl.ShouldBeNull(), o => o.Purchase.ShouldBe(new PurchaseView("authorised", 1350)),
            o => o.Timeline.Select(t => t.Kind).ShouldBe(["placed", "payment-authorised", "confirmed"]));
        await host.Others.HearsAsync<OrderConfirmed>(order.OrderId);
        var paid = (await host.AtStripeAsync(order)).ShouldHaveSingleItem();
        (await host.Stripe.StripeAsync($"/v1/payment_intents/{paid.GetProperty("payment_intent").GetString()}")).ShouldSatisfyAllConditions(
            p => p.GetProperty("amount_capturable").GetInt64().ShouldBe(1350), p => p.GetProperty("amount_received").GetInt64().ShouldBe(0));
    }

    [Fact]
    public async Task A_webhook_is_enough_where_the_tab_was_closed_and_its_repeats_change_nothing()
    {
        var order = await host.BuyAsync((await host.ShopAsync(), OfferId.New(), 1));
        await host.Stripe.PayAsync(order.PaymentUrl!);
        for (var i = 0; i < 5; i++)
        {
            (await host.TellAsync(order, id: $"evt_{order.OrderId}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        }

        await host.BecomesAsync(order, "confirmed");
        (await host.ScalarAsync<long>("select count(*) from payment_events where order_id = $1", order.OrderId.Value)).ShouldBe(1);
        (await host.ScalarAsync<long>("select count(*) from events where stream = $1 and type = 'order-confirmed.v1'", Orders.Order.StreamOf(order.OrderId))).ShouldBe(1);
    }

    [Fact]
    public async Task What_a_webhook_says_is_not_believed()
    {
        var order = await host.BuyAsync((await host.ShopAsync(), OfferId.New(), 1));
        (await host.TellAsync(order)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await Eventually.BecomesAsync(async () => await host.ScalarAsync<long>("select count(*) from due_work where kind = 'purchase' and key = $1 and due_at <= $2", order.OrderId.ToString(), host.Clock.GetUtcNow()) == 0,
            TimeSpan.FromSeconds(20));
        (await host.GetAsync(order)).Status.ShouldBe("paying");
    }

    [Fact]
    public async Task It_is_looked_by_itself_where_nobody_tells()
    {
        var order = await host.BuyAsync((await host.ShopAsync(), OfferId.New(), 1));
        await host.Stripe.PayAsync(order.PaymentUrl!);
        host.Clock.Pass(TimeSpan.FromSeconds(21));
        await host.BecomesAsync(order, "confirmed");
    }

    [Fact]
    public async Task A_card_that_is_refused_can_be_followed_by_another_and_a_hold_that_passes_closes_the_page()
    {
        var shop = await host.ShopAsync();
        var (order, other) = (await host.BuyAsync((shop, OfferId.New(), 1)), await host.BuyAsync((shop, OfferId.New(), 1)));
        await host.Stripe.PayAsync(order.PaymentUrl!, "4000000000000002");
        (await host.LookAsync(order)).Purchase!.State.ShouldBe("open");
        await host.Stripe.PayAsync(order.PaymentUrl!, "4000002500003155");
        (await host.LookAsync(order)).Status.ShouldBe("confirmed");

        host.Clock.Pass(Hold);
        await host.BecomesAsync(other, "expired");
        (await host.GetAsync(other)).Purchase.ShouldBe(new PurchaseView("none", 450, "expired"));
        await host.Others.HearsAsync<ReleaseStock>(other.OrderId);
        await host.Others.HearsAsync<ReleasePickupSlots>(other.OrderId);
        (await host.AtStripeAsync(other)).Single().GetProperty("status").GetString().ShouldBe("expired");
        (await host.GetAsync(order)).Status.ShouldBe("confirmed");
    }

    [Fact]
    public async Task Paid_while_the_hold_passed_and_nobody_had_told_it_stands()
    {
        var order = await host.BuyAsync((await host.ShopAsync(), OfferId.New(), 1));
        await host.Stripe.ControlAsync("/faults", new { method = "GET", path = "/v1/checkout/sessions/", when = "before", status = 500, count = 9 });
        await host.Stripe.PayAsync(order.PaymentUrl!);
        host.Clock.Pass(Hold);
        await host.BecomesAsync(order, p => p.State is "closing" or "authorised");
        host.Others.Of<ReleaseStock>(order.OrderId).ShouldBeEmpty();
        for (var i = 0; i < 30 && (await host.GetAsync(order)).Status == "paying"; i++)
        {
            host.Clock.Pass(TimeSpan.FromSeconds(6));
            await Task.Delay(300, TestContext.Current.CancellationToken);
        }

        (await host.GetAsync(order)).ShouldSatisfyAllConditions(o => o.Status.ShouldBe("confirmed"), o => o.Purchase!.State.ShouldBe("authorised"));
        host.Others.Of<ReleaseStock>(order.OrderId).ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_cancels_pays_nothing_and_who_had_paid_a_moment_before_gets_it_back()
    {
        var shop = await host.ShopAsync();
        var (order, paid) = (await host.BuyAsync((shop, OfferId.New(), 1)), await host.BuyAsync((shop, OfferId.New(), 1)));
        await CancelAsync(order);
        await host.BecomesAsync(order, "cancelled");
        (await host.AtStripeAsync(order)).Single().GetProperty("status").GetString().ShouldBe("expired");

        await host.Stripe.PayAsync(paid.PaymentUrl!);
        await CancelAsync(paid);
        await host.BecomesAsync(paid, p => p.State == "returned");
        (await host.GetAsync(paid)).Status.ShouldBe("cancelled");
        await host.Others.HearsAsync<ReleaseStock>(paid.OrderId);
    }

    public static TheoryData<int, bool> Deaths => [.. Enumerable.Range(1, 4).SelectMany(n => new[] { (n, false), (n, true) })];

    /// <summary>The calls of a purchase that is given up after it was paid: open the page, close it, read what was paid, give it back. At each of them the process dies, before and after.</summary>
    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task Whichever_call_a_process_dies_at_it_is_paid_once_and_goes_back_once(int call, bool after)
    {
        var shop = await host.ShopAsync();
        host.Deaths.Await(call, after);
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 3)) with { Payment = "card" });
        await Eventually.BecomesAsync(async () =>
        {
            host.Clock.Pass(TimeSpan.FromSeconds(2));
            return (order = await host.GetAsync(order.OrderId, order.AccessToken!)).PaymentUrl is not null;
        }, TimeSpan.FromSeconds(30));
        await host.Stripe.PayAsync(order.PaymentUrl!);
        await CancelAsync(order);
        await Eventually.BecomesAsync(async () =>
        {
            host.Clock.Pass(TimeSpan.FromSeconds(2));
            return (await host.GetAsync(order)).Purchase!.State == "returned";
        }, TimeSpan.FromSeconds(30));
        host.Deaths.Died.ShouldBeTrue();
        (await host.AtStripeAsync(order)).ShouldHaveSingleItem();
        var payment = await host.ScalarAsync<string>("select data->>'payment' from events where stream = $1 and type = 'order-payment-authorised.v1'", Orders.Order.StreamOf(order.OrderId));
        (await host.Stripe.StripeAsync($"/v1/payment_intents/{payment}")).ShouldSatisfyAllConditions(
            p => p.GetProperty("status").GetString().ShouldBe("canceled"), p => p.GetProperty("amount_received").GetInt64().ShouldBe(0));
        (await host.ScalarAsync<long>("select count(*) from events where stream = $1 and type in ('order-abandoned.v1', 'order-payment-returned.v1', 'order-payment-authorised.v1')", Orders.Order.StreamOf(order.OrderId))).ShouldBe(3);
    }

    [Fact]
    public async Task Who_gives_up_while_the_page_is_being_closed_is_heard_also_where_it_turns_out_to_be_paid()
    {
        var order = await host.BuyAsync((await host.ShopAsync(), OfferId.New(), 1));
        await host.Stripe.PayAsync(order.PaymentUrl!);
        await host.Stripe.ControlAsync("/faults", new { path = "/v1/checkout/sessions/", when = "before", status = 500, count = 6 });
        host.Clock.Pass(Hold);
        await host.BecomesAsync(order, p => p.State is "closing");
        await CancelAsync(order);
        await Eventually.BecomesAsync(async () =>
        {
            host.Clock.Pass(TimeSpan.FromSeconds(3));
            return (await host.GetAsync(order)).Purchase!.State == "returned";
        }, TimeSpan.FromSeconds(30));
        (await host.GetAsync(order)).Status.ShouldBe("cancelled");
    }

    [Fact]
    public async Task Where_there_is_no_page_to_be_had_whoever_orders_is_told_and_nothing_is_held()
    {
        await host.Stripe.ControlAsync("/faults", new { method = "POST", path = "/v1/checkout/sessions", when = "before", status = 400, code = "parameter_invalid" });
        var (status, code, problem) = await ProblemAsync(await PostAsync(host.Anonymous, host.Basket((await host.ShopAsync(), OfferId.New(), 1)) with { Payment = "card" }));
        (status, code).ShouldBe((409, "payment-unavailable"));
        var order = OrderId.Parse(problem.GetProperty("orderId").GetString()!, null);
        await host.Others.HearsAsync<ReleaseStock>(order);
        await host.Others.HearsAsync<ReleasePickupSlots>(order);
        host.Mails.All.ShouldNotContain(m => m.Subject.Contains(OrderReference.Of(order)), "the answer said it");
    }

    [Fact]
    public async Task Less_than_a_card_pays_is_refused_before_anything_is_held_where_the_price_is_said_and_else_as_soon_as_it_is_known()
    {
        var (shop, offer) = (await host.ShopAsync(), OfferId.New());
        var basket = host.Basket((shop, offer, 1)) with { Payment = "card" };
        PlaceOrder At(long cents) => basket with { ShopOrders = [basket.ShopOrders[0] with { Lines = [basket.ShopOrders[0].Lines[0] with { ExpectedPriceCents = cents }] }] };
        (await ProblemAsync(await PostAsync(host.Anonymous, At(49)))).ShouldSatisfyAllConditions(p => p.Code.ShouldBe("amount-too-small"), p => p.Problem.TryGetProperty("orderId", out _).ShouldBeFalse());
        var line = basket.ShopOrders[0].Lines[0] with { ExpectedPriceCents = long.MaxValue };
        var dear = host.Basket((shop, offer, 1)) with { Payment = "card", ShopOrders = [basket.ShopOrders[0] with { Lines = [line, line with { OfferId = OfferId.New() }] }] };
        ((int)(await PostAsync(host.Anonymous, dear)).StatusCode).ShouldBeLessThan(500, "prices that nothing has are summed too");
        var stock = host.Others.Stock;
        try
        {
            host.Others.Stock = asked => host.Others.Reserved(asked) is var r ? r with { Shops = [.. r.Shops.Select(s => s with { Lines = [.. s.Lines.Select(l => l with { PriceCents = 49 })] })] } : null;
            var (status, code, problem) = await ProblemAsync(await PostAsync(host.Anonymous, basket));
            (status, code).ShouldBe((409, "amount-too-small"));
            await host.Others.HearsAsync<ReleaseStock>(OrderId.Parse(problem.GetProperty("orderId").GetString()!, null));
        }
        finally
        {
            host.Others.Stock = stock;
        }
    }

    [Fact]
    public async Task Slots_that_a_card_cannot_pay_are_refused_and_the_hold_ends_before_the_first_begins()
    {
        var shop = await host.ShopAsync();
        PlaceOrder In(double hours, string payment = "card") => host.Basket((shop, OfferId.New(), 1)) is var b ? b with { Payment = payment, ShopOrders = [b.ShopOrders[0] with { PickupSlotId = host.SlotOf(shop, hours) }] } : null!;
        (await ProblemAsync(await PostAsync(host.Anonymous, In(5 * 24 + 1)))).ShouldSatisfyAllConditions(p => p.Status.ShouldBe(409), p => p.Code.ShouldBe("too-far-for-card"), p => p.Problem.GetProperty("field").GetString().ShouldBe("shopOrders[0].pickupSlotId"));
        (await ProblemAsync(await PostAsync(host.Anonymous, In(4 / 60.0)))).Code.ShouldBe("too-soon-for-card");
        (await PlaceAsync(host.Anonymous, In(5 * 24 + 1, "in-shop"))).Status.ShouldBe("confirmed");
        var soon = await PlaceAsync(host.Anonymous, In(9 / 60.0));
        soon.HoldExpiresAt.ShouldBeLessThanOrEqualTo(host.Clock.GetUtcNow().AddMinutes(9));
    }

    [Fact]
    public async Task What_is_sold_by_weight_is_set_aside_at_the_most_it_may_come_to_on_the_scale()
    {
        var shop = await host.ShopAsync();
        var basket = host.Basket((shop, OfferId.New(), 300)) with { Payment = "card" };
        basket = basket with { ShopOrders = [basket.ShopOrders[0] with { Lines = [basket.ShopOrders[0].Lines[0] with { ExpectedPriceCents = 2690, ExpectedPieceGrams = 0, AtMost = 345 }] }] };
        var stock = host.Others.Stock;
        OrderView order;
        try
        {
            host.Others.Stock = asked => host.Others.Reserved(asked) is var r ? r with { Shops = [.. r.Shops.Select(s => s with { Lines = [.. s.Lines.Select(l => l with { Unit = SaleUnit.Weight, PriceCents = 2690 })] })] } : null;
            order = await PlaceAsync(host.Anonymous, basket);
        }
        finally
        {
            host.Others.Stock = stock;
        }

        (order.Purchase!.AmountCents, (await host.AtStripeAsync(order)).ShouldHaveSingleItem().GetProperty("amount_total").GetInt64()).ShouldBe((928, 928));
        await host.Stripe.PayAsync(order.PaymentUrl!);
        (await host.LookAsync(order)).Status.ShouldBe("confirmed");
    }

    [Fact]
    public async Task A_shop_that_cannot_be_paid_is_told_before_and_its_order_refused_before_anything_is_held()
    {
        var (with, without) = (await host.ShopAsync(), await host.ShopAsync());
        host.AskedAbout.UnionWith([with.Id, without.Id]);
        await host.AccountAsync(with);
        var offered = await ReadAsync<CardPayment>(await host.Anonymous.GetAsync($"/api/v1/payments/card?shops={with.Slug},{without.Slug},nulle-part"));
        (offered.State, string.Join(',', offered.Without)).ShouldBe(("open", $"{without.Slug},nulle-part"));

        var basket = host.Basket((with, OfferId.New(), 1), (without, OfferId.New(), 1)) with { Payment = "card" };
        var (status, code, problem) = await ProblemAsync(await PostAsync(host.Anonymous, basket));
        (status, code, problem.GetProperty("field").GetString(), problem.TryGetProperty("orderId", out _)).ShouldBe((409, "shop-without-card", "shopOrders[1].shop", false));
        problem.GetProperty("shops").EnumerateArray().Select(s => s.GetString()).ShouldBe([without.Slug]);
        problem.GetProperty("detail").GetString()!.ShouldContain(without.Name);
        (await PlaceAsync(host.Anonymous, basket with { Payment = "in-shop" })).Status.ShouldBe("confirmed");

        // Its owner has filled in what was asked: in some seconds it is known.
        await host.AccountAsync(without);
        host.Clock.Pass(TimeSpan.FromSeconds(6));
        (await PlaceAsync(host.Anonymous, basket)).Status.ShouldBe("paying");
    }

    [Fact]
    public async Task Whether_a_shop_can_be_paid_is_not_guessed_where_the_other_side_is_away()
    {
        var shop = await host.ShopAsync();
        host.AskedAbout.Add(shop.Id);
        await host.Stripe.ControlAsync("/faults", new { count = 1, method = "GET", path = "/v1/accounts", when = "before", status = 500, shouldRetry = false });
        (await ReadAsync<CardPayment>(await host.Anonymous.GetAsync($"/api/v1/payments/card?shops={shop.Slug}"))).State.ShouldBe("away");
        var (status, code, problem) = await ProblemAsync(await PostAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)) with { Payment = "card" }));
        (status, code, problem.TryGetProperty("orderId", out _)).ShouldBe((409, "payment-unavailable", false));
    }

    [Theory]
    [InlineData("a1b2c3d4e5f6", null)]
    [InlineData("Version d’avril", "terms-unknown")]
    [InlineData("", "terms-unknown")]
    [InlineData("12345678901234567890123456789012345678901", "terms-unknown")]
    public async Task The_version_of_the_terms_that_was_accepted_stays_with_the_order(string terms, string? refused)
    {
        var basket = host.Basket((await host.ShopAsync(), OfferId.New(), 1)) with { Payment = "card", Terms = terms };
        if (refused is not null)
        {
            (await ProblemAsync(await PostAsync(host.Anonymous, basket))).ShouldSatisfyAllConditions(p => p.Status.ShouldBe(422), p => p.Code.ShouldBe(refused), p => p.Problem.GetProperty("field").GetString().ShouldBe("terms"));
            return;
        }

        var order = await PlaceAsync(host.Anonymous, basket);
        (await host.GetAsync(order)).Terms.ShouldBe(terms);
        (await host.ScalarAsync<string>("select data->>'terms' from events where stream = $1 and type like 'order-placed.%'", Orders.Order.StreamOf(order.OrderId))).ShouldBe(terms);
    }

    [Fact]
    public async Task An_event_about_an_order_that_is_none_of_ours_is_kept_and_answered()
    {
        var nobodys = OrderId.New();
        (await host.TellAsync(nobodys)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await host.ScalarAsync<long>("select count(*) from payment_events where order_id = $1", nobodys.Value)).ShouldBe(1);
        await Eventually.BecomesAsync(async () => await host.ScalarAsync<long>("select count(*) from due_work where kind = 'purchase' and key = $1", nobodys.ToString()) == 0, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Events_are_forgotten_after_a_month()
    {
        var (old, recent) = (OrderId.New(), OrderId.New());
        await host.TellAsync(old);
        await host.TellAsync(recent);
        await using (var age = host.Database.CreateCommand("update payment_events set received_at = received_at - interval '31 days' where order_id = $1"))
        {
            age.Parameters.Add(new() { Value = old.Value });
            await age.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await host.App.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<Orders.Housekeeping>().Single().RunAsync(TestContext.Current.CancellationToken);
        (await host.ScalarAsync<long>("select count(*) from payment_events where order_id = any($1)", new[] { old.Value, recent.Value })).ShouldBe(1);
    }

    [Fact]
    public async Task Who_looks_again_and_again_does_not_have_the_other_side_asked_each_time()
    {
        var order = await host.BuyAsync((await host.ShopAsync(), OfferId.New(), 1));
        (await host.LookAsync(order)).Status.ShouldBe("paying");
        await host.Stripe.PayAsync(order.PaymentUrl!);
        var looks = host.App.Services.GetRequiredService<Purchases.PurchaseLooks>();
        looks.WaitOf(order.OrderId).ShouldBeInRange(TimeSpan.FromTicks(1), Purchases.PurchaseLooks.Least, "asked a moment ago");
        (await host.LookAsync(order, later: false)).Status.ShouldBe("confirmed", "but who has just paid is not shown what stood before: it waits until it may be asked");
    }

    [Fact]
    public async Task Signatures_that_are_not_stripes_are_refused_and_leave_nothing()
    {
        var order = await host.BuyAsync((await host.ShopAsync(), OfferId.New(), 1));
        HttpResponseMessage[] refused =
        [
            await host.TellAsync(order, secret: "whsec_of_somebody"), await host.TellAsync(order, at: DateTimeOffset.UtcNow.AddMinutes(-6)), await host.TellAsync(order, at: DateTimeOffset.UtcNow.AddMinutes(6)),
            await host.SendAsync("{}", null), await host.SendAsync("{}", "t=now,v1=00"), await host.SendAsync("{}", ""),
        ];
        foreach (var answer in refused)
        {
            (await ProblemAsync(answer)).ShouldSatisfyAllConditions(p => p.Status.ShouldBe(400), p => p.Code.ShouldBe("signature-refused"));
        }

        (await ProblemAsync(await host.TellAsync(order, live: true))).Code.ShouldBe("event-of-other-mode");
        (await ProblemAsync(await SignedAsync("[1]"))).Code.ShouldBe("event-unreadable");
        (await ProblemAsync(await host.SendAsync(new string('x', 300_000), "t=1,v1=00"))).ShouldSatisfyAllConditions(p => p.Status.ShouldBe(413), p => p.Code.ShouldBe("event-too-large"));
        (await host.ScalarAsync<long>("select count(*) from payment_events where order_id = $1", order.OrderId.Value)).ShouldBe(0);
    }

    [Fact]
    public async Task Somebody_elses_order_is_not_looked_at()
    {
        var order = await host.BuyAsync((await host.ShopAsync(), OfferId.New(), 1));
        (await ProblemAsync(await host.Anonymous.PostAsync($"/api/v1/orders/{order.OrderId}/payment/look", null))).Status.ShouldBe(401);
        (await ProblemAsync(await host.Anonymous.PostAsync($"/api/v1/orders/{order.OrderId}/payment/look?token=wrong", null))).Status.ShouldBe(404);
    }

    private async Task CancelAsync(OrderView order) =>
        await ReadAsync<OrderView>(await host.Anonymous.PostAsync($"/api/v1/orders/{order.OrderId}/cancellation?token={order.AccessToken}", null));

    private async Task<HttpResponseMessage> SignedAsync(string body)
    {
        var time = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return await host.SendAsync(body, $"t={time},v1={Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData("whsec_of_the_tests"u8, System.Text.Encoding.UTF8.GetBytes($"{time}.{body}")))}");
    }
}

/// <summary>Where no key is set, or the wrong one.</summary>
public sealed class Not_paying_by_card(OrderingHost host) : IClassFixture<OrderingHost>
{
    [Fact]
    public async Task Without_a_key_nobody_is_asked_to_pay()
    {
        (await ProblemAsync(await PostAsync(host.Anonymous, host.Basket((await host.ShopAsync(), OfferId.New(), 1)) with { Payment = "card" }))).Code.ShouldBe("payment-not-available");
        (await ProblemAsync(await host.Anonymous.PostAsync("/api/v1/payments/events", new StringContent("{}", System.Text.Encoding.UTF8, "application/json")))).Code.ShouldBe("payments-not-found");
        (await ReadAsync<CardPayment>(await host.Anonymous.GetAsync("/api/v1/payments/card?shops=nulle-part"))).State.ShouldBe("closed");
        (await ProblemAsync(await host.Anonymous.GetAsync("/api/v1/payments/card?shops=" + string.Join(',', Enumerable.Range(0, 31))))).Code.ShouldBe("order-too-large");
    }

    [Theory]
    [InlineData("Development", "sk_test_1", "", "", "Stripe:WebhookSecret")]
    [InlineData("Development", "sk_test_1", "secret", "", "whsec_")]
    [InlineData("Development", "pk_test_1", "whsec_1", "", "sk_test_")]
    [InlineData("Development", "sk_live_1", "whsec_1", "http://localhost:1", "live key")]
    [InlineData("Development", "sk_test_1", "whsec_1", "nowhere", "Stripe:Address")]
    public void Half_of_the_settings_stop_the_start(string environment, string key, string secret, string address, string said) =>
        Should.Throw<ServiceDefaults.SettingsException>(() =>
        {
            using var app = host.Start(null, ("environment", environment), ("Stripe:SecretKey", key), ("Stripe:WebhookSecret", secret), ("Stripe:Address", address));
            _ = app.Services;
        }).Message.ShouldContain(said);
}
