namespace Marketplace.Catalog.Search;

/// <summary>
/// The offers of a segment by shop and category. There are few cells (a shop sells in a dozen categories), so that counting per cell
/// gives every total and facet of a list without looking at its offers.
/// </summary>
internal sealed class Cells
{
    public Cells(OfferColumns columns)
    {
        var numbers = new Dictionary<(int Shop, int Category), int>();
        Of = new int[columns.Count];
        for (var offer = 0; offer < columns.Count; offer++)
        {
            var cell = (columns.Shop[offer], columns.Category[offer]);
            if (!numbers.TryGetValue(cell, out var number))
            {
                numbers[cell] = number = numbers.Count;
            }

            Of[offer] = number;
        }

        Count = numbers.Count;
        Shop = new int[Count];
        Category = new int[Count];
        foreach (var ((shop, category), number) in numbers)
        {
            Shop[number] = shop;
            Category[number] = category;
        }

        _start = new int[Count + 1];
        foreach (var cell in Of)
        {
            _start[cell + 1]++;
        }

        for (var cell = 0; cell < Count; cell++)
        {
            _start[cell + 1] += _start[cell];
        }

        _offers = new int[columns.Count];
        var next = _start.ToArray();
        for (var offer = 0; offer < columns.Count; offer++)
        {
            _offers[next[Of[offer]]++] = offer;
        }
    }

    private readonly int[] _start;
    private readonly int[] _offers;

    public int Count { get; }
    public int[] Shop { get; }
    public int[] Category { get; }

    /// <summary>The cell of each offer.</summary>
    public int[] Of { get; }

    /// <summary>A cell's offers in rank order.</summary>
    public ReadOnlySpan<int> Offers(int cell) => _offers.AsSpan(_start[cell].._start[cell + 1]);
}
