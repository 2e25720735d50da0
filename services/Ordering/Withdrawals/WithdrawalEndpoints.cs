using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Orders;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;

namespace Marketplace.Ordering.Withdrawals;

/// <summary>Who bought at a distance withdraws, with the order's token or signed in; the shop says what became of the goods.</summary>
internal static class WithdrawalEndpoints
{
    internal static RouteGroupBuilder MapWithdrawals(this RouteGroupBuilder api)
    {
        api.MapPut("/orders/{orderId}/withdrawals/{withdrawalId:guid}", DeclareAsync).AllowAnyone().ReadsIfMatch("the order").AnswersETag().Produces<OrderView>().ProducesProblem(404).ProducesProblem(409).ProducesProblem(422)
            .WithSummary("Withdraws from what was bought by card and collected, line by line and by quantity, within the term of the law (withdrawUntil). No reason is asked for. The id is yours, a new one for each withdrawal; the same again is the same withdrawal. A mail acknowledges it.");
        var shop = api.MapGroup("/shops/{shop}/orders/{orderId:guid}/withdrawals/{withdrawalId:guid}");
        Act(shop.MapPost("/back", (Guid orderId, Guid withdrawalId, GoodsBack back, HttpContext context, ShopOrders orders) =>
            orders.HandleAsync(orderId, new OrderCommand.NoteGoodsBack(context.GetShop().Id, withdrawalId, back.How ?? ""), context))).ProducesProblem(422)
            .WithSummary("The goods are back (how: back), or it was shown that they were sent (how: sent): what is owed for them is refunded, under the withdrawal’s id.");
        Act(shop.MapPost("/withheld", (Guid orderId, Guid withdrawalId, HttpContext context, ShopOrders orders) =>
            orders.HandleAsync(orderId, new OrderCommand.WithholdRefund(context.GetShop().Id, withdrawalId), context)))
            .WithSummary("The goods did not come back: the refund waits until they do, or until it is shown that they were sent. Said by nobody before refundBy, it is made by itself then.");
        return api;

        static RouteHandlerBuilder Act(RouteHandlerBuilder action) => action.RequireShop("refunds:write", ShopRole.Staff).ReadsIfMatch("the order").AnswersETag().Produces<ShopOrderCard>().ProducesProblem(404).ProducesProblem(409);
    }

    private static async Task<IResult> DeclareAsync(
        OrderId orderId, Guid withdrawalId, string? token, Withdraw withdraw, HttpContext context, OrderLog orders, Contacts contacts, AccessTokens tokens, PointKeepers keepers)
    {
        var (before, contact) = await OrderEndpoints.OpenAsync(orderId, token, context, orders, contacts, tokens);
        var shop = before.Placed.Shops.FirstOrDefault(s => s.Slug == withdraw.Shop)?.ShopId
            ?? throw Refusal.Invalid("unknown-shop", "Cette boutique ne fait pas partie de la commande.", "This shop is not part of the order.").With("field", "shop");
        var lines = (withdraw.Lines ?? []).Select(l => (l.OfferId, l.Quantity, l.Unopened)).ToList();
        var actor = new Caller(context.User).Actor;
        var after = await orders.HandleAsync(orderId, (history, now) => OrderDecider.Decide(new OrderCommand.Withdraw(shop, withdrawalId, lines, WithdrawalTerm.Of(history, shop), now), history.State),
            actor is "anonymous" ? "token" : actor, ETags.Expected(context.Request), context.RequestAborted);
        context.Response.Headers.ETag = ETags.Of(after.Version);
        context.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(OrderViews.Resident(after, contact, tokens.Of(orderId), keepers));
    }
}
