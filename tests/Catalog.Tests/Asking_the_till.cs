using System.Net;
using System.Net.Http.Json;
using Marketplace.Catalog.StockFeeds;
using Marketplace.Contracts;
using Marketplace.EventStore.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Line = Marketplace.Catalog.Tests.FakeTill.Line;

namespace Marketplace.Catalog.Tests;

/// <summary>A shop's software is asked for its stock, and answers as software does.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Asking_the_till(CatalogHost catalog, Servers servers) : BesideATill(catalog)
{
    [Fact]
    public async Task Every_page_is_read_until_one_is_empty_also_when_the_pages_are_smaller_than_asked_for()
    {
        var (shop, offers) = await ShopAsync(5);
        await using var till = await FakeTill.StartAsync([.. Eans.Select((e, i) => new Line(e, i + 10))]);
        till.MostLines = 2;

        var run = await ReadAsync(shop, till);

        (run.Status, run.Whole, run.Pages, run.Read, run.Changed, run.Skipped, run.Unknown).ShouldBe(("done", true, 3, 5, 5, 0, 0));
        for (var i = 0; i < offers.Length; i++)
        {
            (await Catalog.StockAsync(offers[i])).ShouldBe((i + 10, 0));
        }

        till.Cursors.ShouldBe([null, Eans[1], Eans[3], Eans[4]]);
        till.Asked.ShouldAllBe(a => a.Path == "/api/stocks/" + FakeTill.Siret && a.Limit == 1000 && a.Authorization == "Basic bW9pOnNlY3JldA==" && a.Since == null);
        (await MovementsAsync(shop, "L0"))[0].ShouldSatisfyAllConditions(m => m.Source.ShouldBe("feed"), m => m.Kind.ShouldBe("feed"), m => m.Counted.ShouldBeTrue());
        await Catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task Lines_that_say_nothing_are_skipped_and_shown_and_what_the_shop_does_not_offer_is_counted()
    {
        var (shop, offers) = await ShopAsync(3);
        await Catalog.OfferAsync(shop, CatalogHost.Define("POIDS", 300, unit: SaleUnit.Weight));
        await using var till = await FakeTill.StartAsync(new(null, 3), new(Eans[0], null), new(Eans[1], -2), new(Eans[2], "beaucoup"), new(Eans[0], 1, ValidUntil: "demain"), new("POIDS", 3), new("9791234567896", 4),
            new("inconnu", 1), new(Eans[2], 8));

        var run = await ReadAsync(shop, till);

        (run.Status, run.Read, run.Changed, run.Skipped, run.Unknown).ShouldBe(("done", 9, 1, 6, 2));
        run.Lines.Select(l => (l.Ref, l.Reason)).ShouldBe([(null, "ref-missing"), (Eans[0], "available-missing"), (Eans[1], "available-negative"), (Eans[2], "available-unreadable"), (Eans[0], "valid-until-unreadable"),
            ("POIDS", "by-weight")]);
        run.Lines.ShouldAllBe(l => l.Detail!.Length > 10);
        ((await Catalog.StockAsync(offers[0])).OnHand, (await Catalog.StockAsync(offers[1])).OnHand, (await Catalog.StockAsync(offers[2])).OnHand).ShouldBe((5, 5, 8));
    }

    [Fact]
    public async Task A_line_that_cannot_be_read_leaves_its_figure_and_is_no_absent_one()
    {
        var (shop, offers) = await ShopAsync(4);
        await using var till = await FakeTill.StartAsync([.. Eans.Take(4).Select((e, i) => new Line(e, i + 10))]);
        await ReadAsync(shop, till);
        // An update of the till, that evening.
        till.Stock = [new("978-2-07-036423-7", "3,0"), new("L1", 4, ValidUntil: "demain"), new(Eans[3], 2)];

        var run = await AgainAsync(shop, "?whole=true");

        (run.Whole, run.Status, run.Skipped).ShouldBe((true, "done", 2));
        (await Task.WhenAll(offers.Select(Catalog.StockAsync))).Select(s => s.OnHand).ShouldBe([10L, 11, 0, 2]);

        till.Stock = [new("L1", 4, ValidUntil: "demain"), new(Eans[3], 2)];
        await AgainAsync(shop, "?whole=true");
        (await Task.WhenAll(offers.Select(Catalog.StockAsync))).Select(s => s.OnHand).ShouldBe([0L, 11, 0, 2], "that one has gone now");
    }

    [Fact]
    public async Task The_same_reference_at_two_prices_is_added_up_and_told_twice_it_is_the_later()
    {
        var (shop, offers) = await ShopAsync(2);
        await using var till = await FakeTill.StartAsync(new(Eans[0], 3, 22.99m), new(Eans[0], 2, 15m), new(Eans[1], 9, 10m), new(Eans[1], 4, 10m));
        await ReadAsync(shop, till);
        ((await Catalog.StockAsync(offers[0])).OnHand, (await Catalog.StockAsync(offers[1])).OnHand).ShouldBe((5, 4));
    }

    [Fact]
    public async Task A_figure_is_good_until_its_time_and_not_longer()
    {
        var (shop, offers) = await ShopAsync(2);
        await using var till = await FakeTill.StartAsync(new(Eans[0], 7, ValidUntil: "2018-08-23T18:25:43.511Z"), new(Eans[1], 7, ValidUntil: DateTimeOffset.UtcNow.AddSeconds(4).ToString("O")));
        await ReadAsync(shop, till);
        ((await Catalog.StockAsync(offers[0])).OnHand, (await Catalog.StockAsync(offers[1])).OnHand).ShouldBe((0, 7));
        await CatalogHost.EventuallyAsync(async () => (await Catalog.StockAsync(offers[1])).OnHand == 0, "its time is over");
        (await MovementsAsync(shop, "L1"))[0].Note.ShouldBe("date de validité passée");
        till.Asked.Count.ShouldBe(2, "nobody was asked for that");
    }

    [Fact]
    public async Task Afterwards_only_what_changed_is_asked_for_from_the_start_of_the_run_before_by_the_tills_own_clock()
    {
        var (shop, offers) = await ShopAsync(1);
        await using var till = await FakeTill.StartAsync(new Line(Eans[0], 3));
        till.Skew = TimeSpan.FromHours(-2);
        var first = await ReadAsync(shop, till);
        // Sold while the first run was being read, stamped by a clock that is two hours late.
        till.Stock = [new(Eans[0], 1, Changed: first.StartedAt + till.Skew)];

        var run = await AgainAsync(shop);

        (run.Whole, run.Changed).ShouldBe((false, 1));
        (await Catalog.StockAsync(offers[0])).OnHand.ShouldBe(1);
        var since = DateTimeOffset.Parse(till.Asked.Last().Since!, System.Globalization.CultureInfo.InvariantCulture);
        (first.StartedAt + till.Skew - since).ShouldBeInRange(TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(7));
    }

    [Theory]
    [InlineData(0, "2026-11-26T10:00:00Z", "2026-11-26T09:54:00Z")]
    [InlineData(3600, "2026-11-26T11:00:00Z", "2026-11-26T09:54:00Z")]
    [InlineData(-3600, "2026-11-26T09:00:00Z", "2026-11-26T08:54:00Z")]
    [InlineData(0, null, "2026-11-26T08:59:00Z")]
    public void From_when_the_next_run_asks(int _, string? serverTime, string expected) =>
        StockFeedTimes.NextSince(At("2026-11-26T09:59:00Z"), serverTime is null ? null : At(serverTime), At("2026-11-26T10:00:00Z")).ShouldBe(At(expected));

    [Fact]
    public void All_is_read_once_a_night()
    {
        var shop = new Guid("00000000-0000-0000-0000-00000000000a"); // ten minutes past three, in Paris
        StockFeedTimes.IsWholeDue(shop, null, At("2026-11-26T12:00:00Z")).ShouldBeTrue();
        StockFeedTimes.IsWholeDue(shop, At("2026-11-26T02:20:00Z"), At("2026-11-26T12:00:00Z")).ShouldBeFalse();
        StockFeedTimes.IsWholeDue(shop, At("2026-11-26T02:00:00Z"), At("2026-11-26T12:00:00Z")).ShouldBeTrue();
        StockFeedTimes.IsWholeDue(shop, At("2026-11-25T12:00:00Z"), At("2026-11-26T02:00:00Z")).ShouldBeFalse();
    }

    [Fact]
    public async Task More_lines_than_were_asked_for_are_taken_in_parts_and_hold_up_nobody()
    {
        var (shop, offers) = await ShopAsync(2);
        await using var till = await FakeTill.StartAsync([new(Eans[0], 3), .. Enumerable.Range(0, 1100).Select(i => new Line("x" + i, 1)), new(Eans[1], 4)]);
        till.Instead = async (context, question) =>
        {
            await till.SayAsync(context, question.After is null ? till.Stock : []);
            return true;
        };
        await using (var session = await Catalog.Database.OpenConnectionAsync(Token))
        await using (var transaction = await session.BeginTransactionAsync(Token))
        {
            await using var held = new NpgsqlCommand("select from stock where offer_id = $1 for update", session, transaction) { Parameters = { new() { Value = offers[1].Value } } };
            await held.ExecuteNonQueryAsync(Token);
            await PutAsync(shop, Definition(till));
            await CatalogHost.EventuallyAsync(async () => (await Catalog.StockAsync(offers[0])).OnHand == 3, "the first part is taken, though the last one cannot be yet");
            (await RunsAsync(shop))[0].Pages.ShouldBe(0, "how far it has come is told with the last part");
        }

        var run = await EndedAsync(shop);
        (run.Status, run.Pages, run.Read, run.Changed, run.Unknown).ShouldBe(("done", 1, 1102, 2, 1100));
        (await Catalog.StockAsync(offers[1])).OnHand.ShouldBe(4);
    }

    [Fact]
    public void Only_a_page_that_was_taken_elsewhere_is_left_without_a_word()
    {
        StockFeedTables.IsOvertaken(Failure(PostgresErrorCodes.DivisionByZero, null)).ShouldBeTrue();
        StockFeedTables.IsOvertaken(Failure(PostgresErrorCodes.UniqueViolation, "stock_feed_cursors")).ShouldBeTrue();
        StockFeedTables.IsOvertaken(Failure(PostgresErrorCodes.UniqueViolation, "stock_feed_skips")).ShouldBeFalse();

        static PostgresException Failure(string state, string? table) => new("failed", "ERROR", "ERROR", state, tableName: table);
    }

    [Fact]
    public async Task A_time_that_a_newer_page_told_stands_when_an_older_one_is_over()
    {
        var (shop, now) = (await Catalog.ShopAsync(), DateTimeOffset.UtcNow);
        await using var session = await Catalog.Database.OpenConnectionAsync(Token);
        await using var batch = new NpgsqlBatch(session);
        StockFeedTables.AddExpiries(batch, shop.Id, [("L0", now.AddMinutes(-1)), ("L1", now.AddHours(1))]);
        StockFeedTables.EndExpiries(batch, shop.Id, ["L0", "L1"], now);
        await batch.ExecuteNonQueryAsync(Token);
        (await Catalog.ScalarAsync<string>("select string_agg(sku, ' ') from stock_feed_expiries where shop_id = $1", shop.Id.Value)).ShouldBe("L1");
    }

    [Fact]
    public async Task An_interrupted_reading_goes_on_where_it_was()
    {
        var host = new CatalogHost(servers);
        await host.InitializeAsync();
        await using var till = await FakeTill.StartAsync([.. Eans.Select((e, i) => new Line(e, i + 10))]);
        till.MostLines = 2;
        var (at, held) = (new TaskCompletionSource(), true);
        till.Instead = async (context, question) =>
        {
            if (question.After == Eans[1] && Volatile.Read(ref held))
            {
                at.TrySetResult();
                await Task.Delay(TimeSpan.FromSeconds(2), context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return true;
            }

            return false;
        };
        var shop = await host.ShopAsync();
        var offers = await OffersAsync(host, shop, 5);
        using (var put = await host.Operator.PutAsJsonAsync(Feed(shop), Definition(till), Token))
        {
            put.StatusCode.ShouldBe(HttpStatusCode.Created, await put.Content.ReadAsStringAsync(Token));
        }

        await at.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
        await host.App.DisposeAsync(); // in the middle of the second page
        Volatile.Write(ref held, false);
        await using var next = host.Start();
        await CatalogHost.ReadyAsync(next);
        await CatalogHost.EventuallyAsync(async () => await next.Services.GetRequiredService<StockFeedDesk>().RunsAsync(shop, false, 1, Token) is [{ Status: "done" }], "the reading is done");

        var run = (await next.Services.GetRequiredService<StockFeedDesk>().RunsAsync(shop, false, 5, Token)).ShouldHaveSingleItem();
        (run.Pages, run.Read, run.Changed).ShouldBe((3, 5, 5));
        till.Cursors.Count(c => c is null).ShouldBe(1, "the first page was not read again");
        await next.DisposeAsync();
    }

    [Fact]
    public async Task Two_readers_of_one_run_take_each_page_once()
    {
        var (shop, offers) = await ShopAsync(5);
        await using var till = await FakeTill.StartAsync([.. Eans.Select((e, i) => new Line(e, i + 10))]);
        till.MostLines = 1;
        await PutAsync(shop, Definition(till));
        await using var second = Catalog.Start();
        await CatalogHost.ReadyAsync(second);
        var work = new DueWork(StockFeedWork.WorkKind, shop.Id.ToString(), DateTimeOffset.UtcNow, null, 1);
        // Nobody would: the timer is leased. But a process may be taken for dead and is not.
        await Task.WhenAll(new[] { Catalog.Services, second.Services }.Select(s => s.GetServices<IDueWorkHandler>().OfType<StockFeedWork>().Single().HandleAsync(work, Token)));

        var run = await EndedAsync(shop);
        (run.Status, run.Pages, run.Read, run.Changed).ShouldBe(("done", 5, 5, 5));
        (await Catalog.StockAsync(offers[4])).OnHand.ShouldBe(14);
        await Catalog.LedgerHoldsAsync();
    }
}
