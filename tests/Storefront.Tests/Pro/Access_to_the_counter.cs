using System.IO.Pipelines;
using System.Net;
using Marketplace.Contracts;
using Marketplace.Storefront.Accounts.Tokens;
using Marketplace.Storefront.Tests.Accounts;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>Every page and action of the counter for everybody who might ask. The services refuse by themselves too; their own tests show it.</summary>
public sealed class Access_to_the_counter(AccountsHost host) : IClassFixture<AccountsHost>
{
    private static readonly OrderId _order = new(new Guid("00000000-0000-4000-8000-0000000000aa"));

    private static readonly Guid _key = new("00000000-0000-4000-8000-0000000000bb");

    private static readonly Guid _offer = ProSamples.Bread.OfferId.Value;

    private static readonly Guid _proposal = new("00000000-0000-4000-8000-0000000000cc");

    private static readonly Guid _count = new("00000000-0000-4000-8000-0000000000dd");

    private static readonly Guid _import = new("00000000-0000-4000-8000-0000000000cc");

    // Posted so that no name stands in an address; it changes nothing.
    private const string Search = "/commandes";

    // For owners alone.
    private const string Team = "/equipe";
    private const string Help = "/aide";

    private const string Details = "/boutique/coordonnees";

    private const string Hooks = "/webhooks";

    private const string Money = "/argent";

