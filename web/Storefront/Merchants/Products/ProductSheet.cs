using System.Security.Cryptography;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Merchants.Imports;
using Marketplace.Storefront.Merchants.Variants;
using Marketplace.Storefront.Pages;
using Marketplace.Storefront.Residents.Towns;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Merchants.Products;

/// <summary>
/// <c>/pro/{shop}/produits/nouveau</c> and <c>…/fiche/{sku}</c>: one form. Its first field takes a barcode, and Enter after one that is new looks the product up;
/// Enter anywhere else saves.
/// </summary>
public static class ProductSheet
{
    private const string SkuLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    /// <param name="Offer">Null: a new one.</param>
    /// <param name="Lowest">Price of the last thirty days: what a reduction may be told against.</param>
    /// <param name="ReducedFrom">What the present price is, or may be, announced as reduced from.</param>
    /// <param name="Wrong">By field (empty: of none in particular), the sentence.</param>
    /// <param name="OwnSkus">Under which the shop offers this product already.</param>
    /// <param name="Looked">What came of looking the number up: <c>found</c>, <c>unknown</c>, or nothing.</param>
    public sealed record Model(ProShop Shop, ProductForm Form, MerchantOffer? Offer, SellingRules Rules, CategoryTree Categories, IReadOnlyList<(string Field, string Sentence)> Wrong,
        IReadOnlyList<string> OwnSkus, string? Looked, ProductSaid? Said, long? Lowest, long? ReducedFrom)
    {
        /// <summary>What was just done with its photo, and which one it showed before.</summary>
        public (string Done, string? Before)? PhotoSaid { get; init; }

        /// <summary>Orders that are fetched before their batch by the plan that was typed: nothing is saved until somebody has seen them.</summary>
        internal IReadOnlyList<MovedBatches.Late> Late { get; init; } = [];

        /// <summary>A photo was chosen for a product that is not made yet: no page can choose it again.</summary>
        public bool PhotoToChooseAgain { get; init; }

        /// <summary>What somebody else has changed since the form was made; null: nobody has.</summary>
        public SheetMeanwhile? Meanwhile { get; init; }

        /// <summary>The sizes and colours to choose from: of the shop's own, and the usual ones.</summary>
        public UsedVariants Words { get; init; } = new([], []);

        public string? ErrorOf(string field) => Wrong.FirstOrDefault(w => w.Field == field).Sentence;

        /// <summary>Where one goes on typing.</summary>
        public string? Focus => Wrong.Count > 0 ? null : Looked is null ? (Offer is null ? nameof(ProductForm.Ean) : null)
            : string.IsNullOrWhiteSpace(Form.Title) ? nameof(ProductForm.Title) : string.IsNullOrWhiteSpace(Form.Category) ? nameof(ProductForm.Category) : nameof(ProductForm.Price);
    }

    internal static void MapProductSheet(this RouteGroupBuilder shop)
    {
        shop.MapGet("/produits/nouveau", NewAsync);
        shop.MapPost(ProductPhotos.OfNewProduct, SaveNewAsync).TakesPhoto();
        shop.MapGet("/produits/fiche/{sku}", ShowAsync);
        shop.MapPost("/produits/fiche/{sku}", SaveAsync);
        shop.MapProductPhotos();
        shop.MapVariants();
        shop.MapGet("/produits/prix", UnitPrice);
    }

    internal static string Address(string shop, string sku) => $"/pro/{shop}/produits/fiche/{Uri.EscapeDataString(sku)}";

