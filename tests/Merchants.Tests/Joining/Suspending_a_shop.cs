using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Tests.Hosting;

namespace Marketplace.Merchants.Tests.Joining;

/// <summary>The town's coordination takes a shop out of sight, and lets it back.</summary>
public sealed class Suspending_a_shop(MerchantsHost host) : IClassFixture<MerchantsHost>
{
    [Fact]
    public async Task Takes_it_out_of_sight_tells_the_world_and_its_owners_why()
    {
        await host.OpenShopAsync("loin-des-yeux");
        await host.Operator.PutAsync("shops/loin-des-yeux/staff", new StaffMember("un@example.org", "owner"));
        await host.Operator.PutAsync("shops/loin-des-yeux/staff", new StaffMember("deux@example.org", "owner"));
        await host.Operator.PutAsync("shops/loin-des-yeux/staff", new StaffMember("aide@example.org", "staff"));
        (await SuspendAsync("loin-des-yeux", " Plus personne ne répond. ")).EnsureSuccessStatusCode();
        (await SuspendAsync("loin-des-yeux", "Plus personne ne répond.")).EnsureSuccessStatusCode(); // the button pressed twice

        (await host.Client().GetAsync("shops/loin-des-yeux")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await host.Client().GetAsync("shops/loin-des-yeux/pickup-slots")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await host.GetAsync<ShopPage>("towns/oullins/shops?pageSize=100")).Items.ShouldNotContain(s => s.Slug == "loin-des-yeux");
        await Eventually.BecomesAsync(() => host.Heard<ShopChanged>().Any(s => s.Slug == "loin-des-yeux" && s.Status == "suspended"), MerchantsHost.Patience);
        (await OpeningAsync("loin-des-yeux")).ShouldSatisfyAllConditions(o => o.Status.ShouldBe("suspended"), o => o.Suspended.ShouldBe("Plus personne ne répond."));
        (await SuspendedAsync()).Single(s => s.Slug == "loin-des-yeux").Reason.ShouldBe("Plus personne ne répond.");
        (await LettersAsync("loin-des-yeux")).Select(l => (l.To, l.Kind, l.Reason)).ShouldBe(
            [("un@example.org", "suspended", "Plus personne ne répond."), ("deux@example.org", "suspended", "Plus personne ne répond.")], ignoreOrder: true);
    }

    [Fact]
    public async Task Is_lifted_again()
    {
        await host.OpenShopAsync("de-retour"); // nobody is named: the address that the shop shows is written to
        (await SuspendAsync("de-retour", "Le temps d’une vérification.")).EnsureSuccessStatusCode();
        for (var press = 0; press < 2; press++)
        {
            (await host.Client(Tokens.Coordinator(MerchantsHost.Town)).DeleteAsync("shops/de-retour/suspension")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        }

        (await host.GetAsync<Shop>("shops/de-retour")).Status.ShouldBe("published");
        (await OpeningAsync("de-retour")).Suspended.ShouldBeNull();
        (await SuspendedAsync()).ShouldNotContain(s => s.Slug == "de-retour");
        var letters = await LettersAsync("de-retour");
        letters.Select(l => (l.To, l.Kind)).ShouldBe([("de-retour@example.org", "suspended"), ("de-retour@example.org", "lifted")]);
        (await LettersAsync("de-retour", after: letters[0].LetterId)).Select(l => l.Kind).ShouldBe(["lifted"], "what cannot be written out is stepped over");
        (await LettersAsync("de-retour", after: letters[1].LetterId)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Lasts_whatever_a_definition_says()
    {
        await host.OpenShopAsync("toujours-suspendue");
        (await SuspendAsync("toujours-suspendue", "Plus personne ne répond.")).EnsureSuccessStatusCode();
        var (definition, since) = (Examples.Shop("toujours-suspendue") with { Street = "12 rue Charton" }, (await SuspendedAsync()).Single(s => s.Slug == "toujours-suspendue").Since);
        (await host.Operator.PutAsync("shops/toujours-suspendue", definition)).EnsureSuccessStatusCode();
        (await host.OpenShopAsync("toujours-suspendue", _ => definition)).ShouldSatisfyAllConditions(s => s.Status.ShouldBe("suspended"), s => s.Street.ShouldBe("12 rue Charton"));
        (await host.Client().GetAsync("shops/toujours-suspendue")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await OpeningAsync("toujours-suspendue")).Suspended.ShouldBe("Plus personne ne répond.");

        // Said in other words, it lasts since when it began.
        host.Clock.Advance(TimeSpan.FromDays(1));
        (await SuspendAsync("toujours-suspendue", "Personne ne répond depuis un mois.")).EnsureSuccessStatusCode();
        (await SuspendedAsync()).Single(s => s.Slug == "toujours-suspendue").ShouldSatisfyAllConditions(s => s.Reason.ShouldBe("Personne ne répond depuis un mois."), s => s.Since.ShouldBe(since));

        (await host.Client(Tokens.Coordinator(MerchantsHost.Town)).DeleteAsync("shops/toujours-suspendue/suspension")).EnsureSuccessStatusCode();
        (await host.GetAsync<Shop>("shops/toujours-suspendue")).Status.ShouldBe("published");
    }

    [Fact]
    public async Task Needs_a_reason_and_a_shop_that_is_seen()
    {
        await host.OpenShopAsync("pas-encore", s => s with { Published = false });
        await ExpectAsync(await SuspendAsync("pas-encore", "Pourquoi pas."), 409, "not-published");
        await host.OpenShopAsync("sans-motif");
        await ExpectAsync(await SuspendAsync("sans-motif", null), 422, "reason-missing");
        await ExpectAsync(await SuspendAsync("sans-motif", new string('x', 1001)), 422, "too-long");
        (await host.GetAsync<Shop>("shops/sans-motif")).Status.ShouldBe("published");
        await ExpectAsync(await host.Operator.GetAsync("towns/atlantide/suspensions"), 404, "town-not-found");
    }

    private Task<HttpResponseMessage> SuspendAsync(string shop, string? reason) => host.Client(Tokens.Coordinator(MerchantsHost.Town)).PutAsync($"shops/{shop}/suspension", new Suspension(reason));

    private async Task<ShopOpening> OpeningAsync(string shop) => (await host.Operator.GetFromJsonAsync<ShopOpening>($"shops/{shop}/opening", MerchantsHost.Json))!;

    private async Task<IReadOnlyList<SuspendedShop>> SuspendedAsync() => (await host.Operator.GetFromJsonAsync<List<SuspendedShop>>("towns/oullins/suspensions", MerchantsHost.Json))!;

    private async Task<IReadOnlyList<ShopLetter>> LettersAsync(string slug, Guid? after = null) =>
        [.. (await host.Client(Tokens.Storefront()).GetFromJsonAsync<List<ShopLetter>>(after is null ? "letters" : $"letters?after={after}", MerchantsHost.Json))!.Where(l => l.Slug == slug)];

    private static async Task ExpectAsync(HttpResponseMessage answer, int status, string code)
    {
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        ((int)answer.StatusCode, problem["type"]!.GetValue<string>()).ShouldBe((status, ServiceDefaults.Refusal.TypePrefix + code));
    }
}
