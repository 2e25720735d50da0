using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Commissions;
using Marketplace.Ordering.Orders;
using Marketplace.Ordering.Purchases;
using Marketplace.ServiceDefaults.Shops;
using NodaTime;
using Npgsql;

namespace Marketplace.Ordering.Ledger;

/// <summary>What a shop reads in its books: what it is owed, of which orders and why, and month by month. Added up when somebody looks, by days of Paris.</summary>
internal sealed class ShopBooks(NpgsqlDataSource database, OrderLog orders, CommissionRules commissions, ReceivingShops receivers)
{
    private const int MostOpen = 100;
    private const int MostMonths = 36;
    private static readonly DateTimeZone Paris = DateTimeZoneProviders.Tzdb["Europe/Paris"];

    internal async Task<ShopMoney> ReadAsync(ShopEntry shop, CancellationToken token)
    {
        var towns = new List<TownCommission>();
        foreach (var town in shop.Towns)
        {
            towns.Add(new TownCommission(town, await commissions.OfNowAsync(town, token)));
        }

        var (owed, open, months) = await BooksMoment.OfAsync(database, async of => (
            (await of.ReadAsync(
                """
                select coalesce(-sum(cents) filter (where account = 'merchant'), 0)::bigint, coalesce(sum(cents) filter (where account = 'card'), 0)::bigint
                from ledger_entries where shop_id = $1 and account in ('merchant', 'card')
                """,
                r => (Balance: r.GetInt64(0), SetAside: r.GetInt64(1)), shop.Id.Value))[0],
            await OpenAsync(of, shop.Id), await MonthsAsync(of, shop.Id)), token);
        // Only now: who holds a connection waits for no second one.
        var histories = (await orders.ReadAsync([.. open.Select(o => o.Order)], token)).ToDictionary(h => h.Id);
        return new ShopMoney(owed.Balance, owed.SetAside, receivers.Open ? await receivers.CanReceiveAsync(shop.Id) : null,
            [.. open.Select(o => ViewOf(o, (Order.Confirmed)histories[o.Order].State, shop.Id))], months, towns);
    }

    /// <param name="month">Its first day.</param>
    /// <param name="page">Of the lines.</param>
    /// <param name="pageSize">At most a hundred.</param>
    internal Task<ShopStatement> MonthAsync(ShopId shop, LocalDate month, int page, int pageSize, CancellationToken token) => BooksMoment.OfAsync(database, async of =>
    {
        var (from, to) = (Start(month), Start(month.PlusMonths(1)));
        var sums = (await of.ReadAsync(
            """
            select coalesce(-sum(e.cents) filter (where p.at < $2), 0)::bigint, coalesce(-sum(e.cents), 0)::bigint,
                (select count(*)::int from ledger_postings l where l.shop_id = $1 and l.at >= $2 and l.at < $3 and l.kind in ('sale', 'refund', 'transfer', 'reversal'))
            from ledger_postings p join ledger_entries e using (order_id, version, shop_id) where p.shop_id = $1 and p.at < $3 and e.account = 'merchant'
            """,
            r => (Opening: r.GetInt64(0), Closing: r.GetInt64(1), Lines: r.GetInt32(2)), shop.Value, from, to))[0];
        // The balance behind each line is what stood before the month and all lines up to it.
        var lines = await of.ReadAsync(
            """
            select order_id, kind, at, gross, commission, vat, cents, ($4 + sum(cents) over (order by at, order_id, version))::bigint
            from (
                select p.order_id, p.version, p.kind, p.at, coalesce(sum(e.cents) filter (where e.account = 'clearing' and p.kind in ('sale', 'refund')), 0)::bigint as gross,
                    coalesce(sum(e.cents) filter (where e.account = 'commission'), 0)::bigint as commission, coalesce(sum(e.cents) filter (where e.account = 'commission-vat'), 0)::bigint as vat,
                    coalesce(-sum(e.cents) filter (where e.account = 'merchant'), 0)::bigint as cents
                from ledger_postings p join ledger_entries e using (order_id, version, shop_id)
                where p.shop_id = $1 and p.at >= $2 and p.at < $3 and p.kind in ('sale', 'refund', 'transfer', 'reversal')
                group by p.order_id, p.version, p.kind, p.at) of_month
            order by at, order_id, version offset $5 limit $6
            """,
            r => new StatementLine(new OrderId(r.GetGuid(0)), OrderReference.Of(new OrderId(r.GetGuid(0))), r.GetString(1), r.GetFieldValue<DateTimeOffset>(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5), r.GetInt64(6), r.GetInt64(7)),
            shop.Value, from, to, sums.Opening, (page - 1) * pageSize, pageSize);
        return new ShopStatement(month.ToDateOnly(), sums.Opening, sums.Closing, (await MonthsAsync(of, shop, from, to)).SingleOrDefault() ?? new MoneyMonth(month.ToDateOnly(), 0, 0, 0, 0, 0, 0), lines, sums.Lines, page, pageSize);
    }, token);

