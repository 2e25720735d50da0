using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Tests.Calendar;
using Marketplace.Merchants.Tests.Hosting;

namespace Marketplace.Merchants.Tests.Api;

/// <summary>Each refusal: its status, its stable type, a sentence in the caller's language, and no effect.</summary>
public sealed class Refusals(MerchantsHost host) : IClassFixture<MerchantsHost>
{
    [Theory]
    [InlineData("towns/atlantide", 404, "town-not-found")]
    [InlineData("towns/atlantide/shops", 404, "town-not-found")]
    [InlineData("shops/inconnue", 404, "shop-not-found")]
    [InlineData("shops/inconnue/pickup-slots", 404, "shop-not-found")]
    [InlineData("towns/oullins/pickup-points/inconnu/pickup-slots", 404, "pickup-point-not-found")]
    [InlineData("towns?near=ici", 422, "bad-position")]
    [InlineData("towns?page=0", 422, "page-out-of-range")]
    [InlineData("towns?pageSize=101", 422, "page-out-of-range")]
    [InlineData("towns?page=deux", 400, "malformed")]
    [InlineData("towns/oullins/shops?pageSize=0", 422, "page-out-of-range")]
    [InlineData("towns?near=95,4", 422, "bad-position")]
    [InlineData("towns?near=NaN,4", 422, "bad-position")]
    [InlineData("shops/refus/pickup-slots?days=0", 422, "bad-days")]
    [InlineData("shops/refus/pickup-slots?days=32", 422, "bad-days")]
    [InlineData("shops/refus/pickup-slots?days=demain", 400, "malformed")]
    [InlineData("memberships?email=lea", 422, "bad-email")]
    public async Task Of_a_question(string path, int status, string code)
    {
        await host.OpenShopAsync("refus");

        await ExpectAsync(await host.Operator.GetAsync(path), status, code);
    }

    public static TheoryData<string, ShopDefinition> BadShops()
    {
        var good = Examples.Shop("mauvaise");
        return new()
        {
            { "bad-slug", good with { Slug = "Mauvaise Boutique" } },
            { "bad-name", good with { Name = " " } },
            { "bad-name", good with { Name = "Le Fournil\r\nBcc: tous@exemple.fr" } },
            { "bad-address", good with { City = "Oullins\n" } },
            { "bad-siret", good with { Legal = good.Legal with { Siret = "73282932000075" } } },
            { "bad-vat-number", good with { Legal = good.Legal with { VatNumber = "FR00732829320" } } },
            { "bad-activity-code", good with { Legal = good.Legal with { ActivityCode = "boulangerie" } } },
            { "bad-postcode", good with { Postcode = "6960" } },
            { "bad-position", good with { Position = new Position(145, 4) } },
            { "bad-position", good with { Position = new Position(0, 0) } },
            { "bad-address", good with { Street = "" } },
            { "bad-email", good with { Email = "amandine" } },
            { "shop-incomplete", good with { Email = null, Phone = null } },
            { "bad-hours", good with { Hours = Week.Of((1..1, ["08:30-25:00"])) } },
            { "bad-hours", good with { Hours = Week.Of((1..1, ["12:30-08:30"])) } },
            { "bad-hours", good with { Hours = new WeeklyHours([new DayHours(8, [])]) } },
            { "bad-hours", good with { Hours = new WeeklyHours([new DayHours(1, []), new DayHours(1, [])]) } },
            { "overlapping-hours", good with { Hours = Week.Of((1..1, ["14:00-19:00", "08:30-14:30"])) } },
            { "bad-slot-length", good with { Slots = good.Slots with { Minutes = 0 } } },
            { "bad-capacity", good with { Slots = good.Slots with { Capacity = 0 } } },
            { "bad-lead-time", good with { Slots = good.Slots with { LeadMinutes = -1 } } },
            { "bad-cut-off", good with { Slots = good.Slots with { CutOff = "2 pm" } } },
            { "bad-cut-off", good with { Slots = good.Slots with { CutOffs = [new(6, "25:00")] } } },
            { "bad-cut-off", good with { Slots = good.Slots with { CutOffs = [new(8, "12:00")] } } },
            { "bad-cut-off", good with { Slots = good.Slots with { CutOffs = [new(6, "12:00"), new(6, "13:00")] } } },
            { "bad-hold", good with { Slots = good.Slots with { HoldOpeningDays = 31 } } },
        };
    }

