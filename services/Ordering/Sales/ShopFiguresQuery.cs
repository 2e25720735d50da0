using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.ServiceDefaults.Shops;
using NodaTime;
using Npgsql;

namespace Marketplace.Ordering.Sales;

/// <summary>Adds up the rows of <see cref="SalesLedger"/>, by days of Paris. Nothing is summed up beforehand: a shop has some ten thousand sales in a year.</summary>
internal sealed class ShopFiguresQuery(NpgsqlDataSource database, IShopDirectory shops, TimeProvider clock)
{
    private const int DaysShown = 30;
    private const int DaysTogether = 90;
    private const int MostShown = 10;
    private static readonly DateTimeZone Paris = DateTimeZoneProviders.Tzdb["Europe/Paris"];

    internal async Task<ShopFigures> ReadAsync(ShopId shop, CancellationToken token)
    {
        var now = clock.GetUtcNow();
        var today = Instant.FromDateTimeOffset(now).InZone(Paris).Date;
        var monday = today.PlusDays(1 - (int)today.DayOfWeek);
        var past = monday.PlusWeeks(-52);
        var lately = await DaysAsync(shop, today.PlusDays(1 - DaysShown).ToDateOnly(), monday.PlusDays(6).ToDateOnly(), token);
        var byDate = lately.Concat(await DaysAsync(shop, past.ToDateOnly(), past.PlusDays(6).ToDateOnly(), token)).ToDictionary(d => d.Date);
        SalesDay Of(LocalDate date) => byDate.GetValueOrDefault(date.ToDateOnly()) ?? new SalesDay(date.ToDateOnly(), 0, 0);
        var weeks = new List<SalesWeek>();
        foreach (var back in (int[])[0, 1, 52])
        {
            var first = monday.PlusWeeks(-back);
            var ofWeek = Enumerable.Range(0, 7).Select(d => Of(first.PlusDays(d))).ToList();
            weeks.Add(new SalesWeek(first.ToDateOnly(), ofWeek, await SumAsync(shop, Start(first), SameHour(now, back), token), new SalesSum(ofWeek.Sum(d => d.Orders), ofWeek.Sum(d => d.Cents))));
        }

        var (since, longer) = (Start(today.PlusDays(1 - DaysShown)), Start(today.PlusDays(1 - DaysTogether)));
        var soFar = Of(today);
        return new ShopFigures(new SalesSum(soFar.Orders, soFar.Cents), await ToComeAsync(shop, token), weeks, [.. Enumerable.Range(0, DaysShown).Select(d => Of(today.PlusDays(d + 1 - DaysShown)))],
            await BestAsync(shop, since, token), await MissedAsync(shop, since, token), await MissedCentsAsync(shop, since, token), await TogetherAsync(shop, longer, token), (await SumAsync(shop, longer, now.AddMinutes(5), token)).Orders,
            await OriginsAsync(shop, longer, token));
    }

    /// <summary>Every day on which something was sold, the oldest first.</summary>
    internal Task<List<SalesDay>> DaysAsync(ShopId shop, DateOnly from, DateOnly to, CancellationToken token) => ReadAsync(
        """
        select (at at time zone 'Europe/Paris')::date, count(*)::int, sum(total_cents)::bigint from sales
        where shop_id = $1 and at >= $2 and at < $3 group by 1 order by 1
        """,
        r => new SalesDay(r.GetFieldValue<DateOnly>(0), r.GetInt32(1), r.GetInt64(2)), token, shop.Value, Start(LocalDate.FromDateOnly(from)), Start(LocalDate.FromDateOnly(to).PlusDays(1)));

    // A day in Paris begins at another moment of UTC in summer.
    private static DateTimeOffset Start(LocalDate date) => date.AtStartOfDayInZone(Paris).ToInstant().ToDateTimeOffset();

    private static DateTimeOffset SameHour(DateTimeOffset now, int weeksBack) =>
        weeksBack == 0 ? now // in the hour that comes twice, the second one is not the first
        : Instant.FromDateTimeOffset(now).InZone(Paris).LocalDateTime.PlusWeeks(-weeksBack).InZoneLeniently(Paris).ToInstant().ToDateTimeOffset();

