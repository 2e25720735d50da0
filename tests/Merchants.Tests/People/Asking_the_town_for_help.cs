using System.Net;
using System.Net.Http.Json;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Tests.Hosting;

namespace Marketplace.Merchants.Tests.People;

/// <summary>A shop lets the coordinators of its towns act at its counter, for so many days.</summary>
public sealed class Asking_the_town_for_help(MerchantsHost host) : IClassFixture<MerchantsHost>
{
    [Fact]
    public async Task Makes_its_coordinators_assistants_until_the_last_day()
    {
        await CoordinatorAsync(MerchantsHost.Town, "nadia@example.org");
        (await host.Operator.PutAsync("towns/aidante", Examples.Town("aidante"))).EnsureSuccessStatusCode();
        await CoordinatorAsync("aidante", "ailleurs@example.org");
        var shop = await host.OpenShopAsync("a-l-aide");
        (await RolesAsync("nadia@example.org", "a-l-aide")).ShouldBeEmpty();

        var lasts = await AskAsync("a-l-aide", 7);
        (lasts.Until - lasts.Since).ShouldBe(TimeSpan.FromDays(7));
        (await RolesAsync("nadia@example.org", "a-l-aide")).ShouldBe([new Memberships.OfShop(shop.Id, "a-l-aide", shop.Name, "assistant", lasts.Until)]);
        (await RolesAsync("ailleurs@example.org", "a-l-aide")).ShouldBeEmpty();
        (await RolesAsync("personne@example.org", "a-l-aide")).ShouldBeEmpty();
        (await host.Operator.GetFromJsonAsync<List<AssistedShop>>("towns/oullins/assistance", MerchantsHost.Json))!.ShouldContain(new AssistedShop("a-l-aide", shop.Name, lasts.Until!.Value));
        (await host.Operator.GetFromJsonAsync<List<AssistedShop>>("towns/aidante/assistance", MerchantsHost.Json))!.ShouldNotContain(a => a.Slug == "a-l-aide");

        host.Clock.Advance(TimeSpan.FromDays(7));
        (await RolesAsync("nadia@example.org", "a-l-aide")).ShouldBeEmpty();
        (await host.GetAsOperatorAsync("a-l-aide")).ShouldBe(new Assistance(null, null));
        (await host.Operator.GetFromJsonAsync<List<AssistedShop>>("towns/oullins/assistance", MerchantsHost.Json))!.ShouldNotContain(a => a.Slug == "a-l-aide");
    }

    [Fact]
    public async Task Tells_each_coordinator_once_and_again_only_when_it_was_over()
    {
        await CoordinatorAsync(MerchantsHost.Town, "lettre@example.org");
        await host.OpenShopAsync("une-lettre");
        var first = await AskAsync("une-lettre", 1);
        var longer = await AskAsync("une-lettre", 30); // or the button pressed twice
        longer.Since.ShouldBe(first.Since);
        (await LettersAsync("une-lettre", "lettre@example.org")).ShouldBe(1);

        host.Clock.Advance(TimeSpan.FromDays(31));
        await AskAsync("une-lettre", 1);
        (await LettersAsync("une-lettre", "lettre@example.org")).ShouldBe(2);
    }

    [Fact]
    public async Task Ends_when_an_owner_says_so()
    {
        await CoordinatorAsync(MerchantsHost.Town, "fin@example.org");
        var shop = await host.OpenShopAsync("c-est-fini");
        await AskAsync("c-est-fini", 30);
        for (var press = 0; press < 2; press++)
        {
            (await host.Client(Tokens.Of(shop.Id, "owner")).DeleteAsync("shops/c-est-fini/assistance")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        }
        (await RolesAsync("fin@example.org", "c-est-fini")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Leaves_who_works_there_what_they_are()
    {
        await CoordinatorAsync(MerchantsHost.Town, "les-deux@example.org");
        await host.OpenShopAsync("la-sienne");
        await host.Operator.PutAsync("shops/la-sienne/staff", new StaffMember("les-deux@example.org", "read-only"));
        await AskAsync("la-sienne", 1);
        (await RolesAsync("les-deux@example.org", "la-sienne")).Single().Role.ShouldBe("read-only");
    }

    [Theory]
    [InlineData(0), InlineData(-1), InlineData(91)]
    public async Task Lasts_from_one_to_ninety_days(int days)
    {
        await host.OpenShopAsync("toujours-aidee");
        (await host.Operator.PutAsync("shops/toujours-aidee/assistance", new AssistanceRequest(days))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await host.GetAsOperatorAsync("toujours-aidee")).Until.ShouldBeNull();
    }

    // What the role opens: what staff may, and nothing of what is the owners' alone.
    [Fact]
    public async Task Lets_an_assistant_change_the_hours_and_neither_keys_nor_people()
    {
        var shop = await host.OpenShopAsync("les-heures-de-l-aide");
        var assistant = host.Client(Tokens.Of(shop.Id, "assistant"));
        (await assistant.PutAsync("shops/les-heures-de-l-aide/slot-rules", shop.Slots)).StatusCode.ShouldNotBe(HttpStatusCode.Forbidden);
        (await assistant.GetAsync("shops/les-heures-de-l-aide/api-keys")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await assistant.PutAsync("shops/les-heures-de-l-aide/staff", new StaffMember("moi@example.org", "owner"))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await assistant.PutAsync("shops/les-heures-de-l-aide/assistance", new AssistanceRequest(90))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private async Task CoordinatorAsync(string town, string email) => (await host.Operator.PutAsync($"towns/{town}/coordinators", new Coordinator(email))).EnsureSuccessStatusCode();

    private async Task<Assistance> AskAsync(string shop, int days) =>
        (await (await host.Operator.PutAsync($"shops/{shop}/assistance", new AssistanceRequest(days))).EnsureSuccessStatusCode().Content.ReadFromJsonAsync<Assistance>(MerchantsHost.Json))!;

    private async Task<IReadOnlyList<Memberships.OfShop>> RolesAsync(string email, string slug) =>
        [.. (await host.Client(Tokens.Storefront()).GetFromJsonAsync<Memberships>($"memberships?email={email}", MerchantsHost.Json))!.Shops.Where(s => s.Slug == slug)];

    private async Task<int> LettersAsync(string slug, string to) =>
        (await host.Client(Tokens.Storefront()).GetFromJsonAsync<List<ShopLetter>>("letters", MerchantsHost.Json))!.Count(l => (l.Slug, l.To, l.Kind) == (slug, to, "helping"));
}

file static class Asked
{
    public static async Task<Assistance> GetAsOperatorAsync(this MerchantsHost host, string shop) =>
        (await host.Operator.GetFromJsonAsync<Assistance>($"shops/{shop}/assistance", MerchantsHost.Json))!;
}