    private static OpenMoney ViewOf(Open open, Order.Confirmed order, ShopId shop)
    {
        var part = order.Find(shop)!;
        var handedOver = part.Status is ShopOrderStatus.Collected;
        return open.Cents != 0
            ? new OpenMoney(open.Order, OrderReference.Of(open.Order), open.Cents > 0 ? "to-pass-on" : "to-fetch", open.At, open.Cents, null)
            : new OpenMoney(open.Order, OrderReference.Of(open.Order), handedOver ? "handed-over" : "ordered", open.At, handedOver ? part.TotalCents : open.SetAside, PurchaseRules.TakenAt(order));
    }

    // The oldest first: what waits longest is asked about first.
    private static Task<List<Open>> OpenAsync(BooksMoment of, ShopId shop) => of.ReadAsync(
        $"""
        select e.order_id, min(p.at), coalesce(-sum(e.cents) filter (where e.account = 'merchant'), 0)::bigint, coalesce(sum(e.cents) filter (where e.account = 'card'), 0)::bigint
        from ledger_entries e join ledger_postings p using (order_id, version, shop_id)
        where e.shop_id = $1 and e.account in ('merchant', 'card')
        group by e.order_id having coalesce(sum(e.cents) filter (where e.account = 'merchant'), 0) <> 0 or coalesce(sum(e.cents) filter (where e.account = 'card'), 0) <> 0
        order by 2, 1 limit {MostOpen}
        """,
        r => new Open(new OrderId(r.GetGuid(0)), r.GetFieldValue<DateTimeOffset>(1), r.GetInt64(2), r.GetInt64(3)), shop.Value);

    private static Task<List<MoneyMonth>> MonthsAsync(BooksMoment of, ShopId shop, DateTimeOffset? from = null, DateTimeOffset? to = null) => of.ReadAsync(
        $"""
        select date_trunc('month', p.at at time zone 'Europe/Paris')::date, {BooksMoment.Sums}
        from ledger_postings p join ledger_entries e using (order_id, version, shop_id)
        where p.shop_id = $1 and p.kind in ('sale', 'refund', 'transfer', 'reversal') and p.at >= $2 and p.at < $3
        group by 1 order by 1 desc limit {MostMonths}
        """,
        BooksMoment.MonthOf,
        shop.Value, from ?? DateTimeOffset.UnixEpoch, to ?? DateTimeOffset.UnixEpoch.AddYears(1000));

    /// <summary>Of <c>2026-11</c>; null: no month that anybody sold in.</summary>
    internal static LocalDate? MonthOf(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first) && first.Year is >= 2000 and < 2100 ? LocalDate.FromDateOnly(first) : null;

    private static DateTimeOffset Start(LocalDate date) => date.AtStartOfDayInZone(Paris).ToInstant().ToDateTimeOffset();

    private sealed record Open(OrderId Order, DateTimeOffset At, long Cents, long SetAside);
}
