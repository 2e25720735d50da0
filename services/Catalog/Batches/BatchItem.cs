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

    /// <summary>Of what the plan moved away from this hour somebody wants <paramref name="quantity"/> no longer.</summary>
    /// <returns>How much of it is told at the hour to which it moved, and is free there.</returns>
    internal long TellBack(long quantity)
    {
        var told = Math.Min(quantity, Math.Max(-Now.Elsewhere, 0));
        Now = Now with { Elsewhere = Now.Elsewhere + told };
        return told;
    }

    /// <returns>How much of that was told here.</returns>
    internal long Free(long quantity)
    {
        var told = Math.Min(quantity, Math.Max(Now.Elsewhere, 0));
        Now = Now with { Elsewhere = Now.Elsewhere - told };
        return told;
    }
}
