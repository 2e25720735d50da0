using Marketplace.Contracts;
using Marketplace.EventStore;
using Marketplace.Ordering.Orders;
using Npgsql;

namespace Marketplace.Ordering.Sales;

/// <summary>
/// Writes down what was handed over and what was refused for want of goods, read from the log behind everything else: who orders waits for none of it. Its place in the log
/// moves with its rows, and what is read again is the same row again.
/// </summary>
internal sealed class SalesLedger(ILogPages pages, EventTypes types, OrderLog orders, NpgsqlDataSource database, TimeProvider clock)
    : LogReading(pages, types, database, clock, Cursor, Told)
{
    internal const string Cursor = "sales";
    private const string OutOfStock = "out-of-stock";

    // What the pages let anybody ask of one article at once. More is no demand, but a program that tries.
    private const long MostPieces = 99;
    private const long MostGrams = 20_000;

    private static readonly Type[] Told =
        [typeof(OrderEvent.ShopCollected), typeof(OrderEvent.Refused), typeof(OrderEvent.LinesDeclined), typeof(OrderEvent.ShopDeclined), typeof(OrderEvent.ShortageAnswered), typeof(OrderEvent.ShortageLapsed)];

    public override string Kind => "sales";

    protected override async Task WriteAsync(IReadOnlyList<StoredEvent> events, NpgsqlBatch batch, CancellationToken token)
    {
        var taken = events.Select(e => (e.At, Order: Order.IdOf(e.Stream), Event: (OrderEvent)e.Data)).ToList();
        var histories = (await orders.ReadAsync([.. taken.Where(t => t.Event is not OrderEvent.Refused).Select(t => t.Order).Distinct()], token)).ToDictionary(h => h.Id);
        var sales = taken.Where(t => t.Event is OrderEvent.ShopCollected)
            .Select(t => new Sale(t.Order, t.At, histories[t.Order].Placed.Town, PartOf(t.Order, ((OrderEvent.ShopCollected)t.Event).ShopId))).ToList();
        var missed = taken.SelectMany(t => MissedBy(t.Event, shop => PartOf(t.Order, shop)).Select(lost => new Missed(t.Order, t.At, lost))).ToList();

        Add(batch, sales);
        Add(batch, missed);

        ShopOrder PartOf(OrderId order, ShopId shop) => ((Order.Confirmed)histories[order].State).Find(shop)!;
    }

    /// <summary>What somebody asked for and did not get because there was not enough: told at once, or by the shop that did not find it. Who took something else instead has bought.</summary>
    /// <param name="partOf">The shop's part of that order, as it stands now: what was declined stays so.</param>
    private static IEnumerable<Lost> MissedBy(OrderEvent told, Func<ShopId, ShopOrder> partOf) => told switch
    {
        OrderEvent.Refused refused => refused.Lines.Where(l => l.Reason == OutOfStock && l.Requested > l.Available && l.Requested <= (l.Unit is SaleUnit.Weight ? MostGrams : MostPieces))
            .Select(l => new Lost(l.ShopId, l.OfferId, l.Title, l.Unit, l.Requested - Math.Max(0, l.Available), l.PriceCents)),
        OrderEvent.LinesDeclined { Reason: ShopOrder.Shortage } declined => partOf(declined.ShopId).Lines.Where(l => declined.Offers.Contains(l.Sold.OfferId)).Select(l => Of(declined.ShopId, l, l.Sold.Quantity)),
        OrderEvent.ShopDeclined { Reason: ShopOrder.Shortage } declined => partOf(declined.ShopId).Lines.Where(l => l.Stands && l.InsteadOf is null).Select(l => Of(declined.ShopId, l, l.Sold.Quantity)),
        OrderEvent.ShortageAnswered { Answer: not "substitute" } answered => Lacking(partOf(answered.ShopId), answered.OfferId, answered.Gone),
        OrderEvent.ShortageLapsed lapsed => Lacking(partOf(lapsed.ShopId), lapsed.OfferId, lapsed.Gone),
        _ => [],
    };

    private static IEnumerable<Lost> Lacking(ShopOrder part, OfferId offer, bool gone) =>
        part.Lines.Where(l => l.Sold.OfferId == offer && l.InsteadOf is null).Select(l => Of(part.ShopId, l, l.Sold.Quantity - (gone ? 0 : l.Lack?.Found ?? 0)));

    private static Lost Of(ShopId shop, ShopOrder.Line line, long quantity) => new(shop, line.Sold.OfferId, line.Sold.Title, line.Sold.Unit, quantity, line.Sold.PriceCents);

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
            lines.ConvertAll(l => l.Sold.Title), lines.ConvertAll(l => l.Sold.Unit.Text()), lines.ConvertAll(l => l.Quantity), lines.ConvertAll(l => l.Cents));
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
                missed.ConvertAll(m => m.Line.Title), missed.ConvertAll(m => m.Line.Unit?.Text()), missed.ConvertAll(m => m.Line.Quantity), missed.ConvertAll(m => m.Line.Cents));
        }
    }

    /// <param name="Part">As it stands for ever: nothing changes in what was handed over.</param>
    private sealed record Sale(OrderId Order, DateTimeOffset At, string Town, ShopOrder Part);

    private sealed record Missed(OrderId Order, DateTimeOffset At, Lost Line);

    private sealed record Lost(ShopId ShopId, OfferId OfferId, string? Title, SaleUnit? Unit, long Quantity, long? PriceCents)
    {
        internal long? Cents => (Unit, PriceCents) is ({ } unit, { } price) ? Money.LineTotal(unit, Quantity, price) : null;
    }
}
