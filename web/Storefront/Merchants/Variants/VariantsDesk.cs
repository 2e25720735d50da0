using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Merchants.Assistants;
using Marketplace.Storefront.Merchants.Products;
using Marketplace.Storefront.Merchants.Stock;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Merchants.Variants;

/// <summary>
/// <c>/pro/{shop}/produits/fiche/{sku}/declinaisons</c>: sizes and colours are typed once, the grid of them is shown, and one press makes those that are not there. Each is
/// made under a reference that follows from the model's, and only where there is none, so that a press sent twice makes nothing twice.
/// </summary>
public static class VariantsDesk
{
    /// <summary>Of the sheet: what it was to go on sale as is on sale already.</summary>
    internal const string TakenNote = "prise";

    private const int MostCells = 100;
    private const int LongestWord = 40;
    private const int LongestSku = 64;
    private const int MostTries = 9;
    private const int MostTold = 10;
    private const long MostStock = 1_000_000;

    /// <summary>Of <see cref="Form.Own"/>: nothing was chosen yet. Never guessed: its stock goes with it.</summary>
    internal const string Unsaid = "?";

    public sealed record Form
    {
        public string? Sizes { get; set; }
        public string? Colours { get; set; }

        /// <summary>The sizes and colours whose grid was shown: others are looked at first.</summary>
        public string? Seen { get; set; }

        /// <summary>Which of them the product is that they are made of, where it is none yet; empty: it stays apart.</summary>
        public string? Own { get; set; }

        /// <summary><c>voir</c>: the grid is only looked at.</summary>
        public string? Action { get; set; }
    }

    /// <param name="Offer">Null: it is not there yet.</param>
    /// <param name="Stock">As typed; so is <paramref name="Price"/>.</param>
    public sealed record Cell(string? Size, string? Colour, MerchantOffer? Offer, string? Stock = null, string? Price = null)
    {
        /// <summary>What its fields are called by.</summary>
        public string Key => $"{Size} | {Colour}".ToLowerInvariant();

        /// <summary>Not made by this press: a size that there is in one colour alone.</summary>
        public bool Skipped { get; init; }

        public string Name => string.Join(", ", new[] { Size, Colour }.Where(w => !string.IsNullOrEmpty(w)));

        internal bool Is(Variant? variant) => variant is not null && VariantOrder.Same(Size, variant.Size) && VariantOrder.Same(Colour, variant.Colour);

        internal long? Counted => Figure(Stock) is { } typed && long.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MostStock ? number : null;

        internal long? Cents => new ProductForm { Price = Price }.PriceCents;

        internal static string? Figure(string? typed) => string.Concat((typed ?? "").Where(c => !char.IsWhiteSpace(c))) is { Length: > 0 } text ? text : null;
    }

    /// <param name="Seen">The sizes and colours of the grid.</param>
    /// <param name="Done">What was just made, and of how many the figures were taken.</param>
    /// <param name="Late">Those that somebody else made or archived meanwhile: what was typed for them was not noted.</param>
    public sealed record Model(ProShop Shop, OfferSheet Sheet, Form Typed, string Seen, IReadOnlyList<Cell> Cells, Complaints Complaints, (int Made, int Set)? Done = null, IReadOnlyList<string>? Late = null)
    {
        /// <summary>What the product is that is there already was not said, or is nothing any more that it can become.</summary>
        public bool IsOwnOpen => IsOpen(Typed, Cells);

        public string StatusOfNew => Sheet.Offer.Status == "active" ? "active" : "draft";
    }

    internal static void MapVariants(this RouteGroupBuilder shop)
    {
        shop.MapGet("/produits/fiche/{sku}/declinaisons", ShowAsync);
        shop.MapPost("/produits/fiche/{sku}/declinaisons", MakeAsync);
    }

    internal static string Address(string shop, string sku) => ProductSheet.Address(shop, sku) + "/declinaisons";