    private static async Task<IResult> NewAsync(HttpContext http, Desk desk, ShopProductsClient catalog, CancellationToken token, string? copie = null, string? code = null)
    {
        if (!http.ProShop().MayAct)
        {
            return Results.LocalRedirect($"/pro/{http.ProShop().Slug}/produits");
        }
        var form = new ProductForm { Proposed = ProposedSku() };
        if (code is { Length: > 0 and <= 64 })
        {
            // Scanned in the shop, and made nowhere yet.
            form = HandOver.ScannedText.Read(code).Ean is { } ean ? form with { Ean = ean } : form with { Sku = code };
        }
        if (copie is { Length: > 0 and <= 64 } && await catalog.SheetAsync(http.ProShop().Slug, copie, token) is { } copied)
        {
            form = ProductForm.Of(copied.Definition, await desk.RulesAsync(token)) with { Ean = null, Sought = null, Sku = null, Size = null, Colour = null, Proposed = form.Proposed, Prepacked = Packed(copied.Definition), PhotoOf = ProductPhoto.Is(copied.Offer.ImageUrl) ? copied.Offer.Sku : null }; // another size bears another number
        }
        if (http.ProShop().VatExempt)
        {
            form = form with { Vat = form.Vat ?? "0" };
        }
        return await desk.PageAsync(http.ProShop(), form, null, [], token, said: await ProductSaid.OfAsync(http, catalog, token));
    }

    // What bore an article number was pre-packed by that; its copy bears none yet.
    private static string? Packed(OfferDefinition copied) => (copied.Prepacked, copied.Ean13) switch { (false, _) => "non", (null, null) => null, _ => "oui" };

    private static async Task<IResult> SaveNewAsync([FromForm] ProductForm form, HttpContext http, Desk desk, ShopProductsClient catalog, Ui ui, CancellationToken token)
    {
        var shop = http.ProShop();
        form = form with { Proposed = string.IsNullOrWhiteSpace(form.Proposed) ? ProposedSku() : form.Proposed };
        if (IsLookUp(form))
        {
            return await desk.LookUpAsync(shop, form, null, token);
        }
        if (form.Action == ProductForm.MoreBatches)
        {
            return await desk.PageAsync(shop, form, null, [], token);
        }
        if (ProductPhotos.In(http.Request) is { Length: > ProductPhoto.MostBytes })
        {
            return await desk.PageAsync(shop, form, null, [(ProductPhotos.Field, ui["pro.photo.wrong.large"])], token);
        }
        // With a list of sizes it is nothing that could be sold yet: a draft, and the grid makes them of it.
        var toGrid = form is { Action: ProductForm.ToGrid, HasLists: true };
        var draft = toGrid || form.Action == "brouillon";
        var (offer, wrong) = (toGrid ? form.WithoutLists(null) : form).Read(await desk.RulesAsync(token), draft);
        if (offer is null)
        {
            return await desk.PageAsync(shop, form, null, Sentences(wrong, ui), token);
        }
        var answer = await catalog.PutAsync(shop.Slug, offer, onlyNew: true, token);
        var (made, problem) = (answer.Ok, answer.Problem);
        if (problem?.Code == "sku-taken" && offer.Sku == form.Proposed && await catalog.SheetAsync(shop.Slug, offer.Sku, token) is { } sheet)
        {
            // The same form sent again, as it was or corrected: the number is its own, and so is the product, as long as it stands as the form made it, its photo beside it.
            // Not its stock: what was sold of it since then would come back.
            var (merged, meanwhile) = SheetMeanwhile.Merge(toGrid ? form.WithoutLists(null) : form, sheet, await desk.RulesAsync(token), await desk.CategoriesAsync(token), ui);
            var other = meanwhile.Changes.Count > 0 || sheet.Offer.Status != offer.Status;
            if (other && sheet.Version > (ProductPhoto.Is(sheet.Offer.ImageUrl) ? 2 : 1))
            {
                return await desk.PageAsync(shop, merged with { Sku = offer.Sku, OnHand = null }, sheet, [], token, status: StatusCodes.Status409Conflict, meanwhile: meanwhile);
            }
            problem = other ? (await catalog.PutAsync(shop.Slug, offer with { OnHand = null }, onlyNew: false, token, sheet.Version)).Problem : null;
        }
        if (problem is not null)
        {
            return await desk.PageAsync(shop, form, null, [Refused(problem, ui)], token);
        }
        if (ProductPhotos.In(http.Request) is { } photo)
        {
            if (!await ProductPhotos.AddAsync(shop.Slug, offer.Sku, photo, catalog, ui, token))
            {
                return Results.LocalRedirect(Address(shop.Slug, offer.Sku) + LocalUrl.Query(("photo", "refusee"))); // the product is there; its photo is chosen again on its own sheet
            }
        }
        else if (made && form.PhotoOf is { Length: > 0 and <= 64 } copied)
        {
            // Once: the same form sent again does not undo a photo of its own. One that is gone meanwhile is missed by nobody: the photo is added on the sheet.
            await catalog.SharePhotoAsync(shop.Slug, offer.Sku, copied, token);
        }
        if (toGrid)
        {
            return Results.LocalRedirect(VariantsDesk.Address(shop.Slug, offer.Sku, form.ForGrid.Sizes, form.ForGrid.Colours, form.Group));
        }
        return Results.LocalRedirect($"/pro/{shop.Slug}/produits{(form.Action == "liste" ? "" : "/nouveau")}" + LocalUrl.Query(("fait", draft ? "kept" : "published"), ("sku", offer.Sku)));
    }

