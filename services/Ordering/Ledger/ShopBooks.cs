using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Commissions;
using Marketplace.Ordering.Orders;
using Marketplace.Ordering.Payouts;
using Marketplace.Ordering.Purchases;
using Marketplace.ServiceDefaults.Shops;
using NodaTime;
using Npgsql;

namespace Marketplace.Ordering.Ledger;

/// <summary>What a shop reads in its books: what it is owed, of which orders and why, and month by month. Added up when somebody looks, by days of Paris.</summary>
internal sealed class ShopBooks(NpgsqlDataSource database, OrderLog orders, CommissionRules commissions, ReceivingShops receivers)
{
    /// <summary>Every line on one page: of a month of one shop.</summary>
    internal const int All = int.MaxValue;

    private const int MostOpen = 100;
    private const int MostMonths = 36;
    private const string Ordered = "ordered";
    private const string HandedOver = "handed-over";
    private static readonly DateTimeZone Paris = DateTimeZoneProviders.Tzdb["Europe/Paris"];

    internal async Task<ShopMoney> ReadAsync(ShopEntry shop, CancellationToken token)
    {
        var towns = new List<TownCommission>();
        foreach (var town in shop.Towns)
        {
            towns.Add(new TownCommission(town, await commissions.OfNowAsync(town, token)));
        }

        var (owed, open, months, payouts) = await BooksMoment.OfAsync(database, async of => (
            (await of.ReadAsync(
                """
                select coalesce(sum(greatest(owed, 0)), 0)::bigint, coalesce(sum(greatest(-owed, 0)), 0)::bigint
                from (select -sum(cents) as owed from ledger_entries where shop_id = $1 and account = 'merchant' group by order_id) of_order
                """,
                r => (To: r.GetInt64(0), By: r.GetInt64(1)), shop.Id.Value))[0],
            await OpenAsync(of, shop.Id), await MonthsAsync(of, shop.Id), await BankPayouts.OfAsync(of, shop.Id)), token);
        // Only now: who holds a connection waits for no second one.
        var histories = (await orders.ReadAsync([.. open.Where(o => o.SetAside != 0).Select(o => o.Order)], token)).ToDictionary(h => h.Id);
        var rows = open.Select(o => ViewOf(o, histories.GetValueOrDefault(o.Order)?.State as Order.Confirmed, shop.Id)).OfType<OpenMoney>().ToList();
        return new ShopMoney(owed.To, owed.By, rows.Where(r => r.State is Ordered or HandedOver).Sum(r => r.Cents), receivers.Open ? await receivers.CanReceiveAsync(shop.Id) : null, [.. rows.Take(MostOpen)], rows.Count, months, towns, payouts);
    }

    /// <param name="month">Its first day.</param>
    /// <param name="page">Of the lines.</param>
    /// <param name="pageSize">At most a hundred, or <see cref="All"/>.</param>
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

    // Null: the card holds it still, until the whole order is through, and nothing of it will be the shop’s; or it was paid at the counter since.
    private static OpenMoney? ViewOf(Open open, Order.Confirmed? order, ShopId shop)
    {
        OpenMoney Of(string state, long cents, DateTimeOffset? by = null) => new(open.Order, OrderReference.Of(open.Order), state, open.At, cents, by);
        if (open.Cents != 0)
        {
            return Of(open.Cents > 0 ? "to-pass-on" : "to-fetch", open.Cents);
        }

        if (open.NotTaken > 0)
        {
            return order?.PaidThere.Contains(shop) is true ? null : Of("not-taken", open.NotTaken);
        }

        // What was declined, given up or weighed lighter since is held, but promised to nobody.
        var by = order is null ? null : PurchaseRules.TakenAt(order);
        return order?.Find(shop) switch
        {
            { Status: ShopOrderStatus.Collected, TotalCents: > 0 } part => Of(HandedOver, Math.Min(open.SetAside, part.TotalCents), by),
            { Open: true, CeilingCents: > 0 } part => Of(Ordered, Math.Min(open.SetAside, part.CeilingCents), by),
            _ => null,
        };
    }

    // The oldest first: what waits longest is asked about first. All of them, for what is set aside is added up of these.
    private static Task<List<Open>> OpenAsync(BooksMoment of, ShopId shop) => of.ReadAsync(
        """
        select order_id, at, owed, held, not_taken
        from (
            select e.order_id, min(p.at) as at, coalesce(-sum(e.cents) filter (where e.account = 'merchant'), 0)::bigint as owed, coalesce(sum(e.cents) filter (where e.account = 'card'), 0)::bigint as held,
                coalesce(sum(e.cents) filter (where e.account = 'set-aside' and p.kind = 'not-taken'), 0)::bigint as not_taken
            from ledger_entries e join ledger_postings p using (order_id, version, shop_id)
            where e.shop_id = $1 and e.account in ('merchant', 'card', 'set-aside')
            group by e.order_id) of_order
        where owed <> 0 or held <> 0 or not_taken <> 0
        order by at, order_id
        """,
        r => new Open(new OrderId(r.GetGuid(0)), r.GetFieldValue<DateTimeOffset>(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4)), shop.Value);

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

    /// <param name="NotTaken">Handed over, and the card could not be charged.</param>
    private sealed record Open(OrderId Order, DateTimeOffset At, long Cents, long SetAside, long NotTaken);
}
