using System.Text.Json;
using Marketplace.EventStore.Postgres;
using Marketplace.Ordering.Notifications;
using Marketplace.Ordering.Notifications.Shops;
using Marketplace.Ordering.Purchases;
using Marketplace.Ordering.Withdrawals;
using Npgsql;

namespace Marketplace.Ordering.Orders;

/// <summary>An order before and after some events, on its way into the log.</summary>
/// <param name="Trace">The trace in which it moved; the mails about it belong there too.</param>
internal sealed record OrderMove(OrderHistory Before, OrderHistory After, string? Trace)
{
    internal IEnumerable<OrderHistory.Happened> New => After.Events.Skip(Before.Events.Count);
}

/// <summary>One durable timer per order, set to whatever comes next in its life, written in the transaction that changes it. The last is its contact's.</summary>
internal static class OrderTimers
{
    internal const string Kind = "order";

    /// <summary>How long an order may wait for its answers before the questions are asked again.</summary>
    internal static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(3);

    /// <summary>The timers and mails that these moves call for, to residents and to shops, in few statements for many orders, and since when their contacts are kept on.</summary>
    internal static void Write(NpgsqlBatch batch, IReadOnlyCollection<OrderMove> moves)
    {
        var timers = new List<WorkTimer>();
        foreach (var move in moves)
        {
            var now = move.After.Events[^1].At;
            if (Next(move.After, now) is { } due)
            {
                if (due != Next(move.Before, now))
                {
                    timers.Add(new WorkTimer(Kind, move.After.Id.ToString(), due));
                }
            }
            else if (Next(move.Before, now) is not null)
            {
                batch.CancelWork(Kind, move.After.Id.ToString());
            }

            if (PurchaseSteps.DueAfter(move) is { } pay)
            {
                timers.Add(new WorkTimer(PurchaseWork.WorkKind, move.After.Id.ToString(), pay));
            }

            foreach (var version in Notices.Overtaken(move))
            {
                batch.CancelWork(Notice.WorkKind, Notice.KeyOf(move.After.Id, version));
            }

            timers.AddRange(Notices.Of(move).Select(n => new WorkTimer(
                Notice.WorkKind, Notice.KeyOf(move.After.Id, n.Version), n.LeavesAt, JsonSerializer.Serialize(n, NoticeJson.Default.Notice), move.Trace)));
        }

        batch.ScheduleWork(timers);
        ShopMails.Note(batch, moves);
        var ended = moves.Where(m => Ended(m.After) && !Ended(m.Before)).ToList();
        if (ended.Count > 0)
        {
            batch.BatchCommands.Add(Contacts.End([.. ended.Select(m => (m.After.Id, m.After.State is Order.Confirmed order ? order.ShopOrders.Max(s => WithdrawalTerm.Of(m.After, s.ShopId)) : null))], ended[0].After.Events[^1].At));
        }
    }

    private static bool Ended(OrderHistory history) => history.State is Order.Failed or Order.Confirmed { Outcome: not null };

    internal static DateTimeOffset? Next(OrderHistory history, DateTimeOffset now) => history.State switch
    {
        Order.Pending => history.PlacedAt + AskAgainAfter,
        Order.Paying { Purchase.Closing: null } paying => paying.Placed.HoldExpiresAt,
        Order.Confirmed order => Earlier(DueAt(order, now), order.Outcome is null ? Substitutes.AskAgainAt(history, order) : null),
        _ => null,
    };

    /// <summary>When something follows from the time alone.</summary>
    internal static DateTimeOffset? DueAt(Order.Confirmed order, DateTimeOffset now) =>
        Earlier(order.Outcome is null ? Earlier(order.ShopOrders.Min(s => s.DueAt(now)), PurchaseRules.TakenAt(order)) : null, WithdrawalRules.DueAt(order, now));

    internal static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => other is null || one <= other ? one : other;

    /// <summary>The next time to ask, for an order that has waited this long already: rarer and rarer, until its hold ends.</summary>
    internal static DateTimeOffset AskAgainAt(DateTimeOffset placedAt, DateTimeOffset holdExpiresAt, DateTimeOffset now)
    {
        var wait = TimeSpan.FromSeconds(Math.Clamp((now - placedAt).TotalSeconds, AskAgainAfter.TotalSeconds, 60));
        return now + wait < holdExpiresAt ? now + wait : holdExpiresAt;
    }
}
