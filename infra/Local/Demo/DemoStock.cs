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
        // Taken before the figures are read: what is sold meanwhile is taken off them.
        var asOf = clock.GetUtcNow();
        var stale = new List<StockLine>();
        for (var page = 1; ; page++)
        {
            var offers = await api.GetAsync<MerchantOfferPage>(Address(shop, $"offers?page={page}&pageSize={PageSize}"), token);
            stale.AddRange(offers!.Items.Where(offer => offer.Status == "active" && (shop.Fed || IsOld(offer, asOf))).Select(offer => new StockLine(offer.Sku, null, offer.OnHand)));
            if (page * PageSize >= offers.Total)
            {
                break;
            }
        }

        foreach (var lines in stale.Chunk(PageSize))
        {
            // A line may be refused when the shop itself has just given a newer figure: that is as good.
            var address = Address(shop, string.Create(CultureInfo.InvariantCulture, $"stock?source={(shop.Fed ? "feed" : "hand")}&asOf={asOf.UtcDateTime:O}"));
            await api.SendAsync(HttpMethod.Put, address, lines, token);
        }
    }

    private static bool IsOld(MerchantOffer offer, DateTimeOffset now) =>
        now - offer.StockAt > (offer.StockSource is "hand" or "import" ? CountedIsOld : GivenIsOld);

    private Uri Address(DemoShop shop, string path) => new(catalog, $"api/v1/shops/{shop.Slug}/{path}");
}
