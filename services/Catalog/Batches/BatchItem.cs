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
    /// <param name="planned">As the plan has it today; null: it is no longer planned, and nobody orders from it any more.</param>
    internal void GiveBack(long quantity, long unmade, PlannedBatch? planned)
    {
        var taken = Now.Taken - quantity;
        var places = planned is { } batch ? Now.Places(batch) : Now.Own ? Now.Capacity : (long?)null;
        Now = unmade > 0 && places is { } had
            ? Now with { Capacity = Math.Max(had - unmade, taken), Taken = taken, Own = true }
            : Now with { Taken = taken };
    }

    /// <summary>Places that are taken here from now on, or no longer: of orders that stand, at another hour.</summary>
    internal void Give(long quantity) => Now = Now with { Taken = Now.Taken + quantity };

    /// <summary>Of a row that says nothing new nothing is written.</summary>
    internal void Fit(long places, bool own)
    {
        if (own || Now.Own || Now.Taken != Before.Taken)
        {
            Now = Now with { Capacity = Math.Max(places, Now.Taken), Own = own };
        }
    }
}
