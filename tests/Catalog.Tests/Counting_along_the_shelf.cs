using System.Net;
using System.Net.Http.Json;
using Marketplace.Catalog.Stock;
using Marketplace.Catalog.StockCounts;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Ordering;
using Marketplace.ServiceDefaults.Shops;

namespace Marketplace.Catalog.Tests;

/// <summary>A shop scans along its shelf while it goes on selling; then the list becomes its figures, once, and nothing else moves.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Counting_along_the_shelf(CatalogHost catalog) : IAsyncLifetime
{
    private const string Ean = "3017620422003";
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private ShopEntry _shop = null!;
    private HttpClient _staff = null!;
    private Guid _list;

    public async ValueTask InitializeAsync()
    {
        _shop = await catalog.ShopAsync();
        _staff = catalog.Member(_shop, "staff");
        _list = (await StartAsync(_staff)).CountId;
    }

    public ValueTask DisposeAsync()
    {
        _staff.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Each_scan_is_one_more_and_what_was_not_seen_is_not_touched()
    {
        var (a, b, c) = (await OfferAsync("A", 5, ean: Ean), await OfferAsync("B", 5), await OfferAsync("C", 5));
        await ScanAsync("A");
        (await ScanAsync("3017 6204 22003"))!.ShouldSatisfyAllConditions(x => x.Counted.ShouldBe(2), x => x.Sku.ShouldBe("A"), x => x.Known.ShouldBe(5), x => x.Becomes.ShouldBe(2));
        (await ScanAsync("B", "add", 12))!.Counted.ShouldBe(12);
        (await ScanAsync("B", "add", -1))!.Counted.ShouldBe(11);
        var list = await ListAsync();
        list.Items.Select(i => i.Sku).ShouldBe(["B", "A"], "the last counted first");
        (list.Articles, list.Version).ShouldBe((2, 4));
        (await catalog.StockAsync(a)).ShouldBe((5, 0), "before it is applied");
        var applied = await ApplyAsync(list.Version);
        applied.Items.Select(i => (i.Sku, i.State, i.Known, i.Becomes)).ShouldBe([("B", "counted", 5, 11), ("A", "counted", 5, 2)]);
        ((await catalog.StockAsync(a)).OnHand, (await catalog.StockAsync(b)).OnHand, (await catalog.StockAsync(c)).OnHand).ShouldBe((2, 11, 5));
        var moved = (await _staff.GetFromJsonAsync<StockMovementPage>($"{Shop}/stock/A/movements", Token))!.Items[0];
        (moved.OnHandDelta, moved.Source, moved.Note, moved.Counted).ShouldBe((-3, "hand", StockCount.Listed, true));
        await catalog.LedgerHoldsAsync();
    }

    [Theory]
    [InlineData("", "one"), InlineData("a\tb", "one"), InlineData("A", "two"), InlineData("01234567890123456789012345678901234567890123456789012345678901234", "one")]
    public async Task A_scan_that_is_none_is_refused_and_not_kept(string code, string kind)
    {
        await CatalogHost.ProblemAsync(await PostScanAsync(code, "key", kind), HttpStatusCode.UnprocessableEntity, "scan-invalid");
        (await ListAsync()).Articles.ShouldBe(0);
    }

    [Fact]
    public async Task A_list_that_is_full_takes_no_other_article_and_keeps_what_it_has()
    {
        await DoAsync($"insert into stock_count_scans (count_id, scan_key, at, code, unit, kind, quantity) select '{_list}', n::text, now(), 'inconnu ' || n, 'piece', 'one', 0 from generate_series(1, {StockCountDesk.MostArticles}) n");
        await CatalogHost.ProblemAsync(await PostScanAsync("un de plus", "key"), HttpStatusCode.Conflict, "count-full");
        (await ScanAsync("inconnu 7"))!.Counted.ShouldBe(2);
        (await ListAsync()).Articles.ShouldBe(StockCountDesk.MostArticles);
    }

    [Fact]
    public async Task Applied_twice_or_by_two_at_once_it_is_applied_once()
    {
        var a = await OfferAsync("A", 5);
        await ScanAsync("A");
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => ApplyAsync(1)));
        answers.Select(x => (x.Status, x.EndedAt, x.Items.Single().Becomes)).Distinct().Single().Becomes.ShouldBe(1);
        await catalog.CountAsync(_shop, "", new StockLine("A", null, 9));
        (await ApplyAsync(1)).Items.Single().Becomes.ShouldBe(1, "as it was then");
        (await catalog.StockAsync(a)).ShouldBe((9, 0));
        await CatalogHost.ProblemAsync(await PostScanAsync("A", Guid.NewGuid().ToString()), HttpStatusCode.Conflict, "count-ended");
        (await StartAsync(_staff)).ShouldSatisfyAllConditions(l => l.CountId.ShouldNotBe(_list), l => l.Articles.ShouldBe(0));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task The_same_scan_delivered_again_counts_once()
    {
        await OfferAsync("A", 5);
        var key = Guid.NewGuid().ToString();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostScanAsync("A", key)));
        answers.ShouldAllBe(a => a.StatusCode == HttpStatusCode.OK);
        (await ListAsync()).Items.Single().Counted.ShouldBe(1);
        await CatalogHost.ProblemAsync(await PostScanAsync("B", key), HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
        await ApplyAsync();
        (await PostScanAsync("A", key)).StatusCode.ShouldBe(HttpStatusCode.OK, "it was counted, and is heard of late");
        (await ListAsync()).Items.Single().Counted.ShouldBe(1);
    }

    // Scanned ten minutes ago, when the network was away; handed over since: one less.
    [Fact]
    public async Task A_scan_that_waited_for_the_network_speaks_as_of_when_it_was_scanned()
    {
        var (a, b) = (await OfferAsync("A", 9), await OfferAsync("B", 9));
        var order = await catalog.HoldAsync((_shop, a, 1));
        await DoAsync($"""
            update stock_counts set started_at = started_at - interval '1 hour' where count_id = '{_list}';
            update stock set as_of = as_of - interval '2 hours', counted_at = counted_at - interval '2 hours', looked_at = looked_at - interval '2 hours' where offer_id in ('{a.Value}', '{b.Value}');
            """);
        await catalog.DoAsync(new StockCommand.Issue(order, _shop.Id, [new IssueStock.Line(a, 1)]));
        (await ScanAsync("A", "add", 3, ago: 600))!.ShouldSatisfyAllConditions(i => i.Since.ShouldBe(-1), i => i.Becomes.ShouldBe(2), i => i.At.ShouldBeLessThan(DateTimeOffset.UtcNow.AddMinutes(-9)));
        await ScanAsync("B", "set", 5);
        (await ScanAsync("B", ago: 600))!.Counted.ShouldBe(5, "somebody has counted all of it since");
        (await PostScanAsync("C", "late", ago: 60)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await PostScanAsync("C", "late", ago: long.MaxValue)).StatusCode.ShouldBe(HttpStatusCode.OK, "sent again, it is older");
        (await ScanAsync("C", ago: long.MaxValue))!.ShouldSatisfyAllConditions(i => i.Counted.ShouldBe(2), i => i.At.ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddMinutes(-2)));
        await ApplyAsync();
        ((await catalog.StockAsync(a)), (await catalog.StockAsync(b)).OnHand).ShouldBe(((2, 0), 5));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task Several_people_begin_and_count_at_once_and_none_loses_or_doubles_anything()
    {
        var (a, b) = (await OfferAsync("A", 5), await OfferAsync("B", 5));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async who =>
        {
            using var person = catalog.Member(_shop, "staff");
            (await StartAsync(person)).CountId.ShouldBe(_list, "one list");
            for (var n = 0; n < 20; n++)
            {
                using var answer = await PostScanAsync(n % 2 == 0 ? "A" : "B", $"{who}-{n}", person: person);
                answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            }
        }));
        (await ListAsync()).Items.Select(i => i.Counted).ShouldBe([40L, 40L]);
        await ApplyAsync();
        ((await catalog.StockAsync(a)).OnHand, (await catalog.StockAsync(b)).OnHand).ShouldBe((40, 40));
    }

    // Counted at 10:02, handed over at 10:05: one less, whether or not another one is counted at 10:07.
    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 3)]
    public async Task What_is_handed_over_in_between_is_one_less(bool countedOn, long there)
    {
        var a = await OfferAsync("A", 9);
        var order = await catalog.HoldAsync((_shop, a, 1));
        await ScanAsync("A", "add", 3);
        await catalog.DoAsync(new StockCommand.Issue(order, _shop.Id, [new IssueStock.Line(a, 1)]));
        if (countedOn)
        {
            await ScanAsync("A");
        }

        (await ListAsync()).Items.Single().ShouldSatisfyAllConditions(i => i.Since.ShouldBe(-1), i => i.Becomes.ShouldBe(there), i => i.Known.ShouldBe(8));
        await ApplyAsync();
        (await catalog.StockAsync(a)).ShouldBe((there, 0));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task What_is_set_aside_in_between_stays_set_aside()
    {
        var a = await OfferAsync("A", 9);
        await ScanAsync("A", "add", 3);
        var order = await catalog.HoldAsync((_shop, a, 2));
        await ApplyAsync();
        (await catalog.StockAsync(a)).ShouldBe((3, 2));
        await catalog.DoAsync(new StockCommand.Issue(order, _shop.Id, [new IssueStock.Line(a, 2)]));
        (await catalog.StockAsync(a)).ShouldBe((1, 0));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task Fewer_than_orders_wait_for_is_taken_and_said()
    {
        var a = await OfferAsync("A", 9);
        await catalog.HoldAsync((_shop, a, 4));
        await ScanAsync("A");
        (await ApplyAsync()).Items.Single().ShouldSatisfyAllConditions(i => i.State.ShouldBe("below-reserved"), i => i.Becomes.ShouldBe(1));
        (await catalog.StockAsync(a)).ShouldBe((4, 4), "no order loses anything");
        await catalog.LedgerHoldsAsync();
    }

    // A sale at the till of the shop, told by −: it is no count, and takes of what had been counted.
    [Fact]
    public async Task A_difference_in_between_is_summed_and_a_figure_given_in_between_stands()
    {
        var (a, b) = (await OfferAsync("A", 9), await OfferAsync("B", 9));
        await ScanAsync("A", "add", 3);
        await ScanAsync("B", "add", 3);
        using var less = await _staff.PostAsJsonAsync($"{Shop}/stock/A/adjustments", new StockAdjustment(-1, "vendu"), Token);
        less.EnsureSuccessStatusCode();
        await catalog.CountAsync(_shop, "", new StockLine("B", null, 7));
        (await ApplyAsync()).Items.Select(i => (i.Sku, i.State)).ShouldBe([("B", "newer-known"), ("A", "counted")]);
        ((await catalog.StockAsync(a)).OnHand, (await catalog.StockAsync(b)).OnHand).ShouldBe((2, 7));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task A_hand_over_heard_of_late_takes_off_what_was_counted_before_it()
    {
        var a = await OfferAsync("A", 9);
        var order = await catalog.HoldAsync((_shop, a, 1));
        await ScanAsync("A", "add", 3);
        var left = DateTimeOffset.UtcNow;
        using var more = await _staff.PostAsJsonAsync($"{Shop}/stock/A/adjustments", new StockAdjustment(2, "delivery"), Token);
        await ApplyAsync();
        await catalog.DoAsync(new StockCommand.Issue(order, _shop.Id, [new IssueStock.Line(a, 1)], left));
        (await catalog.StockAsync(a)).ShouldBe((4, 0), "three and two, less the one that left");
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task A_crash_on_the_way_leaves_all_as_it_was_and_the_list_open()
    {
        var (a, b) = (await OfferAsync("A", 5), await OfferAsync("B", 5));
        await ScanAsync("A");
        await ScanAsync("B");
        var trap = "fail_" + _list.ToString("N");
        await DoAsync($"""
            create function {trap}() returns trigger language plpgsql as $$ begin raise exception 'cut off'; end $$;
            create trigger {trap} before update on stock_counts for each row when (new.count_id = '{_list}' and new.status = 'applied') execute function {trap}();
            """);
        using (var cut = await _staff.PostAsync($"{Shop}/stock-counts/{_list}/apply", null, Token))
        {
            ((int)cut.StatusCode).ShouldBeGreaterThanOrEqualTo(500);
        }

        await DoAsync($"drop trigger {trap} on stock_counts; drop function {trap}();");
        ((await catalog.StockAsync(a)).OnHand, (await catalog.StockAsync(b)).OnHand).ShouldBe((5, 5), "all or none");
        (await ListAsync()).Status.ShouldBe("open");
        await ApplyAsync();
        ((await catalog.StockAsync(a)).OnHand, (await catalog.StockAsync(b)).OnHand).ShouldBe((1, 1));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task What_is_unknown_is_kept_and_counts_once_its_product_is_made()
    {
        (await ScanAsync(Ean))!.ShouldSatisfyAllConditions(i => i.State.ShouldBe("unknown"), i => i.Counted.ShouldBe(1), i => i.Sku.ShouldBeNull());
        (await ScanAsync(Ean))!.Counted.ShouldBe(2);
        await ScanAsync("rien du tout");
        var made = await OfferAsync("N", null, ean: Ean);
        (await ScanAsync(Ean))!.ShouldSatisfyAllConditions(i => i.State.ShouldBe("counted"), i => i.Counted.ShouldBe(3));
        (await ApplyAsync()).Items.Select(i => (i.Code, i.State)).ShouldBe([(Ean, "counted"), ("rien du tout", "unknown")]);
        (await catalog.StockAsync(made)).OnHand.ShouldBe(3);
    }

    [Fact]
    public async Task What_cannot_be_taken_says_why_and_moves_nothing()
    {
        var (old, ham) = (await OfferAsync("OLD", 5), await OfferAsync("HAM", 500, unit: SaleUnit.Weight));
        await OfferAsync("X1", 1, ean: Ean);
        await OfferAsync("X2", 1, ean: Ean);
        await ScanAsync("OLD");
        using (var archived = await _staff.PutAsJsonAsync($"{Shop}/offers/OLD/status", new OfferStatus("archived"), Token))
        {
            archived.EnsureSuccessStatusCode();
        }

        (await ScanAsync(Ean))!.State.ShouldBe("ambiguous");
        (await ScanAsync("HAM"))!.ShouldSatisfyAllConditions(i => i.State.ShouldBe("to-count", "a scan says that there is one, not what it weighs"), i => i.Counted.ShouldBeNull());
        (await ApplyAsync()).Items.ShouldAllBe(i => i.Becomes == null);
        ((await catalog.StockAsync(old)).OnHand, (await catalog.StockAsync(ham)).OnHand).ShouldBe((5, 500));
    }

    [Fact]
    public async Task A_typed_number_replaces_only_what_was_seen_and_an_article_is_taken_out()
    {
        var a = await OfferAsync("A", 5);
        await ScanAsync("A");
        await ScanAsync("A");
        await CatalogHost.ProblemAsync(await PostScanAsync("A", "late", "set", 7, seen: 1), HttpStatusCode.Conflict, "counted-meanwhile");
        (await ScanAsync("A", "set", 7, seen: 2))!.Counted.ShouldBe(7);
        (await PostScanAsync("A", "drop", "drop")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ListAsync()).Articles.ShouldBe(0);
        await ApplyAsync();
        (await catalog.StockAsync(a)).OnHand.ShouldBe(5);
        foreach (var (code, kind, quantity) in new[] { ("", "one", 0L), (new string('x', 65), "one", 0), ("A", "many", 0), ("A", "set", -1), ("A", "add", long.MaxValue), ("a\u0000b", "one", 0) })
        {
            (await PostScanAsync(code, Guid.NewGuid().ToString(), kind, quantity)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity, $"{kind} {quantity}");
        }
    }

    // Taken out by a colleague while it was still shown here.
    [Fact]
    public async Task One_less_of_what_nobody_has_counted_is_not_none()
    {
        var a = await OfferAsync("A", 12);
        await ScanAsync("A");
        (await PostScanAsync("A", "drop", "drop")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await PostScanAsync("A", "less", "add", -1)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ListAsync()).Items.ShouldBeEmpty();
        await ApplyAsync();
        (await catalog.StockAsync(a)).OnHand.ShouldBe(12);
    }

    [Fact]
    public async Task A_wheel_scanned_after_one_that_was_weighed_asks_for_its_weight()
    {
        var ham = await OfferAsync("HAM", 900, unit: SaleUnit.Weight);
        await ScanAsync("HAM", "add", 500);
        (await ScanAsync("HAM"))!.ShouldSatisfyAllConditions(i => i.State.ShouldBe("to-count"), i => i.Counted.ShouldBe(500), i => i.Becomes.ShouldBeNull());
        (await ScanAsync("HAM", "add", 300))!.ShouldSatisfyAllConditions(i => i.State.ShouldBe("counted"), i => i.Counted.ShouldBe(800));
        await ApplyAsync();
        (await catalog.StockAsync(ham)).OnHand.ShouldBe(800);
    }

    // One was counted, three went since: none is left, and no order is short of any.
    [Fact]
    public async Task What_leaves_takes_no_more_than_was_counted()
    {
        var a = await OfferAsync("A", 9);
        await ScanAsync("A");
        var order = await catalog.HoldAsync((_shop, a, 3));
        await catalog.DoAsync(new StockCommand.Issue(order, _shop.Id, [new IssueStock.Line(a, 3)]));
        (await ApplyAsync()).Items.Single().ShouldSatisfyAllConditions(i => i.State.ShouldBe("counted"), i => i.Becomes.ShouldBe(0));
        (await catalog.StockAsync(a)).ShouldBe((0, 0));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task What_somebody_did_not_see_is_not_applied_and_an_abandoned_list_changes_nothing()
    {
        var a = await OfferAsync("A", 5);
        await ScanAsync("A");
        await ScanAsync("A");
        await CatalogHost.ProblemAsync(await PostApplyAsync(1), HttpStatusCode.PreconditionFailed, "changed-meanwhile");
        (await _staff.DeleteAsync($"{Shop}/stock-counts/{_list}", Token)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await _staff.DeleteAsync($"{Shop}/stock-counts/{_list}", Token)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await CatalogHost.ProblemAsync(await PostApplyAsync(null), HttpStatusCode.Conflict, "count-ended");
        (await catalog.StockAsync(a)).OnHand.ShouldBe(5);
        await CatalogHost.ProblemAsync(await _staff.GetAsync($"{Shop}/stock-counts/open", Token), HttpStatusCode.NotFound, "stock-count-not-found");
    }

    [Fact]
    public async Task A_list_is_its_own_shops_alone()
    {
        await OfferAsync("A", 5);
        await ScanAsync("A");
        var other = await catalog.ShopAsync();
        using var neighbour = catalog.Member(other, "owner");
        await CatalogHost.ProblemAsync(await neighbour.GetAsync($"/api/v1/shops/{other.Slug}/stock-counts/{_list}", Token), HttpStatusCode.NotFound, "stock-count-not-found");
        await CatalogHost.ProblemAsync(await neighbour.PostAsync($"/api/v1/shops/{other.Slug}/stock-counts/{_list}/apply", null, Token), HttpStatusCode.NotFound, "stock-count-not-found");
        await CatalogHost.ProblemAsync(await neighbour.DeleteAsync($"/api/v1/shops/{other.Slug}/stock-counts/{_list}", Token), HttpStatusCode.NotFound, "stock-count-not-found");
        (await PostScanAsync("A", "k", person: neighbour)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var reader = catalog.Member(_shop, "read-only");
        (await reader.GetFromJsonAsync<StockCountList>($"{Shop}/stock-counts/{_list}", Token))!.Items.Single().Counted.ShouldBe(1);
        (await PostScanAsync("A", "k", person: reader)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    // 10:00 + minutes.
    private static DateTimeOffset At(int minutes) => new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero).AddMinutes(minutes);

    private static Scan One(int minute, string kind = "one", long quantity = 0, SaleUnit unit = SaleUnit.Piece) => new(minute, "A", null, unit, kind, quantity, At(minute));

    [Fact]
    public void What_leaves_takes_of_what_had_been_counted_by_then_and_what_comes_in_meanwhile_was_counted()
    {
        Moved[] moved = [new(At(3), -5, -5), new(At(5), 4, 0), new(At(9), -1, -1), new(At(10), 2, 0)];
        var goods = CountedGoods.Of([One(2), One(4), One(7)], SaleUnit.Piece, moved)!;
        (goods.Counted, goods.Still, goods.From).ShouldBe((3L, 2L, At(2)), "of the five only one had been counted");
        goods.Since(moved).ShouldBe(new MovedSince(-1 - 1 + 2, -6, 0));
        CountedGoods.Of([One(2), One(4, "drop"), One(6)], SaleUnit.Piece, moved)!.ShouldSatisfyAllConditions(g => g.Counted.ShouldBe(1), g => g.From.ShouldBe(At(6)));
        CountedGoods.Of([One(2), One(4, "set", 8)], SaleUnit.Piece, moved)!.ShouldSatisfyAllConditions(g => g.Still.ShouldBe(8), g => g.From.ShouldBe(At(4)));
        CountedGoods.Of([One(2, "add", 3)], SaleUnit.Weight, moved)!.Counted.ShouldBeNull("pieces say nothing in grams");
        CountedGoods.Of([One(2), One(3, "set", 300, SaleUnit.Weight)], SaleUnit.Weight, [])!.Counted.ShouldBe(300);
        CountedGoods.Of([One(2), One(3, "drop")], SaleUnit.Piece, moved).ShouldBeNull();
    }

    private string Shop => $"/api/v1/shops/{_shop.Slug}";

    // Its figure counted by hand: a difference makes such a one fresh.
    private async Task<OfferId> OfferAsync(string sku, long? onHand, string? ean = null, SaleUnit unit = SaleUnit.Piece)
    {
        var offer = await catalog.OfferAsync(_shop, CatalogHost.Define(sku, null, unit: unit, ean13: ean));
        if (onHand is { } there)
        {
            using var answer = await _staff.PutAsJsonAsync($"{Shop}/stock", new[] { new StockLine(sku, null, there) }, Token);
            answer.EnsureSuccessStatusCode();
        }

        return offer;
    }

    private async Task<StockCountList> StartAsync(HttpClient person)
    {
        using var answer = await person.PostAsync($"{Shop}/stock-counts", null, Token);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync(Token));
        return (await answer.Content.ReadFromJsonAsync<StockCountList>(Token))!;
    }

    private async Task<StockCountList> ListAsync() => (await _staff.GetFromJsonAsync<StockCountList>($"{Shop}/stock-counts/{_list}", Token))!;

    private async Task<HttpResponseMessage> PostScanAsync(string code, string key, string kind = "one", long quantity = 0, long? seen = null, HttpClient? person = null, long ago = 0)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Shop}/stock-counts/{_list}/scans") { Content = JsonContent.Create(new CountScan(code, kind, quantity, seen, ago)), Headers = { { "Idempotency-Key", key } } };
        return await (person ?? _staff).SendAsync(request, Token);
    }

    private async Task<CountedArticle?> ScanAsync(string code, string kind = "one", long quantity = 0, long? seen = null, long ago = 0)
    {
        using var answer = await PostScanAsync(code, Guid.NewGuid().ToString(), kind, quantity, seen, ago: ago);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Token));
        return await answer.Content.ReadFromJsonAsync<CountedArticle>(Token);
    }

    private async Task<HttpResponseMessage> PostApplyAsync(long? seen)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Shop}/stock-counts/{_list}/apply");
        if (seen is { } version)
        {
            request.Headers.IfMatch.Add(new($"\"{version}\""));
        }

        return await _staff.SendAsync(request, Token);
    }

    private async Task<StockCountList> ApplyAsync(long? seen = null)
    {
        using var answer = await PostApplyAsync(seen);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Token));
        return (await answer.Content.ReadFromJsonAsync<StockCountList>(Token))!;
    }

    private async Task DoAsync(string sql)
    {
        await using var command = catalog.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Token);
    }
}
