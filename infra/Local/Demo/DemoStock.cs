using System.Globalization;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Local.Demo;

/// <summary>
/// Does what the demo's shops would do for their stock: the tills of those that feed send their figures, and in the others somebody counts again
/// before the figures are too old to be promised. The figures stay what they are; only their age is renewed.
/// </summary>
internal sealed class DemoStock(DemoApi api, Uri catalog, TimeProvider clock)
{
    /// <summary>How often the tills send theirs while the demo runs: well within the day for which a fed figure lets an order accept itself.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromHours(6);

    // Half of what Catalog promises a figure for: 45 days when it was counted, 7 when a program gave it.
    private static readonly TimeSpan CountedIsOld = TimeSpan.FromDays(22);
    private static readonly TimeSpan GivenIsOld = TimeSpan.FromHours(84);

    private const int PageSize = 100;

    public async Task RenewAsync(IEnumerable<DemoShop> shops, CancellationToken token)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = token };
        await Parallel.ForEachAsync(shops, parallel, async (shop, each) => await RenewAsync(shop, each));
    }

    private async Task RenewAsync(DemoShop shop, CancellationToken token)
    {
        for (var page = 1; ; page++)
        {
            // A figure is as of a moment only where nothing moves around it: what is sold before or after would be taken off twice, or not at all. Read on both
            // sides of that moment, one that moved is left to the next time.
            var before = await ReadAsync(shop, page, token);
            var asOf = clock.GetUtcNow();
            var after = await ReadAsync(shop, page, token);
            var stood = before.Items.Select(FigureOf).ToHashSet();
            var lines = after.Items.Where(offer => offer.Status == "active" && (shop.Fed || IsOld(offer, asOf)) && stood.Contains(FigureOf(offer)))
                .Select(offer => new StockLine(offer.Sku, null, offer.OnHand - offer.Missing)).ToList();
            if (lines.Count > 0)
            {
                // A line may be refused when the shop itself has just given a newer figure, or when pieces are missing as before: that is as good.
                var address = Address(shop, string.Create(CultureInfo.InvariantCulture, $"stock?source={(shop.Fed ? "feed" : "hand")}&asOf={asOf.UtcDateTime:O}"));
                await api.SendAsync(HttpMethod.Put, address, lines, token);
            }

            if (page * PageSize >= after.Total)
            {
                return;
            }
        }
    }

    private async Task<MerchantOfferPage> ReadAsync(DemoShop shop, int page, CancellationToken token) =>
        (await api.GetAsync<MerchantOfferPage>(Address(shop, $"offers?page={page}&pageSize={PageSize}"), token))!;

    private static (string Sku, long OnHand, long Reserved, long Missing) FigureOf(MerchantOffer offer) => (offer.Sku, offer.OnHand, offer.Reserved, offer.Missing);

    private static bool IsOld(MerchantOffer offer, DateTimeOffset now) =>
        now - offer.StockAt > (offer.StockSource is "hand" or "import" ? CountedIsOld : GivenIsOld);

    private Uri Address(DemoShop shop, string path) => new(catalog, $"api/v1/shops/{shop.Slug}/{path}");
}
