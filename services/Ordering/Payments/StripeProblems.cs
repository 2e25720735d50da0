using Marketplace.Contracts;

namespace Marketplace.Ordering.Payments;

/// <summary>What was asked for, where the same refusal may mean that it is done.</summary>
internal enum Asked { Other, Capture, Cancel, Refund }

/// <summary>Stripe's errors in the gateway's words, the same for every gateway.</summary>
internal static class StripeProblems
{
    /// <summary>Metadata under which we find our own.</summary>
    internal const string Order = "order", Shop = "shop", Reference = "reference";

    internal static PaymentProblem Of(Asked asked, int status, string? type, string? code, string? reason, string? param, string? message, Payment? payment) => (status, type, code) switch
    {
        (402, _, _) or (_, "card_error", _) => new PaymentProblem.Declined(code ?? "card_declined", reason),
        (_, "idempotency_error", _) => new PaymentProblem.Refused(PaymentProblem.KeyReused, message),
        (404, _, _) or (_, _, "resource_missing") => new PaymentProblem.NotFound(message),
        (_, _, "charge_already_captured") when asked == Asked.Capture => new PaymentProblem.AlreadyDone(payment),
        (_, _, "charge_already_refunded") when asked == Asked.Refund => new PaymentProblem.AlreadyDone(payment),
        (_, _, PaymentProblem.WrongState) when asked == Asked.Capture && payment?.Status == PaymentStatus.Captured => new PaymentProblem.AlreadyDone(payment),
        (_, _, PaymentProblem.WrongState) when asked == Asked.Cancel && payment?.Status == PaymentStatus.Cancelled => new PaymentProblem.AlreadyDone(payment),
        // Of refunds, transfers and reversals it says so in words alone.
        (_, "invalid_request_error", null) when param == "amount" => new PaymentProblem.Refused(PaymentProblem.AmountTooLarge, message, payment),
        _ => new PaymentProblem.Refused(code ?? type ?? $"status_{status}", message, payment),
    };

    /// <summary>Stripe refuses to close what is not open without saying by a code what it is instead.</summary>
    internal static async Task<PaymentAnswer<CheckoutSession>> SettleClosingAsync(this IPaymentGateway gateway, string session, PaymentAnswer<CheckoutSession> closed, CancellationToken token)
    {
        if (closed.Problem is not PaymentProblem.Refused { Code: not PaymentProblem.KeyReused } refused)
        {
            return closed;
        }

        var read = await gateway.ReadCheckoutAsync(session, token);
        return read.Value?.Status switch
        {
            CheckoutStatus.Complete => new PaymentProblem.Refused(PaymentProblem.CheckoutComplete, refused.Message, read.Value.Payment),
            CheckoutStatus.Expired => read,
            _ => closed,
        };
    }

    internal static PaymentStatus StatusOf(string payment) => payment switch
    {
        "requires_capture" => PaymentStatus.Authorised,
        "succeeded" => PaymentStatus.Captured,
        "canceled" => PaymentStatus.Cancelled,
        _ => PaymentStatus.Open,
    };

    internal static CheckoutStatus StatusOfSession(string? session) => session switch { "complete" => CheckoutStatus.Complete, "expired" => CheckoutStatus.Expired, _ => CheckoutStatus.Open };

    internal static RefundStatus StatusOfRefund(string? refund) =>
        refund switch { "succeeded" => RefundStatus.Succeeded, "failed" or "canceled" => RefundStatus.Failed, _ => RefundStatus.Pending };

    internal static OrderId? OrderOf(string? text) => OrderId.TryParse(text, null, out var order) ? order : null;

    internal static ShopId? ShopOf(string? text) => ShopId.TryParse(text, null, out var shop) ? shop : null;

    /// <summary>What Stripe would take for another key, or for none.</summary>
    internal static string Checked(string key) =>
        key.Length is > 0 and <= 255 && key.All(c => c is > ' ' and <= '~') ? key : throw new ArgumentException("A key has 1 to 255 printable characters.", nameof(key));
}
