using System.Net;
using System.Net.Http.Json;
using Marketplace.Catalog.StockFeeds;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults;
using Microsoft.AspNetCore.Http;
using Line = Marketplace.Catalog.Tests.FakeTill.Line;

namespace Marketplace.Catalog.Tests;

/// <summary>A shop says where its software is, changes it, and takes it away.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Setting_up_the_till(CatalogHost catalog) : BesideATill(catalog)
{
    [Fact]
    public async Task Unplugged_nothing_more_is_for_sale_and_what_is_set_aside_stays()
    {
        var (shop, offers) = await ShopAsync(3);
        await using var till = await FakeTill.StartAsync(new Line(Eans[0], 8), new Line(Eans[1], 8));
        await ReadAsync(shop, till);
        await Catalog.HoldAsync((shop, offers[0], 3));
        using (var removed = await Catalog.Operator.DeleteAsync(Feed(shop), Token))
        {
            removed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        }

        await CatalogHost.EventuallyAsync(async () => await Catalog.StockAsync(offers[0]) == (3, 3) && await Catalog.StockAsync(offers[1]) == (0, 0), "the figures are down");
        (await Catalog.StockAsync(offers[2])).OnHand.ShouldBe(5, "counted by hand");
        (await MovementsAsync(shop, "L1"))[0].Note.ShouldBe("logiciel débranché");
        await CatalogHost.ProblemAsync(await Catalog.Operator.GetAsync(Feed(shop), Token), HttpStatusCode.NotFound, "stock-feed-not-found");
        await CatalogHost.EventuallyAsync(async () => await Catalog.ScalarAsync<long>("select count(*) from stock_feeds where shop_id = $1", shop.Id.Value) == 0, "its secret is gone");
        await Catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task Another_software_begins_from_nothing()
    {
        var (shop, offers) = await ShopAsync(2);
        await using var till = await FakeTill.StartAsync(new Line(Eans[0], 8), new Line(Eans[1], 8));
        await ReadAsync(shop, till);
        await using var other = await FakeTill.StartAsync(new Line(Eans[1], 2));
        await ReadAsync(shop, other);
        (await Catalog.StockAsync(offers[0])).ShouldBe((0, 0));
        (await Catalog.StockAsync(offers[1])).ShouldBe((2, 0));
    }

    [Fact]
    public async Task Another_way_of_writing_the_same_address_is_no_other_software()
    {
        var (shop, offers) = await ShopAsync(1);
        await using var till = await FakeTill.StartAsync(new Line(Eans[0], 8));
        await ReadAsync(shop, till);
        var before = await Catalog.Operator.GetFromJsonAsync<StockFeed>(Feed(shop), Token);
        using var put = await PutAsync(shop, Definition(till) with { Address = till.Address + "/" });
        (await put.Content.ReadFromJsonAsync<StockFeed>(Token))!.ShouldSatisfyAllConditions(f => f.Version.ShouldBe(before!.Version), f => f.Address.ShouldBe(till.Address));
        (await Catalog.StockAsync(offers[0])).OnHand.ShouldBe(8);
        StockFeedRules.Check(new("HTTPS://Stock.Example.org:443/Api/", FakeTill.Siret, "none", null, "included", 60), null, allowPrivate: false).Address.ShouldBe("https://stock.example.org/Api");
    }

    [Fact]
    public async Task The_secret_is_never_told_again_nor_sent_to_another_address()
    {
        var (shop, _) = await ShopAsync(1);
        await using var till = await FakeTill.StartAsync(new Line(Eans[0], 3));
        using (var put = await PutAsync(shop, Definition(till)))
        {
            put.StatusCode.ShouldBe(HttpStatusCode.Created);
            (await put.Content.ReadAsStringAsync(Token)).ShouldNotContain("moi:");
        }

        (await Catalog.Operator.GetStringAsync(Feed(shop), Token)).ShouldNotContain("moi:");
        using (var kept = await PutAsync(shop, Definition(till) with { Secret = null, EveryMinutes = 15 }))
        {
            kept.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        await using var other = await FakeTill.StartAsync();
        // Behind one host there may be the software of many shops.
        foreach (var elsewhere in new[] { Definition(other), Definition(till) with { Address = till.Address + "/autre" }, Definition(till) with { Siret = "55208131766522" } })
        {
            await CatalogHost.ProblemAsync(await PutAsync(shop, elsewhere with { Secret = null }), HttpStatusCode.UnprocessableEntity, "stock-feed-secret-needed");
            await CatalogHost.ProblemAsync(await Catalog.Operator.PostAsJsonAsync(Feed(shop, "/trials"), elsewhere with { Secret = null }, Token), HttpStatusCode.UnprocessableEntity, "stock-feed-secret-needed");
        }

        other.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Settings_that_cannot_be_are_refused_with_what_to_do()
    {
        var (shop, _) = await ShopAsync(1);
        var good = new StockFeedDefinition("https://stock.example.org/api", FakeTill.Siret, "none", null, "included", 60);
        foreach (var (wrong, code) in new[]
        {
            (good with { Address = "stock.example.org" }, "address-invalid"), (good with { Address = "https://stock.example.org/api?cle=1" }, "address-invalid"),
            (good with { Address = "https://moi:secret@stock.example.org" }, "address-with-credentials"), (good with { Siret = "123" }, "siret-invalid"), (good with { Auth = "digest" }, "auth-invalid"),
            (good with { Auth = "bearer" }, "secret-needed"), (good with { Auth = "bearer", Secret = "a b" }, "secret-invalid"), (good with { Auth = "basic", Secret = "a:b\nX: y" }, "secret-invalid"),
            (good with { EveryMinutes = 1 }, "every-invalid"), (good with { Reserved = "?" }, "reserved-invalid"),
        })
        {
            await CatalogHost.ProblemAsync(await PutAsync(shop, wrong), HttpStatusCode.UnprocessableEntity, "stock-feed-" + code);
        }

        StockFeedRulesOutside(good with { Address = "http://stock.example.org" }).ShouldBe("stock-feed-address-not-https");
        StockFeedRulesOutside(good with { Address = "https://10.0.0.1/" }).ShouldBe("stock-feed-address-private");

        static string StockFeedRulesOutside(StockFeedDefinition definition) =>
            Should.Throw<Refusal>(() => StockFeedRules.Check(definition, null, allowPrivate: false)).Code;
    }

    [Fact]
    public async Task Two_people_who_set_it_at_once_do_not_overwrite_one_another()
    {
        var (shop, _) = await ShopAsync(1);
        await using var till = await FakeTill.StartAsync(new Line(Eans[0], 3));
        using var first = await PutAsync(shop, Definition(till), ("If-None-Match", "*"));
        first.StatusCode.ShouldBe(HttpStatusCode.Created);
        await CatalogHost.ProblemAsync(await PutAsync(shop, Definition(till) with { EveryMinutes = 30 }, ("If-None-Match", "*")), HttpStatusCode.PreconditionFailed, "changed-meanwhile");
        var seen = first.Headers.ETag!.Tag;
        (await PutAsync(shop, Definition(till) with { EveryMinutes = 15 }, ("If-Match", seen))).StatusCode.ShouldBe(HttpStatusCode.OK);
        await CatalogHost.ProblemAsync(await PutAsync(shop, Definition(till) with { EveryMinutes = 20 }, ("If-Match", seen)), HttpStatusCode.PreconditionFailed, "changed-meanwhile");
        (await Catalog.Operator.GetFromJsonAsync<StockFeed>(Feed(shop), Token))!.EveryMinutes.ShouldBe(15);
    }

    [Fact]
    public async Task It_is_tried_before_it_is_set_and_changes_nothing()
    {
        var (shop, offers) = await ShopAsync(1);
        await using var till = await FakeTill.StartAsync(new Line(Eans[0], 3), new Line("9791234567896", 1));
        till.Total = 2;
        using var answer = await Catalog.Operator.PostAsJsonAsync(Feed(shop, "/trials"), Definition(till), Token);
        (await answer.Content.ReadFromJsonAsync<StockFeedTrial>(Token)).ShouldBe(new StockFeedTrial(true, 2, 1, 2, null, null));
        (await Catalog.StockAsync(offers[0])).OnHand.ShouldBe(5);
        await CatalogHost.ProblemAsync(await Catalog.Operator.GetAsync(Feed(shop), Token), HttpStatusCode.NotFound, "stock-feed-not-found");
    }
}
