namespace Marketplace.Catalog.Search;

/// <summary>
/// Which offers of a segment are still there, and what each cell holds. Offers leave by a changed copy, so that a reader sees them all
/// leave at once; the stock's counts change in place.
/// </summary>
internal sealed class SegmentCounts
{
    private readonly Segment _segment;

    public SegmentCounts(Segment segment)
    {
        _segment = segment;
        var cells = segment.Cells.Count;
        Live = Bits.CreateFull(segment.Count);
        LiveCount = segment.Count;
        Total = new int[cells];
        Available = new int[cells];
        ToConfirm = new int[cells];
        (Lowest, Highest) = (new long[cells], new long[cells]);
        (LowestAvailable, HighestAvailable) = (new long[cells], new long[cells]);
        for (var cell = 0; cell < cells; cell++)
        {
            Recount(cell);
        }
    }

    private SegmentCounts(SegmentCounts before)
    {
        _segment = before._segment;
        Live = [.. before.Live];
        LiveCount = before.LiveCount;
        Total = [.. before.Total];
        Available = [.. before.Available];
        ToConfirm = [.. before.ToConfirm];
        (Lowest, Highest) = ([.. before.Lowest], [.. before.Highest]);
        (LowestAvailable, HighestAvailable) = ([.. before.LowestAvailable], [.. before.HighestAvailable]);
    }

    public ulong[] Live { get; }
    public int LiveCount { get; private set; }

    public int[] Total { get; }
    /// <summary>In stock, or the last ones.</summary>
    public int[] Available { get; }
    public int[] ToConfirm { get; }

    /// <summary>Prices of a cell's offers; <see cref="long.MaxValue"/> and <see cref="long.MinValue"/> when it has none.</summary>
    public long[] Lowest { get; }
    public long[] Highest { get; }
    public long[] LowestAvailable { get; }
    public long[] HighestAvailable { get; }

    public SegmentCounts Without(IEnumerable<int> offers)
    {
        var counts = new SegmentCounts(this);
        var cells = new HashSet<int>();
        foreach (var offer in offers)
        {
            if (Bits.Has(counts.Live, offer))
            {
                Bits.Set(counts.Live, offer, false);
                counts.LiveCount--;
                cells.Add(_segment.Cells.Of[offer]);
            }
        }

        foreach (var cell in cells)
        {
            counts.Recount(cell);
        }

        return counts;
    }

    public SegmentCounts Without(IReadOnlySet<Guid> ids)
    {
        var gone = ids.Select(_segment.Find).Where(offer => offer >= 0 && Bits.Has(Live, offer)).ToList();
        return gone.Count > 0 ? Without(gone) : this;
    }

    /// <summary>By the writer alone: the states that another segment's offers have, at their new places here.</summary>
    public void TakeStates(OfferColumns from, int[] places)
    {
        for (var offer = 0; offer < places.Length; offer++)
        {
            if (places[offer] >= 0)
            {
                SetState(places[offer], from.State[offer]);
            }
        }
    }

    /// <summary>By the writer alone.</summary>
    public void SetState(int offer, StockState state)
    {
        var before = _segment.Columns.State[offer];
        if (before == state)
        {
            return;
        }

        _segment.SetState(offer, state);
        if (!Bits.Has(Live, offer))
        {
            return;
        }

        var cell = _segment.Cells.Of[offer];
        ToConfirm[cell] += (state is StockState.ToConfirm ? 1 : 0) - (before is StockState.ToConfirm ? 1 : 0);
        var (was, isNow) = (IsAvailable(before), IsAvailable(state));
        if (was == isNow)
        {
            return;
        }

        Available[cell] += isNow ? 1 : -1;
        var price = _segment.Columns.Price[offer];
        if (isNow)
        {
            LowestAvailable[cell] = Math.Min(LowestAvailable[cell], price);
            HighestAvailable[cell] = Math.Max(HighestAvailable[cell], price);
        }
        else if (price == LowestAvailable[cell] || price == HighestAvailable[cell])
        {
            (LowestAvailable[cell], HighestAvailable[cell]) = Prices(cell, onlyAvailable: true);
        }
    }

    private static bool IsAvailable(StockState state) => state is StockState.InStock or StockState.LastOnes;

    private void Recount(int cell)
    {
        var (total, available, toConfirm) = (0, 0, 0);
        foreach (var offer in _segment.Cells.Offers(cell))
        {
            if (Bits.Has(Live, offer))
            {
                total++;
                available += IsAvailable(_segment.Columns.State[offer]) ? 1 : 0;
                toConfirm += _segment.Columns.State[offer] is StockState.ToConfirm ? 1 : 0;
            }
        }

        (Total[cell], Available[cell], ToConfirm[cell]) = (total, available, toConfirm);
        (Lowest[cell], Highest[cell]) = Prices(cell, onlyAvailable: false);
        (LowestAvailable[cell], HighestAvailable[cell]) = Prices(cell, onlyAvailable: true);
    }

    private (long Lowest, long Highest) Prices(int cell, bool onlyAvailable)
    {
        var (lowest, highest) = (long.MaxValue, long.MinValue);
        foreach (var offer in _segment.Cells.Offers(cell))
        {
            if (Bits.Has(Live, offer) && (!onlyAvailable || IsAvailable(_segment.Columns.State[offer])))
            {
                lowest = Math.Min(lowest, _segment.Columns.Price[offer]);
                highest = Math.Max(highest, _segment.Columns.Price[offer]);
            }
        }

        return (lowest, highest);
    }
}
