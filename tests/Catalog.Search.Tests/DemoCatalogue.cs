using System.Globalization;
using System.Text.Json;
using Marketplace.Contracts;

namespace Marketplace.Catalog.Search.Tests;

/// <param name="Shop">Slug.</param>
/// <param name="Words">Description and origin, as Catalog gives them to the index.</param>
internal sealed record DemoOffer(Guid Id, string Shop, string Title, string Brand, string? Ean, string Category, string Aliases, string Words, SaleUnit Unit, long PriceCents);

/// <summary>The demo towns as the launcher loads them: their shops, their departments and everything they sell.</summary>
internal static class DemoCatalogue
{
    /// <summary>In the order of the files, which is the order of their ids too: equals always come in the same order.</summary>
    public static IReadOnlyList<DemoOffer> Offers { get; } = [.. Read().Select((offer, number) => offer with { Id = new Guid(number + 1, 0, 0, new byte[8]) })];

    /// <summary>The index over them all, everything in stock.</summary>
    public static OfferIndex Index(Synonyms synonyms)
    {
        var index = new OfferIndex(new StandingClock(Market.Now), synonyms);
        index.SetCategories([.. Json("categories.json").Select(c => new IndexedCategory(Text(c, "slug"), Text(c.GetProperty("name"), "fr"), Text(c.GetProperty("name"), "en"), c.TryGetProperty("parent", out var parent) ? parent.GetString() : null))]);
        var shops = new Dictionary<string, Guid>(StringComparer.Ordinal);
        foreach (var shop in Json("shops.json"))
        {
            var (id, position) = (new Guid(0, (short)shops.Count, 1, new byte[8]), shop.GetProperty("position"));
            shops[Text(shop, "slug")] = id;
            index.SetShop(new IndexedShop(id, Text(shop, "slug"), Text(shop, "name"), [Text(shop, "town")], position.GetProperty("lat").GetDouble(), position.GetProperty("lon").GetDouble(), true));
        }

        index.Upsert(Offers.Select(o => new IndexedOffer(o.Id, shops[o.Shop], o.Title, o.Brand, o.Ean, o.Category, o.Aliases, o.Words, o.Unit, o.PriceCents, 10, StockState.InStock, Market.Now, 0)));
        index.Compact();
        return index;
    }

    private static IEnumerable<DemoOffer> Read()
    {
        foreach (var file in Directory.GetFiles(Path("offers"), "*.csv").Order(StringComparer.Ordinal))
        {
            var lines = File.ReadLines(file).Select(Columns).ToList();
            foreach (var line in lines.Skip(1))
            {
                string At(string column) => lines[0].IndexOf(column) is >= 0 and var at ? line[at] : "";
                var words = new[] { At("size"), At("colour"), At("description"), At("origin") }.Where(w => w.Length > 0);
                yield return new DemoOffer(default, System.IO.Path.GetFileNameWithoutExtension(file), At("title"), At("brand_author"), At("ean13") is { Length: > 0 } ean ? ean : null,
                    At("category"), At("synonyms"), string.Join(", ", words), At("sale_unit") == "weight" ? SaleUnit.Weight : SaleUnit.Piece, long.Parse(At("price_cents"), CultureInfo.InvariantCulture));
            }
        }
    }

    private static List<string> Columns(string line)
    {
        var columns = new List<string> { "" };
        var isQuoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            var isDoubled = isQuoted && line[i] == '"' && i + 1 < line.Length && line[i + 1] == '"';
            if (isDoubled || (line[i] != '"' && (isQuoted || line[i] != ';')))
            {
                columns[^1] += line[isDoubled ? i++ : i];
            }
            else if (line[i] == '"')
            {
                isQuoted = !isQuoted;
            }
            else
            {
                columns.Add("");
            }
        }

        return columns;
    }

    private static JsonElement.ArrayEnumerator Json(string file) => JsonDocument.Parse(File.ReadAllText(Path(file))).RootElement.EnumerateArray();

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static string Path(string name) => System.IO.Path.Combine(Repository.Root, "infra", "demo", name);
}
