using Marketplace.Contracts;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Catalog.Offers;

/// <summary>
/// The announcement that a price was cut: "12,00 €" crossed out before "9,60 €". The crossed-out price is taken once, when it is announced (<see cref="PriorPrices"/>), and stands
/// until the price is raised, the sale ends, its shop ends it or its last day is over (<see cref="ReductionEnds"/>); further cuts are told against it too. It is never typed: what a shop says it cost is what it did cost.
/// </summary>
internal static class Reductions
{
    internal const string NotReducedReason = "not-reduced";

    private static Fault NotReduced(PriorPrices.WhyNot why) => why switch
    {
        PriorPrices.WhyNot.TooShort => new(NotReducedReason, "Il n’y a pas encore de baisse à annoncer : l’ancien prix n’a pas tenu un jour. Une baisse se dit d’un prix que les clients ont connu au moins un jour.",
            "There is no reduction to announce yet: the former price did not stand for a day. A reduction is told of a price that customers knew for a day at least."),
        PriorPrices.WhyNot.TooOld => new(NotReducedReason, "Il n’y a pas de baisse à annoncer : ce prix est là depuis plus de 30 jours.", "There is no reduction to announce: the price has been this for more than 30 days."),
        _ => new(NotReducedReason, "Il n’y a pas de baisse à annoncer : ce prix n’est pas plus bas que ceux des 30 jours d’avant.", "There is no reduction to announce: this price is not below those of the 30 days before it."),
    };

    internal static Fault UntilInvalid() => new("reduced-until-invalid",
        "Le dernier jour de la baisse est aujourd’hui ou plus tard, d’ici un an.", "The last day of the reduction is today or later, within a year.");

    internal static Fault PriceAfterInvalid() => new("price-after-invalid",
        "Le prix d’après la baisse est plus élevé que le prix réduit, d’au plus 100 000 €, et va avec un dernier jour.",
        "The price after the reduction is higher than the reduced one, at most €100,000, and goes with a last day.");

    private static readonly string[] Columns = ["prior_price_cents", "reduced_at", "reduced_until", "price_after_cents", "reduced_price_cents"];

    /// <summary>The columns of an announcement, which stands where this is so and else ends.</summary>
    internal static string KeptWhere(string condition) => string.Join(", ", Columns.Select(c => $"{c} = case when {condition} then offers.{c} end"));

    /// <summary>What becomes of an announcement when its offer is put in place anew: a price that is raised ends it, and so does the end of the sale, and another thing sold under the same reference.</summary>
    internal static readonly string Kept = KeptWhere(
        """
        excluded.status = 'active' and excluded.price_cents <= offers.price_cents
            and (excluded.unit, excluded.ean13, excluded.net_quantity, excluded.net_unit, excluded.second_hand)
                is not distinct from (offers.unit, offers.ean13, offers.net_quantity, offers.net_unit, offers.second_hand)
        """);

    /// <summary>Announces and ends what the offers ask for; of those that say nothing nothing changes. Their rows are ours already, and their prices written down.</summary>
    /// <returns>What changed by it, and why the price of others is no reduction, by their sku.</returns>
    internal static async Task<(IReadOnlyList<Guid> Changed, IReadOnlyDictionary<string, Fault> NotReduced)> ApplyAsync(NpgsqlConnection session, NpgsqlTransaction transaction, Guid shop,
        IReadOnlyList<CheckedOffer> offers, CategoryTree categories, DateTimeOffset now, CancellationToken token)
    {
        var changed = new List<Guid>();
        var why = new Dictionary<string, PriorPrices.WhyNot>(StringComparer.Ordinal);
        foreach (var offer in offers.Where(o => o.Reduced is not null).OrderBy(o => o.Sku, StringComparer.Ordinal))
        {
            // Announced already, the price before the first cut stands; what is said of its end may be new.
            var told = offer.Reduced == true ? await PriorOfAsync(session, transaction, shop, offer, categories, now, token) : null;
            var prior = told?.ReducedFrom;
            why[offer.Sku] = told?.Why ?? default;
            await using var write = new NpgsqlCommand(
                """
                update offers set prior_price_cents = case when $6 then coalesce(prior_price_cents, $3) end, reduced_at = case when $6 then coalesce(reduced_at, $4) end, reduced_until = $7,
                    price_after_cents = $8, reduced_price_cents = case when $8::bigint is not null then price_cents end, version = version + 1, updated_at = $4
                where shop_id = $1 and sku = $2 and unit = $5 and (case when $6 then coalesce(prior_price_cents, $3) > price_cents else prior_price_cents is not null end)
                    and (prior_price_cents, reduced_until, case when reduced_price_cents = price_cents then price_after_cents end)
                        is distinct from (case when $6 then coalesce(prior_price_cents, $3) end, $7::date, $8::bigint)
                returning offer_id
                """, session, transaction)
            {
                Parameters =
                {
                    new() { Value = shop }, new() { Value = offer.Sku }, new() { Value = (object?)prior ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint }, new() { Value = now },
                    new() { Value = offer.Unit.Text() }, new() { Value = offer.Reduced == true }, new() { Value = (object?)offer.ReducedUntil ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Date },
                    new() { Value = (object?)offer.PriceAfterCents ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
                },
            };
            if (await write.ExecuteScalarAsync(token) is Guid id)
            {
                changed.Add(id);
            }
        }

        var without = await WithoutAsync(session, transaction, shop, [.. offers.Where(o => o.Reduced == true).Select(o => o.Sku)], token);
        return (changed, without.ToDictionary(sku => sku, sku => NotReduced(why[sku]), StringComparer.Ordinal));
    }

    // Null where it is announced already: the price before the first cut stands.
    private static async Task<PriorPrices.Prior?> PriorOfAsync(NpgsqlConnection session, NpgsqlTransaction transaction, Guid shop, CheckedOffer offer, CategoryTree categories, DateTimeOffset now,
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
        return await PriorPrices.ReadAsync(read, id, offer.Unit, PriorPrices.Spoils(categories, offer.Category), now, token);
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
