using Marketplace.Contracts;
using Marketplace.Ordering.Orders;
using Marketplace.Ordering.Payments;
using Marketplace.Ordering.Purchases;
using static Marketplace.Ordering.Payments.PaymentProblem;

namespace Marketplace.Ordering.Refunds;

/// <summary>
/// Has refunds made and each shop's share of them fetched back (decision 0022), in the way of <see cref="PurchaseTakings"/>: what is asked for was recorded before, is made
/// again under the same key by whoever follows a process that died, and is looked for by its reference before another key is used.
/// </summary>
internal sealed partial class RefundDesk(OrderLog orders, IPaymentGateway gateway, Retrying retrying, TimeProvider clock, ILogger<RefundDesk> log)
{
    /// <summary>A refund that is under way is looked at, besides each time that a webhook tells of it.</summary>
    internal static readonly TimeSpan LookEvery = TimeSpan.FromHours(6);

    /// <summary>A bank may send back what was through, and tell so once.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromDays(1), MayComeBack = TimeSpan.FromDays(30);

    /// <summary>A shop whose balance does not cover it may sell again.</summary>
    private static readonly TimeSpan UntilItSellsAgain = TimeSpan.FromHours(6);

    // Each: null once something was appended, else how long to wait.

    internal Task<TimeSpan?> RefundAsync(OrderHistory history, Order.Confirmed order, CancellationToken token) =>
        Retrying.EachAsync(order.Refunds.Where(r => r.State is RefundState.Asked), asked => RefundAsync(history, order, asked, token));

    private async Task<TimeSpan?> RefundAsync(OrderHistory history, Order.Confirmed order, GivenBack asked, CancellationToken token)
    {
        var age = AgeOf(history, e => (e is OrderEvent.RefundRequested r && r.Refund == asked.Refund) || GivenBack.IdOf(e) == asked.Refund);
        if (age > Retrying.KeysAreSure)
        {
            return await RefundAnewAsync(history, order, asked, token);
        }

        var key = $"{history.Id}-{ReferenceOf(asked)}-{asked.Attempt}";
        var answer = await gateway.RefundAsync(new RefundRequest(order.Purchase!.Payment!, asked.Cents, history.Id, ReferenceOf(asked)), key, token);
        switch (answer.Problem)
        {
            case null:
                return await NoteAsync(history.Id, MadeOf(asked, answer.Value!), token);
            // To be had later, the last one where somebody fills the platform's own balance.
            case var problem and (Away or NotLetIn or Refused { Code: KeyReused or BalanceTooLow }):
                LogStays(history.Id, asked.Refund, problem);
                return retrying.After(problem, key, asked.Attempt, age) is { } wait ? wait : await RefundAnewAsync(history, order, asked, token);
            case var problem:
                // Under an earlier key it may stand all the same.
                return await FindAsync(order, asked, token) is { } found ? found.IsDone ? await NoteAsync(history.Id, MadeOf(asked, found.Value), token) : Wait(history.Id, found.Problem)
                    : await NoteAsync(history.Id, new OrderCommand.NoteRefundRefused(asked.Refund, problem is Refused { Code: var code } ? code : problem.GetType().Name), token);
        }
    }

    /// <summary>What became of those that were made: read, since a webhook tells only that something did.</summary>
    internal async Task<TimeSpan?> LookAsync(OrderHistory history, Order.Confirmed order, CancellationToken token)
    {
        var read = await gateway.ReadRefundsAsync(order.Purchase!.Payment!, token);
        if (!read.IsDone)
        {
            return Wait(history.Id, read.Problem);
        }

        foreach (var strange in read.Value.Where(r => order.Refunds.Any(ours => ReferenceOf(ours) == r.Reference && ours.State is not RefundState.Asked && !ours.Ids.Contains(r.Id))))
        {
            LogTwice(history.Id, strange.Id);
        }

        var changed = false;
        foreach (var made in order.Refunds.Where(r => r is { State: RefundState.UnderWay or RefundState.Settled, Ids.Count: > 0 }))
        {
            OrderCommand? command = read.Value.FirstOrDefault(r => r.Id == made.Ids[^1])?.Status switch
            {
                RefundStatus.Failed => new OrderCommand.NoteRefundFailed(made.Refund, made.Ids[^1]),
                RefundStatus.Succeeded when made.State is RefundState.UnderWay => new OrderCommand.NoteRefundSettled(made.Refund, made.Ids[^1]),
                _ => null,
            };
            if (command is not null)
            {
                await NoteAsync(history.Id, command, token);
                changed = true;
            }
        }

        return changed ? null : LookEvery;
    }

    /// <summary>When it is looked whether a bank has sent back what was through; null: none can any more.</summary>
    internal DateTimeOffset? NextLook(OrderHistory history)
    {
        var now = clock.GetUtcNow();
        return history.State is Order.Confirmed order && order.Refunds.Any(r => r is { State: RefundState.Settled, AtCounter: false }
            && history.Events.Last(e => GivenBack.IdOf(e.Data) == r.Refund).At > now - MayComeBack) ? now + LookAgain : null;
    }

