namespace Marketplace.Catalog.Search;

/// <summary>A query's filters against one snapshot, by number. Text apart.</summary>
internal sealed class QueryFrame
{
    public QueryFrame(Snapshot snapshot, OfferQuery query, PickupBoard.Today today)
    {
        Snapshot = snapshot;
        Query = query;
        Today = today;
        Category = query.Category is null ? null : snapshot.Categories.Find(query.Category);
        Shop = query.Shop is null ? null : snapshot.Shops.Find(query.Shop);
        Views = snapshot.In(query.Town) ?? [];
        var hasText = !string.IsNullOrWhiteSpace(query.Text);
        Sort = query.Sort switch
        {
            null => hasText ? OfferSort.Relevance : OfferSort.Availability,
            OfferSort.Relevance when !hasText => OfferSort.Availability,
            OfferSort.Distance when query.Near is null => OfferSort.Availability,
            var sort => sort.Value,
        };
    }

    public Snapshot Snapshot { get; }
    public OfferQuery Query { get; }
    public PickupBoard.Today Today { get; }
    public OfferSort Sort { get; }

    /// <summary>By segment; none for an unknown town.</summary>
    public SegmentView[] Views { get; }

    /// <summary>-1 when the category or shop asked for is not known.</summary>
    private int? Category { get; }
    private int? Shop { get; }

    public int First => (Math.Max(Query.Page, 1) - 1) * PageSize;
    public int PageSize => Math.Clamp(Query.PageSize, 1, 100);

    public bool InCategory(int category) => Category is not { } wanted || (wanted >= 0 && Snapshot.Categories.Path(category).Contains(wanted));

    public bool InShop(int shop) => Shop is not { } wanted || wanted == shop;

    /// <summary>What a cell must have for its offers to be listed; its offers must be in stock too when <see cref="OfferQuery.AvailableToday"/>.</summary>
    public CellFlags WantedFlags => Query.AvailableToday ? CellFlags.Wanted | CellFlags.Today : CellFlags.Wanted;

    public bool InPrice(long price) => !(price < Query.MinPriceCents) && !(price > Query.MaxPriceCents);

    public bool HasPrice => Query.MinPriceCents is not null || Query.MaxPriceCents is not null;

    public Availability AvailabilityOf(Segment segment, int offer, int shop) => segment.Columns.State[offer] switch
    {
        StockState.InStock or StockState.LastOnes => Today.Collectable(shop) ? Availability.CollectableToday : Availability.InStock,
        StockState.ToConfirm => Availability.ToConfirm,
        _ => Availability.OutOfStock,
    };

    /// <summary>Flags of the town's cells; 0 for all others.</summary>
    public void FlagCells(int segment, ref CellFlags[] flags)
    {
        var cells = Snapshot.Segments[segment].Cells;
        if (flags.Length < cells.Count)
        {
            flags = new CellFlags[cells.Count];
        }

        Array.Clear(flags);
        foreach (var cell in Views[segment].Cells)
        {
            flags[cell] = CellFlags.InTown
                | (InCategory(cells.Category[cell]) ? CellFlags.InCategory : 0)
                | (InShop(cells.Shop[cell]) ? CellFlags.InShop : 0)
                | (Today.Collectable(cells.Shop[cell]) ? CellFlags.Today : 0);
        }
    }
}

[Flags]
internal enum CellFlags : byte
{
    None = 0,
    InTown = 1,
    InCategory = 2,
    InShop = 4,
    /// <summary>The shop's goods can still be collected today.</summary>
    Today = 8,

    Wanted = InTown | InCategory | InShop,
}
