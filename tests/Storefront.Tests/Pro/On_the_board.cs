using System.Globalization;
using System.Net;
using Marketplace.Storefront.Tests.Accounts;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>What stands on the board and its sheet, and what its taps do.</summary>
public sealed class On_the_board(AccountsHost host) : AtTheCounter(host)
{
    // Words that change say the state; told a second time as "pressed", a screen reader says "hide, pressed".
    [Theory]
    [InlineData("[data-sound]", Board), InlineData("[data-show]", "/compte/connexion")]
    public async Task Says_the_state_of_a_button_once(string button, string page)
    {
        using var visitor = _host.Browser();
        var browser = page == Board ? _browser : visitor;
        await browser.OpenAsync(page);
        browser.Page.QuerySelectorAll(button).ShouldNotBeEmpty();
        browser.Page.QuerySelectorAll("[aria-pressed]").ShouldBeEmpty();
        foreach (var script in browser.Page.QuerySelectorAll("script[src]").Select(s => s.GetAttribute("src")!).ToList())
        {
            (await browser.OpenAsync(script)).Text.ShouldNotContain("aria-pressed", customMessage: script);
        }
    }

    [Fact]
    public async Task Sees_the_orders_where_they_stand_and_moves_them_by_one_tap()
    {
        var order = Has(ProSamples.Order("requested", "K7M4-QX2B", Now));
        await _browser.OpenAsync(Board);
        Column("requested").ShouldContain("Claire D.");
        _browser.Page.QuerySelector("noscript meta[http-equiv=refresh]").ShouldNotBeNull();
        await _browser.SubmitAsync($"{Board}/commandes/{order.OrderId}/accepter");
        (await _browser.FollowAsync()).Words.ShouldContain("Commande K7M4-QX2B acceptée.");
        Column("accepted").ShouldContain("2 × Pain complet");
        await _browser.SubmitAsync($"{Board}/commandes/{order.OrderId}/commencer");
        (await _browser.FollowAsync()).Words.ShouldContain("Préparation de la commande K7M4-QX2B commencée.");
        Column("accepted").ShouldContain("Rien à préparer");
        Column("preparing").ShouldContain("Claire D.");
        await _browser.SubmitAsync($"{Board}/commandes/{order.OrderId}/toute-prete");
        await _browser.FollowAsync();
        Column("ready").ShouldContain("Claire D.");
    }

    [Fact]
    public async Task Sees_a_cancelled_order_until_it_has_been_noted_on_this_device()
    {
        var order = Has(ProSamples.Order("cancelled", "K7M4-QX2B", Now) with { ChangedAt = Now }); // the board shows today's, also just after midnight
        var yesterday = Has(ProSamples.Order("cancelled", "BBBB-2222", Now.AddDays(-2)));
        await _browser.OpenAsync(Board);
        Column("cancelled").ShouldContain("Claire D.");
        Column("cancelled").ShouldContain("annulée par le client");
        Column("cancelled").ShouldNotContain(yesterday.Reference);
        await _browser.SubmitAsync($"{Board}/commandes/{order.OrderId}/vue");
        (await _browser.FollowAsync()).Page.QuerySelector(".column-cancelled").ShouldBeNull();

        var colleague = await _host.PersonAsync();
        _host.Services.Members[colleague] = ProSamples.Member("staff", "boulangerie");
        using var elsewhere = await _host.SignedInAsync(colleague);
        (await elsewhere.OpenAsync(Board)).Page.QuerySelector(".column-cancelled").ShouldNotBeNull("whoever wraps it in the back must see it too");
    }

    [Fact]
    public async Task Reads_that_a_resident_was_erased_where_a_name_would_stand()
    {
        var order = Has(ProSamples.Order("collected", "K7M4-QX2B", Now) with { Customer = "", Phone = null, Note = null, ChangedAt = Now });
        await _browser.OpenAsync(Board);
        _browser.Words.ShouldContain("Client effacé K7M4-QX2B");
        (await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}")).Page.QuerySelector("h1")!.TextContent.ShouldBe("Client effacé");
    }

    [Theory]
    [InlineData(HttpStatusCode.Conflict, "already-cancelled", "Le client vient d'annuler cette commande")]
    [InlineData(HttpStatusCode.Conflict, "already-declined", "refusée entre-temps")]
    [InlineData(HttpStatusCode.PreconditionFailed, "changed-meanwhile", "modifié cette commande en même temps")]
    [InlineData(HttpStatusCode.TooManyRequests, "too-many-requests", "attendez quelques secondes")]
    [InlineData(HttpStatusCode.Conflict, "something-new", "Cela n'a pas marché")]
    public async Task Reads_why_an_action_was_refused(HttpStatusCode status, string code, string said)
    {
        var order = Has(ProSamples.Order("requested", "K7M4-QX2B", Now));
        _host.Services.Refusals[$"{order.OrderId}/accept"] = (status, code);
        await (await _browser.OpenAsync(Board)).SubmitAsync($"{Board}/commandes/{order.OrderId}/accepter");
        (await _browser.FollowAsync()).Words.ShouldContain(said);
    }

