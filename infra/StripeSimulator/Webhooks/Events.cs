using System.Text.Json.Nodes;
using Marketplace.StripeSimulator.Api;
using Marketplace.StripeSimulator.Books;

namespace Marketplace.StripeSimulator.Webhooks;

/// <summary>What happened, kept to be read, and its deliveries, written with it.</summary>
internal static class Events
{
    /// <param name="account">The connected account that it happened to: such events go under a secret of their own. Null: to the platform's.</param>
    internal static void Tell(Change change, string type, JsonObject about, string? account = null)
    {
        var told = Shapes.New("event", Shapes.NewId("evt_"), change.Now);
        told["type"] = type;
        if (account is not null)
        {
            told["account"] = account;
        }

        told["api_version"] = StripeApi.Version;
        told["data"]!["object"] = about.DeepClone();
        told["pending_webhooks"] = 1;
        told["request"] = new JsonObject { ["id"] = change.Request.Id, ["idempotency_key"] = change.Request.Key };
        change.Put("event", told);
        Deliveries.Plan(change, told);
    }
}
