using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Shops;
using Marketplace.Merchants.Tests.Calendar;
using Marketplace.Merchants.Tests.Hosting;

namespace Marketplace.Merchants.Tests.Joining;

/// <summary>A shop's way from its application to its publication.</summary>
public sealed class Asking_to_come_in(MerchantsHost host) : IClassFixture<MerchantsHost>
{
    private static int _numbers = 100;

    [Fact]
    public async Task Makes_a_draft_that_its_applicant_owns_and_nobody_sees()
    {
        var asked = Examples.Application(NewSiret(), "Chez Nadia & Fils") with { ActivityCode = "1071c" };
        var opening = await ApplyAsync("nadia@example.org", asked with { Siret = string.Join(' ', asked.Siret.Chunk(3).Select(c => new string(c))) });

        opening.ShouldSatisfyAllConditions(o => o.Slug.ShouldBe("chez-nadia-fils"), o => o.Status.ShouldBe("draft"), o => o.Application.ShouldBe("pending"), o => o.Version.ShouldBe(1));
        opening.Checklist.Where(i => !i.Done).Select(i => i.Name).ShouldBe(["products"]);
        (await host.Client().GetAsync("shops/chez-nadia-fils")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await host.GetAsync<ShopPage>("towns/oullins/shops?pageSize=100")).Items.ShouldNotContain(s => s.Slug == "chez-nadia-fils");
        (await MembershipsAsync("nadia@example.org")).Shops.Single().ShouldSatisfyAllConditions(s => s.Slug.ShouldBe("chez-nadia-fils"), s => s.Role.ShouldBe("owner"));
        var shop = (await host.Operator.GetFromJsonAsync<Shop>("shops/chez-nadia-fils", MerchantsHost.Json))!;
        shop.Legal.ShouldBe(new ShopLegal(asked.Siret, "SARL", VatOf(asked.Siret), false, "10.71C", "NAFRev2", "SARL Le Petit Four"));
        (await LettersAsync(opening.Slug)).Single().ShouldSatisfyAllConditions(l => l.Kind.ShouldBe("applied"), l => l.To.ShouldBe("nadia@example.org"));
        (await host.ScalarAsync<string>($"select terms from applications a join shops s on s.id = a.shop_id where s.slug = '{opening.Slug}' and terms_at = asked_at")).ShouldBe(MerchantTerms.Current);
    }

