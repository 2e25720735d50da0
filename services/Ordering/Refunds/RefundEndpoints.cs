using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Orders;
using Marketplace.Ordering.Withdrawals;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;

namespace Marketplace.Ordering.Refunds;

/// <summary>A shop gives back what was paid for its own goods. The id is the caller's: sent again, also by a second press of the button, it is the same refund.</summary>
internal static class RefundEndpoints
{
    internal static RouteGroupBuilder MapRefunds(this RouteGroupBuilder api)
    {
        var refund = api.MapGroup("/shops/{shop}/orders/{orderId:guid}/refunds/{refundId:guid}");
        Act(refund.MapPut("", RefundAsync)).ProducesProblem(422)
            .WithSummary("Gives back some of what was paid for goods that were collected: to the card that paid, or, where it was paid at the counter, recorded as given back there. Never more of a line than was paid for it. The id is yours, a new one for each refund.");
        Act(refund.MapPost("/again", AgainAsync)).WithSummary("Sends a refund once more that the customer’s bank sent back, or that could not be sent.");
        Act(refund.MapPost("/otherwise", OtherwiseAsync)).ProducesProblem(422)
            .WithSummary("What is owed and cannot go back to the card (unsent) was given back in another way: how, and on which day. What a bank sent back (failed) lies with the platform: only an operator says this of it. The customer is told by mail.");
        return api;

        static RouteHandlerBuilder Act(RouteHandlerBuilder action) => action.RequireShop("refunds:write", ShopRole.Staff).ReadsIfMatch("the order").AnswersETag().Produces<ShopOrderCard>().ProducesProblem(404).ProducesProblem(409);
    }

    private static async Task<IResult> RefundAsync(Guid orderId, Guid refundId, GiveBack back, HttpContext context, ShopOrders orders)
    {
        // What its resident withdraws from is not the shop's to say.
        if (back.Reason is RefundRules.Withdrawal)
        {
            throw RefundRefusals.ReasonUnknown();
        }

        var command = new OrderCommand.GiveBack(context.GetShop().Id, refundId, [.. (back.Lines ?? []).Select(l => (l.OfferId, l.Cents))], back.Reason);
        var known = await orders.FindAsync(new Contracts.OrderId(orderId), context.GetShop().Id, context.RequestAborted);
        if (RefundRules.Find((Order.Confirmed)known.History.State, refundId) is null)
        {
            return await orders.HandleAsync(orderId, command, context);
        }

        // Sent again, by somebody who saw the order as it was before the first time.
        RefundRules.Decide(command, known.History.State);
        return orders.Answer(known, context);
    }

    private static Task<IResult> OtherwiseAsync(Guid orderId, Guid refundId, GivenOtherwise given, HttpContext context, ShopOrders orders, TimeProvider clock) => orders.HandleAsync(orderId,
        new OrderCommand.NoteGivenOtherwise(context.GetShop().Id, refundId, given.Word ?? "", given.On, new Caller(context.User).IsOperator, WithdrawalTerm.DateOf(clock.GetUtcNow()).ToDateOnly()), context);

    private static Task<IResult> AgainAsync(Guid orderId, Guid refundId, HttpContext context, ShopOrders orders) =>
        orders.HandleAsync(orderId, new OrderCommand.SendAgain(context.GetShop().Id, refundId), context);
}
