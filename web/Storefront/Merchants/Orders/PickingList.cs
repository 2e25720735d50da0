using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;

namespace Marketplace.Storefront.Merchants.Orders;

/// <summary>
/// <c>/pro/{shop}/preparation</c>: what is to be fetched from the shelves, day by day, each article once with how much of it all orders together take; one
/// walk along the shelves instead of one per order. Grouped by order it is <see cref="DaySheet"/>.
/// </summary>
public static class PickingList
{
    private const int PageSize = 100;
    private const string Meant = "requested,accepted";

    /// <summary>Beyond so many orders the list says that it is not whole.</summary>
    private const int MostPages = 10;

    /// <param name="Days">In the order in which people come.</param>
    /// <param name="Orders">How many orders are in it.</param>
    /// <param name="Hidden">How many are not.</param>
    public sealed record Model(ProShop Shop, IReadOnlyList<Day> Days, int Orders, int Hidden);

    /// <param name="Date">On which the orders are collected.</param>
    public sealed record Day(DateOnly Date, IReadOnlyList<Article> Articles);

    /// <param name="Quantity">Pieces or grams, for all of them.</param>
    /// <param name="BatchAt">What is made to order is fetched batch by batch.</param>
    public sealed record Article(OfferId OfferId, string Title, string Category, SaleUnit Unit, long Quantity, IReadOnlyList<Share> Shares, DateTimeOffset? BatchAt = null)
    {
        /// <summary>How many pieces the quantity is, where all of it was ordered in pieces of a weight that is estimated; null otherwise.</summary>
        public long? Pieces => Shares.All(s => s.Pieces is not null) ? Shares.Sum(s => s.Pieces) : null;
    }

    /// <summary>What of an article goes into which order.</summary>
    /// <param name="Waits">Some of it is missing, and its customer has not answered yet.</param>
    /// <param name="Pieces">Of goods by weight that were ordered in pieces: how many.</param>
    public sealed record Share(ShopOrderCard Order, long Quantity, bool Waits = false, long? Pieces = null);

    internal static void MapPickingList(this RouteGroupBuilder shop) => shop.MapGet("/preparation", ShowAsync);

    private static async Task<IResult> ShowAsync(HttpContext http, ShopOrdersClient orders, CancellationToken token)
    {
        var shop = http.ProShop();
        var (all, total) = await ReadAsync(shop.Slug, Meant, orders, token);
        return Page.Of<PickingListPage, Model>(new Model(shop, Group(all), all.Count, Math.Max(0, total - all.Count)));
    }

    /// <summary>As many of a shop's orders as a sheet shows, and how many there are.</summary>
    internal static async Task<(List<ShopOrderCard> Orders, int Total)> ReadAsync(string shop, string meant, ShopOrdersClient orders, CancellationToken token)
    {
        for (var attempt = 1; ; attempt++)
        {
            var first = await orders.ListAsync(shop, meant, 1, PageSize, token);
            var (all, page, number) = (first.Items.ToList(), first, 1);
            while (page.Items.Count == PageSize && number < MostPages && page.Total == first.Total)
            {
                all.AddRange((page = await orders.ListAsync(shop, meant, ++number, PageSize, token)).Items);
            }

            // One that got ready meanwhile moves the others up a place, and one of them out of sight.
            if (page.Total == first.Total || attempt == 3)
            {
                return ([.. all.DistinctBy(o => o.OrderId)], page.Total);
            }
        }
    }

    internal static IReadOnlyList<Day> Group(IEnumerable<ShopOrderCard> orders) =>
    [
        .. orders.Where(o => o.Pickup is not null).OrderBy(o => o.Pickup!.Start).GroupBy(o => Ui.LocalDate(o.Pickup!.Start)).OrderBy(day => day.Key).Select(day => new Day(day.Key,
        [
            .. day.SelectMany(o => o.Lines.Where(l => l.State == "ok").Select(l => (Line: l, Share: ShareOf(o, l))))
                .GroupBy(l => (l.Line.OfferId, l.Line.BatchAt))
                .Select(g => (First: g.First().Line, Shares: g.Select(l => l.Share).ToList()))
                .Select(g => new Article(g.First.OfferId, g.First.Title, g.First.Category, g.First.Unit, g.Shares.Sum(s => s.Quantity), g.Shares, g.First.BatchAt))
                .OrderBy(a => a.Category, StringComparer.Ordinal).ThenBy(a => a.Title, StringComparer.CurrentCultureIgnoreCase).ThenBy(a => a.BatchAt),
        ])),
    ];

    private static Share ShareOf(ShopOrderCard order, LineView line)
    {
        var quantity = Shortages.Waits(line) ? line.Shortage!.Found : line.FinalQuantity ?? line.Quantity;
        return new Share(order, quantity, Shortages.Waits(line), line.FinalQuantity is null ? PieceWeights.Pieces(line.Unit, quantity, line.PieceGrams) : null);
    }
}
