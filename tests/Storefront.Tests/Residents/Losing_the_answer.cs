using System.Net;
using System.Security.Cryptography;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Residents.Baskets;
using Marketplace.Storefront.Residents.Checkout;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Marketplace.Storefront.Tests.Residents;

/// <summary>"Réserver" was pressed and its answer did not reach the browser. Whatever the resident does next on the ordinary ways, there is one order, and it is found.</summary>
public sealed class Losing_the_answer(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    private int _before;

    [Fact]
    public async Task The_phone_lost_its_line_and_the_order_stands_and_the_basket_is_empty()
    {
        var visitor = await ReadyAsync();
        var answering = new TaskCompletionSource();
        host.Town.Answering = answering.Task;
        var asked = host.Town.Placed.Count;
        await visitor.PostAndLeaveAsync("/vienne/commander", () => host.Town.Placed.Count > asked, answering, visitor.CheckoutFields());
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
        var (sent, order) = (host.Town.Placed.Last().Order, host.Town.Orders.Values.MaxBy(o => o.PlacedAt)!);
        var (attempts, basket) = (host.Services.GetRequiredService<CheckoutAttempts>(), RandomNumberGenerator.GetBytes(32));
        await using (var insert = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("insert into baskets (key) values ($1)"))
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
            await host.SignInAsync(visitor.OtherTab());
        }
        var fields = visitor.CheckoutFields();
        host.Town.Answering = Task.FromException(new HttpRequestException("the line broke after the order was taken"));
        await visitor.PostAsync("/vienne/commander", fields);
        host.Town.Answering = Task.CompletedTask;
        if (signedInFirst)
        {
            await visitor.OtherTab().PostAsync("/compte/deconnexion");
        }
        else
        {
            await host.SignInAsync(visitor.OtherTab());
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
        host.Town.Refuse = _ => new HttpResponseMessage(HttpStatusCode.BadGateway);
        await visitor.PostAsync("/vienne/commander", fields);
        host.Town.Refuse = null;
        host.Town.Answering = Task.FromException(new HttpRequestException("the line broke after the order was taken"));
        await visitor.PostAsync("/vienne/commander", Named(fields, "Camille Perrin-Roux"));
        host.Town.Away.Add("ordering");
        await visitor.PostAsync("/vienne/commander", Named(fields, "C. Perrin-Roux"));
        host.Town.Away.Clear();
        host.Town.Answering = Task.CompletedTask;
        await visitor.PostAsync("/vienne/commander", Named(fields, "C. Perrin-Roux"));
        visitor.Location!.ShouldStartWith("/commandes/");
        NewOrders.ShouldBe(1);
        host.Town.Orders.Values.Count(o => o.Contact?.Name == "C. Perrin-Roux").ShouldBe(0);
    }

    [Theory]
    [InlineData("fr", "Une réservation est restée sans réponse"), InlineData("en", "A reservation was not answered")]
    public async Task While_nobody_knows_the_pages_say_so_and_keep_the_key_and_what_was_typed(string language, string said)
    {
        var visitor = await ReadyAsync(language);
        var fields = visitor.CheckoutFields();
        host.Town.Away.Add("ordering");
        await visitor.PostAsync("/vienne/commander", fields);
        visitor.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await visitor.OpenAsync("/vienne/panier")).Words.ShouldContain(said);
        await visitor.OpenAsync("/vienne/commander");
        visitor.Words.ShouldContain(said);
        visitor.ValueOf("cle").ShouldBe(KeyOf(fields));
        visitor.ValueOf("nom").ShouldBe("Camille Perrin");
        visitor.Page.QuerySelector($"input[value='{TownSamples.Slots("le-fournil")[0].SlotId}']")!.HasAttribute("checked").ShouldBeTrue();
        host.Town.Away.Clear();
        var asked = host.Town.Placed.Count;
        await visitor.SubmitAsync("/vienne/commander/reprendre");
        visitor.Location!.ShouldStartWith("/commandes/");
        host.Town.Placed.Skip(asked).Select(p => p.Key).Distinct().ShouldBe([KeyOf(fields)]);
        NewOrders.ShouldBe(1);
    }

    [Fact]
    public async Task With_every_other_service_away_pressing_again_on_the_page_in_trouble_finds_the_order()
    {
        await using var apart = host.Start(); // what is away is left alone for a while
        var visitor = await LostAsync(await ReadyAsync(app: apart));
        visitor.Answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        visitor.Words.ShouldContain("il n'y aura pas de double commande");
        visitor.ValueOf("nom").ShouldBe("Camille Perrin");
        host.Town.Away.UnionWith(["catalog", "merchants"]);
        host.Town.Offers[TownSamples.Bread.OfferId] = TownSamples.Bread with { Available = 0, StockState = "out-of-stock" };
        try
        {
            await visitor.SubmitAsync("/vienne/commander");
            visitor.Location!.ShouldStartWith("/commandes/", Case.Sensitive, visitor.Words);
            NewOrders.ShouldBe(1);
        }
        finally
        {
            host.Town.Away.Clear();
            host.Town.Offers[TownSamples.Bread.OfferId] = TownSamples.Bread;
        }
    }

    [Fact]
    public async Task A_press_that_could_not_even_be_looked_at_loses_nothing_that_was_typed()
    {
        await using var apart = host.Start();
        var visitor = await ReadyAsync(app: apart);
        var fields = visitor.CheckoutFields();
        var placed = host.Town.Placed.Count;
        host.Town.Away.Add("catalog");
        await visitor.PostAsync("/vienne/commander", fields);
        host.Town.Away.Clear();
        visitor.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        fields.ShouldAllBe(f => visitor.ValueOf(f.Name) == f.Value);
        host.Town.Placed.Count.ShouldBe(placed);
    }

    [Fact]
    public async Task A_token_that_is_not_accepted_is_no_refusal()
    {
        var visitor = await ReadyAsync();
        var fields = visitor.CheckoutFields();
        host.Town.Refuse = _ => TownPlayed.Problem(HttpStatusCode.Unauthorized, "credentials-unknown");
        await visitor.PostAsync("/vienne/commander", fields);
        host.Town.Refuse = null;
        visitor.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        visitor.ValueOf("cle").ShouldBe(KeyOf(fields));
        await visitor.SubmitAsync("/vienne/commander");
        host.Town.Placed.Last().Key.ShouldBe(KeyOf(fields));
        visitor.Location!.ShouldStartWith("/commandes/");
    }

    [Fact]
    public async Task A_refusal_that_decided_nothing_keeps_the_key()
    {
        var visitor = await ReadyAsync();
        var fields = visitor.CheckoutFields();
        host.Town.Refuse = _ => TownPlayed.Problem(HttpStatusCode.Conflict, "slot-past");
        await visitor.PostAsync("/vienne/commander", fields);
        host.Town.Refuse = null;
        visitor.Status.ShouldBe(HttpStatusCode.Conflict);
        visitor.ValueOf("cle").ShouldBe(KeyOf(fields));
        (await visitor.OpenAsync("/vienne/panier")).Words.ShouldNotContain("restée sans réponse", Case.Sensitive, "it was answered");
        await visitor.OpenAsync("/vienne/commander");
        visitor.ValueOf("cle").ShouldBe(KeyOf(fields), "the first press may still arrive");
    }

    [Fact]
    public async Task While_the_order_is_being_confirmed_the_basket_says_so_and_the_checkout_leads_to_it()
    {
        var visitor = await ReadyAsync();
        OrderView? pending = null;
        host.Town.Refuse = o =>
        {
            pending = TownSamples.Order(o, host.Town.Offers) with { Status = "pending", PickupCode = null };
            return TownPlayed.Ok(host.Town.Orders[pending.OrderId] = pending, HttpStatusCode.Accepted);
        };
        await visitor.PostAsync("/vienne/commander", visitor.CheckoutFields());
        host.Town.Refuse = null;
        var order = visitor.Location!;
        (await visitor.OpenAsync("/vienne/panier")).Words.ShouldContain("Une réservation est en cours de traitement");
        (await visitor.OpenAsync("/vienne/commander")).Location.ShouldBe(order);
        host.Town.Orders[pending!.OrderId] = pending with { Status = "confirmed" };
        (await visitor.OpenAsync("/vienne/panier")).Page.QuerySelectorAll(".shop-group").ShouldBeEmpty();
        visitor.Words.ShouldNotContain("en cours de traitement");
    }

    [Fact]
    public async Task Another_ones_order_leaves_the_opened_basket_alone()
    {
        var visitor = await ReadyAsync();
        await visitor.PostAsync("/vienne/commander", visitor.CheckoutFields());
        var order = visitor.Location!;
        var view = host.Town.Orders.Values.Single(o => order.Contains(o.OrderId.ToString(), StringComparison.Ordinal));
        host.Town.Orders[view.OrderId] = view with { PlacedAt = DateTimeOffset.UtcNow.AddHours(1) };
        var friend = await ReadyAsync();
        await friend.OpenAsync(order);
        friend.Status.ShouldBe(HttpStatusCode.OK);
        (await friend.OpenAsync("/vienne/panier/nombre")).Html.ShouldBe("{\"count\":2}");
    }

    [Fact]
    public async Task An_attempt_of_the_day_before_that_is_pressed_again_outlives_the_sweep()
    {
        var visitor = await ReadyAsync();
        var fields = visitor.CheckoutFields();
        await host.PressInVainAsync(visitor, HttpStatusCode.Conflict, "slot-past", fields);
        await AgeAsync("at = now() - interval '25 hours', sent_at = now() - interval '25 hours'", fields);
        await host.LoseAsync(visitor, fields);
        await host.Services.GetRequiredService<CheckoutAttempts>().ForgetOldAsync();
        (await visitor.OpenAsync("/vienne/commander")).Location!.ShouldStartWith("/commandes/");
        NewOrders.ShouldBe(1);
    }

    [Fact]
    public async Task What_was_typed_is_forgotten_a_day_after_the_last_press()
    {
        var visitor = await ReadyAsync();
        var fields = visitor.CheckoutFields();
        await host.PressWhileAwayAsync(visitor, fields);
        await AgeAsync("at = now() - interval '1 hour', sent_at = now() - interval '25 hours'", fields);
        await host.Services.GetRequiredService<CheckoutAttempts>().ForgetOldAsync();
        (await host.ScalarAsync<long>("select count(*) from checkout_requests where form_key = $1", KeyOf(fields))).ShouldBe(0);
    }

    [Fact]
    public async Task What_is_to_be_forgotten_is_looked_at_every_hour()
    {
        var clock = new NotedTimers();
        using var sweep = new BasketSweep(host.Services.GetRequiredService<BasketStore>(), host.Services.GetRequiredService<CheckoutAttempts>(), clock, NullLogger<BasketSweep>.Instance);
        await sweep.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.BecomesAsync(() => clock.Period == TimeSpan.FromHours(1), TimeSpan.FromSeconds(10));
        await sweep.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_press_that_ended_before_anything_was_sent_is_no_reservation_without_an_answer()
    {
        var visitor = await ReadyAsync();
        await host.ScalarAsync<int>("insert into checkout_attempts (basket_key, form_key, town) select key, $1, 'vienne' from baskets order by updated_at desc limit 1 returning 1", visitor.ValueOf("cle"));
        (await visitor.OpenAsync("/vienne/panier")).Words.ShouldNotContain(Unanswered);
        await visitor.OpenAsync("/vienne/commander");
        await visitor.PostAsync("/vienne/commander", visitor.CheckoutFields());
        visitor.Location!.ShouldStartWith("/commandes/");
    }

    [Fact]
    public async Task A_form_that_was_answered_and_is_pressed_again_unchanged_waits_again()
    {
        var visitor = await ReadyAsync();
        var fields = visitor.CheckoutFields();
        await host.PressInVainAsync(visitor, HttpStatusCode.Conflict, "slot-past", fields);
        await host.PressWhileAwayAsync(visitor, fields);
        (await visitor.OpenAsync("/vienne/panier")).Words.ShouldContain(Unanswered);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task A_press_that_is_put_off_says_nothing_of_the_one_before(bool unansweredBefore)
    {
        var visitor = await ReadyAsync();
        var fields = visitor.CheckoutFields();
        if (unansweredBefore)
        {
            await host.PressWhileAwayAsync(visitor, fields);
        }
        await host.PressInVainAsync(visitor, HttpStatusCode.TooManyRequests, "too-many-orders", fields);
        (await visitor.OpenAsync("/vienne/panier")).Words.Contains(Unanswered, StringComparison.Ordinal).ShouldBe(unansweredBefore);
    }

    [Theory]
    [InlineData("fr", "Votre réservation n'a pas été acceptée"), InlineData("en", "Your reservation was not accepted")]
    public async Task A_press_that_was_decided_against_is_said_once_and_its_key_is_left(string language, string said)
    {
        var visitor = await ReadyAsync(language);
        var fields = visitor.CheckoutFields();
        await host.PressWhileAwayAsync(visitor, fields);
        host.Town.LookedUp = DecidedAgainst;
        await visitor.OpenAsync("/vienne/commander");
        host.Town.LookedUp = null;
        visitor.Words.ShouldContain(said);
        visitor.ValueOf("nom").ShouldBe("Camille Perrin");
        visitor.ValueOf("cle").ShouldNotBe(KeyOf(fields));
        (await visitor.OpenAsync("/vienne/commander")).Words.ShouldNotContain(said);
    }

    [Fact]
    public async Task A_form_whose_earlier_press_was_decided_against_goes_out_under_a_new_key()
    {
        var visitor = await ReadyAsync();
        var fields = visitor.CheckoutFields();
        await host.PressWhileAwayAsync(visitor, fields);
        host.Town.LookedUp = DecidedAgainst;
        await visitor.PostAsync("/vienne/commander", Named(fields, "Camille Perrin-Roux"));
        host.Town.LookedUp = null;
        visitor.Location!.ShouldStartWith("/commandes/");
        host.Town.Placed.Last().Key.ShouldNotBe(KeyOf(fields), "under that one no order will ever stand");
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task What_was_asked_for_beyond_the_order_stays_in_the_basket(bool pressedAgain)
    {
        var visitor = await ReadyAsync();
        var fields = visitor.CheckoutFields();
        await host.LoseAsync(visitor, fields);
        await visitor.PostAsync("/vienne/panier/ligne", ("offre", TownSamples.Bread.OfferId.ToString()), ("quantite", "3"));
        if (pressedAgain)
        {
            await visitor.PostAsync("/vienne/commander", fields);
            visitor.Location!.ShouldStartWith("/commandes/");
        }
        await visitor.OpenAsync("/vienne/panier");
        visitor.Page.QuerySelectorAll(".shop-group form.line").ShouldHaveSingleItem().QuerySelector("input[name=quantite]")!.GetAttribute("value").ShouldBe("1", "two of the three are ordered");
        NewOrders.ShouldBe(1);
    }

    [Theory]
    [InlineData("fr", "se vend maintenant à la pièce"), InlineData("en", "is sold by the piece now")]
    public async Task Grams_that_were_shown_are_not_reserved_as_pieces(string language, string said)
    {
        var visitor = await ReadyAsync(language);
        var (fields, placed) = (visitor.CheckoutFields(), host.Town.Placed.Count);
        host.Town.Offers[TownSamples.Comte.OfferId] = TownSamples.Comte with { Unit = SaleUnit.Piece, UnitPrice = null, Available = 1000 };
        try
        {
            await visitor.PostAsync("/vienne/commander", fields);
            visitor.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
            visitor.Words.ShouldContain(said);
            host.Town.Placed.Count.ShouldBe(placed);
            await visitor.PostAsync("/vienne/commander", visitor.CheckoutFields());
            host.Town.Placed.Last().Order.ShopOrders.SelectMany(s => s.Lines).Single(l => l.OfferId == TownSamples.Comte.OfferId).Quantity.ShouldBe(1);
        }
        finally
        {
            host.Town.Offers[TownSamples.Comte.OfferId] = TownSamples.Comte;
        }
    }

    private int NewOrders => host.Town.Orders.Count - _before;

    private Task<Visitor> ReadyAsync(string language = "fr", WebApplicationFactory<Program>? app = null)
    {
        _before = host.Town.Orders.Count;
        return host.AtCheckoutAsync(language, app);
    }

    private Task<Visitor> LostAsync(Visitor visitor) => host.LoseAsync(visitor);

    internal static (string Name, string Value)[] Named((string Name, string Value)[] fields, string name) => [.. fields.Select(f => f.Name == "nom" ? ("nom", name) : f)];

    internal static string KeyOf((string Name, string Value)[] fields) => fields.Single(f => f.Name == "cle").Value;

    private const string Unanswered = "Une réservation est restée sans réponse";

    private static HttpResponseMessage DecidedAgainst() => TownPlayed.Problem(HttpStatusCode.Conflict, "out-of-stock", Array.Empty<object>());

    private Task<int> AgeAsync(string times, (string Name, string Value)[] fields) => host.ScalarAsync<int>($"update checkout_attempts set {times} where form_key = $1 returning 1", KeyOf(fields));

    /// <summary>A clock that notes the timer it is asked for, which never rings.</summary>
    private sealed class NotedTimers : TimeProvider
    {
        public TimeSpan Period { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Period = period;
            return base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
