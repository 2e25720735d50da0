using System.Runtime.CompilerServices;

namespace Marketplace.Catalog.Search;

/// <summary>Counts a list of hits cell by cell, for the facets. Reused from query to query.</summary>
internal sealed class CellTally
{
    private const int AvailableShift = 32;

    // All in the lower half, the available ones of them in the upper.
    private ulong[] _counts = [];

    public void Reset(int cells)
    {
        if (_counts.Length < cells)
        {
            _counts = new ulong[cells];
        }

        Array.Clear(_counts, 0, cells);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int cell, bool isAvailable) => _counts[cell] += 1UL + (isAvailable ? 1UL << AvailableShift : 0);

    /// <param name="counted">The cells that were asked about.</param>
    public void AddTo(FacetTally facets, Cells cells, int[] counted, CellFlags[] flags)
    {
        foreach (var cell in counted)
        {
            if (_counts[cell] is > 0 and var count)
            {
                facets.Add(cells.Category[cell], cells.Shop[cell], flags[cell], (int)(uint)count, (int)(count >> AvailableShift));
            }
        }
    }
}
