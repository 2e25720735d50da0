using System.Net;
using static Marketplace.Storefront.Tests.Residents.AfterALostAnswer;

namespace Marketplace.Storefront.Tests.Residents;

/// <summary>A library's computer, a family's tablet: the basket is the browser's, and what one person typed at its checkout is nobody else's.</summary>
public sealed class At_a_shared_browser(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    private int _before;
    private string? _first;

    [Theory]
    [InlineData(true, true), InlineData(true, false), InlineData(false, true)]
    public async Task Nobody_sees_or_sends_what_the_one_before_typed(bool firstSignedIn, bool nextSignedIn)
    {
        var visitor = await ReadyAsync(firstSignedIn);
        var fields = Odiles(visitor);
        await host.PressWhileAwayAsync(visitor, fields);
        await NextAsync(visitor, firstSignedIn, nextSignedIn);

        await visitor.OpenAsync("/vienne/panier");
        visitor.Words.ShouldContain("sous un autre compte");
        visitor.Page.QuerySelector("form[action$='/reprendre']").ShouldBeNull();
        await visitor.OpenAsync("/vienne/commander");
        visitor.Words.ShouldContain("sous un autre compte");
        foreach (var typed in (string[])["Odile", "odile@example.org", "06 99"])
        {
            visitor.Html.ShouldNotContain(typed);
        }
        var placed = host.Town.Placed.Count;
        await visitor.OtherTab().PostAsync("/vienne/commander/reprendre", ("cle", KeyOf(fields)));
        host.Town.Placed.Count.ShouldBe(placed);

        await visitor.PostAsync("/vienne/commander", Named(visitor.CheckoutFields(), "Blaise Roux"));
        visitor.Location!.ShouldStartWith("/commandes/");
        host.Town.Placed.Skip(placed).ShouldAllBe(p => p.Order.Contact.Name == "Blaise Roux" && p.Key == KeyOf(fields));
        NewOrders.ShouldBe(1);
    }

    [Fact]
    public async Task Whoever_sent_it_finds_it_again()
    {
        var visitor = await ReadyAsync(signedIn: true);
        var fields = Odiles(visitor);
        await host.PressWhileAwayAsync(visitor, fields);
        await visitor.OpenAsync("/vienne/commander");
        visitor.ValueOf("nom").ShouldBe("Odile Marchand");
        await visitor.SubmitAsync("/vienne/commander/reprendre");
        visitor.Location!.ShouldStartWith("/commandes/");
        host.Town.Placed.Last().Order.Contact.Name.ShouldBe("Odile Marchand");
    }

    [Theory]
    [InlineData("/vienne/commander", true), InlineData("/vienne/panier", true), InlineData("/vienne/commander", false), InlineData("/vienne/panier", false)]
    public async Task An_order_that_stands_is_told_to_the_next_one_and_not_shown(string page, bool nextSignedIn)
    {
        var visitor = await ReadyAsync(signedIn: true);
        await host.LoseAsync(visitor, Odiles(visitor));
        await NextAsync(visitor, firstSignedIn: true, nextSignedIn);
        await visitor.OpenAsync(page);
        if (visitor.Location is not null)
        {
            visitor.Location.ShouldBe("/vienne/panier?souci=reserve");
            await visitor.FollowAsync();
        }
        visitor.Words.ShouldContain("Une réservation est partie de ce panier");
        visitor.Words.Split("regardez vos messages avant de réserver de nouveau").Length.ShouldBe(2, "said once");
        visitor.Page.QuerySelectorAll("a[href^='/commandes/']").ShouldBeEmpty();
        visitor.Page.QuerySelectorAll(".shop-group").ShouldBeEmpty("what is reserved is not in the basket");
        NewOrders.ShouldBe(1);
    }

    [Fact]
    public async Task An_order_that_is_being_confirmed_is_told_to_the_next_one_and_not_shown()
    {
        var visitor = await ReadyAsync(signedIn: true);
        host.Town.Refuse = o =>
        {
            var pending = TownSamples.Order(o, host.Town.Offers) with { Status = "pending", PickupCode = null };
            return TownPlayed.Ok(host.Town.Orders[pending.OrderId] = pending, HttpStatusCode.Accepted);
        };
        var fields = Odiles(visitor);
        await visitor.PostAsync("/vienne/commander", fields);
        host.Town.Refuse = null;
        visitor.Location!.ShouldStartWith("/commandes/");
        await NextAsync(visitor, firstSignedIn: true, nextSignedIn: true);

        (await visitor.OpenAsync("/vienne/commander")).Location.ShouldBe("/vienne/panier?souci=reserve");
        await visitor.FollowAsync();
        visitor.Words.ShouldContain("sous un autre compte");
        visitor.Page.QuerySelectorAll("a[href^='/commandes/']").ShouldBeEmpty();
        await visitor.PostAsync("/vienne/commander", fields);
        visitor.Location.ShouldBe("/vienne/panier?souci=reserve", "the key alone shows nothing");
        NewOrders.ShouldBe(1);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task A_press_of_the_next_one_that_crosses_the_first_ones_order_finds_it_and_it_stays_theirs(bool nextSignedIn)
    {
        var visitor = await ReadyAsync(signedIn: true);
        var fields = Odiles(visitor);
        await host.LoseAsync(visitor, fields);
        await NextAsync(visitor, firstSignedIn: true, nextSignedIn);

        host.Town.LookedUp = NotYet;
        await visitor.PostAsync("/vienne/commander", Named(fields, "Blaise Roux"));
        visitor.Location.ShouldBe("/vienne/panier?souci=reserve", visitor.Words);
        (await visitor.FollowAsync()).Page.QuerySelectorAll(".shop-group").ShouldBeEmpty("what is reserved is not in the basket");

        if (nextSignedIn)
        {
            await visitor.OtherTab().PostAsync("/compte/deconnexion");
        }
        await visitor.OtherTab().PostAsync("/compte/connexion", ("Email", _first!), ("Password", "trois mots sans rapport"), ("Retour", ""));
        await visitor.PostAsync("/vienne/commander", fields);
        visitor.Location!.ShouldStartWith("/commandes/");
        NewOrders.ShouldBe(1);

        // The first press arrives after it was looked for.
        HttpResponseMessage NotYet()
        {
            host.Town.LookedUp = null;
            return TownPlayed.Problem(HttpStatusCode.NotFound, "order-not-found");
        }
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task What_nobody_known_sent_and_a_person_presses_again_is_that_persons(bool answered)
    {
        var visitor = await ReadyAsync(signedIn: false);
        var fields = Odiles(visitor);
        await host.PressWhileAwayAsync(visitor, fields);
        await host.SignInAsync(visitor.OtherTab());
        if (answered)
        {
            host.Town.Refuse = o =>
            {
                var pending = TownSamples.Order(o, host.Town.Offers) with { Status = "pending", PickupCode = null };
                return TownPlayed.Ok(host.Town.Orders[pending.OrderId] = pending, HttpStatusCode.Accepted);
            };
            await visitor.PostAsync("/vienne/commander", fields);
            host.Town.Refuse = null;
        }
        else
        {
            await host.LoseAsync(visitor, fields);
        }

        (await visitor.OpenAsync("/vienne/commander")).Location!.ShouldStartWith("/commandes/");
        NewOrders.ShouldBe(1);
    }

    [Fact]
    public async Task Whose_password_was_replaced_elsewhere_is_nobody_at_the_checkout()
    {
        var visitor = await ReadyAsync(signedIn: true);
        (await visitor.OpenAsync("/vienne/commander")).Html.ShouldContain(_first!);
        await host.ScalarAsync<int>("update people set security_stamp = 'another' where email = $1 returning 1", _first!);
        (await visitor.OpenAsync("/vienne/commander")).Html.ShouldNotContain(_first!);
        visitor.Status.ShouldBe(HttpStatusCode.OK);
    }

    private int NewOrders => host.Town.Orders.Count - _before;

    private async Task<Visitor> ReadyAsync(bool signedIn)
    {
        _before = host.Town.Orders.Count;
        var visitor = await host.AtCheckoutAsync();
        if (signedIn)
        {
            _first = await host.SignInAsync(visitor.OtherTab());
        }
        return visitor;
    }

    private async Task NextAsync(Visitor visitor, bool firstSignedIn, bool nextSignedIn)
    {
        if (firstSignedIn)
        {
            await visitor.OtherTab().PostAsync("/compte/deconnexion");
        }
        if (nextSignedIn)
        {
            await host.SignInAsync(visitor.OtherTab());
        }
    }

    private static (string Name, string Value)[] Odiles(Visitor visitor) =>
        [.. Named(visitor.CheckoutFields(), "Odile Marchand").Where(f => f.Name != "courriel"), ("courriel", "odile@example.org"), ("telephone", "06 99 88 77 66")];
}
