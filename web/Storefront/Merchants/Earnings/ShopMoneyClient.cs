using System.Globalization;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Clients;

namespace Marketplace.Storefront.Merchants.Earnings;

/// <summary>Ordering as a shop's owner reads its money.</summary>
internal sealed class ShopMoneyClient(HttpClient http, ReadPipeline reads) : ServiceClient(http, reads, "ordering")
{
    public Task<ShopMoney> ReadAsync(string shop, CancellationToken token) => GetKnownAsync<ShopMoney>($"shops/{E(shop)}/money", token);

    public Task<ShopStatement> MonthAsync(string shop, DateOnly month, int page, int pageSize, CancellationToken token) => GetKnownAsync<ShopStatement>(
        $"shops/{E(shop)}/money/months/{month.ToString("yyyy-MM", CultureInfo.InvariantCulture)}" + Q(("page", page.ToString(CultureInfo.InvariantCulture)), ("pageSize", pageSize.ToString(CultureInfo.InvariantCulture))), token);
}
