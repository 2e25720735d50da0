using Marketplace.Catalog.Batches;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults;

namespace Marketplace.Catalog.Offers;

/// <summary>An offer that may be shown: everything checked, defaults filled in. Property names are the columns of the upsert. Without a status a draft stays one, anything else is on sale.</summary>
internal sealed record CheckedOffer(string Sku, string? Ean13, bool SharedProduct, string Title, string? Brand, string Category, string? Description, SaleUnit Unit,
    long PriceCents, decimal VatRate, long? NetQuantity, string? NetUnit, string[]? Allergens, string? Origin, bool Alcohol, bool SecondHand, string[] Synonyms, long? OnHand, string? Status)
{
    /// <summary>The version of the offer that was seen, 0: there was none; it is put in place of no other. Null where whichever stands is replaced.</summary>
    internal long? Seen { get; init; }

    /// <summary>Whether a reduction is announced; null: as it was.</summary>
    internal bool? Reduced { get; init; }

    /// <summary>Its batches as they are kept (<see cref="BatchRules"/>); null: as it was.</summary>
    internal string? Batches { get; init; }

    /// <summary>The last day of a reduction that is announced, and what the price comes back to after it.</summary>
    internal DateOnly? ReducedUntil { get; init; }
    internal long? PriceAfterCents { get; init; }

    /// <summary>Size and colour of which model; null: as it was, <see cref="Variants.None"/>: of none.</summary>
    internal Variant? Variant { get; init; }

    /// <summary>Of what is sold by weight: what a piece weighs, about; null: as it was, 0: ordered in grams.</summary>
    internal long? PieceGrams { get; init; }

    /// <summary>It is asked whether it is pre-packed (<see cref="Prepacking"/>); null: as it was.</summary>
    internal bool AsksPrepacked { get; init; }
    internal bool? Prepacked { get; init; }
}

/// <summary>Why an offer or a figure is not taken: a stable code, and a sentence for the merchant in both languages.</summary>
internal sealed record Fault(string Reason, string French, string English)
{
    internal Refusal ToRefusal(int status) => new(Reason, status, French, English);

    /// <summary>The same of one line of a batch, which does not keep the others from being taken.</summary>
    internal BatchAnswer.Rejection At(int index, bool english) => new(index, Reason, english ? English : French);

    /// <summary>All that is wrong in one: under the first's code, with every sentence. None where nothing is.</summary>
    internal static Fault? All(IReadOnlyCollection<Fault> faults) => faults.Count switch
    {
        0 => null,
        1 => faults.First(),
        _ => new(faults.First().Reason, string.Join(' ', faults.Select(f => f.French).Distinct()), string.Join(' ', faults.Select(f => f.English).Distinct())),
    };
}

/// <summary>What must be true of an offer before a resident may see it; of a draft, what can be kept of it. Pure.</summary>
internal static class OfferRules
{
    internal const string Draft = "draft";
    internal const string Active = "active";
    internal const string Archived = "archived";

    internal const int LongestSku = 64;
    internal const long HighestPriceCents = 10_000_000;
    internal const long HighestQuantity = 100_000_000;

    /// <summary>The offer, or the first that is wrong with it.</summary>
    internal static (CheckedOffer? Offer, Fault? Fault) Check(OfferDefinition given, CategoryTree categories, DateOnly today)
    {
        var (offer, faults) = CheckAll(given, categories, today);
        return (offer, faults.Count == 0 ? null : faults[0]);
    }

