using System.Text.Json.Nodes;
using Marketplace.StripeSimulator.Api;
using Marketplace.StripeSimulator.Books;

namespace Marketplace.StripeSimulator.Webhooks;

/// <summary>What happened, kept to be read, and its deliveries, written with it.</summary>
internal static class Events
{
    internal static void Tell(Change change, string type, JsonObject about)
    {
        var told = Shapes.New("event", Shapes.NewId("evt_"), change.Now);
        told["type"] = type;
        told["api_version"] = StripeApi.Version;
        told["data"]!["object"] = about.DeepClone();
        told["pending_webhooks"] = 1;
        told["request"] = new JsonObject { ["id"] = change.Request.Id, ["idempotency_key"] = change.Request.Key };
        change.Put("event", told);
        Deliveries.Plan(change, told);
    }
}
