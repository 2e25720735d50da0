using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Marketplace.Catalog.Stock;
using Marketplace.Catalog.StockFeeds;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Ordering;
using Marketplace.EventStore.Postgres;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Shops;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Line = Marketplace.Catalog.Tests.FakeTill.Line;

namespace Marketplace.Catalog.Tests;

/// <summary>A shop's software is asked for its stock, and answers as software does.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Asking_the_till(CatalogHost catalog, Servers servers)
{
    private static readonly string[] Eans = ["9782070364237", "9782070360024", "9782253006329", "9782070413119", "9782253004226"];
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    private static string Feed(ShopEntry shop, string more = "") => $"/api/v1/shops/{shop.Slug}/stock-feed{more}";

    private static StockFeedDefinition Definition(FakeTill till, string reserved = "included") => new(till.Address, FakeTill.Siret, "basic", "moi:secret", reserved, 60);

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
            (await catalog.StockAsync(offers[i])).ShouldBe((i + 10, 0));
        }

        till.Cursors.ShouldBe([null, Eans[1], Eans[3], Eans[4]]);
        till.Asked.ShouldAllBe(a => a.Path == "/api/stocks/" + FakeTill.Siret && a.Limit == 1000 && a.Authorization == "Basic bW9pOnNlY3JldA==" && a.Since == null);
        (await MovementsAsync(shop, "L0"))[0].ShouldSatisfyAllConditions(m => m.Source.ShouldBe("feed"), m => m.Kind.ShouldBe("feed"), m => m.Counted.ShouldBeTrue());
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task Lines_that_say_nothing_are_skipped_and_shown_and_what_the_shop_does_not_offer_is_counted()
    {
        var (shop, offers) = await ShopAsync(3);
        await catalog.OfferAsync(shop, CatalogHost.Define("POIDS", 300, unit: SaleUnit.Weight));
        await using var till = await FakeTill.StartAsync(new(null, 3), new(Eans[0], null), new(Eans[1], -2), new(Eans[2], "beaucoup"), new(Eans[0], 1, ValidUntil: "demain"), new("POIDS", 3), new("9791234567896", 4),
            new("inconnu", 1), new(Eans[2], 8));

        var run = await ReadAsync(shop, till);

        (run.Status, run.Read, run.Changed, run.Skipped, run.Unknown).ShouldBe(("done", 9, 1, 6, 2));
        run.Lines.Select(l => (l.Ref, l.Reason)).ShouldBe([(null, "ref-missing"), (Eans[0], "available-missing"), (Eans[1], "available-negative"), (Eans[2], "available-unreadable"), (Eans[0], "valid-until-unreadable"),
            ("POIDS", "by-weight")]);
        run.Lines.ShouldAllBe(l => l.Detail!.Length > 10);
        ((await catalog.StockAsync(offers[0])).OnHand, (await catalog.StockAsync(offers[1])).OnHand, (await catalog.StockAsync(offers[2])).OnHand).ShouldBe((5, 5, 8));
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
        (await Task.WhenAll(offers.Select(catalog.StockAsync))).Select(s => s.OnHand).ShouldBe([10L, 11, 0, 2]);

        till.Stock = [new("L1", 4, ValidUntil: "demain"), new(Eans[3], 2)];
        await AgainAsync(shop, "?whole=true");
        (await Task.WhenAll(offers.Select(catalog.StockAsync))).Select(s => s.OnHand).ShouldBe([0L, 11, 0, 2], "that one has gone now");
    }

    [Fact]
    public async Task The_same_reference_at_two_prices_is_added_up_and_told_twice_it_is_the_later()
    {
        var (shop, offers) = await ShopAsync(2);
        await using var till = await FakeTill.StartAsync(new(Eans[0], 3, 22.99m), new(Eans[0], 2, 15m), new(Eans[1], 9, 10m), new(Eans[1], 4, 10m));
        await ReadAsync(shop, till);
        ((await catalog.StockAsync(offers[0])).OnHand, (await catalog.StockAsync(offers[1])).OnHand).ShouldBe((5, 4));
    }

    [Fact]
    public async Task A_figure_is_good_until_its_time_and_not_longer()
    {
        var (shop, offers) = await ShopAsync(2);
        await using var till = await FakeTill.StartAsync(new(Eans[0], 7, ValidUntil: "2018-08-23T18:25:43.511Z"), new(Eans[1], 7, ValidUntil: DateTimeOffset.UtcNow.AddSeconds(4).ToString("O")));
        await ReadAsync(shop, till);
        ((await catalog.StockAsync(offers[0])).OnHand, (await catalog.StockAsync(offers[1])).OnHand).ShouldBe((0, 7));
        await CatalogHost.EventuallyAsync(async () => (await catalog.StockAsync(offers[1])).OnHand == 0, "its time is over");
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
        (await catalog.StockAsync(offers[0])).OnHand.ShouldBe(1);
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
    public async Task A_till_that_is_down_is_asked_again_and_no_figure_moves_meanwhile()
    {
        var (shop, offers) = await ShopAsync(1);
        await using var till = await FakeTill.StartAsync(new Line(Eans[0], 3));
        var failures = 0;
        till.Instead = async (context, _) =>
        {
            switch (Interlocked.Increment(ref failures))
            {
                case 1:
                    context.Response.StatusCode = 500;
                    return true;
                case 2:
                    await Task.Delay(TimeSpan.FromSeconds(3), context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // longer than anybody waits
                    return true;
                case 3:
                    context.Response.ContentLength = 1000;
                    await context.Response.WriteAsync("{\"stocks\":[{\"ref\":\"" + Eans[0] + "\",\"available\":1},");
                    context.Abort();
                    return true;
                default:
                    return false;
            }
        };
        await PutAsync(shop, Definition(till));
        await CatalogHost.EventuallyAsync(async () => (await RunsAsync(shop)) is [{ Status: "running", Reason: not null, RetryAt: not null }], "the shop is told that it is tried again");
        (await catalog.StockAsync(offers[0])).OnHand.ShouldBe(5);

        var run = await EndedAsync(shop);

        (run.Status, run.Reason, failures >= 4).ShouldBe(("done", null, true));
        (await catalog.StockAsync(offers[0])).OnHand.ShouldBe(3);
    }

    [Theory]
    [InlineData(400, "[{\"text\":\"Siret invalide\"}]", "refused", "Siret invalide")]
    [InlineData(401, "", "credentials-refused", "identification")]
    [InlineData(404, "<html>", "refused", "404")]
    [InlineData(302, "", "redirected", "renvoie ailleurs")]
    [InlineData(200, "<html>", "answer-unreadable", "adresse")]
    [InlineData(200, "{\"stocks\":3}", "answer-unreadable", "adresse")]
    [InlineData(200, "{\"stocks\":[{\"available\":3}]}", "no-reference", "aucune référence")]
    public async Task What_the_till_refuses_is_told_to_the_shop_in_words(int status, string body, string reason, string words)
    {
        var (shop, offers) = await ShopAsync(1);
        await using var till = await FakeTill.StartAsync();
        till.Instead = async (context, _) =>
        {
            (context.Response.StatusCode, context.Response.Headers.Location) = (status, status == 302 ? "/secret" : "");
            await context.Response.WriteAsync(body);
            return true;
        };

        var run = await ReadAsync(shop, till);

        (run.Status, run.Reason).ShouldBe(("failed", reason));
        run.Detail!.ShouldContain(words);
        (await catalog.StockAsync(offers[0])).OnHand.ShouldBe(5);
        till.Asked.ShouldNotContain(a => a.Path == "/secret");
    }

    [Theory]
    [InlineData(401, "[{\"text\":\"Accès refusé\"}]", "credentials-refused")]
    [InlineData(200, "{\"stocks\":[{\"ref\":\"Été\",\"available\":3}]}", "answer-unreadable")]
    [InlineData(200, "{\"stocks\":[{\"ref\":\"9782070364237\",\"available\":3,\"price\":\"3 €uros é\"}]}", "answer-unreadable")]
    [InlineData(200, "{\"stocks\":[{\"ref\":\"\\ud800\",\"available\":3}]}", "answer-unreadable")]
    [InlineData(400, "[{\"text\":\"\\ud800\"}]", "refused")]
    public async Task An_answer_in_another_encoding_is_told_in_words_too(int status, string body, string reason)
    {
        var (shop, offers) = await ShopAsync(1);
        await using var till = await FakeTill.StartAsync();
        till.Instead = async (context, _) =>
        {
            context.Response.StatusCode = status;
            await context.Response.Body.WriteAsync(Encoding.Latin1.GetBytes(body));
            return true;
        };
        using var tried = await catalog.Operator.PostAsJsonAsync(Feed(shop, "/trials"), Definition(till), Token);
        tried.StatusCode.ShouldBe(HttpStatusCode.OK, await tried.Content.ReadAsStringAsync(Token));
        (await tried.Content.ReadFromJsonAsync<StockFeedTrial>(Token))!.Reason.ShouldBe(reason);

        var run = await ReadAsync(shop, till);

        (run.Status, run.Reason).ShouldBe(("failed", reason));
        run.Detail!.Length.ShouldBeGreaterThan(10);
        (await catalog.StockAsync(offers[0])).OnHand.ShouldBe(5);
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read_to_its_end()
    {
        var (shop, _) = await ShopAsync(1);
        await using var till = await FakeTill.StartAsync();
        till.Instead = async (context, _) =>
        {
            var some = new byte[64 * 1024];
            Array.Fill(some, (byte)' ');
            for (var sent = 0; sent < 32 * 1024 * 1024 && !context.RequestAborted.IsCancellationRequested; sent += some.Length)
            {
                await context.Response.Body.WriteAsync(some, context.RequestAborted);
            }

            return true;
        };
        (await ReadAsync(shop, till)).Reason.ShouldBe("answer-too-large");
    }

    [Fact]
    public async Task Pages_that_lead_in_a_circle_end()
    {
        var (shop, offers) = await ShopAsync(3);
        await using var till = await FakeTill.StartAsync();
        till.Instead = async (context, question) =>
        {
            await till.SayAsync(context, question.After == Eans[0] ? [new(Eans[1], 2)] : question.After == Eans[1] ? [new(Eans[2], 3)] : [new(Eans[0], 1)]);
            return true;
        };

        var run = await ReadAsync(shop, till);

        (run.Status, run.Reason, run.Pages).ShouldBe(("failed", "repeated-page", 3));
        (await Task.WhenAll(offers.Select(catalog.StockAsync))).Select(s => s.OnHand).ShouldBe([1L, 2, 3]);
        till.Asked.Count.ShouldBe(4);
    }

    [Theory]
    [InlineData(null, 0)] // a whole reading does not name it any more
    [InlineData(3, 3)] // it said that there were more: it was no whole one
    public async Task What_a_whole_reading_no_longer_names_is_no_longer_for_sale(int? total, long left)
    {
        var (shop, offers) = await ShopAsync(3);
        await using var till = await FakeTill.StartAsync(new Line(Eans[0], 3), new Line(Eans[1], 4));
        await ReadAsync(shop, till);
        await catalog.HoldAsync((shop, offers[0], 1));
        (till.Stock, till.Total) = ([new(Eans[1], 4)], total);

        (await AgainAsync(shop, "?whole=true")).Whole.ShouldBeTrue();

        (await catalog.StockAsync(offers[0])).ShouldBe((Math.Max(left, 1), 1));
        ((await catalog.StockAsync(offers[1])).OnHand, (await catalog.StockAsync(offers[2])).OnHand).ShouldBe((4, 5), "counted by hand, it was never the till's to take");
        await catalog.LedgerHoldsAsync();
    }

    [Theory]
    [InlineData("included", 0)] // it counts what is set aside, and there is none
    [InlineData("excluded", 2)] // it said nothing of what is set aside
    public async Task What_was_set_aside_of_an_absent_article_is_for_sale_again_only_where_the_till_leaves_it_out(string reserved, long left)
    {
        var (shop, offers) = await ShopAsync(2);
        await using var till = await FakeTill.StartAsync(new Line(Eans[0], 4), new Line(Eans[1], 4));
        await PutAsync(shop, Definition(till, reserved));
        await EndedAsync(shop);
        var order = await catalog.HoldAsync((shop, offers[0], 2));
        till.Stock = [new(Eans[1], 4)];
        await AgainAsync(shop, "?whole=true");
        (await catalog.StockAsync(offers[0])).ShouldBe((2, 2), "no order loses anything by it");

        await catalog.DoAsync(new StockCommand.Release(order, shop.Id, null, DateTimeOffset.UtcNow));

        (await catalog.StockAsync(offers[0])).ShouldBe((left, 0));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task What_a_program_pushed_is_not_the_softwares_to_take()
    {
        var (shop, offers) = await ShopAsync(3);
        await catalog.CountAsync(shop, "?source=feed", new StockLine("L0", null, 7));
        await using var till = await FakeTill.StartAsync(new(Eans[1], 9, ValidUntil: DateTimeOffset.UtcNow.AddSeconds(3).ToString("O")), new(Eans[2], 9));
        await ReadAsync(shop, till);
        await catalog.CountAsync(shop, "?source=feed", new StockLine("L1", null, 6));
        (await catalog.StockAsync(offers[0])).OnHand.ShouldBe(7, "a whole reading that does not name it");

        await CatalogHost.EventuallyAsync(async () => await catalog.ScalarAsync<long>("select count(*) from stock_feed_expiries where shop_id = $1", shop.Id.Value) == 0, "the time of the other is over");
        (await catalog.StockAsync(offers[1])).OnHand.ShouldBe(6, "told anew by somebody else");

        using (var removed = await catalog.Operator.DeleteAsync(Feed(shop), Token))
        {
            removed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        }

        await CatalogHost.EventuallyAsync(async () => await catalog.ScalarAsync<long>("select count(*) from stock_feeds where shop_id = $1", shop.Id.Value) == 0, "it is taken away");
        (await Task.WhenAll(offers.Select(catalog.StockAsync))).Select(s => s.OnHand).ShouldBe([7L, 6, 0]);
        await catalog.LedgerHoldsAsync();
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
        await using (var session = await catalog.Database.OpenConnectionAsync(Token))
        await using (var transaction = await session.BeginTransactionAsync(Token))
        {
            await using var held = new NpgsqlCommand("select from stock where offer_id = $1 for update", session, transaction) { Parameters = { new() { Value = offers[1].Value } } };
            await held.ExecuteNonQueryAsync(Token);
            await PutAsync(shop, Definition(till));
            await CatalogHost.EventuallyAsync(async () => (await catalog.StockAsync(offers[0])).OnHand == 3, "the first part is taken, though the last one cannot be yet");
            (await RunsAsync(shop))[0].Pages.ShouldBe(0, "how far it has come is told with the last part");
        }

        var run = await EndedAsync(shop);
        (run.Status, run.Pages, run.Read, run.Changed, run.Unknown).ShouldBe(("done", 1, 1102, 2, 1100));
        (await catalog.StockAsync(offers[1])).OnHand.ShouldBe(4);
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
        var (shop, now) = (await catalog.ShopAsync(), DateTimeOffset.UtcNow);
        await using var session = await catalog.Database.OpenConnectionAsync(Token);
        await using var batch = new NpgsqlBatch(session);
        StockFeedTables.AddExpiries(batch, shop.Id, [("L0", now.AddMinutes(-1)), ("L1", now.AddHours(1))]);
        StockFeedTables.EndExpiries(batch, shop.Id, ["L0", "L1"], now);
        await batch.ExecuteNonQueryAsync(Token);
        (await catalog.ScalarAsync<string>("select string_agg(sku, ' ') from stock_feed_expiries where shop_id = $1", shop.Id.Value)).ShouldBe("L1");
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
        await using var second = catalog.Start();
        await CatalogHost.ReadyAsync(second);
        var work = new DueWork(StockFeedWork.WorkKind, shop.Id.ToString(), DateTimeOffset.UtcNow, null, 1);
        // Nobody would: the timer is leased. But a process may be taken for dead and is not.
        await Task.WhenAll(new[] { catalog.Services, second.Services }.Select(s => s.GetServices<IDueWorkHandler>().OfType<StockFeedWork>().Single().HandleAsync(work, Token)));

        var run = await EndedAsync(shop);
        (run.Status, run.Pages, run.Read, run.Changed).ShouldBe(("done", 5, 5, 5));
        (await catalog.StockAsync(offers[4])).OnHand.ShouldBe(14);
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task A_page_that_comes_in_the_middle_of_reservations_neither_brings_back_nor_takes()
    {
        var (shop, offers) = await ShopAsync(2);
        await using var till = await FakeTill.StartAsync(new Line(Eans[0], 5), new Line(Eans[1], 5));
        await PutAsync(shop, Definition(till));
        await EndedAsync(shop);
        var order = await catalog.HoldAsync((shop, offers[0], 2));
        till.Instead = async (_, question) =>
        {
            if (question.After is null)
            {
                // The till has counted; its answer is on its way while the goods are handed over, one more is set aside, and the shop counts the other by hand.
                await catalog.DoAsync(new StockCommand.Issue(order, shop.Id, [new IssueStock.Line(offers[0], 2)]));
                await catalog.HoldAsync((shop, offers[0], 1));
                await catalog.CountAsync(shop, "?source=hand", new StockLine("L1", null, 1));
            }

            return false;
        };

        var run = await AgainAsync(shop, "?whole=true");

        (await catalog.StockAsync(offers[0])).ShouldBe((3, 1));
        (await catalog.StockAsync(offers[1])).ShouldBe((1, 0));
        run.Lines.ShouldHaveSingleItem().Reason.ShouldBe("older-than-known");
        await catalog.LedgerHoldsAsync();
    }

    [Theory]
    [InlineData("included", 5, 4)]
    [InlineData("excluded", 4, 4)]
    public async Task Both_conventions_of_what_is_set_aside(string reserved, int told, long available)
    {
        var (shop, offers) = await ShopAsync(1);
        await catalog.HoldAsync((shop, offers[0], 1));
        await using var till = await FakeTill.StartAsync(new Line(Eans[0], told));
        await PutAsync(shop, Definition(till, reserved));
        await EndedAsync(shop);
        var (onHand, held) = await catalog.StockAsync(offers[0]);
        (onHand - held).ShouldBe(available);
    }

    [Fact]
    public async Task Fifty_buyers_a_till_and_a_program_sell_exactly_what_is_there()
    {
        const int onShelf = 20;
        var (shop, offers) = await ShopAsync(1);
        await using var till = await FakeTill.StartAsync(new Line(Eans[0], onShelf));
        await ReadAsync(shop, till);
        using var sold = new CancellationTokenSource();
        var feeds = Task.Run(async () =>
        {
            while (!sold.IsCancellationRequested)
            {
                await AgainAsync(shop, "?whole=true");
            }
        }, Token);
        var pushes = Task.Run(async () =>
        {
            while (!sold.IsCancellationRequested)
            {
                await catalog.CountAsync(shop, "?source=api", new StockLine("L0", null, onShelf));
            }
        }, Token);
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => catalog.AskAsync(CatalogHost.Reserve((shop, offers[0], 1)))));
        await sold.CancelAsync();
        await Task.WhenAll(feeds, pushes);

        answers.OfType<StockReserved>().Count().ShouldBe(onShelf);
        (await catalog.StockAsync(offers[0])).ShouldBe((onShelf, onShelf));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task Unplugged_nothing_more_is_for_sale_and_what_is_set_aside_stays()
    {
        var (shop, offers) = await ShopAsync(3);
        await using var till = await FakeTill.StartAsync(new Line(Eans[0], 8), new Line(Eans[1], 8));
        await ReadAsync(shop, till);
        await catalog.HoldAsync((shop, offers[0], 3));
        using (var removed = await catalog.Operator.DeleteAsync(Feed(shop), Token))
        {
            removed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        }

        await CatalogHost.EventuallyAsync(async () => await catalog.StockAsync(offers[0]) == (3, 3) && await catalog.StockAsync(offers[1]) == (0, 0), "the figures are down");
        (await catalog.StockAsync(offers[2])).OnHand.ShouldBe(5, "counted by hand");
        (await MovementsAsync(shop, "L1"))[0].Note.ShouldBe("logiciel débranché");
        await CatalogHost.ProblemAsync(await catalog.Operator.GetAsync(Feed(shop), Token), HttpStatusCode.NotFound, "stock-feed-not-found");
        await CatalogHost.EventuallyAsync(async () => await catalog.ScalarAsync<long>("select count(*) from stock_feeds where shop_id = $1", shop.Id.Value) == 0, "its secret is gone");
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task Another_software_begins_from_nothing()
    {
        var (shop, offers) = await ShopAsync(2);
        await using var till = await FakeTill.StartAsync(new Line(Eans[0], 8), new Line(Eans[1], 8));
        await ReadAsync(shop, till);
        await using var other = await FakeTill.StartAsync(new Line(Eans[1], 2));
        await ReadAsync(shop, other);
        (await catalog.StockAsync(offers[0])).ShouldBe((0, 0));
        (await catalog.StockAsync(offers[1])).ShouldBe((2, 0));
    }

    [Fact]
    public async Task Another_way_of_writing_the_same_address_is_no_other_software()
    {
        var (shop, offers) = await ShopAsync(1);
        await using var till = await FakeTill.StartAsync(new Line(Eans[0], 8));
        await ReadAsync(shop, till);
        var before = await catalog.Operator.GetFromJsonAsync<StockFeed>(Feed(shop), Token);
        using var put = await PutAsync(shop, Definition(till) with { Address = till.Address + "/" });
        (await put.Content.ReadFromJsonAsync<StockFeed>(Token))!.ShouldSatisfyAllConditions(f => f.Version.ShouldBe(before!.Version), f => f.Address.ShouldBe(till.Address));
        (await catalog.StockAsync(offers[0])).OnHand.ShouldBe(8);
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

        (await catalog.Operator.GetStringAsync(Feed(shop), Token)).ShouldNotContain("moi:");
        using (var kept = await PutAsync(shop, Definition(till) with { Secret = null, EveryMinutes = 15 }))
        {
            kept.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        await using var other = await FakeTill.StartAsync();
        // Behind one host there may be the software of many shops.
        foreach (var elsewhere in new[] { Definition(other), Definition(till) with { Address = till.Address + "/autre" }, Definition(till) with { Siret = "55208131766522" } })
        {
            await CatalogHost.ProblemAsync(await PutAsync(shop, elsewhere with { Secret = null }), HttpStatusCode.UnprocessableEntity, "stock-feed-secret-needed");
            await CatalogHost.ProblemAsync(await catalog.Operator.PostAsJsonAsync(Feed(shop, "/trials"), elsewhere with { Secret = null }, Token), HttpStatusCode.UnprocessableEntity, "stock-feed-secret-needed");
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
        (await catalog.Operator.GetFromJsonAsync<StockFeed>(Feed(shop), Token))!.EveryMinutes.ShouldBe(15);
    }

    [Fact]
    public async Task It_is_tried_before_it_is_set_and_changes_nothing()
    {
        var (shop, offers) = await ShopAsync(1);
        await using var till = await FakeTill.StartAsync(new Line(Eans[0], 3), new Line("9791234567896", 1));
        till.Total = 2;
        using var answer = await catalog.Operator.PostAsJsonAsync(Feed(shop, "/trials"), Definition(till), Token);
        (await answer.Content.ReadFromJsonAsync<StockFeedTrial>(Token)).ShouldBe(new StockFeedTrial(true, 2, 1, 2, null, null));
        (await catalog.StockAsync(offers[0])).OnHand.ShouldBe(5);
        await CatalogHost.ProblemAsync(await catalog.Operator.GetAsync(Feed(shop), Token), HttpStatusCode.NotFound, "stock-feed-not-found");
    }

    [Fact]
    public async Task What_keeps_it_from_being_reached_is_told_apart()
    {
        var (shop, _) = await ShopAsync(1);
        await using var till = await FakeTill.StartAsync();
        till.Instead = async (context, _) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(4), context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };
        (await TryAsync(till.Address)).ShouldBe("timeout");
        (await TryAsync("http://127.0.0.1:1/")).ShouldBe("unreachable");
        (await TryAsync(till.Address.Replace("http:", "https:", StringComparison.Ordinal))).ShouldBe("not-secure");
        Of(new HttpRequestException(HttpRequestError.NameResolutionError)).ShouldBe(("name-unknown", true));
        Of(new HttpRequestException("connecting", new PrivateAddressException("private"))).ShouldBe(("address-private", false));

        async Task<string?> TryAsync(string address)
        {
            using var answer = await catalog.Operator.PostAsJsonAsync(Feed(shop, "/trials"), Definition(till) with { Address = address }, Token);
            return (await answer.Content.ReadFromJsonAsync<StockFeedTrial>(Token))!.Reason;
        }

        static (string, bool) Of(HttpRequestException failure) => StockSoftware.FailureOf(failure).Trouble is { } trouble ? (trouble.Fault.Reason, trouble.Passes) : default;
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private async Task<(ShopEntry Shop, OfferId[] Offers)> ShopAsync(int offers)
    {
        var shop = await catalog.ShopAsync();
        return (shop, await OffersAsync(catalog, shop, offers));
    }

    private static async Task<OfferId[]> OffersAsync(CatalogHost host, ShopEntry shop, int offers)
    {
        var ids = new List<OfferId>();
        for (var i = 0; i < offers; i++)
        {
            ids.Add(await host.OfferAsync(shop, CatalogHost.Define("L" + i, 5, category: "livres", ean13: Eans[i])));
        }

        return [.. ids];
    }

    private async Task<HttpResponseMessage> PutAsync(ShopEntry shop, StockFeedDefinition definition, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, Feed(shop)) { Content = JsonContent.Create(definition) };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await catalog.Operator.SendAsync(request, Token);
    }

    private async Task<StockFeedRun> ReadAsync(ShopEntry shop, FakeTill till)
    {
        using var put = await PutAsync(shop, Definition(till));
        put.IsSuccessStatusCode.ShouldBeTrue(await put.Content.ReadAsStringAsync(Token));
        var since = (await put.Content.ReadFromJsonAsync<StockFeed>(Token))!.ChangedAt;
        return await EndedAsync(shop, since);
    }

    private async Task<StockFeedRun> AgainAsync(ShopEntry shop, string query = "")
    {
        using var answer = await catalog.Operator.PostAsync(Feed(shop, "/runs" + query), null, Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync(Token));
        return await EndedAsync(shop, (await answer.Content.ReadFromJsonAsync<StockFeedRun>(Token))!.StartedAt);
    }

    private async Task<StockFeedRun> EndedAsync(ShopEntry shop, DateTimeOffset? since = null)
    {
        StockFeedRun? run = null;
        await CatalogHost.EventuallyAsync(async () => (run = (await RunsAsync(shop)).FirstOrDefault()) is { Status: "done" or "failed" } && !(run.StartedAt < since?.AddMilliseconds(-1)), "the reading has ended");
        return run!;
    }

    private async Task<StockFeedRun[]> RunsAsync(ShopEntry shop) => (await catalog.Operator.GetFromJsonAsync<StockFeedRun[]>(Feed(shop, "/runs"), JsonSerializerOptions.Web, Token))!;

    private async Task<IReadOnlyList<StockMovement>> MovementsAsync(ShopEntry shop, string sku) =>
        (await catalog.Operator.GetFromJsonAsync<StockMovementPage>($"/api/v1/shops/{shop.Slug}/stock/{sku}/movements", JsonSerializerOptions.Web, Token))!.Items;
}
