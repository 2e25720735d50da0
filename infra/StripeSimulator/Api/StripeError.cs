using System.Text.Json.Nodes;

namespace Marketplace.StripeSimulator.Api;

/// <summary>A refusal in Stripe's form; what was begun with it is undone.</summary>
internal sealed class StripeError(int status, string type, string message, string? code = null, string? param = null, JsonObject? intent = null) : Exception(message)
{
    internal int Status => status;

    /// <summary>Whether the call had begun when it was refused: then Stripe keeps the refusal under the key, and says it again whatever has changed.</summary>
    internal bool IsKept => status != 401 && type != "idempotency_error" && (status, code) is not (404, null) && code?.StartsWith("parameter_", StringComparison.Ordinal) != true;

    internal JsonObject Body()
    {
        var error = new JsonObject { ["type"] = type, ["message"] = Message };
        foreach (var (name, value) in new[] { ("code", code), ("param", param) })
        {
            if (value is not null)
            {
                error[name] = value;
            }
        }

        if (intent is not null)
        {
            error["payment_intent"] = intent.DeepClone();
        }

        return new JsonObject { ["error"] = error };
    }

    internal static StripeError Invalid(string message, string? param = null, string? code = null, JsonObject? intent = null) => new(400, "invalid_request_error", message, code, param, intent);

    internal static StripeError Missing(string what, string id, string param) => new(404, "invalid_request_error", $"No such {what}: '{id}'", "resource_missing", param);

    internal static StripeError NoKey(string message) => new(401, "invalid_request_error", message);
}
