using Marketplace.Catalog.Stock;
using Marketplace.Contracts;
using Npgsql;

namespace Marketplace.Catalog.Offers;

/// <summary>
/// What an offer cost before: each price at which it was on sale is written down with it. A reduction is told against the lowest of the thirty days before it and
/// against no other (C. conso. L112-1-1, I); goods that spoil quickly are exempt from that.
/// </summary>
internal static class PriorPrices
{
    private static readonly TimeSpan LookedBack = TimeSpan.FromDays(30);
    // A price that stood for less is none that anybody was used to.
    private static readonly TimeSpan Stood = TimeSpan.FromDays(1);

    /// <summary>The prices of those that are on sale, where they are not the last ones written down.</summary>
    internal static NpgsqlBatchCommand Write(Guid shop, string[] skus, DateTimeOffset now) => new(
        """
        insert into price_changes (offer_id, at, price_cents, unit)
        select o.offer_id, greatest($3, last.at + interval '1 microsecond'), o.price_cents, o.unit
        from offers o left join lateral (select at, price_cents, unit from price_changes p where p.offer_id = o.offer_id order by p.at desc limit 1) last on true
        where o.shop_id = $1 and o.sku = any($2) and o.status = 'active' and (last.price_cents, last.unit) is distinct from (o.price_cents, o.unit)
        on conflict (offer_id, at) do update set price_cents = excluded.price_cents, unit = excluded.unit
        """)
    {
        Parameters = { new() { Value = shop }, new() { Value = skus }, new() { Value = now } },
    };

    /// <summary>What spoils quickly is told against the price before the present one, whatever it was (C. conso. L112-1-1, III).</summary>
    internal static bool Spoils(CategoryTree categories, string category) => categories.Find(category) is { Perishable: true };

    /// <summary>Why a price is told against none.</summary>
    internal enum WhyNot
    {
        /// <summary>It cost as little, or less, in the time that counts, or was never on sale before.</summary>
        NoLower,

        /// <summary>What it cost before did not stand for a day.</summary>
        TooShort,

        /// <summary>It has cost this for more than thirty days.</summary>
        TooOld,
    }

    /// <param name="Lowest">Of the last thirty days, or of those before the present price where that is a reduction: what one is told against. Null where nothing is known, or none is asked for.</param>
    /// <param name="ReducedFrom">What the present price may be told against now; null where it is no reduction, or one of more than thirty days ago.</param>
    /// <param name="Why">Where there is none to tell it against.</param>
    internal readonly record struct Prior(long? Lowest, long? ReducedFrom, WhyNot Why);

    /// <summary>What the offer cost before, by the prices written down: what it cost when the thirty days began is one of them.</summary>
    /// <param name="command">Of the session or transaction that reads; its text is put in here.</param>
    internal static async Task<Prior> ReadAsync(NpgsqlCommand command, Guid offer, SaleUnit unit, bool spoils, DateTimeOffset now, CancellationToken token)
    {
        command.CommandText =
            """
            with known as (select at, price_cents, unit, lead(at) over (order by at) as until from price_changes where offer_id = $1),
                 present as (select at, price_cents from known where unit = $2 order by at desc limit 1),
                 before as (select min(k.price_cents) as lowest, (array_agg(k.price_cents order by k.at desc) filter (where k.until - k.at >= $5))[1] as last,
                                   bool_or(k.until - k.at >= $5) as stood
                            from known k, present p
                            where k.unit = $2 and k.at < p.at and k.at >= coalesce((select max(b.at) from known b where b.at <= p.at - $4), p.at - $4)),
                 lately as (select min(k.price_cents) as lowest from known k
                            where k.unit = $2 and k.at >= coalesce((select max(b.at) from known b where b.at <= $3), $3))
            select present.price_cents, before.lowest, before.last, lately.lowest, coalesce(before.stood, false), coalesce(present.at > $3, true), coalesce((select max(k.price_cents) from known k, present p where k.unit = $2 and k.at < p.at) > present.price_cents, false) from before, lately left join present on true
            """;
        foreach (var value in (object[])[offer, unit.Text(), now - LookedBack, LookedBack, Stood])
        {
            command.Parameters.Add(new() { Value = value });
        }

        await using var reader = await command.ExecuteReaderAsync(token);
        await reader.ReadAsync(token);
        var (present, lowest, last, lately) = (Cents(0), Cents(1), Cents(2), Cents(3));
        var against = spoils ? last : lowest;
        var (stood, isNew, costMore) = (reader.GetBoolean(4), reader.GetBoolean(5), reader.GetBoolean(6));
        var reducedFrom = stood && isNew && against > present ? against : null;
        return new Prior(spoils ? null : reducedFrom ?? lately, reducedFrom, !isNew ? WhyNot.TooOld : !stood && costMore ? WhyNot.TooShort : WhyNot.NoLower);

        long? Cents(int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);
    }
}