    private async Task<SalesSum> SumAsync(ShopId shop, DateTimeOffset from, DateTimeOffset to, CancellationToken token) => (await ReadAsync(
        "select count(*)::int, coalesce(sum(total_cents), 0)::bigint from sales where shop_id = $1 and at >= $2 and at <= $3",
        r => new SalesSum(r.GetInt32(0), r.GetInt64(1)), token, shop.Value, from, to))[0];

    private async Task<SalesSum> ToComeAsync(ShopId shop, CancellationToken token) => (await ReadAsync(
        "select count(*)::int, coalesce(sum(total_cents), 0)::bigint from shop_orders where shop_id = $1 and status in ('requested', 'accepted', 'ready')",
        r => new SalesSum(r.GetInt32(0), r.GetInt64(1)), token, shop.Value))[0];

    // Under the name that it was last sold by. Pieces and grams of one offer are two lines.
    private Task<List<BestSeller>> BestAsync(ShopId shop, DateTimeOffset since, CancellationToken token) => ReadAsync(
        $"""
        select l.offer_id, (array_agg(l.sku order by s.at desc))[1], (array_agg(l.title order by s.at desc))[1], l.unit,
            sum(l.quantity)::bigint, sum(l.cents)::bigint, count(*)::int
        from sales s join sale_lines l using (shop_id, order_id) where s.shop_id = $1 and s.at >= $2
        group by l.offer_id, l.unit order by 6 desc, 1, 4 limit {MostShown}
        """,
        r => new BestSeller(new(r.GetGuid(0)), r.GetString(1), r.GetString(2), SaleUnits.Of(r.GetString(3)), r.GetInt64(4), r.GetInt64(5), r.GetInt32(6)), token, shop.Value, since);

    private Task<List<MissedSale>> MissedAsync(ShopId shop, DateTimeOffset since, CancellationToken token) => ReadAsync(
        $"""
        select offer_id, (array_agg(title order by at desc))[1], unit, count(*)::int, sum(quantity)::bigint, sum(cents)::bigint
        from missed_sales where shop_id = $1 and at >= $2 group by offer_id, unit order by 6 desc nulls last, 4 desc, 1, 3 limit {MostShown}
        """,
        r => new MissedSale(new(r.GetGuid(0)), r.IsDBNull(1) ? null : r.GetString(1), r.IsDBNull(2) ? null : SaleUnits.Of(r.GetString(2)), r.GetInt32(3), r.GetInt64(4), r.IsDBNull(5) ? null : r.GetInt64(5)),
        token, shop.Value, since);

    private async Task<long> MissedCentsAsync(ShopId shop, DateTimeOffset since, CancellationToken token) => (await ReadAsync(
        "select coalesce(sum(cents), 0)::bigint from missed_sales where shop_id = $1 and at >= $2", r => r.GetInt64(0), token, shop.Value, since))[0];

    private async Task<List<SharedBasket>> TogetherAsync(ShopId shop, DateTimeOffset since, CancellationToken token)
    {
        var others = await ReadAsync(
            $"""
            select o.shop_id, count(*)::int from sales s join sales o on o.order_id = s.order_id and o.shop_id <> s.shop_id
            where s.shop_id = $1 and s.at >= $2 group by 1 order by 2 desc, 1 limit {MostShown}
            """,
            r => (Shop: new ShopId(r.GetGuid(0)), Orders: r.GetInt32(1)), token, shop.Value, since);
        return [.. others.Select(o => shops.Find(o.Shop) is { } known ? new SharedBasket(known.Slug, known.Name, o.Orders) : null).OfType<SharedBasket>()];
    }

    private Task<List<SalesOrigin>> OriginsAsync(ShopId shop, DateTimeOffset since, CancellationToken token) => ReadAsync(
        "select town, shared, count(*)::int, sum(total_cents)::bigint from sales where shop_id = $1 and at >= $2 group by 1, 2 order by 3 desc, 1, 2",
        r => new SalesOrigin(r.GetString(0), r.GetBoolean(1), r.GetInt32(2), r.GetInt64(3)), token, shop.Value, since);

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
