using System.Text.Json;
using Marketplace.Contracts;

namespace Marketplace.Ordering.Payments;

/// <summary>What was asked for, where the same refusal may mean that it is done.</summary>
internal enum Asked { Other, Capture, Cancel }

/// <summary>Stripe's errors in the gateway's words, the same for every gateway.</summary>
internal static class StripeProblems
{
    /// <summary>Metadata under which we find our own.</summary>
    internal const string Order = "order", Shop = "shop", Reference = "reference";

    internal const string Unreadable = "unreadable answer";

    /// <summary>The one currency. An amount in another is none of ours, whatever its number.</summary>
    internal const string Currency = "eur";

    internal static PaymentProblem Of(Asked asked, int status, string? type, string? code, string? reason, string? param, string? message, Payment? payment) => (status, type, code) switch
    {
        // Of an authorisation that has ended Stripe speaks in three ways.
        (_, _, "charge_expired_for_capture" or "capture_charge_authorization_expired") when asked == Asked.Capture => new PaymentProblem.Refused(PaymentProblem.AuthorisationEnded, message, payment),
        (_, _, PaymentProblem.WrongState) when asked == Asked.Capture && payment?.Status == PaymentStatus.Cancelled => new PaymentProblem.Refused(PaymentProblem.AuthorisationEnded, message, payment),
        (402, _, _) or (_, "card_error", _) => new PaymentProblem.Declined(code ?? "card_declined", reason),
        (_, "idempotency_error", _) => new PaymentProblem.Refused(PaymentProblem.KeyReused, message),
        (404, _, _) or (_, _, "resource_missing") => new PaymentProblem.NotFound(message),
        (_, _, "charge_already_captured") when asked == Asked.Capture => new PaymentProblem.AlreadyDone(payment),
        // By somebody, perhaps by hand: that is not the refund that was asked for.
        (_, _, "charge_already_refunded") => new PaymentProblem.Refused(PaymentProblem.AmountTooLarge, message, payment),
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
        if (!read.IsDone)
        {
            // It may be paid: nothing that follows from "closed" may be done before that is known.
            return new PaymentProblem.Away(true, "closing was refused, and the session could not be read");
        }

        return read.Value.Status switch
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
        "requires_payment_method" or "requires_confirmation" or "requires_action" or "processing" => PaymentStatus.Open,
        _ => throw Missing("a known status"),
    };

    internal static CheckoutStatus StatusOfSession(string session) => session switch
    {
        "open" => CheckoutStatus.Open,
        "complete" => CheckoutStatus.Complete,
        "expired" => CheckoutStatus.Expired,
        _ => throw Missing("a known status"),
    };

    // Stripe may leave it out of a refund.
    internal static RefundStatus StatusOfRefund(string? refund) => refund switch
    {
        "succeeded" => RefundStatus.Succeeded,
        "failed" or "canceled" => RefundStatus.Failed,
        null or "pending" or "requires_action" => RefundStatus.Pending,
        _ => throw Missing("a known status"),
    };

    internal static PayoutStatus StatusOfPayout(string payout) => payout switch
    {
        "pending" or "in_transit" => PayoutStatus.OnItsWay,
        "paid" => PayoutStatus.Paid,
        "failed" or "canceled" => PayoutStatus.Failed,
        _ => throw Missing("a known status"),
    };

    /// <summary>What an answer must have, for every gateway: without it, it is none of Stripe's, or of another day.</summary>
    internal static string Needed(string? value, string name) => value is { Length: > 0 } ? value : throw Missing(name);

    /// <summary>Says whose <paramref name="currency"/> the amounts beside it are in.</summary>
    internal static void AreEuros(string? currency)
    {
        if (currency != Currency)
        {
            throw Missing("amounts in " + Currency);
        }
    }

    /// <summary>A page that is followed by others and holds nothing to go on from would be read for ever.</summary>
    internal static void GoesOn(int items, bool more)
    {
        if (more && items == 0)
        {
            throw Missing("data");
        }
    }

    internal static JsonException Missing(string name) => new($"Stripe's answer has no {name}.");

    /// <summary>An id of Stripe's, before it becomes part of an address or the only thing that a list is asked by.</summary>
    internal static string Id(string id) => id.Length > 0 && id.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') ? id : throw new ArgumentException("That is no id of Stripe's.", nameof(id));

    internal static long AtLeastOne(long cents)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cents, 1);
        return cents;
    }

    internal static OrderId? OrderOf(string? text) => OrderId.TryParse(text, null, out var order) ? order : null;

    internal static ShopId? ShopOf(string? text) => ShopId.TryParse(text, null, out var shop) ? shop : null;

    /// <summary>What Stripe would take for another key, or for none.</summary>
    internal static string Checked(string key) =>
        key.Length is > 0 and <= 255 && key.All(c => c is > ' ' and <= '~') ? key : throw new ArgumentException("A key has 1 to 255 printable characters.", nameof(key));
}