    private static readonly (string Method, string Path)[] _all =
    [
        ("GET", ""), ("GET", "/evenements"), ("GET", "/remise"), ("GET", "/commandes"), ("GET", "/point"), ("GET", $"/commandes/{_order}"),
        ("GET", "/impression"), ("GET", "/preparation"),
        ("GET", "/stock"), ("GET", "/stock/PAIN"), ("POST", "/stock/PAIN"), ("GET", "/limites"), ("POST", "/limites"), ("GET", "/fournees"), ("POST", "/fournees"),
        ("GET", "/comptage"), ("POST", "/comptage"), ("POST", "/comptage/debut"), ("GET", "/comptage/comparer"), ("POST", "/comptage/appliquer"), ("POST", "/comptage/abandon"), ("GET", $"/comptage/{_count}"),
        ("GET", "/logiciel"), ("GET", "/logiciel/retrait"), ("POST", "/logiciel"), ("POST", "/logiciel/lecture"), ("POST", "/logiciel/retrait"),
        ("GET", "/produits"), ("GET", "/produits/nouveau"), ("GET", "/produits/prix"), ("GET", "/produits/fiche/PAIN"), ("GET", "/produits/fiche/PAIN/declinaisons"), ("POST", "/produits/fiche/PAIN/declinaisons"), ("POST", "/produits/fiche/PAIN/photo"), ("POST", "/produits/fiche/PAIN/photo/retrait"), ("POST", "/produits/fiche/PAIN/photo/retour"),
        ("GET", "/boutique"), ("GET", Details), ("POST", Details), ("GET", "/chiffres"), ("GET", "/chiffres/jours.csv"), ("GET", Money), ("GET", Money + "/compte"), ("POST", Money + "/compte"), ("GET", Money + "/compte/questions"), ("GET", Money + "/2026-01"), ("GET", Money + "/2026-01/releve.csv"),
        ("GET", "/import"), ("GET", $"/import/{_import}"), ("GET", $"/import/{_import}/suivi"), ("GET", $"/import/{_import}/rejets.csv"), ("GET", $"/import/{_import}/rejets.xlsx"), ("GET", "/export.csv"), ("GET", "/export.xlsx"),
        ("POST", "/import/fichier"), ("POST", $"/import/{_import}"), ("POST", $"/import/{_import}/abandon"),
        ("GET", "/mails"), ("POST", "/mails"),
        ("GET", "/balance"), ("POST", "/balance"),
        ("GET", "/horaires"), ("GET", "/horaires/semaine"), ("GET", "/horaires/creneaux"), ("GET", "/horaires/fermer"), ("GET", "/horaires/date"),
        ("GET", "/cles"), ("GET", $"/cles/{_key}/retrait"), ("POST", "/cles"), ("POST", $"/cles/{_key}/retrait"),
        ("GET", Hooks), ("POST", Hooks), ("GET", $"{Hooks}/{_key}"), ("POST", $"{Hooks}/{_key}"), ("POST", $"{Hooks}/{_key}/pause"), ("POST", $"{Hooks}/{_key}/essai"), ("POST", $"{Hooks}/{_key}/secret"),
        ("POST", $"{Hooks}/{_key}/envois/{_key}"), ("GET", $"{Hooks}/{_key}/retrait"), ("POST", $"{Hooks}/{_key}/retrait"),
        ("GET", "/ouverture"),
        ("GET", "/journal"), ("GET", Help), ("POST", Help),
        ("GET", Team), ("POST", Team), ("POST", Team + "/role"), ("POST", Team + "/retrait"),
        ("POST", $"/commandes/{_order}/accepter"), ("POST", $"/commandes/{_order}/commencer"), ("POST", $"/commandes/{_order}/toute-prete"), ("POST", $"/commandes/{_order}/prete"), ("POST", $"/commandes/{_order}/refus"), ("POST", $"/commandes/{_order}/remise"), ("POST", $"/commandes/{_order}/vue"), ("POST", $"/commandes/{_order}/retour"), ("POST", $"/commandes/{_order}/deposer"), ("POST", $"/commandes/{_order}/rapportee"), ("POST", $"/commandes/{_order}/payee"),
        ("GET", $"/commandes/{_order}/manque/{_offer}"), ("POST", $"/commandes/{_order}/manque/{_offer}"), ("POST", $"/commandes/{_order}/manque/{_proposal}/retirer"),
        ("GET", $"/commandes/{_order}/rembourser"), ("POST", $"/commandes/{_order}/rembourser"), ("POST", $"/commandes/{_order}/rembourser/{_key}/recommencer"), ("POST", $"/commandes/{_order}/rembourser/{_key}/autrement"),
        ("POST", $"/commandes/{_order}/retractation/{_key}/revenus"), ("POST", $"/commandes/{_order}/retractation/{_key}/envoyes"), ("POST", $"/commandes/{_order}/retractation/{_key}/pas-revenus"),
        ("POST", "/remise"), ("POST", "/remise/faite"), ("POST", "/remise/differee"), ("POST", "/point"), ("POST", "/stock"), ("POST", Search), ("POST", "/produits/nouveau"), ("POST", "/produits/etat"), ("POST", "/produits/fiche/PAIN"),
        ("POST", "/horaires/semaine"), ("POST", "/horaires/creneaux"), ("POST", "/horaires/fermer"), ("POST", "/horaires/date"), ("POST", "/horaires/retirer"),
    ];

    public static TheoryData<string> Everybody => ["visitor", "resident", "neighbour", "read-only", "staff", "owner"];

    [Fact]
    public void Knows_every_page_and_action_of_the_route_table() =>
        host.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(e => e.RoutePattern.RawText!.StartsWith("/pro/{shop}", StringComparison.Ordinal))
            .SelectMany(e => e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(m => (m, e.RoutePattern.RawText!["/pro/{shop}".Length..].TrimEnd('/').Replace("{order:guid}", _order.ToString(), StringComparison.Ordinal).Replace("{offer:guid}", _offer.ToString(), StringComparison.Ordinal).Replace("{proposal:guid}", _proposal.ToString(), StringComparison.Ordinal).Replace("{refund:guid}", _key.ToString(), StringComparison.Ordinal).Replace("{withdrawal:guid}", _key.ToString(), StringComparison.Ordinal).Replace("{key:guid}", _key.ToString(), StringComparison.Ordinal).Replace("{webhook:guid}", _key.ToString(), StringComparison.Ordinal).Replace("{delivery:guid}", _key.ToString(), StringComparison.Ordinal).Replace("{import:guid}", _import.ToString(), StringComparison.Ordinal).Replace("{count:guid}", _count.ToString(), StringComparison.Ordinal).Replace("{sku}", "PAIN", StringComparison.Ordinal).Replace("{month}", "2026-01", StringComparison.Ordinal))))
            .ShouldBe(_all, ignoreOrder: true);

