using Marketplace.Catalog.Offers;
using Marketplace.Contracts;
using Marketplace.ServiceDefaults.Shops;
using Npgsql;

namespace Marketplace.Catalog.Importing;

/// <summary>An offer that the shop has already.</summary>
internal sealed record KnownOffer(OfferRow Row, string Status)
{
    /// <summary>Whether putting the offer would change nothing that anybody can see.</summary>
    internal bool Says(CheckedOffer offer, DateTimeOffset asOf) => Row.Ean13 == offer.Ean13 && Row.Title == offer.Title && Row.Brand == offer.Brand && Row.Category == offer.Category
        && Row.Description == offer.Description && Row.Unit == offer.Unit && Row.PriceCents == offer.PriceCents && Row.VatRate == offer.VatRate && Row.NetQuantity == offer.NetQuantity
        && Row.NetUnit == offer.NetUnit && Same(Row.Allergens, offer.Allergens) && Row.Origin == offer.Origin && Row.Alcohol == offer.Alcohol && Row.SecondHand == offer.SecondHand
        && Same(Row.Synonyms, offer.Synonyms) && (offer.Variant is null || (Row.Variant ?? Variants.None) == offer.Variant)
        && (offer.Unit == SaleUnit.Piece || offer.PieceGrams is null || (Row.PieceGrams ?? 0) == offer.PieceGrams)
        && (offer.Prepacked is null || Row.Prepacked == offer.Prepacked) && Status == (offer.Status ?? (Status == OfferRules.Draft ? OfferRules.Draft : OfferRules.Active))
        && (offer.OnHand is not { } counted || asOf < Row.Level.AsOf || counted == Row.Level.OnHand - Row.Level.Missing);

    private static bool Same(string[]? one, string[]? other) => one is null ? other is null : other is not null && one.SequenceEqual(other);
}

/// <summary>Looks a shop's offers up, many at once.</summary>
internal sealed class KnownOffers(NpgsqlDataSource database)
{
    /// <summary>By reference, or by article number (of several offers of one number, the first that is not archived).</summary>
    internal async Task<Dictionary<string, KnownOffer>> FindAsync(ShopEntry shop, IReadOnlyCollection<string> keys, bool byEan, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            $"select r.*, k.status from ({OfferRow.Select} where o.shop_id = $1 and {(byEan ? "o.ean13" : "o.sku")} = any($2)) r join offers k on k.offer_id = r.offer_id order by k.status = 'archived', k.created_at, k.sku");
        command.Parameters.Add(new() { Value = shop.Id.Value });
        command.Parameters.Add(new() { Value = keys.ToArray() });
        var known = new Dictionary<string, KnownOffer>(keys.Count);
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            var row = OfferRow.Read(reader);
            known.TryAdd(byEan ? row.Ean13! : row.Sku, new KnownOffer(row, reader.GetString(reader.FieldCount - 1)));
        }

        return known;
    }
}
