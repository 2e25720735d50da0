using System.Net;
using Marketplace.Contracts.Ordering.Api;

namespace Marketplace.Storefront.Tests.Residents;

/// <summary>"Réserver" pressed twice, sent again by the browser, or tried again after a slow answer: one order, and everybody lands on it.</summary>
public sealed class Pressing_twice(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    [Fact]
    public async Task At_once_places_one_order_and_both_land_on_it()
    {
        var visitor = await ReadyAsync();
        var fields = visitor.CheckoutFields();
        var answering = new TaskCompletionSource();
        host.Town.Answering = answering.Task;
        var before = host.Town.Placed.Count;
        var presses = new[] { visitor.OtherTab(), visitor.OtherTab() };
        var answers = presses.Select(p => p.PostAsync("/vienne/commander", fields)).ToList();
        await Eventually.BecomesAsync(() => host.Town.Placed.Count == before + 2, TimeSpan.FromSeconds(10));
        answering.SetResult();
        await Task.WhenAll(answers);
        presses.ShouldAllBe(p => p.Status == HttpStatusCode.SeeOther && p.Location!.StartsWith("/commandes/"));
        presses[0].Location.ShouldBe(presses[1].Location);
        NewOrders.ShouldBe(1);
    }

    [Fact]
    public async Task After_the_order_stands_lands_on_it_and_not_on_an_empty_basket()
    {
        var visitor = await ReadyAsync();
        var fields = visitor.CheckoutFields();
        var order = (await visitor.PostAsync("/vienne/commander", fields)).Location;
        (await visitor.OpenAsync("/vienne/panier/nombre")).Html.ShouldBe("{\"count\":0}");
        var asked = host.Town.Placed.Count;
        (await visitor.PostAsync("/vienne/commander", fields)).Location.ShouldBe(order);
        host.Town.Placed.Count.ShouldBe(asked, "what is known is not asked again");
        (await visitor.FollowAsync()).Status.ShouldBe(HttpStatusCode.OK);
        (await visitor.PostAsync("/vienne/commander", [.. fields.Where(f => f.Name != "nom"), ("nom", "")])).Location.ShouldBe(order, "also with a form that would be refused now");
    }

    [Fact]
    public async Task While_the_first_press_took_the_last_pieces_lands_on_its_order()
    {
        var visitor = await ReadyAsync();
        var fields = visitor.CheckoutFields();
        host.Town.Answering = Task.FromException(new HttpRequestException("the line broke after the order was taken"));
        await visitor.PostAsync("/vienne/commander", fields);
        visitor.Words.ShouldContain("il n'y aura pas de double commande");
        host.Town.Answering = Task.CompletedTask;
        host.Town.Offers[TownSamples.Bread.OfferId] = TownSamples.Bread with { Available = 0, StockState = "out-of-stock" };
        try
        {
            // The basket has no bread any more, but the order that took it does.
            await visitor.PostAsync("/vienne/commander", fields);
            visitor.Location!.ShouldStartWith("/commandes/");
            NewOrders.ShouldBe(1);
        }
        finally
        {
            host.Town.Offers[TownSamples.Bread.OfferId] = TownSamples.Bread;
        }
    }

    [Fact]
    public async Task With_a_form_changed_after_a_slow_answer_lands_on_the_order_that_was_taken()
    {
        var visitor = await ReadyAsync();
        host.Town.Answering = Task.FromException(new HttpRequestException("the line broke after the order was taken"));
        await visitor.PostAsync("/vienne/commander", visitor.CheckoutFields());
        host.Town.Answering = Task.CompletedTask;
        var changed = visitor.CheckoutFields().Select(f => f.Name == "nom" ? ("nom", "Camille Perrin-Roux") : f).ToArray();
        await visitor.PostAsync("/vienne/commander", changed);
        visitor.Location!.ShouldStartWith("/commandes/");
        NewOrders.ShouldBe(1);
        (await visitor.OpenAsync("/vienne/panier/nombre")).Html.ShouldBe("{\"count\":0}");
    }

    [Fact]
    public async Task Keeps_no_contact_once_the_outcome_is_known()
    {
        var visitor = await ReadyAsync();
        await visitor.PostAsync("/vienne/commander", visitor.CheckoutFields());
        (await host.ScalarAsync<long>("select count(*) from checkout_attempts join checkout_requests using (basket_key, form_key) where order_id is not null")).ShouldBe(0);
        (await visitor.PostAsync("/vienne/panier/ajouter", ("offre", TownSamples.Bread.OfferId.ToString()))).Location.ShouldNotBeNull();
        await visitor.OpenAsync("/vienne/commander");
        host.Town.Refuse = _ => TownPlayed.Problem(HttpStatusCode.Conflict, "slot-full", Array.Empty<object>(), new[] { new OrderRefusal.Slot("le-fournil", "x", "slot-full") });
        var fields = visitor.CheckoutFields();
        await visitor.PostAsync("/vienne/commander", fields);
        host.Town.Refuse = null;
        visitor.Status.ShouldBe(HttpStatusCode.Conflict);
        (await host.ScalarAsync<long>("select count(*) from checkout_attempts where form_key = $1", KeyOf(fields))).ShouldBe(0);
    }

    [Fact]
    public async Task From_another_basket_finds_nothing()
    {
        var visitor = await ReadyAsync();
        var fields = visitor.CheckoutFields();
        await visitor.PostAsync("/vienne/commander", fields);
        var stranger = await ReadyAsync();
        await stranger.PostAsync("/vienne/commander", [.. fields.Where(f => f.Name != "nom"), ("nom", "")]);
        stranger.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    private int _before;

    private int NewOrders => host.Town.Orders.Count - _before;

    private Task<Visitor> ReadyAsync()
    {
        _before = host.Town.Orders.Count;
        return host.AtCheckoutAsync();
    }

    private static string KeyOf((string Name, string Value)[] fields) => fields.Single(f => f.Name == "cle").Value;
}
