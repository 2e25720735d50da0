using Marketplace.Contracts;
using Npgsql;

namespace Marketplace.Catalog.Offers;

/// <summary>
/// The announcement that a price was cut: "12,00 €" crossed out before "9,60 €". The crossed-out price is taken once, when it is announced (<see cref="PriorPrices"/>), and stands
/// until the price is raised, the sale ends, or its shop ends it; further cuts are told against it too. It is never typed: what a shop says it cost is what it did cost.
/// </summary>
internal static class Reductions
{
    internal static Fault NotReduced() => new("not-reduced",
        "Il n’y a pas de baisse à annoncer : ce prix n’est pas plus bas que ceux des 30 jours d’avant, ou il est là depuis plus de 30 jours, ou l’ancien n’a pas tenu un jour.",
        "There is no reduction to announce: this price is not below those of the 30 days before it, or has stood for more than 30 days, or the former did not stand for a day.");

    /// <summary>What becomes of an announcement when its offer is put in place anew: a price that is raised ends it, and so does the end of the sale, and another thing sold under the same reference.</summary>
    internal const string Kept =
        """
        case when excluded.status = 'active' and excluded.price_cents <= offers.price_cents
                and (excluded.unit, excluded.ean13, excluded.net_quantity, excluded.net_unit, excluded.second_hand)
                    is not distinct from (offers.unit, offers.ean13, offers.net_quantity, offers.net_unit, offers.second_hand)
            then offers.prior_price_cents end
        """;

    /// <summary>Announces and ends what the offers ask for; of those that say nothing nothing changes. Their rows are ours already, and their prices written down.</summary>
    /// <returns>What changed by it, and the skus whose price is no reduction.</returns>
    internal static async Task<(IReadOnlyList<Guid> Changed, IReadOnlySet<string> NotReduced)> ApplyAsync(NpgsqlConnection session, NpgsqlTransaction transaction, Guid shop,
        IReadOnlyList<CheckedOffer> offers, CategoryTree categories, DateTimeOffset now, CancellationToken token)
    {
        var changed = new List<Guid>();
        foreach (var offer in offers.Where(o => o.Reduced is not null).OrderBy(o => o.Sku, StringComparer.Ordinal))
        {
            var prior = offer.Reduced == true ? await PriorOfAsync(session, transaction, shop, offer, categories, now, token) : null;
            if (offer.Reduced == true && prior is null)
            {
                continue; // announced already, or nothing to announce
            }

            await using var write = new NpgsqlCommand(
                """
                update offers set prior_price_cents = $3, version = version + 1, updated_at = $4
                where shop_id = $1 and sku = $2 and unit = $5 and prior_price_cents is distinct from $3::bigint and ($3::bigint is null or $3 > price_cents) returning offer_id
                """, session, transaction)
            {
                Parameters = { new() { Value = shop }, new() { Value = offer.Sku }, new() { Value = (object?)prior ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bigint }, new() { Value = now }, new() { Value = offer.Unit.Text() } },
            };
            if (await write.ExecuteScalarAsync(token) is Guid id)
            {
                changed.Add(id);
            }
        }

        return (changed, await WithoutAsync(session, transaction, shop, [.. offers.Where(o => o.Reduced == true).Select(o => o.Sku)], token));
    }

    // Null where it is announced already: the price before the first cut stands.
    private static async Task<long?> PriorOfAsync(NpgsqlConnection session, NpgsqlTransaction transaction, Guid shop, CheckedOffer offer, CategoryTree categories, DateTimeOffset now,
        CancellationToken token)
    {
        Guid id;
        await using (var find = new NpgsqlCommand("select offer_id from offers where shop_id = $1 and sku = $2 and unit = $3 and status = 'active' and prior_price_cents is null", session, transaction)
        {
            Parameters = { new() { Value = shop }, new() { Value = offer.Sku }, new() { Value = offer.Unit.Text() } },
        })
        {
            if (await find.ExecuteScalarAsync(token) is not Guid found)
            {
                return null;
            }

            id = found;
        }

        await using var read = new NpgsqlCommand("", session, transaction);
        return (await PriorPrices.ReadAsync(read, id, offer.Unit, PriorPrices.Spoils(categories, offer.Category), now, token)).ReducedFrom;
    }

    // Of a draft nothing is announced, and nothing is said against it: it has no price yet that anybody saw.
    private static async Task<IReadOnlySet<string>> WithoutAsync(NpgsqlConnection session, NpgsqlTransaction transaction, Guid shop, string[] skus, CancellationToken token)
    {
        var without = new HashSet<string>(StringComparer.Ordinal);
        if (skus.Length == 0)
        {
            return without;
        }

        await using var command = new NpgsqlCommand("select sku from offers where shop_id = $1 and sku = any($2) and status = 'active' and prior_price_cents is null", session, transaction)
        {
            Parameters = { new() { Value = shop }, new() { Value = skus } },
        };
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            without.Add(reader.GetString(0));
        }

        return without;
    }
}
