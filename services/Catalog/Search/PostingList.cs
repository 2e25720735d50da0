using System.Numerics;

namespace Marketplace.Catalog.Search;

/// <summary>
/// The offers of one segment that answer one word, in rank order: the term's own postings, or the union of several kept as a list
/// while short and as bits when long. Reused from query to query.
/// </summary>
internal sealed class PostingList
{
    private const int LongestSortedUnion = 384;
    private int[] _own = [];
    private ulong[] _any = [];
    private ulong[] _strong = [];
    private int[] _values = [];
    private readonly List<ArraySegment<int>> _parts = [];
    private int _offers;
    private int _end;
    private int _at;
    private bool _isBits;

    /// <summary>At most so many offers.</summary>
    public int Size { get; private set; }

    /// <summary>Lists that must be united, and have not been yet: what is never read costs nothing.</summary>
    public bool IsPending { get; private set; }

    public void Reset(int[] values, int start, int end)
    {
        (_values, _at, _end) = (values, start, end);
        (_isBits, IsPending, Size) = (false, false, end - start);
    }

    /// <summary>Takes the given stretches of postings.</summary>
    /// <param name="isOneList">There is one at most, and it is sorted.</param>
    public void Reset(IEnumerable<ArraySegment<int>> parts, bool isOneList, int offers)
    {
        _parts.Clear();
        _parts.AddRange(parts);
        _offers = offers;
        if (isOneList && _parts.Count == 1)
        {
            Reset(_parts[0].Array!, _parts[0].Offset, _parts[0].Offset + _parts[0].Count);
            return;
        }

        (IsPending, Size) = (true, 0);
        foreach (var part in _parts)
        {
            Size += part.Count;
        }
    }

    /// <summary>Makes the union.</summary>
    public void Unite()
    {
        if (!IsPending)
        {
            return;
        }

        if (Size > LongestSortedUnion)
        {
            UniteToBits();
            return;
        }

        if (_own.Length < Size)
        {
            _own = new int[LongestSortedUnion];
        }

        var count = 0;
        foreach (var part in _parts)
        {
            part.CopyTo(_own, count);
            count += part.Count;
        }

        _own.AsSpan(0, count).Sort();
        Reset(_own, 0, WithoutRepeats(_own, count));
    }

    /// <summary>The offer's posting, or -1. Offers must be asked for in ascending order.</summary>
    public int Find(int offer)
    {
        if (_isBits)
        {
            return Bits.Has(_any, offer) ? (offer << 1) | (Bits.Has(_strong, offer) ? 1 : 0) : -1;
        }

        var wanted = offer << 1;
        var step = 1;
        while (_at + step < _end && _values[_at + step] < wanted)
        {
            _at += step;
            step <<= 1;
        }

        while (_at < _end && _values[_at] < wanted)
        {
            step = Math.Max(1, step >> 1);
            if (_at + step < _end && _values[_at + step] < wanted)
            {
                _at += step;
            }
            else if (step == 1)
            {
                _at++;
                break;
            }
        }

        return _at < _end && _values[_at] >> 1 == offer ? _values[_at] : -1;
    }

    /// <summary>All postings in order, into <paramref name="buffer"/> when they are not a list already.</summary>
    public ReadOnlySpan<int> Values(ref int[] buffer)
    {
        if (!_isBits)
        {
            return _values.AsSpan(_at.._end);
        }

        if (buffer.Length < Size)
        {
            buffer = new int[Size];
        }

        var count = 0;
        for (var word = 0; word < _any.Length; word++)
        {
            for (var bits = _any[word]; bits != 0; bits &= bits - 1)
            {
                var offer = (word << 6) | BitOperations.TrailingZeroCount(bits);
                buffer[count++] = (offer << 1) | (Bits.Has(_strong, offer) ? 1 : 0);
            }
        }

        return buffer.AsSpan(0, count);
    }

    private void UniteToBits()
    {
        var words = (_offers + 63) >> 6;
        if (_any.Length != words)
        {
            (_any, _strong) = (new ulong[words], new ulong[words]);
        }
        else
        {
            Array.Clear(_any);
            Array.Clear(_strong);
        }

        foreach (var part in _parts)
        {
            foreach (var posting in part.AsSpan())
            {
                var bit = 1UL << (posting >> 1 & 63);
                _any[posting >> 7] |= bit;
                _strong[posting >> 7] |= (posting & 1) != 0 ? bit : 0;
            }
        }

        (_isBits, IsPending, Size) = (true, false, Math.Min(Size, _offers));
    }

    private static int WithoutRepeats(int[] sorted, int count)
    {
        var kept = 0;
        for (var i = 0; i < count; i++)
        {
            if (kept > 0 && sorted[kept - 1] >> 1 == sorted[i] >> 1)
            {
                sorted[kept - 1] = sorted[i];
            }
            else
            {
                sorted[kept++] = sorted[i];
            }
        }

        return kept;
    }
}
