using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Catalog.Tests;

/// <summary>A price that was cut is shown with the one before it, which nobody may choose (C. conso. L112-1-1).</summary>
[Collection(CatalogHost.Collection)]
public sealed class Announcing_a_reduction(CatalogHost catalog)
{
    private static readonly JsonSerializerOptions Web = JsonSerializerOptions.Web;

    [Fact]
    public async Task Stands_through_further_cuts_until_the_price_is_what_it_was()
    {
        var shop = await catalog.ShopAsync();
        var id = await catalog.OfferAsync(shop, Lamp(1200));
        await WasAsync(id, (60, 1200), (20, 1100), (10, 1200));
        await catalog.OfferAsync(shop, Lamp(960, reduced: true));
        await ShownAsync(id, 960, 1100);
        await Eventually.BecomesAsync(async () => (await catalog.ListAsync($"?shop={shop.Slug}")).Items.SingleOrDefault()?.PriorPriceCents == 1100, TimeSpan.FromSeconds(10));

        await catalog.OfferAsync(shop, Lamp(900));
        await ShownAsync(id, 900, 1100, "one cut after another: the price before the first");
        await catalog.OfferAsync(shop, Lamp(900, reduced: true));
        await ShownAsync(id, 900, 1100, "announced already");
        await catalog.OfferAsync(shop, Lamp(1000));
        await ShownAsync(id, 1000, null, "a price that was raised is none that was cut");
        await catalog.OfferAsync(shop, Lamp(950));
        await ShownAsync(id, 950, null, "nobody announced this one");
    }

