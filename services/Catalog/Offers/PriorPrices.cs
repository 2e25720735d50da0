using Marketplace.Catalog.Stock;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Npgsql;

namespace Marketplace.Catalog.Offers;

/// <summary>
/// What an offer cost before: each price at which it was on sale is written down with it. A reduction is told against the lowest of the thirty days before it and
/// against no other (C. conso. L112-1-1, I); goods that spoil quickly are exempt from that, and have none.
/// </summary>
internal static class PriorPrices
{
    internal static readonly TimeSpan LookedBack = TimeSpan.FromDays(30);

    /// <summary>The prices of those that are on sale, where they are not the last ones written down.</summary>
    internal static NpgsqlBatchCommand Write(Guid shop, string[] skus, DateTimeOffset now) => new(
        """
        insert into price_changes (offer_id, at, price_cents, unit)
        select o.offer_id, $3, o.price_cents, o.unit
        from offers o left join lateral (select price_cents, unit from price_changes p where p.offer_id = o.offer_id order by p.at desc limit 1) last on true
        where o.shop_id = $1 and o.sku = any($2) and o.status = 'active' and (last.price_cents, last.unit) is distinct from (o.price_cents, o.unit)
        on conflict (offer_id, at) do update set price_cents = excluded.price_cents, unit = excluded.unit
        """)
    {
        Parameters = { new() { Value = shop }, new() { Value = skus }, new() { Value = now } },
    };

    /// <summary>
    /// The lowest price of the thirty days before the present one began, where the present one is below it and so a reduction; else the lowest of the last thirty days,
    /// against which one would be told now. What it cost when the days began is one of them. Null where nothing is known, or it may be reduced without.
    /// </summary>
    internal static async Task<long?> LowestAsync(NpgsqlDataSource database, MerchantOffer offer, CategoryTree categories, DateTimeOffset now, CancellationToken token)
    {
        if (categories.Find(offer.Category) is { Perishable: true })
        {
            return null;
        }

        await using var command = database.CreateCommand(
            """
            with known as (select at, price_cents, unit from price_changes where offer_id = $1),
                 present as (select at, price_cents from known where unit = $2 order by at desc limit 1),
                 before as (select min(k.price_cents) as lowest from known k, present p
                            where k.unit = $2 and k.at < p.at and k.at >= coalesce((select max(b.at) from known b where b.at <= p.at - $4), p.at - $4)),
                 lately as (select min(k.price_cents) as lowest from known k
                            where k.unit = $2 and k.at >= coalesce((select max(b.at) from known b where b.at <= $3), $3))
            select case when before.lowest > present.price_cents then before.lowest else lately.lowest end from before, lately left join present on true
            """);
        command.Parameters.Add(new() { Value = offer.OfferId.Value });
        command.Parameters.Add(new() { Value = offer.Unit.Text() });
        command.Parameters.Add(new() { Value = now - LookedBack });
        command.Parameters.Add(new() { Value = LookedBack });
        return await command.ExecuteScalarAsync(token) as long?;
    }
}
