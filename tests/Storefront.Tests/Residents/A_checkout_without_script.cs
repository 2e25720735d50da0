using System.Net;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Tests.Accounts;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Marketplace.Storefront.Tests.Residents;

public sealed class A_checkout_without_script(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    private static readonly (string, string)[] _who = [("nom", "Camille Perrin"), ("courriel", "camille@example.org"), ("telephone", "06 12 34 56 78")];

    [Fact]
    public async Task Reserves_in_two_shops_and_shows_the_code()
    {
        var visitor = await ReadyAsync();
        visitor.Page.QuerySelector("form.checkout button[type=submit]")!.TextContent.ShouldBe("Réserver");
        await visitor.SubmitAsync("/vienne/commander", [.. _who, Slot("le-fournil"), Slot("la-fromagerie"), ("lieu", "boutiques"), ("mot.le-fournil", "Bien cuit")]);
        visitor.Status.ShouldBe(HttpStatusCode.SeeOther);
        var (order, key) = host.Town.Placed.Last();
        order.ShopOrders.Select(s => s.Shop).ShouldBe(["le-fournil", "la-fromagerie"], ignoreOrder: true);
        order.ShopOrders.Single(s => s.Shop == "le-fournil").Note.ShouldBe("Bien cuit");
        order.ShopOrders.SelectMany(s => s.Lines).ShouldAllBe(l => l.ExpectedPriceCents > 0);
        order.Payment.ShouldBe("in-shop");
        key.Length.ShouldBeGreaterThan(15);
        await visitor.FollowAsync();
        visitor.Page.QuerySelector(".code")!.TextContent.ShouldBe("K7PRM4");
        visitor.Page.QuerySelector(".qr svg path").ShouldNotBeNull();
        (await visitor.OpenAsync("/vienne/panier/nombre")).Html.ShouldBe("{\"count\":0}");
    }

    [Fact]
    public async Task Collects_everything_at_one_shared_point()
    {
        var visitor = await ReadyAsync();
        await visitor.SubmitAsync("/vienne/commander", [.. _who, Slot("halles"), ("lieu", "point.halles")]);
        visitor.Status.ShouldBe(HttpStatusCode.SeeOther, visitor.Words);
        host.Town.Placed.Last().Order.ShopOrders.Select(s => s.PickupSlotId).Distinct().ShouldHaveSingleItem().ShouldStartWith("halles~");
    }

    [Fact]
    public async Task Asks_where_before_it_lists_the_hours_of_each_place()
    {
        var visitor = await ReadyAsync();
        var modes = visitor.Page.QuerySelector(".modes")!;
        var names = modes.QuerySelectorAll("input").Select(i => i.GetAttribute("name")!).ToList();
        names.Take(2).ShouldBe(["lieu", "lieu"]);
        names.Skip(2).ShouldNotContain("lieu");
        // The stylesheet pairs the choices with the lists by their order.
        modes.Children.Where(c => c.LocalName == "input").Select(c => c.GetAttribute("value")).ShouldBe(["boutiques", "point.halles"]);
        modes.Children.Where(c => c.LocalName == "div").Select(c => c.QuerySelectorAll(".slots").Select(s => s.Id).ToList())
            .ShouldBe([["creneau-le-fournil", "creneau-la-fromagerie"], ["creneau-halles"]]);
    }

    [Theory]
    [InlineData("fr", "À la boutique", "Au point de retrait : Les Halles")]
    [InlineData("en", "At the shop", "At the pickup point: Les Halles")]
    public async Task Offers_the_shared_point_to_one_shop_too_as_its_products_promise(string language, string shop, string point)
    {
        var visitor = host.Visitor(language);
        await visitor.PostAsync("/vienne/panier/ajouter", ("offre", TownSamples.Bread.OfferId.ToString()));
        await visitor.OpenAsync("/vienne/commander");
        visitor.Page.QuerySelectorAll(".modes>label strong").Select(Browser.WordsOf).ShouldBe([shop, point]);
        visitor.Page.QuerySelector("[name=lieu][checked]")!.GetAttribute("value").ShouldBe("boutiques");
        await visitor.SubmitAsync("/vienne/commander", [.. _who, Slot("halles"), ("lieu", "point.halles")]);
        visitor.Status.ShouldBe(HttpStatusCode.SeeOther, visitor.Words);
        host.Town.Placed.Last().Order.ShopOrders.Single().PickupSlotId.ShouldStartWith("halles~");
    }

    [Fact]
    public async Task Folds_a_whole_day_of_times_by_its_parts()
    {
        var first = new DateTimeOffset(TownSamples.Slots("le-fournil")[0].Start.Date, TimeSpan.Zero).AddHours(7); // 8 or 9 o'clock
        host.Town.Slots = place => place != "le-fournil" ? TownSamples.Slots(place)
            : [.. Enumerable.Range(0, 22).Select(n => first.AddMinutes(30 * n)).Select(t => new Contracts.Merchants.Api.PickupSlot($"{place}~{t:yyyyMMdd'T'HHmm'Z'}", t, t.AddMinutes(30), t.Hour < 11 ? 0 : 3))];
        try
        {
            var visitor = await ReadyAsync();
            var parts = visitor.Page.QuerySelectorAll("#creneau-le-fournil details.slot-part");
            parts.Select(p => Browser.WordsOf(p.QuerySelector("summary")).Split(' ')[0]).ShouldBe(["Après-midi", "Soir"], "the morning is full");
            parts.Select(p => p.HasAttribute("open")).ShouldBe([true, false]);
            visitor.Page.QuerySelectorAll("[name='creneau.le-fournil']").Length.ShouldBe(14, "all are there");
            visitor.Page.QuerySelectorAll("#creneau-la-fromagerie .slot-part").ShouldBeEmpty("a few times need no fold");
            // What was chosen is unfolded when the page comes back.
            var late = visitor.Page.QuerySelectorAll("[name='creneau.le-fournil']")[^1].GetAttribute("value")!;
            await visitor.SubmitAsync("/vienne/commander", ("nom", "Camille Perrin"), ("courriel", "?"), ("creneau.le-fournil", late));
            visitor.Page.QuerySelectorAll("#creneau-le-fournil details.slot-part").Select(p => p.HasAttribute("open")).ShouldBe([false, true]);
        }
        finally
        {
            host.Town.Slots = TownSamples.Slots;
        }
    }

    [Fact]
    public async Task Says_of_one_shop_why_no_shared_point_is_offered()
    {
        host.Town.Slots = place => place != "halles" ? TownSamples.Slots(place) : [];
        try
        {
            var visitor = host.Visitor();
            await visitor.PostAsync("/vienne/panier/ajouter", ("offre", TownSamples.Bread.OfferId.ToString()));
            (await visitor.OpenAsync("/vienne/commander")).Words.ShouldContain("Le retrait commun (Les Halles) n'a pas d'heure libre qui convienne à cette boutique ces prochains jours : vous retirez chez elle.");
        }
        finally
        {
            host.Town.Slots = TownSamples.Slots;
        }
    }

    [Theory]
    [InlineData(false, "Le retrait commun (Les Halles) n'a pas d'heure libre qui convienne à toutes ces boutiques ces prochains jours : vous retirez dans chacune.")]
    [InlineData(true, "Les heures du retrait commun (Les Halles) ne nous parviennent pas en ce moment : vous retirez dans chaque boutique.")]
    public async Task Says_of_several_shops_why_no_shared_point_is_offered(bool away, string said)
    {
        host.Town.Slots = place => place != "halles" ? TownSamples.Slots(place) : away ? throw new HttpRequestException("connection refused") : [];
        try
        {
            var visitor = await ReadyAsync();
            visitor.Page.QuerySelector("input[name=lieu]").ShouldBeNull();
            visitor.Words.ShouldContain(said);
        }
        finally
        {
            host.Town.Slots = TownSamples.Slots;
        }
    }

    [Fact]
    public async Task Says_what_is_missing_on_top_and_at_the_field_and_loses_nothing()
    {
        var visitor = await ReadyAsync();
        await visitor.SubmitAsync("/vienne/commander", ("nom", "Camille Perrin"), ("courriel", "pas une adresse"), ("telephone", "0612"), Slot("le-fournil"));
        visitor.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var links = visitor.Page.QuerySelectorAll("[role=alert] a").Select(a => a.GetAttribute("href")!).ToList();
        links.ShouldBe(["#champ-courriel", "#champ-telephone", "#creneau-la-fromagerie"]);
        links.ShouldAllBe(l => visitor.Page.QuerySelector(l) != null);
        var mail = visitor.Page.QuerySelector("#champ-courriel")!;
        mail.GetAttribute("value").ShouldBe("pas une adresse");
        mail.GetAttribute("aria-describedby")!.Split(' ').ShouldAllBe(id => visitor.Page.GetElementById(id) != null);
        visitor.Page.QuerySelector("#champ-nom")!.GetAttribute("value").ShouldBe("Camille Perrin");
        visitor.Page.QuerySelector($"input[value='{Slot("le-fournil").Item2}']")!.HasAttribute("checked").ShouldBeTrue();
    }

    [Fact]
    public async Task Takes_the_mail_addresses_that_an_account_takes()
    {
        var visitor = await ReadyAsync();
        await visitor.SubmitAsync("/vienne/commander", ("nom", "Camille Perrin"), ("courriel", "camille@example.org."), Slot("le-fournil"), Slot("la-fromagerie"));
        visitor.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        visitor.Page.QuerySelector("[role=alert] a")!.GetAttribute("href").ShouldBe("#champ-courriel");
        var longest = $"camille@{string.Join('.', Enumerable.Repeat(new string('a', 59), 4))}.org";
        longest.Length.ShouldBeInRange(230, 254);
        await visitor.SubmitAsync("/vienne/commander", ("courriel", longest));
        visitor.Status.ShouldBe(HttpStatusCode.SeeOther, visitor.Words);
        host.Town.Placed.Last().Order.Contact.Email.ShouldBe(longest);
    }

    [Fact]
    public async Task A_slot_that_was_taken_is_chosen_again_in_place()
    {
        var visitor = await ReadyAsync();
        var key = visitor.Page.QuerySelector("input[name=cle]")!.GetAttribute("value");
        host.Town.Refuse = o => TownPlayed.Problem(HttpStatusCode.Conflict, "slot-full", Array.Empty<object>(), new[] { new OrderRefusal.Slot("le-fournil", o.ShopOrders[0].PickupSlotId, "slot-full") });
        await visitor.SubmitAsync("/vienne/commander", [.. _who, Slot("le-fournil"), Slot("la-fromagerie")]);
        host.Town.Refuse = null;
        visitor.Status.ShouldBe(HttpStatusCode.Conflict);
        visitor.Page.QuerySelector("[role=alert] a")!.GetAttribute("href").ShouldBe("#creneau-le-fournil");
        visitor.Page.QuerySelector("#champ-nom")!.GetAttribute("value").ShouldBe("Camille Perrin");
        visitor.Page.QuerySelector("input[name=cle]")!.GetAttribute("value").ShouldNotBe(key, "a refused order is a new one when tried again");
        await visitor.SubmitAsync("/vienne/commander", Slot("le-fournil", 2));
        visitor.Status.ShouldBe(HttpStatusCode.SeeOther, visitor.Words);
    }

    [Fact]
    public async Task Goods_that_ran_out_are_told_with_what_is_left()
    {
        var visitor = await ReadyAsync();
        host.Town.Refuse = o => TownPlayed.Problem(HttpStatusCode.Conflict, "out-of-stock", new[] { new OrderRefusal.Line(TownSamples.Bread.OfferId, "Pain complet", "out-of-stock", 2, 1, 320) }, Array.Empty<object>());
        await visitor.SubmitAsync("/vienne/commander", [.. _who, Slot("le-fournil"), Slot("la-fromagerie")]);
        host.Town.Refuse = null;
        visitor.Words.ShouldContain("Pain complet : il n'en reste que 1.");
    }

    [Fact]
    public async Task Keeps_its_key_when_the_answer_did_not_come()
    {
        var visitor = await ReadyAsync();
        var key = visitor.Page.QuerySelector("input[name=cle]")!.GetAttribute("value");
        host.Town.Refuse = _ => new HttpResponseMessage(HttpStatusCode.BadGateway);
        await visitor.SubmitAsync("/vienne/commander", [.. _who, Slot("le-fournil"), Slot("la-fromagerie")]);
        host.Town.Refuse = null;
        visitor.Words.ShouldContain("il n'y aura pas de double commande");
        visitor.Page.QuerySelector("input[name=cle]")!.GetAttribute("value").ShouldBe(key);
    }

    [Fact]
    public async Task Keeps_the_basket_until_the_order_stands()
    {
        var visitor = await ReadyAsync();
        OrderView? pending = null;
        host.Town.Refuse = o =>
        {
            var order = TownSamples.Order(o, host.Town.Offers);
            pending = host.Town.Orders[order.OrderId] = order with
            {
                Status = "pending",
                PickupCode = null,
                PlacedAt = DateTimeOffset.UtcNow,
                ShopOrders = [.. order.ShopOrders.Select(s => s with { Lines = [.. s.Lines.Select(l => l with { Title = "" })] })],
            };
            return TownPlayed.Ok(pending, HttpStatusCode.Accepted);
        };
        await visitor.SubmitAsync("/vienne/commander", [.. _who, Slot("le-fournil"), Slot("la-fromagerie")]);
        host.Town.Refuse = null;
        var page = $"/commandes/{pending!.OrderId}?jeton=jeton-secret";
        await visitor.OpenAsync(page);
        visitor.Page.QuerySelectorAll(".sum-row .num").Length.ShouldBe(2, "lines without a title are not shown, the two sums are");
        (await visitor.OpenAsync("/vienne/panier/nombre")).Html.ShouldBe("{\"count\":2}");

        host.Town.Orders[pending.OrderId] = pending with { Status = "confirmed" };
        await visitor.OpenAsync(page);
        (await visitor.OpenAsync("/vienne/panier/nombre")).Html.ShouldBe("{\"count\":0}");
        await visitor.PostAsync("/vienne/panier/ajouter", ("offre", TownSamples.Bread.OfferId.ToString()), ("quantite", "1"));
        await visitor.OpenAsync(page);
        (await visitor.OpenAsync("/vienne/panier/nombre")).Html.ShouldBe("{\"count\":1}", "what was put in since is kept");
    }

    [Fact]
    public async Task Alcohol_asks_for_the_age()
    {
        var visitor = host.Visitor();
        await visitor.PostAsync("/vienne/panier/ajouter", ("offre", TownSamples.Wine.OfferId.ToString()));
        await visitor.OpenAsync("/vienne/commander");
        await visitor.SubmitAsync("/vienne/commander", [.. _who, Slot("la-cave")]);
        visitor.Page.QuerySelector("[role=alert] a")!.GetAttribute("href").ShouldBe("#majeur");
        await visitor.SubmitAsync("/vienne/commander", ("majeur", "1"));
        visitor.Status.ShouldBe(HttpStatusCode.SeeOther, visitor.Words);
    }

    [Theory]
    [InlineData("fr", "attendez une minute")]
    [InlineData("en", "wait a minute")]
    public async Task Too_many_orders_of_one_visitor_are_put_off_and_lose_nothing(string language, string said)
    {
        await using var strict = host.Start(("Limits:Address:OrdersPerMinute", "1"));
        var (visitor, neighbour) = (await ReadyAsync(language, strict), await ReadyAsync(language, strict));
        await visitor.SubmitAsync("/vienne/commander", [.. _who, Slot("le-fournil"), Slot("la-fromagerie")]);
        visitor.Status.ShouldBe(HttpStatusCode.SeeOther, visitor.Words);
        var placed = host.Town.Placed.Count;
        var key = neighbour.Page.QuerySelector("input[name=cle]")!.GetAttribute("value");

        await neighbour.SubmitAsync("/vienne/commander", [.. _who, Slot("le-fournil"), Slot("la-fromagerie")]);

        neighbour.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        neighbour.Words.ShouldContain(said);
        neighbour.Answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 60);
        neighbour.Page.QuerySelector("#champ-nom")!.GetAttribute("value").ShouldBe("Camille Perrin");
        neighbour.Page.QuerySelector("input[name=cle]")!.GetAttribute("value").ShouldBe(key, "the same press again is the same order");
        host.Town.Placed.Count.ShouldBe(placed);
    }

    [Fact]
    public async Task A_limit_of_the_service_is_told_at_the_same_place()
    {
        var visitor = await ReadyAsync();
        host.Town.Refuse = _ => TownPlayed.Problem(HttpStatusCode.TooManyRequests, "too-many-orders");
        await visitor.SubmitAsync("/vienne/commander", [.. _who, Slot("le-fournil"), Slot("la-fromagerie")]);
        host.Town.Refuse = null;
        visitor.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        visitor.Words.ShouldContain("attendez une minute");
    }

    [Fact]
    public async Task An_empty_basket_goes_back_to_the_basket() => (await host.Visitor().OpenAsync("/vienne/commander")).Location.ShouldBe("/vienne/panier");

    private Task<Visitor> ReadyAsync(string language = "fr", WebApplicationFactory<Program>? app = null) => host.AtCheckoutAsync(language, app);

    private static (string, string) Slot(string place, int which = 0) => ("creneau." + place, TownSamples.Slots(place)[which].SlotId);
}
