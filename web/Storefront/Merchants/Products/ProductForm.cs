using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Merchants.Variants;

namespace Marketplace.Storefront.Merchants.Products;

/// <summary>A product as somebody types it: every field stays as it was typed until it is taken.</summary>
public sealed record ProductForm
{
    public string? Ean { get; set; }
    /// <summary>The number for which the fields were filled in already.</summary>
    public string? Sought { get; set; }
    public string? Title { get; set; }
    public string? Brand { get; set; }
    public string? Category { get; set; }
    public string? Unit { get; set; }
    public string? Price { get; set; }
    /// <summary>Empty: the category's.</summary>
    public string? Vat { get; set; }
    public string? Net { get; set; }
    public string? NetUnit { get; set; }
    /// <summary>Of food by the piece without a number of its own: <c>oui</c> or <c>non</c>; empty: nobody has said yet.</summary>
    public string? Prepacked { get; set; }
    /// <summary>Of what is sold by weight: <c>1,2 kg</c>, <c>350 g</c>, <c>350</c>. Empty: ordered in grams.</summary>
    public string? PieceWeight { get; set; }
    public string[]? Allergens { get; set; }
    public string? Origin { get; set; }
    /// <summary><c>oui</c> or <c>non</c>; empty: as the category is.</summary>
    public string? Alcohol { get; set; }
    public string? SecondHand { get; set; }
    public string? Description { get; set; }
    public string? Words { get; set; }
    public string? Sku { get; set; }
    /// <summary>The sku taken where none is typed. It belongs to the form, so that a form sent twice is one product.</summary>
    public string? Proposed { get; set; }
    public string? OnHand { get; set; }
    /// <summary><c>oui</c>: the price is announced as a reduction.</summary>
    public string? Reduced { get; set; }
    /// <summary>The last day of that, as a date field sends it or as it is written: <c>2026-12-12</c>, <c>12/12/2026</c>. Empty: it has none.</summary>
    public string? ReducedUntil { get; set; }
    /// <summary>What the price becomes after that day; empty: it stays.</summary>
    public string? PriceAfter { get; set; }
    /// <summary>What the tick said when the form was made, <c>oui</c> or <c>annoncee</c>: only one that was changed is told, so that a price that is raised needs nothing else.</summary>
    public string? Reducible { get; set; }

    private const string Announced = "annoncee";
    /// <summary>The product that this one was copied from, whose photo it shows too.</summary>
    public string? PhotoOf { get; set; }
    /// <summary>The batches that it is made in, each row as it was typed.</summary>
    public List<BatchRow>? Batches { get; set; }
    /// <summary>The plan whose orders somebody has seen that are fetched before their batch.</summary>
    public string? LateSeen { get; set; }
    /// <summary><c>oui</c>: the form had rows for them, so that empty ones say something.</summary>
    public string? Batched { get; set; }
    public string? Size { get; set; }
    public string? Colour { get; set; }
    /// <summary>The model that groups them; empty: the sku.</summary>
    public string? Group { get; set; }
    public string? Action { get; set; }
    /// <summary>The version of the sheet that the form was made of; none: of a new product.</summary>
    public long? Version { get; set; }
    /// <summary>The fingerprints of what stood in it then (<see cref="SheetMeanwhile"/>).</summary>
    public string? Was { get; set; }

    internal const string NoAllergen = "aucun";

    /// <summary>The press that asks for one more row of batches.</summary>
    internal const string MoreBatches = "fournee";

    /// <summary>The press that saves the sheet and goes on to the grid, with the sizes and colours that stand in it as lists.</summary>
    internal const string ToGrid = "declinaisons";

    private const int FirstRows = 3;
    private const int MostRows = 20;

    /// <summary>The rows to be shown: what was typed, and empty ones to go on with.</summary>
    internal List<BatchRow> Rows
    {
        get
        {
            List<BatchRow> typed = [.. (Batches ?? []).Where(r => !r.IsEmpty)];
            var rows = Math.Min(Math.Max(FirstRows, Action == MoreBatches ? (Batches?.Count ?? 0) + 1 : typed.Count + 1), Math.Max(MostRows, typed.Count));
            return [.. typed, .. Enumerable.Range(0, rows - typed.Count).Select(_ => new BatchRow())];
        }
    }

