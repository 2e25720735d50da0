using System.Globalization;
using Marketplace.Catalog.Offers;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults;

namespace Marketplace.Catalog.Importing;

/// <summary>A cell that says nothing that its column could hold.</summary>
internal sealed record Unreadable(string Field, Fault Fault)
{
    /// <summary>Whether a fault comes only of this cell's being read as nothing.</summary>
    internal bool Explains(Fault fault) => fault.Reason switch
    {
        "price-invalid" => Field is "price" or "price_cents",
        "quantity-invalid" => Field == "stock",
        "vat-rate-unknown" or "vat-rate-alcohol" => Field is "vat_rate" or "alcohol",
        "net-quantity-missing" or "net-quantity-invalid" or "net-unit-unknown" => Field is "net_quantity" or "net_unit" or "sale_unit" or "ean13" or "prepacked",
        Prepacking.UnsaidReason => Field is "prepacked" or "sale_unit" or "ean13" or "status",
        "allergens-missing" or "allergens-contradictory" or "allergen-unknown" => Field is "allergens" or "status",
        "category-unknown" => Field == "category",
        "ean-malformed" or "ean-check-digit" => Field == "ean13",
        "sku-invalid" => Field is "sku" or "ean13",
        "title-invalid" => Field == "title",
        "variant-invalid" => Field is "group" or "size" or "colour",
        "piece-weight-invalid" => Field is "piece_weight" or "sale_unit",
        _ => false,
    };
}

/// <summary>
/// Reads an offer out of a record; what it says is checked afterwards, by the rules for every offer. What the file has no column for stays with a product that is there
/// already as it is.
/// </summary>
internal sealed class LineReading
{
    private static readonly string[] Errors = ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#VALEUR!", "#NOM?", "#NOMBRE!", "#NUL!"];

    private readonly Dictionary<string, int> _at = [];
    private readonly CategoryNames _categories;
    private readonly string? _category;

