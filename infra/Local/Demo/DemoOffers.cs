using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Local.Demo;

/// <summary>A shop's offers out of its CSV file.</summary>
internal static class DemoOffers
{
    public static IEnumerable<OfferDefinition> Read(string path) => Csv.Read(File.ReadAllText(path)).Select(Offer);

    private static OfferDefinition Offer(IReadOnlyDictionary<string, string> line)
    {
        string? Text(string column) => line.GetValueOrDefault(column) is { Length: > 0 } text ? text : null;
        long? Number(string column) => Text(column) is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : null;
        return new OfferDefinition(
            Sku: Text("sku")!,
            Ean13: Text("ean13"),
            Title: Text("title")!,
            Brand: Text("brand_author"),
            Category: Text("category")!,
            Description: Text("description"),
            Unit: Text("sale_unit") == "weight" ? SaleUnit.Weight : SaleUnit.Piece,
            PriceCents: Number("price_cents")!.Value,
            VatRate: Text("vat_rate") is { } rate ? decimal.Parse(rate, CultureInfo.InvariantCulture) : null,
            NetQuantity: Number("net_quantity"),
            NetUnit: Text("net_unit"),
            // "aucun" is a declaration of its own (none of the fourteen), an empty field is none made.
            Allergens: List(Text("allergens")),
            Origin: Text("origin"),
            Alcohol: Text("alcohol") == "1",
            SecondHand: Text("condition") == "second-hand",
            OnHand: Number("stock"),
            Synonyms: List(Text("synonyms")));
    }

    private static string[]? List(string? text) =>
        text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