    // What weights and volumes are counted in, and how much of it a typed unit is.
    private static readonly Dictionary<string, (string Counted, int Factor)> _measures = new()
    {
        ["g"] = ("mg", 1000),
        ["kg"] = ("g", 1000),
        ["ml"] = ("ml", 1),
        ["cl"] = ("ml", 10),
        ["l"] = ("ml", 1000),
        ["mg"] = ("mg", 1),
        ["piece"] = ("piece", 1),
    };

    internal static IReadOnlyCollection<string> NetUnits => _measures.Keys;

    internal SaleUnit SoldBy => Unit == "weight" ? SaleUnit.Weight : SaleUnit.Piece;

    // A shop's own number (20 to 29) stands on what it packs itself, too.
    private bool BearsNumber => !string.IsNullOrWhiteSpace(Ean) && !(Plain(Ean).Replace("-", "", StringComparison.Ordinal) is ['2', ..] and { Length: 13 });

    /// <summary>Whether it has to be said if it is pre-packed: what bears an article number is, what is weighed is not, and the rest of what is eaten is asked about.</summary>
    internal bool AsksPrepacked(CategoryRule? category) => category is { Food: true } && SoldBy == SaleUnit.Piece && !BearsNumber;

    /// <summary>Several sizes or colours in fields that each take one: each is an article of its own. None where there is no list.</summary>
    internal (IReadOnlyList<string> Sizes, IReadOnlyList<string> Colours) Lists => (VariantWords.SeveralIn(Size), VariantWords.SeveralIn(Colour));

    internal bool HasLists => Lists is not ({ Count: 0 }, { Count: 0 });

    /// <summary>What the grid is to show: where one of the two is a list, the other one goes with it.</summary>
    internal (IReadOnlyList<string> Sizes, IReadOnlyList<string> Colours) ForGrid => (AsWords(Lists.Sizes, Size), AsWords(Lists.Colours, Colour));

    private static IReadOnlyList<string> AsWords(IReadOnlyList<string> several, string? one) => several.Count > 0 ? several : Or(one, null) is { } word ? [word.Trim()] : [];

    /// <summary>As one article: of a model only where it is of one already.</summary>
    internal ProductForm WithoutLists(Variant? was) => this with { Size = was?.Size, Colour = was?.Colour, Group = was?.Group };

    internal bool IsSecondHand => SecondHand == "oui";

    internal string SkuOrProposed => string.IsNullOrWhiteSpace(Sku) ? Proposed ?? "" : Sku.Trim();

    /// <summary>Per piece or kilogram, in cents: <c>12,40</c>, <c>12.4</c>, <c>12 €</c>. Null where it cannot be read.</summary>
    internal long? PriceCents => Decimal(Price, 2) is { } euros and > 0 and <= 100_000 ? (long)(euros * 100) : null;

