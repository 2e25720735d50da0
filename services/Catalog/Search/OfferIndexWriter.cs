namespace Marketplace.Catalog.Search;

/// <summary>
/// Keeps the snapshot that readers use. Texts wait until a refresh makes a segment of them; small segments are merged as they come,
/// large ones in the background; the stock is written straight into the segments.
/// </summary>
internal sealed class OfferIndexWriter
{
    private const int MostWaiting = 20_000;
    private static readonly (Segment Segment, SegmentCounts Counts)[] NoParts = [];
    private readonly Lock _writing = new();
    private readonly Lock _refreshing = new();
    private readonly Lock _compacting = new();
    private readonly Dictionary<Guid, int> _shopNumbers = [];
    private readonly List<IndexedShop?> _shops = [];
    private readonly Dictionary<string, int> _categoryNumbers = new(StringComparer.Ordinal);
    private readonly List<IndexedCategory> _categories = [];
    private readonly Dictionary<Guid, OfferText> _waiting = [];
    private readonly HashSet<Segment> _stale = [];
    private HashSet<Guid> _leaving = [];
    private Segment[] _inCompaction = [];
    private volatile Snapshot _snapshot = new(new SearchShops([]), new SearchCategories([]), [], null);
    private bool _shopsChanged;
    private bool _categoriesChanged;
    private int _isCompacting;

    public Snapshot Snapshot => _snapshot;

    public PickupBoard Pickups { get; } = new();

    public void SetCategories(IReadOnlyList<IndexedCategory> categories)
    {
        lock (_writing)
        {
            for (var number = 0; number < _categories.Count; number++)
            {
                _categories[number] = Alone(_categories[number].Slug);
            }

            foreach (var category in categories)
            {
                _categories[NumberOf(category.Slug)] = category;
            }

            _categoriesChanged = true;
            _stale.UnionWith(_snapshot.Segments);
        }
    }

    public void SetShop(IndexedShop shop)
    {
        lock (_writing)
        {
            var number = NumberOf(shop.Id);
            if (_shops[number] is { } known && known with { Towns = shop.Towns } == shop && known.Towns.SequenceEqual(shop.Towns, StringComparer.Ordinal))
            {
                return;
            }

            if (_shops[number]?.Name != shop.Name)
            {
                _stale.UnionWith(_snapshot.Segments.Where(s => s.Cells.Shop.AsSpan().Contains(number)));
            }

            _shops[number] = shop;
            _shopsChanged = true;
        }
    }

    public void SetPickups(Guid shopId, IReadOnlyList<PickupWindow> pickups)
    {
        lock (_writing)
        {
            Pickups.Set(NumberOf(shopId), pickups);
        }
    }

    public void Upsert(IndexedOffer offer)
    {
        bool isFull;
        lock (_writing)
        {
            _leaving.Remove(offer.Id);
            _waiting[offer.Id] = new OfferText(offer, NumberOf(offer.ShopId), NumberOf(offer.Category));
            isFull = _waiting.Count >= MostWaiting;
        }

        if (isFull)
        {
            Refresh();
        }
    }

    public void Remove(Guid offerId)
    {
        lock (_writing)
        {
            _waiting.Remove(offerId);
            _leaving.Add(offerId);
        }
    }

    public void SetStock(Guid offerId, StockState state)
    {
        lock (_writing)
        {
            if (_waiting.TryGetValue(offerId, out var waiting))
            {
                waiting.State = state;
            }

            // The newest segment last: an offer that was changed is still in an older one, but has left it.
            for (var part = _snapshot.Segments.Length - 1; part >= 0; part--)
            {
                var offer = _snapshot.Segments[part].Find(offerId);
                if (offer >= 0 && Bits.Has(_snapshot.Counts[part].Live, offer))
                {
                    _snapshot.Counts[part].SetState(offer, state);
                    return;
                }
            }
        }
    }

    public void RefreshInBackground()
    {
        if (!_refreshing.TryEnter())
        {
            return;
        }

        try
        {
            Refresh();
        }
        finally
        {
            _refreshing.Exit();
        }

        if (SegmentPolicy.ShouldCompact(_snapshot, HasLargeStale()) && Interlocked.Exchange(ref _isCompacting, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => Compact(), null);
        }
    }

