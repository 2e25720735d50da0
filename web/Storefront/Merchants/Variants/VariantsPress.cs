using System.Globalization;
using System.Text;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Merchants.Products;
using Marketplace.Storefront.Merchants.Stock;

namespace Marketplace.Storefront.Merchants.Variants;

/// <summary>What one press does, cell by cell, each with the sentence of why not.</summary>
internal sealed class VariantsPress(ProShop shop, OfferSheet sheet, string status, string group, ShopProductsClient catalog, ShopStockClient stock, Ui ui)
{
    private const int LongestSku = 64;
    private const int MostTries = 9;

    private readonly OfferDefinition _model = sheet.Definition with { Status = status, Reduced = null, ReducedUntil = null, PriceAfterCents = null, Batches = null };
    public int Made { get; private set; }
    public int Set { get; private set; }

    /// <summary>Those that were made or archived since the form was shown, with another figure than the one that was typed for them.</summary>
    public List<string> Late { get; } = [];

    /// <summary>Made by the form's first press, which took the figures, or by somebody else: their figures stand.</summary>
    public string? Leave(VariantsDesk.Cell cell, MerchantOffer? offer)
    {
        if (!(cell.Counted is null && cell.Cents is null) && (offer is null || offer.Status == "archived" || (cell.Counted ?? offer.OnHand, cell.Cents ?? offer.PriceCents) != (offer.OnHand, offer.PriceCents)))
        {
            Late.Add(cell.Name);
        }
        return null;
    }

    /// <summary>The product itself becomes one of them.</summary>
    public async Task<string?> TakeOwnAsync(VariantsDesk.Cell cell, CancellationToken token)
    {
        var answer = await catalog.PutAsync(shop.Slug, _model with { Variant = VariantOf(cell), PriceCents = cell.Cents ?? _model.PriceCents, OnHand = cell.Counted }, onlyNew: false, token, sheet.Version);
        Made += answer.Ok ? 1 : 0;
        return answer.Ok ? null : Said(answer.Problem!);
    }

    public async Task<string?> MakeAsync(VariantsDesk.Cell cell, CancellationToken token)
    {
        // Another's number is not theirs, and each bears its own.
        var offer = _model with { Ean13 = null, Variant = VariantOf(cell), PriceCents = cell.Cents ?? _model.PriceCents, OnHand = cell.Counted };
        var model = group == _model.Sku ? group : Letters(group);
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
                return Leave(cell, (await catalog.OfModelAsync(shop.Slug, group, token)).FirstOrDefault(o => cell.Is(o.Variant)));
            }
            if (answer.Problem.Code != "sku-taken" || time == MostTries)
            {
                return Said(answer.Problem);
            }
        }
    }

    public async Task<string?> SetAsync(VariantsDesk.Cell cell, MerchantOffer offer, CancellationToken token)
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
            var put = await catalog.PutAsync(shop.Slug, one.Definition with { PriceCents = cents, OnHand = cell.Counted, Reduced = null, ReducedUntil = null, PriceAfterCents = null, Batches = null }, onlyNew: false, token, one.Version);
            Set += put.Ok ? 1 : 0;
            return put.Ok ? null : Said(put.Problem!);
        }
        var counted = await stock.PutAsync(shop.Slug, offer.Sku, cell.Counted!.Value, token);
        var refused = counted.Ok && counted.Value!.Rejected is [var first, ..] ? first : null;
        Set += counted.Ok && refused is null or { Reason: "below-reserved" } ? 1 : 0;
        return !counted.Ok ? Said(counted.Problem!) : refused is null ? null : refused.Detail ?? ui["pro.product.refused"];
    }

    private async Task<bool> IsThereAsync(string sku, VariantsDesk.Cell cell, CancellationToken token) =>
        await catalog.SheetAsync(shop.Slug, sku, token) is { } other && other.Definition.Variant?.Group == group && cell.Is(other.Definition.Variant);

    private Variant VariantOf(VariantsDesk.Cell cell) => new(group, cell.Size, cell.Colour);

    private string Said(Problem problem) => problem.Detail ?? ui["pro.product.refused"];

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
}
