using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Accounts;
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

    internal const string Sell = "vendre";

    private const int MostCells = 100;
    private const int LongestWord = 40;
    private const int MostTold = 10;
    private const int LongestList = 800;
    private const long MostStock = 1_000_000;

    /// <summary>Of <see cref="Form.Own"/>: nothing was chosen yet. Never guessed: its stock goes with it.</summary>
    internal const string Unsaid = "?";

    public sealed record Form
    {
        public string? Sizes { get; set; }
        public string? Colours { get; set; }

        /// <summary>The model as it was typed on the sheet, where the product is of none yet.</summary>
        public string? Group { get; set; }

        /// <summary>The sizes and colours whose grid was shown: others are looked at first.</summary>
        public string? Seen { get; set; }

        /// <summary>Which of them the product is that they are made of, where it is none yet; empty: it stays apart.</summary>
        public string? Own { get; set; }

        /// <summary><c>voir</c>: the grid is only looked at. <see cref="Sell"/>: what is made of a draft goes on sale.</summary>
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
    public sealed record Model(ProShop Shop, OfferSheet Sheet, Form Typed, string Seen, IReadOnlyList<Cell> Cells, Complaints Complaints, (int Made, int Set)? Done = null, IReadOnlyList<string>? Late = null, bool FromSheet = false)
    {
        /// <summary>What the product is that is there already was not said, or is nothing any more that it can become.</summary>
        public bool IsOwnOpen => IsOpen(Typed, Cells);
    }

    internal static void MapVariants(this RouteGroupBuilder shop)
    {
        shop.MapGet("/produits/fiche/{sku}/declinaisons", ShowAsync);
        shop.MapPost("/produits/fiche/{sku}/declinaisons", MakeAsync);
    }

    internal static string Address(string shop, string sku) => ProductSheet.Address(shop, sku) + "/declinaisons";

    /// <summary>The grid with what was written on the sheet.</summary>
    internal static string Address(string shop, string sku, IReadOnlyList<string> sizes, IReadOnlyList<string> colours, string? group = null) =>
        Address(shop, sku) + LocalUrl.Query(("modele", string.IsNullOrWhiteSpace(group) ? null : group.Trim()), ("tailles", sizes.Count == 0 ? null : VariantWords.Written(sizes)), ("couleurs", colours.Count == 0 ? null : VariantWords.Written(colours)));

    private static async Task<IResult> ShowAsync(string sku, HttpContext http, ShopProductsClient catalog, CancellationToken token, int? faites = null, int? notees = null, string[]? deja = null, string? tailles = null, string? couleurs = null, string? modele = null)
    {
        if (await catalog.SheetAsync(http.ProShop().Slug, sku, token) is not { } sheet)
        {
            return Trouble.NotFound(null);
        }
        var all = await catalog.OfModelAsync(http.ProShop().Slug, GroupOf(sheet, modele), token);
        // What is there already, and what was written on the sheet; of the latter all is ticked.
        var (typedSizes, typedColours) = (VariantWords.Of(Short(tailles)), VariantWords.Of(Short(couleurs)));
        var sizes = VariantWords.Of(VariantWords.Written([.. VariantOrder.Sizes(all.Select(o => o.Variant?.Size)), .. typedSizes]));
        var colours = VariantWords.Of(VariantWords.Written([.. VariantOrder.Colours(all.Select(o => o.Variant?.Colour)), .. typedColours]));
        var form = new Form { Sizes = VariantWords.Written(sizes), Colours = VariantWords.Written(colours), Group = modele };
        var cells = GridOf(sizes, colours, all).Select(c => c with { Skipped = c.Offer is null && !(typedSizes.Count + typedColours.Count > 0 && IsOf(typedSizes, c.Size) && IsOf(typedColours, c.Colour)) }).ToList();
        return Show(http.ProShop(), sheet, form, SeenOf(sizes, colours), cells, new(), faites is null ? null : (Math.Clamp(faites.Value, 0, MostCells), Math.Clamp(notees ?? 0, 0, MostCells)), deja?.Where(name => all.Any(o => o.Variant is { } v && new Cell(v.Size, v.Colour, o).Name == name)).ToList(), typedSizes.Count + typedColours.Count > 0);

        static bool IsOf(IReadOnlyList<string> words, string? word) => words.Count == 0 || words.Any(w => VariantOrder.Same(w, word));

        static string? Short(string? text) => text?.Length > LongestList ? null : text;
    }

    private static async Task<IResult> MakeAsync(string sku, [FromForm] Form form, HttpContext http, ShopProductsClient catalog, ShopStockClient stock, Ui ui, CancellationToken token)
    {
        var shop = http.ProShop();
        if (await catalog.SheetAsync(shop.Slug, sku, token) is not { } sheet)
        {
            return Trouble.NotFound(null);
        }
        var (sizes, colours, complaints) = (VariantWords.Of(form.Sizes), VariantWords.Of(form.Colours), new Complaints());
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
        var all = await catalog.OfModelAsync(shop.Slug, GroupOf(sheet, form.Group), token);
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
        var press = new VariantsPress(shop, sheet, StatusOf(sheet, form.Action), GroupOf(sheet, form.Group), catalog, stock, ui);
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
            return new SeeOther(Address(shop.Slug, sku) + LocalUrl.Query([("modele", form.Own == "" && IsApart(sheet) && form.Group is { Length: > 0 } apart ? apart : null), ("faites", Text(press.Made)), ("notees", Text(press.Set)), .. press.Late.Take(MostTold).Select(late => ("deja", (string?)late))]));
        }
        // What was made stands, and its figures with it; what was refused stands as it was typed.
        http.SayRefused();
        sheet = await catalog.SheetAsync(shop.Slug, sku, token) ?? sheet;
        all = await catalog.OfModelAsync(shop.Slug, GroupOf(sheet, form.Group), token);
        var now = GridOf(sizes, colours, all);
        var left = cells.Select((c, i) => (now.Find(n => n.Key == c.Key) ?? c) with { Stock = complaints.For($"Stock-{i}") is null ? null : c.Stock, Price = complaints.For($"Stock-{i}") is null ? null : c.Price, Skipped = c.Skipped })
            .Concat(now.Where(n => !cells.Exists(c => c.Key == n.Key))).ToList();
        return Show(shop, sheet, form, form.Seen!, left, complaints, (press.Made, press.Set), press.Late);
    }

    private static IResult Show(ProShop shop, OfferSheet sheet, Form form, string seen, IReadOnlyList<Cell> cells, Complaints complaints, (int, int)? done = null, IReadOnlyList<string>? late = null, bool fromSheet = false) =>
        Page.Of<VariantsPage, Model>(new Model(shop, sheet, form, seen, cells, complaints, done, late, fromSheet), complaints.Any ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);

    internal static string StatusOf(OfferSheet sheet, string? action) => sheet.Offer.Status == "active" || (sheet.Offer.Status == "draft" && action == Sell) ? "active" : "draft";

    /// <summary>The model that it is of; else the one that was typed for it, else one of its own.</summary>
    internal static string GroupOf(OfferSheet sheet, string? typed) => sheet.Definition.Variant?.Group ?? (typed?.Trim() is { Length: > 0 and <= LongestGroup } group ? group : sheet.Definition.Sku);

    private const int LongestGroup = 64;

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
        var (sizes, colours) = (seen ?? "").Split(" | ", 2) is [var before, var after] ? (VariantWords.Of(before), VariantWords.Of(after)) : ([], []);
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

    private static string SeenOf(IReadOnlyList<string> sizes, IReadOnlyList<string> colours) => $"{VariantWords.Written(sizes)} | {VariantWords.Written(colours)}";

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

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