    private static async Task<IResult> ShowAsync(string sku, HttpContext http, ShopProductsClient catalog, CancellationToken token, int? faites = null, int? notees = null, string[]? deja = null)
    {
        if (await catalog.SheetAsync(http.ProShop().Slug, sku, token) is not { } sheet)
        {
            return Trouble.NotFound(null);
        }
        var all = await catalog.OfModelAsync(http.ProShop().Slug, GroupOf(sheet), token);
        var form = new Form { Sizes = Written(VariantOrder.Sizes(all.Select(o => o.Variant?.Size))), Colours = Written(VariantOrder.Colours(all.Select(o => o.Variant?.Colour))) };
        var (sizes, colours) = (Words(form.Sizes), Words(form.Colours));
        return Show(http.ProShop(), sheet, form, SeenOf(sizes, colours), [.. GridOf(sizes, colours, all).Select(c => c with { Skipped = c.Offer is null })], new(), faites is null ? null : (Math.Clamp(faites.Value, 0, MostCells), Math.Clamp(notees ?? 0, 0, MostCells)), deja?.Where(name => all.Any(o => o.Variant is { } v && new Cell(v.Size, v.Colour, o).Name == name)).ToList());
    }

    private static async Task<IResult> MakeAsync(string sku, [FromForm] Form form, HttpContext http, ShopProductsClient catalog, ShopStockClient stock, Ui ui, CancellationToken token)
    {
        var shop = http.ProShop();
        if (await catalog.SheetAsync(shop.Slug, sku, token) is not { } sheet)
        {
            return Trouble.NotFound(null);
        }
        var (sizes, colours, complaints) = (Words(form.Sizes), Words(form.Colours), new Complaints());
        CheckWords(nameof(Form.Sizes), sizes, complaints, ui);
        CheckWords(nameof(Form.Colours), colours, complaints, ui);
        var isSeen = form.Seen == SeenOf(sizes, colours) && form.Action != "voir";
        if (!complaints.Any && IsTooMuch(sizes, colours) && !isSeen)
        {
            complaints.Add(nameof(Form.Sizes), ui.T("pro.variants.wrong.many", MostCells));
        }
        if (!complaints.Any && sizes.Count + colours.Count == 0)
        {
            complaints.Add(nameof(Form.Sizes), ui["pro.variants.wrong.none"]);
        }
        var all = await catalog.OfModelAsync(shop.Slug, GroupOf(sheet), token);
        var cells = (complaints.Any ? GridSeen(form.Seen, all) : GridOf(sizes, colours, all)).Select(c => c with { Stock = http.Request.Form["Stock " + c.Key], Price = http.Request.Form["Price " + c.Key], Skipped = IsUnticked(c, http.Request.Form) }).Select(c => c with { Skipped = c.Skipped && Cell.Figure(c.Stock) is null && Cell.Figure(c.Price) is null }).ToList();
        if (complaints.Any)
        {
            return Show(shop, sheet, form, form.Seen ?? "", cells, complaints); // with the figures of the grid that was shown
        }
        if (!isSeen)
        {
            return Show(shop, sheet, form, SeenOf(sizes, colours), cells, complaints);
        }
        for (var i = 0; i < cells.Count; i++)
        {
            CheckFigures(i, cells[i], complaints, ui);
        }
        if (form.Own is { Length: > 0 } && IsOpen(form, cells) && (IsToBeChosen(sheet, cells) || (form.Own != Unsaid && IsApart(sheet))))
        {
            complaints.Add(nameof(Form.Own), ui["pro.variants.wrong.own"]);
        }
        if (complaints.Any)
        {
            return Show(shop, sheet, form, form.Seen!, cells, complaints);
        }
        var press = new Press(shop, sheet, catalog, stock, ui);
        for (var i = 0; i < cells.Count; i++)
        {
            var cell = cells[i];
            var own = IsApart(sheet) && cell.Offer is null && form.Own == cell.Key;
            var refusal = own ? await press.TakeOwnAsync(cell, token)
                : cell.Offer is null ? cell.Skipped ? null : await press.MakeAsync(cell, token)
                : http.Request.Form["Known " + cell.Key] == cell.Offer.Sku ? await press.SetAsync(cell, cell.Offer, token)
                : press.Leave(cell, cell.Offer);
            if (refusal is not null)
            {
                complaints.Add($"Stock-{i}", $"{cell.Name} : {refusal}");
            }
        }
        if (!complaints.Any)
        {
            return new SeeOther(Address(shop.Slug, sku) + LocalUrl.Query([("faites", Text(press.Made)), ("notees", Text(press.Set)), .. press.Late.Take(MostTold).Select(late => ("deja", (string?)late))]));
        }
        // What was made stands, and its figures with it; what was refused stands as it was typed.
        http.SayRefused();
        sheet = await catalog.SheetAsync(shop.Slug, sku, token) ?? sheet;
        all = await catalog.OfModelAsync(shop.Slug, GroupOf(sheet), token);
        var now = GridOf(sizes, colours, all);
        var left = cells.Select((c, i) => (now.Find(n => n.Key == c.Key) ?? c) with { Stock = complaints.For($"Stock-{i}") is null ? null : c.Stock, Price = complaints.For($"Stock-{i}") is null ? null : c.Price, Skipped = c.Skipped })
            .Concat(now.Where(n => !cells.Exists(c => c.Key == n.Key))).ToList();
        return Show(shop, sheet, form, form.Seen!, left, complaints, (press.Made, press.Set), press.Late);
    }

