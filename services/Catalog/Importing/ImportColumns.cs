using System.Globalization;
using System.Text;
using Marketplace.Catalog.Offers;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults;

namespace Marketplace.Catalog.Importing;

/// <summary>Finds a file's columns by their names, ours or what shops call them, and reads an offer out of a record.</summary>
internal sealed class ImportColumns
{
    private static readonly Dictionary<string, string[]> Names = new()
    {
        ["sku"] = ["sku", "reference", "ref", "code article"],
        ["ean13"] = ["ean13", "ean", "isbn", "isbn13", "gtin", "gencod", "code barres", "code barre"],
        ["title"] = ["title", "titre", "libelle", "designation", "nom"],
        ["description"] = ["description", "texte"],
        ["brand"] = ["brand author", "brand", "marque", "auteur", "producteur"],
        ["category"] = ["category", "categorie", "rayon"],
        ["unit"] = ["sale unit", "unite de vente", "vendu par"],
        ["cents"] = ["price cents", "prix centimes"],
        ["price"] = ["price", "prix", "prix ttc"],
        ["vat"] = ["vat rate", "tva", "taux tva", "taux de tva"],
        ["net"] = ["net quantity", "quantite nette", "contenance", "poids net"],
        ["netUnit"] = ["net unit", "unite nette", "unite"],
        ["allergens"] = ["allergens", "allergenes"],
        ["origin"] = ["origin", "origine"],
        ["alcohol"] = ["alcohol", "alcool"],
        ["condition"] = ["condition", "etat"],
        ["stock"] = ["stock", "on hand", "quantite", "qte"],
        ["synonyms"] = ["synonyms", "synonymes", "mots cles"],
    };

    private readonly Dictionary<string, int> _at = [];

    private ImportColumns()
    {
    }

    /// <summary>The columns, or which one is missing.</summary>
    internal static (ImportColumns? Columns, string? Missing) Of(string[] header)
    {
        var columns = new ImportColumns();
        for (var i = 0; i < header.Length; i++)
        {
            var name = Fold(header[i]);
            if (Names.FirstOrDefault(n => n.Value.Contains(name)).Key is { } key)
            {
                columns._at.TryAdd(key, i);
            }
        }

        var missing = Array.Find(["sku", "title", "category"], c => !columns._at.ContainsKey(c)) ?? (columns._at.ContainsKey("cents") || columns._at.ContainsKey("price") ? null : "price_cents");
        return missing is null ? (columns, null) : (null, missing);
    }

    /// <summary>The record as an offer; what it says is checked afterwards, by the rules for every offer.</summary>
    internal (OfferDefinition? Offer, Fault? Fault) Read(string[] fields)
    {
        Fault? wrong = null;
        string? Text(string column) => _at.TryGetValue(column, out var at) && at < fields.Length && fields[at].Trim() is { Length: > 0 } text ? text : null;
        long? Whole(string column) => Text(column) is not { } text ? null
            : long.TryParse(Digits(text), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : Wrong<long>(column, text, ref wrong);
        decimal? Decimal(string column) => Text(column) is not { } text ? null
            : decimal.TryParse(Digits(text).Replace(',', '.'), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : Wrong<decimal>(column, text, ref wrong);
        if (fields.Any(f => f.Contains('\uFFFD', StringComparison.Ordinal)))
        {
            return (null, new("encoding", "Des lettres de cette ligne sont illisibles : enregistrez le fichier en UTF-8.",
                "Some letters of this line cannot be read: save the file as UTF-8."));
        }

        var cents = Whole("cents") ?? (Decimal("price") is { } price and > -1_000_000 and < 1_000_000 ? (long)Math.Round(price * 100, MidpointRounding.AwayFromZero) : 0);
        SaleUnit? unit = Text("unit")?.ToLowerInvariant() switch
        {
            null or "piece" or "pièce" => SaleUnit.Piece,
            "weight" or "poids" or "kg" => SaleUnit.Weight,
            var text => Wrong<SaleUnit>("unit", text, ref wrong),
        };
        bool? alcohol = Text("alcohol")?.ToLowerInvariant() switch
        {
            null or "0" or "non" or "no" or "false" => false,
            "1" or "oui" or "yes" or "true" => true,
            var text => Wrong<bool>("alcohol", text, ref wrong),
        };
        bool? secondHand = Text("condition")?.ToLowerInvariant() switch
        {
            null or "new" or "neuf" => false,
            "second-hand" or "occasion" => true,
            var text => Wrong<bool>("condition", text, ref wrong),
        };
        var offer = new OfferDefinition(Text("sku") ?? "", Text("ean13"), Text("title") ?? "", Text("brand"), Text("category") ?? "", Text("description"), unit ?? SaleUnit.Piece, cents,
            Decimal("vat"), Whole("net"), Text("netUnit"), List("allergens"), Text("origin"), alcohol ?? false, secondHand ?? false, Whole("stock"), List("synonyms"));
        return wrong is null ? (offer, null) : (null, wrong);

        string[]? List(string column) => Text(column)?.Split([',', '|'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }

    private static T? Wrong<T>(string column, string text, ref Fault? wrong) where T : struct
    {
        var name = Names[column][0].Replace(' ', '_');
        wrong ??= new("value-unreadable", $"« {text} » est illisible dans la colonne {name}.", $"“{text}” cannot be read in the column {name}.");
        return null;
    }

    // "1 250", "3,45 €" and "5,5 %" are numbers too.
    private static string Digits(string text) => text.TrimEnd('€', '%').Replace(" ", "", StringComparison.Ordinal).Replace("\u00A0", "", StringComparison.Ordinal).Replace("\u202F", "", StringComparison.Ordinal).Trim();

    private static string Fold(string name)
    {
        var folded = new StringBuilder();
        foreach (var c in name.Trim().Trim('\uFEFF').ToLowerInvariant().Decomposed())
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
            {
                folded.Append(char.IsLetterOrDigit(c) ? c : ' ');
            }
        }

        return folded.ToString().Trim();
    }
}