    public void Refresh()
    {
        lock (_refreshing)
        {
            OfferText[] texts;
            HashSet<Guid> leaving;
            Segment[] absorbed;
            Snapshot before;
            lock (_writing)
            {
                if (_waiting.Count == 0 && _leaving.Count == 0 && !_shopsChanged && !_categoriesChanged && !HasSmallStale())
                {
                    return;
                }

                texts = [.. _waiting.Values];
                (leaving, _leaving) = (_leaving, []);
                var shops = _shopsChanged ? new SearchShops(_shops) : _snapshot.Shops;
                var categories = _categoriesChanged ? new SearchCategories(_categories) : _snapshot.Categories;
                (_shopsChanged, _categoriesChanged) = (false, false);
                _snapshot = before = new Snapshot(shops, categories, Parts(_snapshot), _snapshot);
                absorbed = SegmentPolicy.Absorbed(before, texts.Length, _stale, _inCompaction);
                _stale.ExceptWith(absorbed);
            }

            leaving.UnionWith(texts.Select(t => t.Offer.Id));
            var gone = before.Segments.Zip(before.Counts, (segment, counts) => Without(segment, counts, leaving)).ToArray();
            var sources = absorbed.Select(s => new OfferMerge.Source(s.Columns, gone[Array.IndexOf(before.Segments, s)].Live))
                .Append(new OfferMerge.Source(OfferColumns.From(texts), null)).ToList();
            var segment = OfferMerge.Run(sources, new ShopAndCategoryNames(before.Shops, before.Categories), out var places);
            lock (_writing)
            {
                var counts = new SegmentCounts(segment);
                for (var source = 0; source < absorbed.Length; source++)
                {
                    CopyStates(absorbed[source], places[source], counts);
                }

                for (var i = 0; i < texts.Length; i++)
                {
                    SettleWaiting(texts[i], places[^1][i], counts);
                }

                var parts = Parts(_snapshot).Where(p => !absorbed.Contains(p.Segment)).Select(p => (p.Segment, Without(p.Segment, p.Counts, leaving)));
                _snapshot = new Snapshot(before.Shops, before.Categories, [.. parts, .. segment.Count > 0 ? [(segment, counts)] : NoParts], _snapshot);
            }
        }
    }

    public void Compact()
    {
        try
        {
            lock (_compacting)
            {
                Snapshot before;
                lock (_refreshing)
                {
                    lock (_writing)
                    {
                        before = _snapshot;
                        _inCompaction = before.Segments;
                        _stale.ExceptWith(before.Segments);
                    }
                }

                var sources = before.Segments.Zip(before.Counts, (segment, counts) => new OfferMerge.Source(segment.Columns, counts.Live)).ToList();
                var merged = OfferMerge.Run(sources, new ShopAndCategoryNames(before.Shops, before.Categories), out var places);
                lock (_writing)
                {
                    Install(before, merged, places);
                    _inCompaction = [];
                }
            }
        }
        finally
        {
            Volatile.Write(ref _isCompacting, 0);
        }
    }

    // What happened to the sources while they were being merged happens to the merged one now.
    private void Install(Snapshot before, Segment merged, int[][] places)
    {
        var counts = new SegmentCounts(merged);
        var gone = new List<int>();
        for (var source = 0; source < before.Segments.Length; source++)
        {
            var segment = before.Segments[source];
            CopyStates(segment, places[source], counts);
            var live = _snapshot.Counts[Array.IndexOf(_snapshot.Segments, segment)].Live;
            gone.AddRange(places[source].Where((place, offer) => place >= 0 && !Bits.Has(live, offer)));
        }

        if (_stale.Overlaps(before.Segments))
        {
            _stale.ExceptWith(before.Segments);
            _stale.Add(merged);
        }

        var parts = Parts(_snapshot).Where(p => !before.Segments.Contains(p.Segment));
        var whole = gone.Count > 0 ? counts.Without(gone) : counts;
        _snapshot = new Snapshot(_snapshot.Shops, _snapshot.Categories, [.. whole.LiveCount > 0 ? [(merged, whole)] : NoParts, .. parts], _snapshot);
    }

    private static void CopyStates(Segment from, int[] places, SegmentCounts to)
    {
        for (var offer = 0; offer < places.Length; offer++)
        {
            if (places[offer] >= 0)
            {
                to.SetState(places[offer], from.Columns.State[offer]);
            }
        }
    }

    // An offer that was changed again while it was read goes on waiting.
    private void SettleWaiting(OfferText text, int place, SegmentCounts counts)
    {
        if (_waiting.TryGetValue(text.Offer.Id, out var waiting))
        {
            counts.SetState(place, waiting.State);
            if (ReferenceEquals(waiting, text))
            {
                _waiting.Remove(text.Offer.Id);
            }
        }
    }

    private static SegmentCounts Without(Segment segment, SegmentCounts counts, HashSet<Guid> ids)
    {
        var gone = ids.Select(segment.Find).Where(offer => offer >= 0 && Bits.Has(counts.Live, offer)).ToList();
        return gone.Count > 0 ? counts.Without(gone) : counts;
    }

    private static IReadOnlyList<(Segment Segment, SegmentCounts Counts)> Parts(Snapshot snapshot) => [.. snapshot.Segments.Zip(snapshot.Counts)];

    private bool HasSmallStale() => _stale.Any(s => s.Count <= SegmentPolicy.MostMergedAtOnce && !_inCompaction.Contains(s));

    private bool HasLargeStale()
    {
        lock (_writing)
        {
            return _stale.Any(s => s.Count > SegmentPolicy.MostMergedAtOnce);
        }
    }

    private int NumberOf(Guid shop)
    {
        if (!_shopNumbers.TryGetValue(shop, out var number))
        {
            _shopNumbers[shop] = number = _shops.Count;
            _shops.Add(null);
            _shopsChanged = true;
        }

        return number;
    }

    private int NumberOf(string category)
    {
        if (!_categoryNumbers.TryGetValue(category, out var number))
        {
            _categoryNumbers[category] = number = _categories.Count;
            _categories.Add(Alone(category));
            _categoriesChanged = true;
        }

        return number;
    }

    private static IndexedCategory Alone(string slug) => new(slug, slug, null, null);
}
