using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Npgsql;

namespace Marketplace.Catalog.Offers;

/// <summary>
/// Whether food is pre-packed, and so says its net quantity. Regulation (EU) 1169/2011, article 2(2)(e): pre-packed is what was packed before it is offered for sale; not what is sold loose, is
/// packed on the premises at the customer's request, or is pre-packed for direct sale. Article 9(1)(e) asks for the net quantity of the former. Annex IX(1)(c) lets what is sold by number say its
/// number: six eggs are « 6 pieces » here. (The exemption of what holds less than 5 g or 5 ml, annex IX(1)(b), is not taken: who has such a thing writes 3 g.)
/// A global article number stands on a packing, and what is weighed for its customer is none: only food by the piece without such a number is asked about.
/// </summary>
internal static class Prepacking
{
    internal const string UnsaidReason = "prepacked-unsaid";
    internal const string NetMissingReason = "net-quantity-missing";

    /// <param name="Asked">Whether it was food by the piece without a number then, too.</param>
    internal sealed record Known(string Status, bool Asked, bool? Prepacked)
    {
        internal static Known Of(string status, SaleUnit unit, string? ean13, string category, bool? prepacked, CategoryTree categories) =>
            new(status, IsAsked(categories.Find(category), unit, ean13 is not null && !Gtin.IsInStore(ean13)), prepacked);
    }

    internal static bool IsAsked(CategoryDefinition? category, SaleUnit unit, bool sharedProduct) => category is { Food: true } && unit == SaleUnit.Piece && !sharedProduct;

    internal static Fault Unsaid() => new(UnsaidReason,
        "Cet aliment est-il préemballé ? Dites oui (emballé avant la vente, avec sa quantité nette) ou non (en vrac, préparé ou emballé à la demande, emballé ici pour être vendu aussitôt).",
        "Is this food pre-packed? Say yes (packed before the sale, with its net quantity) or no (loose, prepared or packed at the customer’s request, or packed here to be sold at once).");

    internal static Fault NetMissing() => new(NetMissingReason,
        "Un aliment préemballé s’affiche avec sa quantité nette, et son prix au kilo ou au litre : elle manque. Ce qui se vend au nombre se compte en pièces.",
        "Pre-packed food is shown with its net quantity, and its price per kilogram or litre: it is missing. What is sold by number is told in pieces.");

    /// <summary>What an offer that says nothing of it cannot be sold without. What is on sale already and was never asked stays: a till that sends a price tells nothing of packings, its sheet asks.</summary>
    internal static Fault? Lacking(CheckedOffer offer, Known? known)
    {
        if (!offer.AsksPrepacked || offer.Prepacked is not null || (offer.Status ?? known?.Status) == OfferRules.Draft)
        {
            return null;
        }

        return known?.Prepacked switch
        {
            null => known is { Status: OfferRules.Active, Asked: true } ? null : Unsaid(),
            true => offer.NetQuantity is null ? NetMissing() : null,
            false => null,
        };
    }

    /// <summary>Those of the offers that say nothing of it and cannot be sold so, beside what the shop has.</summary>
    internal static async Task<Dictionary<string, Fault>> LackingAsync(NpgsqlConnection session, NpgsqlTransaction transaction, Guid shop, IReadOnlyList<CheckedOffer> offers, CategoryTree categories,
        CancellationToken token)
    {
        var unsaid = offers.Where(o => o is { AsksPrepacked: true, Prepacked: null }).ToList();
        if (unsaid.Count == 0)
        {
            return [];
        }

        var known = new Dictionary<string, Known>(StringComparer.Ordinal);
        await using (var command = new NpgsqlCommand("select sku, status, unit, ean13, category, prepacked from offers where shop_id = $1 and sku = any($2)", session, transaction)
        {
            Parameters = { new() { Value = shop }, new() { Value = unsaid.Select(o => o.Sku).ToArray() } },
        })
        {
            await using var r = await command.ExecuteReaderAsync(token);
            while (await r.ReadAsync(token))
            {
                known.Add(r.GetString(0), Known.Of(r.GetString(1), Stock.StockWords.Unit(r.GetString(2)), r.IsDBNull(3) ? null : r.GetString(3), r.GetString(4), r.IsDBNull(5) ? null : r.GetBoolean(5), categories));
            }
        }

        var lacking = new Dictionary<string, Fault>(StringComparer.Ordinal);
        foreach (var offer in unsaid)
        {
            if (Lacking(offer, known.GetValueOrDefault(offer.Sku)) is { } fault)
            {
                lacking.TryAdd(offer.Sku, fault);
            }
        }

        return lacking;
    }
}