    private DateOnly? LastDay => DateOnly.TryParseExact(Plain(ReducedUntil), ["yyyy-MM-dd", "d/M/yyyy", "d.M.yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private long? PriceAfterCents => Decimal(PriceAfter, 2) is { } euros and > 0 and <= 100_000 ? (long)(euros * 100) : null;

    internal (long Quantity, string Unit)? NetContent
    {
        get
        {
            // As it stands on the packet where that is a whole number; half a litre is 500 ml.
            if (string.IsNullOrWhiteSpace(Net) || !_measures.TryGetValue(NetUnit ?? "", out var measure) || Decimal(Net, 3) is not { } typed || typed <= 0)
            {
                return null;
            }
            return decimal.IsInteger(typed) ? ((long)typed, NetUnit!) : decimal.IsInteger(typed * measure.Factor) && measure.Factor > 1 ? ((long)(typed * measure.Factor), measure.Counted) : null;
        }
    }

    /// <summary>What a piece weighs, about; null where nothing can be read. A bare number is grams.</summary>
    internal long? PieceGrams
    {
        get
        {
            var text = Plain(PieceWeight).ToLowerInvariant();
            var (number, factor) = text.EndsWith("kg", StringComparison.Ordinal) ? (text[..^2], 1000) : (text.TrimEnd('g'), 1);
            return Decimal(number, 3) is <= PieceWeights.Most and var typed && typed * factor is var grams && decimal.IsInteger(grams) && grams <= PieceWeights.Most && PieceWeights.CanBe((long)grams) ? (long)grams : null;
        }
    }

    /// <summary>As somebody writes it: <c>1,2 kg</c>.</summary>
    internal static string WeightOf(long grams) => grams >= 1000 && grams % 10 == 0 ? (grams / 1000m).ToString("0.##", CultureInfo.InvariantCulture).Replace('.', ',') + " kg" : grams.ToString(CultureInfo.InvariantCulture) + " g";

    internal UnitPrice? UnitPrice => PriceCents is { } cents ? UnitPrices.Of(SoldBy, cents, NetContent?.Quantity, NetContent?.Unit) : null;

    /// <summary>What it says, or the fields that say nothing that can be taken, each with the key of what is wrong.</summary>
    internal (OfferDefinition? Offer, IReadOnlyList<(string Field, string Wrong)> Wrong) Read(SellingRules rules, bool draft)
    {
        var wrong = new List<(string, string)>();
        var category = rules.Categories.FirstOrDefault(c => c.Slug == Category);
        if (string.IsNullOrWhiteSpace(Title))
        {
            wrong.Add((nameof(Title), "title"));
        }
        if (category is null)
        {
            wrong.Add((nameof(Category), "category"));
        }
        if (PriceCents is null)
        {
            wrong.Add((nameof(Price), "price"));
        }
        var rate = decimal.TryParse(Vat, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var typed) ? typed : (decimal?)null;
        if (AsksPrepacked(category) && Prepacked is not ("oui" or "non") && !draft)
        {
            wrong.Add((nameof(Prepacked), "prepacked"));
        }
        else if (category is { Food: true } && SoldBy == SaleUnit.Piece && (BearsNumber || Prepacked == "oui") && string.IsNullOrWhiteSpace(Net) && !draft)
        {
            wrong.Add((nameof(Net), "net.missing"));
        }
        if (SoldBy == SaleUnit.Piece && !string.IsNullOrWhiteSpace(Net) && NetContent is null)
        {
            wrong.Add((nameof(Net), "net"));
        }
        if (SoldBy == SaleUnit.Weight && !string.IsNullOrWhiteSpace(PieceWeight) && PieceGrams is null)
        {
            wrong.Add((nameof(PieceWeight), "piece"));
        }
        var onHand = Whole(OnHand);
        if (!string.IsNullOrWhiteSpace(OnHand) && onHand is null)
        {
            wrong.Add((nameof(OnHand), "stock"));
        }
        var ends = Reduced == "oui" && !string.IsNullOrWhiteSpace(ReducedUntil);
        if (ends && LastDay is null)
        {
            wrong.Add((nameof(ReducedUntil), "until"));
        }
        if (ends && !string.IsNullOrWhiteSpace(PriceAfter) && PriceAfterCents is null)
        {
            wrong.Add((nameof(PriceAfter), "price"));
        }
        var allergens = Allergens ?? [];
        if (allergens.Contains(NoAllergen) && allergens.Length > 1)
        {
            wrong.Add((nameof(Allergens), "allergens.both"));
        }
        else if (category is { Food: true } && allergens.Length == 0 && !draft)
        {
            wrong.Add((nameof(Allergens), "allergens"));
        }
        var batches = (Batches ?? []).Where(r => !r.IsEmpty).Select(r => r.Read()).ToList();
        if (batches.Find(b => b.Wrong is not null).Wrong is { } wrongBatch)
        {
            wrong.Add((nameof(Batches), wrongBatch));
        }
        if (!string.IsNullOrWhiteSpace(Group) && string.IsNullOrWhiteSpace(Size) && string.IsNullOrWhiteSpace(Colour))
        {
            wrong.Add((nameof(Size), "variant"));
        }
        if (Lists.Sizes.Count > 0)
        {
            wrong.Add((nameof(Size), "sizes"));
        }
        if (Lists.Colours.Count > 0)
        {
            wrong.Add((nameof(Colour), "colours"));
        }
        if (wrong.Count > 0)
        {
            return (null, wrong);
        }
        var net = SoldBy == SaleUnit.Piece ? NetContent : null;
        return (new OfferDefinition(SkuOrProposed, Ean, Title!, Brand, Category!, Description, SoldBy, PriceCents!.Value, rate, net?.Quantity, net?.Unit, allergens, Origin,
            Alcohol switch { "oui" => true, "non" => false, _ => category!.Alcohol }, IsSecondHand, onHand,
            Words?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), draft ? "draft" : "active",
            (Reducible, Reduced) switch { ("oui", "oui") => true, (Announced, not "oui") => false, _ => null },
            Batched == "oui" ? [.. batches.Select(b => b.Batch!)] : null, ends ? LastDay : null, ends ? PriceAfterCents : null, new Variant(Or(Group, null), Or(Size, null), Or(Colour, null)),
            SoldBy == SaleUnit.Weight ? PieceGrams ?? 0 : null, AsksPrepacked(category) ? Prepacked switch { "oui" => true, "non" => false, _ => null } : null), []);
    }

    /// <summary>A reduction was announced when the sheet was opened.</summary>
    internal bool ThoughtReduced => Reducible == Announced;

    /// <summary>Of a reduction that is over nothing is said, and the price is the one that it has now.</summary>
    internal ProductForm WithoutReduction(long priceCents) => this with { Price = Euros(priceCents), Reducible = "oui", Reduced = null, ReducedUntil = null, PriceAfter = Euros(priceCents) };

    /// <summary>A tick that stands says nothing, so that a price can be raised; what is said of its end, or of a further cut that is to end as the first, is told.</summary>
    internal OfferDefinition Announcing(OfferDefinition read, OfferDefinition was) =>
        read.Reduced is null && Reduced == "oui" && was.Reduced == true && read.PriceCents <= was.PriceCents
            && ((read.ReducedUntil is not null && read.PriceCents < was.PriceCents) || (read.ReducedUntil, read.PriceAfterCents) != (was.ReducedUntil, was.PriceAfterCents))
            ? read with { Reduced = true } : read;

    /// <summary>The field that a refusal of Catalog's is about; empty where it is about none.</summary>
    internal static string FieldOf(string code) => code switch
    {
        "title-invalid" => nameof(Title),
        "piece-weight-invalid" => nameof(PieceWeight),
        "prepacked-unsaid" => nameof(Prepacked),
        "category-unknown" => nameof(Category),
        "price-invalid" => nameof(Price),
        "vat-rate-unknown" or "vat-rate-alcohol" => nameof(Vat),
        "ean-malformed" or "ean-check-digit" => nameof(Ean),
        "net-quantity-invalid" or "net-unit-unknown" or "net-quantity-missing" => nameof(Net),
        "allergens-missing" or "allergens-contradictory" or "allergen-unknown" => nameof(Allergens),
        "not-reduced" => nameof(Reduced),
        "reduced-until-invalid" => nameof(ReducedUntil),
        "price-after-invalid" => nameof(PriceAfter),
        "variant-taken" or "variant-invalid" or "variant-incomplete" => nameof(Size),
        _ when code.StartsWith("batch", StringComparison.Ordinal) => nameof(Batches),
        "sku-invalid" or "sku-taken" => nameof(Sku),
        "quantity-invalid" or "unit-change-refused" or "below-reserved" => nameof(OnHand),
        _ => "",
    };

    internal static ProductForm Of(OfferDefinition offer, SellingRules rules) => new()
    {
        Ean = offer.Ean13,
        Sought = offer.Ean13,
        Title = offer.Title,
        Brand = offer.Brand,
        Category = offer.Category,
        Unit = offer.Unit == SaleUnit.Weight ? "weight" : "piece",
        Price = Euros(offer.PriceCents),
        Vat = offer.VatRate is { } rate && rules.Categories.FirstOrDefault(c => c.Slug == offer.Category)?.VatRate != rate ? RateOf(rate) : null,
        Net = offer.NetQuantity?.ToString(CultureInfo.InvariantCulture),
        NetUnit = offer.NetUnit,
        Prepacked = offer.Prepacked switch { true => "oui", false => "non", null => null },
        PieceWeight = offer.PieceGrams is > 0 and var grams ? WeightOf(grams) : null,
        Allergens = offer.Allergens?.ToArray(),
        Origin = offer.Origin,
        Alcohol = rules.Categories.FirstOrDefault(c => c.Slug == offer.Category)?.Alcohol == offer.Alcohol ? null : offer.Alcohol ? "oui" : "non",
        SecondHand = offer.SecondHand ? "oui" : null,
        Description = offer.Description,
        Words = offer.Synonyms is { Count: > 0 } words ? string.Join(", ", words) : null,
        Sku = offer.Sku,
        Size = offer.Variant?.Size,
        Colour = offer.Variant?.Colour,
        Group = offer.Variant?.Group,
        Reduced = offer.Reduced == true ? "oui" : null,
        Reducible = offer.Reduced == true ? Announced : "oui",
        Batches = offer.Batches?.Select(BatchRow.Of).ToList(),
        ReducedUntil = offer.ReducedUntil?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        PriceAfter = offer.PriceAfterCents is { } after ? Euros(after) : null,
    };

    internal static string Euros(long cents) => (cents / 100m).ToString("0.00", CultureInfo.InvariantCulture).Replace('.', ',');

    /// <summary>With what is known of the product in the fields that are still empty: what was typed stands.</summary>
    internal ProductForm FilledBy(KnownProduct known) => this with
    {
        Ean = known.Ean13,
        Sought = known.Ean13,
        Title = Or(Title, known.Title),
        Brand = Or(Brand, known.Brand),
        Category = Or(Category, known.Category),
        Net = Or(Net, known.NetQuantity?.ToString(CultureInfo.InvariantCulture)),
        NetUnit = string.IsNullOrWhiteSpace(Net) && known.NetUnit is { } unit ? unit : NetUnit,
        Allergens = Allergens is { Length: > 0 } ? Allergens : known.Allergens?.ToArray(),
        Origin = Or(Origin, known.Origin),
        Alcohol = Or(Alcohol, known.Alcohol ? "oui" : null),
    };

    /// <summary>Without what is known of that product, where it was not typed over.</summary>
    internal ProductForm Without(KnownProduct known)
    {
        var filled = new ProductForm().FilledBy(known);
        return this with
        {
            Title = Title == filled.Title ? null : Title,
            Brand = Brand == filled.Brand ? null : Brand,
            Category = Category == filled.Category ? null : Category,
            Net = Net == filled.Net ? null : Net,
            Allergens = Allergens?.ToHashSet().SetEquals(filled.Allergens ?? []) is true ? null : Allergens,
            Origin = Origin == filled.Origin ? null : Origin,
            Alcohol = Alcohol == filled.Alcohol ? null : Alcohol,
        };
    }

    internal static string RateOf(decimal rate) => rate.ToString("0.##", CultureInfo.InvariantCulture);

    private static string? Or(string? typed, string? known) => string.IsNullOrWhiteSpace(typed) ? known : typed;

    private static string Plain(string? text) => string.Concat((text ?? "").Where(c => !char.IsWhiteSpace(c)));

    private static decimal? Decimal(string? text, int decimals) =>
        decimal.TryParse(Plain(text).TrimEnd('€').Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number.Scale <= decimals ? number : null;

    private static long? Whole(string? text) => long.TryParse(Plain(text), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 1_000_000 ? number : null;
}
