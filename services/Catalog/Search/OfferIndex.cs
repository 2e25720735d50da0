namespace Marketplace.Catalog.Search;

/// <summary>
/// The towns' offers, searched in memory. Writers take turns, readers never wait; a change is seen within a second, at once after <see cref="Refresh"/>.
/// Calls may come in any order: stock or offers given before their shop are kept and shown when it is known.
/// </summary>
internal sealed class OfferIndex : IDisposable
{
    private static readonly TimeSpan RefreshEvery = TimeSpan.FromMilliseconds(250);
    private readonly TimeProvider _clock;
    private readonly Synonyms _synonyms;
    private readonly OfferIndexWriter _writer = new();
    private readonly Pool<Browse> _browses = new();
    private readonly Pool<TextSearch> _searches = new();
    private readonly Pool<Suggestions> _suggestions = new();
    private readonly ITimer _timer;

    public OfferIndex(TimeProvider clock, Synonyms synonyms)
    {
        _clock = clock;
        _synonyms = synonyms;
        _timer = clock.CreateTimer(_ => _writer.RefreshInBackground(), null, RefreshEvery, RefreshEvery);
    }

    public OfferIndex(TimeProvider clock)
        : this(clock, Synonyms.Shipped)
    {
    }

    /// <summary>Offers that are found, those of closed shops included.</summary>
    public int Count => _writer.Snapshot.Counts.Sum(c => c.LiveCount);

    /// <summary>The whole tree, replacing the one known before.</summary>
    public void SetCategories(IReadOnlyList<IndexedCategory> categories) => _writer.SetCategories(categories);

    public void SetShop(IndexedShop shop) => _writer.SetShop(shop);

    /// <summary>The shop's coming pickups, replacing those known before; seen at once.</summary>
    public void SetPickups(Guid shopId, IReadOnlyList<PickupWindow> pickups) => _writer.SetPickups(shopId, pickups);

    public void Upsert(IndexedOffer offer) => _writer.Upsert(offer);

    /// <summary>Any number: they are indexed in stretches, so that no copy of them all is made.</summary>
    public void Upsert(IEnumerable<IndexedOffer> offers)
    {
        foreach (var offer in offers)
        {
            _writer.Upsert(offer);
        }
    }

    public void Remove(Guid offerId) => _writer.Remove(offerId);

    /// <summary>Seen at once, and cheap enough for every order line: no text is touched. An unknown offer is ignored.</summary>
    public void SetStock(Guid offerId, long available, StockState state) => _writer.SetStock(offerId, OfferText.Effective(available, state));

    /// <summary>Makes everything given so far visible now instead of within the second.</summary>
    public void Refresh() => _writer.Refresh();

    /// <summary>Very many offers are coming: until <see cref="EndLoad"/> they are indexed in stretches as large as can be, seen by nobody in a hurry.</summary>
    public void BeginLoad() => _writer.BeginLoad();

    /// <summary>Makes all that was given visible, in one segment.</summary>
    public void EndLoad() => _writer.EndLoad();

    /// <summary>Puts all segments into one. Happens by itself now and then.</summary>
    public void Compact()
    {
        _writer.Refresh();
        _writer.Compact();
    }

    public OfferHits Search(OfferQuery query)
    {
        var frame = new QueryFrame(_writer.Snapshot, query, _writer.Pickups.At(query.Now));
        if (string.IsNullOrWhiteSpace(query.Text) && !frame.HasPrice)
        {
            var browse = _browses.Rent();
            var page = browse.Run(frame);
            _browses.Return(browse);
            return page;
        }

        var search = _searches.Rent();
        var hits = string.IsNullOrWhiteSpace(query.Text) ? search.RunByPrice(frame) : search.Run(frame, _synonyms);
        _searches.Return(search);
        return hits;
    }

    public IReadOnlyList<SearchSuggestion> Suggest(string? town, string text, int max)
    {
        var now = _clock.GetUtcNow();
        var frame = new QueryFrame(_writer.Snapshot, new OfferQuery(now, town, text, PageSize: Suggestions.MostHits), _writer.Pickups.At(now));
        var suggestions = _suggestions.Rent();
        var suggested = suggestions.Run(frame, _synonyms, max);
        _suggestions.Return(suggestions);
        return suggested;
    }

    public void Dispose() => _timer.Dispose();
}
