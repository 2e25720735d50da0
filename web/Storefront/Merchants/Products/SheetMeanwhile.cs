using System.Security.Cryptography;
using System.Text;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Residents.Offers;
using Marketplace.Storefront.Residents.Towns;

namespace Marketplace.Storefront.Merchants.Products;

/// <summary>
/// A sheet that somebody else has saved while it stood open here. What they changed and was not touched here is taken into the form, what was typed stays, and the page says
/// both before anything is saved. The form knows what it was made of by fingerprints: it carries no second copy of itself.
/// </summary>
public sealed record SheetMeanwhile(IReadOnlyList<SheetMeanwhile.Change> Changes)
{
    /// <param name="Now">As somebody else has saved it; nothing: it says itself.</param>
    /// <param name="How"><c>taken</c> into the form; <c>kept</c>: something else was typed here, and stays; <c>both</c> are in it.</param>
    public sealed record Change(string Label, string? Now, string How);

    /// <param name="Of">What it is one of: touched here in one of them, none is taken, for together they say one thing.</param>
    /// <param name="Both">What leaves out nothing of either, where that is safer than the last word.</param>
    private sealed record Part(string Label, Func<ProductForm, string?> Text, Func<ProductForm, ProductForm, ProductForm> Take, Func<ProductForm, CategoryTree, Ui, string?>? Said = null,
        string? Of = null, Func<ProductForm, ProductForm, ProductForm>? Both = null);

    // Nobody means another's day or another's price with a reduction of their own.
    private const string Reduction = "reduction";

    private static readonly Part[] _parts =
    [
        new("pro.product.ean", f => f.Ean, (t, n) => t with { Ean = n.Ean, Sought = n.Sought }),
        new("pro.product.title", f => f.Title, (t, n) => t with { Title = n.Title }),
        new("pro.product.brand", f => f.Brand, (t, n) => t with { Brand = n.Brand }),
        new("pro.product.category", f => f.Category, (t, n) => t with { Category = n.Category }, (f, categories, ui) => categories.Find(f.Category ?? "") is { } category ? ui.Name(category) : f.Category),
        new("pro.product.unit", f => f.SoldBy.ToString(), (t, n) => t with { Unit = n.Unit }, (f, _, ui) => ui[f.SoldBy == SaleUnit.Weight ? "pro.product.unit.weight" : "pro.product.unit.piece"]),
        new("pro.product.piece", f => f.PieceGrams?.ToString(System.Globalization.CultureInfo.InvariantCulture), (t, n) => t with { PieceWeight = n.PieceWeight }, (f, _, _) => f.PieceWeight),
        new("pro.product.price", f => f.PriceCents is { } cents ? ProductForm.Euros(cents) : f.Price, (t, n) => t with { Price = n.Price }, Of: Reduction),
        new("pro.product.vat", f => f.Vat, (t, n) => t with { Vat = n.Vat }, (f, _, ui) => string.IsNullOrEmpty(f.Vat) ? ui["pro.product.vat.category"] : f.Vat.Replace('.', ',') + " %"),
        new("pro.product.net", f => f.NetContent is { } net ? $"{net.Quantity} {net.Unit}" : string.IsNullOrWhiteSpace(f.Net) ? null : $"{f.Net.Trim()} {f.NetUnit}", (t, n) => t with { Net = n.Net, NetUnit = n.NetUnit }),
        new("pro.product.prepacked.short", f => f.Prepacked, (t, n) => t with { Prepacked = n.Prepacked }, (f, _, ui) => f.Prepacked is "oui" or "non" ? ui[f.Prepacked == "oui" ? "pro.product.yes" : "pro.product.no"] : ""),
        new("pro.product.allergens", f => string.Join(", ", (f.Allergens ?? []).Order(StringComparer.Ordinal)), (t, n) => t with { Allergens = n.Allergens },
            (f, _, ui) => string.Join(", ", (f.Allergens ?? []).Select(a => ui[a == ProductForm.NoAllergen ? "pro.product.allergens.none" : "allergen." + a])),
            Both: (t, n) => t with { Allergens = BothAllergens(t.Allergens ?? [], n.Allergens ?? []) }),
        new("pro.product.origin", f => f.Origin, (t, n) => t with { Origin = n.Origin }),
        new("pro.product.alcohol", f => f.Alcohol, (t, n) => t with { Alcohol = n.Alcohol }, (f, _, ui) => ui[f.Alcohol switch { "oui" => "pro.product.yes", "non" => "pro.product.no", _ => "pro.product.alcohol.category" }]),
        new("pro.product.secondhand.short", f => f.IsSecondHand ? "oui" : null, (t, n) => t with { SecondHand = n.SecondHand }, (f, _, ui) => ui[f.IsSecondHand ? "pro.product.yes" : "pro.product.no"]),
        new("pro.product.description", f => f.Description?.Replace("\r", "", StringComparison.Ordinal), (t, n) => t with { Description = n.Description }, (_, _, _) => null),
        new("pro.product.words", f => f.Words, (t, n) => t with { Words = n.Words }),
        new("pro.product.reduced.short", f => f.Reduced, (t, n) => t with { Reduced = n.Reduced }, (f, _, ui) => ui[f.Reduced == "oui" ? "pro.product.yes" : "pro.product.no"], Of: Reduction),
        new("pro.product.until", f => f.ReducedUntil, (t, n) => t with { ReducedUntil = n.ReducedUntil }, Of: Reduction),
        // Without a last day it is but what the price would come back to.
        new("pro.product.after", f => string.IsNullOrWhiteSpace(f.ReducedUntil) ? null : f.PriceAfter, (t, n) => t with { PriceAfter = n.PriceAfter }, Of: Reduction),
        new("pro.batches.title", f => string.Join('\n', (f.Batches ?? []).Where(r => !r.IsEmpty).Select(r => $"{string.Join('.', r.Days ?? [])} {r.At} {r.Quantity} {r.Before} {r.Until}")), (t, n) => t with { Batches = n.Batches }, (_, _, _) => null),
        new("offer.size", f => f.Size, (t, n) => t with { Size = n.Size }),
        new("offer.colour", f => f.Colour, (t, n) => t with { Colour = n.Colour }),
        new("pro.variants.group", f => f.Group, (t, n) => t with { Group = n.Group }),
    ];

