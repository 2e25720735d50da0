using System.Text.Json.Nodes;
using Marketplace.StripeSimulator.Api;
using Marketplace.StripeSimulator.Books;
using Marketplace.StripeSimulator.Webhooks;

namespace Marketplace.StripeSimulator.Payments;

/// <summary>What became of a press on the button that pays.</summary>
internal enum Paying { Done, Declined, AskBank, Closed }

/// <summary>Payment intents and their charges: authorised on the page, captured or cancelled over the API, lapsed by themselves.</summary>
internal static class Intents
{
    /// <summary>A card is given. A session that is paid already stays so, whatever is pressed.</summary>
    internal static (Paying Outcome, string? Sentence) Pay(Change change, JsonObject session, string number)
    {
        if (session.Text("status") != "open")
        {
            return (session.Text("status") == "complete" ? Paying.Done : Paying.Closed, null);
        }

        var (card, intent) = (Cards.Of(number), Begun(change, session));
        if (card.Asks)
        {
            intent["status"] = "requires_action";
            intent["next_action"] = new JsonObject { ["type"] = "use_stripe_sdk", ["use_stripe_sdk"] = new JsonObject { ["type"] = "three_d_secure_redirect" } };
            change.Put("payment_intent", intent);
            change.Put("asked", intent.Text("id"), new JsonObject { ["number"] = card.Number });
            Events.Tell(change, "payment_intent.requires_action", intent);
            return (Paying.AskBank, null);
        }

        return Settle(change, session, intent, card);
    }

    /// <summary>The bank's page was answered.</summary>
    internal static (Paying Outcome, string? Sentence) Answer(Change change, JsonObject session, bool confirmed)
    {
        if (session.Text("status") != "open")
        {
            return (session.Text("status") == "complete" ? Paying.Done : Paying.Closed, null);
        }

        var intent = session.Find("payment_intent") is { } id ? change.Find("payment_intent", id) : null;
        if (intent?.Text("status") != "requires_action" || change.Find("asked", intent.Text("id")) is not { } asked)
        {
            return (Paying.Declined, "Cette demande d’authentification n’est plus en cours. Saisissez votre carte à nouveau.");
        }

        change.Put("asked", intent.Text("id"), null);
        var card = Cards.Of(asked.Text("number"));
        return confirmed ? Settle(change, session, intent, card) : Refuse(change, session, intent, card, "payment_intent_authentication_failure", null);
    }

    internal static JsonObject Capture(Call call, string id)
    {
        var change = call.Change;
        var intent = change.Find("payment_intent", id) ?? throw StripeError.Missing("payment_intent", id, "intent");
        if (intent.Text("status") != "requires_capture")
        {
            throw StripeError.Invalid($"This PaymentIntent could not be captured because it has a status of {intent.Text("status")}. "
                + "Only a PaymentIntent with one of the following statuses may be captured: requires_capture.", null, "payment_intent_unexpected_state", intent);
        }

        var cents = call.Form.Number("amount_to_capture") ?? intent.Number("amount_capturable");
        return cents < 1 ? throw StripeError.Invalid("Invalid positive integer", "amount_to_capture", "parameter_invalid_integer")
            : cents > intent.Number("amount_capturable") ? throw StripeError.Invalid(
                "The payment could not be captured because the requested capture amount is greater than the amount you can capture for this charge.", "amount_to_capture", "amount_too_large")
            : Take(change, intent, cents);
    }

    internal static JsonObject Cancel(Call call, string id)
    {
        var change = call.Change;
        var intent = change.Find("payment_intent", id) ?? throw StripeError.Missing("payment_intent", id, "intent");
        if (intent.Text("status") is "succeeded" or "canceled")
        {
            throw StripeError.Invalid($"You cannot cancel this PaymentIntent because it has a status of {intent.Text("status")}. Only a PaymentIntent with one of the following statuses may be "
                + "canceled: requires_payment_method, requires_capture, requires_confirmation, requires_action, processing.", null, "payment_intent_unexpected_state", intent);
        }

        return intent.Text("status") == "requires_capture" ? End(change, intent, call.Form["cancellation_reason"])
            : throw StripeError.Invalid("You cannot cancel this PaymentIntent because it was created by a Checkout Session that is open. Expire the Checkout Session instead.", null,
                "payment_intent_unexpected_state", intent);
    }

    /// <summary>The authorisation's days are over.</summary>
    internal static void Lapse(Change change, JsonObject intent)
    {
        if (intent.Text("status") == "requires_capture")
        {
            End(change, intent, "expired");
        }
    }

    internal static JsonObject End(Change change, JsonObject intent, string? reason)
    {
        var authorised = intent.Text("status") == "requires_capture";
        intent["status"] = "canceled";
        intent["canceled_at"] = change.Now.ToUnixTimeSeconds();
        intent["cancellation_reason"] = reason;
        intent["amount_capturable"] = 0;
        intent["next_action"] = null;
        change.Put("payment_intent", intent);
        Due.Never(change, "authorisation", intent.Text("id"));
        // What was only set aside is not refunded (since 2025-03-31): nothing of the charge changes.
        if (authorised && reason == "expired")
        {
            Events.Tell(change, "charge.expired", change.Find("charge", intent.Text("latest_charge"))!);
        }

        Events.Tell(change, "payment_intent.canceled", intent);
        return intent;
    }

