using System.Globalization;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Clients;

namespace Marketplace.Storefront.Merchants.Figures;

/// <summary>Ordering as a shop reads what it sold.</summary>
internal sealed class ShopFiguresClient(HttpClient http, ReadPipeline reads) : ServiceClient(http, reads, "ordering")
{
    public Task<ShopFigures> ReadAsync(string shop, CancellationToken token) => GetKnownAsync<ShopFigures>($"shops/{E(shop)}/figures", token);

    public async Task<IReadOnlyList<SalesDay>> DaysAsync(string shop, DateOnly from, DateOnly to, CancellationToken token) => await GetKnownAsync<SalesDay[]>(
        $"shops/{E(shop)}/figures/days" + Q(("from", from.ToString("O", CultureInfo.InvariantCulture)), ("to", to.ToString("O", CultureInfo.InvariantCulture))), token);
}
