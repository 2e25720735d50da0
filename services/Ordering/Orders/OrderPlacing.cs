using Marketplace.Contracts;
using Marketplace.EventStore;
using Marketplace.EventStore.Postgres;
using Marketplace.Ordering.Commissions;
using Marketplace.Ordering.Purchases;
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
    PlacingRules rules, IEventStore store, OrderLog orders, OrderRequests requests, OrderWaits waits, OrderKeys keys, Contacts contacts, AccessTokens tokens, PointKeepers keepers, ReceivingShops receivers, CommissionRules commissions,
    TimeProvider clock, OrderingMetrics metrics, IConfiguration configuration) : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(3);
    private readonly TimeSpan _hold = TimeSpan.FromMinutes(configuration.GetValue("Ordering:HoldMinutes", 15.0));
    private readonly TimeSpan _patience = TimeSpan.FromSeconds(configuration.GetValue("Ordering:AnswerSeconds", 8.0));
    private Drain<Placing>? _drain;

    /// <summary>One order on its way into the log.</summary>
    private sealed record Placing(OrderHistory History, OrderContact Contact, string Actor, OrderKeys.Sent? Sent, string? Trace);

    internal async Task<IResult> HandleAsync(Request request, string? key, HttpContext context)
    {
        var started = clock.GetTimestamp();
        var caller = new Caller(context.User);
        OrderKeys.Check(key);
        var sent = OrderKeys.Of(caller, key, request);
        if (await CheckAsync(request, sent, context.RequestAborted) is not { } command)
        {
            return await FollowAsync(request, sent!, context, started);
        }

        var placing = new Placing(
            OrderHistory.None(command.Order).With(OrderDecider.Decide(command, new Order.None()), clock.GetUtcNow()),
            rules.ContactOf(request, command.Order, caller.Person, context.PrefersEnglish()), caller.Actor, sent, TraceParent.Current);
        using var wait = waits.Expect(command.Order);
        try
        {
            await Batches.AddAsync(placing, context.RequestAborted);
        }
        catch (PostgresException taken) when (OrderKeys.IsTaken(taken))
        {
            return await FollowAsync(request, sent!, context, started);
        }

        var (answered, history) = await wait.OutcomeAsync(_patience, clock, context.RequestAborted);
        history ??= await orders.ReadAsync(command.Order, context.RequestAborted);
        metrics.Answered(answered ? OrderViews.StatusOf(history.State) : "unanswered", clock.GetElapsedTime(started));
        return Answer(history, placing.Contact, context);
    }

    /// <summary>The order that stands under this key and body, as it is now; where there is none, nothing is placed.</summary>
    internal async Task<IResult> FindAsync(Request request, string? key, HttpContext context)
    {
        OrderKeys.Check(key ?? "");
        var order = await keys.FindAsync(OrderKeys.Of(new Caller(context.User), key, request)!, context.RequestAborted) ?? throw OrderRefusals.Unknown();
        context.Response.Headers.CacheControl = "private, no-store";
        return await AnswerAsync(await orders.ReadAsync(order, context.RequestAborted), context);
    }

    // An order that stands is the answer to its repeat, whatever the hour and the shops are by now. Null: there is one.
    private async Task<OrderCommand.Place?> CheckAsync(Request request, OrderKeys.Sent? sent, CancellationToken token)
    {
        try
        {
            var command = rules.Check(request, OrderId.New(), clock.GetUtcNow(), _hold);
            if (command.Payment is PaymentKind.Card)
            {
                await receivers.CheckAsync(command.Shops);
                return command with { Commission = await commissions.OfAsync(command.Town, token) };
            }

            return command;
        }
        catch (Refusal) when (sent is not null)
        {
            if (await keys.FindAsync(sent, token) is null)
            {
                throw;
            }

            return null;
        }
    }

    // The key names an order: its outcome is this request's too.
    private async Task<IResult> FollowAsync(Request request, OrderKeys.Sent sent, HttpContext context, long started)
    {
        if (await keys.FindAsync(sent, context.RequestAborted) is not { } order)
        {
            return await HandleAsync(request, sent.Key, context); // erased this moment
        }

        if (sent.Asker is { } person)
        {
            await contacts.BelongsAsync(order, person, context.RequestAborted);
        }

        using var wait = waits.Expect(order);
        var history = await orders.ReadAsync(order, context.RequestAborted);
        if (!OrderWaits.IsAnswer(history.State))
        {
            var (answered, known) = await wait.OutcomeAsync(_patience, clock, context.RequestAborted);
            history = known ?? await orders.ReadAsync(order, context.RequestAborted);
            metrics.Answered(answered ? OrderViews.StatusOf(history.State) : "unanswered", clock.GetElapsedTime(started));
        }

        return await AnswerAsync(history, context);
    }

    public ValueTask DisposeAsync() => _drain?.DisposeAsync() ?? ValueTask.CompletedTask;

    private Drain<Placing> Batches => LazyInitializer.EnsureInitialized(ref _drain, () => new Drain<Placing>(AppendAsync, gathering: Gathering.Briefly));

    // One transaction for all that wait: the intents, who ordered, the keys, the timers.
    private async Task AppendAsync(IReadOnlyList<Placing> batch, CancellationToken token)
    {
        var now = clock.GetUtcNow();
        try
        {
            await store.AppendAsync(
                [.. batch.Select(p => OrderLog.AppendOf(OrderHistory.None(p.History.Id), p.History, new EventMeta(p.History.PlacedAt, p.Actor, Trace: p.Trace)))],
                also =>
                {
                    also.BatchCommands.Add(Contacts.Insert([.. batch.Select(p => p.Contact)], now));
                    var keyed = batch.Where(p => p.Sent is not null).Select(p => (p.Sent!, p.History.Id)).ToList();
                    if (keyed.Count > 0)
                    {
                        also.BatchCommands.Add(OrderKeys.Insert(keyed, now));
                    }

                    OrderTimers.Write(also, [.. batch.Select(p => new OrderMove(OrderHistory.None(p.History.Id), p.History, null))]);
                },
                token);
        }
        catch (Exception lost) when (Outage.Lasts(lost))
        {
            // Perhaps only the answer to the commit was lost: then all of them stand, and their residents are told so.
            if (!await StandsAsync(batch[0].History.Id, token))
            {
                throw;
            }
        }

        foreach (var placed in batch)
        {
            waits.Moved(placed.History);
        }

        requests.Send(batch.Select(p => (p.History, p.Trace)));
    }

    // Where the database is still away nobody waits for it a second time: the first failure is the answer.
    private async Task<bool> StandsAsync(OrderId order, CancellationToken token)
    {
        using var brief = CancellationTokenSource.CreateLinkedTokenSource(token);
        brief.CancelAfter(Look);
        try
        {
            return (await orders.ReadAsync(order, brief.Token)).Exists;
        }
        catch (Exception away) when (!token.IsCancellationRequested && (away is OperationCanceledException || Outage.Lasts(away)))
        {
            return false;
        }
    }

    private async Task<IResult> AnswerAsync(OrderHistory history, HttpContext context) =>
        Answer(history, await contacts.FindAsync(history.Id, context.RequestAborted), context);

    private IResult Answer(OrderHistory history, OrderContact? contact, HttpContext context)
    {
        if (history.State is Order.Failed failed)
        {
            throw PlacingRefusal.For(failed);
        }

        var view = OrderViews.Resident(history, contact, tokens.Of(history.Id), keepers);
        context.Response.Headers.ETag = ETags.Of(history.Version);
        var address = $"/api/v1/orders/{history.Id}";
        return OrderWaits.IsAnswer(history.State) ? TypedResults.Created(address, view) : TypedResults.Accepted(address, view);
    }
}
