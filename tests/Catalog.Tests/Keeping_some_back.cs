using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Ordering;
using Marketplace.ServiceDefaults.Shops;
using Npgsql;

namespace Marketplace.Catalog.Tests;

/// <summary>What a shop keeps back for its counter is never sold online, and its figures stand as long as it says.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Keeping_some_back(CatalogHost catalog)
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_kept_back_is_neither_shown_nor_set_aside()
    {
        var shop = await catalog.ShopAsync();
        var offer = await catalog.OfferAsync(shop, CatalogHost.Define("A", 5));
        await SetAsync(shop, new(2, null));
        (await ShownAsync(offer)).ShouldBe((3, "last-ones"));
        (await catalog.AskAsync(CatalogHost.Reserve((shop, offer, 4)))).ShouldBeOfType<StockRefused>().Lines.Single().ShouldSatisfyAllConditions(l => l.Reason.ShouldBe("out-of-stock"), l => l.Available.ShouldBe(3));
        await catalog.HoldAsync((shop, offer, 3));
        (await catalog.StockAsync(offer)).ShouldBe((5, 3));
        (await ShownAsync(offer)).ShouldBe((0, "out-of-stock"));
        (await catalog.AskAsync(CatalogHost.Reserve((shop, offer, 1)))).ShouldBeOfType<StockRefused>();
        (await AccountAsync(shop, "A")).Offer.ShouldSatisfyAllConditions(o => o.Safety.ShouldBe(2), o => o.OwnSafety.ShouldBeFalse(), o => o.OnHand.ShouldBe(5));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task Kept_back_after_it_was_set_aside_no_order_loses_anything()
    {
        var shop = await catalog.ShopAsync();
        var offer = await catalog.OfferAsync(shop, CatalogHost.Define("A", 5));
        var order = await catalog.HoldAsync((shop, offer, 4));
        await SetAsync(shop, new(3, null));
        (await ShownAsync(offer)).ShouldBe((0, "out-of-stock"));
        await catalog.DoAsync(new StockCommand.Issue(order, shop.Id, [new IssueStock.Line(offer, 4)]));
        (await catalog.StockAsync(offer)).ShouldBe((1, 0));
        await catalog.CountAsync(shop, "", new StockLine("A", null, 10));
        (await ShownAsync(offer)).Available.ShouldBe(7);
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task One_offer_has_its_own_and_a_new_one_that_of_all()
    {
        var shop = await catalog.ShopAsync();
        await SetAsync(shop, new(2, null));
        var (window, bulk, weight) = (await catalog.OfferAsync(shop, CatalogHost.Define("A", 5)), await catalog.OfferAsync(shop, CatalogHost.Define("B", 5)),
            await catalog.OfferAsync(shop, CatalogHost.Define("C", 500, unit: SaleUnit.Weight)));
        ((await ShownAsync(window)).Available, (await ShownAsync(weight)).Available).ShouldBe((3, 500), "of goods by weight, pieces say nothing");
        (await KeepAsync(shop, "B", 0)).OwnSafety.ShouldBeTrue();
        (await KeepAsync(shop, "C", 100)).Safety.ShouldBe(100);
        await SetAsync(shop, new(4, null));
        ((await ShownAsync(window)).Available, (await ShownAsync(bulk)).Available, (await ShownAsync(weight)).Available).ShouldBe((1, 5, 400));
        (await KeepAsync(shop, "B", null)).Safety.ShouldBe(4);
        (await ShownAsync(bulk)).Available.ShouldBe(1);
        await CatalogHost.ProblemAsync(await catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/stock/Z/safety", new OfferSafety(1), Token), HttpStatusCode.NotFound, "offer-not-found");
    }

    [Theory]
    [InlineData(null, 44, "last-ones")]
    [InlineData(null, 46, "to-confirm")]
    [InlineData(48, 1, "last-ones")]
    [InlineData(48, 3, "to-confirm")]
    [InlineData(0, 400, "last-ones")]
    public async Task A_figure_stands_as_long_as_the_shop_says(int? hours, int daysOld, string state)
    {
        var shop = await catalog.ShopAsync();
        var offer = await catalog.OfferAsync(shop, CatalogHost.Define("A", 0));
        await using (var old = catalog.Database.CreateCommand("update stock set as_of = now() - make_interval(days => $2 + 1), counted_at = null, version = version + 1 where offer_id = $1"))
        {
            old.Parameters.Add(new() { Value = offer.Value });
            old.Parameters.Add(new() { Value = daysOld });
            await old.ExecuteNonQueryAsync(Token);
        }

        await catalog.CountAsync(shop, $"?source=hand&asOf={Uri.EscapeDataString(DateTimeOffset.UtcNow.AddDays(-daysOld).ToString("O"))}", new StockLine("A", null, 3));
        await SetAsync(shop, new(0, hours));
        (await ShownAsync(offer)).State.ShouldBe(state);
        (await catalog.AskAsync(CatalogHost.Reserve((shop, offer, 1))) is StockReserved).ShouldBe(state == "last-ones");
    }

    [Fact]
    public async Task Another_process_shows_the_same()
    {
        await using var second = catalog.Start();
        await CatalogHost.ReadyAsync(second);
        var shop = await catalog.ShopAsync();
        var offers = new List<OfferId>();
        for (var i = 0; i < 120; i++)
        {
            offers.Add(await catalog.OfferAsync(shop, CatalogHost.Define("A" + i, 5)));
        }

        await SetAsync(shop, new(2, 0));
        using var there = second.CreateClient();
        await CatalogHost.EventuallyAsync(async () => (await there.GetFromJsonAsync<Offer>($"/api/v1/offers/{offers[119]}", JsonSerializerOptions.Web, Token)) is { Available: 3 }, "it is told of");
        (await there.GetFromJsonAsync<Offer>($"/api/v1/offers/{offers[0]}", JsonSerializerOptions.Web, Token))!.Available.ShouldBe(3);
    }

    [Fact]
    public async Task Fifty_buyers_leave_what_is_kept_back()
    {
        var shop = await catalog.ShopAsync();
        var offer = await catalog.OfferAsync(shop, CatalogHost.Define("A", 20));
        await SetAsync(shop, new(5, null));
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => catalog.AskAsync(CatalogHost.Reserve((shop, offer, 1)))));
        answers.OfType<StockReserved>().Count().ShouldBe(15);
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task The_statement_itself_sets_nothing_aside_of_it()
    {
        var shop = await catalog.ShopAsync();
        var offer = await catalog.OfferAsync(shop, CatalogHost.Define("A", 5));
        await SetAsync(shop, new(2, null));
        var level = new Level(5, 0, await catalog.ScalarAsync<long>("select version from stock where offer_id = $1", offer.Value), StockSource.Hand, DateTimeOffset.UtcNow);
        var item = new StockItem(new(offer, shop.Id, "A", null, "A", "maison", SaleUnit.Piece, 500, 20, false, false, true), level) { Now = level with { Reserved = 4, Version = level.Version + 1 } };
        await using var session = await catalog.Database.OpenConnectionAsync(Token);
        await using var batch = new NpgsqlBatch(session);
        var moves = batch.MoveLevels([item]);
        await batch.ExecuteNonQueryAsync(Token);
        ((long)moves!.RecordsAffected).ShouldBe(0);
    }

    [Fact]
    public async Task A_whole_shop_is_gone_through_some_hundred_rows_at_a_time()
    {
        var shop = await catalog.ShopAsync();
        foreach (var some in Enumerable.Range(0, 520).Chunk(260))
        {
            using var answer = await catalog.Operator.PostAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers", some.Select(i => CatalogHost.Define("A" + i, 5)), Token);
            answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync(Token));
        }

        const string End = "select offer_id from offers where shop_id = $1 order by offer_id";
        var (first, last) = (await catalog.ScalarAsync<Guid>(End + " limit 1", shop.Id.Value), await catalog.ScalarAsync<Guid>(End + " desc limit 1", shop.Id.Value));
        Task setting;
        await using (var session = await catalog.Database.OpenConnectionAsync(Token))
        await using (var transaction = await session.BeginTransactionAsync(Token))
        {
            // An order that has the last one in its hands.
            await using var held = new NpgsqlCommand("select from stock where offer_id = $1 for update", session, transaction) { Parameters = { new() { Value = last } } };
            await held.ExecuteNonQueryAsync(Token);
            setting = SetAsync(shop, new(2, null));
            await CatalogHost.EventuallyAsync(async () => await catalog.ScalarAsync<long>("select safety from stock where offer_id = $1", first) == 2, "the first are done, and free again");
            setting.IsCompleted.ShouldBeFalse();
        }

        await setting;
        (await catalog.ScalarAsync<long>("select count(*) from stock s join offers o using (offer_id) where o.shop_id = $1 and s.safety = 2", shop.Id.Value)).ShouldBe(520);
    }

    [Fact]
    public async Task An_offer_that_came_in_with_the_limits_of_before_is_gone_through_a_moment_later()
    {
        var shop = await catalog.ShopAsync();
        var offer = await catalog.OfferAsync(shop, CatalogHost.Define("A", 5));
        await SetAsync(shop, new(2, null));
        // As one that had read them before they were set, and was written after.
        await using (var late = catalog.Database.CreateCommand("update stock set safety = 0, version = version + 1 where offer_id = $1"))
        {
            late.Parameters.Add(new() { Value = offer.Value });
            await late.ExecuteNonQueryAsync(Token);
        }

        await using (var moment = catalog.Database.CreateCommand("update due_work set due_at = now() where kind = 'stock-limits' and key = $1"))
        {
            moment.Parameters.Add(new() { Value = shop.Id.ToString() });
            (await moment.ExecuteNonQueryAsync(Token)).ShouldBe(1);
        }

        await CatalogHost.EventuallyAsync(async () => await ShownAsync(offer) == (3, "last-ones"), "it is held to them");
    }

    [Fact]
    public async Task Settings_that_cannot_be_are_refused_and_two_people_do_not_overwrite_one_another()
    {
        var shop = await catalog.ShopAsync();
        await CatalogHost.ProblemAsync(await PutAsync(shop, new(-1, null)), HttpStatusCode.UnprocessableEntity, "safety-invalid");
        await CatalogHost.ProblemAsync(await PutAsync(shop, new(0, 9000)), HttpStatusCode.UnprocessableEntity, "fresh-hours-invalid");
        (await PutAsync(shop, new(1, 24), "\"0\"")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await CatalogHost.ProblemAsync(await PutAsync(shop, new(2, 24), "\"0\""), HttpStatusCode.PreconditionFailed, "changed-meanwhile");
        (await PutAsync(shop, new(2, 24), "\"1\"")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await catalog.Operator.GetFromJsonAsync<StockLimits>($"/api/v1/shops/{shop.Slug}/stock-limits", JsonSerializerOptions.Web, Token)).ShouldBe(new StockLimits(2, 24, 2));
    }

    private async Task<HttpResponseMessage> PutAsync(ShopEntry shop, StockLimits limits, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/shops/{shop.Slug}/stock-limits") { Content = JsonContent.Create(limits) };
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        return await catalog.Operator.SendAsync(request, Token);
    }

    private async Task SetAsync(ShopEntry shop, StockLimits limits)
    {
        using var answer = await PutAsync(shop, limits);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync(Token));
    }

    private async Task<MerchantOffer> KeepAsync(ShopEntry shop, string sku, long? quantity)
    {
        using var answer = await catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/stock/{sku}/safety", new OfferSafety(quantity), Token);
        return (await answer.Content.ReadFromJsonAsync<MerchantOffer>(JsonSerializerOptions.Web, Token))!;
    }

    private async Task<(long Available, string State)> ShownAsync(OfferId offer)
    {
        var shown = (await catalog.Anonymous.GetFromJsonAsync<Offer>($"/api/v1/offers/{offer}", JsonSerializerOptions.Web, Token))!;
        return (shown.Available, shown.StockState);
    }

    private async Task<StockAccount> AccountAsync(ShopEntry shop, string sku) =>
        (await catalog.Operator.GetFromJsonAsync<StockAccount>($"/api/v1/shops/{shop.Slug}/stock/{sku}", JsonSerializerOptions.Web, Token))!;
}
