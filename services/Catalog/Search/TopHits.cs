using System.Runtime.CompilerServices;

namespace Marketplace.Catalog.Search;

/// <summary>The first so many of many hits: smallest key first, then rank. Reused from query to query.</summary>
internal sealed class TopHits
{
    private Hit[] _heap = [];
    private Segment[] _segments = [];
    private int _most;

    // A hit with a larger key is not even looked at.
    private long _worst;

    /// <summary>A hit is an offer of a segment with its key.</summary>
    private readonly record struct Hit(long Key, int Segment, int Offer);

    public int Count { get; private set; }

    public void Reset(Segment[] segments, int most)
    {
        (_segments, _most, _worst, Count) = (segments, most, long.MaxValue, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(long key, int segment, int offer)
    {
        if (key <= _worst)
        {
            Insert(new Hit(key, segment, offer));
        }
    }

    /// <summary>Where the hits are, in order.</summary>
    public List<(int Segment, int Offer)> Places()
    {
        var places = new List<(int Segment, int Offer)>(Count);
        foreach (var hit in Sorted())
        {
            places.Add((hit.Segment, hit.Offer));
        }

        return places;
    }

    /// <summary>The ids in order, the first <paramref name="skip"/> left out.</summary>
    public Guid[] Ids(int skip)
    {
        var hits = Sorted();
        var ids = new Guid[Math.Max(0, Count - skip)];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = _segments[hits[skip + i].Segment].Columns.Ids[hits[skip + i].Offer];
        }

        return ids;
    }

    // Ends the collecting: what is sorted is no heap any more.
    private Span<Hit> Sorted()
    {
        var hits = _heap.AsSpan(0, Count);
        hits.Sort(Compare);
        return hits;
    }

    private int Compare(Hit x, Hit y)
    {
        if (x.Key != y.Key)
        {
            return x.Key.CompareTo(y.Key);
        }

        return x.Segment == y.Segment ? x.Offer.CompareTo(y.Offer)
            : _segments[x.Segment].Columns.CompareRank(x.Offer, _segments[y.Segment].Columns, y.Offer);
    }

    private void Insert(Hit hit)
    {
        if (Count < _most)
        {
            if (Count == _heap.Length)
            {
                Array.Resize(ref _heap, Math.Max(32, 2 * Count));
            }

            _heap[Count] = hit;
            Rise(Count++);
        }
        else if (_most > 0 && Compare(hit, _heap[0]) < 0)
        {
            _heap[0] = hit;
            Sink();
        }

        _worst = Count > 0 && Count == _most ? _heap[0].Key : long.MaxValue;
    }

    // The worst of those kept stands on top.
    private void Rise(int at)
    {
        while (at > 0 && Compare(_heap[at], _heap[(at - 1) / 2]) > 0)
        {
            (_heap[at], _heap[(at - 1) / 2]) = (_heap[(at - 1) / 2], _heap[at]);
            at = (at - 1) / 2;
        }
    }

    private void Sink()
    {
        for (var at = 0; (2 * at) + 1 < Count;)
        {
            var child = (2 * at) + 1;
            if (child + 1 < Count && Compare(_heap[child + 1], _heap[child]) > 0)
            {
                child++;
            }

            if (Compare(_heap[child], _heap[at]) <= 0)
            {
                break;
            }

            (_heap[at], _heap[child]) = (_heap[child], _heap[at]);
            at = child;
        }
    }
}