    [Fact]
    public async Task Is_warned_before_a_slot_begins_and_says_when_the_board_is_to_be_looked_at_again()
    {
        var order = ProSamples.Order("accepted", "K7M4-QX2B", Now);
        order = Has(order with { Pickup = order.Pickup! with { Start = Now.AddMinutes(50), End = Now.AddMinutes(80) } });
        var at = Browser.Plain(new Storefront.Languages.Ui(_host.App.Services.GetRequiredService<Storefront.Languages.Words>(), Storefront.Languages.Lang.Fr, _host.Clock).Time(order.Pickup!.Start));
        (await LookAsync(chip: null))!.Value.ShouldBeInRange(19.5, 20);

        _host.Clock.Ahead = TimeSpan.FromMinutes(21);
        (await LookAsync("à préparer avant " + at))!.Value.ShouldBeInRange(28.5, 29);
        _browser.Page.QuerySelectorAll(".ticket.soon").Length.ShouldBe(1);
        Has(order = order with { PreparingSince = Now });
        (await LookAsync("à finir avant " + at)).ShouldNotBeNull();

        _host.Clock.Ahead = TimeSpan.FromMinutes(51);
        (await LookAsync("en retard")).ShouldBeNull();
        _browser.Page.QuerySelectorAll(".ticket.late").Length.ShouldBe(1);
        Has(order with { Status = "ready" });
        (await LookAsync(chip: null)).ShouldBeNull();

        // Minutes until the pages are to be looked at again, which the order's page tells as the board does.
        async Task<double?> LookAsync(string? chip)
        {
            var page = (await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}")).Page.QuerySelector("[data-pressing]")!;
            var told = Browser.WordsOf(page);
            var board = (await _browser.OpenAsync(Board)).Page.QuerySelector("[data-board]")!;
            (told, Browser.WordsOf(board.QuerySelector(".ticket-when .chip"))).ShouldBe((chip ?? "", chip ?? ""));
            page.HasAttribute("data-next").ShouldBe(board.HasAttribute("data-next"));
            return board.GetAttribute("data-next") is { } next ? long.Parse(next, CultureInfo.InvariantCulture) / 60_000d : null;
        }
    }

    [Fact]
    public async Task Follows_the_shops_orders_live()
    {
        await _browser.OpenAsync($"{Board}/evenements", accept: "text/event-stream");
        _browser.Last.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        _browser.Text.ShouldContain("event: order");
        _host.Services.AskedOf("ordering", "shops/boulangerie/orders/events")[^1].Token.ShouldNotBeNull();
    }

    [Fact]
    public async Task Prints_everything_to_do_on_one_sheet()
    {
        Has(ProSamples.Order("accepted", "K7M4-QX2B", Now, ProSamples.Bread, ProSamples.Cheese));
        Has(ProSamples.Order("ready", "BBBB-2222", Now));
        (await _browser.OpenAsync($"{Board}/impression")).Page.QuerySelectorAll(".sheet").Length.ShouldBe(2);
        _browser.Words.ShouldContain("pesé :");
        _browser.Words.ShouldNotContain("Les Halles");
    }

    [Fact]
    public async Task What_is_printed_and_picked_says_where_it_is_to_be_brought()
    {
        var order = ProSamples.Order("accepted", "K7M4-QX2B", Now);
        Has(order with { Pickup = order.Pickup! with { Place = order.Pickup.Place with { Kind = "shared", Name = "Les Halles" } } });
        Browser.WordsOf((await _browser.OpenAsync($"{Board}/impression")).Page.QuerySelector(".sheet")).ShouldContain(", Les Halles");
        (await _browser.OpenAsync($"{Board}/preparation")).Words.ShouldContain(", Les Halles");
    }

    [Fact]
    public async Task What_is_printed_says_of_which_days_it_is()
    {
        Has(ProSamples.Order("accepted", "DEMAIN", Now.AddDays(1)));
        Has(ProSamples.Order("ready", "APRES", Now.AddDays(3)));
        Has(ProSamples.Order("accepted", "PLUSTOT", Now.AddDays(1).AddMinutes(-30)));
        await _browser.OpenAsync($"{Board}/impression");
        Browser.WordsOf(_browser.Page.QuerySelector("h1")).ShouldStartWith("Commandes en cours, le ");
        _browser.Page.QuerySelectorAll(".sheet-day").Select(h => Browser.WordsOf(h).ToLowerInvariant().Split(' ')[0]).ShouldBe(new[] { 1, 3 }.Select(d => Languages.Ui.LocalDate(Now.AddDays(d).AddHours(3)).ToString("dddd", System.Globalization.CultureInfo.GetCultureInfo("fr-FR"))));
        _browser.Page.QuerySelectorAll(".sheet h3 .ref").Select(Browser.WordsOf).ShouldBe(["PLUSTOT", "DEMAIN", "APRES"]);
    }
}