    private static async Task<IResult> ShowAsync(string sku, HttpContext http, Desk desk, ShopProductsClient catalog, Ui ui, CancellationToken token, string? manque = null, string? photo = null, string? de = null)
    {
        if (await catalog.SheetAsync(http.ProShop().Slug, sku, token) is not { } sheet)
        {
            return Trouble.NotFound(null);
        }
        var rules = await desk.RulesAsync(token);
        var form = SheetMeanwhile.Shown(sheet, rules);
        return await desk.PageAsync(http.ProShop(), form, sheet, photo == "refusee" ? [(ProductPhotos.Field, ui["pro.photo.wrong.made"])] : manque is null ? [] : manque == VariantsDesk.TakenNote ? [(nameof(ProductForm.Size), ui["pro.variants.taken"])] : Missing(form, rules, ui), token, photo: photo is "ajoutee" or "retiree" or "remise" && ProductPhoto.Is(sheet.Offer.ImageUrl) == photo is not "retiree" ? (photo, ProductPhoto.Of(sheet.Offer.ImageUrl) == de ? null : de) : null);
    }

    private static async Task<IResult> SaveAsync(string sku, [FromForm] ProductForm form, HttpContext http, Desk desk, ShopProductsClient catalog, MovedBatches moved, Ui ui, CancellationToken token)
    {
        var shop = http.ProShop();
        if (await catalog.SheetAsync(shop.Slug, sku, token) is not { } sheet)
        {
            return Trouble.NotFound(null);
        }
        form = form with { Sku = sku };
        if (IsLookUp(form))
        {
            return await desk.LookUpAsync(shop, form, sheet, token);
        }
        if (form.Action == ProductForm.MoreBatches)
        {
            return await desk.PageAsync(shop, form, sheet, [], token);
        }
        if (sheet.Offer.Status == "archived" && form.Action != "publier")
        {
            // Enter in a field is no word for selling it again.
            return await desk.PageAsync(shop, form, sheet, [("", ui["pro.product.wrong.archived"])], token);
        }
        // Saved as it stands: on sale what is on sale, unseen what is not, unless the button says otherwise. An archived one that is put back on sale is wanted again.
        var draft = form.Action == "brouillon" || (form.Action != "publier" && sheet.Offer.Status == "draft");
        var toGrid = form is { Action: ProductForm.ToGrid, HasLists: true };
        var (offer, wrong) = (toGrid ? form.WithoutLists(sheet.Definition.Variant) : form).Read(await desk.RulesAsync(token), draft);
        if (offer is null)
        {
            return await desk.PageAsync(shop, form, sheet, Sentences(wrong, ui), token);
        }
        if (form.ThoughtReduced && sheet.Definition.Reduced != true && (form.Reduced == "oui" || offer.PriceCents != sheet.Offer.PriceCents))
        {
            // The sheet stood open over the end of it: the reduced price is not brought back for good.
            return await desk.PageAsync(shop, form.WithoutReduction(sheet.Offer.PriceCents), sheet, [(nameof(ProductForm.Price), ui.T("pro.product.wrong.reduction.over", ui.Price(sheet.Offer.Unit, sheet.Offer.PriceCents)))], token);
        }
        if (toGrid && sheet.Definition.Variant?.Group is { } model && !string.IsNullOrWhiteSpace(form.Group) && form.Group.Trim() != model)
        {
            // All of a grid is of one model: it cannot move to another one and be made in more sizes by one press.
            return await desk.PageAsync(shop, form, sheet, [(nameof(ProductForm.Group), ui.T("pro.product.wrong.group.list", model))], token);
        }
        if (offer.Batches is { } batches && form.LateSeen != MovedBatches.KeyOf(batches) && await moved.OfAsync(shop.Slug, sheet.Offer.OfferId, sheet.Definition.Batches, batches, token) is { Count: > 0 } late)
        {
            return await desk.PageAsync(shop, form with { LateSeen = MovedBatches.KeyOf(batches) }, sheet, [], token, status: StatusCodes.Status422UnprocessableEntity, late: late);
        }
        var answer = await catalog.PutAsync(shop.Slug, form.Announcing(offer, sheet.Definition), onlyNew: false, token, form.Version);
        if (answer.Problem?.Code == "changed-meanwhile")
        {
            return await MeetAsync(sku, form, http, desk, catalog, moved, ui, token);
        }
        if (!answer.Ok)
        {
            return await desk.PageAsync(shop, form, sheet, [Refused(answer.Problem!, ui)], token);
        }
        if (toGrid)
        {
            return Results.LocalRedirect(VariantsDesk.Address(shop.Slug, sku, form.ForGrid.Sizes, form.ForGrid.Colours, form.Group));
        }
        var status = draft ? "draft" : "active";
        return Results.LocalRedirect($"/pro/{shop.Slug}/produits" + LocalUrl.Query(("fait", status == sheet.Offer.Status ? "saved" : status), ("sku", sku), ("de", status == sheet.Offer.Status ? null : sheet.Offer.Status)));
    }

