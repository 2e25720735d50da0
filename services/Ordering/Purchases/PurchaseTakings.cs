using Marketplace.Contracts;
using Marketplace.Ordering.Orders;
using Marketplace.Ordering.Payments;
using static Marketplace.Ordering.Payments.PaymentProblem;

namespace Marketplace.Ordering.Purchases;

/// <summary>
/// Takes what was handed over, once, and passes each shop's part on to it (decision 0020). As everywhere here: what stands on the other side is read, what is asked for
/// was recorded before, and whoever is killed between a call and the note of it is followed by somebody who makes the same call.
/// </summary>
internal sealed partial class PurchaseTakings(OrderLog orders, IPaymentGateway gateway, Retrying retrying, TimeProvider clock, ILogger<PurchaseTakings> log)
{
    private static readonly TimeSpan UntilThereIsAnAccount = TimeSpan.FromHours(1);

    /// <summary>Between two tries to take what the other side refuses to: it may be a day until the authorisation lapses.</summary>
    private static readonly TimeSpan BeforeItLapses = TimeSpan.FromHours(1);

    // Each: null once something was appended, else how long to wait.

    internal async Task<TimeSpan?> TakeAsync(OrderHistory history, Purchase purchase, CancellationToken token)
    {
        var (taking, read) = (purchase.Taking!, await gateway.ReadPaymentAsync(purchase.Payment!, token));
        switch (read.Value)
        {
            case { Status: PaymentStatus.Captured, Charge: { } charge } taken:
                if (taken.CapturedCents > taking.AmountCents)
                {
                    LogTooMuch(history.Id, taken.CapturedCents, taking.AmountCents); // by somebody's hand, who has to give the rest back
                }

                return await NoteAsync(history.Id, new OrderCommand.NoteCaptured(taken.Id, taken.CapturedCents, charge), token);
            case { Status: PaymentStatus.Cancelled }:
                return await NoteAsync(history.Id, new OrderCommand.NoteNotCaptured(PurchaseTaking.Lapsed), token);
            case { Status: PaymentStatus.Authorised }:
                break;
            default:
                return Wait(history.Id, PurchaseStep.Take, read.Problem);
        }

        var key = $"{history.Id}-capture-{taking.Attempt}";
        var answer = await gateway.CaptureAsync(purchase.Payment!, taking.AmountCents, key, token);
        switch (answer.Problem)
        {
            case null when answer.Value!.Charge is { } charge:
                return await NoteAsync(history.Id, new OrderCommand.NoteCaptured(answer.Value.Id, answer.Value.CapturedCents, charge), token);
            case null or AlreadyDone or Refused { Code: AuthorisationEnded }:
                return Retrying.Again; // what stands is read then
            case Declined:
                return await NoteAsync(history.Id, new OrderCommand.NoteNotCaptured(PurchaseTaking.Declined), token);
            case var problem:
                LogStays(history.Id, purchase.Payment!, problem);
                var age = clock.GetUtcNow() - history.Events.Last(e => e.Data is OrderEvent.PaymentCaptureRequested or OrderEvent.PaymentCaptureTriedAgain).At;
                // Another key takes it no second time: it was read above.
                return retrying.After(problem, key, taking.Attempt, age, longest: BeforeItLapses) is { } wait ? wait
                    : await NoteAsync(history.Id, new OrderCommand.TryCaptureAgain(taking.Attempt + 1), token, history.Version);
        }
    }

    internal Task<TimeSpan?> PassOnAsync(OrderHistory history, Order.Confirmed order, PurchaseTaking taking, CancellationToken token) =>
        Retrying.EachAsync(PurchaseSteps.ToPassOn(order), part => PassOnAsync(history, taking, part, token));

