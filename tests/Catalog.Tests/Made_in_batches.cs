using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Catalog.Batches;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Ordering;
using Marketplace.ServiceDefaults.Shops;
using Npgsql;

namespace Marketplace.Catalog.Tests;

/// <summary>« Fournée de 7 h : 40 »: nobody ever takes a 41st, nor one after the shop has begun to make them.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Made_in_batches(CatalogHost catalog)
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private static readonly TimeZoneInfo Paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    [Fact]
    public async Task Fifty_buyers_of_forty_places_get_exactly_forty_whichever_process_serves_them()
    {
        await using var second = catalog.Start();
        await CatalogHost.ReadyAsync(second);
        var shop = await catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(40));
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => catalog.AskAsync(Want(On(3, 9), (shop, bread, 1)))));
        answers.OfType<StockReserved>().Count().ShouldBe(40);
        answers.OfType<StockRefused>().Select(r => r.Lines.Single()).ShouldAllBe(l => l.Reason == "out-of-stock" && l.Available == 0);
        (await TakenAsync(bread, On(3, 7))).ShouldBe((40, 40));
        (await catalog.StockAsync(bread)).ShouldBe((3, 0), "the shelf has nothing to do with it");
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task Many_who_come_and_go_leave_as_many_places_as_there_are()
    {
        await using var second = catalog.Start();
        await CatalogHost.ReadyAsync(second);
        var shop = await catalog.ShopAsync();
        var (bread, lamp) = (await BreadAsync(shop, Daily(20)), await catalog.OfferAsync(shop, 1000));
        var held = new System.Collections.Concurrent.ConcurrentBag<OrderId>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 120), new ParallelOptions { MaxDegreeOfParallelism = 24 }, async (i, _) =>
        {
            // Two days, so that batches are taken crosswise, and shelf goods beside them in either order.
            var order = i % 2 == 0 ? Want(On(3 + (i % 4 / 2), 9), (shop, bread, 2), (shop, lamp, 1)) : Want(On(3 + (i % 4 / 2), 9), (shop, lamp, 1), (shop, bread, 1));
            if (await catalog.AskAsync(order) is StockReserved)
            {
                held.Add(order.OrderId);
                if (i % 3 == 0)
                {
                    await catalog.DoAsync(new StockCommand.Release(order.OrderId, null, null));
                    await catalog.DoAsync(new StockCommand.Release(order.OrderId, null, null));
                }
            }
        });
        await catalog.LedgerHoldsAsync();
        foreach (var order in held)
        {
            await catalog.DoAsync(new StockCommand.Release(order, null, null));
        }

        ((await TakenAsync(bread, On(3, 7))).Taken, (await TakenAsync(bread, On(4, 7))).Taken).ShouldBe((0, 0));
        (await catalog.StockAsync(lamp)).ShouldBe((1000, 0));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task No_batch_by_the_pickup_is_said_so()
    {
        var shop = await catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(40));
        await RefusedAsync("batch-closed", 0, null, (shop, bread, 1));
        await RefusedAsync("batch-closed", 0, On(3, 6), (shop, bread, 1));
        await RefusedAsync("out-of-stock", 40, On(3, 9), (shop, bread, 41));
        var late = await BreadAsync(shop, new WeeklyBatch([1, 2, 3, 4, 5, 6, 7], "07:00", 40, 7, "18:00"));
        await RefusedAsync("batch-closed", 0, On(3, 9), (shop, late, 1));
        var once = await BreadAsync(shop, new WeeklyBatch([Weekday(3)], "07:00", 40, 1, "18:00"));
        await RefusedAsync("batch-closed", 0, On(4, 9), (shop, once, 1));
        (await catalog.AskAsync(Want(On(3, 9), (shop, once, 1)))).ShouldBeOfType<StockReserved>();
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task A_full_batch_is_passed_over_for_an_earlier_one_of_that_day()
    {
        var shop = await catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(5), Daily(3) with { At = "11:00" });
        (await catalog.AskAsync(Want(On(3, 12), (shop, bread, 2)))).ShouldBeOfType<StockReserved>().Shops.Single().Lines.Single().BatchAt.ShouldBe(On(3, 11));
        (await TakenAsync(bread, On(3, 11))).ShouldBe((3, 2));
        await catalog.AskAsync(Want(On(3, 12), (shop, bread, 4)));
        (await TakenAsync(bread, On(3, 7))).ShouldBe((5, 4));
        await RefusedAsync("out-of-stock", 1, On(3, 12), (shop, bread, 2));
        await RefusedAsync("out-of-stock", 1, On(3, 8), (shop, bread, 2));
    }

    [Fact]
    public async Task The_shelf_and_the_batch_are_taken_together_or_not_at_all()
    {
        var (baker, bookseller) = (await catalog.ShopAsync(), await catalog.ShopAsync());
        var (bread, book) = (await BreadAsync(baker, Daily(2)), await catalog.OfferAsync(bookseller, 1));
        await RefusedAsync("out-of-stock", 1, On(3, 9), (baker, bread, 1), (bookseller, book, 2));
        await RefusedAsync("out-of-stock", 2, On(3, 9), (baker, bread, 3), (bookseller, book, 1));
        (await catalog.StockAsync(book)).ShouldBe((1, 0));
        (await catalog.ScalarAsync<long>("select count(*) from offer_batches where offer_id = $1", bread.Value)).ShouldBe(0);
        (await catalog.AskAsync(Want(On(3, 9), (baker, bread, 2), (bookseller, book, 1)))).ShouldBeOfType<StockReserved>();
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task Commands_that_come_twice_or_too_early_count_once()
    {
        var shop = await catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(2));
        var order = Want(On(3, 9), (shop, bread, 2));
        await catalog.DoAsync(new StockCommand.Reserve(order));
        await catalog.DoAsync(new StockCommand.Reserve(order));
        (await TakenAsync(bread, On(3, 7))).ShouldBe((2, 2));
        await RefusedAsync("out-of-stock", 0, On(3, 9), (shop, bread, 1));
        await catalog.DoAsync(new StockCommand.Release(order.OrderId, shop.Id, null));
        await catalog.DoAsync(new StockCommand.Release(order.OrderId, shop.Id, null));
        (await catalog.AskAsync(Want(On(3, 9), (shop, bread, 1)))).ShouldBeOfType<StockReserved>("the places are another's now");
        (await TakenAsync(bread, On(3, 7))).ShouldBe((2, 1));

        var early = Want(On(3, 9), (shop, bread, 1));
        await catalog.DoAsync(new StockCommand.Release(early.OrderId, null, null));
        await catalog.DoAsync(new StockCommand.Reserve(early));
        var partly = Want(On(3, 9), (shop, bread, 1));
        await catalog.DoAsync(new StockCommand.Release(partly.OrderId, null, [bread]));
        await catalog.DoAsync(new StockCommand.Reserve(partly));
        (await TakenAsync(bread, On(3, 7))).ShouldBe((2, 1));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task What_is_handed_over_keeps_its_place_and_what_is_not_made_is_nobodys()
    {
        var shop = await catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(10));
        var (one, other) = (Want(On(3, 9), (shop, bread, 4)), Want(On(3, 9), (shop, bread, 3)));
        await catalog.DoAsync(new StockCommand.Reserve(one));
        await catalog.DoAsync(new StockCommand.Reserve(other));
        await catalog.DoAsync(new StockCommand.Issue(one.OrderId, shop.Id, [new(bread, 3)]));
        await catalog.DoAsync(new StockCommand.Issue(one.OrderId, shop.Id, [new(bread, 3)]));
        (await TakenAsync(bread, On(3, 7))).ShouldBe((10, 6), "one came back");
        await catalog.DoAsync(new StockCommand.Issue(other.OrderId, shop.Id, [new(bread, 1)], DateTimeOffset.UtcNow, [new MissingGoods(bread, 2)]));
        (await TakenAsync(bread, On(3, 7))).ShouldBe((8, 4), "two were never made");
        await RefusedAsync("out-of-stock", 4, On(3, 9), (shop, bread, 5));
        (await catalog.StockAsync(bread)).ShouldBe((3, 0));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task One_day_s_quantity_is_changed_never_below_what_is_ordered()
    {
        var shop = await catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(40));
        await catalog.AskAsync(Want(On(3, 9), (shop, bread, 31)));
        using (var below = await SetAsync(shop, bread, On(3, 7), 30))
        {
            (await below.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("ordered").GetInt64().ShouldBe(31);
            await CatalogHost.ProblemAsync(below, HttpStatusCode.Conflict, "below-ordered");
        }

        (await SetAsync(shop, bread, On(3, 7), 31)).EnsureSuccessStatusCode();
        await RefusedAsync("out-of-stock", 0, On(3, 9), (shop, bread, 1));
        (await SetAsync(shop, bread, On(3, 7), 60)).EnsureSuccessStatusCode();
        (await catalog.AskAsync(Want(On(3, 9), (shop, bread, 29)))).ShouldBeOfType<StockReserved>();
        (await SetAsync(shop, bread, On(4, 7), 0)).EnsureSuccessStatusCode();
        await RefusedAsync("batch-closed", 0, On(4, 9), (shop, bread, 1));
        (await SetAsync(shop, bread, On(4, 7), null)).EnsureSuccessStatusCode();
        (await catalog.AskAsync(Want(On(4, 9), (shop, bread, 40)))).ShouldBeOfType<StockReserved>("as planned again");
        await CatalogHost.ProblemAsync(await SetAsync(shop, bread, On(3, 8), 5), HttpStatusCode.NotFound, "batch-not-found");
        await CatalogHost.ProblemAsync(await SetAsync(await catalog.ShopAsync(), bread, On(3, 7), 5), HttpStatusCode.NotFound, "offer-not-found");

        var list = (await catalog.Operator.GetFromJsonAsync<ShopBatchList>($"/api/v1/shops/{shop.Slug}/batches", JsonSerializerOptions.Web, Token))!.Items;
        list.Single(b => b.At == On(3, 7)).ShouldSatisfyAllConditions(b => b.Quantity.ShouldBe(60), b => b.Ordered.ShouldBe(60), b => b.Planned.ShouldBe(40), b => b.OrderBefore.ShouldBe(On(2, 18)));
        list.ShouldAllBe(b => b.OfferId == bread);
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task A_quantity_that_is_lowered_while_fifty_order_is_never_passed()
    {
        var shop = await catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(40));
        var asked = Enumerable.Range(0, 50).Select(_ => catalog.AskAsync(Want(On(3, 9), (shop, bread, 1)))).ToList();
        using var lowered = await SetAsync(shop, bread, On(3, 7), 25);
        var got = (await Task.WhenAll(asked)).OfType<StockReserved>().Count();
        got.ShouldBe(lowered.IsSuccessStatusCode ? 25 : 40);
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task A_plan_that_changes_takes_nothing_from_who_ordered()
    {
        var shop = await catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(40));
        var order = Want(On(3, 9), (shop, bread, 30));
        await catalog.DoAsync(new StockCommand.Reserve(order));
        await PlanAsync(shop, bread, Daily(20));
        await RefusedAsync("out-of-stock", 0, On(3, 9), (shop, bread, 1));
        await PlanAsync(shop, bread, Daily(50));
        (await catalog.AskAsync(Want(On(3, 9), (shop, bread, 20)))).ShouldBeOfType<StockReserved>();
        (await TakenAsync(bread, On(3, 7))).ShouldBe((50, 50));

        await PlanAsync(shop, bread);
        (await catalog.AskAsync(CatalogHost.Reserve((shop, bread, 3)))).ShouldBeOfType<StockReserved>("from the shelf again");
        await catalog.DoAsync(new StockCommand.Release(order.OrderId, null, null));
        (await TakenAsync(bread, On(3, 7))).Taken.ShouldBe(20);
        (await catalog.StockAsync(bread)).ShouldBe((3, 3));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task What_is_not_made_is_taken_off_what_is_planned_now()
    {
        var shop = await catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(40));
        var (one, other) = (Want(On(3, 9), (shop, bread, 1)), Want(On(3, 9), (shop, bread, 1)));
        await catalog.DoAsync(new StockCommand.Reserve(one));
        await catalog.DoAsync(new StockCommand.Reserve(other));
        await PlanAsync(shop, bread, Daily(10));
        await catalog.DoAsync(new StockCommand.Release(one.OrderId, shop.Id, null, DateTimeOffset.UtcNow, [new MissingGoods(bread, 1)]));
        (await TakenAsync(bread, On(3, 7))).ShouldBe((9, 1), "one of ten is not made");
        await RefusedAsync("out-of-stock", 8, On(3, 9), (shop, bread, 9));

        await PlanAsync(shop, bread);
        await catalog.DoAsync(new StockCommand.Release(other.OrderId, shop.Id, null, DateTimeOffset.UtcNow, [new MissingGoods(bread, 1)]));
        (await TakenAsync(bread, On(3, 7))).ShouldBe((8, 0), "no longer planned: the number that the shop has of this day waits for its hour");
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task A_batch_that_is_made_at_another_hour_is_not_sold_once_more()
    {
        var shop = await catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(40), Daily(5) with { At = "16:00" });
        (await catalog.AskAsync(Want(On(3, 9), (shop, bread, 38)))).ShouldBeOfType<StockReserved>();
        await PlanAsync(shop, bread, Daily(40) with { At = "08:00" }, Daily(5) with { At = "16:00" });
        await RefusedAsync("out-of-stock", 2, On(3, 9), (shop, bread, 3));
        (await catalog.AskAsync(Want(On(3, 9), (shop, bread, 2)))).ShouldBeOfType<StockReserved>();
        (await catalog.AskAsync(Want(On(4, 9), (shop, bread, 40)))).ShouldBeOfType<StockReserved>("nobody ordered of another day's");
        (await TakenAsync(bread, On(3, 16))).ShouldBe(default, "that one is as it was");

        await PlanAsync(shop, bread, Daily(40), Daily(5) with { At = "16:00" });
        await RefusedAsync("out-of-stock", 0, On(3, 9), (shop, bread, 1));
        await ShownAsync(bread, o => o.Batches?.Single(b => b.At == On(3, 7)).Left == 0);
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task A_batch_that_moves_is_told_to_each_of_its_orders_once()
    {
        var shop = await catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(40), Daily(5) with { At = "16:00" });
        var (one, two, late, gone) = (Want(On(3, 9), (shop, bread, 3)), Want(On(3, 12), (shop, bread, 1)), Want(On(3, 17), (shop, bread, 2)), Want(On(3, 9), (shop, bread, 4)));
        foreach (var order in (ReserveStock[])[one, two, late, gone])
        {
            (await catalog.AskAsync(order)).ShouldBeOfType<StockReserved>();
        }

        await catalog.DoAsync(new StockCommand.Release(gone.OrderId, null, null));
        await PlanAsync(shop, bread, Daily(40) with { At = "11:00" }, Daily(5) with { At = "16:00" });
        await PlanAsync(shop, bread, Daily(40) with { At = "11:00" }, Daily(5) with { At = "16:00" }); // the button pressed twice
        var told = await Eventually.GetAsync(() => Task.FromResult(Told(bread)), t => t.Count >= 2, TimeSpan.FromSeconds(30));
        told.Select(m => (m.OrderId, m.ShopId, m.From, m.To)).ShouldBe([(one.OrderId, shop.Id, On(3, 7), On(3, 11)), (two.OrderId, shop.Id, On(3, 7), On(3, 11))], ignoreOrder: true);

        // Back again: of the two about one order the later one has the higher version.
        await PlanAsync(shop, bread, Daily(40), Daily(5) with { At = "16:00" });
        told = await Eventually.GetAsync(() => Task.FromResult(Told(bread)), t => t.Count >= 4, TimeSpan.FromSeconds(30));
        told.Where(m => m.OrderId == one.OrderId).OrderBy(m => m.Version).Select(m => (m.From, m.To)).ShouldBe([(On(3, 7), On(3, 11)), (On(3, 11), On(3, 7))]);
        told.Where(m => m.OrderId == one.OrderId).Select(m => m.Version).Distinct().Count().ShouldBe(2);
    }

    private List<BatchMoved> Told(OfferId bread) => [.. catalog.Heard.OfType<BatchMoved>().Where(m => m.OfferId == bread).DistinctBy(m => (m.OrderId, m.Version))];

    [Fact]
    public async Task Two_hours_of_a_day_that_move_together_stay_two()
    {
        var shop = await catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(40), Daily(5) with { At = "16:00" });
        await catalog.AskAsync(Want(On(3, 9), (shop, bread, 38)));
        await catalog.AskAsync(Want(On(3, 17), (shop, bread, 5)));
        await PlanAsync(shop, bread, Daily(40) with { At = "08:00" }, Daily(5) with { At = "17:00" });
        await RefusedAsync("out-of-stock", 2, On(3, 9), (shop, bread, 3));
        await RefusedAsync("out-of-stock", 2, On(3, 18), (shop, bread, 3));
        ((await TakenAsync(bread, On(3, 8))).Taken, (await TakenAsync(bread, On(3, 17))).Taken).ShouldBe((38, 5));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task A_number_that_the_shop_said_of_one_day_moves_with_its_batch()
    {
        var shop = await catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(40));
        (await SetAsync(shop, bread, On(3, 7), 0)).EnsureSuccessStatusCode();
        await catalog.AskAsync(Want(On(4, 9), (shop, bread, 10)));
        (await SetAsync(shop, bread, On(4, 7), 20)).EnsureSuccessStatusCode();
        await PlanAsync(shop, bread, Daily(40) with { At = "07:30" });
        await RefusedAsync("batch-closed", 0, On(3, 9), (shop, bread, 1));
        await RefusedAsync("out-of-stock", 10, On(4, 9), (shop, bread, 11));
        await PlanAsync(shop, bread, Daily(40));
        await RefusedAsync("batch-closed", 0, On(3, 9), (shop, bread, 1));
        await RefusedAsync("out-of-stock", 10, On(4, 9), (shop, bread, 11));
        await PlanAsync(shop, bread, Daily(40) with { At = "07:30" });
        (await SetAsync(shop, bread, On(4, 7).AddMinutes(30), null)).EnsureSuccessStatusCode();
        await RefusedAsync("out-of-stock", 30, On(4, 9), (shop, bread, 31));
    }

    [Fact]
    public async Task What_moved_with_a_batch_is_no_number_of_its_shop_s_own()
    {
        var shop = await catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(40));
        var (one, other) = (Want(On(3, 9), (shop, bread, 33)), Want(On(3, 9), (shop, bread, 5)));
        await catalog.DoAsync(new StockCommand.Reserve(one));
        await catalog.DoAsync(new StockCommand.Reserve(other));
        await PlanAsync(shop, bread, Daily(40) with { At = "08:00" });
        (await SetAsync(shop, bread, On(3, 8), null)).EnsureSuccessStatusCode();
        await RefusedAsync("out-of-stock", 2, On(3, 9), (shop, bread, 3));
        (await ListedAsync(shop, On(3, 8))).ShouldSatisfyAllConditions(b => b.Quantity.ShouldBe(40), b => b.Ordered.ShouldBe(38));

        await catalog.DoAsync(new StockCommand.Release(other.OrderId, null, null));
        await catalog.DoAsync(new StockCommand.Release(other.OrderId, null, null));
        await RefusedAsync("out-of-stock", 7, On(3, 9), (shop, bread, 8));
        await catalog.DoAsync(new StockCommand.Release(one.OrderId, null, null, DateTimeOffset.UtcNow, [new MissingGoods(bread, 3)]));
        await RefusedAsync("out-of-stock", 37, On(3, 9), (shop, bread, 38));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task A_plan_that_goes_and_comes_back_at_another_hour_sells_nothing_once_more()
    {
        var shop = await catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(40));
        await catalog.AskAsync(Want(On(3, 9), (shop, bread, 38)));
        await PlanAsync(shop, bread);
        await PlanAsync(shop, bread, Daily(40) with { At = "08:00" });
        await RefusedAsync("out-of-stock", 2, On(3, 9), (shop, bread, 3));
        await PlanAsync(shop, bread, Daily(40) with { At = "08:30" });
        await RefusedAsync("out-of-stock", 2, On(3, 9), (shop, bread, 3));
    }

    [Fact]
    public async Task A_plan_that_moves_while_fifty_order_sells_no_41st()
    {
        await using var second = catalog.Start();
        await CatalogHost.ReadyAsync(second);
        var shop = await catalog.ShopAsync();
        var (bread, lamp) = (await BreadAsync(shop, Daily(40)), await catalog.OfferAsync(shop, 1000));
        var sku = await catalog.ScalarAsync<string>("select sku from offers where offer_id = $1", lamp.Value);
        var asked = Enumerable.Range(0, 50).Select(_ => catalog.AskAsync(Want(On(3, 10), (shop, bread, 1), (shop, lamp, 1)))).ToList();
        foreach (var at in (string[])["08:00", "07:00", "09:00", "08:30"])
        {
            var plan = CatalogHost.Define(await catalog.ScalarAsync<string>("select sku from offers where offer_id = $1", bread.Value), null) with { Batches = [Daily(40) with { At = at }] };
            // The lamp with it: who writes several takes them in the order of everybody.
            using var put = await catalog.Operator.PostAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers", (OfferDefinition[])[CatalogHost.Define(sku, null), plan], Token);
            put.EnsureSuccessStatusCode();
        }

        (await Task.WhenAll(asked)).OfType<StockReserved>().Count().ShouldBe(40);
        (await catalog.ScalarAsync<long>("select sum(taken)::bigint from offer_batches where offer_id = $1", bread.Value)).ShouldBe(40);
        await RefusedAsync("out-of-stock", 0, On(3, 10), (shop, bread, 1));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task What_is_given_back_while_a_plan_moves_is_given_back_where_it_is()
    {
        await using var second = catalog.Start();
        await CatalogHost.ReadyAsync(second);
        var shop = await catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(40));
        var orders = Enumerable.Range(0, 30).Select(_ => Want(On(3, 10), (shop, bread, 1))).ToList();
        foreach (var order in orders)
        {
            await catalog.DoAsync(new StockCommand.Reserve(order));
        }

        var given = orders.Take(20).Select(o => catalog.DoAsync(new StockCommand.Release(o.OrderId, null, null))).ToList();
        foreach (var at in (string[])["08:00", "07:00", "09:00", "08:30"])
        {
            await PlanAsync(shop, bread, Daily(40) with { At = at });
        }

        await Task.WhenAll(given);
        (await TakenAsync(bread, On(3, 8).AddMinutes(30))).Taken.ShouldBe(10);
        (await catalog.ScalarAsync<long>("select sum(taken)::bigint from offer_batches where offer_id = $1", bread.Value)).ShouldBe(10);
        await RefusedAsync("out-of-stock", 30, On(3, 10), (shop, bread, 31));
        await catalog.LedgerHoldsAsync();
    }

    // By rows of our own, without a database: what a day has in all and at each hour, whatever becomes of its hours. "!20": the shop said so of that day.
    [Theory]
    [InlineData("07:00*40", "06:00*5 08:00*40", "07:00=38", "06:00=0 08:00=7")]
    [InlineData("07:00*40", "08:00*20 16:00*20", "07:00=38", "08:00=0 16:00=2")]
    [InlineData("07:00*40 16:00*5", "10:00*45", "07:00=38 16:00=5", "10:00=2")]
    [InlineData("07:00*40 08:00*20", "08:00*40 09:00*20", "07:00=25", "08:00=35 09:00=0")]
    [InlineData("07:00*40 16:00*20", "08:00*40 17:00*20", "16:00=20", "08:00=40 17:00=0")]
    [InlineData("07:00*40 16:00*20", "08:00*40 17:00*20", "07:00=10!20", "08:00=10 17:00=20")]
    [InlineData("07:00*40", "08:00*15 16:00*45", "07:00=10!50", "08:00=5 16:00=35")]
    [InlineData("07:00*40", "08:00*40", "07:00=0!0", "08:00=0")]
    [InlineData("07:00*40 16:00*20", "16:00*20", "07:00=38", "16:00=20")]
    [InlineData("07:00*40", "08:00*20", "07:00=38", "08:00=0")]
    public void A_day_sells_no_more_than_it_has(string was, string now, string ordered, string left)
    {
        var date = new NodaTime.LocalDate(2026, 12, 12);
        var (before, plan) = (BatchPlan.Read(Json(Weekly(was)))!, BatchPlan.Read(Json(Weekly(now)))!);
        var said = ordered.Split(' ').Select(o => o.Split('=', '!')).ToDictionary(o => Hour(o[0]), o => (Taken: Number(o[1]), Own: o.Length > 2 ? Number(o[2]) : (long?)null));
        var rows = before.On(date).Concat(plan.On(date)).DistinctBy(b => b.At).ToDictionary(b => b.At, b => new BatchItem(OfferId.New(), b.At,
            said.TryGetValue(b.At, out var o) ? new BatchLevel(o.Own ?? b.Quantity, o.Taken, o.Own is not null) : default, false));
        var lines = said.SelectMany(o => Enumerable.Range(0, (int)o.Value.Taken).Select(_ => new PlacedLine(Guid.NewGuid(), o.Key, 1))).ToList();
        var total = Had(before);
        var moved = MovedHours.Move(date, rows, lines, before, plan, DateTimeOffset.MinValue);
        string.Join(' ', plan.On(date).Select(b => $"{TimeZoneInfo.ConvertTime(b.At, Paris):HH:mm}={rows[b.At].Now.Places(b) - rows[b.At].Now.Taken}")).ShouldBe(left);
        rows.Values.ShouldAllBe(r => r.Now.Taken == lines.Count(l => moved.Where(m => m.Line == l).Select(m => m.To).Append(l.At).First() == r.At), "each line is where its place is");

        // And back again: all have their places, and the day as many as it had.
        var there = lines.Select(l => l with { At = moved.Where(m => m.Line == l).Select(m => m.To).Append(l.At).First() }).ToList();
        MovedHours.Move(date, rows, there, plan, before, DateTimeOffset.MinValue);
        rows.Values.Sum(r => r.Now.Taken).ShouldBe(lines.Count);
        if (was.Split(' ').Length == now.Split(' ').Length)
        {
            Had(before).ShouldBe(total);
        }

        long Had(BatchPlan of) => of.On(date).Sum(b => rows[b.At].Now.Places(b));
        DateTimeOffset Hour(string hour) => At(2026, 12, 12, (int)Number(hour[..2]), 0);
        static long Number(string text) => long.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        static WeeklyBatch[] Weekly(string text) => [.. text.Split(' ').Select(p => p.Split('*')).Select(p => Daily(Number(p[1])) with { At = p[0] })];
    }

    [Fact]
    public void One_order_that_no_hour_holds_is_made_all_the_same_and_so_many_fewer_are_sold_at_the_others()
    {
        var date = new NodaTime.LocalDate(2026, 12, 12);
        var (before, plan) = (BatchPlan.Read(Json(Daily(40)))!, BatchPlan.Read(Json(Daily(20) with { At = "08:00" }, Daily(20) with { At = "16:00" }))!);
        var rows = before.On(date).Concat(plan.On(date)).ToDictionary(b => b.At, b => new BatchItem(OfferId.New(), b.At, b.Quantity == 40 ? new BatchLevel(40, 38, false) : default, false));
        MovedHours.Move(date, rows, [new PlacedLine(Guid.NewGuid(), before.On(date).Single().At, 38)], before, plan, DateTimeOffset.MinValue);
        plan.On(date).Select(b => (rows[b.At].Now.Taken, rows[b.At].Now.Places(b))).ShouldBe([(0, 2), (38, 38)]);
    }

    [Fact]
    public void What_was_made_by_now_is_left_alone()
    {
        var date = new NodaTime.LocalDate(2026, 12, 12);
        var (before, plan) = (BatchPlan.Read(Json(Daily(40)))!, BatchPlan.Read(Json(Daily(40) with { At = "16:00" }))!);
        var rows = before.On(date).Concat(plan.On(date)).ToDictionary(b => b.At, b => new BatchItem(OfferId.New(), b.At, new BatchLevel(40, b.At == before.On(date).Single().At ? 30 : 0, false), false));
        MovedHours.Move(date, rows, [new PlacedLine(Guid.NewGuid(), before.On(date).Single().At, 30)], before, plan, At(2026, 12, 12, 10, 0)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_batch_beyond_what_is_booked_ahead_is_none()
    {
        var shop = await catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(40));
        foreach (var at in new[] { On(40, 7), new DateTimeOffset(9999, 12, 31, 23, 30, 0, TimeSpan.Zero), new DateTimeOffset(1, 1, 1, 0, 0, 0, TimeSpan.Zero) })
        {
            await CatalogHost.ProblemAsync(await SetAsync(shop, bread, at, 5), HttpStatusCode.NotFound, "batch-not-found");
        }
    }

    [Fact]
    public async Task What_is_ordered_is_to_be_made_also_when_it_is_off_sale()
    {
        var shop = await catalog.ShopAsync();
        await catalog.OfferAsync(shop, CatalogHost.Define("A", 0) with { Batches = [Daily(4)] });
        var bread = new OfferId(await catalog.ScalarAsync<Guid>("select offer_id from offers where shop_id = $1", shop.Id.Value));
        await catalog.DoAsync(new StockCommand.Reserve(Want(On(3, 9), (shop, bread, 3))));
        (await catalog.Operator.DeleteAsync($"/api/v1/shops/{shop.Slug}/offers/A", Token)).EnsureSuccessStatusCode();
        (await catalog.Operator.GetFromJsonAsync<ShopBatchList>($"/api/v1/shops/{shop.Slug}/batches", JsonSerializerOptions.Web, Token))!.Items
            .Single().ShouldSatisfyAllConditions(b => b.At.ShouldBe(On(3, 7)), b => b.Ordered.ShouldBe(3), b => b.Planned.ShouldBe(0));
    }

    [Fact]
    public async Task What_was_set_aside_on_the_shelf_stays_of_the_shelf()
    {
        var shop = await catalog.ShopAsync();
        var lamp = await catalog.OfferAsync(shop, CatalogHost.Define("A", 5));
        var order = await catalog.HoldAsync((shop, lamp, 2));
        await catalog.OfferAsync(shop, CatalogHost.Define("A", null) with { Batches = [Daily(4)] });
        (await catalog.AskAsync(Want(On(3, 9), (shop, lamp, 4)))).ShouldBeOfType<StockReserved>();
        await catalog.DoAsync(new StockCommand.Issue(order, shop.Id, [new(lamp, 1)]));
        (await catalog.StockAsync(lamp)).ShouldBe((4, 0));
        await catalog.CountAsync(shop, "", new StockLine("A", null, 9));
        await ShownAsync(lamp, o => o.Batches?.Single(b => b.At == On(3, 7)).Left == 0 && o.Available == 4);
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task Residents_see_the_coming_batches_in_every_process()
    {
        await using var second = catalog.Start();
        await CatalogHost.ReadyAsync(second);
        var shop = await catalog.ShopAsync();
        await catalog.TellAsync(new PickupOutlookChanged(shop.Id, 1, [new(On(3, 6), On(3, 7), On(3, 5)), new(On(3, 9), On(3, 10), On(3, 8))]));
        var bread = await BreadAsync(shop, Daily(4) with { Days = [Weekday(3)] });
        await ShownAsync(bread, o => o is { Available: 4, StockState: "in-stock" } && o.EarliestPickup == On(3, 9) && o.Batches is { Count: 2 } and [{ Left: 4 }, _]);
        await catalog.AskAsync(Want(On(3, 9), (shop, bread, 3)));
        await ShownAsync(bread, o => o.Batches is [{ Left: 1 }, { Left: 4 }] && o.Batches[0] is { } b && b.At == On(3, 7) && b.OrderBefore == On(2, 18));
        using var there = second.CreateClient();
        await CatalogHost.EventuallyAsync(async () => (await there.GetFromJsonAsync<Offer>($"/api/v1/offers/{bread}", JsonSerializerOptions.Web, Token))!.Batches is [{ Left: 1 }, _], "the other process knows");
        (await catalog.ListAsync($"?shop={shop.Slug}&availableToday=true")).Items.ShouldBeEmpty();
        await CatalogHost.EventuallyAsync(async () => (await catalog.ListAsync($"?shop={shop.Slug}")).Items is [{ Batches.Count: 2 }], "the list follows the page");
        await SetAsync(shop, bread, On(3, 7), 0).ContinueWith(t => t.Result.StatusCode.ShouldBe(HttpStatusCode.Conflict), TaskScheduler.Default);
        (await SetAsync(shop, bread, On(10, 7), 0)).EnsureSuccessStatusCode();
        await ShownAsync(bread, o => o is { Batches.Count: 1, Available: 1, StockState: "last-ones" });
        (await SetAsync(shop, bread, On(3, 7), 3)).EnsureSuccessStatusCode();
        await ShownAsync(bread, o => o is { Available: 0, StockState: "out-of-stock", EarliestPickup: null });
        await CatalogHost.EventuallyAsync(() => catalog.Heard.OfType<OffersChanged>().Any(h => h.Offers.Contains(bread)), "cached pages are dropped");
    }

    [Fact]
    public async Task The_table_itself_sells_no_41st()
    {
        var shop = await catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(40));
        await catalog.AskAsync(Want(On(3, 9), (shop, bread, 40)));
        (await Should.ThrowAsync<PostgresException>(() => catalog.ScalarAsync<long>("update offer_batches set taken = taken + 1 where offer_id = $1 returning taken", bread.Value)))
            .ConstraintName.ShouldBe("offer_batches_never_oversold");
        (await Should.ThrowAsync<PostgresException>(() => catalog.ScalarAsync<long>("update offers set unit = 'weight' where offer_id = $1 returning version", bread.Value)))
            .ConstraintName.ShouldBe("offers_batches_by_piece");
    }

    [Fact]
    public async Task A_plan_comes_back_as_it_was_said_and_who_says_nothing_of_it_leaves_it()
    {
        var shop = await catalog.ShopAsync();
        var desk = new ImportDesk(catalog, shop);
        WeeklyBatch[] said = [Daily(40) with { Days = [6, 2] }, Daily(12) with { At = "11:30", OrderDaysBefore = 0, OrderUntil = "09:00" }];
        await catalog.OfferAsync(shop, CatalogHost.Define("A", 3) with { Batches = said });
        await SheetAsync(2);
        var sheet = await desk.DefinitionAsync("A");
        sheet.Batches![0].Days.ShouldBe([2, 6]);
        var version = await VersionAsync();
        await catalog.OfferAsync(shop, sheet);
        (await VersionAsync()).ShouldBe(version, "sent back, nothing changes");
        await catalog.OfferAsync(shop, CatalogHost.Define("A", 3, 450));
        await SheetAsync(2);
        await desk.TakeAsync(await desk.SendAsync(await desk.DownloadAsync("export.csv")));
        await SheetAsync(2);
        await CatalogHost.ProblemAsync(await PutAsync(shop, CatalogHost.Define("A", 3000, 450, unit: SaleUnit.Weight)), HttpStatusCode.Conflict, "unit-change-refused");
        await catalog.OfferAsync(shop, CatalogHost.Define("A", null, 450) with { Batches = [] });
        await SheetAsync(0);
        (await PutAsync(shop, CatalogHost.Define("A", 3000, 450, unit: SaleUnit.Weight))).EnsureSuccessStatusCode();

        async Task SheetAsync(int batches) => ((await desk.DefinitionAsync("A")).Batches?.Count ?? 0).ShouldBe(batches);
        Task<long> VersionAsync() => catalog.ScalarAsync<long>("select version from offers where shop_id = $1 and sku = 'A'", shop.Id.Value);
    }

    [Fact]
    public async Task A_unit_does_not_change_while_somebody_has_places()
    {
        var shop = await catalog.ShopAsync();
        var id = await catalog.OfferAsync(shop, CatalogHost.Define("A", 0) with { Batches = [Daily(4)] });
        var order = Want(On(3, 9), (shop, id, 1));
        await catalog.DoAsync(new StockCommand.Reserve(order));
        await catalog.OfferAsync(shop, CatalogHost.Define("A", null) with { Batches = [] });
        await CatalogHost.ProblemAsync(await PutAsync(shop, CatalogHost.Define("A", 3000, unit: SaleUnit.Weight)), HttpStatusCode.Conflict, "unit-change-refused");
        await catalog.DoAsync(new StockCommand.Release(order.OrderId, null, null));
        (await PutAsync(shop, CatalogHost.Define("A", 3000, unit: SaleUnit.Weight))).EnsureSuccessStatusCode();
    }

    [Theory]
    [InlineData("batch-days-invalid", "07:00", 40, 1, "18:00")]
    [InlineData("batch-days-invalid", "07:00", 40, 1, "18:00", 8)]
    [InlineData("batch-time-invalid", "7h", 40, 1, "18:00", 6)]
    [InlineData("batch-time-invalid", "07:00", 40, 1, "24:00", 6)]
    [InlineData("batch-quantity-invalid", "07:00", 0, 1, "18:00", 6)]
    [InlineData("batch-quantity-invalid", "07:00", 10001, 1, "18:00", 6)]
    [InlineData("batch-cut-off-invalid", "07:00", 40, 8, "18:00", 6)]
    [InlineData("batch-cut-off-invalid", "07:00", 40, 0, "07:01", 6)]
    public async Task A_plan_that_cannot_be_kept_is_refused(string code, string at, long quantity, int before, string until, params int[] days)
    {
        var shop = await catalog.ShopAsync();
        await CatalogHost.ProblemAsync(await PutAsync(shop, CatalogHost.Define("A") with { Batches = [new(days, at, quantity, before, until)] }), HttpStatusCode.UnprocessableEntity, code);
        await CatalogHost.ProblemAsync(await PutAsync(shop, CatalogHost.Define("A") with { Batches = [Daily(1), Daily(2) with { Days = [6] }] }), HttpStatusCode.UnprocessableEntity, "batches-twice");
        await CatalogHost.ProblemAsync(await PutAsync(shop, CatalogHost.Define("A", unit: SaleUnit.Weight) with { Batches = [Daily(1)] }), HttpStatusCode.UnprocessableEntity, "batches-by-weight");
        await CatalogHost.ProblemAsync(await PutAsync(shop, CatalogHost.Define("A") with { Batches = [.. Enumerable.Range(0, 21).Select(hour => Daily(1) with { At = $"{hour:00}:00", OrderUntil = "00:00" })] }), HttpStatusCode.UnprocessableEntity, "batches-invalid");
    }

    [Theory]
    [InlineData("samedi", 5, "batch-at-invalid")]
    [InlineData("2026-12-12T06:00:00Z", -1, "batch-quantity-invalid")]
    [InlineData("2026-12-12T06:00:00Z", 10001, "batch-quantity-invalid")]
    public async Task A_day_s_quantity_that_cannot_be_is_refused(string at, long quantity, string code)
    {
        var shop = await catalog.ShopAsync();
        await CatalogHost.ProblemAsync(await catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/batches/{Guid.NewGuid()}/{at}", new BatchQuantity(quantity), Token), HttpStatusCode.UnprocessableEntity, code);
    }

    // By a clock of our own, without a database.

    [Fact]
    public void Orders_end_to_the_second()
    {
        var saturday = At(2026, 12, 12, 8, 0);
        var end = At(2026, 12, 11, 18, 0);
        Chosen(end.AddSeconds(-1), saturday, Daily(40)).ShouldBe(At(2026, 12, 12, 7, 0));
        Chosen(end, saturday, Daily(40)).ShouldBeNull();
        Chosen(end.AddHours(-3), At(2026, 12, 12, 7, 0), Daily(40)).ShouldBe(At(2026, 12, 12, 7, 0), "from its time on");
        Chosen(end.AddHours(-3), At(2026, 12, 12, 7, 0).AddSeconds(-1), Daily(40)).ShouldBeNull();
        Chosen(At(2026, 12, 11, 23, 0), At(2026, 12, 13, 0, 30), Daily(40)).ShouldBeNull("nobody keeps yesterday's");

        var board = new BatchBoard(BatchPlan.Read(Json(Daily(40) with { Days = [6] }))!, new Dictionary<DateTimeOffset, BatchLevel>(), 1);
        board.ChangesAt(end.AddSeconds(-1)).ShouldBe(end);
        board.Open(end.AddSeconds(-1)).First().At.ShouldBe(At(2026, 12, 12, 7, 0));
        board.Open(end).First().At.ShouldBe(At(2026, 12, 19, 7, 0));
        board.ChangesAt(end).ShouldBe(At(2026, 12, 12, 0, 0), "a day more comes into sight");
    }

    [Fact]
    public void Both_nights_of_the_clock_make_each_batch_once()
    {
        // 28 March 2027: from 2:00 to 3:00 there is nothing. 31 October 2027: from 2:00 to 3:00 there is everything twice.
        var night = new WeeklyBatch([7], "02:30", 10, 0, "02:15");
        var (spring, autumn) = (new DateTimeOffset(2027, 3, 28, 1, 30, 0, TimeSpan.Zero), new DateTimeOffset(2027, 10, 31, 0, 30, 0, TimeSpan.Zero));
        Chosen(spring.AddHours(-3), spring.AddHours(4), night).ShouldBe(spring, "after the gap");
        Chosen(autumn.AddHours(-3), autumn.AddHours(4), night).ShouldBe(autumn, "at the first of the two");
        Chosen(autumn.AddMinutes(-15), autumn.AddHours(4), night).ShouldBeNull("orders end once too");
        BatchPlan.Read(Json(night, night with { At = "03:30" }))!.On(new(2027, 3, 28)).Count().ShouldBe(1);

        // A Saturday's evening and a Sunday's morning are an hour nearer, or farther, than on other days.
        Chosen(new DateTimeOffset(2027, 3, 27, 16, 59, 59, TimeSpan.Zero), At(2027, 3, 28, 8, 0), Daily(40)).ShouldBe(new DateTimeOffset(2027, 3, 28, 5, 0, 0, TimeSpan.Zero));
        Chosen(new DateTimeOffset(2027, 10, 30, 16, 0, 0, TimeSpan.Zero), At(2027, 10, 31, 8, 0), Daily(40)).ShouldBeNull();
        Chosen(new DateTimeOffset(2027, 10, 30, 15, 59, 59, TimeSpan.Zero), At(2027, 10, 31, 8, 0), Daily(40)).ShouldBe(new DateTimeOffset(2027, 10, 31, 6, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public void What_was_read_of_the_batches_later_counts_whichever_level_it_came_with()
    {
        var plan = BatchPlan.Read(Json(Daily(40)))!;
        var now = At(2026, 12, 10, 12, 0);
        BatchBoard Board(long taken, long version) => new(plan, new Dictionary<DateTimeOffset, BatchLevel> { [At(2026, 12, 12, 7, 0)] = new(40, taken, false) }, version);
        Board(1, 5).With(Board(2, 6)).Open(now).Single(b => b.At == At(2026, 12, 12, 7, 0)).Left.ShouldBe(38);
        Board(2, 6).With(Board(1, 5)).Open(now).Single(b => b.At == At(2026, 12, 12, 7, 0)).Left.ShouldBe(38);
    }

    private static DateTimeOffset? Chosen(DateTimeOffset now, DateTimeOffset pickup, params WeeklyBatch[] plan)
    {
        var (shop, offer) = (ShopId.New(), OfferId.New());
        var item = new StockItem(new StockItem.Sold(offer, shop, "A", null, "Pain", "pains", SaleUnit.Piece, 500, 5.5m, false, false, true), new Level(0, 0, 1, StockSource.Hand, now)) { Plan = BatchPlan.Read(Json(plan)) };
        var book = new StockBook(now, _ => true);
        book.Add(item);
        foreach (var batch in item.ReadyBy(pickup))
        {
            book.Add(new BatchItem(offer, batch.At, default, true));
        }

        var order = new ReserveStock(OrderId.New(), now.AddMinutes(15), [new(shop, [new(offer, 1, null)], pickup)]);
        book.Apply(new StockCommand.Reserve(order));
        return book.Find(order.OrderId)!.Lines.SingleOrDefault()?.BatchAt;
    }

    private static string Json(params WeeklyBatch[] plan) => JsonSerializer.Serialize(plan, JsonSerializerOptions.Web);

    private static WeeklyBatch Daily(long quantity) => new([1, 2, 3, 4, 5, 6, 7], "07:00", quantity, 1, "18:00");

    private static DateTimeOffset At(int year, int month, int day, int hour, int minute)
    {
        var local = new DateTime(year, month, day, hour, minute, 0, DateTimeKind.Unspecified);
        return new DateTimeOffset(local, Paris.GetUtcOffset(local)).ToUniversalTime();
    }

    /// <summary>In so many days, by the town's clock.</summary>
    private static DateTimeOffset On(int days, int hour) => TimeZoneInfo.ConvertTime(DateTimeOffset.UtcNow, Paris).Date.AddDays(days) is var date ? At(date.Year, date.Month, date.Day, hour, 0) : default;

    private static int Weekday(int days) => (((int)TimeZoneInfo.ConvertTime(DateTimeOffset.UtcNow, Paris).DayOfWeek + days + 6) % 7) + 1;

    private async Task<OfferId> BreadAsync(ShopEntry shop, params WeeklyBatch[] plan) =>
        await catalog.OfferAsync(shop, CatalogHost.Define("B" + Guid.NewGuid().ToString("N")[..8], 3) with { Batches = plan });

    private async Task PlanAsync(ShopEntry shop, OfferId bread, params WeeklyBatch[] plan) =>
        await catalog.OfferAsync(shop, CatalogHost.Define(await catalog.ScalarAsync<string>("select sku from offers where offer_id = $1", bread.Value), null) with { Batches = plan });

    private Task<HttpResponseMessage> PutAsync(ShopEntry shop, OfferDefinition offer) => catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers/{offer.Sku}", offer, Token);

    private Task<HttpResponseMessage> SetAsync(ShopEntry shop, OfferId offer, DateTimeOffset at, long? quantity) =>
        catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/batches/{offer}/{at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}", new BatchQuantity(quantity), Token);

    private static ReserveStock Want(DateTimeOffset? pickup, params (ShopEntry Shop, OfferId Offer, long Quantity)[] lines)
    {
        var order = CatalogHost.Reserve(lines);
        return order with { Shops = [.. order.Shops.Select(s => s with { PickupAt = pickup })] };
    }

    private async Task RefusedAsync(string reason, long available, DateTimeOffset? pickup, params (ShopEntry Shop, OfferId Offer, long Quantity)[] lines) =>
        (await catalog.AskAsync(Want(pickup, lines))).ShouldBeOfType<StockRefused>().Lines.Single().ShouldSatisfyAllConditions(l => l.Reason.ShouldBe(reason), l => l.Available.ShouldBe(available));

    private async Task<(long Capacity, long Taken)> TakenAsync(OfferId offer, DateTimeOffset at)
    {
        await using var command = catalog.Database.CreateCommand("select capacity, taken from offer_batches where offer_id = $1 and batch_at = $2");
        command.Parameters.Add(new() { Value = offer.Value });
        command.Parameters.Add(new() { Value = at });
        await using var reader = await command.ExecuteReaderAsync(Token);
        return await reader.ReadAsync(Token) ? (reader.GetInt64(0), reader.GetInt64(1)) : default;
    }

    private async Task<ShopBatch> ListedAsync(ShopEntry shop, DateTimeOffset at) =>
        (await catalog.Operator.GetFromJsonAsync<ShopBatchList>($"/api/v1/shops/{shop.Slug}/batches", JsonSerializerOptions.Web, Token))!.Items.Single(b => b.At == at);

    private Task ShownAsync(OfferId offer, Func<Offer, bool> so) => CatalogHost.EventuallyAsync(
        async () => so((await catalog.Anonymous.GetFromJsonAsync<Offer>($"/api/v1/offers/{offer}", JsonSerializerOptions.Web, Token))!), "the offer shows it");
}
