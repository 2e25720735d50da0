using System.Text.Json.Nodes;
using Marketplace.StripeSimulator.Api;
using Marketplace.StripeSimulator.Books;
using Marketplace.StripeSimulator.Webhooks;

namespace Marketplace.StripeSimulator.Payments;

/// <summary>Checkout Sessions: what the resident is shown, and until when.</summary>
internal static class Sessions
{
    private const int MostLines = 100;
    private const long LeastCents = 50;
    private const long MostCents = 99_999_999;

    internal static JsonObject Create(Call call)
    {
        var (change, form) = (call.Change, call.Form);
        if (form.Required("mode") != "payment")
        {
            throw StripeError.Invalid("The simulator knows the mode payment only.", "mode");
        }

        var now = change.Now.ToUnixTimeSeconds();
        var expires = form.Number("expires_at") ?? now + 86_400;
        if (expires < now + (30 * 60))
        {
            throw StripeError.Invalid("The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.", "expires_at");
        }

        if (expires > now + 86_400 + 5)
        {
            throw StripeError.Invalid("The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.", "expires_at");
        }

        if (form["customer_email"] is { } email && (!email.Contains('@', StringComparison.Ordinal) || email.Contains(' ', StringComparison.Ordinal)))
        {
            throw StripeError.Invalid($"Invalid email address: {email}", "customer_email", "email_invalid");
        }

        var lines = Lines(form);
        var total = lines.Sum(l => l!.Number("unit_amount") * l!.Number("quantity"));
        if (total is < LeastCents or > MostCents)
        {
            throw total < LeastCents ? StripeError.Invalid("The Checkout Session's total amount due must add up to at least €0.50 eur", code: "amount_too_small")
                : StripeError.Invalid("The Checkout Session's total amount due must be no more than €999,999.99", code: "amount_too_large");
        }

        var id = Shapes.NewId("cs_test_");
        var session = Shapes.New("checkout.session", id, change.Now);
        session["amount_subtotal"] = total;
        session["amount_total"] = total;
        session["expires_at"] = expires;
        session["success_url"] = Address(form.Required("success_url"), "success_url");
        session["cancel_url"] = form["cancel_url"] is { } cancel ? Address(cancel, "cancel_url") : null;
        session["client_reference_id"] = form["client_reference_id"];
        session["customer_email"] = form["customer_email"];
        session["locale"] = form["locale"];
        session["submit_type"] = form["submit_type"];
        session["metadata"] = form.Metadata();
        session["url"] = $"{call.Origin}/c/pay/{id}";
        if (form["custom_text[submit][message]"] is { } note)
        {
            session["custom_text"]!["submit"] = note.Length <= 1200 ? new JsonObject { ["message"] = note } : throw StripeError.Invalid("Up to 1200 characters.", "custom_text[submit][message]");
        }

        change.Put("checkout.session", session);
        // Beside it, since the API shows neither before somebody pays.
        change.Put("basket", id, new JsonObject
        {
            ["lines"] = lines,
            ["capture_method"] = form["payment_intent_data[capture_method]"] ?? "automatic_async",
            ["transfer_group"] = form["payment_intent_data[transfer_group]"],
            ["description"] = form["payment_intent_data[description]"],
            ["metadata"] = form.Metadata("payment_intent_data[metadata]"),
        });
        Due.At(change, "session", id, expires);
        return session;
    }

    internal static JsonObject Expire(Call call, string id)
    {
        var session = call.Change.Find("checkout.session", id) ?? throw StripeError.Missing("checkout.session", id, "session");
        return session.Text("status") == "open" ? Close(call.Change, session)
            : throw StripeError.Invalid($"Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a status of `{session.Text("status")}`.");
    }

    internal static JsonObject Close(Change change, JsonObject session)
    {
        session["status"] = "expired";
        session["url"] = null;
        change.Put("checkout.session", session);
        Due.Never(change, "session", session.Text("id"));
        Events.Tell(change, "checkout.session.expired", session);
        // What was begun there ends with it.
        if (session.Find("payment_intent") is { } begun && change.Find("payment_intent", begun) is { } intent && intent.Text("status") is "requires_payment_method" or "requires_action")
        {
            Intents.End(change, intent, "abandoned");
        }

        return session;
    }

    internal static void Complete(Change change, JsonObject session, JsonObject intent)
    {
        session["status"] = "complete";
        session["url"] = null;
        session["payment_status"] = intent.Text("status") == "succeeded" ? "paid" : "unpaid";
        session["customer_details"] = new JsonObject
        {
            ["address"] = null,
            ["business_name"] = null,
            ["email"] = session.Find("customer_email"),
            ["individual_name"] = null,
            ["name"] = null,
            ["phone"] = null,
            ["tax_exempt"] = "none",
            ["tax_ids"] = null,
        };
        change.Put("checkout.session", session);
        Due.Never(change, "session", session.Text("id"));
        Events.Tell(change, "checkout.session.completed", session);
    }

    private static JsonArray Lines(Form form)
    {
        var lines = new JsonArray();
        for (var i = 0; form.Has($"line_items[{i}]"); i++)
        {
            var line = $"line_items[{i}]";
            var (quantity, cents) = (form.Number($"{line}[quantity]") ?? 1, form.Number($"{line}[price_data][unit_amount]"));
            if (form.Required($"{line}[price_data][currency]") != "eur")
            {
                throw StripeError.Invalid("The simulator keeps euros only.", $"{line}[price_data][currency]");
            }

            if (quantity is < 1 or > 999_999 || cents is null or < 0)
            {
                throw StripeError.Invalid("Invalid quantity or amount: both are positive integers.", line, "parameter_invalid_integer");
            }

            lines.Add((JsonNode)new JsonObject { ["name"] = form.Required($"{line}[price_data][product_data][name]"), ["quantity"] = quantity, ["unit_amount"] = cents });
        }

        return lines.Count is > 0 and <= MostLines ? lines : throw StripeError.Invalid($"A session has 1 to {MostLines} line items.", "line_items");
    }

    private static string Address(string text, string param) =>
        Uri.TryCreate(text.Replace("{CHECKOUT_SESSION_ID}", "x", StringComparison.Ordinal), UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? text
            : throw StripeError.Invalid("Not a valid URL", param, "url_invalid");
}
