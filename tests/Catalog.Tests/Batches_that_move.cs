using System.Net.Http.Json;
using Marketplace.Catalog.Batches;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Ordering;

namespace Marketplace.Catalog.Tests;

/// <summary>The plan of the week changes while people have ordered: nobody loses a place, and none is sold twice.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Batches_that_move(CatalogHost catalog) : InBatches(catalog)
{
    [Fact]
    public async Task A_quantity_that_is_lowered_while_fifty_order_is_never_passed()
    {
        var shop = await Catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(40));
        var asked = Enumerable.Range(0, 50).Select(_ => Catalog.AskAsync(Want(On(3, 9), (shop, bread, 1)))).ToList();
        using var lowered = await SetAsync(shop, bread, On(3, 7), 25);
        var got = (await Task.WhenAll(asked)).OfType<StockReserved>().Count();
        got.ShouldBe(lowered.IsSuccessStatusCode ? 25 : 40);
        await Catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task A_plan_that_changes_takes_nothing_from_who_ordered()
    {
        var shop = await Catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(40));
        var order = Want(On(3, 9), (shop, bread, 30));
        await Catalog.DoAsync(new StockCommand.Reserve(order));
        await PlanAsync(shop, bread, Daily(20));
        await RefusedAsync("out-of-stock", 0, On(3, 9), (shop, bread, 1));
        await PlanAsync(shop, bread, Daily(50));
        (await Catalog.AskAsync(Want(On(3, 9), (shop, bread, 20)))).ShouldBeOfType<StockReserved>();
        (await TakenAsync(bread, On(3, 7))).ShouldBe((50, 50));

        await PlanAsync(shop, bread);
        (await Catalog.AskAsync(CatalogHost.Reserve((shop, bread, 3)))).ShouldBeOfType<StockReserved>("from the shelf again");
        await Catalog.DoAsync(new StockCommand.Release(order.OrderId, null, null));
        (await TakenAsync(bread, On(3, 7))).Taken.ShouldBe(20);
        (await Catalog.StockAsync(bread)).ShouldBe((3, 3));
        await Catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task What_is_not_made_is_taken_off_what_is_planned_now()
    {
        var shop = await Catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(40));
        var (one, other) = (Want(On(3, 9), (shop, bread, 1)), Want(On(3, 9), (shop, bread, 1)));
        await Catalog.DoAsync(new StockCommand.Reserve(one));
        await Catalog.DoAsync(new StockCommand.Reserve(other));
        await PlanAsync(shop, bread, Daily(10));
        await Catalog.DoAsync(new StockCommand.Release(one.OrderId, shop.Id, null, DateTimeOffset.UtcNow, [new MissingGoods(bread, 1)]));
        (await TakenAsync(bread, On(3, 7))).ShouldBe((9, 1), "one of ten is not made");
        await RefusedAsync("out-of-stock", 8, On(3, 9), (shop, bread, 9));

        await PlanAsync(shop, bread);
        await Catalog.DoAsync(new StockCommand.Release(other.OrderId, shop.Id, null, DateTimeOffset.UtcNow, [new MissingGoods(bread, 1)]));
        (await TakenAsync(bread, On(3, 7))).ShouldBe((8, 0), "no longer planned: the number that the shop has of this day waits for its hour");
        await Catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task A_batch_that_is_made_at_another_hour_is_not_sold_once_more()
    {
        var shop = await Catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(40), Daily(5) with { At = "16:00" });
        (await Catalog.AskAsync(Want(On(3, 9), (shop, bread, 38)))).ShouldBeOfType<StockReserved>();
        await PlanAsync(shop, bread, Daily(40) with { At = "08:00" }, Daily(5) with { At = "16:00" });
        await RefusedAsync("out-of-stock", 2, On(3, 9), (shop, bread, 3));
        (await Catalog.AskAsync(Want(On(3, 9), (shop, bread, 2)))).ShouldBeOfType<StockReserved>();
        (await Catalog.AskAsync(Want(On(4, 9), (shop, bread, 40)))).ShouldBeOfType<StockReserved>("nobody ordered of another day's");
        (await TakenAsync(bread, On(3, 16))).ShouldBe(default, "that one is as it was");

        await PlanAsync(shop, bread, Daily(40), Daily(5) with { At = "16:00" });
        await RefusedAsync("out-of-stock", 0, On(3, 9), (shop, bread, 1));
        await ShownAsync(bread, o => o.Batches?.Single(b => b.At == On(3, 7)).Left == 0);
        await Catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task A_batch_that_moves_is_told_to_each_of_its_orders_once()
    {
        var shop = await Catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(40), Daily(5) with { At = "16:00" });
        var (one, two, late, gone) = (Want(On(3, 9), (shop, bread, 3)), Want(On(3, 12), (shop, bread, 1)), Want(On(3, 17), (shop, bread, 2)), Want(On(3, 9), (shop, bread, 4)));
        foreach (var order in (ReserveStock[])[one, two, late, gone])
        {
            (await Catalog.AskAsync(order)).ShouldBeOfType<StockReserved>();
        }

        await Catalog.DoAsync(new StockCommand.Release(gone.OrderId, null, null));
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

    [Fact]
    public async Task Two_hours_of_a_day_that_move_together_stay_two()
    {
        var shop = await Catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(40), Daily(5) with { At = "16:00" });
        await Catalog.AskAsync(Want(On(3, 9), (shop, bread, 38)));
        await Catalog.AskAsync(Want(On(3, 17), (shop, bread, 5)));
        await PlanAsync(shop, bread, Daily(40) with { At = "08:00" }, Daily(5) with { At = "17:00" });
        await RefusedAsync("out-of-stock", 2, On(3, 9), (shop, bread, 3));
        await RefusedAsync("out-of-stock", 2, On(3, 18), (shop, bread, 3));
        ((await TakenAsync(bread, On(3, 8))).Taken, (await TakenAsync(bread, On(3, 17))).Taken).ShouldBe((38, 5));
        await Catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task A_number_that_the_shop_said_of_one_day_moves_with_its_batch()
    {
        var shop = await Catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(40));
        (await SetAsync(shop, bread, On(3, 7), 0)).EnsureSuccessStatusCode();
        await Catalog.AskAsync(Want(On(4, 9), (shop, bread, 10)));
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
        var shop = await Catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(40));
        var (one, other) = (Want(On(3, 9), (shop, bread, 33)), Want(On(3, 9), (shop, bread, 5)));
        await Catalog.DoAsync(new StockCommand.Reserve(one));
        await Catalog.DoAsync(new StockCommand.Reserve(other));
        await PlanAsync(shop, bread, Daily(40) with { At = "08:00" });
        (await SetAsync(shop, bread, On(3, 8), null)).EnsureSuccessStatusCode();
        await RefusedAsync("out-of-stock", 2, On(3, 9), (shop, bread, 3));
        (await ListedAsync(shop, On(3, 8))).ShouldSatisfyAllConditions(b => b.Quantity.ShouldBe(40), b => b.Ordered.ShouldBe(38));

        await Catalog.DoAsync(new StockCommand.Release(other.OrderId, null, null));
        await Catalog.DoAsync(new StockCommand.Release(other.OrderId, null, null));
        await RefusedAsync("out-of-stock", 7, On(3, 9), (shop, bread, 8));
        await Catalog.DoAsync(new StockCommand.Release(one.OrderId, null, null, DateTimeOffset.UtcNow, [new MissingGoods(bread, 3)]));
        await RefusedAsync("out-of-stock", 37, On(3, 9), (shop, bread, 38));
        await Catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task A_plan_that_goes_and_comes_back_at_another_hour_sells_nothing_once_more()
    {
        var shop = await Catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(40));
        await Catalog.AskAsync(Want(On(3, 9), (shop, bread, 38)));
        await PlanAsync(shop, bread);
        await PlanAsync(shop, bread, Daily(40) with { At = "08:00" });
        await RefusedAsync("out-of-stock", 2, On(3, 9), (shop, bread, 3));
        await PlanAsync(shop, bread, Daily(40) with { At = "08:30" });
        await RefusedAsync("out-of-stock", 2, On(3, 9), (shop, bread, 3));
    }

    [Fact]
    public async Task A_plan_that_moves_while_fifty_order_sells_no_41st()
    {
        await using var second = Catalog.Start();
        await CatalogHost.ReadyAsync(second);
        var shop = await Catalog.ShopAsync();
        var (bread, lamp) = (await BreadAsync(shop, Daily(40)), await Catalog.OfferAsync(shop, 1000));
        var sku = await Catalog.ScalarAsync<string>("select sku from offers where offer_id = $1", lamp.Value);
        var asked = Enumerable.Range(0, 50).Select(_ => Catalog.AskAsync(Want(On(3, 10), (shop, bread, 1), (shop, lamp, 1)))).ToList();
        foreach (var at in (string[])["08:00", "07:00", "09:00", "08:30"])
        {
            var plan = CatalogHost.Define(await Catalog.ScalarAsync<string>("select sku from offers where offer_id = $1", bread.Value), null) with { Batches = [Daily(40) with { At = at }] };
            // The lamp with it: who writes several takes them in the order of everybody.
            using var put = await Catalog.Operator.PostAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers", (OfferDefinition[])[CatalogHost.Define(sku, null), plan], Token);
            put.EnsureSuccessStatusCode();
        }

        (await Task.WhenAll(asked)).OfType<StockReserved>().Count().ShouldBe(40);
        (await Catalog.ScalarAsync<long>("select sum(taken)::bigint from offer_batches where offer_id = $1", bread.Value)).ShouldBe(40);
        await RefusedAsync("out-of-stock", 0, On(3, 10), (shop, bread, 1));
        await Catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task What_is_given_back_while_a_plan_moves_is_given_back_where_it_is()
    {
        await using var second = Catalog.Start();
        await CatalogHost.ReadyAsync(second);
        var shop = await Catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(40));
        var orders = Enumerable.Range(0, 30).Select(_ => Want(On(3, 10), (shop, bread, 1))).ToList();
        foreach (var order in orders)
        {
            await Catalog.DoAsync(new StockCommand.Reserve(order));
        }

        var given = orders.Take(20).Select(o => Catalog.DoAsync(new StockCommand.Release(o.OrderId, null, null))).ToList();
        foreach (var at in (string[])["08:00", "07:00", "09:00", "08:30"])
        {
            await PlanAsync(shop, bread, Daily(40) with { At = at });
        }

        await Task.WhenAll(given);
        (await TakenAsync(bread, On(3, 8).AddMinutes(30))).Taken.ShouldBe(10);
        (await Catalog.ScalarAsync<long>("select sum(taken)::bigint from offer_batches where offer_id = $1", bread.Value)).ShouldBe(10);
        await RefusedAsync("out-of-stock", 30, On(3, 10), (shop, bread, 31));
        await Catalog.LedgerHoldsAsync();
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
}
