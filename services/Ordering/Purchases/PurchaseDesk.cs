using Marketplace.Contracts;
using Marketplace.EventStore;
using Marketplace.Ordering.Orders;
using Marketplace.Ordering.Payments;
using Marketplace.Ordering.Refunds;
using Npgsql;
using static Marketplace.Ordering.Payments.PaymentProblem;

namespace Marketplace.Ordering.Purchases;

/// <summary>
/// Carries a payment on, one step after the other: what its state calls for is asked of the gateway, outside any transaction, and what comes of that is appended. A
/// process that is killed between the two has lost nothing: the step is made again, by the timer that was set with the event before it. Webhooks, the returning browser
/// and the timer all come here, and none of them is believed: the session is read.
/// </summary>
internal sealed partial class PurchaseDesk(OrderLog orders, IPaymentGateway gateway, PurchasePages pages, PurchaseTakings takings, RefundDesk refunds, Retrying retrying, TimeProvider clock, ILogger<PurchaseDesk> log)
{
    private const int MostSteps = 8;

    /// <summary>An other side that answers slowly is not asked for much in one run: its lease is longer than this and the calls of one step (<see cref="PurchaseWork"/>).</summary>
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(60);

    /// <returns>When to come back; null: there is nothing left to do, or another timer stands.</returns>
    internal async Task<DateTimeOffset?> AdvanceAsync(OrderId order, CancellationToken token)
    {
        var began = TimeProvider.System.GetTimestamp();
        for (var steps = 0; steps < MostSteps && TimeProvider.System.GetElapsedTime(began) < MostTime; steps++)
        {
            var history = await orders.ReadAsync(order, token);
            if (steps == 0 && await NewsAsync(history, token) is { } news)
            {
                if (news > TimeSpan.Zero)
                {
                    return clock.GetUtcNow() + news;
                }

                continue;
            }

            var step = PurchaseSteps.Of(history.State);
            if (step is PurchaseStep.None)
            {
                return refunds.NextLook(history);
            }

            var wait = step switch
            {
                PurchaseStep.OpenPage => await OpenAsync(history, (Order.Paying)history.State, token),
                PurchaseStep.ClosePage => await CloseAsync(history, (Order.Paying)history.State, token),
                PurchaseStep.Look => await LookAsync(order, ((Order.Paying)history.State).Purchase.Session!, token),
                PurchaseStep.Take => await takings.TakeAsync(history, ((Order.Confirmed)history.State).Purchase!, token),
                PurchaseStep.Refund or PurchaseStep.Fetch or PurchaseStep.PassOn or PurchaseStep.LookAtRefunds => await SettleAsync(history, (Order.Confirmed)history.State, token),
                _ => await ReleaseAsync(order, (history.State is Order.Confirmed standing ? standing.Purchase! : ((Order.Failed)history.State).Purchase!).Payment!, token),
            };
            if (wait is { } pause)
            {
                return clock.GetUtcNow() + pause;
            }
        }

        return clock.GetUtcNow() + Retrying.Again;
    }

    /// <summary>Somebody says that something has happened: what stands is read, also where nothing is to be done by itself. It is told once, so what cannot be read now is read again.</summary>
    /// <returns>Null: nothing is new; zero: something was appended; else how long to wait.</returns>
    private async Task<TimeSpan?> NewsAsync(OrderHistory history, CancellationToken token)
    {
        switch (history.State)
        {
            // That it was paid all the same.
            case Order.Failed { Purchase: { Payment: null, Session: { } closed } }:
                return NewOr(await LookAsync(history.Id, closed, token), PurchaseSteps.LookEvery);
            // What is set aside: that it is gone must not be found out at the hand-over.
            case Order.Confirmed { Purchase: { Taking: null, Payment: { } aside } }:
                var read = await gateway.ReadPaymentAsync(aside, token);
                return !read.IsDone ? Wait(history.Id, PurchaseStep.Look, read.Problem)
                    : read.Value.Status is PaymentStatus.Cancelled ? await NoteAsync(history.Id, new OrderCommand.NoteCancelled(aside), token) ?? TimeSpan.Zero : null;
            case Order.Confirmed { Purchase.Taking.Charge: not null } refunded when refunded.Refunds.Any(r => r is { State: RefundState.UnderWay or RefundState.Settled, Ids.Count: > 0 }):
                return NewOr(await refunds.LookAsync(history, refunded, token), RefundDesk.LookEvery);
            default:
                return null;
        }

        static TimeSpan? NewOr(TimeSpan? wait, TimeSpan nothing) => wait is null ? TimeSpan.Zero : wait == nothing ? null : wait;
    }