    [Fact]
    public async Task Ends_when_it_is_asked_to_and_with_the_sale()
    {
        var shop = await catalog.ShopAsync();
        var id = await catalog.OfferAsync(shop, Lamp(1200));
        await WasAsync(id, (60, 1200));
        await catalog.OfferAsync(shop, Lamp(960, reduced: true));
        await catalog.OfferAsync(shop, Lamp(960, reduced: false));
        await ShownAsync(id, 960, null);
        await catalog.OfferAsync(shop, Lamp(960, reduced: true));
        await ShownAsync(id, 960, 1200);
        await catalog.OfferAsync(shop, Lamp(960) with { SecondHand = true });
        await ShownAsync(id, 960, null, "another lamp under the same reference");
        await catalog.OfferAsync(shop, Lamp(960, reduced: true));
        await ShownAsync(id, 960, 1200);
        foreach (var status in (string[])["archived", "active"])
        {
            (await catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers/LAMPE/status", new OfferStatus(status))).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        await ShownAsync(id, 960, null);
    }

    [Theory]
    [InlineData(1000)] // as cheap as it was on one of the thirty days
    [InlineData(1150)]
    public async Task Of_a_price_that_is_none_is_refused_with_all_that_came_with_it(long cents)
    {
        var shop = await catalog.ShopAsync();
        var id = await catalog.OfferAsync(shop, Lamp(1200));
        await WasAsync(id, (60, 1200), (25, 1000), (20, 1200));
        await CatalogHost.ProblemAsync(await catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers/LAMPE", Lamp(cents, reduced: true) with { Title = "Autre" }), HttpStatusCode.UnprocessableEntity, "not-reduced");
        await ShownAsync(id, 1200, null);
        (await catalog.ScalarAsync<long>($"select count(*) from price_changes where offer_id = '{id}'")).ShouldBe(3, "a price that was never asked");

        // In a batch the others are taken, and it without its announcement.
        using var sent = await catalog.Operator.PostAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers", new[] { Lamp(cents, reduced: true), CatalogHost.Define("AUTRE") });
        (await sent.Content.ReadFromJsonAsync<BatchAnswer>(Web))!.Rejected.ShouldHaveSingleItem().ShouldSatisfyAllConditions(r => r.Index.ShouldBe(0), r => r.Reason.ShouldBe("not-reduced"));
        await ShownAsync(id, cents, null);
    }

    [Fact]
    public async Task Of_a_cut_that_is_old_and_of_a_price_that_hardly_stood_is_refused()
    {
        var shop = await catalog.ShopAsync();
        var id = await catalog.OfferAsync(shop, Lamp(960));
        await WasAsync(id, (90, 1200), (31, 960));
        await RefusedAsync(Lamp(960, reduced: true));
        await catalog.OfferAsync(shop, CatalogHost.Define("NEUVE", null, 5000));
        await RefusedAsync(CatalogHost.Define("NEUVE", null, 500) with { Reduced = true });

        async Task RefusedAsync(OfferDefinition asked) =>
            await CatalogHost.ProblemAsync(await catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers/{asked.Sku}", asked), HttpStatusCode.UnprocessableEntity, "not-reduced");
    }

    [Fact]
    public async Task Is_not_made_or_ended_by_what_is_refused()
    {
        var shop = await catalog.ShopAsync();
        var id = await catalog.OfferAsync(shop, Lamp(1200) with { OnHand = 5 });
        await WasAsync(id, (60, 1200));
        await catalog.OfferAsync(shop, Lamp(960, reduced: true));
        using var sent = await catalog.Operator.PostAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers", new[] { Lamp(900, reduced: false) with { Unit = SaleUnit.Weight } });
        (await sent.Content.ReadFromJsonAsync<BatchAnswer>(Web))!.Rejected.ShouldHaveSingleItem().Reason.ShouldBe("unit-change-refused");
        await ShownAsync(id, 960, 1200);
        (await catalog.ScalarAsync<long>($"select prior_price_cents from offers where offer_id = '{id}'")).ShouldBe(1200);
    }

    [Fact]
    public async Task Of_what_spoils_is_told_against_the_last_price()
    {
        var shop = await catalog.ShopAsync();
        var id = await catalog.OfferAsync(shop, Lamp(500) with { Category = "pains", Allergens = ["gluten"] });
        await WasAsync(id, (20, 300), (10, 500));
        await catalog.OfferAsync(shop, Lamp(400, reduced: true) with { Category = "pains", Allergens = ["gluten"] });
        await ShownAsync(id, 400, 500);
    }

    [Fact]
    public async Task Is_on_the_sheet_which_sent_back_changes_nothing()
    {
        var shop = await catalog.ShopAsync();
        var address = $"/api/v1/shops/{shop.Slug}/offers/LAMPE";
        var id = await catalog.OfferAsync(shop, Lamp(1200));
        await WasAsync(id, (60, 1200));
        await catalog.OfferAsync(shop, Lamp(960));
        (await SheetAsync()).ShouldSatisfyAllConditions(s => s.ReducedFromCents.ShouldBe(1200, "it may be"), s => s.Offer.PriorPriceCents.ShouldBeNull(), s => s.Definition.Reduced.ShouldBeNull());
        await catalog.OfferAsync(shop, Lamp(960, reduced: true));
        var sheet = await SheetAsync();
        sheet.ShouldSatisfyAllConditions(s => s.ReducedFromCents.ShouldBe(1200), s => s.Offer.PriorPriceCents.ShouldBe(1200), s => s.Definition.Reduced.ShouldBe(true));
        var version = await catalog.ScalarAsync<long>($"select version from offers where offer_id = '{id}'");
        (await catalog.Operator.PutAsJsonAsync(address, sheet.Definition)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await catalog.ScalarAsync<long>($"select version from offers where offer_id = '{id}'")).ShouldBe(version);
        await ShownAsync(id, 960, 1200);

        async Task<OfferSheet> SheetAsync() => (await catalog.Operator.GetFromJsonAsync<OfferSheet>(address, Web))!;
    }

    [Fact]
    public async Task Of_a_draft_is_not_one_yet()
    {
        var shop = await catalog.ShopAsync();
        await catalog.OfferAsync(shop, Lamp(500, reduced: true) with { Status = "draft" });
        (await catalog.Operator.GetFromJsonAsync<OfferSheet>($"/api/v1/shops/{shop.Slug}/offers/LAMPE", Web))!.ShouldSatisfyAllConditions(s => s.ReducedFromCents.ShouldBeNull(), s => s.Definition.Reduced.ShouldBeNull());
    }

    private static OfferDefinition Lamp(long cents, bool? reduced = null) => CatalogHost.Define("LAMPE", null, cents) with { Reduced = reduced };

    // What it cost, and how many days ago that began.
    private async Task WasAsync(OfferId id, params (int Days, long Cents)[] prices) => await catalog.ScalarAsync<int>($"""
        with gone as (delete from price_changes where offer_id = '{id}'), told as (insert into price_changes (offer_id, at, price_cents, unit)
            select '{id}', now() - days * interval '1 day', cents, 'piece' from (values {string.Join(", ", prices.Select(p => $"({p.Days}, {p.Cents})"))}) as t(days, cents) returning 1)
        select count(*)::int from told
        """);

    private async Task ShownAsync(OfferId id, long cents, long? prior, string? why = null) =>
        (await catalog.Anonymous.GetFromJsonAsync<Offer>($"/api/v1/offers/{id}", Web))!.ShouldSatisfyAllConditions(o => o.PriceCents.ShouldBe(cents), o => o.PriorPriceCents.ShouldBe(prior, why));
}
