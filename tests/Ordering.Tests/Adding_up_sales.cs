using System.Globalization;
using System.Net;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.EventStore.Postgres;
using Marketplace.Ordering.Sales;
using Marketplace.ServiceDefaults.Shops;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using static Marketplace.Ordering.Tests.OrderingHost;

namespace Marketplace.Ordering.Tests;

/// <summary>A shop's figures are what was handed over, no more and no less, on the day it was.</summary>
public sealed class Adding_up_sales(OrderingHost host) : IClassFixture<OrderingHost>
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(40);
    private static readonly DateTimeZone Paris = DateTimeZoneProviders.Tzdb["Europe/Paris"];

    private DateOnly Today => Instant.FromDateTimeOffset(host.Clock.GetUtcNow()).InZone(Paris).Date.ToDateOnly();

    [Fact]
    public async Task What_was_handed_over_counts_with_what_was_paid_and_nothing_else()
    {
        var (shop, other) = (await host.ShopAsync(), await host.ShopAsync());
        var (bread, brioche) = (OfferId.New(), OfferId.New());
        await CollectAsync(shop, (shop, bread, 3), (other, OfferId.New(), 1));
        await CollectAsync(shop, (shop, bread, 1), (shop, brioche, 2));
        var declined = await PlaceAsync(host.Anonymous, host.Basket((shop, brioche, 9)));
        await ActAsync(host.Member(shop), shop, declined.OrderId, "decline", new Decline("closed", null));
        var open = await PlaceAsync(host.Anonymous, host.Basket((shop, brioche, 4)));

        var figures = await FiguresAsync(shop, f => f.Today.Orders == 2);
        figures.Today.ShouldBe(new SalesSum(2, 6 * 450));
        figures.ToCome.ShouldBe(new SalesSum(1, 4 * 450), open.Reference);
        figures.Best.Select(b => (b.OfferId, b.Quantity, b.Cents, b.Orders)).ShouldBe([(bread, 4, 4 * 450, 2), (brioche, 2, 2 * 450, 1)]);
        figures.Weeks[0].Whole.ShouldBe(figures.Today);
        figures.Weeks[0].SoFar.ShouldBe(figures.Today);
        figures.Weeks.Select(w => (w.Days.Count, w.Days[0].Date, w.Monday.DayOfWeek)).ShouldBe(figures.Weeks.Select(w => (7, w.Monday, DayOfWeek.Monday)));
        (figures.Weeks[0].Monday.AddDays(-7), figures.Weeks[0].Monday.AddDays(-364)).ShouldBe((figures.Weeks[1].Monday, figures.Weeks[2].Monday));
        (figures.Days.Count, figures.Days[^1]).ShouldBe((30, new SalesDay(Today, 2, 6 * 450)));
        figures.Baskets.ShouldBe(2);
        figures.Together.ShouldBeEmpty("the other shop has not handed its part over");
        figures.Origins.ShouldBe([new SalesOrigin(Town, false, 2, 6 * 450)]);
    }

    [Fact]
    public async Task Shops_share_a_basket_once_both_parts_are_handed_over()
    {
        var (shop, other) = (await host.ShopAsync(), await host.ShopAsync());
        var order = await CollectAsync(shop, (shop, OfferId.New(), 1), (other, OfferId.New(), 1));
        await HandOverAsync(other, order);
        (await FiguresAsync(shop, f => f.Together.Count == 1)).Together.ShouldBe([new SharedBasket(other.Slug, other.Name, 1)]);
        (await FiguresAsync(other, f => f.Together.Count == 1)).Together.ShouldBe([new SharedBasket(shop.Slug, shop.Name, 1)]);
    }

    [Fact]
    public async Task What_was_refused_for_want_of_goods_is_missed_and_what_was_refused_otherwise_is_not()
    {
        var shop = await host.ShopAsync();
        var (brioche, comte, gone) = (OfferId.New(), OfferId.New(), OfferId.New());
        var answer = host.Others.Stock;
        host.Others.Stock = asked => asked.Shops[0].ShopId != shop.Id ? answer(asked) : new StockRefused(asked.OrderId,
        [
            new(shop.Id, brioche, "out-of-stock", "Brioche", 5, 2, 450, SaleUnit.Piece), new(shop.Id, comte, "out-of-stock", "Comté", 500, 300, 2400, SaleUnit.Weight),
            new(shop.Id, gone, "not-for-sale", "Tarte", 1, 0, 900, SaleUnit.Piece),
        ]);
        for (var i = 0; i < 2; i++)
        {
            using var refused = await PostAsync(host.Anonymous, host.Basket((shop, brioche, 5)));
            refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        }

        // More than anybody can put into a basket is no demand.
        host.Others.Stock = asked => asked.Shops[0].ShopId != shop.Id ? answer(asked) : new StockRefused(asked.OrderId, [new(shop.Id, brioche, "out-of-stock", "Brioche", 9_999, 2, 450, SaleUnit.Piece)]);
        using (var program = await PostAsync(host.Anonymous, host.Basket((shop, brioche, 9_999))))
        {
            program.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        }

        host.Others.Stock = answer;
        var figures = await FiguresAsync(shop, f => f.Missed.Sum(m => m.Times) == 4);
        figures.Missed.ShouldBe([new MissedSale(brioche, "Brioche", SaleUnit.Piece, 2, 6, 2700), new MissedSale(comte, "Comté", SaleUnit.Weight, 2, 400, 960)]);
        figures.MissedCents.ShouldBe(3660);
        figures.Today.ShouldBe(new SalesSum(0, 0));
    }

    [Fact]
    public async Task What_a_shop_did_not_find_is_missed_whole_or_line_by_line_and_what_it_declines_otherwise_is_not()
    {
        var shop = await host.ShopAsync();
        var (bread, tart, comte, flan) = (OfferId.New(), OfferId.New(), OfferId.New(), OfferId.New());
        var some = await PlaceAsync(host.Anonymous, host.Basket((shop, bread, 3), (shop, tart, 1)));
        await ActAsync(host.Member(shop), shop, some.OrderId, "decline", new Decline("shortage", [tart]));
        var all = await PlaceAsync(host.Anonymous, host.Basket((shop, tart, 2), (shop, comte, 1)));
        await ActAsync(host.Member(shop), shop, all.OrderId, "decline", new Decline("shortage", null));
        var spoiled = await PlaceAsync(host.Anonymous, host.Basket((shop, flan, 2)));
        await ActAsync(host.Member(shop), shop, spoiled.OrderId, "decline", new Decline("quality", null));
        var figures = await FiguresAsync(shop, f => f.Missed.Sum(m => m.Times) == 3);
        figures.Missed.Select(m => (m.OfferId, m.Times, m.Quantity, m.Cents)).ShouldBe([(tart, 2, 3, 1350), (comte, 1, 1, 450)]);
        figures.MissedCents.ShouldBe(1800);
    }

    // So far: up to the same moment of that week, not the whole of it.
    [Fact]
    public async Task The_weeks_beside_this_one_are_told_so_far_too()
    {
        var shop = await host.ShopAsync();
        var now = host.Clock.GetUtcNow();
        foreach (var back in (int[])[7, 364])
        {
            await SoldAsync(shop, Back(now, back).AddMinutes(-1), 1_000 + back);
            await SoldAsync(shop, Back(now, back).AddMinutes(2), 5_000);
        }

        var weeks = (await FiguresAsync(shop, f => f.Weeks[1].Whole.Orders > 0)).Weeks;
        weeks.Skip(1).Select(w => w.SoFar).ShouldBe([new SalesSum(1, 1_007), new SalesSum(1, 1_364)]);
        weeks.Skip(1).Select(w => w.Whole.Orders).ShouldAllBe(n => n >= 1);
    }

    private static DateTimeOffset Back(DateTimeOffset now, int days) =>
        Instant.FromDateTimeOffset(now).InZone(Paris).LocalDateTime.PlusDays(-days).InZoneLeniently(Paris).ToInstant().ToDateTimeOffset();

    // Read again from the start, by two processes at once, it is the same rows.
    [Fact]
    public async Task Reading_the_log_again_changes_nothing_and_from_nothing_writes_the_same()
    {
        var shop = await host.ShopAsync();
        await CollectAsync(shop, (shop, OfferId.New(), 3));
        await CollectAsync(shop, (shop, OfferId.New(), 2));
        var before = Text(await FiguresAsync(shop, f => f.Today.Orders == 2));
        var ledger = host.App.Services.GetRequiredService<IEnumerable<IDueWorkHandler>>().OfType<SalesLedger>().Single();
        foreach (var tables in (string[])["log_cursors where name = 'sales'", "log_cursors where name = 'sales'; delete from sales; delete from sale_lines; delete from missed_sales"])
        {
            await using (var forget = host.Database.CreateCommand("delete from " + tables))
            {
                await forget.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            }

            await Task.WhenAll(Enumerable.Range(0, 2).Select(async _ =>
            {
                while (await ledger.TakeAsync(TestContext.Current.CancellationToken))
                {
                }
            }));
            Text(await FiguresAsync(shop, f => f.Today.Orders == 2)).ShouldBe(before, tables);
        }
    }

    // The nights on which the clocks change, a year ago today, and the edges of days: counted against a sum of our own.
    [Fact]
    public async Task A_day_is_a_day_of_Paris_also_when_the_clocks_change()
    {
        var shop = await host.ShopAsync();
        var random = new Random(7);
        var sold = new List<(DateTimeOffset At, long Cents)>();
        foreach (var hour in (string[])["2026-03-28T22:30Z", "2026-03-28T23:30Z", "2026-03-29T00:30Z", "2026-03-29T01:30Z", "2026-03-29T21:59Z", "2026-03-29T22:00Z",
            "2025-10-25T21:59Z", "2025-10-25T22:00Z", "2025-10-26T00:30Z", "2025-10-26T01:30Z", "2025-10-26T22:59Z", "2025-10-26T23:00Z"])
        {
            sold.Add((DateTimeOffset.Parse(hour, CultureInfo.InvariantCulture), random.Next(1, 9_999)));
        }

        foreach (var (at, cents) in sold)
        {
            await SoldAsync(shop, at, cents);
        }

        foreach (var (from, to) in ((string, string)[])[("2026-03-28", "2026-03-30"), ("2026-03-29", "2026-03-29"), ("2025-10-25", "2025-10-26"), ("2025-10-26", "2025-10-27"), ("2025-01-01", "2026-12-31")])
        {
            var days = await ReadAsync<List<SalesDay>>(await host.Member(shop, "read-only").GetAsync($"/api/v1/shops/{shop.Slug}/figures/days?from={from}&to={to}", TestContext.Current.CancellationToken));
            var expected = sold.GroupBy(s => Instant.FromDateTimeOffset(s.At).InZone(Paris).Date.ToDateOnly()).Where(d => d.Key >= Date(from) && d.Key <= Date(to))
                .Select(d => new SalesDay(d.Key, d.Count(), d.Sum(s => s.Cents))).OrderBy(d => d.Date).ToList();
            days.ShouldBe(expected, customMessage: $"{from} to {to}");
        }
    }

    [Theory]
    [InlineData("from=2026-02-01&to=2026-01-01", 422, "days-invalid"), InlineData("from=2020-01-01&to=2026-01-01", 422, "days-invalid")]
    [InlineData("from=9999-12-01&to=9999-12-31", 422, "days-invalid"), InlineData("from=0001-01-01&to=0001-01-02", 422, "days-invalid")]
    [InlineData("from=hier&to=2026-01-01", 400, null), InlineData("", 400, null)]
    public async Task Days_that_are_none_are_refused(string query, int status, string? code)
    {
        var shop = await host.ShopAsync();
        using var answer = await host.Member(shop).GetAsync($"/api/v1/shops/{shop.Slug}/figures/days?{query}", TestContext.Current.CancellationToken);
        var problem = await ProblemAsync(answer);
        problem.Status.ShouldBe(status);
        (code is null || problem.Code == code).ShouldBeTrue(problem.Code);
    }

    private async Task SoldAsync(ShopEntry shop, DateTimeOffset at, long cents)
    {
        await using var row = host.Database.CreateCommand("insert into sales (shop_id, order_id, at, town, shared, total_cents) values ($1, $2, $3, 'oullins', false, $4)");
        foreach (var value in (object[])[shop.Id.Value, Guid.NewGuid(), at.ToUniversalTime(), cents])
        {
            row.Parameters.Add(new() { Value = value });
        }

        await row.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static DateOnly Date(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Text(ShopFigures figures) => JsonSerializer.Serialize(figures, JsonSerializerOptions.Web);

    private async Task<ShopFigures> FiguresAsync(ShopEntry shop, Func<ShopFigures, bool> like)
    {
        ShopFigures? read = null;
        await Eventually.BecomesAsync(async () => like(read = await ReadAsync<ShopFigures>(await host.Member(shop, "read-only").GetAsync($"/api/v1/shops/{shop.Slug}/figures"))), Long);
        return read!;
    }

    private async Task<OrderView> CollectAsync(ShopEntry shop, params (ShopEntry, OfferId, long)[] lines)
    {
        var order = await PlaceAsync(host.Anonymous, host.Basket(lines));
        await HandOverAsync(shop, order);
        return order;
    }

    private async Task HandOverAsync(ShopEntry shop, OrderView order)
    {
        var staff = host.Member(shop);
        await ActAsync(staff, shop, order.OrderId, "ready");
        await ActAsync(staff, shop, order.OrderId, "handover", new HandOver(order.PickupCode!));
    }
}