    /// <summary>The offer, or all that is wrong with it: what follows only from something that is wrong is not told beside it.</summary>
    internal static (CheckedOffer? Offer, IReadOnlyList<Fault> Faults) CheckAll(OfferDefinition given, CategoryTree categories, DateOnly today)
    {
        List<Fault>? faults = null;
        Texts(given, Note);
        if (given.Status is not (null or Draft or Active))
        {
            Note(StatusUnknown(given.Status));
        }

        var category = categories.Find(given.Category);
        if (category is null)
        {
            Note(new("category-unknown", $"La catégorie « {given.Category} » n’existe pas.", $"There is no category “{given.Category}”."));
        }

        if (given.PriceCents is <= 0 or > HighestPriceCents)
        {
            Note(new("price-invalid", "Le prix doit être supérieur à zéro et d’au plus 100 000 €.", "The price must be above zero and at most €100,000."));
        }

        // Also of who says nothing new of it: a sheet that was left open over the last day would bring its price back for good.
        if ((given.Reduced != false && given.ReducedUntil < today) || (given.Reduced == true && given.ReducedUntil > today.AddYears(1)))
        {
            Note(Reductions.UntilInvalid());
        }

        if (given.Reduced == true && given.PriceAfterCents is { } after && (given.ReducedUntil is null || after <= given.PriceCents || after > HighestPriceCents))
        {
            Note(Reductions.PriceAfterInvalid());
        }

        if (given.OnHand is < 0 or > HighestQuantity)
        {
            Note(new("quantity-invalid", "Le stock ne peut être ni négatif ni aussi grand.", "The stock can be neither negative nor that large."));
        }

        var vatRate = given.VatRate ?? category?.DefaultVatRate;
        if (vatRate is { } rate && !VatRates.Holds(rate, today))
        {
            Note(new("vat-rate-unknown", $"{rate} n’est pas un taux de TVA en vigueur.", $"{rate} is not a VAT rate in force."));
        }
        else if (given.Alcohol && vatRate is not (null or VatRates.Normal or 0m))
        {
            Note(new("vat-rate-alcohol", "Les boissons alcooliques sont au taux de 20 %.", "Alcoholic drinks are at the rate of 20%."));
        }

        string? ean13 = null;
        if (!string.IsNullOrWhiteSpace(given.Ean13))
        {
            (ean13, var reason) = Gtin.Normalise(given.Ean13);
            if (ean13 is null)
            {
                Note(EanFault(reason!, given.Ean13));
            }
        }

        var sharedProduct = ean13 is not null && !Gtin.IsInStore(ean13);
        if (NetContent(given, category, sharedProduct) is { } wrongNet && (given.Status != Draft || wrongNet.Reason != Prepacking.NetMissingReason))
        {
            Note(wrongNet);
        }

        var (allergens, wrongAllergens) = AllergensOf(given, category);
        if (wrongAllergens is not null)
        {
            Note(wrongAllergens);
        }

        var (batches, wrongBatches) = BatchRules.Check(given);
        if (wrongBatches is not null)
        {
            Note(wrongBatches);
        }

        var (variant, wrongVariant) = Variants.Check(given.Variant, given.Sku);
        if (wrongVariant is not null)
        {
            Note(wrongVariant);
        }

        if (given.PieceGrams is not (null or 0) && (given.Unit != SaleUnit.Weight || !PieceWeights.CanBe(given.PieceGrams.Value)))
        {
            Note(PieceWeightInvalid());
        }

        var asksPrepacked = Prepacking.IsAsked(category, given.Unit, sharedProduct);
        return faults is not null || category is null || vatRate is null
            ? (null, faults ?? [])
            : (new CheckedOffer(given.Sku.Trim(), ean13, sharedProduct, given.Title.Trim(), Blank(given.Brand), category.Slug, Blank(given.Description)?.ReplaceLineEndings("\n"), given.Unit,
                given.PriceCents, vatRate.Value, given.Unit == SaleUnit.Weight ? null : given.NetQuantity, given.Unit == SaleUnit.Weight ? null : Blank(given.NetUnit)?.ToLowerInvariant(),
                allergens, Blank(given.Origin), given.Alcohol, given.SecondHand,
                [.. (given.Synonyms ?? []).Select(s => s.Trim()).Where(s => s.Length is > 0 and <= 60).Distinct().Take(20)], given.OnHand, given.Status)
            {
                Reduced = given.Reduced,
                Batches = batches,
                ReducedUntil = given.Reduced == true ? given.ReducedUntil : null,
                PriceAfterCents = given.Reduced == true ? given.PriceAfterCents : null,
                Variant = variant,
                PieceGrams = given.PieceGrams,
                AsksPrepacked = asksPrepacked,
                Prepacked = asksPrepacked ? given.Prepacked : null,
            }, []);

        void Note(Fault fault) => (faults ??= []).Add(fault);
    }

