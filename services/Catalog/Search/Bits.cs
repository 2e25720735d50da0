using System.Runtime.CompilerServices;

namespace Marketplace.Catalog.Search;

/// <summary>Sets of offers of one segment, one bit each.</summary>
internal static class Bits
{
    public static ulong[] Create(int count) => new ulong[(count + 63) >> 6];

    public static ulong[] CreateFull(int count)
    {
        var bits = Create(count);
        Array.Fill(bits, ulong.MaxValue);
        if ((count & 63) != 0)
        {
            bits[^1] = (1UL << (count & 63)) - 1;
        }

        return bits;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Has(ulong[] bits, int index) => (bits[index >> 6] >> (index & 63) & 1) != 0;

    public static void Set(ulong[] bits, int index, bool value)
    {
        if (value)
        {
            bits[index >> 6] |= 1UL << (index & 63);
        }
        else
        {
            bits[index >> 6] &= ~(1UL << (index & 63));
        }
    }
}