    internal Task<TimeSpan?> FetchAsync(OrderHistory history, Order.Confirmed order, CancellationToken token) =>
        Retrying.EachAsync(PurchaseSteps.ToFetch(order), shop => FetchAsync(history, order, shop, token));

    private async Task<TimeSpan?> FetchAsync(OrderHistory history, Order.Confirmed order, ShopId shop, CancellationToken token)
    {
        if (order.Fetched.FirstOrDefault(f => f.ShopId == shop && f.Reversal is null) is not { } asked)
        {
            return await NoteAsync(history.Id, new OrderCommand.AskReversal(shop, order.Fetched.Count(f => f.ShopId == shop) + 1, 1), token, history.Version);
        }

        var age = AgeOf(history, e => e is OrderEvent.PaymentReversalRequested r && r.ShopId == shop && r.Number == asked.Number);
        var reference = $"{history.Id}-{shop}-back-{asked.Number}";
        if (age > Retrying.KeysAreSure)
        {
            return await FetchAnewAsync(history, asked, reference, token);
        }

        var key = $"{reference}-{asked.Attempt}";
        var answer = await gateway.ReverseAsync(new ReversalRequest(asked.Transfer, asked.Cents, reference), key, token);
        if (answer.IsDone)
        {
            return await NoteAsync(history.Id, new OrderCommand.NoteReversed(shop, asked.Number, answer.Value.Id), token);
        }

        LogNotFetched(history.Id, shop, answer.Problem);
        return retrying.After(answer.Problem, key, asked.Attempt, age, answer.Problem is Refused { Code: BalanceTooLow } ? UntilItSellsAgain : null) is { } wait ? wait
            : await FetchAnewAsync(history, asked, reference, token);
    }

    private async Task<TimeSpan?> FetchAnewAsync(OrderHistory history, FetchedBack asked, string reference, CancellationToken token)
    {
        var found = await gateway.ReadReversalsAsync(asked.Transfer, token);
        return !found.IsDone ? Wait(history.Id, found.Problem)
            : found.Value.FirstOrDefault(r => r.Reference == reference) is { } done ? await NoteAsync(history.Id, new OrderCommand.NoteReversed(asked.ShopId, asked.Number, done.Id), token)
            : await NoteAsync(history.Id, new OrderCommand.AskReversal(asked.ShopId, asked.Number, asked.Attempt + 1), token, history.Version);
    }

    // What was asked for may have happened all the same: it is looked for, and only then, at the version that was read before, asked for anew.
    private async Task<TimeSpan?> RefundAnewAsync(OrderHistory history, Order.Confirmed order, GivenBack asked, CancellationToken token) =>
        await FindAsync(order, asked, token) is not { } found ? await NoteAsync(history.Id, new OrderCommand.TryRefundAgain(asked.Refund, asked.Attempt + 1), token, history.Version)
        : found.IsDone ? await NoteAsync(history.Id, MadeOf(asked, found.Value), token)
        : Wait(history.Id, found.Problem);

    /// <summary>Ours of that id, but for those that are known to have failed; null: there is none.</summary>
    private async Task<PaymentAnswer<Refund>?> FindAsync(Order.Confirmed order, GivenBack asked, CancellationToken token)
    {
        var read = await gateway.ReadRefundsAsync(order.Purchase!.Payment!, token);
        return !read.IsDone ? read.Problem : read.Value.FirstOrDefault(r => r.Reference == ReferenceOf(asked) && !asked.Ids.Contains(r.Id)) is { } found ? PaymentAnswer<Refund>.Of(found) : null;
    }

    private TimeSpan AgeOf(OrderHistory history, Func<OrderEvent, bool> about) => clock.GetUtcNow() - history.Events.Last(e => about(e.Data)).At;

    private static OrderCommand.NoteRefundMade MadeOf(GivenBack asked, Refund made) => new(asked.Refund, made.Id, made.Status);

    private static string ReferenceOf(GivenBack asked) => $"refund-{asked.Refund:N}";

    private Task<TimeSpan?> NoteAsync(OrderId order, OrderCommand command, CancellationToken token, long? at = null) => PurchaseDesk.NoteAsync(orders, order, command, token, at);

    private TimeSpan Wait(OrderId order, PaymentProblem? problem)
    {
        LogWaits(order, problem);
        return Retrying.Again;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Order {OrderId}: a refund waits: {Problem}")]
    private partial void LogWaits(OrderId orderId, PaymentProblem? problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "Order {OrderId}: refund {Refund} should be made and is not: {Problem}")]
    private partial void LogStays(OrderId orderId, Guid refund, PaymentProblem problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "Order {OrderId}: there is one refund too many at the other side, {RefundId}: made twice")]
    private partial void LogTwice(OrderId orderId, string refundId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Order {OrderId}: what shop {ShopId} gave back should be fetched from its account and is not: {Problem}")]
    private partial void LogNotFetched(OrderId orderId, ShopId shopId, PaymentProblem problem);
}
