namespace Marketplace.Catalog.Search.Tests;

/// <summary>The same questions answered by looking at every offer, in as few lines as can be.</summary>
internal sealed class Oracle
{
    public Dictionary<Guid, IndexedOffer> Offers { get; } = [];
    public Dictionary<Guid, IndexedShop> Shops { get; } = [];
    public Dictionary<Guid, List<PickupWindow>> Pickups { get; } = [];
    public Dictionary<string, IndexedCategory> Categories { get; } = [];

    private readonly record struct Asked(string Term, Accents Accents);

    /// <summary>Null when nothing at all has the words: what is done then is not the oracle's business.</summary>
    public OfferHits? Search(OfferQuery query)
    {
        var words = Words.Of(query.Text ?? "").Select(w => new Asked(w.Term, AccentsOf.Typed(query.Text.AsSpan(w.Start, w.Length)))).DistinctBy(w => w.Term).ToList();
        var everywhere = Offers.Values.Where(o => Shops.GetValueOrDefault(o.ShopId) is { Open: true } && words.TrueForAll(w => Own(o, w).Fields != TextField.None || Department(o, w).Fields != TextField.None)).ToList();
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

    private IEnumerable<IndexedOffer> Sorted(List<IndexedOffer> hits, OfferQuery query, List<Asked> words)
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

    private int Score(IndexedOffer offer, List<Asked> words, OfferQuery query)
    {
        var title = Words.Of(offer.Title).Select(w => w.Term).Distinct().ToList();
        var (own, department) = (words.ConvertAll(w => Own(offer, w)), words.ConvertAll(w => Department(offer, w)));
        return Ranking.Score(new RankingFacts(
            words.Count,
            own.Concat(department).Sum(found => Ranking.Points(found.Fields) * found.Quality),
            own.Zip(department, (x, y) => Math.Max(x.Quality, y.Quality)).Sum(),
            own.TrueForAll(found => found.Quality == 100 && (found.Fields & (TextField.Title | TextField.Brand)) != 0),
            title.Count(t => words.Exists(w => w.Term == t && Own(offer, w).Quality == 100)),
            title.Count, Of(offer, query.Now), query.Near is null ? null : Km(offer, query)));
    }

    private static (TextField Fields, int Quality) Own(IndexedOffer offer, Asked word)
    {
        var head = Words.Of(offer.Title).TakeWhile(w => char.IsDigit(w.Term[0]) || w.Term == "petit").Count() + 1;
        var first = string.Join(' ', offer.Title.Split(' ').Take(head));
        return Found(word, (offer.Title, TextField.Title), (first, TextField.Head), (offer.Brand, TextField.Brand), (offer.Aliases, TextField.Alias), (offer.Words, TextField.Words));
    }

    private (TextField Fields, int Quality) Department(IndexedOffer offer, Asked word)
    {
        var names = Path(offer.Category).ConvertAll(c => Categories.GetValueOrDefault(c)?.NameFr ?? c);
        var whole = names[0].Contains(' ', StringComparison.Ordinal) ? TextField.CategoryPart : TextField.Category;
        return Found(word, [(Shops[offer.ShopId].Name, TextField.Shop), (names[0], whole), .. names.Skip(1).Select(n => ((string?)n, TextField.CategoryPart))]);
    }

    // The accents are those of the first place where it stands.
    private static (TextField Fields, int Quality) Found(Asked word, params (string? Text, TextField Field)[] places)
    {
        var found = places.SelectMany(p => Words.Of(p.Text ?? "").Where(w => w.Term == word.Term).Select(w => (Written: AccentsOf.Written(p.Text.AsSpan(w.Start, w.Length)), p.Field))).ToList();
        return found.Count == 0 ? (TextField.None, 0)
            : (found.Aggregate(TextField.None, (fields, f) => fields | f.Field), AccentsOf.Agree(word.Accents, found[0].Written) ? 100 : Ranking.OtherAccentsPercent);
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