    internal static Fault EanFault(string reason, string ean) => reason == "ean-check-digit"
        ? new(reason, $"La clé de contrôle du code {ean} est fausse.", $"The check digit of the code {ean} is wrong.")
        : new("ean-malformed", $"« {ean} » n’est ni un EAN-13 ni un ISBN.", $"“{ean}” is neither an EAN-13 nor an ISBN.");

    private static Fault PieceWeightInvalid() => new("piece-weight-invalid",
        "Le poids d’une pièce va avec la vente au poids, de 20 g à 30 kg ; laissez-le vide si le produit se commande en grammes.",
        "The weight of a piece goes with the sale by weight, from 20 g to 30 kg; leave it empty where the product is ordered in grams.");

    internal static Fault StatusUnknown(string? status) =>
        new("status-unknown", $"L’état « {status} » n’existe pas : draft, active ou archived.", $"There is no status “{status}”: draft, active or archived.");

    private static void Texts(OfferDefinition given, Action<Fault> note)
    {
        if (string.IsNullOrWhiteSpace(given.Sku) || given.Sku.Trim().Length > LongestSku || given.Sku.Any(char.IsControl))
        {
            note(new("sku-invalid", $"La référence (sku) manque ou dépasse {LongestSku} caractères.", $"The reference (sku) is missing or longer than {LongestSku} characters."));
        }

        if (string.IsNullOrWhiteSpace(given.Title) || given.Title.Trim().Length > 200 || given.Title.Any(char.IsControl))
        {
            note(new("title-invalid", "Le titre manque ou dépasse 200 caractères.", "The title is missing or longer than 200 characters."));
        }

        if (given.Brand?.Length > 120 || given.Description?.Length > 4000 || given.Origin?.Length > 120)
        {
            note(new("text-too-long", "La marque ou l’origine dépasse 120 caractères, ou la description 4 000.",
                "The brand or the origin is longer than 120 characters, or the description than 4,000."));
        }
    }

    private static Fault? NetContent(OfferDefinition given, CategoryDefinition? category, bool sharedProduct)
    {
        if (given.Unit == SaleUnit.Weight)
        {
            return null;
        }

        if (given.NetQuantity is <= 0 or > HighestQuantity || (given.NetQuantity is null) != string.IsNullOrWhiteSpace(given.NetUnit))
        {
            return new("net-quantity-invalid", "La quantité nette et son unité vont ensemble, et la quantité est positive.",
                "The net quantity and its unit go together, and the quantity is positive.");
        }

        if (!string.IsNullOrWhiteSpace(given.NetUnit) && !UnitPrices.Knows(given.NetUnit.Trim().ToLowerInvariant()))
        {
            return new("net-unit-unknown", $"L’unité « {given.NetUnit} » est inconnue : g, kg, ml, cl, l ou piece.", $"The unit “{given.NetUnit}” is unknown: g, kg, ml, cl, l or piece.");
        }

        // Food that carries a global article number is pre-packed, and so is what its shop says is; its price per kilogram or litre is due on display.
        return category is { Food: true } && (sharedProduct || given.Prepacked == true) && given.NetQuantity is null ? Prepacking.NetMissing() : null;
    }

    private static (string[]? Names, Fault? Fault) AllergensOf(OfferDefinition given, CategoryDefinition? category)
    {
        if (given.Allergens is null or { Count: 0 })
        {
            return category is { Food: true } && given.Status != Draft
                ? (null, AllergensMissing())
                : (null, null);
        }

        var (names, unknown) = Allergens.Read(given.Allergens);
        return (names, unknown) switch
        {
            (null, Allergens.None) => (null, new("allergens-contradictory", "« aucun » ne va pas avec d’autres allergènes.", "“aucun” (none) does not go with other allergens.")),
            (null, _) => (null, new("allergen-unknown", $"« {unknown} » n’est pas l’un des quatorze allergènes à déclarer.", $"“{unknown}” is not one of the fourteen allergens to be declared.")),
            ({ Length: 0 }, _) when category is { Food: true } && given.Status != Draft => (null, AllergensMissing()),
            ({ Length: 0 }, _) => (null, null),
            _ => (names, null),
        };
    }

    private static Fault AllergensMissing() => new("allergens-missing",
        "Un aliment ne se vend pas sans déclaration d’allergènes ; écrivez « aucun » s’il n’y en a pas.",
        "Food is not sold without a declaration of allergens; write “aucun” (none) if it has none.");

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
