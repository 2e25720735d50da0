using System.Text.Json.Nodes;
using Marketplace.StripeSimulator.Api;
using Marketplace.StripeSimulator.Books;
using Marketplace.StripeSimulator.Webhooks;

namespace Marketplace.StripeSimulator.Payments;

/// <summary>Connected accounts: what is asked of a merchant before money can be passed on.</summary>
internal static class Accounts
{
    private static readonly string[] Asked = ["business_type", "external_account", "representative.dob.day", "representative.first_name", "representative.last_name", "tos_acceptance.date", "tos_acceptance.ip"];

    internal static readonly TimeSpan LinkLife = TimeSpan.FromMinutes(5);

    internal static JsonObject Create(Call call)
    {
        var (change, form) = (call.Change, call.Form);
        if (form.Required("country") != "FR" || form["controller[stripe_dashboard][type]"] != "express")
        {
            throw StripeError.Invalid("The simulator knows French accounts with the express dashboard only.", "country");
        }

        var id = Shapes.NewId("acct_")[..21];
        var account = Shapes.New("account", id, change.Now);
        account["email"] = form["email"];
        account["business_profile"]!["name"] = form["business_profile[name]"];
        account["metadata"] = form.Metadata();
        account["external_accounts"]!["url"] = $"/v1/accounts/{id}/external_accounts";
        account["controller"] = new JsonObject
        {
            ["type"] = "application",
            ["is_controller"] = true,
            ["fees"] = new JsonObject { ["payer"] = form["controller[fees][payer]"] },
            ["losses"] = new JsonObject { ["payments"] = form["controller[losses][payments]"] },
            ["requirement_collection"] = form["controller[requirement_collection]"],
            ["stripe_dashboard"] = new JsonObject { ["type"] = "express" },
        };
        Ask(account, Asked, "requirements.past_due");
        change.Put("account", account);
        return account;
    }

    internal static JsonObject Link(Call call)
    {
        var (change, form) = (call.Change, call.Form);
        var id = form.Required("account");
        if (change.Find("account", id) is null)
        {
            throw StripeError.Missing("account", id, "account");
        }

        var token = Shapes.NewId("")[..12];
        var link = Shapes.New("account_link", "", change.Now);
        link["expires_at"] = (change.Now + LinkLife).ToUnixTimeSeconds();
        link["url"] = $"{call.Origin}/setup/e/{id}/{token}";
        change.Put("link", token, new JsonObject
        {
            ["account"] = id,
            ["expires_at"] = link["expires_at"]!.DeepClone(),
            ["refresh_url"] = form.Required("refresh_url"),
            ["return_url"] = form.Required("return_url"),
        });
        return link;
    }

    /// <summary>All was filled in.</summary>
    internal static void Complete(Change change, JsonObject account)
    {
        account["details_submitted"] = true;
        account["charges_enabled"] = true;
        account["payouts_enabled"] = true;
        account["business_type"] = "individual";
        account["capabilities"]!["transfers"] = "active";
        Ask(account, [], null);
        change.Put("account", account);
        Events.Tell(change, "account.updated", account, account.Text("id"));
    }

    /// <summary>Who has answered, and was not believed: Stripe opens no account for them.</summary>
    internal static void Refuse(Change change, JsonObject account)
    {
        account["details_submitted"] = true;
        Restrict(change, account, [], null, "rejected.other");
    }

    /// <summary>Something more is asked of it, and it may do less meanwhile.</summary>
    internal static void Restrict(Change change, JsonObject account, IEnumerable<string> due, DateTimeOffset? deadline, string? disabled)
    {
        Ask(account, due, disabled);
        account["requirements"]!["current_deadline"] = deadline?.ToUnixTimeSeconds();
        account["payouts_enabled"] = disabled is null && account.Flag("details_submitted");
        account["charges_enabled"] = disabled is null && account.Flag("details_submitted");
        account["capabilities"]!["transfers"] = disabled is null && account.Flag("details_submitted") ? "active" : "inactive";
        change.Put("account", account);
        Events.Tell(change, "account.updated", account, account.Text("id"));
    }

    private static void Ask(JsonObject account, IEnumerable<string> due, string? disabled)
    {
        var asked = account["requirements"]!;
        foreach (var name in new[] { "currently_due", "eventually_due" })
        {
            asked[name] = new JsonArray([.. due.Select(d => (JsonNode)d)]);
        }

        asked["past_due"] = new JsonArray([.. due.Where(_ => disabled == "requirements.past_due").Select(d => (JsonNode)d)]);
        asked["disabled_reason"] = disabled;
    }
}
