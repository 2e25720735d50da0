using System.Text.Json.Nodes;
using Marketplace.StripeSimulator.Api;
using Marketplace.StripeSimulator.Books;

namespace Marketplace.StripeSimulator.Payments;

/// <summary>The platform's balance, one transaction for each movement, and what each merchant's account holds.</summary>
internal static class Balance
{
    /// <summary>1.5 % and 25 cents, as for a card of the European Economic Area.</summary>
    internal static long FeeOf(long cents) => ((cents * 15) + 500) / 1000 + 25;

    internal static string Move(Change change, string type, long cents, long fee, string source, int days)
    {
        var id = Shapes.NewId("txn_");
        var moved = Shapes.New("balance_transaction", id, change.Now);
        moved["amount"] = cents;
        moved["fee"] = fee;
        moved["net"] = cents - fee;
        moved["type"] = type;
        moved["reporting_category"] = type switch { "transfer_refund" => "transfer_reversal", "adjustment" => "dispute", _ => type };
        moved["source"] = source;
        moved["available_on"] = change.Now.AddDays(days).ToUnixTimeSeconds();
        if (fee != 0)
        {
            moved["fee_details"] = new JsonArray(new JsonObject { ["amount"] = fee, ["application"] = null, ["currency"] = "eur", ["description"] = "Stripe processing fees", ["type"] = "stripe_fee" });
        }

        change.Put("balance_transaction", moved);
        return id;
    }

    internal static JsonObject Read(Call call)
    {
        var (change, now) = (call.Change, call.Change.Now.ToUnixTimeSeconds());
        var balance = Shapes.New("balance", "", change.Now);
        var pending = change.All("balance_transaction").Where(t => t.Number("available_on") > now).Sum(t => t.Number("net"));
        foreach (var (name, cents) in new[] { ("available", Available(change)), ("pending", pending) })
        {
            balance[name] = new JsonArray(new JsonObject { ["amount"] = cents, ["currency"] = "eur", ["source_types"] = new JsonObject { ["card"] = cents } });
        }

        return balance;
    }

    internal static long Available(Change change)
    {
        var now = change.Now.ToUnixTimeSeconds();
        return change.All("balance_transaction").Where(t => t.Number("available_on") <= now).Sum(t => t.Number("net"));
    }

    /// <summary>The list as it is read now: what was pending may have come.</summary>
    internal static JsonObject Settled(JsonObject list, DateTimeOffset now)
    {
        foreach (var moved in (JsonArray)list["data"]!)
        {
            moved!["status"] = moved.Number("available_on") <= now.ToUnixTimeSeconds() ? "available" : "pending";
        }

        return list;
    }

    internal static long Of(Change change, string account) => change.Find("holding", account)?.Number("cents") ?? 0;

    internal static void MoveOf(Change change, string account, long cents) => change.Put("holding", account, new JsonObject { ["cents"] = Of(change, account) + cents });
}
