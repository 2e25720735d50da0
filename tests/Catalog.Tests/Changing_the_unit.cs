using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults.Shops;
using Npgsql;

namespace Marketplace.Catalog.Tests;

/// <summary>An offer sold by the piece from now on, that was sold by weight: its figure measures something else.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Changing_the_unit(CatalogHost catalog)
{
    [Fact]
    public async Task Without_a_new_count_it_is_refused_and_nothing_of_the_offer_changes()
    {
        var (shop, comte) = await ByWeightAsync(4000);
        using var answer = await PutAsync(shop, ByPiece(null) with { PriceCents = 999 });
        await CatalogHost.ProblemAsync(answer, HttpStatusCode.Conflict, "unit-change-refused");
        (await catalog.StockAsync(comte)).ShouldBe((4000, 0));
        var shown = (await catalog.Anonymous.GetFromJsonAsync<Offer>($"/api/v1/offers/{comte}", JsonSerializerOptions.Web))!;
        (shown.Unit, shown.PriceCents).ShouldBe((SaleUnit.Weight, 500L));
    }

    [Fact]
    public async Task With_a_new_count_the_figure_is_that_count_and_the_ledger_says_so()
    {
        var (shop, comte) = await ByWeightAsync(4000);
        using var answer = await PutAsync(shop, ByPiece(12));
        answer.EnsureSuccessStatusCode();
        (await catalog.StockAsync(comte)).ShouldBe((12, 0));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task While_an_order_has_some_set_aside_it_is_refused_even_with_a_count()
    {
        var (shop, comte) = await ByWeightAsync(4000);
        (await catalog.AskAsync(CatalogHost.Reserve((shop, comte, 350)))).ShouldBeOfType<StockReserved>();
        using var answer = await PutAsync(shop, ByPiece(12));
        await CatalogHost.ProblemAsync(answer, HttpStatusCode.Conflict, "unit-change-refused");
        (await catalog.StockAsync(comte)).ShouldBe((4000, 350));
    }

    [Fact]
    public async Task In_a_batch_the_one_line_is_named_and_the_others_are_taken()
    {
        var (shop, comte) = await ByWeightAsync(4000);
        var (_, empty) = (shop, await catalog.OfferAsync(shop, ByWeight("C2", 0)));
        using var answer = await catalog.Operator.PostAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers",
            new[] { ByPiece(null), CatalogHost.Define("NEW", 5), ByPiece(null) with { Sku = "C2" } });
        var batch = (await answer.Content.ReadFromJsonAsync<BatchAnswer>(JsonSerializerOptions.Web))!;
        (batch.Accepted, batch.Rejected.Single().Index, batch.Rejected.Single().Reason).ShouldBe((2, 0, "unit-change-refused"));
        (await catalog.StockAsync(comte)).ShouldBe((4000, 0));
        (await catalog.StockAsync(empty)).ShouldBe((0, 0), "none is none in any unit");
    }

    [Fact]
    public async Task An_archived_offer_stays_archived()
    {
        var (shop, comte) = await ByWeightAsync(4000);
        (await catalog.Operator.DeleteAsync($"/api/v1/shops/{shop.Slug}/offers/C")).EnsureSuccessStatusCode();
        using var answer = await PutAsync(shop, ByPiece(null));
        await CatalogHost.ProblemAsync(answer, HttpStatusCode.Conflict, "unit-change-refused");
        (await catalog.Anonymous.GetAsync($"/api/v1/offers/{comte}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_reservation_that_waited_for_it_gets_the_new_unit_with_the_new_figure()
    {
        var (shop, comte) = await ByWeightAsync(4000);
        await using var session = await catalog.Database.OpenConnectionAsync(Token);
        await using var change = await session.BeginTransactionAsync(Token);
        await using (var write = new NpgsqlCommand("update offers set unit = 'piece' where offer_id = $1", session) { Parameters = { new() { Value = comte.Value } } })
        {
            await write.ExecuteNonQueryAsync(Token);
            write.CommandText = "update stock set on_hand = on_hand where offer_id = $1";
            await write.ExecuteNonQueryAsync(Token);
        }

        var answer = catalog.AskAsync(CatalogHost.Reserve((shop, comte, 3)));
        await CatalogHost.EventuallyAsync(() => catalog.ScalarAsync<bool>("select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')"), "it waits");
        await change.CommitAsync(Token);

        (await answer).ShouldBeOfType<StockReserved>().Shops.Single().Lines.Single().Unit.ShouldBe(SaleUnit.Piece);
    }

    [Fact]
    public async Task That_waited_for_goods_to_leave_knows_that_they_left_after_its_count()
    {
        var (shop, comte) = await ByWeightAsync(4000);
        var order = await catalog.HoldAsync((shop, comte, 350));
        await using var session = await catalog.Database.OpenConnectionAsync(Token);
        await using var busy = await session.BeginTransactionAsync(Token);
        await using (var hold = new NpgsqlCommand("select from stock where offer_id = $1 for update", session) { Parameters = { new() { Value = comte.Value } } })
        {
            await hold.ExecuteNonQueryAsync(Token);
        }

        var leaving = catalog.DoAsync(new StockCommand.Issue(order, shop.Id, [new(comte, 350)]));
        await WaitingAsync(1);
        var change = PutAsync(shop, ByPiece(12)); // counted now, before what waits ahead of it
        await WaitingAsync(2);
        await busy.CommitAsync(Token);

        await leaving;
        using var answer = await change;
        await CatalogHost.ProblemAsync(answer, HttpStatusCode.Conflict, "unit-change-refused");
        (await catalog.StockAsync(comte)).ShouldBe((3650, 0), "grams still");
        await catalog.LedgerHoldsAsync();

        Task WaitingAsync(int sessions) => CatalogHost.EventuallyAsync(async () => await catalog.ScalarAsync<long>(
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%stock%'") >= sessions, $"{sessions} wait");
    }

    [Fact]
    public async Task That_waits_for_an_article_which_somebody_else_is_adding_keeps_no_order_waiting()
    {
        var (shop, comte) = await ByWeightAsync(4000);
        var other = await catalog.OfferAsync(shop, CatalogHost.Define("D", 5));
        await using var session = await catalog.Database.OpenConnectionAsync(Token);
        await using var adding = await session.BeginTransactionAsync(Token);
        await using (var write = new NpgsqlCommand("insert into products (product_id, ean13, title, created_at) values (gen_random_uuid(), '9782840003137', 'Un livre', now())", session))
        {
            await write.ExecuteNonQueryAsync(Token);
        }

        var batch = catalog.Operator.PostAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers",
            new[] { ByPiece(12), CatalogHost.Define("D", null), CatalogHost.Define("E", 1, ean13: "9782840003137", category: "livres") }, Token);
        await CatalogHost.EventuallyAsync(() => catalog.ScalarAsync<bool>("select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')"), "it waits");
        // Of the desk itself: the relay, too, waits for whoever writes.
        await catalog.DoAsync(new StockCommand.Reserve(CatalogHost.Reserve((shop, other, 1)))).WaitAsync(TimeSpan.FromSeconds(20), Token);
        (await catalog.StockAsync(other)).ShouldBe((5, 1));

        await adding.RollbackAsync(Token);
        (await batch).EnsureSuccessStatusCode();
        (await catalog.StockAsync(comte)).ShouldBe((12, 0));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static OfferDefinition ByWeight(string sku, long grams) => CatalogHost.Define(sku, grams, unit: SaleUnit.Weight);

    private static OfferDefinition ByPiece(long? pieces) => CatalogHost.Define("C", pieces);

    private async Task<(ShopEntry Shop, OfferId Offer)> ByWeightAsync(long grams)
    {
        var shop = await catalog.ShopAsync();
        return (shop, await catalog.OfferAsync(shop, ByWeight("C", grams)));
    }

    private Task<HttpResponseMessage> PutAsync(ShopEntry shop, OfferDefinition offer) => catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers/{offer.Sku}", offer);
}