    // Each step: null once something was appended, else how long to wait.

    private Task<TimeSpan?> SettleAsync(OrderHistory history, Order.Confirmed order, CancellationToken token) => Retrying.EachAsync(PurchaseSteps.Settling(order), step => step switch
    {
        PurchaseStep.Refund => refunds.RefundAsync(history, order, token),
        PurchaseStep.Fetch => refunds.FetchAsync(history, order, token),
        PurchaseStep.PassOn => takings.PassOnAsync(history, order, order.Purchase!.Taking!, token),
        _ => Task.FromResult<TimeSpan?>(RefundDesk.LookEvery), // looked at when this began
    });

    private async Task<TimeSpan?> OpenAsync(OrderHistory history, Order.Paying paying, CancellationToken token)
    {
        if (clock.GetUtcNow() >= paying.Placed.HoldExpiresAt)
        {
            return await NoteAsync(history.Id, new OrderCommand.PassTime(clock.GetUtcNow()), token);
        }

        var key = $"{history.Id}-page-{paying.Purchase.Attempt}";
        var answer = await gateway.OpenCheckoutAsync(await pages.OfAsync(history, paying, token), key, token);
        switch (answer.Problem)
        {
            case null:
                return await OpenedAsync(history.Id, answer.Value!, token);
            case Away { KeyIsSpent: false } or NotLetIn:
                return Wait(history.Id, PurchaseStep.OpenPage, answer.Problem);
            case Away or Refused { Code: KeyReused }:
                return retrying.MayLook(key) ? await OpenAnewAsync(history, paying, token) : Wait(history.Id, PurchaseStep.OpenPage, answer.Problem);
            default:
                LogUnavailable(history.Id, answer.Problem);
                return await NoteAsync(history.Id, new OrderCommand.NotePageUnavailable(), token);
        }
    }

    // The key is of no more use. What it opened is looked for; only then, at the version that was read before, another attempt begins.
    private async Task<TimeSpan?> OpenAnewAsync(OrderHistory history, Order.Paying paying, CancellationToken token)
    {
        var found = await FindAsync(history, token);
        if (!found.IsDone)
        {
            return Wait(history.Id, PurchaseStep.OpenPage, found.Problem);
        }

        return found.Value is [var session, ..]
            ? await OpenedAsync(history.Id, session, token)
            : await NoteAsync(history.Id, new OrderCommand.TryPageAgain(paying.Purchase.Attempt + 1), token, history.Version);
    }

    private async Task<TimeSpan?> OpenedAsync(OrderId order, CheckoutSession session, CancellationToken token)
    {
        var after = await orders.HandleAsync(order, new OrderCommand.NotePageOpened(session.Id, session.Url ?? ""), "payment", null, token);
        if (after.State is not Order.Paying { Purchase.Session: { } open } || open != session.Id)
        {
            // Given up meanwhile, or another page was first: nobody was ever told of this one.
            await gateway.CloseCheckoutAsync(session.Id, NewKey(order, "close"), token);
        }

        return PurchaseSteps.Of(after.State) is PurchaseStep.Look ? PurchaseSteps.LookEvery : null;
    }

    private async Task<TimeSpan?> CloseAsync(OrderHistory history, Order.Paying paying, CancellationToken token)
    {
        // Nobody was ever told of a page: nobody can have paid. One that opens this moment is closed by who opens it.
        if (paying.Purchase.Session is not { } session)
        {
            return await NoteAsync(history.Id, new OrderCommand.NotePageClosed(), token, history.Version);
        }

        // To close what is closed does nothing: so the key need not be kept.
        switch ((await gateway.CloseCheckoutAsync(session, NewKey(history.Id, "close"), token)).Problem)
        {
            case null:
                return await NoteAsync(history.Id, new OrderCommand.NotePageClosed(), token);
            case Refused { Code: CheckoutComplete }:
                return await LookAsync(history.Id, session, token);
            case var problem:
                return Wait(history.Id, PurchaseStep.ClosePage, problem);
        }
    }

