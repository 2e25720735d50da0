using System.Numerics;

namespace Marketplace.Catalog.Search;

/// <summary>Finds the first offers of a list in one segment, by whichever way looks at fewer: the wanted cells, or the whole town in order.</summary>
internal readonly ref struct CellWalk(QueryFrame frame, int segmentNumber, CellFlags[] flags)
{
    private const int WalkIsSoMuchCheaper = 2;
    private readonly Segment _segment = frame.Snapshot.Segments[segmentNumber];
    private readonly SegmentCounts _counts = frame.Snapshot.Counts[segmentNumber];
    private readonly SegmentView _view = frame.Views[segmentNumber];

    public int Count(Availability availability)
    {
        var count = 0;
        foreach (var cell in _view.Cells)
        {
            count += CountOf(cell, availability);
        }

        return count;
    }

    public void CountByShop(int[] counts)
    {
        foreach (var cell in _view.Cells)
        {
            if (IsWanted(cell))
            {
                counts[_segment.Cells.Shop[cell]] += frame.Query.AvailableToday ? CountOf(cell, Availability.CollectableToday) : _counts.Total[cell];
            }
        }
    }

    /// <summary>The first <paramref name="wanted"/> offers of one availability, in rank order.</summary>
    public void Take(Availability availability, int wanted, TopHits top)
    {
        var (count, inCells) = (0, 0);
        foreach (var cell in _view.Cells)
        {
            var here = CountOf(cell, availability);
            count += here;
            inCells += here > 0 ? _segment.Cells.Offers(cell).Length : 0;
        }

        if (count == 0)
        {
            return;
        }

        if (inCells < (long)_view.Count * Math.Min(wanted, count) / count / WalkIsSoMuchCheaper)
        {
            foreach (var cell in _view.Cells)
            {
                if (CountOf(cell, availability) > 0)
                {
                    TakeCell(cell, availability, (long)availability, top);
                }
            }
        }
        else
        {
            TakeInOrder(availability, wanted, top);
        }
    }

    /// <summary>The first by price or age, with all those equal to the last.</summary>
    /// <param name="total">Length of the whole list, from which the length of the walk is guessed.</param>
    public void TakeSorted(int wanted, int total, TopHits top)
    {
        var inCells = 0;
        foreach (var cell in _view.Cells)
        {
            inCells += IsWanted(cell) ? _segment.Cells.Offers(cell).Length : 0;
        }

        if (inCells < (long)_view.Count * Math.Min(wanted, total) / total / WalkIsSoMuchCheaper)
        {
            foreach (var cell in _view.Cells)
            {
                foreach (var offer in IsWanted(cell) ? _segment.Cells.Offers(cell) : [])
                {
                    if (IsListed(offer))
                    {
                        top.Add(KeyOf(offer), segmentNumber, offer);
                    }
                }
            }

            return;
        }

        var order = frame.Sort == OfferSort.Newest ? _view.ByNewest : _view.ByPrice;
        var last = long.MinValue;
        for (var i = 0; i < order.Length; i++)
        {
            var offer = frame.Sort == OfferSort.PriceDescending ? order[^(i + 1)] : order[i];
            var key = KeyOf(offer);
            if (wanted <= 0 && key != last)
            {
                break;
            }

            if (IsWanted(_segment.Cells.Of[offer]) && IsListed(offer))
            {
                top.Add(key, segmentNumber, offer);
                wanted--;
                last = key;
            }
        }
    }

    public void TakeShop(int shop, int place, TopHits top)
    {
        foreach (var cell in _view.Cells)
        {
            if (_segment.Cells.Shop[cell] == shop && IsWanted(cell))
            {
                foreach (var offer in _segment.Cells.Offers(cell))
                {
                    if (IsListed(offer))
                    {
                        top.Add(((long)place << 2) + (long)frame.AvailabilityOf(_segment, offer, shop), segmentNumber, offer);
                    }
                }
            }
        }
    }

    private int CountOf(int cell, Availability availability)
    {
        if (!IsWanted(cell) || (frame.Query.AvailableToday && availability != Availability.CollectableToday))
        {
            return 0;
        }

        var isToday = (flags[cell] & CellFlags.Today) != 0;
        return availability switch
        {
            Availability.CollectableToday => isToday ? _counts.Available[cell] : 0,
            Availability.InStock => isToday ? 0 : _counts.Available[cell],
            Availability.ToConfirm => _counts.ToConfirm[cell],
            _ => _counts.Total[cell] - _counts.Available[cell] - _counts.ToConfirm[cell],
        };
    }

    private void TakeCell(int cell, Availability availability, long key, TopHits top)
    {
        foreach (var offer in _segment.Cells.Offers(cell))
        {
            if (Bits.Has(_counts.Live, offer) && frame.AvailabilityOf(_segment, offer, _segment.Cells.Shop[cell]) == availability)
            {
                top.Add(key, segmentNumber, offer);
            }
        }
    }

    private void TakeInOrder(Availability availability, int wanted, TopHits top)
    {
        var (available, toConfirm, live, inTown) = (_segment.Available, _segment.ToConfirm, _counts.Live, _view.Offers);
        var needsToday = availability == Availability.CollectableToday;
        var cellMask = CellFlags.Wanted | (availability is Availability.CollectableToday or Availability.InStock ? CellFlags.Today : 0);
        var cellFlags = CellFlags.Wanted | (needsToday ? CellFlags.Today : 0);
        for (var word = 0; word < live.Length; word++)
        {
            var state = availability switch
            {
                Availability.ToConfirm => toConfirm[word],
                Availability.OutOfStock => ~(available[word] | toConfirm[word]),
                _ => available[word],
            };
            for (var bits = state & live[word] & inTown[word]; bits != 0; bits &= bits - 1)
            {
                var offer = (word << 6) | BitOperations.TrailingZeroCount(bits);
                if ((flags[_segment.Cells.Of[offer]] & cellMask) == cellFlags)
                {
                    top.Add((long)availability, segmentNumber, offer);
                    if (--wanted <= 0)
                    {
                        return;
                    }
                }
            }
        }
    }

    private bool IsWanted(int cell) => (flags[cell] & CellFlags.Wanted) == CellFlags.Wanted
        && (!frame.Query.AvailableToday || (flags[cell] & CellFlags.Today) != 0);

    private bool IsListed(int offer) => Bits.Has(_counts.Live, offer) && (!frame.Query.AvailableToday || Bits.Has(_segment.Available, offer));

    private long KeyOf(int offer) => frame.Sort switch
    {
        OfferSort.Price => _segment.Columns.Price[offer],
        OfferSort.PriceDescending => -_segment.Columns.Price[offer],
        _ => -_segment.Columns.Created[offer],
    };
}
