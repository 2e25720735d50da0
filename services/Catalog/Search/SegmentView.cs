namespace Marketplace.Catalog.Search;

/// <summary>What one town's open shops have in a segment. Offers that have left since are still in it: see <see cref="SegmentCounts.Live"/>.</summary>
internal sealed class SegmentView
{
    public SegmentView(Segment segment, SearchShops shops, string? town)
    {
        var sells = new bool[segment.Cells.Count];
        for (var cell = 0; cell < sells.Length; cell++)
        {
            sells[cell] = shops.Sells(segment.Cells.Shop[cell], town);
        }

        Cells = [.. Enumerable.Range(0, sells.Length).Where(cell => sells[cell])];
        Offers = Bits.Create(segment.Count);
        var count = 0;
        for (var offer = 0; offer < segment.Count; offer++)
        {
            if (sells[segment.Cells.Of[offer]])
            {
                Bits.Set(Offers, offer, true);
                count++;
            }
        }

        Count = count;
        ByPrice = count == segment.Count ? segment.ByPrice : Array.FindAll(segment.ByPrice, offer => Bits.Has(Offers, offer));
        ByNewest = count == segment.Count ? segment.ByNewest : Array.FindAll(segment.ByNewest, offer => Bits.Has(Offers, offer));
    }

    public int Count { get; }
    public ulong[] Offers { get; }
    public int[] Cells { get; }
    public int[] ByPrice { get; }
    public int[] ByNewest { get; }
}
