using System.Text.Json.Nodes;
using Marketplace.StripeSimulator.Books;
using Marketplace.StripeSimulator.Webhooks;

namespace Marketplace.StripeSimulator.Payments;

/// <summary>A cardholder who says that they did not buy: the money is taken at once, with a fee, until it is settled.</summary>
internal static class Disputes
{
    private const long FeeCents = 2000;

    internal static JsonObject Open(Change change, JsonObject charge, string reason)
    {
        var cents = charge.Number("amount_captured") - charge.Number("amount_refunded");
        var id = Shapes.NewId("dp_");
        var dispute = Shapes.New("dispute", id, change.Now);
        dispute["amount"] = cents;
        dispute["charge"] = charge.Text("id");
        dispute["payment_intent"] = charge.Find("payment_intent");
        dispute["reason"] = reason;
        dispute["is_charge_refundable"] = false;
        dispute["evidence_details"]!["due_by"] = change.Now.AddDays(9).ToUnixTimeSeconds();
        var moved = Balance.Move(change, "adjustment", -cents, FeeCents, id, days: 0);
        dispute["balance_transactions"] = new JsonArray(change.Find("balance_transaction", moved));
        change.Put("dispute", dispute);
        charge["disputed"] = true;
        change.Put("charge", charge);
        Events.Tell(change, "charge.dispute.created", dispute);
        Events.Tell(change, "charge.dispute.funds_withdrawn", dispute);
        return dispute;
    }

    /// <summary>Settled: won gives the money back, the fee too.</summary>
    internal static void Close(Change change, JsonObject dispute, bool won)
    {
        dispute["status"] = won ? "won" : "lost";
        if (won)
        {
            var moved = Balance.Move(change, "adjustment", dispute.Number("amount"), -FeeCents, dispute.Text("id"), days: 0);
            ((JsonArray)dispute["balance_transactions"]!).Add((JsonNode)change.Find("balance_transaction", moved)!);
            Events.Tell(change, "charge.dispute.funds_reinstated", dispute);
        }

        change.Put("dispute", dispute);
        Events.Tell(change, "charge.dispute.closed", dispute);
    }
}
