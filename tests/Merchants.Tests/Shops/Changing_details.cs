using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Tests.Hosting;

namespace Marketplace.Merchants.Tests.Shops;

/// <summary>An owner changes how the shop is reached and what is read of it, and nothing of who sells there.</summary>
public sealed class Changing_details(MerchantsHost host) : IClassFixture<MerchantsHost>
{
    private static readonly ShopDetails _wanted = new("Pâtisserie", new Text("Des tartes.", "Tarts."), "12 rue Charton", "69310", "Oullins-Pierre-Bénite", new Position(45.7, 4.82), "04 65 71 99 99", "tartes@example.org");

    [Fact]
    public async Task Is_shown_at_once_told_to_the_world_and_leaves_the_rest()
    {
        var seen = await host.OpenShopAsync("adresse-neuve");
        var answer = await PutAsync(Owner(seen), "adresse-neuve", _wanted with { Kind = " Pâtisserie ", Phone = " 04 65 71 99 99 " }, seen.Version);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        answer.Headers.ETag!.Tag.ShouldBe($"\"{seen.Version + 1}\"");

        var now = await host.GetAsync<Shop>("shops/adresse-neuve");
        DetailsOf(now).ShouldBe(_wanted);
        now.ShouldSatisfyAllConditions(
            s => s.Name.ShouldBe(seen.Name), s => s.Legal.ShouldBe(seen.Legal), s => s.Owner.ShouldBe(seen.Owner), s => s.Status.ShouldBe("published"), s => s.Demo.ShouldBe(seen.Demo),
            s => s.Slots.ShouldBe(seen.Slots), s => s.Hours.Days.Count.ShouldBe(seen.Hours.Days.Count), s => s.Version.ShouldBe(seen.Version + 1));
        await Eventually.BecomesAsync(() => host.Heard<ShopChanged>().Any(s => s is { Slug: "adresse-neuve", Street: "12 rue Charton", Postcode: "69310", Kind: "Pâtisserie", Phone: "04 65 71 99 99", Email: "tartes@example.org" }), MerchantsHost.Patience);
    }

    [Fact]
    public async Task By_two_at_once_is_not_overwritten_and_pressed_twice_is_changed_once()
    {
        var seen = await host.OpenShopAsync("deux-mains");
        var answers = await Task.WhenAll(PutAsync(Owner(seen), "deux-mains", _wanted, seen.Version), PutAsync(Owner(seen), "deux-mains", _wanted with { Street = "1 rue Pasteur" }, seen.Version));
        answers.Select(a => (int)a.StatusCode).Order().ShouldBe([200, 412]);
        var first = (await answers.Single(a => a.IsSuccessStatusCode).Content.ReadFromJsonAsync<Shop>(MerchantsHost.Json))!;

        // Pressed twice: whichever version was seen, it is as wanted.
        (await PutAsync(Owner(seen), "deux-mains", DetailsOf(first), seen.Version)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await host.GetAsync<Shop>("shops/deux-mains")).ShouldSatisfyAllConditions(s => s.Street.ShouldBe(first.Street), s => s.Version.ShouldBe(seen.Version + 1));
    }

    [Fact]
    public async Task Is_refused_with_all_that_is_wrong_and_then_changes_nothing()
    {
        var seen = await host.OpenShopAsync("tout-faux");
        var wrong = new ShopDetails(" ", new Text(new string('x', 4001), null), "", "69001", "Lyon\nBcc", new Position(48.85, 2.35), "04 65", "tartes");
        foreach (var (language, first) in new[] { ("fr", "Indiquez un nom de 120 caractères au plus, sur une ligne."), ("en", "Give a name of at most 120 characters, on one line.") })
        {
            var answer = await PutAsync(host.Client(Tokens.Of(seen.Id, "owner"), language), "tout-faux", wrong, seen.Version);
            answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
            var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            problem["detail"]!.GetValue<string>().ShouldBe(first);
            problem["errors"]!.AsArray().Select(e => (e!["field"]!.GetValue<string>(), e["code"]!.GetValue<string>())).ShouldBe(
                [("kind", "bad-name"), ("description", "too-long"), ("street", "bad-address"), ("city", "bad-address"), ("email", "bad-email"), ("phone", "bad-phone"), ("postcode", "not-in-town"), ("position", "too-far")], ignoreOrder: true);
            problem["errors"]!.AsArray().Select(e => e!["detail"]!.GetValue<string>()).ShouldContain(language == "fr"
                ? "Ce code postal n’est pas celui d’une commune de la ville : 69310, 69600." : "This postcode is of no commune of the town: 69310, 69600.");
        }

        (await host.GetAsync<Shop>("shops/tout-faux")).Version.ShouldBe(seen.Version);
    }

