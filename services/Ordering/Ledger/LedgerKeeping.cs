using System.Data.Common;
using Marketplace.Contracts;
using Marketplace.EventStore;
using Marketplace.EventStore.Postgres;
using Marketplace.Ordering.Orders;
using Npgsql;

namespace Marketplace.Ordering.Ledger;

/// <summary>
/// Keeps the books by reading the log behind everything else, as the sales are: no payment waits for it. Its place in the log moves with its postings, and an event that is
/// read again is the same posting again. An order that cannot be read is set aside under a timer of its own, so that it stops no other’s books.
/// </summary>
internal sealed partial class LedgerKeeping(ILogPages pages, EventTypes types, OrderLog orders, NpgsqlDataSource database, TimeProvider clock, ILogger<LedgerKeeping> log)
    : LogReading(pages, types, database, clock, Cursor, Told)
{
    internal const string Cursor = "ledger";

    /// <summary>The timer that reads the log, set by its migration; all others are of orders that were set aside.</summary>
    private const string Next = "next";

    // Of a payment alone: an order that is paid at the counter is not looked at.
    private static readonly Type[] Told =
    [
        typeof(OrderEvent.PaymentAuthorised), typeof(OrderEvent.PaymentReturned), typeof(OrderEvent.PaymentCaptureRequested), typeof(OrderEvent.PaymentCaptured), typeof(OrderEvent.PaymentNotCaptured),
        typeof(OrderEvent.PaymentTransferred), typeof(OrderEvent.PaymentReversed), typeof(OrderEvent.RefundMade), typeof(OrderEvent.RefundFailed), typeof(OrderEvent.RefundGivenOtherwise),
    ];

    public override string Kind => "ledger";

    public override async Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token)
    {
        if (work.Key is Next)
        {
            return await base.HandleAsync(work, token);
        }

        await using var batch = Database.CreateBatch();
        Add(batch, [.. OrderBooks.Of(await orders.ReadAsync(OrderId.Parse(work.Key, null), token))]);
        await batch.ExecuteNonQueryAsync(token);
        return null;
    }

    // All that is known of these orders, also what comes later in the log: written early it is the same.
    protected override async Task WriteAsync(IReadOnlyList<StoredEvent> events, NpgsqlBatch batch, CancellationToken token)
    {
        var aside = new List<OrderId>();
        var postings = await PostingsAsync([.. events.Select(e => Order.IdOf(e.Stream)).Distinct()], aside, token);
        if (postings.Count > 0)
        {
            Add(batch, postings);
        }

        foreach (var order in aside)
        {
            batch.ScheduleWork(Kind, order.ToString(), Soon);
        }
    }

    // What is no fault of a stream, a database that is away, is tried again as a whole.
    private async Task<List<Posting>> PostingsAsync(IReadOnlyCollection<OrderId> ids, List<OrderId> aside, CancellationToken token)
    {
        try
        {
            return [.. (await orders.ReadAsync(ids, token)).SelectMany(OrderBooks.Of)];
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or DbException or IOException or TimeoutException))
        {
            if (ids.Count == 1)
            {
                LogSetAside(failure, ids.Single());
                aside.Add(ids.Single());
                return [];
            }
        }

        var postings = new List<Posting>();
        foreach (var id in ids)
        {
            postings.AddRange(await PostingsAsync([id], aside, token));
        }

        return postings;
    }

    // In one order of keys: two who write the same wait for one another, in no circle. Entries only with their posting: what stands, by whichever rules, is not added to.
    internal static void Add(NpgsqlBatch batch, IReadOnlyList<Posting> written)
    {
        var postings = written.OrderBy(p => p.Order.Value).ThenBy(p => p.Version).ThenBy(p => p.Shop.Value).ToList();
        var entries = postings.SelectMany(p => p.Entries.OrderBy(e => e.Account, StringComparer.Ordinal).Select(e => (Posting: p, e.Account, e.Cents))).ToList();
        OrderTables.Add(batch,
            """
            with posted as (
                insert into ledger_postings (order_id, version, shop_id, kind, at)
                select * from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::text[], $5::timestamptz[])
                on conflict (order_id, version, shop_id) do nothing
                returning order_id, version, shop_id)
            insert into ledger_entries (order_id, version, shop_id, account, cents)
            select order_id, version, shop_id, e.account, e.cents
            from unnest($6::uuid[], $7::bigint[], $8::uuid[], $9::text[], $10::bigint[]) e(order_id, version, shop_id, account, cents) join posted using (order_id, version, shop_id)
            """,
            postings.ConvertAll(p => p.Order.Value), postings.ConvertAll(p => p.Version), postings.ConvertAll(p => p.Shop.Value), postings.ConvertAll(p => p.Kind), postings.ConvertAll(p => p.At.ToUniversalTime()),
            entries.ConvertAll(e => e.Posting.Order.Value), entries.ConvertAll(e => e.Posting.Version), entries.ConvertAll(e => e.Posting.Shop.Value), entries.ConvertAll(e => e.Account), entries.ConvertAll(e => e.Cents));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The books cannot read order {OrderId}: it is set aside, nothing of it stands in them, and it is tried again by itself")]
    private partial void LogSetAside(Exception failure, OrderId orderId);
}
