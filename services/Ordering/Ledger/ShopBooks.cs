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
        var owed = (await ReadAsync(
            """
            select coalesce(-sum(cents) filter (where account = 'merchant'), 0)::bigint, coalesce(sum(cents) filter (where account = 'card'), 0)::bigint
            from ledger_entries where shop_id = $1 and account in ('merchant', 'card')
            """,
            r => (Balance: r.GetInt64(0), SetAside: r.GetInt64(1)), token, shop.Id.Value))[0];
        var towns = new List<TownCommission>();
        foreach (var town in shop.Towns)
        {
            var rules = await commissions.ListAsync(town, token);
            var now = rules.LastOrDefault(r => r.From <= commissions.Today);
            towns.Add(new TownCommission(town, [.. rules.Where(r => r == now || r.From > commissions.Today)]));
        }

        return new ShopMoney(owed.Balance, owed.SetAside, receivers.Open ? await receivers.CanReceiveAsync(shop.Id) : null, await OpenAsync(shop.Id, token), await MonthsAsync(shop.Id, token), towns);
    }

    /// <param name="month">Its first day.</param>
    /// <param name="page">Of the lines.</param>
    /// <param name="pageSize">At most a hundred.</param>
    internal async Task<ShopStatement> MonthAsync(ShopId shop, LocalDate month, int page, int pageSize, CancellationToken token)
    {
        var (from, to) = (Start(month), Start(month.PlusMonths(1)));
        var sums = (await ReadAsync(
            """
            select coalesce(-sum(e.cents) filter (where p.at < $2), 0)::bigint, coalesce(-sum(e.cents), 0)::bigint, (count(*) filter (where p.at >= $2))::int
            from ledger_postings p join ledger_entries e using (order_id, version, shop_id) where p.shop_id = $1 and p.at < $3 and e.account = 'merchant'
            """,
            r => (Opening: r.GetInt64(0), Closing: r.GetInt64(1), Lines: r.GetInt32(2)), token, shop.Value, from, to))[0];
        // The balance behind each line is what stood before the month and all lines up to it.
        var lines = await ReadAsync(
            """
            select order_id, kind, at, gross, commission, vat, cents, ($4 + sum(cents) over (order by at, order_id, version))::bigint
            from (
                select p.order_id, p.version, p.kind, p.at, coalesce(sum(e.cents) filter (where e.account = 'clearing' and p.kind in ('sale', 'refund')), 0)::bigint as gross,
                    coalesce(sum(e.cents) filter (where e.account = 'commission'), 0)::bigint as commission, coalesce(sum(e.cents) filter (where e.account = 'commission-vat'), 0)::bigint as vat,
                    coalesce(-sum(e.cents) filter (where e.account = 'merchant'), 0)::bigint as cents
                from ledger_postings p join ledger_entries e using (order_id, version, shop_id)
                where p.shop_id = $1 and p.at >= $2 and p.at < $3
                group by p.order_id, p.version, p.kind, p.at having bool_or(e.account = 'merchant')) of_month
            order by at, order_id, version offset $5 limit $6
            """,
            r => new StatementLine(new OrderId(r.GetGuid(0)), OrderReference.Of(new OrderId(r.GetGuid(0))), r.GetString(1), r.GetFieldValue<DateTimeOffset>(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5), r.GetInt64(6), r.GetInt64(7)),
            token, shop.Value, from, to, sums.Opening, (page - 1) * pageSize, pageSize);
        return new ShopStatement(month.ToDateOnly(), sums.Opening, sums.Closing, (await MonthsAsync(shop, token, from, to)).SingleOrDefault() ?? new MoneyMonth(month.ToDateOnly(), 0, 0, 0, 0, 0, 0), lines, sums.Lines, page, pageSize);
    }

    // The oldest first: what waits longest is asked about first.
    private async Task<IReadOnlyList<OpenMoney>> OpenAsync(ShopId shop, CancellationToken token)
    {
        var open = await ReadAsync(
            $"""
            select e.order_id, min(p.at), coalesce(-sum(e.cents) filter (where e.account = 'merchant'), 0)::bigint, coalesce(sum(e.cents) filter (where e.account = 'card'), 0)::bigint
            from ledger_entries e join ledger_postings p using (order_id, version, shop_id)
            where e.shop_id = $1 and e.account in ('merchant', 'card')
            group by e.order_id having coalesce(sum(e.cents) filter (where e.account = 'merchant'), 0) <> 0 or coalesce(sum(e.cents) filter (where e.account = 'card'), 0) <> 0
            order by 2, 1 limit {MostOpen}
            """,
            r => (Order: new OrderId(r.GetGuid(0)), At: r.GetFieldValue<DateTimeOffset>(1), Cents: r.GetInt64(2), SetAside: r.GetInt64(3)), token, shop.Value);
        var histories = (await orders.ReadAsync([.. open.Select(o => o.Order)], token)).ToDictionary(h => h.Id);
        return [.. open.Select(o => (o.Order, o.At, o.Cents, o.SetAside, State: (Order.Confirmed)histories[o.Order].State)).Select(o => new OpenMoney(o.Order, OrderReference.Of(o.Order),
            o.Cents > 0 ? "to-pass-on" : o.Cents < 0 ? "to-fetch" : o.State.Find(shop)!.Status is ShopOrderStatus.Collected ? "handed-over" : "ordered", o.At,
            o.Cents != 0 ? o.Cents : Math.Min(o.SetAside, o.State.Find(shop)!.Status is ShopOrderStatus.Collected ? o.State.Find(shop)!.TotalCents : o.SetAside),
            o.Cents == 0 ? PurchaseRules.TakenAt(o.State) : null))];
    }

    private Task<List<MoneyMonth>> MonthsAsync(ShopId shop, CancellationToken token, DateTimeOffset? from = null, DateTimeOffset? to = null) => ReadAsync(
        $"""
        select date_trunc('month', p.at at time zone 'Europe/Paris')::date,
            coalesce(sum(e.cents) filter (where e.account = 'clearing' and p.kind = 'sale'), 0)::bigint, coalesce(-sum(e.cents) filter (where e.account = 'clearing' and p.kind = 'refund'), 0)::bigint,
            coalesce(-sum(e.cents) filter (where e.account = 'commission'), 0)::bigint, coalesce(-sum(e.cents) filter (where e.account = 'commission-vat'), 0)::bigint,
            coalesce(sum(e.cents) filter (where e.account = 'merchant' and p.kind = 'transfer'), 0)::bigint, coalesce(-sum(e.cents) filter (where e.account = 'merchant' and p.kind = 'reversal'), 0)::bigint
        from ledger_postings p join ledger_entries e using (order_id, version, shop_id)
        where p.shop_id = $1 and p.kind in ('sale', 'refund', 'transfer', 'reversal') and p.at >= $2 and p.at < $3
        group by 1 order by 1 desc limit {MostMonths}
        """,
        r => new MoneyMonth(r.GetFieldValue<DateOnly>(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5), r.GetInt64(6)),
        token, shop.Value, from ?? DateTimeOffset.UnixEpoch, to ?? DateTimeOffset.UnixEpoch.AddYears(1000));

    /// <summary>Of <c>2026-11</c>; null: no month that anybody sold in.</summary>
    internal static LocalDate? MonthOf(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first) && first.Year is >= 2000 and < 2100 ? LocalDate.FromDateOnly(first) : null;

    private static DateTimeOffset Start(LocalDate date) => date.AtStartOfDayInZone(Paris).ToInstant().ToDateTimeOffset();

    private async Task<List<T>> ReadAsync<T>(string sql, Func<NpgsqlDataReader, T> row, CancellationToken token, params object[] parameters)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new() { Value = parameter });
        }

        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            rows.Add(row(reader));
        }

        return rows;
    }
}
