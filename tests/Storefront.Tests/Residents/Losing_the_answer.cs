using System.Net;
using System.Security.Cryptography;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Residents.Checkout;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Storefront.Tests.Residents;

/// <summary>"Réserver" was pressed and its answer did not reach the browser. Whatever the resident does next on the ordinary ways, there is one order, and it is found.</summary>
public sealed class Losing_the_answer(ResidentsHost host) : AfterALostAnswer(host)
{
    [Fact]
    public async Task The_phone_lost_its_line_and_the_order_stands_and_the_basket_is_empty()
    {
        var visitor = await ReadyAsync();
        var answering = new TaskCompletionSource();
        Host.Town.Answering = answering.Task;
        var asked = Host.Town.Placed.Count;
        await visitor.PostAndLeaveAsync("/vienne/commander", () => Host.Town.Placed.Count > asked, answering, visitor.CheckoutFields());
        await Eventually.BecomesAsync(async () => (await visitor.OpenAsync("/vienne/panier/nombre")).Html == "{\"count\":0}", TimeSpan.FromSeconds(20));
        (await visitor.OpenAsync("/vienne/commander")).Location.ShouldBe("/vienne/panier");
        NewOrders.ShouldBe(1);
    }

    [Theory]
    [InlineData("fr", "Votre réservation est enregistrée"), InlineData("en", "Your reservation is recorded")]
    public async Task The_basket_finds_the_order_and_says_so_once(string language, string said)
    {
        var visitor = await LostAsync(await ReadyAsync(language));
        await visitor.OpenAsync("/vienne/panier");
        visitor.Words.ShouldContain(said);
        visitor.Page.QuerySelector("main a[href^='/commandes/']").ShouldNotBeNull();
        visitor.Page.QuerySelectorAll(".shop-group").ShouldBeEmpty("what is reserved is not in the basket");
        (await visitor.OpenAsync("/vienne/panier")).Words.ShouldNotContain(said);
        NewOrders.ShouldBe(1);
    }

    [Fact]
    public async Task What_was_taken_out_and_put_back_meanwhile_is_the_orders_and_is_not_reserved_again()
    {
        var visitor = await LostAsync(await ReadyAsync());
        Host.Town.Away.Add("ordering");
        await RemoveBreadAsync(visitor);
        await visitor.SubmitAsync("/vienne/panier/remettre");
        (await visitor.OpenAsync("/vienne/panier/nombre")).Html.ShouldBe("{\"count\":2}");
        Host.Town.Away.Clear();
        (await visitor.OpenAsync("/vienne/panier")).Page.QuerySelectorAll(".shop-group").ShouldBeEmpty("what is reserved is not in the basket");
        NewOrders.ShouldBe(1);
    }

    [Fact]
    public async Task What_was_raised_since_and_put_back_loses_only_what_the_order_took()
    {
        var visitor = await LostAsync(await ReadyAsync());
        Host.Town.Away.Add("ordering");
        await visitor.PostAsync("/vienne/panier/ligne", ("offre", TownSamples.Bread.OfferId.ToString()), ("quantite", "5"));
        await RemoveBreadAsync(visitor);
        await visitor.SubmitAsync("/vienne/panier/remettre");
        Host.Town.Away.Clear();
        (await visitor.OpenAsync("/vienne/panier")).Page.QuerySelector("input[name=quantite]")!.GetAttribute("value").ShouldBe("3");
    }

    [Theory]
    [InlineData("fr", "Ce produit est déjà dans votre commande"), InlineData("en", "This product is already in your order")]
    public async Task What_was_taken_out_before_its_order_was_found_does_not_come_back(string language, string said)
    {
        var visitor = await LostAsync(await ReadyAsync(language));
        Host.Town.Away.Add("ordering");
        await RemoveBreadAsync(visitor);
        Host.Town.Away.Clear();
        await visitor.OtherTab().OpenAsync("/vienne/panier");
        await visitor.SubmitAsync("/vienne/panier/remettre");
        (await visitor.FollowAsync()).Words.ShouldContain(said);
        (await visitor.OpenAsync("/vienne/panier/nombre")).Html.ShouldBe("{\"count\":0}");
    }

    private static async Task RemoveBreadAsync(Visitor visitor)
    {
        await visitor.PostAsync("/vienne/panier/ligne", ("retirer", TownSamples.Bread.OfferId.ToString()));
        (await visitor.FollowAsync()).Page.QuerySelector("form[action='/vienne/panier/remettre']").ShouldNotBeNull();
    }

