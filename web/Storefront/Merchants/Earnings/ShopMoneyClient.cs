using System.Globalization;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Clients;

namespace Marketplace.Storefront.Merchants.Earnings;

/// <summary>Ordering as a shop's owner reads its money.</summary>
internal sealed class ShopMoneyClient(HttpClient http, ReadPipeline reads) : ServiceClient(http, reads, "ordering")
{
    public Task<ShopMoney> ReadAsync(string shop, CancellationToken token) => GetKnownAsync<ShopMoney>($"shops/{E(shop)}/money", token);

    /// <param name="look">As it stands now on the other side.</param>
    public Task<PayoutAccount> AccountAsync(string shop, bool look, CancellationToken token) => GetKnownAsync<PayoutAccount>($"shops/{E(shop)}/money/account{(look ? "?look=true" : "")}", token);

    /// <summary>Asked again it is the same account.</summary>
    public Task<Answer<PayoutAccount>> OpenAccountAsync(string shop, CancellationToken token) => SendAsync<PayoutAccount>(HttpMethod.Put, $"shops/{E(shop)}/money/account", null, token, mayRepeat: true);

    public Task<Answer<PayoutAccountLink>> LinkToAccountAsync(string shop, CancellationToken token) => PostAsync<PayoutAccountLink>($"shops/{E(shop)}/money/account/link", null, token, mayRepeat: true);

    /// <summary>Every line of it, read in one moment: they add up with what it opens and closes with.</summary>
    public Task<ShopStatement> WholeMonthAsync(string shop, DateOnly month, CancellationToken token) =>
        GetKnownAsync<ShopStatement>($"shops/{E(shop)}/money/months/{month.ToString("yyyy-MM", CultureInfo.InvariantCulture)}?all=true", token);

    public Task<ShopStatement> MonthAsync(string shop, DateOnly month, int page, int pageSize, CancellationToken token) => GetKnownAsync<ShopStatement>(
        $"shops/{E(shop)}/money/months/{month.ToString("yyyy-MM", CultureInfo.InvariantCulture)}" + Q(("page", page.ToString(CultureInfo.InvariantCulture)), ("pageSize", pageSize.ToString(CultureInfo.InvariantCulture))), token);
}
