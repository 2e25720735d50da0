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
        api.MapPost("/orders/{orderId}/withdrawals/{withdrawalId:guid}/goods", SayAsync).AllowAnyone().ReadsIfMatch("the order").AnswersETag().Produces<OrderView>().ProducesProblem(404).ProducesProblem(409).ProducesProblem(422)
            .WithSummary("The goods of a withdrawal were brought back, or sent, says who withdrew: where the shop had said that nothing came (withheld), it has to look again, and the refund is made by itself at another refundBy.");
        var shop = api.MapGroup("/shops/{shop}/orders/{orderId:guid}/withdrawals/{withdrawalId:guid}");
        Act(shop.MapPut("", (Guid orderId, Guid withdrawalId, RecordWithdrawal record, HttpContext context, ShopOrders orders, OrderLog log, TimeProvider clock) =>
            RecordAsync(orderId, withdrawalId, record, context, orders, log, clock))).ProducesProblem(422)
            .WithSummary("Writes down a withdrawal that came by letter, mail or word: any clear declaration counts, and from the day it came (receivedAt). The customer gets the acknowledgement. Whether it came in time is judged by that day; the refund’s own term runs from it too.");
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
        OrderId orderId, Guid withdrawalId, string? token, Withdraw withdraw, HttpContext context, OrderLog orders, Contacts contacts, AccessTokens tokens, PointKeepers keepers, TimeProvider clock)
    {
        var (before, contact) = await OrderEndpoints.OpenAsync(orderId, token, context, orders, contacts, tokens);
        var shop = before.Placed.Shops.FirstOrDefault(s => s.Slug == withdraw.Shop)?.ShopId
            ?? throw Refusal.Invalid("unknown-shop", "Cette boutique ne fait pas partie de la commande.", "This shop is not part of the order.").With("field", "shop");
        var lines = (withdraw.Lines ?? []).Select(l => (l.OfferId, l.Quantity, l.Unopened)).ToList();
        var actor = new Caller(context.User).Actor;
        var command = new OrderCommand.Withdraw(shop, withdrawalId, lines, WithdrawalTerm.Of(before, shop), clock.GetUtcNow());
        // Sent again, by somebody who saw the order as it was before the first time.
        var after = before.State is Order.Confirmed standing && WithdrawalRules.Find(standing, withdrawalId) is not null && OrderDecider.Decide(command, standing).Count == 0 ? before : await orders.HandleAsync(orderId, (history, now) => OrderDecider.Decide(command with { Until = WithdrawalTerm.Of(history, shop), Now = now }, history.State),
            actor is "anonymous" ? "token" : actor, ETags.Expected(context.Request), context.RequestAborted);
        context.Response.Headers.ETag = ETags.Of(after.Version);
        context.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(OrderViews.Resident(after, contact, tokens.Of(orderId), keepers));
    }

    private static async Task<IResult> RecordAsync(Guid orderId, Guid withdrawalId, RecordWithdrawal record, HttpContext context, ShopOrders orders, OrderLog log, TimeProvider clock)
    {
        var shop = context.GetShop().Id;
        var history = await log.ReadAsync(new OrderId(orderId), context.RequestAborted);
        var lines = (record.Lines ?? []).Select(l => (l.OfferId, l.Quantity, l.Unopened)).ToList();
        // Once handed over, until when they may is never moved.
        return await orders.HandleAsync(orderId, new OrderCommand.Withdraw(shop, withdrawalId, lines, history.Exists ? WithdrawalTerm.Of(history, shop) : null, clock.GetUtcNow(), record.ReceivedAt), context);
    }

    private static async Task<IResult> SayAsync(
        OrderId orderId, Guid withdrawalId, string? token, GoodsSaid said, HttpContext context, OrderLog orders, Contacts contacts, AccessTokens tokens, PointKeepers keepers)
    {
        var (before, contact) = await OrderEndpoints.OpenAsync(orderId, token, context, orders, contacts, tokens);
        var shop = before.Placed.Shops.FirstOrDefault(s => s.Slug == said.Shop)?.ShopId ?? throw WithdrawalRefusals.Unknown();
        var actor = new Caller(context.User).Actor;
        var after = await orders.HandleAsync(orderId, (history, now) => OrderDecider.Decide(new OrderCommand.SayGoods(shop, withdrawalId, said.How ?? "", now), history.State),
            actor is "anonymous" ? "token" : actor, ETags.Expected(context.Request), context.RequestAborted);
        context.Response.Headers.ETag = ETags.Of(after.Version);
        context.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(OrderViews.Resident(after, contact, tokens.Of(orderId), keepers));
    }
}