    private async Task<TimeSpan?> LookAsync(OrderId order, string session, CancellationToken token)
    {
        var answer = await gateway.ReadCheckoutAsync(session, token);
        switch (answer.Value)
        {
            case null:
                return Wait(order, PurchaseStep.Look, answer.Problem!);
            case { Status: CheckoutStatus.Expired } or { Status: CheckoutStatus.Complete, Payment.Status: PaymentStatus.Cancelled }:
                return await NoteAsync(order, new OrderCommand.NotePageClosed(), token);
            // Captured: by somebody's hand.
            case { Status: CheckoutStatus.Complete, Payment: { Status: PaymentStatus.Authorised or PaymentStatus.Captured } payment }:
                return await AuthorisedAsync(order, payment, token);
            case { Status: CheckoutStatus.Complete }:
                LogNotUnderstood(order, session); // not decided yet
                return Retrying.Again;
            default:
                return PurchaseSteps.LookEvery;
        }
    }

    private async Task<TimeSpan?> AuthorisedAsync(OrderId order, Payment payment, CancellationToken token)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await NoteAsync(order, new OrderCommand.NoteAuthorised(payment.Id, Math.Max(payment.CapturableCents, payment.CapturedCents), payment.CaptureBefore, PickupCodes.New(), clock.GetUtcNow()), token);
            }
            catch (PostgresException taken) when (attempt < 4 && PickupCodes.IsTaken(taken))
            {
                // Another order that stands has this code: with another one, again.
            }
        }
    }

    private async Task<TimeSpan?> ReleaseAsync(OrderId order, string payment, CancellationToken token)
    {
        // To give back what was given back does nothing: so the key need not be kept.
        switch ((await gateway.CancelAsync(payment, NewKey(order, "return"), token)).Problem)
        {
            case null or AlreadyDone or Refused { Code: AuthorisationEnded }:
                return await NoteAsync(order, new OrderCommand.NoteReturned(payment), token);
            case Away or NotLetIn:
                return Retrying.Again;
            case var problem:
                LogStays(order, payment, problem);
                return Retrying.NeedsSomebody;
        }
    }

    private Task<PaymentAnswer<IReadOnlyList<CheckoutSession>>> FindAsync(OrderHistory history, CancellationToken token) =>
        gateway.FindCheckoutsAsync(history.Id, history.PlacedAt - PurchasePages.ClocksDiffer, clock.GetUtcNow() + PurchasePages.ClocksDiffer, token);

    private Task<TimeSpan?> NoteAsync(OrderId order, OrderCommand command, CancellationToken token, long? at = null) => NoteAsync(orders, order, command, token, at);

    /// <param name="at">Appended on this version or not at all.</param>
    /// <returns>Null: read again what stands.</returns>
    internal static async Task<TimeSpan?> NoteAsync(OrderLog orders, OrderId order, OrderCommand command, CancellationToken token, long? at = null)
    {
        try
        {
            var after = await orders.HandleAsync(order, command, "payment", at, token);
            return at is { } before && after.Version == before ? Retrying.Again : null; // of no use as it stands: not at once again
        }
        catch (ConcurrencyException) when (at is not null)
        {
            return null; // somebody else was first
        }
    }

    private TimeSpan Wait(OrderId order, PurchaseStep step, PaymentProblem problem)
    {
        LogWaits(order, step, problem);
        return Retrying.Again;
    }

    private static string NewKey(OrderId order, string what) => $"{order}-{what}-{Guid.NewGuid():N}";

    [LoggerMessage(Level = LogLevel.Warning, Message = "Order {OrderId}: the payment waits to {Step}: {Problem}")]
    private partial void LogWaits(OrderId orderId, PurchaseStep step, PaymentProblem problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "Order {OrderId}: there is no payment page to be had: {Problem}")]
    private partial void LogUnavailable(OrderId orderId, PaymentProblem problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "Order {OrderId}: session {Session} is complete, and its payment is neither set aside nor cancelled")]
    private partial void LogNotUnderstood(OrderId orderId, string session);

    [LoggerMessage(Level = LogLevel.Error, Message = "Order {OrderId}: payment {Payment} should go back and does not: {Problem}")]
    private partial void LogStays(OrderId orderId, string payment, PaymentProblem problem);
}