    // Somebody else has saved it. Where that is nothing of what the form shows (a photo, or the very same), it is saved onto it; else it is looked at first.
    private static async Task<IResult> MeetAsync(string sku, ProductForm form, HttpContext http, Desk desk, ShopProductsClient catalog, MovedBatches moved, Ui ui, CancellationToken token)
    {
        if (await catalog.SheetAsync(http.ProShop().Slug, sku, token) is not { } sheet)
        {
            return Trouble.NotFound(null);
        }
        var (merged, meanwhile) = SheetMeanwhile.Merge(form, sheet, await desk.RulesAsync(token), await desk.CategoriesAsync(token), ui);
        return meanwhile.Changes.Count == 0 && form.Version != sheet.Version && string.IsNullOrWhiteSpace(form.OnHand) // a count is of the moment when it was typed
            ? await SaveAsync(sku, merged, http, desk, catalog, moved, ui, token)
            : await desk.PageAsync(http.ProShop(), merged, sheet, [], token, status: StatusCodes.Status409Conflict, meanwhile: meanwhile);
    }

    // For the script, while the price is being typed.
    private static IResult UnitPrice(HttpContext http, Ui ui, string? price, string? unit, string? net, string? netUnit, string? pieceWeight) => Results.Json(new
    {
        said = SaidOf(new ProductForm { Price = price, Unit = unit, Net = net, NetUnit = netUnit, PieceWeight = pieceWeight }, ui),
    });

    // What a resident reads beside the price: the price of a measure, or of a piece whose weight is estimated.
    internal static string? SaidOf(ProductForm form, Ui ui) => (form.SoldBy, form.UnitPrice) switch
    {
        (SaleUnit.Piece, { } price) => ui.T("pro.product.unitprice", ui.UnitPrice(price)),
        (SaleUnit.Weight, not null) when form is { PieceGrams: { } grams, PriceCents: { } cents } => ui.T("pro.product.piece.said", ui.Weight(grams), ui.Money(Money.LineTotal(SaleUnit.Weight, grams, cents))),
        _ => null,
    };

    // A scanner that types ends with Enter, and so does a hand: a number that was not looked up yet is looked up, everything else is saved.
    internal static bool IsLookUp(ProductForm form) => form.Action == "chercher" || (form.Action is null or "entree" && !string.IsNullOrWhiteSpace(form.Ean) && form.Ean.Trim() != form.Sought);

    private static IReadOnlyList<(string, string)> Missing(ProductForm form, SellingRules rules, Ui ui)
    {
        var wrong = form.Read(rules, draft: false).Wrong;
        return wrong.Count > 0 ? Sentences(wrong, ui) : [("", ui["pro.product.refused"])];
    }

