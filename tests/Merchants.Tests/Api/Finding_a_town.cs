using System.Globalization;
using System.Net;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Tests.Hosting;

namespace Marketplace.Merchants.Tests.Api;

public sealed class Finding_a_town(MerchantsHost host) : IClassFixture<MerchantsHost>
{
    [Theory]
    [InlineData("oullins")]
    [InlineData("OULLINS")]
    [InlineData("pierre benite")]
    [InlineData("Pierre-Bé")]
    [InlineData("69310")]
    [InlineData("696")]
    public async Task A_town_is_found_by_name_former_commune_or_postcode(string typed)
    {
        await host.Operator.PutAsync("towns/vienne", Vienne);

        var found = await host.GetAsync<TownPage>($"towns?q={Uri.EscapeDataString(typed)}");

        found.Items.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            t => t.Slug.ShouldBe(MerchantsHost.Town), t => t.Communes.ShouldBe(["Oullins-Pierre-Bénite"]), t => t.Postcodes.ShouldBe(["69310", "69600"]), t => t.DistanceKm.ShouldBeNull());
    }

    [Theory]
    [InlineData("%EF%BF%BE")] // U+FFFE is no character
    [InlineData("%EF%B7%90oull%C3%A9")]
    public async Task What_is_no_text_at_all_finds_something_or_nothing_and_breaks_nothing(string typed) => await host.GetAsync<TownPage>("towns?q=" + typed);

    [Fact]
    public async Task Towns_come_by_name_or_by_distance()
    {
        await host.Operator.PutAsync("towns/vienne", Vienne);

        (await host.GetAsync<TownPage>("towns")).Items.Select(t => t.Slug).ShouldBe([MerchantsHost.Town, "vienne"]);
        var near = (await host.GetAsync<TownPage>("towns?near=45.52,4.87")).Items;
        near.Select(t => t.Slug).ShouldBe(["vienne", MerchantsHost.Town]);
        near[1].DistanceKm!.Value.ShouldBe(22.1, 0.3);
        (await host.GetAsync<TownPage>("towns?q=nulle-part")).ShouldSatisfyAllConditions(p => p.Items.ShouldBeEmpty(), p => p.Total.ShouldBe(0));
    }

    [Fact]
    public async Task Towns_come_in_pages()
    {
        await host.Operator.PutAsync("towns/vienne", Vienne);

        (await host.GetAsync<TownPage>("towns?pageSize=1&page=2")).ShouldSatisfyAllConditions(
            p => p.Items.ShouldHaveSingleItem().Slug.ShouldBe("vienne"), p => (p.Total, p.Page, p.PageSize).ShouldBe((2, 2, 1)));
        (await host.GetAsync<TownPage>("towns?near=45.52,4.87&pageSize=1")).Items.ShouldHaveSingleItem().Slug.ShouldBe("vienne");
        (await host.GetAsync<TownPage>("towns?page=3&pageSize=1")).ShouldSatisfyAllConditions(p => p.Items.ShouldBeEmpty(), p => p.Total.ShouldBe(2));
    }

    /// <summary>The test's day is 10 June 2026.</summary>
    [Theory]
    [InlineData("2026-06-09", "Confluence-sur-Gère", "38200")]
    [InlineData("2026-06-10", "Confluence-sur-Gère", "38200")]
    [InlineData("2026-06-11", "Estressin", "38138")]
    public async Task The_day_on_which_a_commune_ends_is_the_first_without_it_and_its_old_name_still_finds_the_town(string changed, string shown, string postcode)
    {
        var day = DateOnly.Parse(changed, CultureInfo.InvariantCulture);
        await host.Operator.PutAsync("towns/vienne", Vienne with
        {
            Communes =
            [
                new TownCommune("38999", "Confluence-sur-Gère", ["38200"], day, null),
                new TownCommune("38998", "Estressin", ["38138"], new DateOnly(1943, 1, 1), day),
            ],
        });

        foreach (var typed in new[] { "estressin", "38138", "confluence", "38200" })
        {
            (await host.GetAsync<TownPage>($"towns?q={typed}")).Items.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
                t => t.Slug.ShouldBe("vienne"), t => t.Communes.ShouldBe([shown]), t => t.Postcodes.ShouldBe([postcode]));
        }
    }

    [Fact]
    public async Task A_commune_that_ends_on_the_day_it_begins_never_was() =>
        (await host.Operator.PutAsync("towns/vienne", Vienne with { Communes = [new TownCommune("38544", "Vienne", ["38200"], new DateOnly(2026, 6, 10), new DateOnly(2026, 6, 10))] }))
            .StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);

    private static TownDefinition Vienne => Examples.Town("Vienne") with
    {
        Position = new(45.5255, 4.8748),
        Communes = [new TownCommune("38544", "Vienne", ["38200"], new DateOnly(1943, 1, 1), null)],
    };
}