    [Theory]
    [MemberData(nameof(BadShops), DisableDiscoveryEnumeration = true)]
    public async Task Of_a_shop(string code, ShopDefinition shop)
    {
        await ExpectAsync(await host.Operator.PostAsJsonAsync("towns/oullins/shops", shop, MerchantsHost.Json), 422, code);

        (await host.Operator.GetAsync("shops/mauvaise")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Of_a_town()
    {
        var good = Examples.Town("Refusée", Examples.Point("refuse"));
        await ExpectAsync(await host.Operator.PutAsync("towns/refusee", good with { Accent = "rouge" }), 422, "bad-accent");
        await ExpectAsync(await host.Operator.PutAsync("towns/refusee", good with { Communes = [] }), 422, "no-commune");
        await ExpectAsync(await host.Operator.PutAsync("towns/refusee", good with { Communes = [good.Communes[0] with { Code = "691" }] }), 422, "bad-commune-code");
        await ExpectAsync(await host.Operator.PutAsync("towns/refusee", good with { Communes = [good.Communes[0] with { ValidTo = new DateOnly(1900, 1, 1) }] }), 422, "bad-dates");
        await ExpectAsync(await host.Operator.PutAsync("towns/refusee", good with { Operator = good.Operator with { Siret = "1" } }), 422, "bad-siret");
        await ExpectAsync(await host.Operator.PutAsync("towns/Refusee", good), 422, "bad-slug");
        await ExpectAsync(await host.Operator.PutAsync("towns/refusee", good with { PickupPoints = [good.PickupPoints[0], good.PickupPoints[0]] }), 422, "slug-taken");
        (await host.Client().GetAsync("towns/refusee")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Of_a_point_that_is_none_of_the_shops_or_kept_or_another_towns()
    {
        await host.Operator.PutAsync("towns/ici", Examples.Town("Ici", Examples.Point("halles")));
        await host.Operator.PutAsync("towns/ailleurs", Examples.Town("Ailleurs", Examples.Point("gare-d-ailleurs")));
        await host.OpenShopAsync("tenant", s => s with { KeepsPoint = "halles", Name = "Le Tenant" }, "ici");
        await host.OpenShopAsync("pretendant", town: "ici");
        foreach (var point in (string[])["nulle-part", "gare-d-ailleurs", "tenant"])
        {
            await RefusesAsync(() => host.Operator, point, 422, "unknown-point",
                "Ce point de retrait n’est dans aucune ville de la boutique.", "This pickup point is in none of the shop’s towns.");
        }

        await RefusesAsync(() => host.Operator, "halles", 409, "point-kept",
            "Le point de retrait est déjà tenu par la boutique « Le Tenant » : retirez-le-lui d’abord.", "The pickup point is kept by the shop “Le Tenant” already: take it from that one first.");
        (await host.GetAsync<Shop>("shops/pretendant")).ShouldSatisfyAllConditions(s => s.KeepsPoint.ShouldBeNull(), s => s.Version.ShouldBe(1));

        // It sells in both towns: who coordinates the one decides nothing about the other's point.
        (await host.Operator.PostAsJsonAsync("towns/ailleurs/shops", Examples.Shop("pretendant"), MerchantsHost.Json)).EnsureSuccessStatusCode();
        await RefusesAsync(() => host.Client(Tokens.Coordinator("ici")), "gare-d-ailleurs", 403, "point-of-another-town",
            "La coordination de la ville du point de retrait décide qui le tient.", "Who coordinates the pickup point’s town decides who keeps it.");
        (await host.GetAsync<Shop>("shops/pretendant")).ShouldSatisfyAllConditions(s => s.Towns.Count.ShouldBe(2), s => s.KeepsPoint.ShouldBeNull());
        (await host.GetAsync<Shop>("shops/tenant")).KeepsPoint.ShouldBe("halles");

        async Task RefusesAsync(Func<HttpClient> caller, string point, int status, string code, string french, string english)
        {
            foreach (var (language, sentence) in new[] { ("fr", french), ("en", english) })
            {
                using var client = caller();
                client.DefaultRequestHeaders.AcceptLanguage.Clear();
                client.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
                using var answer = await client.PutAsync("shops/pretendant", Examples.Shop("pretendant") with { KeepsPoint = point });
                JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["detail"]!.GetValue<string>().ShouldBe(sentence);
                await ExpectAsync(answer, status, code);
            }
        }
    }

    [Fact]
    public async Task Of_a_slug_that_was_another_towns_pickup_point_and_not_of_ones_own()
    {
        await host.Operator.PutAsync("towns/ancienne", Examples.Town("Ancienne", Examples.Point("vieux-marche")));
        await host.Operator.PutAsync("towns/ancienne", Examples.Town("Ancienne"));
        await ExpectAsync(await host.Operator.PutAsync("towns/nouvelle", Examples.Town("Nouvelle", Examples.Point("vieux-marche"))), 409, "slug-taken");
        (await host.Operator.PutAsync("towns/ancienne", Examples.Town("Ancienne", Examples.Point("vieux-marche")))).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task Of_more_shops_than_an_order_can_have_and_not_of_one_named_again_and_again()
    {
        await host.Operator.PutAsync("towns/foule", Examples.Town("Foule", Examples.Point("halle")));
        await host.OpenShopAsync("fleuriste", town: "foule");
        (await host.GetAsync<List<PickupSlot>>("towns/foule/pickup-points/halle/pickup-slots?shops=" + string.Join(',', Enumerable.Repeat("fleuriste", 60)))).ShouldNotBeEmpty();
        await ExpectAsync(await host.Client().GetAsync("towns/foule/pickup-points/halle/pickup-slots?shops=" + string.Join(',', Enumerable.Range(0, 31).Select(n => "boutique-" + n))), 422, "too-many-shops");
    }

    [Fact]
    public async Task Of_a_slug_that_another_place_has()
    {
        await host.OpenShopAsync("pris");
        await ExpectAsync(await host.Operator.PutAsync("towns/pris-ville", Examples.Town("pris-ville", Examples.Point("pris"))), 409, "slug-taken");
        await host.Operator.PutAsync("towns/premier", Examples.Town("premier", Examples.Point("comptoir-un")));
        await ExpectAsync(await host.Operator.PostAsJsonAsync("towns/oullins/shops", Examples.Shop("comptoir-un"), MerchantsHost.Json), 409, "slug-taken");

        // Its slots and the places booked in them bear the name, also when the point is gone.
        await host.Operator.PutAsync("towns/premier", Examples.Town("premier"));
        await ExpectAsync(await host.Operator.PostAsJsonAsync("towns/oullins/shops", Examples.Shop("comptoir-un"), MerchantsHost.Json), 409, "slug-taken");
        await ExpectAsync(await host.Operator.PostAsJsonAsync("towns/atlantide/shops", Examples.Shop("noyee"), MerchantsHost.Json), 404, "town-not-found");
        (await host.Client().GetAsync("towns/pris-ville")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Of_hours_rules_exceptions_keys_and_people()
    {
        await host.OpenShopAsync("details");
        await ExpectAsync(await host.Operator.PutAsync("shops/details", Examples.Shop("autrement")), 422, "bad-slug");
        await ExpectAsync(await host.Operator.PutAsync("shops/details/hours", Week.Of((1..1, ["08:30-12:30", "12:00-19:00"]))), 422, "overlapping-hours");
        await ExpectAsync(await host.Operator.PutAsync("shops/details/slot-rules", new SlotRules(30, -4, 0)), 422, "bad-capacity");
        await ExpectAsync(await host.Operator.PutAsync("shops/details/exceptions", new[] { Week.Closed("2026-06-12", "2026-06-11") }), 422, "bad-dates");
        await ExpectAsync(await host.Operator.PutAsync("shops/details/staff", new StaffMember("lea@example.org", "chef")), 422, "bad-role");
        await ExpectAsync(await host.Operator.PutAsync("shops/details/staff", new StaffMember("lea@example.org", "staff", "Léa\nMartin")), 422, "bad-name");
        await ExpectAsync(await host.Operator.PutAsync("shops/details/staff", new StaffMember("lea", "staff")), 422, "bad-email");
        await ExpectAsync(await host.Operator.PutAsync("towns/atlantide/coordinators", new Coordinator("lea@example.org")), 404, "town-not-found");
        await ExpectAsync(await host.Operator.PostAsJsonAsync("shops/details/api-keys", new ApiKeyRequest("Caisse", ["tout"])), 422, "bad-scopes");
        await ExpectAsync(await host.Operator.PostAsJsonAsync("shops/details/api-keys", new ApiKeyRequest("Caisse", [])), 422, "bad-scopes");
        await ExpectAsync(await host.Operator.DeleteAsync($"shops/details/api-keys/{Guid.NewGuid()}"), 404, "api-key-not-found");
        await ExpectAsync(await host.Client().GetAsync("towns/oullins/pickup-points/x/pickup-slots?shops=details"), 404, "pickup-point-not-found");
        (await host.Operator.GetFromJsonAsync<Shop>("shops/details", MerchantsHost.Json))!.Version.ShouldBe(1);
    }

    [Fact]
    public async Task Of_taking_a_shops_last_owner_away_also_by_two_at_once()
    {
        await host.OpenShopAsync("proprietaires");
        await host.Operator.PutAsync("shops/proprietaires/staff", new StaffMember("une@example.org", "owner"));
        await ExpectAsync(await host.Operator.DeleteAsync("shops/proprietaires/staff/une@example.org"), 409, "last-owner");
        await ExpectAsync(await host.Operator.PutAsync("shops/proprietaires/staff", new StaffMember("Une@example.org", "staff")), 409, "last-owner");
        (await host.Operator.PutAsync("shops/proprietaires/staff", new StaffMember("une@example.org", "owner"))).EnsureSuccessStatusCode();

        await host.Operator.PutAsync("shops/proprietaires/staff", new StaffMember("deux@example.org", "owner"));
        var answers = await Task.WhenAll(host.Operator.DeleteAsync("shops/proprietaires/staff/une@example.org"), host.Operator.DeleteAsync("shops/proprietaires/staff/deux@example.org"));
        answers.Select(a => (int)a.StatusCode).Order().ShouldBe([204, 409]);
        (await host.Operator.GetFromJsonAsync<List<StaffMember>>("shops/proprietaires/staff", MerchantsHost.Json))!.Single().Role.ShouldBe("owner");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"days":"lundi"}""")]
    [InlineData("""{"days":null}""")]
    [InlineData("{}")]
    [InlineData("""{"days":[null]}""")]
    [InlineData("""{"days":[{"day":1,"blocks":[null]}]}""")]
    [InlineData("""{"days":[{"day":1,"blocks":[{"from":null,"to":"12:00"}]}]}""")]
    public async Task Of_what_cannot_be_read(string body)
    {
        await host.OpenShopAsync("illisible");

        await ExpectAsync(await host.Operator.PutAsync("shops/illisible/hours", new StringContent(body, Encoding.UTF8, "application/json")), 400, "malformed");
    }

    [Fact]
    public async Task Speak_the_callers_language()
    {
        (await SentenceAsync("fr")).ShouldBe("Cette ville n’est pas sur la place de marché.");
        (await SentenceAsync("en-GB, fr;q=0.5")).ShouldBe("This town is not on the marketplace.");
        (await SentenceAsync("de")).ShouldBe("Cette ville n’est pas sur la place de marché.");

        async Task<string> SentenceAsync(string language) =>
            (await (await host.Client(language: language).GetAsync("towns/atlantide")).Content.ReadFromJsonAsync<JsonObject>())!["detail"]!.GetValue<string>();
    }

    private static async Task ExpectAsync(HttpResponseMessage answer, int status, string code)
    {
        var problem = await answer.Content.ReadFromJsonAsync<JsonObject>();
        ((int)answer.StatusCode, problem!["type"]?.GetValue<string>()).ShouldBe((status, ServiceDefaults.Refusal.TypePrefix + code));
        problem["detail"]!.GetValue<string>().Length.ShouldBeGreaterThan(10);
    }
}
