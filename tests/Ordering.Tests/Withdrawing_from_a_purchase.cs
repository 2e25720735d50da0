using System.Net.Http.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Notifications;
using Marketplace.ServiceDefaults.Shops;
using Microsoft.Extensions.DependencyInjection;
using static Marketplace.Ordering.Tests.OrderingHost;

namespace Marketplace.Ordering.Tests;

/// <summary>From “withdraw from the contract here” to the money on the card: acknowledged at once, once under repetition, for guests too, and by itself at the term.</summary>
public sealed class Withdrawing_from_a_purchase(PayingHost host) : IClassFixture<PayingHost>
{
    private const string Disputed = "4000000000000259";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_guest_withdraws_from_one_line_and_is_refunded_once_it_is_back()
    {
        var shop = await host.ShopAsync();
        var account = await host.AccountAsync(shop);
        var (order, offer) = await CollectedAsync((shop, 3));
        var part = (await host.GetAsync(order)).ShopOrders.Single();
        part.ShouldSatisfyAllConditions(s => s.WithdrawUntil!.Value.ShouldBeGreaterThan(host.Clock.GetUtcNow().AddDays(13)), s => s.Lines.Single().Withdrawable.ShouldBe(3), s => s.Withdrawals.ShouldBeNull());
        var id = Guid.NewGuid();
        // Pressed twice, and sent again.
        await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ => (await WithdrawAsync(order, shop, id, (offer, 2))).EnsureSuccessStatusCode()));
        (await host.CountAsync(order, "order-withdrawal-declared.v1")).ShouldBe(1);
        part = (await host.GetAsync(order)).ShopOrders.Single();
        part.Withdrawals.ShouldHaveSingleItem().ShouldSatisfyAllConditions(w => w.State.ShouldBe("awaited"), w => w.Cents.ShouldBe(900), w => w.WithdrawalId.ShouldBe(id), w => w.ReturnBy.ShouldBeGreaterThan(w.At.AddDays(13)), w => w.RefundBy.ShouldBeInRange(w.At.AddDays(13), w.At.AddDays(15)));
        part.Lines.Single().Withdrawable.ShouldBe(1);
        var mail = await MailAsync(order, "accusé de réception de votre rétractation");
        Plain(mail.Text).ShouldSatisfyAllConditions(t => t.ShouldContain("Votre rétractation est enregistrée :"), t => t.ShouldContain(host.Clock.GetUtcNow().Year.ToString(System.Globalization.CultureInfo.InvariantCulture)), t => t.ShouldContain("2 × Pain complet"), t => t.ShouldContain("9,00 €"), t => t.ShouldContain("Rapportez-les"));
        host.Mails.All.Count(m => m.Subject.Contains("rétractation", StringComparison.Ordinal) && m.Subject.Contains(order.Reference, StringComparison.Ordinal)).ShouldBe(1);
        // The shop finds it, and nothing has gone back yet.
        (await ListAsync(shop)).ShouldBe([order.OrderId]);
        (await host.CountAsync(order, "order-refund-requested.v1")).ShouldBe(0);
        var card = await BackAsync(shop, order, id);
        card.Withdrawals.ShouldHaveSingleItem().State.ShouldBe("refunded");
        await BackAsync(shop, order, id);
        (await ListAsync(shop)).ShouldBeEmpty();
        await SettledAsync(order, fetched: 1);
        (await StripeRefundsAsync(order)).ShouldBe([900]);
        (await PassedOnAsync(order)).ShouldBe([(account, 1350, 900)]);
        Plain((await MailAsync(order, "9,00 € vous sont remboursés")).Text).ShouldContain("à la suite de votre rétractation");
        (await host.GetAsync(order)).Timeline.Select(t => t.Kind).Where(k => k is "withdrawn" or "goods-back" or "refunded").ShouldBe(["withdrawn", "goods-back", "refunded"]);
    }

    [Fact]
    public async Task Nothing_is_heard_of_the_shop_and_it_is_refunded_at_the_term()
    {
        var shop = await host.ShopAsync();
        await host.AccountAsync(shop);
        var (order, offer) = await CollectedAsync((shop, 1));
        (await WithdrawAsync(order, shop, Guid.NewGuid(), (offer, 1))).EnsureSuccessStatusCode();
        var by = (await host.GetAsync(order)).ShopOrders.Single().Withdrawals!.Single().RefundBy;
        await host.PassAsync(by - host.Clock.GetUtcNow() - TimeSpan.FromMinutes(2));
        (await host.CountAsync(order, "order-refund-requested.v1")).ShouldBe(0);
        await host.PassAsync(TimeSpan.FromMinutes(3));
        await SettledAsync(order);
        (await StripeRefundsAsync(order)).ShouldBe([450]);
        (await ListAsync(shop)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_shop_that_wants_mails_is_told_by_one_that_names_nobody()
    {
        var shop = await host.ShopAsync();
        await host.AccountAsync(shop);
        var (order, offer) = await CollectedAsync((shop, 1));
        (await host.Member(shop).PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/order-mails", new OrderMails($"{shop.Slug}@exemple.fr"), Token)).EnsureSuccessStatusCode();
        (await WithdrawAsync(order, shop, Guid.NewGuid(), (offer, 1))).EnsureSuccessStatusCode();
        await BecomesAsync(() => Task.FromResult(host.Mails.All.Any(m => m.ToAddress == $"{shop.Slug}@exemple.fr")));
        var mail = host.Mails.All.Single(m => m.ToAddress == $"{shop.Slug}@exemple.fr");
        Plain(mail.Subject).ShouldBe($"Rétractation, commande {order.Reference}");
        Plain(mail.Text).ShouldSatisfyAllConditions(t => t.ShouldContain("1 × Pain complet"), t => t.ShouldContain("4,50 €"), t => t.ShouldContain("À rembourser au plus tard le"), t => t.ShouldNotContain("Durand"), t => t.ShouldNotContain("À accepter"));
    }

    [Fact]
    public async Task A_shop_that_says_that_nothing_came_back_keeps_it_until_something_does()
    {
        var shop = await host.ShopAsync();
        await host.AccountAsync(shop);
        var (order, offer) = await CollectedAsync((shop, 1));
        var id = Guid.NewGuid();
        (await WithdrawAsync(order, shop, id, (offer, 1))).EnsureSuccessStatusCode();
        var withheld = await ReadAsync<ShopOrderCard>(await host.Member(shop).PostAsync(At(shop, order, id, "withheld"), null, Token));
        withheld.Withdrawals.ShouldHaveSingleItem().State.ShouldBe("withheld");
        (await MailAsync(order, "la boutique attend vos articles")).Text.ShouldContain("preuve");
        await host.PassAsync(TimeSpan.FromDays(30));
        (await host.CountAsync(order, "order-refund-requested.v1")).ShouldBe(0);
        (await ListAsync(shop)).ShouldBe([order.OrderId]);
        await BackAsync(shop, order, id, "sent");
        await SettledAsync(order);
        (await ProblemAsync(await host.Member(shop).PostAsync(At(shop, order, id, "withheld"), null, Token))).Code.ShouldBe("withdrawal-settled");
        (await ProblemAsync(await host.Member(shop).PostAsync(At(shop, order, Guid.NewGuid(), "withheld"), null, Token))).Code.ShouldBe("withdrawal-not-found");
        (await ProblemAsync(await host.Member(shop).PostAsJsonAsync(At(shop, order, id, "back"), new GoodsBack("perhaps"), Token))).Code.ShouldBe("return-unknown");
    }

    [Fact]
    public async Task Who_says_that_the_goods_were_sent_is_refunded_unless_the_shop_looks_and_says_so_again()
    {
        var shop = await host.ShopAsync();
        await host.AccountAsync(shop);
        var (order, offer) = await CollectedAsync((shop, 1));
        var id = Guid.NewGuid();
        (await WithdrawAsync(order, shop, id, (offer, 1))).EnsureSuccessStatusCode();
        (await host.Member(shop).PostAsync(At(shop, order, id, "withheld"), null, Token)).EnsureSuccessStatusCode();
        await host.PassAsync(TimeSpan.FromDays(20));
        var address = $"/api/v1/orders/{order.OrderId}/withdrawals/{id}/goods?token={order.AccessToken}";
        (await ProblemAsync(await host.Anonymous.PostAsJsonAsync(address, new GoodsSaid(shop.Slug, "perhaps"), Token))).Code.ShouldBe("goods-said-unknown");
        var said = (await ReadAsync<OrderView>(await host.Anonymous.PostAsJsonAsync(address, new GoodsSaid(shop.Slug, "sent"), Token))).ShopOrders.Single().Withdrawals!.Single();
        said.ShouldSatisfyAllConditions(w => w.State.ShouldBe("awaited"), w => w.Said.ShouldBe("sent"), w => w.RefundBy.ShouldBeGreaterThan(host.Clock.GetUtcNow().AddDays(13)));
        await host.PassAsync(said.RefundBy - host.Clock.GetUtcNow() + TimeSpan.FromMinutes(1));
        await SettledAsync(order);
        (await StripeRefundsAsync(order)).ShouldBe([450]);
    }

    [Fact]
    public async Task The_same_sent_again_by_who_saw_the_order_before_is_the_same_and_who_left_hears_of_it_still()
    {
        var shop = await host.ShopAsync();
        await host.AccountAsync(shop);
        var (order, offer) = await CollectedAsync((shop, 1));
        var id = Guid.NewGuid();
        var address = $"/api/v1/orders/{order.OrderId}/withdrawals/{id}?token={order.AccessToken}";
        using var seen = await host.Anonymous.GetAsync($"/api/v1/orders/{order.OrderId}?token={order.AccessToken}", Token);
        foreach (var _ in Enumerable.Range(0, 2))
        {
            using var again = new HttpRequestMessage(HttpMethod.Put, address) { Content = JsonContent.Create(Said(shop, (offer, 1))) };
            again.Headers.IfMatch.Add(seen.Headers.ETag!);
            (await host.Anonymous.SendAsync(again, Token)).EnsureSuccessStatusCode();
        }

        (await host.CountAsync(order, "order-withdrawal-declared.v1")).ShouldBe(1);
        await MailAsync(order, "accusé de réception");
        // The account goes; what they are owed is told to the address all the same, and only then is it forgotten.
        (await host.ScalarAsync<int>("update contacts set person_left = true, person_id = null where order_id::text = $1 returning 1", order.OrderId.ToString())).ShouldBe(1);
        var erasure = host.App.Services.GetRequiredService<Erasure.ContactErasure>();
        await erasure.EraseAsync(Token);
        await BackAsync(shop, order, id);
        await SettledAsync(order, fetched: 1);
        await erasure.EraseAsync(Token);
        await MailAsync(order, "4,50 € vous sont remboursés");
        (await host.ScalarAsync<long>("select count(*) from contacts where order_id::text = $1", order.OrderId.ToString())).ShouldBe(1, "they may withdraw still, and the refund may come back");
        await host.PassAsync(TimeSpan.FromDays(46));
        await BecomesAsync(async () =>
        {
            await erasure.EraseAsync(Token);
            return await host.ScalarAsync<long>("select count(*) from contacts where order_id::text = $1", order.OrderId.ToString()) == 0;
        });
    }

    [Fact]
    public async Task The_most_urgent_stands_first_in_the_shops_list()
    {
        var shop = await host.ShopAsync();
        await host.AccountAsync(shop);
        var (first, offer) = await CollectedAsync((shop, 1));
        var (second, other) = await CollectedAsync((shop, 1));
        (await WithdrawAsync(first, shop, Guid.NewGuid(), (offer, 1))).EnsureSuccessStatusCode();
        await host.PassAsync(TimeSpan.FromDays(2));
        (await WithdrawAsync(second, shop, Guid.NewGuid(), (other, 1))).EnsureSuccessStatusCode();
        (await ListAsync(shop)).ShouldBe([first.OrderId, second.OrderId]);
    }

    [Fact]
    public async Task What_is_withdrawn_from_while_the_shops_mail_is_on_its_way_is_told_as_well()
    {
        var shop = await host.ShopAsync();
        await host.AccountAsync(shop);
        var (order, offer) = await CollectedAsync((shop, 2));
        var address = $"{shop.Slug}@exemple.fr";
        (await host.Member(shop).PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/order-mails", new OrderMails(address), Token)).EnsureSuccessStatusCode();
        host.Mails.RefusingTo[address] = new IOException("away"); // so that nothing is told but here
        (await WithdrawAsync(order, shop, Guid.NewGuid(), (offer, 1))).EnsureSuccessStatusCode();
        var mails = host.App.Services.GetRequiredService<Notifications.Shops.ShopMails>();
        var read = await mails.NewsOfAsync(shop.Id, 30, Token);
        (await WithdrawAsync(order, shop, Guid.NewGuid(), (offer, 1))).EnsureSuccessStatusCode();
        await mails.ToldAsync(shop.Id, read, Token);
        (await mails.NewsOfAsync(shop.Id, 30, Token)).ShouldHaveSingleItem().At.ShouldBeGreaterThan(read.Single().At);
        host.Mails.RefusingTo.TryRemove(address, out _);
        await BecomesAsync(async () => host.Mails.All.Any(m => m.ToAddress == address) && (await mails.NewsOfAsync(shop.Id, 30, Token)).Count == 0);
    }

    [Fact]
    public async Task What_the_law_has_them_told_is_tried_for_days_and_then_given_up_with_a_word()
    {
        var shop = await host.ShopAsync();
        await host.AccountAsync(shop);
        var (order, offer) = await CollectedAsync((shop, 1));
        (await WithdrawAsync(order, shop, Guid.NewGuid(), (offer, 1))).EnsureSuccessStatusCode();
        await MailAsync(order, "accusé de réception");
        var work = host.App.Services.GetServices<EventStore.Postgres.IDueWorkHandler>().Single(h => h.Kind == Notice.WorkKind);
        var declared = await host.ScalarAsync<long>("select version from events where stream = $1 and type = 'order-withdrawal-declared.v1'", Orders.Order.StreamOf(order.OrderId));
        host.Mails.Refusing = new IOException("away");
        try
        {
            var now = host.Clock.GetUtcNow();
            (await AtTheLastAsync(NoticeKind.Withdrawn, now)).ShouldNotBeNull().ShouldBeInRange(now, now.AddHours(1));
            (await AtTheLastAsync(NoticeKind.Confirmed, now)).ShouldNotBeNull();
            (await AtTheLastAsync(NoticeKind.Charged, now)).ShouldBeNull();
            (await AtTheLastAsync(NoticeKind.Withdrawn, now.AddDays(-15))).ShouldBeNull();
        }
        finally
        {
            host.Mails.Refusing = null;
        }

        Task<DateTimeOffset?> AtTheLastAsync(NoticeKind kind, DateTimeOffset at) => work.HandleAsync(new EventStore.Postgres.DueWork(Notice.WorkKind, Notice.KeyOf(order.OrderId, declared), at,
            System.Text.Json.JsonSerializer.Serialize(new Notice(kind, [shop.Id], declared, at), NoticeJson.Default.Notice), 30), Token);
    }

    [Fact]
    public async Task What_cannot_go_back_to_the_card_is_owed_still_and_is_said_so_until_it_was_given_back_otherwise()
    {
        var shop = await host.ShopAsync();
        await host.AccountAsync(shop);
        var offer = OfferId.New();
        var order = await HandedOverAsync(Disputed, (shop, offer, 1));
        var id = Guid.NewGuid();
        (await WithdrawAsync(order, shop, id, (offer, 1))).EnsureSuccessStatusCode();
        await BackAsync(shop, order, id);
        await BecomesAsync(async () => await host.CountAsync(order, "order-refund-refused.v1") == 1);
        var part = (await host.GetAsync(order)).ShopOrders.Single();
        part.ShouldSatisfyAllConditions(s => s.Withdrawals!.Single().State.ShouldBe("owed"), s => s.Refunds!.Single().State.ShouldBe("unsent"));
        (await ListAsync(shop)).ShouldBe([order.OrderId]);
        Plain((await MailAsync(order, "n’a pas pu partir")).Text).ShouldSatisfyAllConditions(t => t.ShouldContain("4,50 €"), t => t.ShouldContain("vous reste due"), t => t.ShouldNotContain("Votre banque a renvoyé"));
        // Sent again it is refused again, and told of once.
        var refunds = $"/api/v1/shops/{shop.Slug}/orders/{order.OrderId}/refunds/{id}";
        (await host.Member(shop).PostAsync(refunds + "/again", null, Token)).EnsureSuccessStatusCode();
        await BecomesAsync(async () => await host.CountAsync(order, "order-refund-refused.v1") == 2);
        (await ProblemAsync(await host.Member(shop).PostAsJsonAsync(refunds + "/otherwise", new GivenOtherwise(" ", new DateOnly(2020, 1, 1)), Token))).Code.ShouldBe("refund-word-missing");
        (await ProblemAsync(await host.Member(shop).PostAsJsonAsync(refunds + "/otherwise", new GivenOtherwise("En espèces", new DateOnly(2199, 1, 1)), Token))).Code.ShouldBe("refund-day-unknown");
        var given = await ReadAsync<ShopOrderCard>(await host.Member(shop).PostAsJsonAsync(refunds + "/otherwise", new GivenOtherwise("En espèces", new DateOnly(2026, 1, 2)), Token));
        given.ShouldSatisfyAllConditions(g => g.Withdrawals!.Single().State.ShouldBe("refunded"), g => g.Refunds!.Single().Otherwise.ShouldBe(new RefundView.Elsewhere("En espèces", new DateOnly(2026, 1, 2))));
        (await ListAsync(shop)).ShouldBeEmpty();
        Plain((await MailAsync(order, "remboursés autrement")).Text).ShouldContain("rendus le 2 janvier 2026 : En espèces");
        host.Mails.All.Count(m => m.Subject.Contains("n’a pas pu partir", StringComparison.Ordinal) && m.Subject.Contains(order.Reference, StringComparison.Ordinal)).ShouldBe(1);
        (await StripeRefundsAsync(order)).ShouldBeEmpty();
    }

    public static TheoryData<int, bool> Deaths => [.. Enumerable.Range(1, 2).SelectMany(n => new[] { (n, false), (n, true) })];

    /// <summary>Between the event and the money there are two calls: to give back, and to fetch the shop's share.</summary>
    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task Whichever_call_a_process_dies_at_its_price_goes_back_once(int call, bool after)
    {
        var shop = await host.ShopAsync();
        var account = await host.AccountAsync(shop);
        var (order, offer) = await CollectedAsync((shop, 2));
        var id = Guid.NewGuid();
        (await WithdrawAsync(order, shop, id, (offer, 2))).EnsureSuccessStatusCode();
        host.Deaths.Await(call, after);
        await BackAsync(shop, order, id);
        await SettledAsync(order, fetched: 1);
        host.Deaths.Died.ShouldBeTrue();
        (await StripeRefundsAsync(order)).ShouldBe([900]);
        (await PassedOnAsync(order)).ShouldBe([(account, 900, 900)]);
    }

    [Fact]
    public async Task Who_withdraws_while_the_shop_refunds_the_same_line_gets_no_more_than_was_paid()
    {
        var shop = await host.ShopAsync();
        await host.AccountAsync(shop);
        var (order, offer) = await CollectedAsync((shop, 2));
        var ids = Enumerable.Range(0, 4).Select(_ => Guid.NewGuid()).ToList();
        var withdrawals = ids.Select(i => WithdrawAsync(order, shop, i, (offer, 1)));
        var refunds = Enumerable.Range(0, 4).Select(_ => host.Member(shop).PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/orders/{order.OrderId}/refunds/{Guid.NewGuid()}", new GiveBack([new(offer, 300)], "gesture"), Token));
        var answers = await Task.WhenAll(withdrawals.Concat(refunds));
        answers.Where(a => !a.IsSuccessStatusCode).ShouldAllBe(a => (int)a.StatusCode == 409);
        var part = (await host.GetAsync(order)).ShopOrders.Single();
        foreach (var withdrawal in part.Withdrawals ?? [])
        {
            await BackAsync(shop, order, withdrawal.WithdrawalId);
        }

        await BecomesAsync(async () => await host.CountAsync(order, "order-refund-made.v1") == await host.CountAsync(order, "order-refund-requested.v1"));
        (await StripeRefundsAsync(order)).Sum().ShouldBeLessThanOrEqualTo(900);
        part.Withdrawals!.Count.ShouldBe(2);
        // What is owed to who withdrew was set apart from then on: what is left is left to nobody.
        ((await StripeRefundsAsync(order)).Sum() + 300).ShouldBeGreaterThan(900);
    }

    [Fact]
    public async Task Is_the_residents_alone_and_for_what_they_have_and_may_return()
    {
        var (shop, other) = (await host.ShopAsync(), await host.ShopAsync());
        await host.AccountAsync(shop);
        var (order, offer) = await CollectedAsync((shop, 1));
        (await ProblemAsync(await WithdrawAsync(order with { AccessToken = "another" }, shop, Guid.NewGuid(), (offer, 1)))).Code.ShouldBe("order-not-found");
        (await ProblemAsync(await host.Person(PersonId.New()).PutAsJsonAsync($"/api/v1/orders/{order.OrderId}/withdrawals/{Guid.NewGuid()}", Said(shop, (offer, 1)), Token))).Code.ShouldBe("order-not-found");
        (await ProblemAsync(await host.Anonymous.PutAsJsonAsync($"/api/v1/orders/{order.OrderId}/withdrawals/{Guid.NewGuid()}", Said(shop, (offer, 1)), Token))).Status.ShouldBe(401);
        (await ProblemAsync(await WithdrawAsync(order, other, Guid.NewGuid(), (offer, 1)))).Code.ShouldBe("unknown-shop");
        (await ProblemAsync(await WithdrawAsync(order, shop, Guid.NewGuid(), (OfferId.New(), 1)))).Code.ShouldBe("unknown-line");
        (await ProblemAsync(await WithdrawAsync(order, shop, Guid.NewGuid(), (offer, 2)))).Code.ShouldBe("withdrawal-too-large");
        (await ProblemAsync(await WithdrawAsync(order, shop, Guid.NewGuid()))).Code.ShouldBe("nothing-to-withdraw");
        var id = Guid.NewGuid();
        (await WithdrawAsync(order, shop, id, (offer, 1))).EnsureSuccessStatusCode();
        (await ProblemAsync(await WithdrawAsync(order, shop, id))).Code.ShouldBe("withdrawal-known");
        // Not the other shop's to settle.
        (await ProblemAsync(await host.Member(other).PostAsJsonAsync(At(other, order, id, "back"), new GoodsBack("back"), Token))).Code.ShouldBe("order-not-found");

        var bought = await host.BuyAsync((shop, offer, 1));
        await host.Stripe.PayAsync(bought.PaymentUrl!);
        bought = await host.LookAsync(bought);
        (await ProblemAsync(await WithdrawAsync(bought, shop, Guid.NewGuid(), (offer, 1)))).Code.ShouldBe("not-collected-yet");
        var reserved = await PlaceAsync(host.Anonymous, host.Basket((shop, offer, 1)));
        await ActAsync(host.Member(shop), shop, reserved.OrderId, "ready");
        await ActAsync(host.Member(shop), shop, reserved.OrderId, "handover", new HandOver(reserved.PickupCode!));
        (await ProblemAsync(await WithdrawAsync(reserved, shop, Guid.NewGuid(), (offer, 1)))).Code.ShouldBe("bought-in-the-shop");
        (await host.GetAsync(reserved)).ShopOrders.Single().ShouldSatisfyAllConditions(s => s.WithdrawUntil.ShouldBeNull(), s => s.Lines.Single().Withdrawable.ShouldBeNull());
    }

    [Fact]
    public async Task Is_over_with_its_last_second_and_says_so()
    {
        var shop = await host.ShopAsync();
        await host.AccountAsync(shop);
        var (order, offer) = await CollectedAsync((shop, 2));
        var until = (await host.GetAsync(order)).ShopOrders.Single().WithdrawUntil!.Value;
        await host.PassAsync(until - host.Clock.GetUtcNow() - TimeSpan.FromSeconds(20));
        (await WithdrawAsync(order, shop, Guid.NewGuid(), (offer, 1))).EnsureSuccessStatusCode();
        await host.PassAsync(TimeSpan.FromSeconds(21));
        (await ProblemAsync(await WithdrawAsync(order, shop, Guid.NewGuid(), (offer, 1)))).Code.ShouldBe("withdrawal-too-late");
    }

    [Fact]
    public async Task What_the_law_excepts_is_said_with_the_order_and_refused_and_a_bottle_is_taken_back_unopened()
    {
        var shop = await host.ShopAsync();
        await host.AccountAsync(shop);
        var (cheese, soap, book) = (OfferId.New(), OfferId.New(), OfferId.New());
        host.Others.Stock = asked => asked.Shops.Any(s => s.ShopId == shop.Id) ? new StockReserved(asked.OrderId, [.. asked.Shops.Select(s => new StockReserved.ShopLines(s.ShopId, false, [.. s.Lines.Select(l =>
            new StockReserved.Line(l.OfferId, "SKU", null, l.OfferId == cheese ? "Comté" : l.OfferId == soap ? "Savon" : "L’Étranger", "x", SaleUnit.Piece, l.Quantity, 450, 5.5m, false, false, NoWithdrawal: l.OfferId == cheese ? "perishable" : l.OfferId == soap ? "hygiene" : null))]))]) : host.Others.Reserved(asked);
        var order = await HandedOverAsync((shop, cheese, 1), (shop, soap, 1), (shop, book, 1));
        var told = Plain((await MailAsync(order, "payée par carte")).Text);
        told.ShouldSatisfyAllConditions(t => t.ShouldContain("Droit de rétractation"), t => t.ShouldContain("Ce droit n’existe pas pour : Comté (périssable)"), t => t.ShouldContain("À rendre sans avoir été ouverts : Savon"));
        (await host.GetAsync(order)).ShopOrders.Single().Lines.Select(l => (l.NoWithdrawal, l.Withdrawable)).ShouldBe([("perishable", null), ("hygiene", 1L), (null, 1L)], ignoreOrder: true);
        (await ProblemAsync(await WithdrawAsync(order, shop, Guid.NewGuid(), (cheese, 1)))).Code.ShouldBe("withdrawal-excepted");
        (await ProblemAsync(await WithdrawAsync(order, shop, Guid.NewGuid(), (soap, 1)))).Code.ShouldBe("withdrawal-only-unopened");
        var unopened = new Withdraw(shop.Slug, [new(soap, 1, true), new(book, 1)]);
        (await host.Anonymous.PutAsJsonAsync($"/api/v1/orders/{order.OrderId}/withdrawals/{Guid.NewGuid()}?token={order.AccessToken}", unopened, Token)).EnsureSuccessStatusCode();
        Plain((await MailAsync(order, "accusé de réception")).Text).ShouldSatisfyAllConditions(t => t.ShouldContain("1 × L’Étranger"), t => t.ShouldContain("1 × Savon"), t => t.ShouldNotContain("Comté"));
    }

    private async Task<(OrderView Order, OfferId Offer)> CollectedAsync(params (ShopEntry Shop, long Quantity)[] parts)
    {
        var lines = parts.Select(p => (p.Shop, OfferId.New(), p.Quantity)).ToArray();
        return (await HandedOverAsync(lines), lines[0].Item2);
    }

    private Task<OrderView> HandedOverAsync(params (ShopEntry Shop, OfferId Offer, long Quantity)[] lines) => HandedOverAsync("4242424242424242", lines);

    private async Task<OrderView> HandedOverAsync(string card, params (ShopEntry Shop, OfferId Offer, long Quantity)[] lines)
    {
        var order = await host.BuyAsync(lines);
        await host.Stripe.PayAsync(order.PaymentUrl!, card);
        order = await host.LookAsync(order);
        var shops = lines.Select(l => l.Shop).DistinctBy(s => s.Id).ToList();
        foreach (var shop in shops)
        {
            await ActAsync(host.Member(shop), shop, order.OrderId, "ready");
            await ActAsync(host.Member(shop), shop, order.OrderId, "handover", new HandOver(order.PickupCode!));
        }

        await BecomesAsync(async () => await host.CountAsync(order, "order-payment-transferred.v1") == shops.Count);
        return order;
    }

    private static Withdraw Said(ShopEntry shop, params (OfferId Offer, long Quantity)[] lines) => new(shop.Slug, [.. lines.Select(l => new Withdraw.Item(l.Offer, l.Quantity))]);

    private Task<HttpResponseMessage> WithdrawAsync(OrderView order, ShopEntry shop, Guid id, params (OfferId Offer, long Quantity)[] lines) =>
        host.Anonymous.PutAsJsonAsync($"/api/v1/orders/{order.OrderId}/withdrawals/{id}?token={order.AccessToken}", Said(shop, lines), Token);

    private static string At(ShopEntry shop, OrderView order, Guid withdrawal, string what) => $"/api/v1/shops/{shop.Slug}/orders/{order.OrderId}/withdrawals/{withdrawal}/{what}";

    private async Task<ShopOrderCard> BackAsync(ShopEntry shop, OrderView order, Guid withdrawal, string how = "back") =>
        await ReadAsync<ShopOrderCard>(await host.Member(shop).PostAsJsonAsync(At(shop, order, withdrawal, "back"), new GoodsBack(how), Token));

    private async Task<IReadOnlyList<OrderId>> ListAsync(ShopEntry shop) =>
        [.. (await ReadAsync<ShopOrderPage>(await host.Member(shop).GetAsync($"/api/v1/shops/{shop.Slug}/orders?status=withdrawn-from", Token))).Items.Select(o => o.OrderId)];

    private Task SettledAsync(OrderView order, int fetched = 0) => BecomesAsync(async () =>
        await host.CountAsync(order, "order-refund-made.v1") == 1 && await host.CountAsync(order, "order-payment-reversed.v1") >= fetched);

    private Task BecomesAsync(Func<Task<bool>> like) => Eventually.BecomesAsync(async () =>
    {
        host.Clock.Pass(TimeSpan.FromSeconds(2));
        return await like();
    }, TimeSpan.FromSeconds(40));

    private async Task<List<long>> StripeRefundsAsync(OrderView order) =>
        [.. (await host.Stripe.StripeAsync($"/v1/refunds?limit=100&payment_intent={await host.PaymentAsync(order)}")).GetProperty("data").EnumerateArray().Select(r => r.GetProperty("amount").GetInt64())];

    private async Task<List<(string Account, long Cents, long Back)>> PassedOnAsync(OrderView order) =>
        [.. (await host.Stripe.StripeAsync($"/v1/transfers?limit=100&transfer_group={order.OrderId}")).GetProperty("data").EnumerateArray()
            .Select(t => (t.GetProperty("destination").GetString()!, t.GetProperty("amount").GetInt64(), t.GetProperty("amount_reversed").GetInt64()))];

    private async Task<Mail> MailAsync(OrderView order, string subject)
    {
        bool Is(Mail mail) => Plain(mail.Subject).Contains(subject, StringComparison.Ordinal) && mail.Subject.Contains(order.Reference, StringComparison.Ordinal);
        await Eventually.BecomesAsync(() =>
        {
            host.Clock.Pass(TimeSpan.FromSeconds(1));
            return host.Mails.All.Any(Is);
        }, TimeSpan.FromSeconds(20), subject);
        return host.Mails.All.First(Is);
    }

    // Spaces in sums and before signs are not compared.
    private static string Plain(string text) => text.Replace('\u00a0', ' ').Replace('\u202f', ' ');
}