    private static IResult Show(ProShop shop, OfferSheet sheet, Form form, string seen, IReadOnlyList<Cell> cells, Complaints complaints, (int, int)? done = null, IReadOnlyList<string>? late = null) =>
        Page.Of<VariantsPage, Model>(new Model(shop, sheet, form, seen, cells, complaints, done, late), complaints.Any ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);

    internal static string GroupOf(OfferSheet sheet) => sheet.Definition.Variant?.Group ?? sheet.Definition.Sku;

    // Sizes and colours as typed, then what else there is of the model.
    private static List<Cell> Grid(IReadOnlyList<string> sizes, IReadOnlyList<string> colours, IReadOnlyList<MerchantOffer> all)
    {
        var known = all.OrderBy(o => o.Status switch { "active" => 0, "draft" => 1, _ => 2 }).ThenBy(o => o.Sku, StringComparer.Ordinal).ToList();
        var cells = sizes.Count + colours.Count == 0 ? []
            : (from size in sizes.Count == 0 ? [null] : sizes.Cast<string?>() from colour in colours.Count == 0 ? [null] : colours.Cast<string?>() select new Cell(size, colour, null))
                .Select(c => c with { Offer = known.Find(o => c.Is(o.Variant)) }).ToList();
        foreach (var other in known.Where(o => !cells.Exists(c => c.Is(o.Variant))).OrderBy(o => o.Variant, Comparer<Variant?>.Create((a, b) => VariantOrder.Compare(a?.Size, a?.Colour, b?.Size, b?.Colour))).ToList())
        {
            if (!cells.Exists(c => c.Is(other.Variant)))
            {
                cells.Add(new Cell(other.Variant!.Size, other.Variant.Colour, other));
            }
        }
        return cells;
    }

    // The grid that was shown, of the words that it was shown for.
    private static List<Cell> GridSeen(string? seen, IReadOnlyList<MerchantOffer> all)
    {
        var (sizes, colours) = (seen ?? "").Split(" | ", 2) is [var before, var after] ? (Words(before), Words(after)) : ([], []);
        return sizes.Count + colours.Count == 0 ? [] : GridOf(sizes, colours, all);
    }

    // Of more than a page holds only what there is.
    private static List<Cell> GridOf(IReadOnlyList<string> sizes, IReadOnlyList<string> colours, IReadOnlyList<MerchantOffer> all) =>
        all.Count == 0 && IsTooMuch(sizes, colours) ? [] : IsTooMuch(sizes, colours) ? [.. Grid([], [], all).Take(MostCells)] : Grid(sizes, colours, all);

    private static bool IsTooMuch(IReadOnlyList<string> sizes, IReadOnlyList<string> colours) => Math.Max(1, sizes.Count) * Math.Max(1, colours.Count) > MostCells;

    /// <summary>It is none of them yet, and may become one.</summary>
    internal static bool IsToBeChosen(OfferSheet sheet, IReadOnlyList<Cell> cells) => IsApart(sheet) && cells.Any(c => c is { Offer: null, Skipped: false });

    private static bool IsApart(OfferSheet sheet) => sheet.Definition.Variant is null && sheet.Offer.Status != "archived";

