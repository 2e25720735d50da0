using System.Text.Json.Nodes;
using Marketplace.StripeSimulator.Books;

namespace Marketplace.StripeSimulator.Payments;

/// <summary>What happens by itself at its time: a session ends, an authorisation lapses, a refund settles.</summary>
internal static class Due
{
    internal static void At(Change change, string what, string id, long at) => change.Put("due", $"{what}:{id}", new JsonObject { ["what"] = what, ["of"] = id, ["at"] = at });

    internal static void Never(Change change, string what, string id)
    {
        if (change.Find("due", $"{what}:{id}") is not null)
        {
            change.Put("due", $"{what}:{id}", null);
        }
    }

    internal static void Run(Change change)
    {
        foreach (var due in change.DueBy("due", change.Now.ToUnixTimeSeconds()))
        {
            var (what, id) = (due.Text("what"), due.Text("of"));
            change.Put("due", $"{what}:{id}", null);
            switch (what)
            {
                case "session":
                    Sessions.Close(change, change.Find("checkout.session", id)!);
                    break;
                case "authorisation":
                    Intents.Lapse(change, change.Find("payment_intent", id)!);
                    break;
                case "refund-succeeds":
                    Refunds.Succeed(change, change.Find("refund", id)!);
                    break;
                case "refund-fails":
                    Refunds.Fail(change, change.Find("refund", id)!);
                    break;
                case "payout-arrives":
                    Payouts.Arrive(change, change.Find("payout", id)!);
                    break;
                case "payout-fails":
                    Payouts.Fail(change, change.Find("payout", id)!, "could_not_process");
                    break;
                default:
                    throw new InvalidOperationException(what);
            }
        }
    }
}