    internal LineReading(IReadOnlyList<string> columns, string? category, CategoryNames categories)
    {
        (_categories, _category, Columns) = (categories, category, columns.Count);
        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i].Length > 0)
            {
                _at.TryAdd(columns[i], i);
            }
        }
    }

    internal int Columns { get; }

    /// <summary>Without references a product is known by its article number.</summary>
    internal bool ByEan => !Has("sku");

    /// <summary>Everything an offer has is in the file.</summary>
    internal bool Whole => ImportFormat.Fields.All(f => Has(f) || f is "status" or "stock" or "stock_at" or "stock_exported" or "price" or "price_cents" or "group" or "size" or "colour" or "piece_weight" or "prepacked") && (Has("price") || Has("price_cents"))
        && Has("group") == Has("size") && Has("size") == Has("colour");

    /// <summary>Says of each product what is sold, and for how much; else it only speaks of products that are there.</summary>
    internal bool Offers => Has("title") && (Has("price") || Has("price_cents"));

    internal bool Has(string field) => _at.ContainsKey(field);

    /// <summary>What a line does not name stays as it is, also where the file has a column for it.</summary>
    internal bool NamesCategory(string[] fields) => Category(fields) is not null;

    /// <summary>As it is written.</summary>
    internal string? Category(string[] fields) => Text(fields, "category");

    internal string? Sku(string[] fields) => ByEan ? null : Text(fields, "sku");

    /// <summary>As far as it can be told; what is none stays as it was typed.</summary>
    internal string? Ean(string[] fields)
    {
        if (Text(fields, "ean13") is not { } text)
        {
            return null;
        }

        // Spreadsheets are told ="3017620422003" so that they keep the digits, and drop a leading nought where they are not.
        text = text.StartsWith("=\"", StringComparison.Ordinal) && text.EndsWith('"') && text.Length > 3 ? text[2..^1] : text;
        return text.Length == 12 && text.All(char.IsAsciiDigit) && Gtin.Normalise("0" + text).Ean13 is { } padded ? padded : text;
    }

    /// <summary>The offer as far as it can be read, and the cells that cannot; none where nothing of the line can.</summary>
    internal (OfferDefinition? Offer, DateTimeOffset? StockAt, IReadOnlyList<Unreadable> Wrong) Read(string[] fields, KnownOffer? known)
    {
        if (Array.Exists(fields, f => f.Contains('\uFFFD', StringComparison.Ordinal)))
        {
            return (null, null, [new("", new("encoding", "Des lettres de cette ligne sont illisibles : enregistrez le fichier en UTF-8.", "Some letters of this line cannot be read: save the file as UTF-8."))]);
        }

        var wrong = new List<Unreadable>();
        foreach (var (field, at) in _at)
        {
            if (at < fields.Length && fields[at].StartsWith('#') && Errors.Contains(fields[at].Trim()))
            {
                Note(field, fields[at].Trim(), wrong);
            }
        }

        var row = known?.Row;
        var (net, netUnit) = Net(fields, wrong);
        var unit = Has("sale_unit") ? Unit(fields, wrong) : row?.Unit ?? SaleUnit.Piece;
        long? price = Has("price_cents") && Integer("price_cents", fields, wrong) is { } cents ? cents
            : Has("price") ? (Number("price", fields, wrong) is { } euros and > -1_000_000 and < 1_000_000 ? (long)Math.Round(euros * 100, MidpointRounding.AwayFromZero) : 0)
            : Has("price_cents") ? 0 : row?.PriceCents ?? 0;
        var offer = new OfferDefinition(
            ByEan ? row?.Sku ?? Ean(fields) ?? "" : Text(fields, "sku") ?? "",
            Has("ean13") ? Ean(fields) : row?.Ean13,
            Has("title") ? Text(fields, "title") ?? "" : row?.Title ?? "",
            Has("brand_author") ? Text(fields, "brand_author") : row?.Brand,
            (Text(fields, "category") is { } named ? _categories.SlugOf(named) : null) ?? row?.Category ?? _category ?? "",
            Has("description") ? Text(fields, "description") : row?.Description,
            unit,
            price ?? 0,
            Has("vat_rate") ? Number("vat_rate", fields, wrong) : row?.VatRate,
            Has("net_quantity") ? net : row?.NetQuantity,
            Has("net_quantity") ? netUnit : row?.NetUnit,
            Has("allergens") ? List(fields, "allergens") : row?.Allergens,
            Has("origin") ? Text(fields, "origin") : row?.Origin,
            Has("alcohol") ? YesNo("alcohol", fields, wrong) : row?.Alcohol ?? false,
            Has("condition") ? SecondHand(fields, wrong) : row?.SecondHand ?? false,
            Counted(fields, known is not null, wrong),
            Has("synonyms") ? List(fields, "synonyms") : row?.Synonyms,
            Status(fields, wrong),
            Variant: VariantOf(fields, row),
            PieceGrams: Has("piece_weight") ? PieceWeight(fields, wrong) : null,
            Prepacked: IsPrepacked(fields, wrong));
        var stockAt = StockAt(fields, wrong);
        return (offer, stockAt, wrong);
    }

    // What names a model, and neither a size nor a colour, is an article by itself: many files give every product a model.
    private Variant? VariantOf(string[] fields, OfferRow? row)
    {
        if (!Has("group") && !Has("size") && !Has("colour"))
        {
            return null;
        }

        var (size, colour) = (Has("size") ? Text(fields, "size") : row?.Variant?.Size, Has("colour") ? Text(fields, "colour") : row?.Variant?.Colour);
        return size is null && colour is null ? Variants.None : new((Has("group") ? Text(fields, "group") : null) ?? row?.Variant?.Group, size, colour);
    }

    // A figure as we handed it out: nobody has counted since, and ours may have moved, also by what had left before and was heard of after.
    private long? Counted(string[] fields, bool known, List<Unreadable> wrong)
    {
        var (stock, exported) = (Integer("stock", fields, wrong), Integer("stock_exported", fields, wrong));
        return known && stock == exported ? null : stock;
    }

    private string? Text(string[] fields, string field) => _at.TryGetValue(field, out var at) && at < fields.Length && fields[at].Trim() is { Length: > 0 } text ? text : null;

    private string[]? List(string[] fields, string field) => Text(fields, field) is { } text
        ? text.Split(text.Contains('|', StringComparison.Ordinal) ? '|' : ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : null;

    private long? Integer(string field, string[] fields, List<Unreadable> wrong) => Text(fields, field) is not { } text ? null
        : long.TryParse(Digits(text), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : Wrong<long>(field, text, wrong);

    private decimal? Number(string field, string[] fields, List<Unreadable> wrong) => Text(fields, field) is not { } text ? null
        : decimal.TryParse(Point(Digits(text)), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : Wrong<decimal>(field, text, wrong);

    private SaleUnit Unit(string[] fields, List<Unreadable> wrong) => Text(fields, "sale_unit")?.ToLowerInvariant() switch
    {
        null or "piece" or "pièce" => SaleUnit.Piece,
        "weight" or "poids" or "kg" => SaleUnit.Weight,
        var text => Wrong<SaleUnit>("sale_unit", text, wrong) ?? SaleUnit.Piece,
    };

    private bool YesNo(string field, string[] fields, List<Unreadable> wrong) => Text(fields, field)?.ToLowerInvariant() switch
    {
        null or "0" or "non" or "no" or "false" => false,
        "1" or "oui" or "yes" or "true" => true,
        var text => Wrong<bool>(field, text, wrong) ?? false,
    };

    // As a shop says it of its goods, not only yes or no; nothing: as it was.
    private bool? IsPrepacked(string[] fields, List<Unreadable> wrong) => Text(fields, "prepacked") is not { } text ? null : ImportColumns.Fold(text) switch
    {
        "0" or "non" or "no" or "false" or "non preemballe" or "non pre emballe" or "vrac" or "en vrac" or "a la demande" or "not prepacked" or "not pre packed" or "loose" => false,
        "1" or "oui" or "yes" or "true" or "preemballe" or "pre emballe" or "prepacked" or "pre packed" => true,
        _ => Wrong<bool>("prepacked", text, wrong),
    };

    private bool SecondHand(string[] fields, List<Unreadable> wrong) => Text(fields, "condition")?.ToLowerInvariant() switch
    {
        null or "new" or "neuf" => false,
        "second-hand" or "occasion" => true,
        var text => Wrong<bool>("condition", text, wrong) ?? false,
    };

    private string? Status(string[] fields, List<Unreadable> wrong)
    {
        switch (Text(fields, "status")?.ToLowerInvariant())
        {
            case null:
                return null;
            case "draft" or "brouillon":
                return OfferRules.Draft;
            case "active" or "en vente" or "on sale":
                return OfferRules.Active;
            case var text:
                Note("status", text, wrong);
                return null;
        }
    }

    private DateTimeOffset? StockAt(string[] fields, List<Unreadable> wrong)
    {
        if (Text(fields, "stock_at") is not { } text)
        {
            return null;
        }

        if (DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at))
        {
            return at;
        }

        Note("stock_at", text, wrong);
        return null;
    }

    // "400 g" in one column, or 400 and g in two; 1,5 l is 150 cl.
    private (long? Quantity, string? Unit) Net(string[] fields, List<Unreadable> wrong)
    {
        if (Text(fields, "net_quantity") is not { } text)
        {
            return (null, Text(fields, "net_unit"));
        }

        var end = text.Length;
        while (end > 0 && (char.IsLetter(text[end - 1]) || text[end - 1] == '.'))
        {
            end--;
        }

        var number = text[..end].TrimEnd();
        var unit = Text(fields, "net_unit") ?? (number.Length < text.Length ? text[number.Length..].Trim().TrimEnd('.') : null);
        if (!decimal.TryParse(Point(Digits(number)), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var quantity) || Math.Abs(quantity) > 1_000_000_000)
        {
            return (Wrong<long>("net_quantity", text, wrong), unit);
        }

        (quantity, unit) = (quantity % 1 != 0, unit?.ToLowerInvariant()) switch
        {
            (true, "l") when quantity * 100 % 1 == 0 => (quantity * 100, "cl"),
            (true, "l") => (quantity * 1000, "ml"),
            (true, "kg") => (quantity * 1000, "g"),
            (true, "cl") => (quantity * 10, "ml"),
            (true, "g") when quantity * 1000 % 1 == 0 => (quantity * 1000, "mg"),
            _ => (quantity, unit),
        };
        return quantity % 1 == 0 ? ((long)quantity, unit) : (Wrong<long>("net_quantity", text, wrong), unit);
    }

    // "1200", "1200 g" or "1,2 kg"; an empty cell: ordered in grams.
    private long PieceWeight(string[] fields, List<Unreadable> wrong)
    {
        if (Text(fields, "piece_weight") is not { } text)
        {
            return 0;
        }

        var lower = text.ToLowerInvariant();
        var (number, factor) = lower.EndsWith("kg", StringComparison.Ordinal) ? (lower[..^2], 1000) : lower.EndsWith('g') ? (lower[..^1], 1) : (lower, 1);
        return decimal.TryParse(Point(Digits(number)), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var typed) && Math.Abs(typed) <= 1_000_000
            && typed * factor is var grams && decimal.IsInteger(grams)
                ? (long)grams
                : Wrong<long>("piece_weight", text, wrong) ?? 0;
    }

    private static T? Wrong<T>(string field, string text, List<Unreadable> wrong) where T : struct
    {
        Note(field, text, wrong);
        return null;
    }

    private static void Note(string field, string text, List<Unreadable> wrong)
    {
        if (wrong.Exists(w => w.Field == field))
        {
            return;
        }

        text = text.Length > 80 ? text.AtMost(80) + "…" : text;
        var (french, english) = ImportColumns.Spoken.GetValueOrDefault(field, (field, field));
        wrong.Add(new(field, new("value-unreadable", $"« {text} » ne peut pas être lu comme {french}.", $"“{text}” cannot be read as {english}.")));
    }

    // "1 250", "3,45 €" and "5,5 %" are numbers too.
    private static string Digits(string text) => text.Trim('€', '%', ' ', '\u00A0', '\u202F').Replace(" ", "", StringComparison.Ordinal).Replace("\u00A0", "", StringComparison.Ordinal)
        .Replace("\u202F", "", StringComparison.Ordinal).Trim();

    // 1.250,50 and 1,250.50: the last of the two is the decimal one.
    private static string Point(string digits)
    {
        var (comma, point) = (digits.LastIndexOf(','), digits.LastIndexOf('.'));
        return comma >= 0 && point >= 0
            ? comma > point ? digits.Replace(".", "", StringComparison.Ordinal).Replace(',', '.') : digits.Replace(",", "", StringComparison.Ordinal)
            : digits.Replace(',', '.');
    }
}
