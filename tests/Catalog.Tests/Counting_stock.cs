using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Ordering;
using Marketplace.ServiceDefaults.Shops;

namespace Marketplace.Catalog.Tests;

/// <summary>A shop's own figures against ours: nothing sold comes back, nothing set aside is lost.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Counting_stock(CatalogHost catalog)
{
    private static readonly JsonSerializerOptions Web = JsonSerializerOptions.Web;

    [Fact]
    public async Task Figures_come_in_by_reference_or_by_article_number_and_wrong_lines_are_named()
    {
        var shop = await catalog.ShopAsync();
        var lamp = await catalog.OfferAsync(shop, CatalogHost.Define("A", 1));
        var book = await catalog.OfferAsync(shop, CatalogHost.Define("B", 1, ean13: "9782070364237", category: "livres"));
        var answer = await catalog.CountAsync(shop, "",
            new StockLine("A", null, 7), new StockLine(null, "978-2-07-036423-7", 8), new StockLine("Z", null, 1), new StockLine(null, "9782070364238", 1),
            new StockLine(null, null, 1), new StockLine("A", null, 9), new StockLine("A", null, -1));
        answer.Accepted.ShouldBe(2);
        answer.Rejected.Select(r => (r.Index, r.Reason)).ShouldBe([(2, "unknown-offer"), (3, "ean-check-digit"), (4, "unknown-offer"), (5, "duplicate"), (6, "quantity-invalid")]);
        (await catalog.StockAsync(lamp), await catalog.StockAsync(book)).ShouldBe(((7, 0), (8, 0)));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task A_figure_by_an_article_number_that_two_offers_have_is_refused_and_taken_for_neither()
    {
        var shop = await catalog.ShopAsync();
        var (fresh, worn) = (await catalog.OfferAsync(shop, CatalogHost.Define("NEUF", 1, ean13: "9782070364237", category: "livres")),
            await catalog.OfferAsync(shop, CatalogHost.Define("OCCASION", 2, ean13: "9782070364237", category: "livres") with { SecondHand = true }));
        var answer = await catalog.CountAsync(shop, "", new StockLine(null, "9782070364237", 8));
        (answer.Accepted, answer.Rejected.Single().Reason).ShouldBe((0, "ambiguous"));
        answer.Rejected.Single().Detail.ShouldBe("Plusieurs offres ont le code 9782070364237 : donnez la référence.");
        (await catalog.StockAsync(fresh), await catalog.StockAsync(worn)).ShouldBe(((1, 0), (2, 0)));
    }

    [Fact]
    public async Task A_count_below_what_is_set_aside_sells_nothing_more_and_says_so()
    {
        var (shop, offer) = await OfferAsync(5);
        await catalog.HoldAsync((shop, offer, 3));
        var answer = await catalog.CountAsync(shop, "", new StockLine("A", null, 1));
        answer.Accepted.ShouldBe(0);
        answer.Rejected.Single().Reason.ShouldBe("below-reserved");
        (await catalog.StockAsync(offer)).ShouldBe((3, 3));
        (await MovementsAsync(shop)).Items[0].ShouldSatisfyAllConditions(m => m.OnHandDelta.ShouldBe(-2), m => m.Note!.ShouldContain("compté 1"));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task An_offer_sent_with_a_count_below_what_is_set_aside_is_not_taken_at_all()
    {
        var (shop, offer) = await OfferAsync(5);
        await catalog.HoldAsync((shop, offer, 3));
        using var answer = await catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers/A", CatalogHost.Define("A", 1, 999));
        await CatalogHost.ProblemAsync(answer, HttpStatusCode.Conflict, "below-reserved");
        (await catalog.StockAsync(offer)).ShouldBe((5, 3));
        (await catalog.Anonymous.GetFromJsonAsync<Offer>($"/api/v1/offers/{offer}", Web))!.PriceCents.ShouldBe(500);
    }

    [Fact]
    public async Task A_till_count_taken_before_our_sale_does_not_bring_the_sold_piece_back()
    {
        var (shop, offer) = await OfferAsync(5);
        var order = await catalog.HoldAsync((shop, offer, 1));
        var taken = DateTimeOffset.UtcNow;
        await catalog.DoAsync(new StockCommand.Issue(order, shop.Id, [new IssueStock.Line(offer, 1)]));
        // The till counted 5 before the hand-over; the feed arrives after it (Magento #2725, the other way round).
        await catalog.CountAsync(shop, $"?source=feed&asOf={Uri.EscapeDataString(taken.ToString("O"))}", new StockLine("A", null, 5));
        (await catalog.StockAsync(offer)).ShouldBe((4, 0));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task The_time_of_a_count_is_read_with_its_offset_with_and_without_parts_of_a_second()
    {
        var (shop, _) = await OfferAsync(5);
        var now = DateTimeOffset.UtcNow.ToOffset(TimeSpan.FromHours(2));
        string[] forms = ["O", "yyyy-MM-dd'T'HH:mm:ss.fffzzz", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mmzzz"];
        foreach (var text in forms.Select(f => now.ToString(f, CultureInfo.InvariantCulture))
            .Concat(forms.Select(f => now.UtcDateTime.ToString(f.Replace("zzz", "'Z'", StringComparison.Ordinal), CultureInfo.InvariantCulture))))
        {
            // Whole seconds lie before the offer's own count: read, and known to be older.
            var answer = await catalog.CountAsync(shop, $"?asOf={Uri.EscapeDataString(text)}", new StockLine("A", null, 6));
            answer.Rejected.Select(r => r.Reason).ShouldBeSubsetOf(["older-than-known"]);
        }
    }

    [Fact]
    public async Task A_feed_that_leaves_out_reserved_copies_does_not_sell_them_again_nor_steal_them()
    {
        var (shop, offer) = await OfferAsync(5);
        await catalog.HoldAsync((shop, offer, 2));
        await catalog.CountAsync(shop, "?source=feed&reserved=excluded", new StockLine("A", null, 3));
        (await catalog.StockAsync(offer)).ShouldBe((5, 2));
        await catalog.CountAsync(shop, "?source=feed&reserved=included", new StockLine("A", null, 5));
        (await catalog.StockAsync(offer)).ShouldBe((5, 2));
        await catalog.CountAsync(shop, "?source=feed&reserved=excluded", new StockLine("A", null, 0));
        (await catalog.StockAsync(offer)).ShouldBe((2, 2), "the till shows none free: ours are still there");
    }

    [Fact]
    public async Task An_older_figure_never_replaces_a_newer_one()
    {
        var (shop, offer) = await OfferAsync(5);
        var answer = await catalog.CountAsync(shop, $"?asOf={Uri.EscapeDataString(DateTimeOffset.UtcNow.AddHours(-1).ToString("O"))}", new StockLine("A", null, 9));
        answer.Rejected.Single().Reason.ShouldBe("older-than-known");
        (await catalog.StockAsync(offer)).ShouldBe((5, 0));
    }

    [Fact]
    public async Task Counts_racing_with_reservations_never_oversell()
    {
        var (shop, offer) = await OfferAsync(30);
        var answers = new List<Task<object>>();
        var counts = new List<Task>();
        for (var i = 0; i < 60; i++)
        {
            answers.Add(catalog.AskAsync(CatalogHost.Reserve((shop, offer, 1))));
            if (i % 5 == 0)
            {
                counts.Add(catalog.CountAsync(shop, "?source=feed", new StockLine("A", null, 30)));
            }
        }

        await Task.WhenAll([.. counts, .. answers]);
        answers.Count(a => a.Result is StockReserved).ShouldBe(30);
        (await catalog.StockAsync(offer)).ShouldBe((30, 30));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task A_difference_moves_the_figure_and_cannot_take_what_is_set_aside()
    {
        var (shop, offer) = await OfferAsync(5);
        await catalog.HoldAsync((shop, offer, 3));
        using var broken = await AdjustAsync(shop, -2, "bocaux cassés");
        (await broken.Content.ReadFromJsonAsync<MerchantOffer>(Web))!.OnHand.ShouldBe(3);
        using var below = await AdjustAsync(shop, -1, "encore un");
        await CatalogHost.ProblemAsync(below, HttpStatusCode.Conflict, "below-reserved");
        using var delivery = await AdjustAsync(shop, 10, "delivery");
        delivery.EnsureSuccessStatusCode();
        using var nothing = await AdjustAsync(shop, 0, "rien");
        await CatalogHost.ProblemAsync(nothing, HttpStatusCode.UnprocessableEntity, "adjustment-invalid");
        (await MovementsAsync(shop)).Items.Select(m => m.Kind).ShouldBe(["delivery", "adjustment", "reservation", "feed"]);
    }

    [Fact]
    public async Task The_same_difference_sent_twice_under_one_key_moves_the_figure_once()
    {
        var (shop, offer) = await OfferAsync(5);
        using var client = catalog.Operator;
        client.DefaultRequestHeaders.Add("Idempotency-Key", "casse-du-lundi");
        async Task<HttpResponseMessage> SendAsync(long delta) => await client.PostAsJsonAsync($"/api/v1/shops/{shop.Slug}/stock/A/adjustments", new StockAdjustment(delta, "casse"));
        foreach (var answer in await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => SendAsync(-1))))
        {
            (await answer.Content.ReadFromJsonAsync<MerchantOffer>(Web))!.OnHand.ShouldBe(4);
        }

        await CatalogHost.ProblemAsync(await SendAsync(-2), HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
        (await catalog.StockAsync(offer)).ShouldBe((4, 0));
    }

    [Theory]
    [InlineData("?source=import", "source-invalid")]
    [InlineData("?asOf=hier", "as-of-invalid")]
    [InlineData("?asOf=2026-07-15T08:00:00", "as-of-invalid")] // whose eight o'clock?
    [InlineData("?asOf=05/12/2025", "as-of-invalid")]
    [InlineData("?asOf=2999-01-01T00:00:00Z", "as-of-invalid")]
    [InlineData("?reserved=peut-être", "reserved-invalid")]
    public async Task A_request_that_does_not_say_what_it_means_is_refused(string query, string code)
    {
        var (shop, _) = await OfferAsync(5);
        using var answer = await catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/stock{query}", new StockLine[] { new("A", null, 1) });
        await CatalogHost.ProblemAsync(answer, HttpStatusCode.UnprocessableEntity, code);
    }

    [Fact]
    public async Task Empty_and_overlong_batches_are_refused()
    {
        var (shop, _) = await OfferAsync(5);
        foreach (var count in new[] { 0, 1001 })
        {
            using var answer = await catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/stock", Enumerable.Range(0, count).Select(i => new StockLine("A" + i, null, 1)));
            await CatalogHost.ProblemAsync(answer, HttpStatusCode.UnprocessableEntity, "batch-size");
        }
    }

    [Fact]
    public async Task What_a_person_counts_is_not_accepted_by_itself_and_what_a_program_feeds_is()
    {
        var (shop, offer) = await OfferAsync(5);
        using var byHand = await catalog.Member(shop, "staff").PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/stock", new StockLine[] { new("A", null, 6) });
        byHand.EnsureSuccessStatusCode();
        (await catalog.AskAsync(CatalogHost.Reserve((shop, offer, 1)))).ShouldBeOfType<StockReserved>().Shops.Single().AcceptedByItself.ShouldBeFalse();
        using var byKey = await (await catalog.KeyAsync(shop, "stock:write")).PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/stock", new StockLine[] { new("A", null, 6) });
        byKey.EnsureSuccessStatusCode();
        (await catalog.AskAsync(CatalogHost.Reserve((shop, offer, 1)))).ShouldBeOfType<StockReserved>().Shops.Single().AcceptedByItself.ShouldBeTrue();
    }

    private async Task<(ShopEntry Shop, OfferId Offer)> OfferAsync(long onHand)
    {
        var shop = await catalog.ShopAsync();
        return (shop, await catalog.OfferAsync(shop, CatalogHost.Define("A", onHand)));
    }

    private Task<HttpResponseMessage> AdjustAsync(ShopEntry shop, long delta, string reason) =>
        catalog.Operator.PostAsJsonAsync($"/api/v1/shops/{shop.Slug}/stock/A/adjustments", new StockAdjustment(delta, reason));

    private async Task<StockMovementPage> MovementsAsync(ShopEntry shop) =>
        (await catalog.Operator.GetFromJsonAsync<StockMovementPage>($"/api/v1/shops/{shop.Slug}/stock/A/movements", Web))!;
}