    // Of a grid that was shown: what came into it since is ticked; and so is what a figure is typed for.
    private static bool IsUnticked(Cell cell, IFormCollection form) => cell.Offer is null && form.ContainsKey("Known " + cell.Key) && !form.ContainsKey("Make " + cell.Key);

    // Said is what a cell is called that nobody has made, or that it stays apart.
    private static bool IsOpen(Form form, IReadOnlyList<Cell> cells) => form.Own != "" && !cells.Any(c => c.Offer is null && c.Key == form.Own);

    // The comma of "38,5" parts nothing where the others are parted by semicolons, or by commas with a space behind; nor, beside semicolons, that of "M, long".
    private static readonly Regex Between = new(@"[,;\n\r]", RegexOptions.Compiled);
    private static readonly Regex BetweenHalves = new(@"[\n\r]|(?<!\d),|,(?!\d)", RegexOptions.Compiled);
    private static readonly Regex BetweenPhrases = new(@"[;\n\r]|(?<!\d),(?!\s)|,(?![\s\d])", RegexOptions.Compiled);

    private static string[] Parted(string text) =>
        (text.Contains(';', StringComparison.Ordinal) ? BetweenPhrases : text.Contains(", ", StringComparison.Ordinal) ? BetweenHalves : Between).Split(text);

    private static string Written(IReadOnlyList<string> words) => words.Any(w => w.Contains(',', StringComparison.Ordinal)) ? string.Join("; ", words) + (words.Count == 1 ? ";" : "") : string.Join(", ", words);

