using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.EventStore;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using Npgsql;
using Request = Marketplace.Contracts.Ordering.Api.PlaceOrder;

namespace Marketplace.Ordering.Orders;

/// <summary>
/// <c>POST /orders</c>. The intent is durable before anything is asked of the other services; then the browser waits here for the outcome, and
/// if that takes too long it gets the pending order to follow. What was durable is never lost: the order's timer carries it on.
/// </summary>
internal sealed class OrderPlacing(
    PlacingRules rules, IEventStore store, OrderLog orders, OrderRequests requests, OrderWaits waits, Contacts contacts, AccessTokens tokens,
    NpgsqlDataSource database, TimeProvider clock, OrderingMetrics metrics, IConfiguration configuration) : IAsyncDisposable
{
    private readonly TimeSpan _hold = TimeSpan.FromMinutes(configuration.GetValue("Ordering:HoldMinutes", 15.0));
    private readonly TimeSpan _patience = TimeSpan.FromSeconds(configuration.GetValue("Ordering:AnswerSeconds", 8.0));
    private Drain<Placing>? _drain;

    /// <summary>One order on its way into the log.</summary>
    private sealed record Placing(OrderHistory History, OrderContact Contact, string Caller, string Actor, string? Key, byte[] BodyHash, Activity? Request);

    internal async Task<IResult> HandleAsync(Request request, string? key, HttpContext context)
    {
        var started = clock.GetTimestamp();
        var caller = new Caller(context.User);
        var command = rules.Check(request, key, OrderId.New(), clock.GetUtcNow(), _hold);
        var placing = new Placing(
            OrderHistory.None(command.Order).With(OrderDecider.Decide(command, new Order.None()), clock.GetUtcNow()),
            rules.ContactOf(request, command.Order, caller.Person, context.PrefersEnglish()),
            caller.Person?.ToString() ?? "", caller.Actor, key, SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request, PlaceOrderJson.Default.PlaceOrder)), Activity.Current);

        var wait = waits.Expect(command.Order);
        try
        {
            var order = command.Order;
            try
            {
                await Batches.AddAsync(placing, context.RequestAborted);
            }
            catch (ConcurrencyException)
            {
                // The id is ours alone: an earlier try of this batch was committed although its connection broke.
            }
            catch (PostgresException used) when (used is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "idempotency_keys_pkey" })
            {
                wait.Dispose();
                order = await FindPlacedAsync(placing, context.RequestAborted);
                wait = waits.Expect(order);
                if (await orders.ReadAsync(order, context.RequestAborted) is { State: not Order.Pending } known)
                {
                    return await AnswerAsync(known, context);
                }
            }

            var (answered, history) = await wait.OutcomeAsync(_patience, clock, context.RequestAborted);
            history ??= await orders.ReadAsync(order, context.RequestAborted);
            metrics.Answered(answered ? OrderViews.StatusOf(history.State) : "unanswered", clock.GetElapsedTime(started));
            return order == command.Order ? Answer(history, placing.Contact, context) : await AnswerAsync(history, context);
        }
        finally
        {
            wait.Dispose();
        }
    }

    public ValueTask DisposeAsync() => _drain?.DisposeAsync() ?? ValueTask.CompletedTask;

    private Drain<Placing> Batches => LazyInitializer.EnsureInitialized(ref _drain, () => new Drain<Placing>(AppendAsync));

    // One transaction for all that wait: the intents, who ordered, the keys, the timers.
    private async Task AppendAsync(IReadOnlyList<Placing> batch, CancellationToken token)
    {
        var now = clock.GetUtcNow();
        await store.AppendAsync(
            [.. batch.Select(p => OrderLog.AppendOf(OrderHistory.None(p.History.Id), p.History, new EventMeta(p.History.PlacedAt, p.Actor, Trace: TraceParent.Of(p.Request))))],
            also =>
            {
                also.BatchCommands.Add(Contacts.Insert([.. batch.Select(p => p.Contact)], now));
                var keyed = batch.Where(p => p.Key is not null).ToList();
                if (keyed.Count > 0)
                {
                    also.BatchCommands.Add(InsertKeys(keyed, now));
                }

                OrderTimers.Write(also, [.. batch.Select(p => new OrderMove(OrderHistory.None(p.History.Id), p.History, null))]);
            },
            token);
        foreach (var placed in batch)
        {
            waits.Moved(placed.History);
        }

        _ = requests.SendSoonAsync([.. batch.Select(p => (p.History, p.Request))]);
    }

    private async Task<OrderId> FindPlacedAsync(Placing placing, CancellationToken token)
    {
        await using var command = database.CreateCommand("select order_id, body_hash from idempotency_keys where caller = $1 and key = $2");
        command.Parameters.Add(new() { Value = placing.Caller });
        command.Parameters.Add(new() { Value = placing.Key! });
        await using var reader = await command.ExecuteReaderAsync(token);
        await reader.ReadAsync(token);
        return reader.GetFieldValue<byte[]>(1).AsSpan().SequenceEqual(placing.BodyHash)
            ? new OrderId(reader.GetGuid(0))
            : throw Refusal.Invalid("idempotency-key-reused",
                "Cette clé d’idempotence a déjà servi pour une autre commande.", "This idempotency key was already used for another order.");
    }

    private async Task<IResult> AnswerAsync(OrderHistory history, HttpContext context) =>
        Answer(history, await contacts.FindAsync(history.Id, context.RequestAborted), context);

    private IResult Answer(OrderHistory history, OrderContact? contact, HttpContext context)
    {
        if (history.State is Order.Failed failed)
        {
            throw PlacingRefusal.For(failed);
        }

        var view = OrderViews.Resident(history, contact, tokens.Of(history.Id));
        context.Response.Headers.ETag = ETags.Of(history.Version);
        var address = $"/api/v1/orders/{history.Id}";
        return history.State is Order.Pending ? TypedResults.Accepted(address, view) : TypedResults.Created(address, view);
    }

    private static NpgsqlBatchCommand InsertKeys(IReadOnlyCollection<Placing> placings, DateTimeOffset now) => new(
        "insert into idempotency_keys (caller, key, body_hash, order_id, at) select caller, key, body_hash, order_id, $5 "
        + "from unnest($1::text[], $2::text[], $3::bytea[], $4::uuid[]) as k(caller, key, body_hash, order_id) order by caller, key")
    {
        Parameters =
        {
            new() { Value = placings.Select(p => p.Caller).ToArray() },
            new() { Value = placings.Select(p => p.Key!).ToArray() },
            new() { Value = placings.Select(p => p.BodyHash).ToArray() },
            new() { Value = placings.Select(p => p.History.Id.Value).ToArray() },
            new() { Value = now.ToUniversalTime() },
        },
    };
}
