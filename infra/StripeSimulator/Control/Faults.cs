using System.Text.Json.Nodes;
using Marketplace.StripeSimulator.Books;

namespace Marketplace.StripeSimulator.Control;

/// <summary>Something that goes wrong at the door, on demand.</summary>
/// <param name="When"><c>before</c>: nothing is done; <c>after</c>: it is done, and the caller is told otherwise; <c>kept</c>: not done, and that answer stands under its key, as Stripe keeps its own 500s.</param>
/// <param name="Cut">The connection breaks instead of an answer.</param>
/// <param name="ShouldRetry">What the header Stripe-Should-Retry says; null: it is not there.</param>
internal sealed record Fault(string When, int Status, string? Code, bool Cut, int DelayMilliseconds, bool? ShouldRetry);

internal static class Faults
{
    internal static void Add(Change change, JsonObject asked)
    {
        var id = Shapes.NewId("fault_");
        change.Put("fault", id, new JsonObject
        {
            ["id"] = id,
            ["left"] = asked["count"] is null ? 1 : asked.Number("count"),
            ["method"] = asked.Find("method"),
            ["path"] = asked.Find("path") ?? "/v1/",
            ["when"] = asked.Find("when") ?? "before",
            ["status"] = asked["status"] is null ? 500 : asked.Number("status"),
            ["code"] = asked.Find("code"),
            ["cut"] = asked.Flag("cut"),
            ["delay"] = asked.Number("delayMs"),
            ["retry"] = asked["shouldRetry"]?.DeepClone(),
        });
    }

    /// <summary>The first that concerns this call, used up by one.</summary>
    internal static Fault? Take(Change change, string method, string path)
    {
        if (change.All("fault").FirstOrDefault(f => (f.Find("method") ?? method) == method && path.StartsWith(f.Text("path"), StringComparison.Ordinal)) is not { } fault)
        {
            return null;
        }

        fault["left"] = fault.Number("left") - 1;
        change.Put("fault", fault.Text("id"), fault.Number("left") > 0 ? fault : null);
        return new Fault(fault.Text("when"), (int)fault.Number("status"), fault.Find("code"), fault.Flag("cut"), (int)fault.Number("delay"), fault["retry"]?.GetValue<bool>());
    }

    internal static JsonObject BodyOf(Fault fault)
    {
        var error = new JsonObject
        {
            ["type"] = fault.Status >= 500 ? "api_error" : "invalid_request_error",
            ["message"] = fault.Status >= 500 ? "Sorry! There was an error while talking to one of our backends." : "Asked for at the simulator.",
        };
        if (fault.Code is not null)
        {
            error["code"] = fault.Code;
        }

        return new JsonObject { ["error"] = error };
    }
}
