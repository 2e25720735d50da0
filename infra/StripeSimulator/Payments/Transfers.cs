using System.Text.Json.Nodes;
using Marketplace.StripeSimulator.Api;
using Marketplace.StripeSimulator.Books;
using Marketplace.StripeSimulator.Webhooks;

namespace Marketplace.StripeSimulator.Payments;

/// <summary>Money passed on to a merchant's account, and taken back from it.</summary>
internal static class Transfers
{
    internal static JsonObject Create(Call call)
    {
        var (change, form) = (call.Change, call.Form);
        if (form.Required("currency") != "eur")
        {
            throw StripeError.Invalid("The simulator keeps euros only.", "currency");
        }

        var cents = form.Number("amount") ?? throw StripeError.Invalid("Missing required param: amount.", "amount", "parameter_missing");
        var account = form.Required("destination");
        if (cents < 1)
        {
            throw StripeError.Invalid("Invalid positive integer", "amount", "parameter_invalid_integer");
        }

        var merchant = change.Find("account", account) ?? throw StripeError.Invalid($"No such destination: '{account}'", "destination", "resource_missing");
        if (merchant["capabilities"]!.Find("transfers") != "active")
        {
            throw StripeError.Invalid("Your destination account needs to have at least one of the following capabilities enabled: transfers, crypto_transfers, legacy_payments", "destination",
                "insufficient_capabilities_for_transfer");
        }

        var source = form["source_transaction"];
        if (source is not null)
        {
            Draw(change, source, cents);
        }
        else if (Balance.Available(change) < cents)
        {
            throw StripeError.Invalid("You have insufficient available funds in your Stripe account.", "amount", "balance_insufficient");
        }

        var id = Shapes.NewId("tr_");
        var transfer = Shapes.New("transfer", id, change.Now);
        transfer["amount"] = cents;
        transfer["destination"] = account;
        transfer["destination_payment"] = Shapes.NewId("py_");
        transfer["source_transaction"] = source;
        transfer["transfer_group"] = form["transfer_group"];
        transfer["description"] = form["description"];
        transfer["metadata"] = form.Metadata();
        transfer["reversals"]!["url"] = $"/v1/transfers/{id}/reversals";
        transfer["balance_transaction"] = Balance.Move(change, "transfer", -cents, 0, id, days: 0);
        change.Put("transfer", transfer);
        Balance.MoveOf(change, account, cents);
        Events.Tell(change, "transfer.created", transfer);
        return transfer;
    }

    internal static JsonObject Reverse(Call call, string id)
    {
        var (change, form) = (call.Change, call.Form);
        var transfer = change.Find("transfer", id) ?? throw StripeError.Missing("transfer", id, "id");
        var left = transfer.Number("amount") - transfer.Number("amount_reversed");
        var cents = form.Number("amount") ?? left;
        if (cents < 1 || cents > left)
        {
            throw StripeError.Invalid($"Transfer reversal amount ({cents} c) is greater than unreversed amount on transfer ({left} c)", "amount");
        }

        if (Balance.Of(change, transfer.Text("destination")) < cents)
        {
            throw StripeError.Invalid("Insufficient funds: the connected account's balance does not cover this reversal.", "amount", "balance_insufficient");
        }

        var reversal = Shapes.New("transfer_reversal", Shapes.NewId("trr_"), change.Now);
        reversal["amount"] = cents;
        reversal["transfer"] = id;
        reversal["metadata"] = form.Metadata();
        reversal["balance_transaction"] = Balance.Move(change, "transfer_refund", cents, 0, reversal.Text("id"), days: 0);
        change.Put("transfer_reversal", reversal);
        transfer["amount_reversed"] = transfer.Number("amount_reversed") + cents;
        transfer["reversed"] = transfer.Number("amount_reversed") == transfer.Number("amount");
        ((JsonArray)transfer["reversals"]!["data"]!).Insert(0, reversal.DeepClone());
        change.Put("transfer", transfer);
        Balance.MoveOf(change, transfer.Text("destination"), -cents);
        Events.Tell(change, "transfer.reversed", transfer);
        return reversal;
    }

    internal static JsonObject Reversals(Call call, string id) => call.Change.Find("transfer", id) is null ? throw StripeError.Missing("transfer", id, "id")
        : Routes.Page(call, "transfer_reversal", $"/v1/transfers/{id}/reversals", call.Change.Under("transfer_reversal", id));

    // What was reversed can be passed on again.
    private static void Draw(Change change, string source, long cents)
    {
        var charge = change.Find("charge", source) ?? throw StripeError.Invalid($"No such charge: '{source}'", "source_transaction", "resource_missing");
        if (!charge.Flag("captured"))
        {
            throw StripeError.Invalid("Cannot use an uncaptured charge as a source_transaction.", "source_transaction");
        }

        var drawn = change.Under("transfer", charge.Find("transfer_group") ?? "").Where(t => t.Find("source_transaction") == source).Sum(t => t.Number("amount") - t.Number("amount_reversed"));
        if (drawn + cents > charge.Number("amount_captured"))
        {
            throw StripeError.Invalid($"The transfers drawn on this charge ({drawn + cents} c) are more than its amount ({charge.Number("amount_captured")} c).", "amount");
        }
    }
}
