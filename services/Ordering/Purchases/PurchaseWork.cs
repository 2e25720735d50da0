using Marketplace.Contracts;
using Marketplace.EventStore.Postgres;

namespace Marketplace.Ordering.Purchases;

/// <summary>A payment's timer: it carries it on, whatever was killed or lost on the way. Two that run at once do no harm: one of them appends.</summary>
internal sealed class PurchaseWork(PurchaseDesk desk) : IDueWorkHandler
{
    internal const string WorkKind = "purchase";

    public string Kind => WorkKind;

    public Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token) => desk.AdvanceAsync(OrderId.Parse(work.Key, null), token);
}