    private static IReadOnlyList<(string, string)> Sentences(IReadOnlyList<(string Field, string Wrong)> wrong, Ui ui) => [.. wrong.Select(w => (w.Field, ui["pro.product.wrong." + w.Wrong]))];

    // Catalog says what is wrong in the language of the page.
    private static (string, string) Refused(Problem problem, Ui ui) => (ProductForm.FieldOf(problem.Code), problem.Code == "below-reserved" ? ui["pro.product.wrong.below-reserved"] : problem.Detail ?? ui["pro.product.refused"]);

    private static string ProposedSku() => "P-" + RandomNumberGenerator.GetString(SkuLetters, 6);

    /// <summary>The page with all it needs beside the form.</summary>
    internal sealed class Desk(ShopProductsClient catalog, ProductRules rules, TownDirectory directory, IHttpContextAccessor http, Ui ui)
    {
        public Task<SellingRules> RulesAsync(CancellationToken token) => rules.OfTodayAsync(token);

        public ValueTask<CategoryTree> CategoriesAsync(CancellationToken token) => directory.CategoriesAsync(token);

        public async Task<IResult> PageAsync(ProShop shop, ProductForm form, OfferSheet? sheet, IReadOnlyList<(string, string)> wrong, CancellationToken token,
            IReadOnlyList<string>? ownSkus = null, string? looked = null, ProductSaid? said = null, (string, string?)? photo = null, int? status = null, SheetMeanwhile? meanwhile = null, IReadOnlyList<MovedBatches.Late>? late = null) =>
            Page.Of<ProductSheetPage, Model>(new Model(shop, form, sheet?.Offer, await RulesAsync(token), await directory.CategoriesAsync(token), wrong, ownSkus ?? [], looked, said, sheet?.LowestPriceCents, sheet?.ReducedFromCents) { PhotoSaid = photo, PhotoToChooseAgain = sheet is null && http.HttpContext is { } request && ProductPhotos.IsChosenIn(request.Request), Meanwhile = meanwhile, Late = late ?? [], Words = await WordsAsync(shop, token) },
                status ?? (wrong.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK));

        private async Task<UsedVariants> WordsAsync(ProShop shop, CancellationToken token)
        {
            var own = await catalog.VariantWordsAsync(shop.Slug, token);
            string[] Usual(string key) => ui[key].Split(',', StringSplitOptions.TrimEntries);
            return new(VariantOrder.Sizes([.. own.Sizes, .. Usual("pro.variants.sizes.usual")]), VariantOrder.Colours([.. own.Colours, .. Usual("pro.variants.colours.usual")]));
        }

        public async Task<IResult> LookUpAsync(ProShop shop, ProductForm form, OfferSheet? sheet, CancellationToken token)
        {
            if (string.IsNullOrWhiteSpace(form.Ean) || form.Ean.Length > 40)
            {
                return await PageAsync(shop, form with { Sought = null }, sheet, [], token, looked: "empty");
            }
            var ean = form.Ean.Trim();
            try
            {
                // Of a number scanned before this one, by mistake, nothing stays but what was typed over it.
                if (!string.IsNullOrWhiteSpace(form.Sought) && form.Sought != ean && sheet is null && await catalog.KnownAsync(shop.Slug, form.Sought, token) is { } mistaken)
                {
                    form = form.Without(mistaken);
                }
                return await catalog.KnownAsync(shop.Slug, ean, token) is { } known
                    ? await PageAsync(shop, form.FilledBy(known), sheet, [], token, [.. known.OwnSkus.Where(s => s != sheet?.Offer.Sku)], "found")
                    : await PageAsync(shop, form with { Sought = ean }, sheet, [], token, looked: "unknown");
            }
            catch (ServiceRefusal refusal) when (refusal.Problem is { Detail: { } sentence } problem && ProductForm.FieldOf(problem.Code) == nameof(ProductForm.Ean))
            {
                return await PageAsync(shop, form with { Sought = null }, sheet, [(nameof(ProductForm.Ean), sentence)], token);
            }
        }
    }
}
