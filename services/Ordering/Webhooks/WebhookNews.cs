using Marketplace.Contracts;
using Marketplace.EventStore;
using Marketplace.EventStore.Postgres;
using Marketplace.Ordering.Orders;
using Npgsql;

namespace Marketplace.Ordering.Webhooks;

/// <summary>
/// Reads the log for the shops that want to be told and writes what is to be sent, with its own place in the log, in one transaction: nothing is missed, and what is
/// read again is known by its id. By a timer, so in one process at a time and out of the way of who places orders; where no shop listens nothing of the log is looked at.
/// </summary>
internal sealed class WebhookNews(ILogPages pages, EventTypes types, OrderLog orders, WebhookBodies bodies, NpgsqlDataSource database, TimeProvider clock) : IDueWorkHandler
{
    internal const string Cursor = "webhooks";
    private const int PageSize = 500;
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    /// <summary>Well within the lease of the timer: no other process is to begin the same round. If one did all the same, each event would still be one row.</summary>
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(20);

    private readonly LogPlace _place = new(database, Cursor);
    private readonly IReadOnlyList<string> _read = WebhookTypes.StoredNames(types);

    public string Kind => "webhook-news";

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
        var place = await _place.FindAsync(token);
        var listening = await ListeningAsync(token);
        if (place is null || listening.Count == 0)
        {
            // From now on: what happened before somebody listened is not told. Looked for once more behind the end: who came in between hears of what came in between.
            var end = await pages.EndAsync(token);
            if (end != place && (place is null || (await ListeningAsync(token)).Count == 0))
            {
                await MoveAsync([], end, token);
            }

            return false;
        }

        var (events, last) = await pages.ReadAsync(place.Value, PageSize, _read, token);
        if (last == place)
        {
            return false;
        }

        var wanted = events.SelectMany(e => WebhookTypes.Tell(e.Data).SelectMany(t => listening[t.Shop].Where(l => l.Wants(t.Type, e.At)).Select(l => (Event: e, t.Shop, t.Type, Endpoint: l.Id)))).ToList();
        var histories = (await orders.ReadAsync([.. wanted.Select(w => Order.IdOf(w.Event.Stream)).Distinct()], token)).ToDictionary(h => h.Id);
        await MoveAsync([.. wanted.Select(w => (w.Endpoint, WebhookBodies.IdOf(w.Event.Id, w.Shop), w.Type, Order.IdOf(w.Event.Stream), w.Event.At,
            bodies.Of(w.Type, histories[Order.IdOf(w.Event.Stream)], w.Event.Version, w.Shop)))], last, token);
        return true;
    }

    // One that is paused is told later; of one that is switched off nothing is kept.
    private async Task<ILookup<ShopId, Listening>> ListeningAsync(CancellationToken token)
    {
        await using var command = database.CreateCommand("select shop_id, id, types, created_at from webhook_endpoints where status <> 'off'");
        await using var reader = await command.ExecuteReaderAsync(token);
        var all = new List<(ShopId Shop, Listening Endpoint)>();
        while (await reader.ReadAsync(token))
        {
            all.Add((new ShopId(reader.GetGuid(0)), new Listening(reader.GetGuid(1), reader.GetFieldValue<string[]>(2), reader.GetFieldValue<DateTimeOffset>(3))));
        }

        return all.ToLookup(a => a.Shop, a => a.Endpoint);
    }

    private async Task MoveAsync(IReadOnlyList<(Guid Endpoint, string EventId, string Type, OrderId Order, DateTimeOffset At, string Body)> news, LogCursor to, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await using var batch = connection.CreateBatch();
        if (news.Count > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(
                """
                insert into webhook_deliveries (id, endpoint_id, event_id, type, order_id, at, body, state, created_at, next_at)
                select n.id, n.endpoint_id, n.event_id, n.type, n.order_id, n.at, n.body, 'waiting', $8, $8
                from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::timestamptz[], $7::text[]) as n(id, endpoint_id, event_id, type, order_id, at, body)
                join webhook_endpoints e on e.id = n.endpoint_id and e.status <> 'off' -- not one that was taken away, or is being switched off, this moment
                order by n.endpoint_id, n.event_id for share of e
                on conflict (endpoint_id, event_id) do nothing
                """)
            {
                Parameters =
                {
                    new() { Value = news.Select(_ => Guid.CreateVersion7()).ToArray() },
                    new() { Value = news.Select(n => n.Endpoint).ToArray() },
                    new() { Value = news.Select(n => n.EventId).ToArray() },
                    new() { Value = news.Select(n => n.Type).ToArray() },
                    new() { Value = news.Select(n => n.Order.Value).ToArray() },
                    new() { Value = news.Select(n => n.At.ToUniversalTime()).ToArray() },
                    new() { Value = news.Select(n => n.Body).ToArray() },
                    new() { Value = clock.GetUtcNow() },
                },
            });
        }

        _place.Move(batch, to);
        await batch.ExecuteNonQueryAsync(token);
    }

    /// <param name="Since">When it was named: it is told nothing of before.</param>
    private sealed record Listening(Guid Id, string[] Types, DateTimeOffset Since)
    {
        internal bool Wants(string type, DateTimeOffset at) => at >= Since && (Types.Length == 0 || Types.Contains(type));
    }
}