    [Theory, MemberData(nameof(Everybody))]
    public async Task Is_as_the_matrix_says(string who)
    {
        host.Services.Orders[_order] = ProSamples.Order("requested", "K7M4-QX2B", host.Clock.GetUtcNow()) with { OrderId = _order };
        host.Services.Offers["PAIN"] = ProSamples.Offer("PAIN", "Pain complet", 5);
        host.Services.Imports[_import] = ProSamples.LookedAt(_import);
        host.Services.Counting.List = new(_count, "open", DateTimeOffset.UtcNow, null, 1, 1, [new("PAIN", "counted", 2, DateTimeOffset.UtcNow, "PAIN", "Pain complet", Known: 5, Becomes: 2)]);
        using var browser = await BrowserOfAsync(who);
        foreach (var (method, path) in _all)
        {
            var asked = Asked();
            await (method == "GET" ? browser.OpenAsync("/pro/boulangerie" + path)
                : browser.PostAsync("/pro/boulangerie" + path, ("Sku", "PAIN"), ("OnHand", "5"), ("reason", "shortage"), ("scope", "all"), ("Code", "K7M4QX"), ("Order", _order.ToString())));
            var allowed = new[] { "/cles", Team, Hooks, Help, Details, Money }.Any(p => path.StartsWith(p, StringComparison.Ordinal)) ? who == "owner" : who is "staff" or "owner" || who == "read-only" && (method == "GET" || path == Search);
            var expected = who == "visitor" ? "sign in" : !allowed ? "refused" : "in";
            var got = browser.Status switch
            {
                HttpStatusCode.Redirect when browser.Location!.Contains("/compte/connexion", StringComparison.Ordinal) => "sign in",
                HttpStatusCode.Forbidden => "refused",
                HttpStatusCode.OK or HttpStatusCode.Redirect or HttpStatusCode.SeeOther or HttpStatusCode.UnprocessableEntity or HttpStatusCode.Conflict => "in",
                var other => other.ToString(),
            };
            got.ShouldBe(expected, $"{who}: {method} /pro/boulangerie{path}");
            if (expected != "in")
            {
                Asked().ShouldBe(asked, "nothing is asked for who may not");
            }
        }

        // What the door itself asks of Merchants changes nothing.
        int Asked() => host.Services.AskedOf("ordering", "").Count + host.Services.AskedOf("catalog", "").Count + host.Services.AskedOf("merchants", "").Count(a => a.Method != "GET");
    }

    [Fact]
    public async Task Tells_a_neighbours_shop_and_no_shop_alike()
    {
        using var browser = await BrowserOfAsync("neighbour");
        var there = (await browser.OpenAsync("/pro/boulangerie")).Words;
        (await browser.OpenAsync("/pro/nulle-part")).Words.ShouldBe(there);
    }

