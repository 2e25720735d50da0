using Marketplace.Contracts;

namespace Marketplace.Catalog.Batches;

/// <summary>A batch's row under the lock of its offer's stock: changed in memory, then written.</summary>
internal sealed class BatchItem(OfferId offerId, DateTimeOffset at, BatchLevel level, bool isNew)
{
    internal OfferId OfferId { get; } = offerId;
    internal DateTimeOffset At { get; } = at;
    internal BatchLevel Before { get; } = level;
    internal BatchLevel Now { get; set; } = level;

    /// <summary>Not in the table yet.</summary>
    internal bool IsNew { get; } = isNew;

    internal bool IsTouched => Now != Before;

    internal void Take(PlannedBatch planned, long quantity) => Now = Now with { Capacity = Now.Places(planned), Taken = Now.Taken + quantity };

    /// <param name="unmade">Of these the shop has none: nobody else is to have them either.</param>
    internal void GiveBack(long quantity, long unmade)
    {
        var taken = Now.Taken - quantity;
        Now = unmade > 0 ? new BatchLevel(Math.Max(Now.Capacity - unmade, taken), taken, true) : Now with { Taken = taken };
    }
}
