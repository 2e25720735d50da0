using System.Text.Json.Nodes;
using Marketplace.StripeSimulator.Api;
using Marketplace.StripeSimulator.Books;
using Marketplace.StripeSimulator.Webhooks;

namespace Marketplace.StripeSimulator.Payments;

/// <summary>Refunds: out of the platform's balance, never more than was captured.</summary>
internal static class Refunds
{
    // Long enough to be seen pending, short enough to be waited for.
    private const int SecondsPending = 5;

    internal static JsonObject Create(Call call)
    {
        var (change, form) = (call.Change, call.Form);
        var charge = Charge(change, form);
        var left = charge.Number("amount_captured") - charge.Number("amount_refunded");
        if (charge.Flag("disputed"))
        {
            throw StripeError.Invalid($"Charge {charge.Text("id")} has been charged back; cannot issue a refund.", null, "charge_disputed");
        }

        if (left == 0)
        {
            throw StripeError.Invalid($"Charge {charge.Text("id")} has already been refunded.", null, "charge_already_refunded");
        }

        var cents = form.Number("amount") ?? left;
        if (cents < 1)
        {
            throw StripeError.Invalid("Invalid positive integer", "amount", "parameter_invalid_integer");
        }

        if (cents > left)
        {
            throw StripeError.Invalid($"Refund amount ({cents} c) is greater than unrefunded amount on charge ({left} c)", "amount");
        }

        var later = Cards.Of(change.Find("drawn", charge.Text("id"))!.Text("number")).RefundsLater;
        var id = Shapes.NewId("re_");
        var refund = Shapes.New("refund", id, change.Now);
        refund["amount"] = cents;
        refund["charge"] = charge.Text("id");
        refund["payment_intent"] = charge.Text("payment_intent");
        refund["reason"] = form["reason"];
        refund["metadata"] = form.Metadata();
        refund["status"] = later == "succeeded" ? "pending" : "succeeded";
        refund["balance_transaction"] = Balance.Move(change, "refund", -cents, 0, id, days: 0);
        change.Put("refund", refund);
        if (later is not null)
        {
            Due.At(change, later == "failed" ? "refund-fails" : "refund-succeeds", id, change.Now.ToUnixTimeSeconds() + SecondsPending);
        }

        GivenBack(change, charge, cents);
        Events.Tell(change, "refund.created", refund);
        Events.Tell(change, "charge.refunded", charge);
        return refund;
    }

    internal static void Succeed(Change change, JsonObject refund)
    {
        refund["status"] = "succeeded";
        change.Put("refund", refund);
        Events.Tell(change, "refund.updated", refund);
    }

    /// <summary>The bank sent it back: the money is ours again, and the resident has none.</summary>
    internal static void Fail(Change change, JsonObject refund)
    {
        refund["status"] = "failed";
        refund["failure_reason"] = "unknown";
        refund["failure_balance_transaction"] = Balance.Move(change, "refund_failure", refund.Number("amount"), 0, refund.Text("id"), days: 0);
        change.Put("refund", refund);
        GivenBack(change, change.Find("charge", refund.Text("charge"))!, -refund.Number("amount"));
        Events.Tell(change, "refund.failed", refund);
        Events.Tell(change, "refund.updated", refund);
    }

    private static void GivenBack(Change change, JsonObject charge, long cents)
    {
        charge["amount_refunded"] = charge.Number("amount_refunded") + cents;
        charge["refunded"] = charge.Number("amount_refunded") == charge.Number("amount_captured");
        change.Put("charge", charge);
    }

    private static JsonObject Charge(Change change, Form form)
    {
        if (form["payment_intent"] is not { } id)
        {
            var named = form.Required("charge");
            return change.Find("charge", named) ?? throw StripeError.Missing("charge", named, "charge");
        }

        var intent = change.Find("payment_intent", id) ?? throw StripeError.Missing("payment_intent", id, "payment_intent");
        return intent.Text("status") == "succeeded" ? change.Find("charge", intent.Text("latest_charge"))!
            : throw StripeError.Invalid($"This PaymentIntent ({id}) does not have a successful charge to refund.", "payment_intent", "payment_intent_unexpected_state", intent);
    }
}
