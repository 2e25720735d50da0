using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Commissions;
using Marketplace.ServiceDefaults.Shops;
using Npgsql;

namespace Marketplace.Ordering.Ledger;

/// <summary>What a town's coordination reads in the books: what went through it month by month, and what somebody has to see to.</summary>
internal sealed class TownBooks(NpgsqlDataSource database, CommissionRules commissions, IShopDirectory shops, TimeProvider clock)
{
    private const int MostShown = 100;
    private const int MostMonths = 36;

    /// <summary>What is passed on or fetched within it needs nobody.</summary>
    private static readonly TimeSpan ByItself = TimeSpan.FromDays(1);

    internal async Task<TownMoney> ReadAsync(string town, CancellationToken token)
    {
        var rules = await commissions.OfNowAsync(town, token);
        var (months, owed, differences) = await BooksMoment.OfAsync(database, async of => (
            await of.ReadAsync(
                $"""
                select date_trunc('month', p.at at time zone 'Europe/Paris')::date, {BooksMoment.Sums}
                from ledger_postings p join ledger_entries e using (order_id, version, shop_id) join orders o using (order_id)
                where o.town = $1 and p.kind in ('sale', 'refund', 'transfer', 'reversal')
                group by 1 order by 1 desc limit {MostMonths}
                """,
                BooksMoment.MonthOf, town),
            (await of.ReadAsync(
                """
                select coalesce(sum(greatest(owed, 0)), 0)::bigint, coalesce(sum(greatest(-owed, 0)), 0)::bigint, coalesce(sum(held), 0)::bigint
                from (
                    select -sum(e.cents) filter (where e.account = 'merchant') as owed, sum(e.cents) filter (where e.account = 'card') as held
                    from ledger_entries e join orders o using (order_id) where o.town = $1 and e.account in ('merchant', 'card') group by e.order_id, e.shop_id) of_part
                """,
                r => (Owed: r.GetInt64(0), Owing: r.GetInt64(1), SetAside: r.GetInt64(2)), town))[0],
            await of.ReadAsync(
                $"""
                select d.order_id, d.shop_id, d.kind, d.since, d.cents, (count(*) over ())::int
                from (
                    select e.order_id, e.shop_id, case when e.shop_id = '{Guid.Empty}' then 'taken-otherwise' else 'sent-back' end as kind, max(p.at) as since, (-sum(e.cents))::bigint as cents
                    from ledger_entries e join ledger_postings p using (order_id, version, shop_id) where e.account = 'customer'
                    group by e.order_id, e.shop_id having sum(e.cents) <> 0
                    union all
                    select e.order_id, e.shop_id, case when sum(e.cents) < 0 then 'not-passed-on' else 'not-fetched' end, max(p.at), (-sum(e.cents))::bigint
                    from ledger_entries e join ledger_postings p using (order_id, version, shop_id) where e.account = 'merchant'
                    group by e.order_id, e.shop_id having sum(e.cents) <> 0 and max(p.at) < $2
                    union all
                    select e.order_id, e.shop_id, 'not-taken', p.at, e.cents
                    from ledger_entries e join ledger_postings p using (order_id, version, shop_id) where p.kind = 'not-taken' and e.account = 'set-aside') d
                join orders o using (order_id) where o.town = $1
                order by d.since, d.order_id, d.shop_id, d.kind limit {MostShown}
                """,
                r => (Order: new OrderId(r.GetGuid(0)), Shop: new ShopId(r.GetGuid(1)), Kind: r.GetString(2), Since: r.GetFieldValue<DateTimeOffset>(3), Cents: r.GetInt64(4), Total: r.GetInt32(5)), town, clock.GetUtcNow() - ByItself)), token);
        return new TownMoney(owed.Owed, owed.Owing, owed.SetAside, months, rules,
            [.. differences.Select(d => new MoneyDifference(d.Order, OrderReference.Of(d.Order), shops.Find(d.Shop)?.Name, d.Kind, d.Since, d.Cents))], differences.FirstOrDefault().Total);
    }
}
