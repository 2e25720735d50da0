using Marketplace.Contracts;

namespace Marketplace.Catalog.Search.Tests;

/// <summary>A small market of one town, filled in sentences.</summary>
internal sealed class Market : IDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 11, 21, 9, 0, 0, TimeSpan.FromHours(1));
    public const string Town = "vienne";
    private readonly Dictionary<string, Guid> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, string> _titles = [];

    public Market(Synonyms? synonyms = null)
    {
        Index = new OfferIndex(new StandingClock(Now), synonyms ?? Synonyms.Shipped);
        Index.SetCategories(
        [
            new("alimentation", "Alimentation", "Food", null), new("pains", "Pains", "Breads", "alimentation"), new("fromages", "Fromages", "Cheeses", "alimentation"),
            new("livres", "Livres", "Books", null), new("romans", "Romans", "Novels", "livres"),
        ]);
        Shop("le-fournil", "Le Fournil de l’Yzeron");
    }

    public OfferIndex Index { get; }

    public Guid Shop(string slug, string name, bool open = true, double lat = 45.5, params string[] towns)
    {
        var id = IdOf(slug);
        Index.SetShop(new IndexedShop(id, slug, name, towns.Length == 0 ? [Town] : towns, lat, 4.87, open));
        return id;
    }

    public Guid Offer(string title, string? brand = null, string? ean = null, string? aliases = null, string? words = null, string category = "pains", string shop = "le-fournil",
        long price = 100, long available = 10, StockState state = StockState.InStock, int popularity = 0, int age = 0)
    {
        var id = IdOf($"{title}|{brand}|{shop}");
        _titles[id] = title;
        Index.Upsert(new IndexedOffer(id, IdOf(shop), title, brand, ean, category, aliases, words, SaleUnit.Piece, price, available, state, Now.AddDays(-age), popularity));
        return id;
    }

    public Market With(params string[] titles)
    {
        foreach (var title in titles)
        {
            Offer(title);
        }

        return this;
    }

    public OfferHits Search(string? text, Func<OfferQuery, OfferQuery>? more = null)
    {
        Index.Refresh();
        var query = new OfferQuery(Now, Town, text);
        return Index.Search(more is null ? query : more(query));
    }

    /// <summary>Titles of what is found, in order.</summary>
    public IReadOnlyList<string> Find(string? text, Func<OfferQuery, OfferQuery>? more = null) => [.. Search(text, more).Ids.Select(id => _titles[id])];

    public IReadOnlyList<SearchSuggestion> Suggest(string text, int max = 10)
    {
        Index.Refresh();
        return Index.Suggest(Town, text, max);
    }

    public Guid IdOf(string name) => _ids.TryGetValue(name, out var id) ? id : _ids[name] = new Guid(_ids.Count + 1, 0, 0, new byte[8]);

    public void Dispose() => Index.Dispose();
}

/// <summary>Time stands still and timers never fire: the tests refresh by themselves.</summary>
internal sealed class StandingClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new NoTimer();

    private sealed class NoTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
