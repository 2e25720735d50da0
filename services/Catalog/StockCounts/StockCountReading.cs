using Marketplace.Catalog.Stock;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Npgsql;

namespace Marketplace.Catalog.StockCounts;

/// <summary>A list, its scans gathered by the article that they mean now: a code that was unknown when it was scanned may have its product by now.</summary>
internal sealed class StockCountReading
{
    private readonly List<Article> _articles = [];
    private ILookup<Guid, Moved> _moved = Enumerable.Empty<Moved>().ToLookup(_ => Guid.Empty);

    private sealed record Article(string Code, Meant Meant, StockItem? Item, CountedGoods Goods, long Last);

    /// <summary>The articles that have a figure to be set, in key order.</summary>
    internal List<StockItem> Items => [.. _articles.Where(a => a.Meant.State is null).Select(a => a.Item!).OrderBy(i => i.Offer.OfferId.Value)];

    /// <param name="locked">The figures are held to the end of the transaction.</param>
    /// <param name="only">Of one article alone.</param>
    internal static async Task<StockCountReading> ReadAsync(NpgsqlConnection session, NpgsqlTransaction transaction, Guid shop, StoredCount count, bool locked, CancellationToken token, Guid? only = null)
    {
        var scans = await StockCountTables.ScansAsync(session, transaction, count.Id, only, token);
        var meant = await StockCountTables.MeantAsync(session, transaction, shop, [.. scans.Where(s => s.Offer is null).Select(s => s.Code).Distinct()], token);
        var groups = scans.GroupBy(s => s.Offer is { } offer ? (offer, null) : meant[s.Code] is { State: null, Offer: { } now } ? (now, null) : (Guid.Empty, (string?)s.Code)).ToList();
        Guid[] offers = [.. groups.Select(g => g.Key.Item1).Concat(meant.Values.Select(m => m.Offer ?? Guid.Empty)).Where(o => o != Guid.Empty).Distinct()];
        var items = await StockCountTables.ItemsAsync(session, transaction, shop, offers, locked, token);
        var reading = new StockCountReading { _moved = await StockCountTables.MovedAsync(session, transaction, offers, scans.Select(s => s.At).DefaultIfEmpty(count.StartedAt).Min(), token) };
        foreach (var group in groups)
        {
            var (code, last) = (group.Last().Code, group.Max(s => s.Id));
            var of = group.Key.Item2 is null ? new Meant(group.Key.Item1, null) : meant[group.Key.Item2];
            var found = of.Offer is { } id && items.TryGetValue(id, out var there) ? there : default;
            // Put away since, or gone over to nobody: never counted into another article.
            of = of.State is not null ? of : found.Item is null ? new Meant(null, "unknown") : found.Archived ? of with { State = "archived" } : of;
            if (CountedGoods.Of(group, of.State is null ? found.Item!.Offer.Unit : SaleUnit.Piece, of.Offer is { } moved ? [.. reading._moved[moved]] : []) is { } goods)
            {
                reading._articles.Add(new Article(code, of, found.Item, goods, last));
            }
        }

        reading._articles.Sort((a, b) => b.Last.CompareTo(a.Last));
        return reading;
    }

    internal int Count => _articles.Count;

    /// <summary>Beside what is known; nothing moves.</summary>
    internal List<CountedArticle> Compare(int newest) => [.. _articles.Take(newest).Select(a => Told(a, a.Item is null ? null : new StockItem(a.Item.Offer, a.Item.Now), StockSource.Hand, []))];

    /// <summary>The one that a scan meant.</summary>
    internal CountedArticle? Find(Guid? offer, string code) =>
        _articles.Find(a => offer is { } id ? a.Item?.Offer.OfferId.Value == id && a.Meant.State is null : a.Meant.State is not null && a.Code == code) is { } article
            ? Told(article, article.Item is null ? null : new StockItem(article.Item.Offer, article.Item.Now), StockSource.Hand, []) : null;

    /// <summary>Takes all over into the figures.</summary>
    internal List<CountedArticle> Apply(StockSource source, List<Movement> movements) => [.. _articles.Select(a => Told(a, a.Item, source, movements))];

    private CountedArticle Told(Article article, StockItem? item, StockSource source, List<Movement> movements)
    {
        var counted = article.Goods.Counted;
        if (item is null)
        {
            return new CountedArticle(article.Code, article.Meant.State!, counted, article.Goods.Until);
        }

        IReadOnlyList<Moved> moved = [.. _moved[item.Offer.OfferId.Value]];
        var known = There(item);
        var state = article.Meant.State ?? article.Goods.Apply(item, source, moved, movements);
        return new CountedArticle(article.Code, state, counted, article.Goods.Until, item.Offer.Sku, item.Offer.Title, item.Offer.Unit, counted is null ? 0 : article.Goods.Since(moved).OnHand, known,
            state is "counted" or "below-reserved" ? There(item) : null);
    }

    // What stands in the shop: what orders wait for and was found missing is not there.
    private static long There(StockItem item) => item.Now.OnHand - item.Now.Missing;
}
