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
    private readonly ShopAndCategoryRegister _register = new();
    private readonly Dictionary<Guid, OfferText> _waiting = [];
    private readonly HashSet<Segment> _stale = [];
    private HashSet<Guid> _leaving = [];
    private Segment[] _inCompaction = [];
    private volatile Snapshot _snapshot = new(new SearchShops([]), new SearchCategories([]), [], null);
    private int _isCompacting;
    private volatile bool _isLoading;

    public Snapshot Snapshot => _snapshot;

    public PickupBoard Pickups { get; } = new();

    public void SetCategories(IReadOnlyList<IndexedCategory> categories)
    {
        lock (_writing)
        {
            _register.Set(categories);
            _stale.UnionWith(_snapshot.Segments);
        }
    }

    public void SetShop(IndexedShop shop)
    {
        lock (_writing)
        {
            if (_register.Set(shop))
            {
                var number = _register.NumberOf(shop.Id);
                _stale.UnionWith(_snapshot.Segments.Where(s => s.Cells.Shop.AsSpan().Contains(number)));
            }
        }
    }

    public void SetPickups(Guid shopId, IReadOnlyList<PickupWindow> pickups)
    {
        lock (_writing)
        {
            Pickups.Set(_register.NumberOf(shopId), pickups);
        }
    }

    public void Upsert(IndexedOffer offer)
    {
        bool isFull;
        lock (_writing)
        {
            _leaving.Remove(offer.Id);
            _waiting[offer.Id] = new OfferText(offer, _register.NumberOf(offer.ShopId), _register.NumberOf(offer.Category));
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

    public void BeginLoad() => _isLoading = true;

    public void EndLoad()
    {
        try
        {
            Refresh();
            if (_snapshot.Segments.Length > 1)
            {
                Compact();
            }
        }
        finally
        {
            _isLoading = false;
        }
    }

    public void RefreshInBackground()
    {
        if (_isLoading || !_refreshing.TryEnter())
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
                if (_waiting.Count == 0 && _leaving.Count == 0 && !_register.HasChanged && !HasSmallStale())
                {
                    return;
                }

                texts = [.. _waiting.Values];
                (leaving, _leaving) = (_leaving, []);
                var (shops, categories) = _register.Publish(_snapshot);
                _snapshot = before = new Snapshot(shops, categories, _snapshot.Parts, _snapshot);
                absorbed = SegmentPolicy.Absorbed(before, texts.Length, _stale, _inCompaction);
                _stale.ExceptWith(absorbed);
            }

            leaving.UnionWith(texts.Select(t => t.Offer.Id));
            var gone = Array.ConvertAll(before.Counts, counts => counts.Without(leaving));
            var sources = absorbed.Select(s => new OfferMerge.Source(s.Columns, gone[Array.IndexOf(before.Segments, s)].Live))
                .Append(new OfferMerge.Source(OfferColumns.From(texts), null)).ToList();
            var segment = OfferMerge.Run(sources, new ShopAndCategoryNames(before.Shops, before.Categories), out var places);
            lock (_writing)
            {
                var counts = new SegmentCounts(segment);
                for (var source = 0; source < absorbed.Length; source++)
                {
                    counts.TakeStates(absorbed[source].Columns, places[source]);
                }

                for (var i = 0; i < texts.Length; i++)
                {
                    SettleWaiting(texts[i], places[^1][i], counts);
                }

                var parts = _snapshot.Parts.Where(p => !absorbed.Contains(p.Segment)).Select(p => (p.Segment, p.Counts.Without(leaving)));
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

                var compaction = new Compaction(before);
                lock (_writing)
                {
                    _snapshot = compaction.Install(_snapshot, _stale);
                    _inCompaction = [];
                }
            }
        }
        finally
        {
            Volatile.Write(ref _isCompacting, 0);
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

    private bool HasSmallStale() => _stale.Any(s => s.Count <= SegmentPolicy.MostMergedAtOnce && !_inCompaction.Contains(s));

    private bool HasLargeStale()
    {
        lock (_writing)
        {
            return _stale.Any(s => s.Count > SegmentPolicy.MostMergedAtOnce);
        }
    }
}