    [Theory]
    [InlineData("owner of another")]
    [InlineData("staff")]
    [InlineData("assistant")]
    public async Task Is_no_one_elses(string who)
    {
        var (seen, other) = (await host.OpenShopAsync("a-nous"), await host.OpenShopAsync("a-eux"));
        var client = host.Client(who == "owner of another" ? Tokens.Of(other.Id, "owner") : Tokens.Of(seen.Id, who));
        (await PutAsync(client, "a-nous", _wanted, seen.Version)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await host.GetAsync<Shop>("shops/a-nous")).Street.ShouldBe(seen.Street);
    }

    [Fact]
    public async Task Judges_what_changes_and_takes_no_address_for_mails_away()
    {
        // The town put it in place where no commune of its is, and without an address.
        var seen = await host.OpenShopAsync("d-ailleurs", s => s with { Postcode = "38200", Position = new Position(48.85, 2.35), Email = null });
        (await PutAsync(Owner(seen), "d-ailleurs", DetailsOf(seen) with { Phone = "04 65 71 99 99" }, seen.Version)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await ExpectAsync(await PutAsync(Owner(seen), "d-ailleurs", DetailsOf(seen) with { Postcode = "38201" }), "postcode", "not-in-town");
        await ExpectAsync(await PutAsync(Owner(seen), "d-ailleurs", DetailsOf(seen) with { Position = new Position(48.86, 2.35) }), "position", "too-far");

        (await PutAsync(Owner(seen), "d-ailleurs", DetailsOf(seen) with { Email = "bonjour@example.org" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        await ExpectAsync(await PutAsync(Owner(seen), "d-ailleurs", DetailsOf(seen) with { Email = " " }), "email", "bad-email");
    }

    [Fact]
    public async Task Opens_no_shop_that_is_suspended()
    {
        var seen = await host.OpenShopAsync("toujours-fermee");
        (await host.Operator.PutAsync("shops/toujours-fermee/suspension", new Suspension("Plus personne ne répond."))).EnsureSuccessStatusCode();
        (await PutAsync(Owner(seen), "toujours-fermee", _wanted)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await host.Operator.GetFromJsonAsync<Shop>("shops/toujours-fermee", MerchantsHost.Json))!.ShouldSatisfyAllConditions(s => s.Status.ShouldBe("suspended"), s => s.Street.ShouldBe("12 rue Charton"));
    }

    [Fact]
    public async Task While_an_application_waits_is_read_again_by_who_decides()
    {
        var asked = await host.Client(Tokens.Resident("deplacee@example.org")).PostAsJsonAsync("towns/oullins/applications", Examples.Application(Siret(), "La Déplacée"), MerchantsHost.Json);
        asked.StatusCode.ShouldBe(HttpStatusCode.Created, await asked.Content.ReadAsStringAsync());
        var draft = (await host.Operator.GetFromJsonAsync<Shop>("shops/la-deplacee", MerchantsHost.Json))!;
        (await PutAsync(Owner(draft), "la-deplacee", _wanted, draft.Version)).EnsureSuccessStatusCode();
        (await PutAsync(Owner(draft), "la-deplacee", _wanted, draft.Version)).EnsureSuccessStatusCode(); // pressed twice

        (await DecideAsync(1)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await DecideAsync(2)).EnsureSuccessStatusCode();

        Task<HttpResponseMessage> DecideAsync(int version) =>
            host.Client(Tokens.Coordinator(MerchantsHost.Town)).PostAsJsonAsync("shops/la-deplacee/application/decision", new ApplicationDecision(version, true, null), MerchantsHost.Json);

        static string Siret() => Enumerable.Range(100, 1000).Select(n => $"552081317{n:00000}").First(Merchants.Shops.Siret.IsValid);
    }

    private HttpClient Owner(Shop of) => host.Client(Tokens.Of(of.Id, "owner"));

    private static ShopDetails DetailsOf(Shop s) => new(s.Kind, s.Description, s.Street, s.Postcode, s.City, s.Position, s.Phone!, s.Email);

    private static async Task<HttpResponseMessage> PutAsync(HttpClient client, string shop, ShopDetails details, long? seen = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"shops/{shop}/details") { Content = JsonContent.Create(details, options: MerchantsHost.Json) };
        if (seen is { } version)
        {
            request.Headers.Add("If-Match", $"\"{version}\"");
        }

        return await client.SendAsync(request);
    }

    private static async Task ExpectAsync(HttpResponseMessage answer, string field, string code)
    {
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        ((int)answer.StatusCode, problem["field"]?.GetValue<string>(), problem["title"]!.GetValue<string>()).ShouldBe((422, field, code));
    }
}
