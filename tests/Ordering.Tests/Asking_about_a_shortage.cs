using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Ordering;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.EventStore;
using Marketplace.Ordering.Orders;
using Marketplace.ServiceDefaults.Shops;
using Microsoft.Extensions.DependencyInjection;
using static Marketplace.Ordering.Tests.OrderingHost;

namespace Marketplace.Ordering.Tests;

/// <summary>"Il en manque un", over the whole service: asked at the counter, set aside in Catalog, told by mail, answered through the order's link, or lapsed.</summary>
public sealed class Asking_about_a_shortage(OrderingHost host) : IClassFixture<OrderingHost>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_what_there_is()
    {
        var (shop, bread, order) = await OrderAsync();
        var asked = await ReadAsync<ShopOrderCard>(await ProposeAsync(shop, order, Guid.NewGuid(), new ProposeForShortage(bread, 2)));
        asked.Status.ShouldBe("accepted");
        var line = asked.Lines.Single();
        line.Shortage.ShouldNotBeNull().ShouldSatisfyAllConditions(s => s.State.ShouldBe("open"), s => s.Found.ShouldBe(2), s => s.Ordered.ShouldBe(3), s => s.MissingCents.ShouldBe(450), s => s.FoundCents.ShouldBe(900));
        line.Shortage.AnswerBy.ShouldBeInRange(host.Clock.GetUtcNow().AddMinutes(118), host.Clock.GetUtcNow().AddHours(2));
        (await ProblemAsync(await TryAsync(host.Member(shop), shop, order.OrderId, "ready"))).Code.ShouldBe("waits-for-answer");

        var mail = await MailAsync(order, "il manque un article");
        mail.Text.ShouldContain($"https://panier.example/commandes/{order.OrderId}?jeton={order.AccessToken}");
        mail.Text.ShouldContain("n’en a que 2");

        var after = await ReadAsync<OrderView>(await AnswerAsync(order, line.Shortage.ProposalId, "partial"));
        after.ShopOrders.Single().Lines.Single().ShouldSatisfyAllConditions(l => l.Quantity.ShouldBe(2), l => l.State.ShouldBe("ok"), l => l.Shortage!.State.ShouldBe("partial"), l => l.TotalCents.ShouldBe(900));
        after.TotalCents.ShouldBe(900);
        after.Timeline.Select(t => t.Kind).ShouldContain("shortage-answered");
        (await host.ScalarAsync<long>("select total_cents from orders where order_id = $1", order.OrderId.Value)).ShouldBe(900);

        (await ActAsync(host.Member(shop), shop, order.OrderId, "ready")).Lines.Single().FinalQuantity.ShouldBe(2);
        await ActAsync(host.Member(shop), shop, order.OrderId, "handover", new HandOver(order.PickupCode!));
        await host.Others.HearsAsync<IssueStock>(order.OrderId, i => i.Lines.Single().Quantity == 2 && i.Missing!.Single() == new MissingGoods(bread, 1));
    }

    [Fact]
    public async Task The_substitute_is_set_aside_offered_taken_and_handed_over_in_a_name_of_its_own()
    {
        var (shop, bread, order) = await OrderAsync();
        var (rolls, proposal) = (OfferId.New(), Guid.NewGuid());
        var hold = Lack.HoldOf(order.OrderId, shop.Id, proposal);
        var asked = await ReadAsync<ShopOrderCard>(await ProposeAsync(shop, order, proposal, new ProposeForShortage(bread, 1, new(rolls, 2))));
        host.Others.Of<ReserveStock>(hold).Single().Shops.Single().ShouldSatisfyAllConditions(s => s.ShopId.ShouldBe(shop.Id), s => s.Lines.Single().ShouldBe(new ReserveStock.Line(rolls, 2, null)));
        asked.Lines.Single().Shortage!.Substitute.ShouldNotBeNull().ShouldSatisfyAllConditions(s => s.TotalCents.ShouldBe(900), s => s.VatRate.ShouldBe(5.5m));
        (await MailAsync(order, "il manque un article")).Text.ShouldContain("pour 9,00");

        // The shop's ledger names the hold: that is the order, for this shop alone.
        (await ReadAsync<ShopOrderCard>(await host.Member(shop).GetAsync($"/api/v1/shops/{shop.Slug}/orders/{hold}", Token))).OrderId.ShouldBe(order.OrderId);
        var other = await host.ShopAsync();
        (await ProblemAsync(await host.Member(other).GetAsync($"/api/v1/shops/{other.Slug}/orders/{hold}", Token))).Status.ShouldBe(404);

        // Of the names in the ledger each shop is told its own orders, and of a try that came to nothing nothing.
        async Task<NamedOrder[]> NamedAsync(ShopEntry at) => await ReadAsync<NamedOrder[]>(await host.Member(at, "read-only").PostAsJsonAsync($"/api/v1/shops/{at.Slug}/orders/named", new NameOrders([order.OrderId, hold, OrderId.New(), hold]), Token));
        (await NamedAsync(shop)).ShouldBe([new(order.OrderId, order.OrderId, order.Reference), new(hold, order.OrderId, order.Reference)], ignoreOrder: true);
        (await NamedAsync(other)).ShouldBeEmpty();
        (await ProblemAsync(await host.Member(shop).PostAsJsonAsync($"/api/v1/shops/{shop.Slug}/orders/named", new NameOrders([.. Enumerable.Range(0, 101).Select(_ => OrderId.New())]), Token))).Code.ShouldBe("too-many-names");

        // The same press again is the same question, and asks Catalog for nothing more once it has answered.
        (await ReadAsync<ShopOrderCard>(await ProposeAsync(shop, order, proposal, new ProposeForShortage(bread, 1, new(rolls, 2))))).Version.ShouldBe(asked.Version);
        host.Others.Of<ReserveStock>(hold).Count().ShouldBe(1);

        var after = await ReadAsync<OrderView>(await AnswerAsync(order, proposal, "substitute"));
        after.ShopOrders.Single().Lines.Select(l => (l.OfferId, l.Quantity, l.State, l.InsteadOf)).ShouldBe([(bread, 1, "ok", (OfferId?)null), (rolls, 2, "ok", bread)]);
        after.TotalCents.ShouldBe(450 + 900);
        await host.Others.HearsAsync<ConfirmStock>(hold);

        await ActAsync(host.Member(shop), shop, order.OrderId, "ready");
        await ActAsync(host.Member(shop), shop, order.OrderId, "handover", new HandOver(order.PickupCode!));
        await host.Others.HearsAsync<IssueStock>(order.OrderId, i => i.Lines.Single() == new IssueStock.Line(bread, 1) && i.Missing!.Single() == new MissingGoods(bread, 2));
        await host.Others.HearsAsync<IssueStock>(hold, i => i.Lines.Single() == new IssueStock.Line(rolls, 2) && i.Missing is null);
        host.Others.Of<ReleaseStock>(hold).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task Where_the_substitute_s_batch_moves_its_resident_and_its_shop_are_told(bool taken)
    {
        var (shop, bread, order) = await OrderAsync();
        var (rolls, proposal) = (OfferId.New(), Guid.NewGuid());
        var hold = Lack.HoldOf(order.OrderId, shop.Id, proposal);
        var (seven, eleven) = (order.ShopOrders.Single().Pickup!.Start.AddHours(-2), order.ShopOrders.Single().Pickup!.Start.AddHours(2));
        host.Others.Stock = asked => host.Others.Reserved(asked) is var held && asked.OrderId == hold
            ? held with { Shops = [held.Shops[0] with { Lines = [held.Shops[0].Lines[0] with { BatchAt = seven, Title = "Petits pains" }] }] } : held;
        await ReadAsync<ShopOrderCard>(await ProposeAsync(shop, order, proposal, new ProposeForShortage(bread, 1, new(rolls, 2))));
        if (taken)
        {
            await ReadAsync<OrderView>(await AnswerAsync(order, proposal, "substitute"));
        }

        async Task<(OrderView Order, DateTimeOffset? BatchAt)> LookAsync() => await host.GetAsync(order) is var seen && seen.ShopOrders.Single().Lines is var lines
            ? (seen, taken ? lines.Single(l => l.OfferId == rolls).BatchAt : lines.Single().Shortage!.Substitute!.BatchAt) : default;
        (await LookAsync()).BatchAt.ShouldBe(seven);
        await host.Others.SayAsync(new BatchMoved(hold, shop.Id, rolls, seven, eleven, 7));
        await Eventually.BecomesAsync(async () => (await LookAsync()).BatchAt == eleven, TimeSpan.FromSeconds(20));
        (await LookAsync()).Order.Timeline[^1].ShouldSatisfyAllConditions(t => t.Kind.ShouldBe("batch-moved"), t => t.Detail.ShouldBe("Petits pains"));
        (await ReadAsync<ShopOrderCard>(await host.Member(shop).GetAsync($"/api/v1/shops/{shop.Slug}/orders/{order.OrderId}", Token))).Lines
            .ShouldContain(l => taken ? l.BatchAt == eleven : l.Shortage!.Substitute!.BatchAt == eleven);

        host.Clock.Pass(ShopSteps.MailAfter);
        var mail = await MailAsync(order, taken ? "votre fournée sort après le début de votre retrait" : "la fournée de l’article proposé a changé d’heure");
        mail.Text.ShouldContain("Venez après la fournée");
        mail.Text.Contains("Dites ce que vous préférez avant", StringComparison.Ordinal).ShouldBe(!taken);
        host.Others.Of<ReleaseStock>(hold).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_cannot_be_set_aside_is_told_to_the_shop_and_to_nobody_else()
    {
        var (shop, bread, order) = await OrderAsync();
        var (rolls, proposal) = (OfferId.New(), Guid.NewGuid());
        host.Others.Stock = asked => asked.OrderId == Lack.HoldOf(order.OrderId, shop.Id, proposal)
            ? new StockRefused(asked.OrderId, [new StockRefused.Line(shop.Id, rolls, "out-of-stock", "Petits pains", 2, 1, 450)]) : host.Others.Reserved(asked);
        for (var i = 0; i < 2; i++)
        {
            var (status, code, problem) = await ProblemAsync(await ProposeAsync(shop, order, proposal, new ProposeForShortage(bread, 0, new(rolls, 2))));
            (status, code, problem.GetProperty("available").GetInt64()).ShouldBe((409, "substitute-out-of-stock", 1));
        }

        (await host.GetAsync(order)).ShopOrders.Single().Lines.Single().ShouldSatisfyAllConditions(l => l.Shortage.ShouldBeNull(), l => l.Quantity.ShouldBe(3));
        await ActAsync(host.Member(shop), shop, order.OrderId, "ready");
        host.Mails.All.ShouldNotContain(m => m.MessageId.Contains(order.OrderId.ToString()) && m.Subject.Contains("il manque"));
    }

    [Theory]
    [InlineData("drop"), InlineData("partial"), InlineData("lapse"), InlineData("withdraw"), InlineData("cancel"), InlineData("decline"), InlineData("decline-line"), InlineData("suspend")]
    public async Task Whatever_becomes_of_the_question_the_substitute_that_nobody_took_goes_back(string ending)
    {
        var (shop, bread, order) = await OrderAsync();
        var (rolls, proposal) = (OfferId.New(), Guid.NewGuid());
        var hold = Lack.HoldOf(order.OrderId, shop.Id, proposal);
        var asked = await ReadAsync<ShopOrderCard>(await ProposeAsync(shop, order, proposal, new ProposeForShortage(bread, 1, new(rolls, 2)), answerBy: host.Clock.GetUtcNow().AddMinutes(10)));
        switch (ending)
        {
            case "drop" or "partial": await ReadAsync<OrderView>(await AnswerAsync(order, proposal, ending)); break;
            case "lapse":
                host.Clock.Pass(asked.Lines.Single().Shortage!.AnswerBy - host.Clock.GetUtcNow());
                await Eventually.BecomesAsync(async () => (await host.GetAsync(order)).ShopOrders.Single().Lines[0].Shortage?.State == "lapsed", TimeSpan.FromSeconds(20));
                (await MailAsync(order, "ce qui manquait a été retiré")).Text.ShouldContain("Sans réponse");
                break;
            case "withdraw":
                using (var answer = await WithdrawAsync(shop, order, proposal))
                {
                    (await ReadAsync<ShopOrderCard>(answer)).Lines.Single().ShouldSatisfyAllConditions(l => l.Shortage.ShouldBeNull(), l => l.Quantity.ShouldBe(3));
                }

                await MailAsync(order, "vous n’avez plus à répondre");
                break;
            case "cancel": await ReadAsync<OrderView>(await host.Anonymous.PostAsync($"/api/v1/orders/{order.OrderId}/cancellation?token={order.AccessToken}", null, Token)); break;
            case "decline": await ActAsync(host.Member(shop), shop, order.OrderId, "decline", new Decline("closed", null)); break;
            case "decline-line": await ActAsync(host.Member(shop), shop, order.OrderId, "decline", new Decline("closed", [bread])); break;
            case "suspend": await host.SuspendAsync(shop); break;
        }

        await host.Others.HearsAsync<ReleaseStock>(hold);
        host.Others.Of<ConfirmStock>(hold).ShouldBeEmpty();
        host.Others.Of<IssueStock>(hold).ShouldBeEmpty();
        if (ending is "drop")
        {
            await host.Others.HearsAsync<ReleaseStock>(order.OrderId, r => r.Offers is [var gone] && gone == bread && r.Missing!.Single() == new MissingGoods(bread, 2));
        }

        // Asked about it all the same, the answer is the same.
        var before = host.Others.Of<ReleaseStock>(hold).Count();
        await host.Others.SayAsync(new StockHoldOverdue(hold));
        await Eventually.BecomesAsync(() => host.Others.Of<ReleaseStock>(hold).Count() > before, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Asked_about_a_substitute_that_was_taken_it_stays_taken()
    {
        var (shop, bread, order) = await OrderAsync();
        var proposal = Guid.NewGuid();
        var hold = Lack.HoldOf(order.OrderId, shop.Id, proposal);
        await ReadAsync<ShopOrderCard>(await ProposeAsync(shop, order, proposal, new ProposeForShortage(bread, 0, new(OfferId.New(), 3))));
        await ReadAsync<OrderView>(await AnswerAsync(order, proposal, "substitute"));
        await host.Others.HearsAsync<ConfirmStock>(hold);
        await ActAsync(host.Member(shop), shop, order.OrderId, "ready");
        await ActAsync(host.Member(shop), shop, order.OrderId, "handover", new HandOver(order.PickupCode!));
        await host.Others.HearsAsync<IssueStock>(hold);
        // Also when all is over: a release could overtake what was issued.
        await host.Others.SayAsync(new StockHoldOverdue(hold));
        await Eventually.BecomesAsync(() => host.Others.Of<ConfirmStock>(hold).Count() == 2, TimeSpan.FromSeconds(20));
        host.Others.Of<ReleaseStock>(hold).ShouldBeEmpty();
        // Everything of the order's own had been replaced: nothing leaves in its name.
        host.Others.Of<IssueStock>(order.OrderId).ShouldBeEmpty();
    }

    [Fact]
    public async Task Catalog_is_asked_again_until_it_answers_and_may_say_it_thrice()
    {
        var (shop, bread, order) = await OrderAsync();
        var (rolls, proposal, silent) = (OfferId.New(), Guid.NewGuid(), true);
        var hold = Lack.HoldOf(order.OrderId, shop.Id, proposal);
        host.Others.Stock = asked => silent && asked.OrderId == hold ? null : host.Others.Reserved(asked);
        var asked = await ReadAsync<ShopOrderCard>(await ProposeAsync(shop, order, proposal, new ProposeForShortage(bread, 0, new(rolls, 2))));
        asked.Lines.Single().Shortage!.State.ShouldBe("holding");
        (await ProblemAsync(await AnswerAsync(order, proposal, "drop"))).Code.ShouldBe("proposal-gone");
        host.Mails.All.ShouldNotContain(m => m.MessageId.Contains(order.OrderId.ToString()) && m.Subject.Contains("il manque"));

        (silent, host.Others.Times) = (false, 3);
        host.Clock.Pass(TimeSpan.FromSeconds(10));
        await MailAsync(order, "il manque un article");
        host.Others.Times = 1;
        host.Others.Of<ReserveStock>(hold).Count().ShouldBeGreaterThan(1);
        (await host.ScalarAsync<long>("select count(*) from events where stream = $1 and type = 'shop-order-substitute-held.v1'", Order.StreamOf(order.OrderId))).ShouldBe(1);
    }

    [Fact]
    public async Task A_process_that_died_between_writing_the_question_down_and_asking_Catalog_is_made_up_for()
    {
        var (shop, bread, order) = await OrderAsync();
        var proposal = Guid.NewGuid();
        // As the endpoint does, and no further.
        await host.App.Services.GetRequiredService<OrderLog>().HandleAsync(
            order.OrderId, new OrderCommand.ProposeForShortage(shop.Id, proposal, bread, 1, new OfferQuantity(OfferId.New(), 2), false, null, host.Clock.GetUtcNow()), "staff", null, Token);
        host.Clock.Pass(TimeSpan.FromSeconds(5));
        await MailAsync(order, "il manque un article");
        host.Others.Of<ReserveStock>(Lack.HoldOf(order.OrderId, shop.Id, proposal)).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task The_read_models_are_what_the_log_says()
    {
        var (shop, bread, order) = await OrderAsync();
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        await ReadAsync<ShopOrderCard>(await ProposeAsync(shop, order, first, new ProposeForShortage(bread, 1, new(OfferId.New(), 2))));
        (await WithdrawAsync(shop, order, first)).EnsureSuccessStatusCode();
        await ReadAsync<ShopOrderCard>(await ProposeAsync(shop, order, second, new ProposeForShortage(bread, 0, new(OfferId.New(), 1))));
        await ReadAsync<OrderView>(await AnswerAsync(order, second, "substitute"));
        (await host.ScalarAsync<long>("select count(*) from substitute_holds where order_id = $1", order.OrderId.Value)).ShouldBe(2);
        (await host.ScalarAsync<long>("select total_cents from orders where order_id = $1", order.OrderId.Value)).ShouldBe(450);
        (await host.App.Services.GetRequiredService<ProjectionRebuild>().CompareAsync(new OrderTables(), Token)).Values.ShouldAllBe(rows => rows == 0);
    }

    [Fact]
    public async Task Catalogs_answer_that_comes_after_the_question_was_withdrawn_offers_nothing_and_is_given_back()
    {
        var (shop, bread, order) = await OrderAsync();
        var (rolls, proposal) = (OfferId.New(), Guid.NewGuid());
        var hold = Lack.HoldOf(order.OrderId, shop.Id, proposal);
        ReserveStock? heard = null;
        host.Others.Stock = asked => asked.OrderId == hold ? Later(asked) : host.Others.Reserved(asked);
        await ReadAsync<ShopOrderCard>(await ProposeAsync(shop, order, proposal, new ProposeForShortage(bread, 0, new(rolls, 2))));
        (await WithdrawAsync(shop, order, proposal)).EnsureSuccessStatusCode();
        await host.Others.HearsAsync<ReleaseStock>(hold);
        await host.Others.SayAsync(host.Others.Reserved(heard!));
        await Eventually.BecomesAsync(() => host.Others.Of<ReleaseStock>(hold).Count() == 2, TimeSpan.FromSeconds(20));
        (await host.GetAsync(order)).ShopOrders.Single().Lines.Single().Shortage.ShouldBeNull();

        object? Later(ReserveStock asked)
        {
            heard = asked;
            return null;
        }
    }

    [Fact]
    public async Task Fifty_answers_at_once_are_one()
    {
        var (shop, bread, order) = await OrderAsync();
        var proposal = Guid.NewGuid();
        var hold = Lack.HoldOf(order.OrderId, shop.Id, proposal);
        await ReadAsync<ShopOrderCard>(await ProposeAsync(shop, order, proposal, new ProposeForShortage(bread, 1, new(OfferId.New(), 2))));
        string[] choices = ["substitute", "partial", "drop"];
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(async n => (Choice: choices[n % 3], Answer: await AnswerAsync(order, proposal, choices[n % 3]))));
        var state = (await host.GetAsync(order)).ShopOrders.Single().Lines[0].Shortage!.State;
        // Who chose what stands is told that it stands, the others that it was answered; a few may have met too many others.
        answers.Where(a => a.Answer.IsSuccessStatusCode).Select(a => a.Choice).Distinct().ShouldBe([state]);
        foreach (var late in answers.Where(a => !a.Answer.IsSuccessStatusCode))
        {
            (await ProblemAsync(late.Answer)).Status.ShouldBeOneOf(409, 412);
        }

        (await host.ScalarAsync<long>("select count(*) from events where stream = $1 and type = 'shop-order-shortage-answered.v1'", Order.StreamOf(order.OrderId))).ShouldBe(1);
        await (state == "substitute" ? host.Others.HearsAsync<ConfirmStock>(hold) : host.Others.HearsAsync<ReleaseStock>(hold));
    }

    [Fact]
    public async Task The_answer_the_withdrawal_the_lapse_and_the_cancellation_race_and_one_wins()
    {
        for (var i = 0; i < 6; i++)
        {
            var (shop, bread, order) = await OrderAsync();
            var proposal = Guid.NewGuid();
            var hold = Lack.HoldOf(order.OrderId, shop.Id, proposal);
            await ReadAsync<ShopOrderCard>(await ProposeAsync(shop, order, proposal, new ProposeForShortage(bread, 1, new(OfferId.New(), 2)), answerBy: host.Clock.GetUtcNow().AddMinutes(7)));
            var racing = new List<Task<HttpResponseMessage>>
            {
                AnswerAsync(order, proposal, "substitute"), WithdrawAsync(shop, order, proposal),
                host.Anonymous.PostAsync($"/api/v1/orders/{order.OrderId}/cancellation?token={order.AccessToken}", null, Token),
            };
            if (i % 2 == 0)
            {
                host.Clock.Pass(TimeSpan.FromMinutes(8));
            }

            await Task.WhenAll(racing);
            (await host.ScalarAsync<long>(
                """
                select count(*) from events where stream = $1 and type in ('shop-order-shortage-answered.v1', 'shop-order-shortage-lapsed.v1', 'shop-order-shortage-withdrawn.v1')
                """, Order.StreamOf(order.OrderId))).ShouldBeLessThanOrEqualTo(1);
            // Whoever won: in the end what is set aside goes back once and for all, if only by the cancellation.
            await host.Others.HearsAsync<ReleaseStock>(hold);
        }
    }

    [Fact]
    public async Task Nobody_elses_business()
    {
        var (shop, bread, order) = await OrderAsync();
        var (other, _, foreign) = await OrderAsync();
        var proposal = Guid.NewGuid();
        (await ProblemAsync(await ProposeAsync(other, order, proposal, new ProposeForShortage(bread, 1)))).ShouldSatisfyAllConditions(p => p.Status.ShouldBe(404), p => p.Code.ShouldBe("order-not-found"));
        (await PutAsync(host.Member(other), shop, order, proposal, new ProposeForShortage(bread, 1))).StatusCode.ShouldBe(System.Net.HttpStatusCode.Forbidden);
        await ReadAsync<ShopOrderCard>(await ProposeAsync(shop, order, proposal, new ProposeForShortage(bread, 1)));
        (await ProblemAsync(await WithdrawAsync(other, order, proposal))).Status.ShouldBe(404);
        (await ProblemAsync(await host.Anonymous.PostAsJsonAsync($"/api/v1/orders/{order.OrderId}/shortages/{proposal}/answer", new AnswerShortage("drop"), JsonSerializerOptions.Web, Token))).Status.ShouldBe(401);
        (await ProblemAsync(await host.Anonymous.PostAsJsonAsync($"/api/v1/orders/{order.OrderId}/shortages/{proposal}/answer?token={foreign.AccessToken}", new AnswerShortage("drop"), JsonSerializerOptions.Web, Token))).Status.ShouldBe(404);
        (await ProblemAsync(await host.Person(PersonId.New()).PostAsJsonAsync($"/api/v1/orders/{order.OrderId}/shortages/{proposal}/answer", new AnswerShortage("drop"), JsonSerializerOptions.Web, Token))).Status.ShouldBe(404);
        // The right token, and the question of another order.
        (await ProblemAsync(await AnswerAsync(foreign, proposal, "drop"))).ShouldSatisfyAllConditions(p => p.Status.ShouldBe(404), p => p.Code.ShouldBe("proposal-not-found"));
        (await host.GetAsync(order)).ShopOrders.Single().Lines.Single().Shortage!.State.ShouldBe("open");
    }

    private async Task<(ShopEntry Shop, OfferId Bread, OrderView Order)> OrderAsync()
    {
        host.Others.Stock = host.Others.Reserved;
        var (shop, bread) = (await host.ShopAsync(), OfferId.New());
        return (shop, bread, await PlaceAsync(host.Anonymous, host.Basket((shop, bread, 3))));
    }

    private Task<HttpResponseMessage> ProposeAsync(ShopEntry shop, OrderView order, Guid proposal, ProposeForShortage asked, DateTimeOffset? answerBy = null) =>
        PutAsync(host.Member(shop), shop, order, proposal, asked with { AnswerBy = answerBy });

    private static Task<HttpResponseMessage> PutAsync(HttpClient client, ShopEntry shop, OrderView order, Guid proposal, ProposeForShortage asked) =>
        client.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/orders/{order.OrderId}/shortages/{proposal}", asked, JsonSerializerOptions.Web, Token);

    private Task<HttpResponseMessage> WithdrawAsync(ShopEntry shop, OrderView order, Guid proposal) =>
        host.Member(shop).DeleteAsync($"/api/v1/shops/{shop.Slug}/orders/{order.OrderId}/shortages/{proposal}", Token);

    private Task<HttpResponseMessage> AnswerAsync(OrderView order, Guid proposal, string answer) =>
        host.Anonymous.PostAsJsonAsync($"/api/v1/orders/{order.OrderId}/shortages/{proposal}/answer?token={order.AccessToken}", new AnswerShortage(answer), JsonSerializerOptions.Web, Token);

    private async Task<Notifications.Mail> MailAsync(OrderView order, string subject)
    {
        Notifications.Mail? Found() => host.Mails.All.FirstOrDefault(m => m.MessageId.Contains(order.OrderId.ToString()) && m.Subject.Contains(subject));
        await Eventually.BecomesAsync(() => Found() is not null, TimeSpan.FromSeconds(30), subject);
        return Found()!;
    }
}