    private static (Paying, string?) Settle(Change change, JsonObject session, JsonObject intent, Card card)
    {
        if (card.Declined is { } declined)
        {
            return Refuse(change, session, intent, card, declined.Code, declined.Reason);
        }

        var (charge, lapses) = (NewCharge(change, intent, card), change.Now.AddDays(card.Days).ToUnixTimeSeconds());
        charge["status"] = "succeeded";
        charge["payment_method_details"]!["card"]!["capture_before"] = lapses;
        change.Put("charge", charge);
        change.Put("drawn", charge.Text("id"), new JsonObject { ["id"] = charge.Text("id"), ["number"] = card.Number });
        intent["status"] = "requires_capture";
        intent["amount_capturable"] = intent["amount"]!.DeepClone();
        intent["latest_charge"] = charge.Text("id");
        intent["payment_method"] = charge.Text("payment_method");
        intent["last_payment_error"] = null;
        intent["next_action"] = null;
        change.Put("payment_intent", intent);
        Events.Tell(change, "charge.succeeded", charge);
        if (intent.Text("capture_method") == "manual")
        {
            Due.At(change, "authorisation", intent.Text("id"), lapses);
            Events.Tell(change, "payment_intent.amount_capturable_updated", intent);
        }
        else
        {
            Take(change, intent, intent.Number("amount"));
        }

        Sessions.Complete(change, session, intent);
        return (Paying.Done, null);
    }

    private static (Paying, string?) Refuse(Change change, JsonObject session, JsonObject intent, Card card, string code, string? reason)
    {
        var sentence = Cards.Sentence(code, reason);
        var error = new JsonObject { ["type"] = "card_error", ["code"] = code, ["message"] = sentence };
        if (reason is not null)
        {
            error["decline_code"] = reason;
        }

        intent["status"] = "requires_payment_method";
        intent["next_action"] = null;
        // A number that is none, and a bank that was not answered, never get as far as a charge.
        if (code is not ("incorrect_number" or "payment_intent_authentication_failure"))
        {
            var charge = NewCharge(change, intent, card);
            charge["status"] = "failed";
            charge["paid"] = false;
            charge["failure_code"] = code;
            charge["failure_message"] = sentence;
            charge["outcome"]!["network_status"] = "declined_by_network";
            charge["outcome"]!["reason"] = reason ?? code;
            charge["outcome"]!["type"] = "issuer_declined";
            change.Put("charge", charge);
            error["charge"] = charge.Text("id");
            intent["latest_charge"] = charge.Text("id");
            Events.Tell(change, "charge.failed", charge);
        }

        intent["last_payment_error"] = error;
        change.Put("payment_intent", intent);
        Events.Tell(change, "payment_intent.payment_failed", intent);
        return (Paying.Declined, sentence);
    }

    private static JsonObject Take(Change change, JsonObject intent, long cents)
    {
        var charge = change.Find("charge", intent.Text("latest_charge"))!;
        charge["captured"] = true;
        charge["amount_captured"] = cents;
        charge["balance_transaction"] = Balance.Move(change, "charge", cents, Balance.FeeOf(cents), charge.Text("id"), days: 3);
        change.Put("charge", charge);
        intent["status"] = "succeeded";
        intent["amount_received"] = cents;
        intent["amount_capturable"] = 0;
        change.Put("payment_intent", intent);
        Due.Never(change, "authorisation", intent.Text("id"));
        Events.Tell(change, "charge.captured", charge);
        Events.Tell(change, "payment_intent.succeeded", intent);
        if (Cards.Of(change.Find("drawn", charge.Text("id"))!.Text("number")).Disputed is { } reason)
        {
            Disputes.Open(change, charge, reason);
        }

        return intent;
    }

    // Stripe makes it when somebody first tries to pay.
    private static JsonObject Begun(Change change, JsonObject session)
    {
        if (session.Find("payment_intent") is { } begun)
        {
            return change.Find("payment_intent", begun)!;
        }

        var (basket, id) = (change.Find("basket", session.Text("id"))!, Shapes.NewId("pi_"));
        var intent = Shapes.New("payment_intent", id, change.Now);
        intent["amount"] = session["amount_total"]!.DeepClone();
        intent["client_secret"] = $"{id}_secret_{Shapes.NewId("")}";
        intent["capture_method"] = basket.Text("capture_method");
        intent["transfer_group"] = basket.Find("transfer_group");
        intent["description"] = basket.Find("description");
        intent["metadata"] = basket["metadata"]!.DeepClone();
        change.Put("payment_intent", intent);
        session["payment_intent"] = id;
        change.Put("checkout.session", session);
        Events.Tell(change, "payment_intent.created", intent);
        return intent;
    }

    private static JsonObject NewCharge(Change change, JsonObject intent, Card card)
    {
        var id = Shapes.NewId("ch_");
        var charge = Shapes.New("charge", id, change.Now);
        charge["amount"] = intent["amount"]!.DeepClone();
        charge["payment_intent"] = intent.Text("id");
        charge["payment_method"] = Shapes.NewId("pm_");
        charge["transfer_group"] = intent.Find("transfer_group");
        charge["metadata"] = intent["metadata"]!.DeepClone();
        charge["refunds"]!["url"] = $"/v1/charges/{id}/refunds";
        var details = charge["payment_method_details"]!["card"]!;
        (details["brand"], details["network"], details["last4"]) = (card.Brand, card.Brand, card.Last4);
        details["amount_authorized"] = intent["amount"]!.DeepClone();
        details["overcapture"]!["maximum_amount_capturable"] = intent["amount"]!.DeepClone();
        return charge;
    }
}