    private async Task<TimeSpan?> PassOnAsync(OrderHistory history, PurchaseTaking taking, PaidPart part, CancellationToken token)
    {
        if (taking.TransferOf(part.ShopId) is not { } asked)
        {
            return await AskAsync(history, part, 1, token);
        }

        var age = clock.GetUtcNow() - history.Events.Last(e => e.Data is OrderEvent.PaymentTransferRequested r && r.ShopId == part.ShopId).At;
        if (age > Retrying.KeysAreSure)
        {
            return await AskAnewAsync(history, asked, part, token);
        }

        var key = $"{ReferenceOf(history.Id, part.ShopId)}-transfer-{asked.Attempt}";
        var answer = await gateway.TransferAsync(new TransferRequest(history.Id, taking.Charge!, asked.Account, asked.Cents, ReferenceOf(history.Id, part.ShopId)), key, token);
        if (answer.IsDone)
        {
            return await NoteAsync(history.Id, new OrderCommand.NoteTransferred(part.ShopId, answer.Value.Id), token);
        }

        LogNotPassedOn(history.Id, part.ShopId, answer.Problem);
        // A refusal is said for good under this key, whatever is mended meanwhile: then another, to the account as it is by then.
        return retrying.After(answer.Problem, key, asked.Attempt, age) is { } wait ? wait : await AskAnewAsync(history, asked, part, token);
    }

    // What was asked for may have happened all the same: it is looked for, and only then, at the version that was read before, asked for anew.
    private async Task<TimeSpan?> AskAnewAsync(OrderHistory history, PurchaseTaking.PassedOn asked, PaidPart part, CancellationToken token)
    {
        var found = await gateway.ReadTransfersAsync(history.Id, token);
        if (!found.IsDone)
        {
            return Wait(history.Id, PurchaseStep.PassOn, found.Problem);
        }

        return found.Value.FirstOrDefault(t => t.Reference == ReferenceOf(history.Id, part.ShopId)) is { } done
            ? await NoteAsync(history.Id, new OrderCommand.NoteTransferred(part.ShopId, done.Id), token)
            : await AskAsync(history, part, asked.Attempt + 1, token);
    }

    private async Task<TimeSpan?> AskAsync(OrderHistory history, PaidPart part, int attempt, CancellationToken token)
    {
        var accounts = await gateway.FindAccountsAsync(part.ShopId, token);
        if (!accounts.IsDone)
        {
            return Wait(history.Id, PurchaseStep.PassOn, accounts.Problem);
        }

        if (accounts.Value.FirstOrDefault(a => a.CanReceive) is not { } account)
        {
            LogNoAccount(history.Id, part.ShopId);
            return UntilThereIsAnAccount;
        }

        return await NoteAsync(history.Id, new OrderCommand.AskTransfer(part.ShopId, account.Id, attempt), token, history.Version);
    }

    private static string ReferenceOf(OrderId order, ShopId shop) => $"{order}-{shop}";

    private Task<TimeSpan?> NoteAsync(OrderId order, OrderCommand command, CancellationToken token, long? at = null) => PurchaseDesk.NoteAsync(orders, order, command, token, at);

    private TimeSpan Wait(OrderId order, PurchaseStep step, PaymentProblem? problem)
    {
        LogWaits(order, step, problem);
        return Retrying.Again;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Order {OrderId}: the payment waits to {Step}: {Problem}")]
    private partial void LogWaits(OrderId orderId, PurchaseStep step, PaymentProblem? problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "Order {OrderId}: payment {Payment} should be taken and is not: {Problem}")]
    private partial void LogStays(OrderId orderId, string payment, PaymentProblem problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "Order {OrderId}: {TakenCents} cents were taken by somebody, where {AmountCents} were handed over")]
    private partial void LogTooMuch(OrderId orderId, long takenCents, long amountCents);

    [LoggerMessage(Level = LogLevel.Error, Message = "Order {OrderId}: the part of shop {ShopId} should be passed on and is not: {Problem}")]
    private partial void LogNotPassedOn(OrderId orderId, ShopId shopId, PaymentProblem problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Order {OrderId}: shop {ShopId} has no account yet that can receive its part")]
    private partial void LogNoAccount(OrderId orderId, ShopId shopId);
}