    [Fact]
    public async Task The_checkout_opened_anew_leads_to_the_order()
    {
        var visitor = await LostAsync(await ReadyAsync());
        (await visitor.OpenAsync("/vienne/commander")).Location!.ShouldStartWith("/commandes/");
        (await visitor.FollowAsync()).Status.ShouldBe(HttpStatusCode.OK);
        NewOrders.ShouldBe(1);
    }

    [Fact]
    public async Task A_form_in_another_tab_leads_to_the_order_too()
    {
        var visitor = await ReadyAsync();
        var other = await visitor.OtherTab().OpenAsync("/vienne/commander");
        other.ValueOf("cle").ShouldNotBe(visitor.ValueOf("cle"));
        await LostAsync(visitor);
        await other.PostAsync("/vienne/commander", other.CheckoutFields());
        other.Location!.ShouldStartWith("/commandes/");
        NewOrders.ShouldBe(1);
    }

    [Fact]
    public async Task Two_tabs_pressed_at_once_are_one_order()
    {
        var visitor = await ReadyAsync();
        var tabs = new[] { visitor, await visitor.OtherTab().OpenAsync("/vienne/commander") };
        await Task.WhenAll(tabs.Select(t => t.PostAsync("/vienne/commander", t.CheckoutFields())));
        tabs.Select(t => t.Location).Distinct().Count(l => l!.StartsWith("/commandes/", StringComparison.Ordinal)).ShouldBe(1, string.Join(' ', tabs.Select(t => $"{t.Status} {t.Location}")));
        NewOrders.ShouldBe(1);
    }

