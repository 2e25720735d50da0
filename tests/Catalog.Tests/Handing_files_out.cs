using System.Text;
using Marketplace.Catalog.Exporting;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Catalog.Tests;

/// <summary>What a shop takes out and brings back: its offers, which come back unchanged, and its rejected lines, which come back corrected.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Handing_files_out(CatalogHost catalog)
{
    private async Task<ImportDesk> DeskAsync() => new(catalog, await catalog.ShopAsync());

    [Theory]
    [InlineData("")]
    [InlineData("=cmd|' /C calc'!A0")]
    [InlineData("+33 4 78")]
    [InlineData("-1")]
    [InlineData("@SUM(A1)")]
    [InlineData("\tx")]
    [InlineData("＝1+1")]
    [InlineData("'=1")]
    [InlineData("''=1")]
    [InlineData("'apostrophe")]
    [InlineData("l’été")]
    public void A_cell_that_a_spreadsheet_would_run_is_written_so_that_it_does_not_and_read_back_as_it_was(string text)
    {
        SafeCells.Read(SafeCells.Write(text)).ShouldBe(text);
        SafeCells.Read(SafeCells.WriteText(text)).ShouldBe(text);
        SafeCells.Write(text).FirstOrDefault().ShouldNotBeOneOf('=', '+', '-', '@', '\t', '＝');
    }

    [Theory]
    [InlineData("csv", "fr")]
    [InlineData("csv", "en")]
    [InlineData("xlsx", "fr")]
    [InlineData("xlsx", "en")]
    public async Task What_is_exported_and_sent_back_changes_nothing(string kind, string language)
    {
        var desk = await DeskAsync();
        OfferDefinition[] offers =
        [
            CatalogHost.Define("A1", 7, 1250, title: "=cmd|' /C calc'!A0") with { Description = "Deux\nlignes ; « et » \"plus\"\r\nencore", Synonyms = ["un, deux"], Brand = "'=x" },
            CatalogHost.Define("0012", 3, 99, "pains", title: "Pain d’été") with { Allergens = ["gluten", "lait"], NetQuantity = 400, NetUnit = "g", Origin = "Rhône", Ean13 = "3017620422003" },
            CatalogHost.Define("-V/é |", 0, 900, "vins") with { Alcohol = true, VatRate = 20, Synonyms = ["rouge", "côte"] },
            CatalogHost.Define("P1", 4000, 390, "pains", SaleUnit.Weight) with { Allergens = ["aucun"] },
            CatalogHost.Define("O1", 1, 500) with { SecondHand = true, Description = " " },
            CatalogHost.Define("D1", 2, 500, "pains") with { Status = "draft", Allergens = null },
            CatalogHost.Define("Z1", 2, 500),
        ];
        foreach (var offer in offers)
        {
            using var put = await System.Net.Http.Json.HttpClientJsonExtensions.PutAsJsonAsync(desk.Client, $"/api/v1/shops/{desk.Shop.Slug}/offers/{Uri.EscapeDataString(offer.Sku)}", offer);
            put.IsSuccessStatusCode.ShouldBeTrue(await put.Content.ReadAsStringAsync());
        }

        await desk.Client.DeleteAsync($"/api/v1/shops/{desk.Shop.Slug}/offers/Z1");
        desk.Client.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        var file = await desk.DownloadAsync($"export.{kind}");
        if (kind == "csv")
        {
            Encoding.UTF8.GetString(file).ShouldContain("'=cmd");
        }

        var before = await desk.StateAsync();
        var looked = await desk.SendAsync(file);
        (looked.Preview!.Lines, looked.Preview.Unchanged).ShouldBe((6, 6), string.Join(" ", looked.Preview.Rows.Select(r => $"{r.Line} {r.Effect} {r.Detail}")));
        var end = await desk.TakeAsync(looked);
        (end.Read, end.Accepted, end.Unchanged, end.Rejected.Count).ShouldBe((6, 0, 6, 0));
        // And straight in, as a program does.
        (await desk.SendAsync(file, "")).Unchanged.ShouldBe(6);
        (await desk.StateAsync()).ShouldBe(before);
        (await desk.DefinitionAsync("A1")).Title.ShouldBe("=cmd|' /C calc'!A0");
        (await desk.OffersAsync()).Single(o => o.Sku == "Z1").Status.ShouldBe("archived");
        await catalog.LedgerHoldsAsync();
    }

    // A merchant exports, sells all day, corrects a price in the evening and sends the file back.
    [Fact]
    public async Task What_was_sold_since_the_export_stays_sold()
    {
        var desk = await DeskAsync();
        var offer = await catalog.OfferAsync(desk.Shop, CatalogHost.Define("A1", 5, 1000));
        var file = Encoding.UTF8.GetString(await desk.DownloadAsync("export.csv"));
        var order = CatalogHost.Reserve((desk.Shop, offer, 2));
        await catalog.AskAsync(order);
        await catalog.DoAsync(new Stock.StockCommand.Issue(order.OrderId, desk.Shop.Id, [new(offer, 2)]));
        file.ShouldContain(";10;");
        var end = await desk.TakeAsync(await desk.SendAsync(ImportDesk.Bytes(file.Replace(";10;", ";12;", StringComparison.Ordinal))));
        (end.Accepted, end.Rejected.Count).ShouldBe((1, 0));
        (await catalog.StockAsync(offer)).ShouldBe((3, 0));
        (await desk.DefinitionAsync("A1")).PriceCents.ShouldBe(1200);
        await catalog.LedgerHoldsAsync();
    }

    // The goods left before the export, and Catalog hears of it after.
    [Theory]
    [InlineData("csv")]
    [InlineData("xlsx")]
    public async Task What_had_left_before_the_export_and_is_heard_of_after_stays_sold(string kind)
    {
        var desk = await DeskAsync();
        var offer = await catalog.OfferAsync(desk.Shop, CatalogHost.Define("A1", 5, 1000));
        var order = CatalogHost.Reserve((desk.Shop, offer, 2));
        await catalog.AskAsync(order);
        var left = DateTimeOffset.UtcNow;
        var file = await desk.DownloadAsync($"export.{kind}");
        await catalog.DoAsync(new Stock.StockCommand.Issue(order.OrderId, desk.Shop.Id, [new(offer, 2)], left));
        (await catalog.StockAsync(offer)).ShouldBe((3, 0));
        var looked = await desk.SendAsync(file);
        (looked.Preview!.Unchanged, looked.Preview.Changed).ShouldBe((1, 0));
        (await desk.TakeAsync(looked)).Unchanged.ShouldBe(1);
        (await catalog.StockAsync(offer)).ShouldBe((3, 0));
        await catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task A_figure_that_somebody_wrote_in_our_file_counts_as_of_the_export_or_is_told_to_be_too_old()
    {
        var desk = await DeskAsync();
        var offer = await catalog.OfferAsync(desk.Shop, CatalogHost.Define("A1", 5, 1000));
        var file = Encoding.UTF8.GetString(await desk.DownloadAsync("export.csv"));
        file.ShouldContain("neuf;5;");
        var counted = ImportDesk.Bytes(file.Replace("neuf;5;", "neuf;8;", StringComparison.Ordinal));
        var order = CatalogHost.Reserve((desk.Shop, offer, 2));
        await catalog.AskAsync(order);
        await catalog.DoAsync(new Stock.StockCommand.Issue(order.OrderId, desk.Shop.Id, [new(offer, 2)]));
        (await desk.SendAsync(counted, "")).Rejected.ShouldBeEmpty();
        (await catalog.StockAsync(offer)).ShouldBe((6, 0));
        await catalog.CountAsync(desk.Shop, "", new StockLine("A1", null, 4));
        (await desk.SendAsync(ImportDesk.Bytes(file.Replace("neuf;5;", "neuf;9;", StringComparison.Ordinal)), "")).Rejected.Single().Reason.ShouldBe("older-than-known");
        (await catalog.StockAsync(offer)).ShouldBe((4, 0));
    }

    // What another shop, or this one anew, makes of it.
    [Fact]
    public async Task In_a_shop_that_does_not_have_them_the_products_come_with_their_stock()
    {
        var (desk, other) = (await DeskAsync(), await DeskAsync());
        await catalog.OfferAsync(desk.Shop, CatalogHost.Define("A1", 5, 1000));
        (await other.SendAsync(await desk.DownloadAsync("export.csv"), "")).Added.ShouldBe(1);
        (await other.OffersAsync()).Single().OnHand.ShouldBe(5);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("xlsx")]
    public async Task Rejected_lines_are_handed_back_with_their_reasons_and_taken_once_corrected(string kind)
    {
        var desk = await DeskAsync();
        var import = await desk.SendAsync(ImportDesk.Bytes("Code interne;Nom complet;Rayon;Prix TTC;Qté\nA1;Lampe;Maison;10;5\nA2;=1+1;Nulle part;11;4\nA3;\"a;b\";Maison;gratuit;3\nA1;Encore;Maison;10;5\n"));
        import = await desk.CorrectAsync(import, import.Preview!.Format with { Columns = ["sku", "title", "category", "price", "stock"] });
        var end = await desk.TakeAsync(import);
        end.Reasons!.ShouldBe(new Dictionary<string, int> { ["category-unknown"] = 1, ["value-unreadable"] = 1, ["duplicate"] = 1 }, ignoreOrder: true);
        var file = await desk.DownloadAsync($"imports/{import.Id}/rejected.{kind}");
        if (kind == "csv")
        {
            var lines = Encoding.UTF8.GetString(file).TrimStart('\uFEFF').Split("\r\n");
            lines[0].ShouldBe("Code interne;Nom complet;Rayon;Prix TTC;Qté;Ligne du fichier;Motif du rejet");
            lines[1].ShouldStartWith("A2;'=1+1;Nulle part;11;4;3;");
            lines[2].ShouldStartWith("A3;\"a;b\";Maison;gratuit;3;4;");
            lines.Length.ShouldBe(5);
            file = Encoding.UTF8.GetBytes(string.Join("\r\n", lines).Replace("Nulle part", "Maison", StringComparison.Ordinal).Replace("gratuit", "2,50", StringComparison.Ordinal));
        }

        var corrected = await desk.SendAsync(file);
        corrected.Preview!.Remembered.ShouldBeTrue("its own columns are passed over");
        corrected.Preview.Format.Columns.ShouldBe(["sku", "title", "category", "price", "stock", "", ""]);
        if (kind == "csv")
        {
            (await desk.TakeAsync(corrected)).ShouldSatisfyAllConditions(e => e.Added.ShouldBe(2), e => e.Rejected.Count.ShouldBe(0));
            (await desk.DefinitionAsync("A2")).Title.ShouldBe("=1+1");
        }
        else
        {
            (corrected.Preview.Lines, corrected.Preview.Rejected).ShouldBe((3, 2)); // the repeated one is alone in this file
        }
    }

    [Fact]
    public async Task A_large_shop_comes_out_whole()
    {
        var desk = await DeskAsync();
        await desk.SendAsync(ImportDesk.Bytes("sku;title;category;price;stock\n" + string.Concat(Enumerable.Range(0, 2500).Select(i => $"L{i};Lampe;maison;1;1\n"))), "");
        var looked = await desk.SendAsync(await desk.DownloadAsync("export.xlsx"));
        (looked.Preview!.Lines, looked.Preview.Unchanged).ShouldBe((2500, 2500));
    }
}
