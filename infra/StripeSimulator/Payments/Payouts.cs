using System.Text.Json.Nodes;
using Marketplace.StripeSimulator.Api;
using Marketplace.StripeSimulator.Books;
using Marketplace.StripeSimulator.Webhooks;

namespace Marketplace.StripeSimulator.Payments;

/// <summary>What goes on from a merchant's account to its bank: made on demand, for at Stripe it goes by itself, each day or week.</summary>
internal static class Payouts
{
    /// <param name="cents">Null: all that lies there.</param>
    /// <param name="days">Until the bank has it; 0: it has.</param>
    /// <param name="failure">Why the bank sends it back, at once; null: it takes it.</param>
    internal static JsonObject Create(Change change, string account, long? cents, int days, string? failure)
    {
        var amount = cents ?? Balance.Of(change, account);
        if (change.Find("account", account) is null || amount < 1 || amount > Balance.Of(change, account))
        {
            throw StripeError.Invalid("You have insufficient funds in your Stripe account.", "amount", "balance_insufficient");
        }

        var id = Shapes.NewId("po_");
        var payout = Shapes.New("payout", id, change.Now);
        payout["amount"] = amount;
        payout["arrival_date"] = new DateTimeOffset(change.Now.AddDays(days).UtcDateTime.Date, TimeSpan.Zero).ToUnixTimeSeconds();
        payout["status"] = "in_transit";
        change.Put("payout", payout);
        change.Put("payout-of", id, new JsonObject { ["account"] = account });
        Balance.MoveOf(change, account, -amount);
        Events.Tell(change, "payout.created", payout, account);
        if (days > 0)
        {
            Due.At(change, failure is null ? "payout-arrives" : "payout-fails", id, change.Now.AddDays(days).ToUnixTimeSeconds());
        }
        else if (failure is null)
        {
            Arrive(change, payout);
        }
        else
        {
            Fail(change, payout, failure);
        }

        return change.Find("payout", id)!;
    }

    internal static void Arrive(Change change, JsonObject payout)
    {
        payout["status"] = "paid";
        change.Put("payout", payout);
        Events.Tell(change, "payout.paid", payout, AccountOf(change, payout));
    }

    /// <summary>The bank sends it back, also after it was said to be paid: the account holds it again.</summary>
    internal static void Fail(Change change, JsonObject payout, string failure)
    {
        payout["status"] = "failed";
        payout["failure_code"] = failure;
        change.Put("payout", payout);
        Balance.MoveOf(change, AccountOf(change, payout), payout.Number("amount"));
        Events.Tell(change, "payout.failed", payout, AccountOf(change, payout));
    }

    /// <summary>Of the account in whose name it is asked (<c>Stripe-Account</c>).</summary>
    internal static JsonObject List(Call call) => call.Account is not { } account ? throw StripeError.Invalid("The simulator pays out from merchants' accounts only: name one in Stripe-Account.")
        : Routes.Page(call, "payout", "/v1/payouts", call.Change.All("payout").Where(p => AccountOf(call.Change, p) == account));

    private static string AccountOf(Change change, JsonObject payout) => change.Find("payout-of", payout.Text("id"))!.Text("account");
}