    [Fact]
    public async Task What_another_press_placed_while_this_one_looked_at_the_basket_is_its_answer_too()
    {
        var visitor = await ReadyAsync();
        await visitor.PostAsync("/vienne/commander", visitor.CheckoutFields());
        var (sent, order) = (Host.Town.Placed.Last().Order, Host.Town.Orders.Values.MaxBy(o => o.PlacedAt)!);
        var (attempts, basket) = (Host.Services.GetRequiredService<CheckoutAttempts>(), RandomNumberGenerator.GetBytes(32));
        await using (var insert = Host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("insert into baskets (key) values ($1)"))
        {
            insert.Parameters.Add(new() { Value = basket });
            await insert.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var (one, other) = (CheckoutForm.Empty("Une", null), CheckoutForm.Empty("Autre", null));
        var known = await attempts.OfAsync(basket, TestContext.Current.CancellationToken);

        var kept = await attempts.KeepAsync(basket, "vienne", one, sent, null, known, TestContext.Current.CancellationToken);
        await attempts.PlacedAsync(basket, kept.Key, kept.Of(one)!, order);

        (await attempts.KeepAsync(basket, "vienne", other, sent, null, known, TestContext.Current.CancellationToken)).Order.ShouldBe(order.OrderId);
        known = await attempts.OfAsync(basket, TestContext.Current.CancellationToken);
        known.ShouldHaveSingleItem().Key.ShouldBe(one.Key, "nothing stays open");
        (await attempts.KeepAsync(basket, "vienne", other, sent, null, known, TestContext.Current.CancellationToken)).Order.ShouldBeNull("who has seen that order may order again");
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Signing_in_or_out_before_pressing_again_is_the_same_order(bool signedInFirst)
    {
        var visitor = await ReadyAsync();
        if (signedInFirst)
        {
            await Host.SignInAsync(visitor.OtherTab());
        }
        var fields = visitor.CheckoutFields();
        Host.Town.Answering = Task.FromException(new HttpRequestException("the line broke after the order was taken"));
        await visitor.PostAsync("/vienne/commander", fields);
        Host.Town.Answering = Task.CompletedTask;
        if (signedInFirst)
        {
            await visitor.OtherTab().PostAsync("/compte/deconnexion");
        }
        else
        {
            await Host.SignInAsync(visitor.OtherTab());
        }
        await visitor.PostAsync("/vienne/commander", fields);
        visitor.Location!.ShouldStartWith("/commandes/");
        NewOrders.ShouldBe(1);
    }

    [Fact]
    public async Task Of_three_versions_of_a_form_the_one_that_arrived_is_the_order()
    {
        var visitor = await ReadyAsync();
        var fields = visitor.CheckoutFields();
        Host.Town.Refuse = _ => new HttpResponseMessage(HttpStatusCode.BadGateway);
        await visitor.PostAsync("/vienne/commander", fields);
        Host.Town.Refuse = null;
        Host.Town.Answering = Task.FromException(new HttpRequestException("the line broke after the order was taken"));
        await visitor.PostAsync("/vienne/commander", Named(fields, "Camille Perrin-Roux"));
        Host.Town.Away.Add("ordering");
        await visitor.PostAsync("/vienne/commander", Named(fields, "C. Perrin-Roux"));
        Host.Town.Away.Clear();
        Host.Town.Answering = Task.CompletedTask;
        await visitor.PostAsync("/vienne/commander", Named(fields, "C. Perrin-Roux"));
        visitor.Location!.ShouldStartWith("/commandes/");
        NewOrders.ShouldBe(1);
        Host.Town.Orders.Values.Count(o => o.Contact?.Name == "C. Perrin-Roux").ShouldBe(0);
    }

    [Fact]
    public async Task With_every_other_service_away_pressing_again_on_the_page_in_trouble_finds_the_order()
    {
        await using var apart = Host.Start(); // what is away is left alone for a while
        var visitor = await LostAsync(await ReadyAsync(app: apart));
        visitor.Answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        visitor.Words.ShouldContain("il n'y aura pas de double commande");
        visitor.ValueOf("nom").ShouldBe("Camille Perrin");
        Host.Town.Away.UnionWith(["catalog", "merchants"]);
        Host.Town.Offers[TownSamples.Bread.OfferId] = TownSamples.Bread with { Available = 0, StockState = "out-of-stock" };
        try
        {
            await visitor.SubmitAsync("/vienne/commander");
            visitor.Location!.ShouldStartWith("/commandes/", Case.Sensitive, visitor.Words);
            NewOrders.ShouldBe(1);
        }
        finally
        {
            Host.Town.Away.Clear();
            Host.Town.Offers[TownSamples.Bread.OfferId] = TownSamples.Bread;
        }
    }

    [Fact]
    public async Task While_the_order_is_being_confirmed_the_basket_says_so_and_the_checkout_leads_to_it()
    {
        var visitor = await ReadyAsync();
        OrderView? pending = null;
        Host.Town.Refuse = o =>
        {
            pending = TownSamples.Order(o, Host.Town.Offers) with { Status = "pending", PickupCode = null };
            return TownPlayed.Ok(Host.Town.Orders[pending.OrderId] = pending, HttpStatusCode.Accepted);
        };
        await visitor.PostAsync("/vienne/commander", visitor.CheckoutFields());
        Host.Town.Refuse = null;
        var order = visitor.Location!;
        (await visitor.OpenAsync("/vienne/panier")).Words.ShouldContain("Une réservation est en cours de traitement");
        (await visitor.OpenAsync("/vienne/commander")).Location.ShouldBe(order);
        Host.Town.Orders[pending!.OrderId] = pending with { Status = "confirmed" };
        (await visitor.OpenAsync("/vienne/panier")).Page.QuerySelectorAll(".shop-group").ShouldBeEmpty();
        visitor.Words.ShouldNotContain("en cours de traitement");
    }

    [Fact]
    public async Task Another_ones_order_leaves_the_opened_basket_alone()
    {
        var visitor = await ReadyAsync();
        await visitor.PostAsync("/vienne/commander", visitor.CheckoutFields());
        var order = visitor.Location!;
        var view = Host.Town.Orders.Values.Single(o => order.Contains(o.OrderId.ToString(), StringComparison.Ordinal));
        Host.Town.Orders[view.OrderId] = view with { PlacedAt = DateTimeOffset.UtcNow.AddHours(1) };
        var friend = await ReadyAsync();
        await friend.OpenAsync(order);
        friend.Status.ShouldBe(HttpStatusCode.OK);
        (await friend.OpenAsync("/vienne/panier/nombre")).Html.ShouldBe("{\"count\":2}");
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task What_was_asked_for_beyond_the_order_stays_in_the_basket(bool pressedAgain)
    {
        var visitor = await ReadyAsync();
        var fields = visitor.CheckoutFields();
        await Host.LoseAsync(visitor, fields);
        await visitor.PostAsync("/vienne/panier/ligne", ("offre", TownSamples.Bread.OfferId.ToString()), ("quantite", "3"));
        if (pressedAgain)
        {
            await visitor.PostAsync("/vienne/commander", fields);
            visitor.Location!.ShouldStartWith("/commandes/");
        }
        await visitor.OpenAsync("/vienne/panier");
        visitor.Page.QuerySelectorAll(".shop-group .line").ShouldHaveSingleItem().QuerySelector("input[name=quantite]")!.GetAttribute("value").ShouldBe("1", "two of the three are ordered");
        NewOrders.ShouldBe(1);
    }
}