    /// <summary>The form as it is shown of what stands: with the version that saving it names.</summary>
    internal static ProductForm Shown(OfferSheet sheet, SellingRules rules)
    {
        var form = ProductForm.Of(sheet.Definition, rules);
        // Where a last day is given, the price before comes back.
        form = sheet.Definition.ReducedUntil is null ? form with { PriceAfter = ProductForm.Euros(sheet.ReducedFromCents ?? sheet.Offer.PriceCents) } : form;
        return form with { Version = sheet.Version, Was = string.Concat([PrintOf(sheet.Offer.Status), PrintsOf(form)]) };
    }

    /// <summary>The fingerprints of all that a form says.</summary>
    internal static string PrintsOf(ProductForm form) => string.Concat(_parts.Select(p => Print(p, form)));

    /// <summary>A form, with all that another one says.</summary>
    internal static ProductForm Taking(ProductForm form, ProductForm other) => _parts.Aggregate(form, (taken, part) => part.Take(taken, other));

    /// <summary>What was typed over what it was made of, brought onto what stands now.</summary>
    /// <returns>Without changes: what somebody else did is nothing of this form's, or the same as here.</returns>
    internal static (ProductForm Form, SheetMeanwhile Meanwhile) Merge(ProductForm typed, OfferSheet sheet, SellingRules rules, CategoryTree categories, Ui ui)
    {
        var now = Shown(sheet, rules);
        var (merged, changes) = (typed with { Version = now.Version, Was = now.Was, Reducible = now.Reducible }, new List<Change>());
        if (WasOf(typed, 0) is { } status && status != PrintOf(sheet.Offer.Status))
        {
            changes.Add(new(ui["pro.product.status"], ui["pro.product.status." + sheet.Offer.Status], "taken"));
        }
        for (var i = 0; i < _parts.Length; i++)
        {
            var (part, was) = (_parts[i], WasOf(typed, i + 1));
            if (Print(part, now) == was || Print(part, typed) == Print(part, now))
            {
                continue;
            }
            var touched = _parts.Index().Any(other => (other.Index == i || other.Item.Of is { } one && one == part.Of) && Print(other.Item, typed) != WasOf(typed, other.Index + 1));
            merged = part.Both is { } both ? both(merged, now) : touched ? merged : part.Take(merged, now);
            var how = Print(part, merged) == Print(part, now) ? "taken" : part.Both is null ? "kept" : "both";
            changes.Add(new(ui[part.Label], part.Said is { } say ? say(now, categories, ui) : part.Text(now), how));
        }
        return (merged, new SheetMeanwhile(changes));
    }

    // What is in it is not dropped by who did not see it said; that nothing is in it is said by who has looked at both.
    private static string[] BothAllergens(string[] typed, string[] now) => typed.Union(now).ToArray() is var both && both.All(a => a == ProductForm.NoAllergen) ? both : [.. both.Where(a => a != ProductForm.NoAllergen)];

    private const int PrintLength = 8;

    private static string Print(Part part, ProductForm form) => PrintOf(part.Text(form)?.Trim() ?? "");

    private static string PrintOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..PrintLength];

    private static string? WasOf(ProductForm form, int part) => form.Was is { } was && was.Length == PrintLength * (_parts.Length + 1) ? was.Substring(part * PrintLength, PrintLength) : null;
}
