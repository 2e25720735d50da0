namespace Marketplace.Catalog.Search.Tests;

/// <summary>The same questions answered by looking at every offer, in as few lines as can be.</summary>
internal sealed class Oracle
{
    public Dictionary<Guid, IndexedOffer> Offers { get; } = [];
    public Dictionary<Guid, IndexedShop> Shops { get; } = [];
    public Dictionary<Guid, List<PickupWindow>> Pickups { get; } = [];
    public Dictionary<string, IndexedCategory> Categories { get; } = [];

    /// <summary>Null when nothing at all has the words: what is done then is not the oracle's business.</summary>
    public OfferHits? Search(OfferQuery query)
    {
        var words = Words.Of(query.Text ?? "").Select(w => w.Term).Distinct().ToList();
        var everywhere = Offers.Values.Where(o => Shops.GetValueOrDefault(o.ShopId) is { Open: true } && words.TrueForAll(w => FieldOf(o, w) != TextField.None)).ToList();
        if (words.Count > 0 && everywhere.Count == 0)
        {
            return null;
        }

        var found = everywhere.Where(o => query.Town is null || Shops[o.ShopId].Towns.Contains(query.Town)).ToList();
        bool InCategory(IndexedOffer o) => query.Category is null || Path(o.Category).Contains(query.Category);
        bool InShop(IndexedOffer o) => query.Shop is null || Shops[o.ShopId].Slug == query.Shop;
        bool InPrice(IndexedOffer o) => o.PriceCents >= (query.MinPriceCents ?? 0) && o.PriceCents <= (query.MaxPriceCents ?? long.MaxValue);
        bool Today(IndexedOffer o) => Of(o, query.Now) == Availability.CollectableToday;
        bool WantedToday(IndexedOffer o) => !query.AvailableToday || Today(o);

        var hits = found.Where(o => InCategory(o) && InShop(o) && InPrice(o) && WantedToday(o)).ToList();
        var categories = found.Where(o => InShop(o) && InPrice(o) && WantedToday(o)).SelectMany(o => Path(o.Category)).GroupBy(c => c)
            .Select(g => new OfferFacet(g.Key, Categories.TryGetValue(g.Key, out var known) ? known.NameFr : g.Key, g.Count()));
        var shops = found.Where(o => InCategory(o) && InPrice(o) && WantedToday(o)).GroupBy(o => o.ShopId).Select(g => new OfferFacet(Shops[g.Key].Slug, Shops[g.Key].Name, g.Count()));
        var prices = found.Where(o => InCategory(o) && InShop(o) && WantedToday(o)).Select(o => (long?)o.PriceCents).ToList();
        var facets = new OfferHitFacets(InOrder(categories), InOrder(shops), found.Count(o => InCategory(o) && InShop(o) && InPrice(o) && Today(o)), prices.Min(), prices.Max());
        var page = Sorted(hits, query, words).Skip((query.Page - 1) * query.PageSize).Take(query.PageSize).Select(o => o.Id);
        return new OfferHits([.. page], hits.Count, false, facets, null);
    }

    private IEnumerable<IndexedOffer> Sorted(List<IndexedOffer> hits, OfferQuery query, List<string> words)
    {
        var sort = query.Sort ?? (words.Count > 0 ? OfferSort.Relevance : OfferSort.Availability);
        sort = sort == OfferSort.Distance && query.Near is null || (sort == OfferSort.Relevance && words.Count == 0) ? OfferSort.Availability : sort;
        var sorted = sort switch
        {
            OfferSort.Relevance => hits.OrderByDescending(o => Score(o, words, query)),
            OfferSort.Price => hits.OrderBy(o => o.PriceCents),
            OfferSort.PriceDescending => hits.OrderByDescending(o => o.PriceCents),
            OfferSort.Newest => hits.OrderByDescending(o => o.CreatedAt),
            OfferSort.Distance => hits.OrderBy(o => Km(o, query)).ThenBy(o => Shops[o.ShopId].Slug, StringComparer.Ordinal).ThenBy(o => Of(o, query.Now)),
            _ => hits.OrderBy(o => Of(o, query.Now)),
        };
        return sorted.ThenByDescending(o => o.Popularity).ThenByDescending(o => o.CreatedAt).ThenBy(o => o.Id);
    }

    private int Score(IndexedOffer offer, List<string> words, OfferQuery query)
    {
        var title = Words.Of(offer.Title).Select(w => w.Term).Distinct().ToList();
        var fields = words.ConvertAll(w => FieldOf(offer, w));
        return Ranking.Score(new RankingFacts(words.Count, fields.Sum(f => Ranking.Points(f) * 100), words.Count * 100, fields.TrueForAll(f => (f & TextField.Strong) != 0),
            title.Count(words.Contains), title.Count, Of(offer, query.Now), query.Near is null ? null : Km(offer, query)));
    }

    private TextField FieldOf(IndexedOffer offer, string term)
    {
        TextField In(string? text, TextField field) => Words.Of(text ?? "").Exists(w => w.Term == term) ? field : TextField.None;
        return In(offer.Title, TextField.Title) | In(offer.Brand, TextField.Brand) | In(offer.Words, TextField.Words) | In(Shops[offer.ShopId].Name, TextField.Shop)
            | Path(offer.Category).Select(c => In(Categories.GetValueOrDefault(c)?.NameFr ?? c, TextField.Category)).Aggregate(TextField.None, (x, y) => x | y);
    }

    private double Km(IndexedOffer offer, OfferQuery query)
    {
        var (shop, near) = (Shops[offer.ShopId], query.Near!.Value);
        var (north, east) = ((shop.Lat - near.Lat) * 111.195, (shop.Lon - near.Lon) * 111.195 * Math.Cos((shop.Lat + near.Lat) / 2 * Math.PI / 180));
        return Math.Sqrt((north * north) + (east * east));
    }

    private Availability Of(IndexedOffer offer, DateTimeOffset now)
    {
        var paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");
        var today = TimeZoneInfo.ConvertTime(now, paris).Date;
        var collectable = Pickups.GetValueOrDefault(offer.ShopId, []).Exists(p => p.BookableUntil > now && TimeZoneInfo.ConvertTime(p.Start, paris).Date <= today);
        return offer.State is StockState.ToConfirm ? Availability.ToConfirm
            : offer.State is StockState.OutOfStock || offer.Available <= 0 ? Availability.OutOfStock
            : collectable ? Availability.CollectableToday : Availability.InStock;
    }

    private List<string> Path(string slug)
    {
        var path = new List<string>();
        for (var at = slug; at is not null; at = Categories.GetValueOrDefault(at)?.Parent)
        {
            path.Add(at);
        }

        return path;
    }

    private static List<OfferFacet> InOrder(IEnumerable<OfferFacet> facets) => [.. facets.OrderByDescending(f => f.Count).ThenBy(f => f.Slug, StringComparer.Ordinal)];
}
