using System.Numerics;

namespace Marketplace.Catalog.Search;

/// <summary>From a key to the offers that have it, in rank order: two sorted arrays. Key 0 means none.</summary>
internal sealed class KeyLookup
{
    private readonly ulong[] _keys;
    private readonly int[] _offers;

    public KeyLookup(ReadOnlySpan<ulong> keyOf)
    {
        var count = keyOf.Length - keyOf.Count(0UL);
        _keys = new ulong[count];
        _offers = new int[count];
        var at = 0;
        for (var offer = 0; offer < keyOf.Length; offer++)
        {
            if (keyOf[offer] != 0)
            {
                _keys[at] = keyOf[offer];
                _offers[at++] = offer;
            }
        }

        Array.Sort(_keys, _offers);
        for (var start = 0; start < count;)
        {
            var end = start + 1;
            while (end < count && _keys[end] == _keys[start])
            {
                end++;
            }

            Array.Sort(_offers, start, end - start);
            start = end;
        }
    }

    public ReadOnlySpan<int> this[ulong key]
    {
        get
        {
            var at = Array.BinarySearch(_keys, key);
            if (key == 0 || at < 0)
            {
                return [];
            }

            var start = at;
            while (start > 0 && _keys[start - 1] == key)
            {
                start--;
            }

            var end = at + 1;
            while (end < _keys.Length && _keys[end] == key)
            {
                end++;
            }

            return _offers.AsSpan(start..end);
        }
    }
}

/// <summary>From an offer's id to its place in a segment: open addressing over the id column, four bytes a slot.</summary>
internal sealed class IdLookup
{
    private readonly Guid[] _ids;
    private readonly int[] _slots;

    public IdLookup(Guid[] ids)
    {
        _ids = ids;
        _slots = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, ids.Length + (ids.Length / 2)))];
        for (var offer = 0; offer < ids.Length; offer++)
        {
            var slot = SlotOf(ids[offer]);
            while (_slots[slot] != 0)
            {
                slot = (slot + 1) & (_slots.Length - 1);
            }

            _slots[slot] = offer + 1;
        }
    }

    public int Find(Guid id)
    {
        for (var slot = SlotOf(id); _slots[slot] != 0; slot = (slot + 1) & (_slots.Length - 1))
        {
            if (_ids[_slots[slot] - 1] == id)
            {
                return _slots[slot] - 1;
            }
        }

        return -1;
    }

    // Time-ordered ids hash badly on their own bits alone: spread before masking.
    private int SlotOf(Guid id) => (int)((uint)id.GetHashCode() * 2654435769u >> 7) & (_slots.Length - 1);
}
