using Marketplace.Contracts;
using Marketplace.EventStore.Postgres;

namespace Marketplace.Ordering.Purchases;

/// <summary>A payment's timer: it carries it on, whatever was killed or lost on the way. Two that run at once do no harm: one of them appends.</summary>
internal sealed class PurchaseWork(PurchaseDesk desk) : IDueWorkHandler
{
    internal const string WorkKind = "purchase";

    public string Kind => WorkKind;

    /// <summary>A call to an other side that does not answer takes a minute and a half, and ends the run; what is answered slowly is not gone on with for more than a minute.</summary>
    public TimeSpan Lease => TimeSpan.FromMinutes(5);

    /// <summary>Nearly all of its time is waiting: one that waits long holds none of the others.</summary>
    public int AtOnce => 16;

    public Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token) => desk.AdvanceAsync(OrderId.Parse(work.Key, null), token);
}
