using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Ordering;
using Marketplace.ServiceDefaults.Shops;

namespace Marketplace.Catalog.Tests;

/// <summary>A cheese of about 1.2 kg at so much a kilo: kept and set aside in grams, ordered in whole pieces of the weight that was seen, or not at all.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Sold_in_pieces(CatalogHost catalog)
{
    private static readonly JsonSerializerOptions Web = JsonSerializerOptions.Web;

    [Fact]
    public async Task What_a_piece_weighs_is_kept_told_and_left_where_nothing_is_said_of_it()
    {
        var shop = await catalog.ShopAsync();
        var id = await catalog.OfferAsync(shop, Cheese(12_000, 1200));
        (await ShownAsync(id)).PieceGrams.ShouldBe(1200);
        (await catalog.Anonymous.GetFromJsonAsync<OfferSummary[]>($"/api/v1/offers?ids={id}", Web))!.Single().PieceGrams.ShouldBe(1200);
        var sheet = await SheetAsync(shop);
        (sheet.Definition.PieceGrams, sheet.Offer.PieceGrams, sheet.Offer.OnHand).ShouldBe((1200L, 1200L, 12_000L));

        var version = await VersionAsync(id);
        await catalog.OfferAsync(shop, sheet.Definition);
        (await VersionAsync(id)).ShouldBe(version, "sent back, nothing changes");
        await catalog.OfferAsync(shop, Cheese(null, null) with { PriceCents = 1900 });
        (await ShownAsync(id)).ShouldSatisfyAllConditions(o => o.PieceGrams.ShouldBe(1200), o => o.PriceCents.ShouldBe(1900));
        await catalog.OfferAsync(shop, Cheese(null, 0));
        (await ShownAsync(id)).PieceGrams.ShouldBeNull("ordered in grams again");
        (await catalog.StockAsync(id)).ShouldBe((12_000, 0));
    }

    [Theory]
    [InlineData(SaleUnit.Weight, 19), InlineData(SaleUnit.Weight, 30_001), InlineData(SaleUnit.Weight, -1200), InlineData(SaleUnit.Piece, 1200)]
    public async Task What_cannot_be_is_refused_and_nothing_is_taken(SaleUnit unit, long grams)
    {
        var shop = await catalog.ShopAsync();
        await CatalogHost.ProblemAsync(await PutAsync(shop, Cheese(5, grams) with { Unit = unit }), HttpStatusCode.UnprocessableEntity, "piece-weight-invalid");
        (await catalog.Operator.GetAsync($"/api/v1/shops/{shop.Slug}/offers/TOMME")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData(20), InlineData(30_000)]
    public async Task The_smallest_and_the_largest_can_be(long grams)
    {
        var shop = await catalog.ShopAsync();
        (await ShownAsync(await catalog.OfferAsync(shop, Cheese(90_000, grams)))).PieceGrams.ShouldBe(grams);
    }

    [Fact]
    public async Task Sold_by_the_piece_from_now_on_it_weighs_nothing_any_more()
    {
        var shop = await catalog.ShopAsync();
        var id = await catalog.OfferAsync(shop, Cheese(12_000, 1200));
        await catalog.OfferAsync(shop, Cheese(8, null) with { Unit = SaleUnit.Piece });
        (await ShownAsync(id)).ShouldSatisfyAllConditions(o => o.Unit.ShouldBe(SaleUnit.Piece), o => o.PieceGrams.ShouldBeNull(), o => o.Available.ShouldBe(8));
        await catalog.OfferAsync(shop, Cheese(9_000, null));
        (await ShownAsync(id)).PieceGrams.ShouldBeNull("nor by weight again");
    }

    [Theory]
    [InlineData(1_100, 0, "out-of-stock"), InlineData(3_000, 2_400, "last-ones"), InlineData(12_500, 12_000, "in-stock")]
    public async Task Only_whole_pieces_can_be_had(long onHand, long available, string state)
    {
        var shop = await catalog.ShopAsync();
        var id = await catalog.OfferAsync(shop, Cheese(onHand, 1200));
        (await ShownAsync(id)).ShouldSatisfyAllConditions(o => o.Available.ShouldBe(available), o => o.StockState.ShouldBe(state));
        await Eventually.BecomesAsync(async () => (await catalog.ListAsync($"?shop={shop.Slug}")).Items is [{ } row] && (row.Available, row.StockState) == (available, state), TimeSpan.FromSeconds(10));
        var refused = (await catalog.AskAsync(Reserve(shop, id, available + 1200, 1200))).ShouldBeOfType<StockRefused>().Lines.Single();
        (refused.Reason, refused.Available, refused.PieceGrams).ShouldBe(("out-of-stock", available, 1200L));
    }

    [Fact]
    public async Task Two_pieces_are_set_aside_in_grams_with_their_weight_frozen()
    {
        var shop = await catalog.ShopAsync();
        var id = await catalog.OfferAsync(shop, Cheese(12_000, 1200));
        var command = Reserve(shop, id, 2400, 1200);
        var line = (await catalog.AskAsync(command)).ShouldBeOfType<StockReserved>().Shops.Single().Lines.Single();
        (line.Unit, line.Quantity, line.PriceCents, line.PieceGrams).ShouldBe((SaleUnit.Weight, 2400L, 1800L, 1200L));
        (await catalog.StockAsync(id)).ShouldBe((12_000, 2400));

        // The shop weighs them otherwise now: what was ordered stays as it was.
        await catalog.OfferAsync(shop, Cheese(null, 600));
        await catalog.DoAsync(new Stock.StockCommand.Issue(command.OrderId, shop.Id, [new(id, 2350)], DateTimeOffset.UtcNow, null));
        (await catalog.StockAsync(id)).ShouldBe((9650, 0), "the exact weight left, the rest is for sale again");
        await catalog.LedgerHoldsAsync();
    }

    // Seen is what a piece weighed on the page, 0: shown in grams, null: nothing was said. Now is what the shop says by then.
    [Theory]
    [InlineData(1200L, 600L, 2400L)] // 2 pieces would be 4
    [InlineData(1200L, 1300L, 2400L)]
    [InlineData(1200L, null, 2400L)]
    [InlineData(0L, 1200L, 350L)]
    [InlineData(0L, 1200L, 2400L)]
    [InlineData(null, 1200L, 350L)]
    [InlineData(null, 1200L, 99_999L)] // before what is left: that counts something else
    public async Task Pieces_of_another_weight_than_was_seen_are_refused_and_nothing_is_set_aside(long? seen, long? now, long quantity)
    {
        var shop = await catalog.ShopAsync();
        var (id, other) = (await catalog.OfferAsync(shop, Cheese(12_000, now)), await catalog.OfferAsync(shop, 5));
        var asked = Reserve(shop, id, quantity, seen);
        asked = asked with { Shops = [asked.Shops[0] with { Lines = [.. asked.Shops[0].Lines, new(other, 1, null)] }] };
        var refused = (await catalog.AskAsync(asked)).ShouldBeOfType<StockRefused>().Lines.ShouldHaveSingleItem();
        (refused.OfferId, refused.Reason, refused.Unit, refused.PieceGrams).ShouldBe((id, "pieces-changed", SaleUnit.Weight, now));
        ((await catalog.StockAsync(id)).Reserved, (await catalog.StockAsync(other)).Reserved).ShouldBe((0L, 0L));
    }

    [Fact]
    public async Task Who_says_nothing_of_it_has_whole_pieces_and_grams_as_before()
    {
        var shop = await catalog.ShopAsync();
        var id = await catalog.OfferAsync(shop, Cheese(12_000, 1200));
        (await catalog.AskAsync(Reserve(shop, id, 3600, null))).ShouldBeOfType<StockReserved>().Shops.Single().Lines.Single().PieceGrams.ShouldBe(1200);
        var loose = await catalog.OfferAsync(shop, Cheese(12_000, null) with { Sku = "COUPE" });
        (await catalog.AskAsync(Reserve(shop, loose, 350, null))).ShouldBeOfType<StockReserved>().Shops.Single().Lines.Single().PieceGrams.ShouldBeNull();
        (await catalog.AskAsync(Reserve(shop, loose, 350, 0))).ShouldBeOfType<StockReserved>();
    }

    [Fact]
    public async Task Many_that_order_while_the_shop_weighs_anew_each_have_what_they_saw_or_nothing()
    {
        var shop = await catalog.ShopAsync();
        var id = await catalog.OfferAsync(shop, Cheese(120_000, 1200));
        var weighing = Task.Run(async () =>
        {
            for (var i = 0; i < 6; i++)
            {
                await catalog.OfferAsync(shop, Cheese(null, i % 2 == 0 ? 600 : 1200));
            }
        });
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => catalog.AskAsync(Reserve(shop, id, 1200, i % 2 == 0 ? 1200 : 600))));
        await weighing;
        for (var i = 0; i < answers.Length; i++)
        {
            var seen = i % 2 == 0 ? 1200L : 600L;
            if (answers[i] is StockReserved held)
            {
                held.Shops.Single().Lines.Single().PieceGrams.ShouldBe(seen);
            }
            else
            {
                ((StockRefused)answers[i]).Lines.Single().ShouldSatisfyAllConditions(l => l.Reason.ShouldBe("pieces-changed"), l => l.PieceGrams.ShouldNotBe(seen));
            }
        }

        (await catalog.StockAsync(id)).Reserved.ShouldBe(answers.OfType<StockReserved>().Count() * 1200);
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task A_file_brings_it_in_grams_or_kilos_and_the_export_takes_it_back_unchanged()
    {
        var desk = new ImportDesk(catalog, await catalog.ShopAsync());
        var looked = await desk.SendAsync(ImportDesk.Bytes(
            """
            Référence;Désignation;Catégorie;Prix TTC;Vendu par;Stock;Poids d’une pièce
            A;Tomme;maison;18,00;poids;12000;1,2 kg
            B;Poulet;maison;9,90;poids;12000;1600 g
            C;Melon;maison;3,00;poids;12000;800
            D;Coupe;maison;20,00;poids;12000;
            E;Miette;maison;20,00;poids;12000;12 g
            F;Rôti;maison;20,00;poids;12000;lourd
            G;Lampe;maison;20,00;pièce;5;1,2 kg
            H;Part;maison;20,00;poids;12000;0,0001 kg
            """));
        looked.Preview!.Format.Columns[6].ShouldBe("piece_weight");
        looked.Preview.Rows.Select(r => (r.Effect, r.Offer?.PieceGrams, r.Reason)).ShouldBe([("added", 1200L, null), ("added", 1600L, null), ("added", 800L, null), ("added", null, null),
            ("rejected", null, "piece-weight-invalid"), ("rejected", null, "value-unreadable"), ("rejected", null, "piece-weight-invalid"), ("rejected", null, "value-unreadable")]);
        looked.Preview.Rows[4].Detail!.ShouldContain("de 20 g à 30 kg");
        looked.Preview.Rows[5].Detail!.ShouldContain("« lourd » ne peut pas être lu comme un poids");
        (await desk.TakeAsync(looked)).Added.ShouldBe(4);
        (await desk.DefinitionAsync("A")).PieceGrams.ShouldBe(1200);

        // What the file has no column for stays, an empty cell takes it away.
        await desk.TakeAsync(await desk.SendAsync(ImportDesk.Bytes("Référence;Prix TTC\nA;19,00\n")));
        (await desk.DefinitionAsync("A")).ShouldSatisfyAllConditions(d => d.PriceCents.ShouldBe(1900), d => d.PieceGrams.ShouldBe(1200));
        foreach (var kind in new[] { "export.csv", "export.xlsx" })
        {
            var again = await desk.SendAsync(await desk.DownloadAsync(kind));
            (again.Preview!.Lines, again.Preview.Unchanged).ShouldBe((4, 4), kind);
        }

        var changed = Encoding.UTF8.GetString(await desk.DownloadAsync("export.csv")).Replace("1600 g", "", StringComparison.Ordinal).Replace("800 g", "0,9 kg", StringComparison.Ordinal);
        var taken = await desk.SendAsync(ImportDesk.Bytes(changed));
        taken.Preview!.Changed.ShouldBe(2);
        await desk.TakeAsync(taken);
        ((await desk.DefinitionAsync("B")).PieceGrams, (await desk.DefinitionAsync("C")).PieceGrams, (await desk.DefinitionAsync("A")).PieceGrams).ShouldBe((null, 900L, 1200L));
        await desk.TakeAsync(await desk.SendAsync(ImportDesk.Bytes("Référence;Vendu par;Stock\nA;pièce;7\n")));
        (await desk.DefinitionAsync("A")).ShouldSatisfyAllConditions(d => d.Unit.ShouldBe(SaleUnit.Piece), d => d.PieceGrams.ShouldBeNull());
    }

    private static OfferDefinition Cheese(long? onHand, long? pieceGrams) => CatalogHost.Define("TOMME", onHand, 1800, unit: SaleUnit.Weight, title: "Tomme fermière") with { PieceGrams = pieceGrams };

    private static ReserveStock Reserve(ShopEntry shop, OfferId offer, long quantity, long? seen)
    {
        var asked = CatalogHost.Reserve((shop, offer, quantity));
        return asked with { Shops = [asked.Shops[0] with { Lines = [asked.Shops[0].Lines[0] with { ExpectedPieceGrams = seen }] }] };
    }

    private Task<HttpResponseMessage> PutAsync(ShopEntry shop, OfferDefinition offer) => catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers/{offer.Sku}", offer);

    private async Task<Offer> ShownAsync(OfferId id) => (await catalog.Anonymous.GetFromJsonAsync<Offer>($"/api/v1/offers/{id}", Web))!;

    private async Task<OfferSheet> SheetAsync(ShopEntry shop) => (await catalog.Operator.GetFromJsonAsync<OfferSheet>($"/api/v1/shops/{shop.Slug}/offers/TOMME", Web))!;

    private Task<long> VersionAsync(OfferId id) => catalog.ScalarAsync<long>($"select version from offers where offer_id = '{id}'");
}
