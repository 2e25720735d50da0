using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Pages;

namespace Marketplace.Storefront.Accounts;

/// <summary><c>/compte/commandes</c>: the orders placed while signed in, latest first.</summary>
internal static class OrderHistory
{
    public static void MapOrderHistory(this RouteGroupBuilder account) =>
        account.MapGet("/commandes", async (OrderingClient ordering, CancellationToken token, int page = 1) =>
        {
            var mine = await ordering.MineAsync(Math.Clamp(page, 1, 1000), token);
            return LastPage.InsteadOf(page, mine.Items.Count, mine.Total, mine.PageSize) is { } last ? Results.LocalRedirect("/compte/commandes" + LocalUrl.Query(("page", LastPage.Text(last))))
                : Page.Of<OrderHistoryPage, OrderPage>(mine);
        }).RequireAuthorization();
}
