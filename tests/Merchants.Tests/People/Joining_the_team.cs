using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Tests.Hosting;

namespace Marketplace.Merchants.Tests.People;

/// <summary>Who is put in a shop's team learns so by mail, once.</summary>
public sealed class Joining_the_team(MerchantsHost host) : IClassFixture<MerchantsHost>
{
    [Fact]
    public async Task Is_told_once_however_often_it_is_said_and_not_for_another_role()
    {
        var shop = await host.OpenShopAsync("a-plusieurs");
        using var owner = host.Client(Tokens.Of(shop.Id, "owner"));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PutAsync(owner, "a-plusieurs", "Marc@Example.org", "staff")));
        await PutAsync(owner, "a-plusieurs", "marc@example.org", "read-only");
        var letter = (await LettersAsync("a-plusieurs")).Single();
        (letter.To, letter.Kind, letter.Language, letter.Town, letter.Reason, letter.Name).ShouldBe(("marc@example.org", "joined", "fr", MerchantsHost.Town, "read-only", shop.Name), "the role that they have, not that of the first moment");

        // Fetched again until it is said to be written; then not again, whatever is said of the person.
        (await LettersAsync("a-plusieurs")).Single().LetterId.ShouldBe(letter.LetterId);
        (await host.Client(Tokens.Storefront()).DeleteAsync($"letters/{letter.LetterId}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await PutAsync(owner, "a-plusieurs", "marc@example.org", "staff");
        (await LettersAsync("a-plusieurs")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Is_told_in_the_language_of_who_adds_and_not_at_all_once_removed_before()
    {
        var shop = await host.OpenShopAsync("in-english");
        using var owner = host.Client(Tokens.Of(shop.Id, "owner"));
        owner.DefaultRequestHeaders.AcceptLanguage.Clear();
        owner.DefaultRequestHeaders.AcceptLanguage.Add(new StringWithQualityHeaderValue("en"));
        await PutAsync(owner, "in-english", "mary@example.org", "read-only");
        (await LettersAsync("in-english")).Single().ShouldSatisfyAllConditions(l => l.Language.ShouldBe("en"), l => l.Reason.ShouldBe("read-only"));
        (await owner.DeleteAsync("shops/in-english/staff/mary@example.org")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await LettersAsync("in-english")).ShouldBeEmpty();
        await PutAsync(owner, "in-english", "mary@example.org", "staff");
        (await LettersAsync("in-english")).Single().Reason.ShouldBe("staff", "who comes back is told");
    }

    // The launcher, and who sets a platform up; an owner who writes down their own address; a role that is none.
    [Fact]
    public async Task Nobody_is_told_of_what_a_program_sets_up_of_oneself_or_of_what_was_refused()
    {
        var shop = await host.OpenShopAsync("sans-lettre");
        await PutAsync(host.Operator, "sans-lettre", "demo@example.org", "owner");
        using var owner = host.Client(Tokens.Of(shop.Id, "owner"));
        await PutAsync(owner, "sans-lettre", "lea@example.org", "owner"); // whom the token names
        (await owner.PutAsync("shops/sans-lettre/staff", new StaffMember("autre@example.org", "chef"))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await LettersAsync("sans-lettre")).ShouldBeEmpty();
    }

    private static async Task PutAsync(HttpClient who, string shop, string email, string role) => (await who.PutAsync($"shops/{shop}/staff", new StaffMember(email, role))).EnsureSuccessStatusCode();

    private async Task<List<ShopLetter>> LettersAsync(string slug) =>
        [.. (await host.Client(Tokens.Storefront()).GetFromJsonAsync<List<ShopLetter>>("letters", MerchantsHost.Json))!.Where(l => l.Slug == slug)];
}