    [Fact]
    public async Task Is_asked_by_the_operator_for_who_reads_the_shops_mail()
    {
        var answer = await host.Operator.PostAsJsonAsync("towns/oullins/applications", Examples.Application(NewSiret(), "Sans Écran") with { Email = "sans.ecran@example.org" }, MerchantsHost.Json);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await MembershipsAsync("sans.ecran@example.org")).Shops.Single().Role.ShouldBe("owner");
    }

    [Fact]
    public async Task Twice_or_at_once_is_one_application()
    {
        var asked = Examples.Application(NewSiret(), "Double Clic");
        var client = host.Client(Tokens.Resident("double@example.org"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => client.PostAsJsonAsync("towns/oullins/applications", asked, MerchantsHost.Json)));

        answers.Select(a => a.StatusCode).Order().ShouldBe([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Created]);
        (await MembershipsAsync("double@example.org")).Shops.Count.ShouldBe(1);
        (await LettersAsync("double-clic")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Gives_a_second_shop_of_the_same_name_a_slug_of_its_own()
    {
        var (first, second, third) = (await ApplyAsync("a@example.org", Examples.Application(NewSiret(), "Au Bon Coin")), await ApplyAsync("b@example.org", Examples.Application(NewSiret(), "Au bon coin")),
            await ApplyAsync("c@example.org", Examples.Application(NewSiret(), "Au bon coin !")));
        new[] { first.Slug, second.Slug, third.Slug }.ShouldBe(["au-bon-coin", "au-bon-coin-oullins", "au-bon-coin-2"]);
    }

    [Fact]
    public async Task Is_corrected_by_its_owner_while_it_waits()
    {
        var asked = Examples.Application(NewSiret(), "La Virgule");
        await ApplyAsync("virgule@example.org", asked);
        var corrected = await ApplyAsync("virgule@example.org", asked with { Street = "12 rue Charton" });
        corrected.ShouldSatisfyAllConditions(o => o.Slug.ShouldBe("la-virgule"), o => o.Version.ShouldBe(2), o => o.Application.ShouldBe("pending"));
        (await host.Operator.GetFromJsonAsync<Shop>("shops/la-virgule", MerchantsHost.Json))!.Street.ShouldBe("12 rue Charton");

        // Whoever decides has read what is there now.
        await ExpectAsync(await DecideAsync("la-virgule", new(1, true, null)), 409, "application-changed");
        (await DecideAsync("la-virgule", new(2, true, null))).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task Opens_the_shop_the_moment_it_is_approved_and_complete_in_either_order()
    {
        var (early, late) = (await ApplyAsync("tot@example.org", Examples.Application(NewSiret(), "Produits d’abord")), await ApplyAsync("tard@example.org", Examples.Application(NewSiret(), "Accord d’abord")));
        await CountAsync(early, 1);
        (await OpeningAsync(early)).ShouldSatisfyAllConditions(o => o.Status.ShouldBe("draft"), o => o.Checklist.ShouldAllBe(i => i.Done));
        (await DecideAsync(early.Slug, new(1, true, null))).EnsureSuccessStatusCode();
        (await host.GetAsync<Shop>("shops/" + early.Slug)).Status.ShouldBe("published");

        (await DecideAsync(late.Slug, new(1, true, null))).EnsureSuccessStatusCode();
        (await OpeningAsync(late)).ShouldSatisfyAllConditions(o => o.Status.ShouldBe("draft"), o => o.Application.ShouldBe("approved"));
        await CountAsync(late, 2);
        await Eventually.BecomesAsync(async () => (await host.Client().GetAsync("shops/" + late.Slug)).IsSuccessStatusCode, MerchantsHost.Patience);
        await Eventually.BecomesAsync(() => host.Heard<ShopChanged>().Any(s => s.Slug == late.Slug && s.Status == "published"), MerchantsHost.Patience);
        (await LettersAsync(late.Slug)).Select(l => l.Kind).ShouldBe(["applied", "approved", "published"]);

        // Its last offer goes: the shop stays, as every shop that is open.
        await CountAsync(late, 0);
        (await host.GetAsync<Shop>("shops/" + late.Slug)).Status.ShouldBe("published");
    }

    [Fact]
    public async Task Waits_for_hours_too()
    {
        var opening = await ApplyAsync("sans-heures@example.org", Examples.Application(NewSiret(), "Sans Heures") with { Hours = new WeeklyHours([]) });
        await CountAsync(opening, 1);
        (await DecideAsync(opening.Slug, new(1, true, null))).EnsureSuccessStatusCode();
        (await OpeningAsync(opening)).ShouldSatisfyAllConditions(o => o.Status.ShouldBe("draft"), o => o.Checklist.Single(i => !i.Done).Name.ShouldBe("hours"));

        (await host.Operator.PutAsync($"shops/{opening.Slug}/hours", Week.Of((2..6, ["09:00-12:00"])))).EnsureSuccessStatusCode();
        (await host.GetAsync<Shop>("shops/" + opening.Slug)).Status.ShouldBe("published");
    }

    [Fact]
    public async Task Is_not_opened_by_a_definition_while_anything_is_missing()
    {
        var opening = await ApplyAsync("presse@example.org", Examples.Application(NewSiret(), "Trop Pressé"));
        var answer = await host.Operator.PutAsync("shops/" + opening.Slug, Examples.Shop(opening.Slug));
        JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["missing"]!.AsArray().Select(m => m!.GetValue<string>()).ShouldContain("products");
        await ExpectAsync(answer, 409, "not-publishable");
        (await host.Client().GetAsync("shops/" + opening.Slug)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Is_refused_with_a_reason_and_may_be_asked_again()
    {
        var asked = Examples.Application(NewSiret(), "La Bonne Adresse");
        var opening = await ApplyAsync("adresse@example.org", asked);
        await ExpectAsync(await DecideAsync(opening.Slug, new(1, false, " ")), 422, "reason-missing");
        await ExpectAsync(await DecideAsync(opening.Slug, new(1, false, new string('x', 1001))), 422, "too-long");
        (await DecideAsync(opening.Slug, new(1, false, "L’adresse est à Lyon."))).EnsureSuccessStatusCode();
        (await DecideAsync(opening.Slug, new(1, false, "L’adresse est à Lyon."))).EnsureSuccessStatusCode(); // the button pressed twice
        (await OpeningAsync(opening)).ShouldSatisfyAllConditions(o => o.Application.ShouldBe("refused"), o => o.Reason.ShouldBe("L’adresse est à Lyon."), o => o.Status.ShouldBe("draft"));
        (await LettersAsync(opening.Slug)).Select(l => (l.Kind, l.Reason)).ShouldBe([("applied", null), ("refused", "L’adresse est à Lyon.")]);
        (await WaitingAsync()).ShouldNotContain(a => a.Shop.Slug == opening.Slug);

        // The same words again: asked anew, for it was refused.
        (await ApplyAsync("adresse@example.org", asked)).ShouldSatisfyAllConditions(o => o.Application.ShouldBe("pending"), o => o.Version.ShouldBe(3), o => o.Reason.ShouldBeNull());
        (await WaitingAsync()).Single(a => a.Shop.Slug == opening.Slug).Applicant.ShouldBe("adresse@example.org");
    }

    [Fact]
    public async Task Asked_again_keeps_what_was_prepared()
    {
        var asked = Examples.Application(NewSiret(), "La Préparée");
        var opening = await ApplyAsync("preparee@example.org", asked);
        (await host.Operator.PutAsync("shops/" + opening.Slug, Examples.Shop(opening.Slug) with
        {
            Published = false,
            Owner = "Nadia Benali",
            Description = new Text("Du pain.", "Bread."),
            Hours = Week.Of((1..1, ["07:00-11:00"])),
            Slots = new SlotRules(15, 2, 30),
            Legal = new ShopLegal(asked.Siret, "SARL", VatOf(asked.Siret), false, "10.71C", "NAFRev2"),
        })).EnsureSuccessStatusCode();
        (await DecideAsync(opening.Slug, new(1, false, "L’adresse est à Lyon."))).EnsureSuccessStatusCode();

        await ApplyAsync("preparee@example.org", asked with { Street = "12 rue Charton" });
        (await host.Operator.GetFromJsonAsync<Shop>("shops/" + opening.Slug, MerchantsHost.Json))!.ShouldSatisfyAllConditions(
            s => s.Street.ShouldBe("12 rue Charton"), s => s.Description.ShouldBe(new Text("Du pain au levain.", "Bread.")), s => s.Owner.ShouldBe("Nadia Benali"),
            s => s.Hours.Days.Select(d => (d.Day, d.Blocks.Single())).ShouldBe([(1, new HoursBlock("07:00", "11:00"))]), s => s.Slots.ShouldBe(new SlotRules(15, 2, 30)));
    }

    [Fact]
    public async Task Asked_again_takes_hours_where_there_are_none_yet()
    {
        var asked = Examples.Application(NewSiret(), "Horaires Ensuite");
        await ApplyAsync("ensuite@example.org", asked with { Hours = new WeeklyHours([]) });
        (await ApplyAsync("ensuite@example.org", asked)).Checklist.Single(i => i.Name == "hours").Done.ShouldBeTrue();
    }

    [Fact]
    public async Task Is_open_to_somebody_else_once_it_was_refused()
    {
        var asked = Examples.Application(NewSiret(), "Le Vrai");
        var first = await ApplyAsync("faux@example.org", asked);
        (await DecideAsync(first.Slug, new(1, false, "Ce n’est pas votre boutique."))).EnsureSuccessStatusCode();

        var second = await ApplyAsync("vrai@example.org", asked);
        second.ShouldSatisfyAllConditions(o => o.Slug.ShouldNotBe(first.Slug), o => o.Application.ShouldBe("pending"), o => o.Version.ShouldBe(1));
        (await MembershipsAsync("vrai@example.org")).Shops.Single().ShouldSatisfyAllConditions(s => s.Slug.ShouldBe(second.Slug), s => s.Role.ShouldBe("owner"));
        (await MembershipsAsync("faux@example.org")).Shops.Single().Slug.ShouldBe(first.Slug, "nothing of the one is the other's");
        (await WaitingAsync()).Where(a => a.Shop.Legal.Siret == asked.Siret).Select(a => a.Applicant).ShouldBe(["vrai@example.org"]);

        // From now on it is taken, for who was refused as well.
        await ExpectAsync(await host.Client(Tokens.Resident("faux@example.org")).PostAsJsonAsync("towns/oullins/applications", asked, MerchantsHost.Json), 409, "siret-taken");
        (await ApplyAsync("vrai@example.org", asked with { Street = "12 rue Charton" })).ShouldSatisfyAllConditions(o => o.Slug.ShouldBe(second.Slug), o => o.Version.ShouldBe(2));
    }

    [Fact]
    public async Task Is_free_under_a_number_that_a_shop_has_no_longer()
    {
        var asked = Examples.Application(NewSiret(), "Mauvais Numéro");
        var (opening, right) = (await ApplyAsync("numero@example.org", asked), NewSiret());
        (await host.Operator.PutAsync("shops/" + opening.Slug, Examples.Shop(opening.Slug) with
        {
            Published = false,
            Legal = new ShopLegal(right, "SARL", VatOf(right), false, "10.71C", "NAFRev2"),
        })).EnsureSuccessStatusCode();
        (await ApplyAsync("voisine@example.org", asked with { Name = "La Voisine" })).Slug.ShouldBe("la-voisine");
    }

    [Fact]
    public async Task Its_decision_is_told_to_who_owns_the_shop_by_then()
    {
        var opening = await ApplyAsync("partie@example.org", Examples.Application(NewSiret(), "Passée de Main"));
        (await host.Operator.PutAsync($"shops/{opening.Slug}/staff", new StaffMember("reprise@example.org", "owner"))).EnsureSuccessStatusCode();
        (await host.Operator.DeleteAsync($"shops/{opening.Slug}/staff/partie@example.org")).EnsureSuccessStatusCode();
        await CountAsync(opening, 1);
        (await DecideAsync(opening.Slug, new(1, true, null))).EnsureSuccessStatusCode();
        (await LettersAsync(opening.Slug)).Select(l => (l.Kind, l.To)).ShouldBe([("applied", "partie@example.org"), ("approved", "reprise@example.org"), ("published", "reprise@example.org")]);
    }

    [Fact]
    public async Task Decided_by_two_at_once_is_decided_by_one()
    {
        var opening = await ApplyAsync("course@example.org", Examples.Application(NewSiret(), "La Course"));
        var answers = await Task.WhenAll(DecideAsync(opening.Slug, new(1, true, null)), DecideAsync(opening.Slug, new(1, false, "Pas encore.")));
        answers.Select(a => (int)a.StatusCode).Order().ShouldBe([200, 409]);
        await ExpectAsync(answers.Single(a => !a.IsSuccessStatusCode), 409, "already-decided");
        (await LettersAsync(opening.Slug)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Is_refused_where_a_shop_of_the_town_has_the_number_already()
    {
        var asked = Examples.Application(NewSiret(), "Première Venue");
        await ApplyAsync("premiere@example.org", asked);
        foreach (var other in (string[])["seconde@example.org", "premiere@example.org"])
        {
            if (other == "premiere@example.org")
            {
                (await DecideAsync("premiere-venue", new(1, true, null))).EnsureSuccessStatusCode(); // taken in, it is changed on its own pages
            }

            await ExpectAsync(await host.Client(Tokens.Resident(other)).PostAsJsonAsync("towns/oullins/applications", asked with { Name = "Autre" }, MerchantsHost.Json), 409, "siret-taken");
        }

        await host.OpenShopAsync("d-avant", s => s with { Legal = s.Legal with { Siret = "35600000000048", VatNumber = null } });
        await ExpectAsync(await host.Client(Tokens.Resident()).PostAsJsonAsync("towns/oullins/applications", Examples.Application("35600000000048"), MerchantsHost.Json), 409, "siret-taken");
    }

    [Fact]
    public async Task Five_may_wait_of_one_person()
    {
        for (var n = 0; n < 5; n++)
        {
            await ApplyAsync("chaine@example.org", Examples.Application(NewSiret(), "Chaîne " + n));
        }

        await ExpectAsync(await host.Client(Tokens.Resident("chaine@example.org")).PostAsJsonAsync("towns/oullins/applications", Examples.Application(NewSiret(), "Chaîne 6"), MerchantsHost.Json), 409, "too-many-applications");
    }

    public static TheoryData<string, string, ShopApplication> Wrong()
    {
        var good = Examples.Application("55208131766522");
        return new()
        {
            { "bad-siret", "siret", good with { Siret = "55208131766523" } },
            { "bad-phone", "phone", good with { Phone = "04 65" } },
            { "bad-email", "email", good with { Email = "bonjour" } },
            { "bad-name", "legalName", good with { LegalName = " " } },
            { "bad-name", "legalForm", good with { LegalForm = "" } },
            { "bad-name", "name", good with { Name = "" } },
            { "bad-name", "kind", good with { Kind = "" } },
            { "bad-activity-code", "activityCode", good with { ActivityCode = "pain" } },
            { "bad-address", "street", good with { Street = "" } },
            { "not-in-town", "postcode", good with { Postcode = "69001" } },
            { "too-far", "position", good with { Position = new Position(48.85, 2.35) } },
            { "terms-not-accepted", "terms", good with { Terms = "2019-01" } },
            { "bad-language", "language", good with { Language = "de" } },
        };
    }

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public async Task Is_refused_at_the_field_that_is_wrong_and_leaves_nothing(string code, string field, ShopApplication application)
    {
        var answer = await host.Client(Tokens.Resident("faute@example.org")).PostAsJsonAsync("towns/oullins/applications", application, MerchantsHost.Json);
        JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["field"]!.GetValue<string>().ShouldBe(field);
        await ExpectAsync(answer, 422, code);
        (await MembershipsAsync("faute@example.org")).Shops.ShouldBeEmpty();
    }

    [Fact]
    public async Task Is_refused_with_all_that_is_wrong_at_once()
    {
        var wrong = Examples.Application("55208131766523") with { Postcode = "69001", Terms = "", Phone = "04 65", Email = "bonjour", City = "", Hours = Week.Of((2..2, ["19:00-08:30"])) };
        var answer = await host.Client(Tokens.Resident("fautes@example.org")).PostAsJsonAsync("towns/oullins/applications", wrong, MerchantsHost.Json);
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["errors"]!.AsArray().Select(e => (e!["field"]?.GetValue<string>(), e["code"]!.GetValue<string>())).ShouldBe(
            [("siret", "bad-siret"), ("postcode", "not-in-town"), ("terms", "terms-not-accepted"), ("phone", "bad-phone"), ("email", "bad-email"), ("city", "bad-address"), (null, "bad-hours")], ignoreOrder: true);
    }

    [Fact]
    public async Task Needs_a_town_and_a_decision_needs_an_application()
    {
        await ExpectAsync(await host.Client(Tokens.Resident()).PostAsJsonAsync("towns/atlantide/applications", Examples.Application(NewSiret()), MerchantsHost.Json), 404, "town-not-found");
        await ExpectAsync(await host.Operator.GetAsync("towns/atlantide/applications"), 404, "town-not-found");
        await host.OpenShopAsync("mise-en-place", s => s with { Legal = s.Legal with { Siret = NewSiret(), VatNumber = null } });
        await ExpectAsync(await DecideAsync("mise-en-place", new(1, true, null)), 404, "application-not-found");
        (await host.Operator.GetFromJsonAsync<ShopOpening>("shops/mise-en-place/opening", MerchantsHost.Json))!.ShouldSatisfyAllConditions(o => o.Application.ShouldBeNull(), o => o.Status.ShouldBe("published"));
    }

    [Fact]
    public async Task Is_told_to_the_towns_coordination_once_each_time_that_it_is_asked()
    {
        await host.Operator.PutAsync("towns/givors", Examples.Town("givors"));
        foreach (var who in (string[])["une@givors.example", "deux@givors.example"])
        {
            (await host.Operator.PutAsync("towns/givors/coordinators", new Coordinator(who))).EnsureSuccessStatusCode();
        }

        var asked = Examples.Application(NewSiret(), "La Nouvelle Venue");
        var client = host.Client(Tokens.Resident("nouvelle@example.org"));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => client.PostAsJsonAsync("towns/givors/applications", asked, MerchantsHost.Json))); // pressed four times at once
        (await ToldTownAsync("la-nouvelle-venue")).ShouldSatisfyAllConditions(
            l => l.Select(one => one.To).ShouldBe(["une@givors.example", "deux@givors.example"], ignoreOrder: true),
            l => l.ShouldAllBe(one => one.Town == "givors" && one.Name == "La Nouvelle Venue" && one.Reason == null));

        // Corrected while it waits: whoever decides reads it anyway.
        (await client.PostAsJsonAsync("towns/givors/applications", asked with { Street = "12 rue Charton" }, MerchantsHost.Json)).EnsureSuccessStatusCode();
        (await ToldTownAsync("la-nouvelle-venue")).Count.ShouldBe(2);

        // Refused, and asked anew: there is something to decide again.
        (await host.Operator.PostAsJsonAsync("shops/la-nouvelle-venue/application/decision", new ApplicationDecision(2, false, "Pas encore."), MerchantsHost.Json)).EnsureSuccessStatusCode();
        (await client.PostAsJsonAsync("towns/givors/applications", asked, MerchantsHost.Json)).EnsureSuccessStatusCode();
        (await ToldTownAsync("la-nouvelle-venue")).Count.ShouldBe(4);
    }

    [Fact]
    public async Task Is_told_to_who_runs_the_town_where_nobody_coordinates_it()
    {
        await ApplyAsync("seule@example.org", Examples.Application(NewSiret(), "Sans Coordination"));
        (await ToldTownAsync("sans-coordination")).Select(l => l.To).ShouldBe(["mairie@example.org"]);
    }

    [Fact]
    public async Task Is_told_to_nobody_of_shops_that_the_town_puts_in_place_itself()
    {
        await host.OpenShopAsync("mise-par-la-ville");
        await host.OpenShopAsync("mise-par-la-ville"); // the same again, as an importer sends it
        (await ToldTownAsync("mise-par-la-ville")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Its_letters_are_gone_once_the_storefront_has_them()
    {
        var opening = await ApplyAsync("lettres@example.org", Examples.Application(NewSiret(), "Les Lettres"));
        var letter = (await LettersAsync(opening.Slug)).Single();
        var storefront = host.Client(Tokens.Storefront());
        (await storefront.DeleteAsync($"letters/{letter.LetterId}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await storefront.DeleteAsync($"letters/{letter.LetterId}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await LettersAsync(opening.Slug)).ShouldBeEmpty();
    }

    private async Task<ShopOpening> ApplyAsync(string email, ShopApplication application)
    {
        var answer = await host.Client(Tokens.Resident(email)).PostAsJsonAsync("towns/oullins/applications", application, MerchantsHost.Json);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<ShopOpening>(MerchantsHost.Json))!;
    }

    private Task<HttpResponseMessage> DecideAsync(string slug, ApplicationDecision decision) =>
        host.Client(Tokens.Coordinator(MerchantsHost.Town)).PostAsJsonAsync($"shops/{slug}/application/decision", decision, MerchantsHost.Json);

    private async Task<ShopOpening> OpeningAsync(ShopOpening of) => (await host.Operator.GetFromJsonAsync<ShopOpening>($"shops/{of.Slug}/opening", MerchantsHost.Json))!;

    private async Task<IReadOnlyList<PendingApplication>> WaitingAsync() => (await host.Operator.GetFromJsonAsync<List<PendingApplication>>("towns/oullins/applications", MerchantsHost.Json))!;

    private async Task<IReadOnlyList<ShopLetter>> LettersAsync(string slug) =>
        [.. (await TakeAsync(slug)).Where(l => l.Kind != "asking")];

    /// <summary>What the town's coordination is told of it.</summary>
    private async Task<IReadOnlyList<ShopLetter>> ToldTownAsync(string slug) =>
        [.. (await TakeAsync(slug)).Where(l => l.Kind == "asking")];

    // They are handed out some at a time, the oldest first: those of other tests are taken away, as the storefront does.
    private async Task<IReadOnlyList<ShopLetter>> TakeAsync(string slug)
    {
        var storefront = host.Client(Tokens.Storefront());
        while (true)
        {
            var listed = (await storefront.GetFromJsonAsync<List<ShopLetter>>("letters", MerchantsHost.Json))!;
            if (listed.TrueForAll(l => l.Slug == slug))
            {
                return listed;
            }

            foreach (var other in listed.Where(l => l.Slug != slug))
            {
                (await storefront.DeleteAsync($"letters/{other.LetterId}")).EnsureSuccessStatusCode();
            }
        }
    }

    private async Task<Memberships> MembershipsAsync(string email) => (await host.Client(Tokens.Storefront()).GetFromJsonAsync<Memberships>("memberships?email=" + email, MerchantsHost.Json))!;

    /// <summary>As Catalog tells it.</summary>
    private async Task CountAsync(ShopOpening of, int offers)
    {
        var shop = (await host.Operator.GetFromJsonAsync<Shop>("shops/" + of.Slug, MerchantsHost.Json))!.Id;
        await host.Bus.Publish(new ShopAssortmentCounted(shop, offers, host.Clock.GetUtcNow()));
        await Eventually.BecomesAsync(async () => await host.ScalarAsync<long>($"select count(*) from assortments where shop_id = '{shop}' and offers = {offers}") == 1, MerchantsHost.Patience);
    }

    /// <summary>One that no test has had.</summary>
    private static string NewSiret() => Enumerable.Range(0, int.MaxValue).Select(_ => $"552081317{Interlocked.Increment(ref _numbers):00000}").First(Siret.IsValid);

    private static string VatOf(string siret) => VatNumber.Of(siret);

    private static async Task ExpectAsync(HttpResponseMessage answer, int status, string code)
    {
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        ((int)answer.StatusCode, problem["type"]!.GetValue<string>()).ShouldBe((status, ServiceDefaults.Refusal.TypePrefix + code));
    }
}
