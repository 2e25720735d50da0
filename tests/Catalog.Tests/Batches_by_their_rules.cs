using System.Net;
using System.Net.Http.Json;
using Marketplace.Catalog.Batches;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Npgsql;

namespace Marketplace.Catalog.Tests;

/// <summary>What a plan may say, which batch an order gets by the clock, and what the tables themselves refuse.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Batches_by_their_rules(CatalogHost catalog) : InBatches(catalog)
{
    [Fact]
    public async Task The_table_itself_sells_no_41st()
    {
        var shop = await Catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(40));
        await Catalog.AskAsync(Want(On(3, 9), (shop, bread, 40)));
        (await Should.ThrowAsync<PostgresException>(() => Catalog.ScalarAsync<long>("update offer_batches set taken = taken + 1 where offer_id = $1 returning taken", bread.Value)))
            .ConstraintName.ShouldBe("offer_batches_never_oversold");
        (await Should.ThrowAsync<PostgresException>(() => Catalog.ScalarAsync<long>("update offers set unit = 'weight' where offer_id = $1 returning version", bread.Value)))
            .ConstraintName.ShouldBe("offers_batches_by_piece");
    }

    [Fact]
    public async Task A_plan_comes_back_as_it_was_said_and_who_says_nothing_of_it_leaves_it()
    {
        var shop = await Catalog.ShopAsync();
        var desk = new ImportDesk(Catalog, shop);
        WeeklyBatch[] said = [Daily(40) with { Days = [6, 2] }, Daily(12) with { At = "11:30", OrderDaysBefore = 0, OrderUntil = "09:00" }];
        await Catalog.OfferAsync(shop, CatalogHost.Define("A", 3) with { Batches = said });
        await SheetAsync(2);
        var sheet = await desk.DefinitionAsync("A");
        sheet.Batches![0].Days.ShouldBe([2, 6]);
        var version = await VersionAsync();
        await Catalog.OfferAsync(shop, sheet);
        (await VersionAsync()).ShouldBe(version, "sent back, nothing changes");
        await Catalog.OfferAsync(shop, CatalogHost.Define("A", 3, 450));
        await SheetAsync(2);
        await desk.TakeAsync(await desk.SendAsync(await desk.DownloadAsync("export.csv")));
        await SheetAsync(2);
        await CatalogHost.ProblemAsync(await PutAsync(shop, CatalogHost.Define("A", 3000, 450, unit: SaleUnit.Weight)), HttpStatusCode.Conflict, "unit-change-refused");
        await Catalog.OfferAsync(shop, CatalogHost.Define("A", null, 450) with { Batches = [] });
        await SheetAsync(0);
        (await PutAsync(shop, CatalogHost.Define("A", 3000, 450, unit: SaleUnit.Weight))).EnsureSuccessStatusCode();

        async Task SheetAsync(int batches) => ((await desk.DefinitionAsync("A")).Batches?.Count ?? 0).ShouldBe(batches);
        Task<long> VersionAsync() => Catalog.ScalarAsync<long>("select version from offers where shop_id = $1 and sku = 'A'", shop.Id.Value);
    }

    [Fact]
    public async Task A_unit_does_not_change_while_somebody_has_places()
    {
        var shop = await Catalog.ShopAsync();
        var id = await Catalog.OfferAsync(shop, CatalogHost.Define("A", 0) with { Batches = [Daily(4)] });
        var order = Want(On(3, 9), (shop, id, 1));
        await Catalog.DoAsync(new StockCommand.Reserve(order));
        await Catalog.OfferAsync(shop, CatalogHost.Define("A", null) with { Batches = [] });
        await CatalogHost.ProblemAsync(await PutAsync(shop, CatalogHost.Define("A", 3000, unit: SaleUnit.Weight)), HttpStatusCode.Conflict, "unit-change-refused");
        await Catalog.DoAsync(new StockCommand.Release(order.OrderId, null, null));
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
        var shop = await Catalog.ShopAsync();
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
        var shop = await Catalog.ShopAsync();
        await CatalogHost.ProblemAsync(await Catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/batches/{Guid.NewGuid()}/{at}", new BatchQuantity(quantity), Token), HttpStatusCode.UnprocessableEntity, code);
    }

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
}
