using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Catalog.Offers;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.EventStore.Postgres;
using Microsoft.Extensions.DependencyInjection;

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
        await RefusedAsync(Lamp(960, reduced: true), "depuis plus de 30 jours");
        await catalog.OfferAsync(shop, CatalogHost.Define("NEUVE", null, 5000));
        await RefusedAsync(CatalogHost.Define("NEUVE", null, 500) with { Reduced = true }, "pas tenu un jour");
        await RefusedAsync(CatalogHost.Define("NEUVE", null, 6000) with { Reduced = true }, "plus bas que ceux des 30 jours");

        async Task RefusedAsync(OfferDefinition asked, string why)
        {
            using var answer = await catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers/{asked.Sku}", asked);
            await CatalogHost.ProblemAsync(answer, HttpStatusCode.UnprocessableEntity, "not-reduced");
            (await answer.Content.ReadAsStringAsync()).ShouldContain(why);
        }
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

    [Fact]
    public async Task Ends_by_itself_after_its_last_day_and_the_price_comes_back()
    {
        var shop = await catalog.ShopAsync();
        var id = await ReducedAsync(shop, Tomorrow, 1200);
        (await OfferAsync(id)).ReducedUntil.ShouldBe(Tomorrow);
        await SweepAsync();
        await ShownAsync(id, 960, 1200, "its last day is not over");
        await catalog.ScalarAsync<int>($"update offers set reduced_until = '{Today:O}' where offer_id = '{id}' returning 1");
        await SweepAsync();
        await ShownAsync(id, 960, 1200, "that day included");

        catalog.Heard.Clear();
        await OverAsync(id);
        await SweepAsync();
        await ShownAsync(id, 1200, null);
        (await OfferAsync(id)).ReducedUntil.ShouldBeNull();
        (await catalog.ScalarAsync<long>($"select price_cents from price_changes where offer_id = '{id}' order by at desc limit 1")).ShouldBe(1200, "written down as any price");
        await Eventually.BecomesAsync(async () => (await catalog.ListAsync($"?shop={shop.Slug}")).Items.SingleOrDefault() is { PriceCents: 1200, PriorPriceCents: null }, TimeSpan.FromSeconds(10));
        await Eventually.BecomesAsync(() => catalog.Heard.OfType<Contracts.Catalog.OffersChanged>().Any(c => c.Offers.Contains(id)), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Ends_once_however_many_sweep_and_after_any_outage()
    {
        var shop = await catalog.ShopAsync();
        var id = await ReducedAsync(shop, Tomorrow, 1200);
        await OverAsync(id, days: 9);
        var version = await catalog.ScalarAsync<long>($"select version from offers where offer_id = '{id}'");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SweepAsync()));
        (await catalog.ScalarAsync<long>($"select version from offers where offer_id = '{id}'")).ShouldBe(version + 1);
        (await catalog.ScalarAsync<long>($"select count(*) from price_changes where offer_id = '{id}' and price_cents = 1200 and at > now() - interval '1 hour'")).ShouldBe(1);
        (await catalog.ScalarAsync<long>("select count(*) from due_work where kind = 'reduction-ends'")).ShouldBe(1, "a row: whoever starts next goes on with it");
    }

    [Fact]
    public async Task Leaves_a_price_that_its_shop_changed_meanwhile()
    {
        var shop = await catalog.ShopAsync();
        var (cut, raised, kept) = (await ReducedAsync(shop, Tomorrow, 1200), await ReducedAsync(shop, Tomorrow, 1200, "RELEVEE"), await ReducedAsync(shop, Tomorrow, null, "RESTE"));
        await catalog.OfferAsync(shop, Lamp(900));
        await ShownAsync(cut, 900, 1200, "a further cut is announced as the first");
        await catalog.OfferAsync(shop, Lamp(1100) with { Sku = "RELEVEE" });
        (await OfferAsync(raised)).ShouldSatisfyAllConditions(o => o.PriorPriceCents.ShouldBeNull(), o => o.ReducedUntil.ShouldBeNull());
        foreach (var id in new[] { cut, kept })
        {
            await OverAsync(id);
        }

        await SweepAsync();
        await ShownAsync(cut, 900, null, "not overwritten");
        await ShownAsync(raised, 1100, null);
        await ShownAsync(kept, 960, null, "nobody said what it would become");
    }

    [Fact]
    public async Task Says_its_end_on_the_sheet_which_sent_back_changes_nothing_and_takes_another_one()
    {
        var shop = await catalog.ShopAsync();
        var (id, address) = (await ReducedAsync(shop, Tomorrow, 1200), $"/api/v1/shops/{shop.Slug}/offers/LAMPE");
        var sheet = (await catalog.Operator.GetFromJsonAsync<OfferSheet>(address, Web))!;
        (sheet.Definition.ReducedUntil, sheet.Definition.PriceAfterCents, sheet.Offer.ReducedUntil).ShouldBe((Tomorrow, 1200L, Tomorrow));
        sheet.Offer.ReducedAt.ShouldNotBeNull();
        var version = await catalog.ScalarAsync<long>($"select version from offers where offer_id = '{id}'");
        await catalog.OfferAsync(shop, sheet.Definition);
        (await catalog.ScalarAsync<long>($"select version from offers where offer_id = '{id}'")).ShouldBe(version);

        // Left open over its last day, a sheet says nothing new of the reduction: its price would come back for good.
        await CatalogHost.ProblemAsync(await catalog.Operator.PutAsJsonAsync(address, sheet.Definition with { Reduced = null, ReducedUntil = Today.AddDays(-1) }, Web), HttpStatusCode.UnprocessableEntity, "reduced-until-invalid");
        await catalog.OfferAsync(shop, sheet.Definition with { PriceCents = 900, ReducedUntil = Tomorrow.AddDays(6) });
        await OverAsync(id);
        await SweepAsync();
        await ShownAsync(id, 1200, null, "said again with the further cut");
        var other = await ReducedAsync(shop, Tomorrow, 1200, "AUTRE");
        await catalog.OfferAsync(shop, Lamp(960, reduced: true) with { Sku = "AUTRE" });
        (await OfferAsync(other)).ShouldSatisfyAllConditions(o => o.ReducedUntil.ShouldBeNull("it has none any more"), o => o.PriorPriceCents.ShouldBe(1200));
    }

    [Theory]
    [InlineData(-1, 1200L, "reduced-until-invalid"), InlineData(400, 1200L, "reduced-until-invalid"), InlineData(2, 960L, "price-after-invalid"), InlineData(2, 10_000_001L, "price-after-invalid"), InlineData(null, 1200L, "price-after-invalid")]
    public async Task An_end_that_cannot_be_is_refused_with_all_that_came_with_it(int? days, long? after, string code)
    {
        var shop = await catalog.ShopAsync();
        var id = await catalog.OfferAsync(shop, Lamp(1200));
        await WasAsync(id, (60, 1200));
        await CatalogHost.ProblemAsync(await catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers/LAMPE",
            Lamp(960, reduced: true) with { ReducedUntil = days is { } d ? Today.AddDays(d) : null, PriceAfterCents = after }), HttpStatusCode.UnprocessableEntity, code);
        await ShownAsync(id, 1200, null);
    }

    private static DateOnly Today => Day.In(DateTimeOffset.UtcNow);

    private static DateOnly Tomorrow => Today.AddDays(1);

    private async Task<OfferId> ReducedAsync(ServiceDefaults.Shops.ShopEntry shop, DateOnly until, long? after, string sku = "LAMPE")
    {
        var id = await catalog.OfferAsync(shop, Lamp(1200) with { Sku = sku });
        await WasAsync(id, (60, 1200));
        await catalog.OfferAsync(shop, Lamp(960, reduced: true) with { Sku = sku, ReducedUntil = until, PriceAfterCents = after });
        await ShownAsync(id, 960, 1200);
        return id;
    }

    // The last day is over, some days ago.
    private Task<int> OverAsync(OfferId id, int days = 1) => catalog.ScalarAsync<int>($"update offers set reduced_until = '{Today.AddDays(-days):O}' where offer_id = '{id}' returning 1");

    private Task<DateTimeOffset?> SweepAsync() => catalog.Services.GetServices<IDueWorkHandler>().Single(h => h.Kind == ReductionEnds.WorkKind).HandleAsync(new DueWork(ReductionEnds.WorkKind, "sweep", DateTimeOffset.UtcNow, null, 1), TestContext.Current.CancellationToken);

    private async Task<Offer> OfferAsync(OfferId id) => (await catalog.Anonymous.GetFromJsonAsync<Offer>($"/api/v1/offers/{id}", Web))!;

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
