using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Marketplace.Catalog.Search;

/// <summary>
/// The towns' offers, searched in memory. One writer, any number of readers; a change is seen within a second, at once after <see cref="Refresh"/>.
/// Calls may come in any order: stock or offers given before their shop are kept and shown when it is known.
/// </summary>
internal sealed class OfferIndex : IDisposable
{
    private readonly ConcurrentDictionary<Guid, IndexedOffer> _offers = new();
    private readonly ConcurrentDictionary<Guid, IndexedShop> _shops = new();
    private readonly ConcurrentDictionary<Guid, IReadOnlyList<PickupWindow>> _pickups = new();
    private volatile Dictionary<string, IndexedCategory> _categories = [];
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    /// <summary>The whole tree, replacing the one known before.</summary>
    public void SetCategories(IReadOnlyList<IndexedCategory> categories) => _categories = categories.ToDictionary(c => c.Slug);

    public void SetShop(IndexedShop shop) => _shops[shop.Id] = shop;

    /// <summary>The shop's coming pickups, replacing those known before.</summary>
    public void SetPickups(Guid shopId, IReadOnlyList<PickupWindow> pickups) => _pickups[shopId] = pickups;

    public void Upsert(IndexedOffer offer) => _offers[offer.Id] = offer;

    public void Upsert(IEnumerable<IndexedOffer> offers)
    {
        foreach (var offer in offers)
        {
            Upsert(offer);
        }
    }

    public void Remove(Guid offerId) => _offers.TryRemove(offerId, out _);

    /// <summary>Cheap enough for every order line: no text is touched.</summary>
    public void SetStock(Guid offerId, long available, StockState state)
    {
        if (_offers.TryGetValue(offerId, out var offer))
        {
            _offers[offerId] = offer with { Available = available, State = state };
        }
    }

    /// <summary>Makes everything given so far visible now instead of within the second.</summary>
    public void Refresh() => _ = _offers.IsEmpty;

    public OfferHits Search(OfferQuery query)
    {
        var words = Fold(query.Text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var found = (from offer in _offers.Values
                     let shop = _shops.GetValueOrDefault(offer.ShopId)
                     where shop is { Open: true } && (query.Town is null || shop.Towns.Contains(query.Town))
                     let text = Fold($"{offer.Title} {offer.Brand} {offer.Ean13} {offer.Words} {shop.Name}")
                     where words.All(w => text.Contains(w, StringComparison.Ordinal))
                     select new Found(offer, shop, Path(offer.Category).ToList(), CollectableToday(offer, query.Now))).ToList();
        bool InCategory(Found f) => query.Category is null || f.Path.Any(c => c.Slug == query.Category);
        bool InShop(Found f) => query.Shop is null || f.Shop.Slug == query.Shop;
        bool InPrice(Found f) => !(f.Offer.PriceCents < query.MinPriceCents) && !(f.Offer.PriceCents > query.MaxPriceCents);
        bool Today(Found f) => !query.AvailableToday || f.Today;
        var hits = found.Where(f => InCategory(f) && InShop(f) && InPrice(f) && Today(f));
        var near = query.Near;
        hits = (query.Sort ?? OfferSort.Availability) switch
        {
            OfferSort.Price => hits.OrderBy(f => f.Offer.PriceCents),
            OfferSort.PriceDescending => hits.OrderByDescending(f => f.Offer.PriceCents),
            OfferSort.Newest => hits.OrderByDescending(f => f.Offer.CreatedAt),
            OfferSort.Distance when near is { } p => hits.OrderBy(f => Math.Pow(f.Shop.Lat - p.Lat, 2) + Math.Pow((f.Shop.Lon - p.Lon) * 0.7, 2)),
            _ => hits.OrderByDescending(f => f.Today).ThenBy(f => f.Offer.State),
        };
        var page = ((IOrderedEnumerable<Found>)hits).ThenByDescending(f => f.Offer.Popularity).ThenBy(f => f.Offer.Id).ToList();
        var categories = found.Where(f => InShop(f) && InPrice(f) && Today(f)).SelectMany(f => f.Path).GroupBy(c => c.Slug)
            .Select(g => new OfferFacet(g.Key, g.First().NameFr, g.Count()));
        var shops = found.Where(f => InCategory(f) && InPrice(f) && Today(f)).GroupBy(f => f.Shop.Slug)
            .Select(g => new OfferFacet(g.Key, g.First().Shop.Name, g.Count()));
        var prices = found.Where(f => InCategory(f) && InShop(f) && Today(f)).Select(f => (long?)f.Offer.PriceCents).ToList();
        return new OfferHits([.. page.Skip((query.Page - 1) * query.PageSize).Take(query.PageSize).Select(f => f.Offer.Id)], page.Count, false,
            new OfferHitFacets([.. InOrder(categories)], [.. InOrder(shops)], found.Count(f => InCategory(f) && InShop(f) && InPrice(f) && f.Today), prices.Min(), prices.Max()), null);
    }

    public IReadOnlyList<SearchSuggestion> Suggest(string? town, string text, int max)
    {
        var start = Fold(text);
        if (start.Length == 0)
        {
            return [];
        }

        bool Starts(string s) => $" {Fold(s)}".Contains($" {start}", StringComparison.Ordinal);
        var shops = _shops.Values.Where(s => s.Open && (town is null || s.Towns.Contains(town))).ToDictionary(s => s.Id);
        var suggestions = _categories.Values.Where(c => Starts(c.NameFr)).Select(c => new SearchSuggestion(SuggestionKind.Category, c.NameFr, c.Slug))
            .Concat(shops.Values.Where(s => Starts(s.Name)).OrderBy(s => s.Slug).Select(s => new SearchSuggestion(SuggestionKind.Shop, s.Name, s.Slug)))
            .Concat(_offers.Values.Where(o => shops.ContainsKey(o.ShopId) && Starts(o.Title)).OrderByDescending(o => o.Popularity).ThenBy(o => o.Id)
                .Select(o => new SearchSuggestion(SuggestionKind.Offer, o.Title, o.Id.ToString())));
        return [.. suggestions.Take(max)];
    }

    public void Dispose()
    {
    }

    private static IEnumerable<OfferFacet> InOrder(IEnumerable<OfferFacet> facets) => facets.OrderByDescending(f => f.Count).ThenBy(f => f.Slug, StringComparer.Ordinal);

    private IEnumerable<IndexedCategory> Path(string slug)
    {
        for (var at = slug; at is not null; at = _categories.GetValueOrDefault(at)?.Parent)
        {
            yield return _categories.GetValueOrDefault(at) ?? new IndexedCategory(at, at, null, null);
        }
    }

    private bool CollectableToday(IndexedOffer offer, DateTimeOffset now)
    {
        var today = TimeZoneInfo.ConvertTime(now, Zone).Date;
        return offer is { Available: > 0, State: StockState.InStock or StockState.LastOnes }
            && _pickups.GetValueOrDefault(offer.ShopId, []).Any(p => p.BookableUntil > now && TimeZoneInfo.ConvertTime(p.Start, Zone).Date == today);
    }

    private static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var c in text.Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
            {
                folded.Append(char.IsLetterOrDigit(c) ? char.ToLowerInvariant(c) : ' ');
            }
        }

        return folded.ToString();
    }

    private sealed record Found(IndexedOffer Offer, IndexedShop Shop, List<IndexedCategory> Path, bool Today);
}