    [Fact]
    public async Task Shows_nobody_buttons_they_may_not_press()
    {
        host.Services.Orders[_order] = ProSamples.Order("requested", "K7M4-QX2B", host.Clock.GetUtcNow()) with { OrderId = _order };
        host.Services.Offers["PAIN"] = ProSamples.Offer("PAIN", "Pain complet", 5);
        host.Services.Imports[_import] = ProSamples.LookedAt(_import);
        host.Services.Counting.List = new(_count, "open", DateTimeOffset.UtcNow, null, 1, 1, [new("PAIN", "counted", 2, DateTimeOffset.UtcNow, "PAIN", "Pain complet", Known: 5, Becomes: 2)]);
        host.Services.Batches[(ProSamples.Bread.OfferId, DateTimeOffset.UnixEpoch)] = new(ProSamples.Bread.OfferId, "PAIN", "Pain complet", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, 40, 31, 40);
        using var browser = await BrowserOfAsync("read-only");
        foreach (var path in (string[])["", "/import", $"/import/{_import}", "/stock", "/comptage", "/comptage/comparer", "/fournees", "/logiciel", "/produits", "/produits/fiche/PAIN", "/produits/fiche/PAIN/declinaisons", "/boutique", "/balance", "/horaires", $"/commandes/{_order}"])
        {
            (await browser.OpenAsync("/pro/boulangerie" + path)).Page.QuerySelectorAll("form[method=post]").Count(f => f.Closest(".pro-search") is null).ShouldBe(0, path);
        }
    }

    [Fact]
    public async Task Ends_with_the_membership_for_an_open_board_too()
    {
        var email = await host.PersonAsync();
        host.Services.Members[email] = ProSamples.Member("staff", "boulangerie");
        using var browser = await host.SignedInAsync(email);
        var ordering = new Pipe();
        host.Services.News = ordering.Reader.AsStream();
        try
        {
            var before = host.Services.AskedOf("ordering", "shops/boulangerie/orders/events").Count;
            var open = browser.OpenAsync("/pro/boulangerie/evenements", accept: "text/event-stream");
            await Eventually.BecomesAsync(() => host.Services.AskedOf("ordering", "shops/boulangerie/orders/events").Count > before, TimeSpan.FromSeconds(20));

            host.Services.Members[email] = ProSamples.Member("staff", "fromagerie");
            host.App.Services.GetRequiredService<MembershipDirectory>().Forget(email); // as after half a minute
            await ordering.Writer.WriteAsync("event: order\ndata: {\"orderId\":\"not for them\"}\n\n"u8.ToArray(), TestContext.Current.CancellationToken);

            await open.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken); // though Ordering's stream goes on
            browser.Text.ShouldNotContain("not for them");
        }
        finally
        {
            host.Services.News = null;
            await ordering.Writer.CompleteAsync();
        }
    }

    [Fact]
    public async Task Goes_straight_to_the_only_shop_and_asks_which_of_several()
    {
        using var one = await BrowserOfAsync("staff");
        (await one.OpenAsync("/pro")).Location.ShouldBe("/pro/boulangerie");
        var email = await host.PersonAsync();
        host.Services.Members[email] = ProSamples.Member("owner", "boulangerie", "fromagerie");
        using var several = await host.SignedInAsync(email);
        (await several.OpenAsync("/pro")).Page.QuerySelectorAll("main a").Select(a => a.GetAttribute("href")).ShouldBe(["/pro/boulangerie", "/pro/fromagerie"]);
        using var none = await BrowserOfAsync("resident");
        (await none.OpenAsync("/pro")).Words.ShouldContain("Pas encore de boutique");
    }

    [Fact]
    public async Task Marks_a_demonstration_shop_on_every_page()
    {
        using var browser = await BrowserOfAsync("staff");
        foreach (var path in (string[])["", "/stock", "/produits", "/produits/nouveau", "/remise", "/impression", "/preparation", "/boutique"])
        {
            (await browser.OpenAsync("/pro/boulangerie" + path)).Page.QuerySelector(".demo").ShouldNotBeNull(path);
        }
    }

    private async Task<Browser> BrowserOfAsync(string who)
    {
        if (who == "visitor")
        {
            return host.Browser();
        }
        var email = await host.PersonAsync();
        if (who != "resident")
        {
            host.Services.Members[email] = who == "neighbour" ? ProSamples.Member("owner", "fromagerie") : ProSamples.Member(who, "boulangerie");
        }
        return await host.SignedInAsync(email);
    }
}