    private static IReadOnlyList<string> Words(string? typed) => [.. Parted(typed ?? "")
        .Select(w => string.Join(' ', w.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))).Where(w => w.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)];

    private static string SeenOf(IReadOnlyList<string> sizes, IReadOnlyList<string> colours) => $"{Written(sizes)} | {Written(colours)}";

    private static void CheckWords(string field, IReadOnlyList<string> words, Complaints complaints, Ui ui)
    {
        if (words.Any(w => w.Length > LongestWord || w.Any(char.IsControl)))
        {
            complaints.Add(field, ui.T("pro.variants.wrong.long", LongestWord));
        }
    }

    private static void CheckFigures(int at, Cell cell, Complaints complaints, Ui ui)
    {
        if (Cell.Figure(cell.Stock) is not null && cell.Counted is null)
        {
            complaints.Add($"Stock-{at}", $"{cell.Name} : {ui["pro.product.wrong.stock"]}");
        }
        if (Cell.Figure(cell.Price) is not null && cell.Cents is null)
        {
            complaints.Add($"Price-{at}", $"{cell.Name} : {ui["pro.product.wrong.price"]}");
        }
    }

    /// <summary>REF-M-BLEU: the reference of a model with a size and a colour.</summary>
    internal static string SkuOf(string model, string? size, string? colour, int time)
    {
        var end = string.Concat(new[] { size, colour, time == 1 ? null : time.ToString(CultureInfo.InvariantCulture) }.Where(w => !string.IsNullOrEmpty(w)).Select(w => "-" + Letters(w!)));
        end = end.Length > LongestSku - 8 ? end[..(LongestSku - 10)] + (time == 1 ? "" : $"-{time}") : end;
        return model.Length + end.Length > LongestSku ? model[..(LongestSku - end.Length)] + end : model + end;
    }

    private static string Letters(string word)
    {
        var letters = new StringBuilder();
        foreach (var c in word.Replace("œ", "oe", StringComparison.OrdinalIgnoreCase).ToUpperInvariant().Normalize(NormalizationForm.FormD))
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                letters.Append(c);
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark && letters.Length > 0 && letters[^1] != '-')
            {
                letters.Append('-');
            }
        }
        return letters.ToString().Trim('-') is { Length: > 0 } text ? text : "X";
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>What one press does, cell by cell, each with the sentence of why not.</summary>
    private sealed class Press(ProShop shop, OfferSheet sheet, ShopProductsClient catalog, ShopStockClient stock, Ui ui)
    {
        private readonly OfferDefinition _model = sheet.Definition with { Status = sheet.Offer.Status == "active" ? "active" : "draft", Reduced = null, ReducedUntil = null, PriceAfterCents = null, Batches = null };
        private readonly string _group = GroupOf(sheet);

        public int Made { get; private set; }
        public int Set { get; private set; }

        /// <summary>Those that were made or archived since the form was shown, with another figure than the one that was typed for them.</summary>
        public List<string> Late { get; } = [];

        /// <summary>Made by the form's first press, which took the figures, or by somebody else: their figures stand.</summary>
        public string? Leave(Cell cell, MerchantOffer? offer)
        {
            if (!(cell.Counted is null && cell.Cents is null) && (offer is null || offer.Status == "archived" || (cell.Counted ?? offer.OnHand, cell.Cents ?? offer.PriceCents) != (offer.OnHand, offer.PriceCents)))
            {
                Late.Add(cell.Name);
            }
            return null;
        }

        /// <summary>The product itself becomes one of them.</summary>
        public async Task<string?> TakeOwnAsync(Cell cell, CancellationToken token)
        {
            var answer = await catalog.PutAsync(shop.Slug, _model with { Variant = VariantOf(cell), PriceCents = cell.Cents ?? _model.PriceCents, OnHand = cell.Counted }, onlyNew: false, token);
            Made += answer.Ok ? 1 : 0;
            return answer.Ok ? null : Said(answer.Problem!);
        }

        public async Task<string?> MakeAsync(Cell cell, CancellationToken token)
        {
            // Another's number is not theirs, and each bears its own.
            var offer = _model with { Ean13 = null, Variant = VariantOf(cell), PriceCents = cell.Cents ?? _model.PriceCents, OnHand = cell.Counted };
            var model = _model.Variant is null || _group == _model.Sku ? _group : Letters(_group);
            for (var time = 1; ; time++)
            {
                offer = offer with { Sku = SkuOf(model, cell.Size, cell.Colour, time) };
                var answer = await catalog.PutAsync(shop.Slug, offer, onlyNew: true, token);
                if (answer.Ok)
                {
                    Made++;
                    return null;
                }
                if (answer.Problem!.Code == "variant-taken" || (answer.Problem.Code == "sku-taken" && await IsThereAsync(offer.Sku, cell, token)))
                {
                    return Leave(cell, (await catalog.OfModelAsync(shop.Slug, _group, token)).FirstOrDefault(o => cell.Is(o.Variant)));
                }
                if (answer.Problem.Code != "sku-taken" || time == MostTries)
                {
                    return Said(answer.Problem);
                }
            }
        }

        public async Task<string?> SetAsync(Cell cell, MerchantOffer offer, CancellationToken token)
        {
            if (offer.Status == "archived")
            {
                return Leave(cell, offer);
            }
            if (cell.Counted is null && (cell.Cents is null || cell.Cents == offer.PriceCents))
            {
                return null;
            }
            if (cell.Cents is { } cents && cents != offer.PriceCents && await catalog.SheetAsync(shop.Slug, offer.Sku, token) is { } one)
            {
                var put = await catalog.PutAsync(shop.Slug, one.Definition with { PriceCents = cents, OnHand = cell.Counted, Reduced = null, ReducedUntil = null, PriceAfterCents = null, Batches = null }, onlyNew: false, token);
                Set += put.Ok ? 1 : 0;
                return put.Ok ? null : Said(put.Problem!);
            }
            var counted = await stock.PutAsync(shop.Slug, offer.Sku, cell.Counted!.Value, token);
            var refused = counted.Ok && counted.Value!.Rejected is [var first, ..] ? first : null;
            Set += counted.Ok && refused is null or { Reason: "below-reserved" } ? 1 : 0;
            return !counted.Ok ? Said(counted.Problem!) : refused is null ? null : refused.Detail ?? ui["pro.product.refused"];
        }

        private async Task<bool> IsThereAsync(string sku, Cell cell, CancellationToken token) =>
            await catalog.SheetAsync(shop.Slug, sku, token) is { } other && other.Definition.Variant?.Group == _group && cell.Is(other.Definition.Variant);

        private Variant VariantOf(Cell cell) => new(_group, cell.Size, cell.Colour);

        private string Said(Problem problem) => problem.Detail ?? ui["pro.product.refused"];
    }
}
