using Marketplace.Contracts;
using Marketplace.EventStore;
using Marketplace.EventStore.Postgres;
using Marketplace.Ordering.Orders;
using Npgsql;

namespace Marketplace.Ordering.Sales;

/// <summary>
/// Writes down what was handed over and what was refused for want of goods, read from the log behind everything else: who orders waits for none of it. Its place in the log
/// moves with its rows, and what is read again is the same row again.
/// </summary>
internal sealed class SalesLedger(ILogPages pages, EventTypes types, OrderLog orders, NpgsqlDataSource database, TimeProvider clock) : IDueWorkHandler
{
    internal const string Cursor = "sales";
    private const int PageSize = 500;
    private const string OutOfStock = "out-of-stock";
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);

    /// <summary>Within the lease of the timer: no other process begins the same round.</summary>
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(20);

    private readonly LogPlace _place = new(database, Cursor);
    private readonly IReadOnlyList<string> _read =
        [.. types.Known.Keys.Concat(types.Upcasts).Where(name => types.TypeOf(name) == typeof(OrderEvent.ShopCollected) || types.TypeOf(name) == typeof(OrderEvent.Refused))];

    public string Kind => "sales";

    public async Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token)
    {
        for (var began = clock.GetTimestamp(); clock.GetElapsedTime(began) < Round && await TakeAsync(token);)
        {
        }

        return clock.GetUtcNow() + Pace;
    }

    /// <summary>Takes one page; false when that was the last.</summary>
    internal async Task<bool> TakeAsync(CancellationToken token)
    {
        var place = await _place.FindAsync(token) ?? LogCursor.Start;
        var (events, last) = await pages.ReadAsync(place, PageSize, _read, token);
        if (last == place)
        {
            return false;
        }

        var collected = events.Select(e => (e.At, Order: Order.IdOf(e.Stream), Event: e.Data as OrderEvent.ShopCollected)).Where(c => c.Event is not null).ToList();
        var histories = (await orders.ReadAsync([.. collected.Select(c => c.Order).Distinct()], token)).ToDictionary(h => h.Id);
        var sales = collected.ConvertAll(c => new Sale(c.Order, c.At, histories[c.Order].Placed.Town, ((Order.Confirmed)histories[c.Order].State).Find(c.Event!.ShopId)!));
        var missed = events.SelectMany(e => e.Data is OrderEvent.Refused refused
            ? refused.Lines.Where(l => l.Reason == OutOfStock && l.Requested > l.Available).Select(l => new Missed(Order.IdOf(e.Stream), e.At, l)) : []).ToList();

        await using var connection = await database.OpenConnectionAsync(token);
        await using var batch = connection.CreateBatch();
        Add(batch, sales);
        Add(batch, missed);
        _place.Move(batch, last);
        await batch.ExecuteNonQueryAsync(token);
        return true;
    }

    private static void Add(NpgsqlBatch batch, List<Sale> sales)
    {
        if (sales.Count == 0)
        {
            return;
        }

        OrderTables.Add(batch,
            """
            insert into sales (shop_id, order_id, at, town, shared, total_cents)
            select * from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::boolean[], $6::bigint[])
            on conflict (shop_id, order_id) do nothing
            """,
            sales.ConvertAll(s => s.Part.ShopId.Value), sales.ConvertAll(s => s.Order.Value), sales.ConvertAll(s => s.At.ToUniversalTime()), sales.ConvertAll(s => s.Town),
            sales.ConvertAll(s => s.Part.Shared), sales.ConvertAll(s => s.Part.TotalCents));
        // A substitute may be an article that was ordered as well.
        var lines = sales.SelectMany(s => s.Part.Standing.Where(l => l.Quantity > 0).GroupBy(l => l.Sold.OfferId)
            .Select(l => (s.Part.ShopId, s.Order, l.First().Sold, Quantity: l.Sum(x => x.Quantity), Cents: l.Sum(x => x.TotalCents)))).ToList();
        OrderTables.Add(batch,
            """
            insert into sale_lines (shop_id, order_id, offer_id, sku, title, unit, quantity, cents)
            select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[])
            on conflict (shop_id, order_id, offer_id) do nothing
            """,
            lines.ConvertAll(l => l.ShopId.Value), lines.ConvertAll(l => l.Order.Value), lines.ConvertAll(l => l.Sold.OfferId.Value), lines.ConvertAll(l => l.Sold.Sku),
            lines.ConvertAll(l => l.Sold.Title), lines.ConvertAll(l => Units.Name(l.Sold.Unit)), lines.ConvertAll(l => l.Quantity), lines.ConvertAll(l => l.Cents));
    }

    private static void Add(NpgsqlBatch batch, List<Missed> missed)
    {
        if (missed.Count > 0)
        {
            OrderTables.Add(batch,
                """
                insert into missed_sales (shop_id, order_id, offer_id, at, title, unit, quantity, cents)
                select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::text[], $6::text[], $7::bigint[], $8::bigint[])
                on conflict (shop_id, order_id, offer_id) do nothing
                """,
                missed.ConvertAll(m => m.Line.ShopId.Value), missed.ConvertAll(m => m.Order.Value), missed.ConvertAll(m => m.Line.OfferId.Value), missed.ConvertAll(m => m.At.ToUniversalTime()),
                missed.ConvertAll(m => m.Line.Title), missed.ConvertAll(m => m.Line.Unit is { } unit ? Units.Name(unit) : null), missed.ConvertAll(m => m.Quantity), missed.ConvertAll(m => m.Cents));
        }
    }

    /// <param name="Part">As it stands for ever: nothing changes in what was handed over.</param>
    private sealed record Sale(OrderId Order, DateTimeOffset At, string Town, ShopOrder Part);

    private sealed record Missed(OrderId Order, DateTimeOffset At, RefusedLine Line)
    {
        internal long Quantity => Line.Requested - Math.Max(0, Line.Available);
        internal long? Cents => Line is { Unit: { } unit, PriceCents: { } price } ? Money.LineTotal(unit, Quantity, price) : null;
    }
}

internal static class Units
{
    internal static string Name(SaleUnit unit) => unit is SaleUnit.Weight ? "weight" : "piece";

    internal static SaleUnit Of(string name) => name == "weight" ? SaleUnit.Weight : SaleUnit.Piece;
}
