using System.Text;
using System.Text.Json.Nodes;
using Marketplace.StripeSimulator.Books;
using Marketplace.StripeSimulator.Control;

namespace Marketplace.StripeSimulator.Api;

/// <param name="Origin">Of the pages, as the caller reaches them.</param>
/// <param name="Account">The merchant's in whose name it is asked; null: the platform's own.</param>
internal sealed record Call(Change Change, Form Form, string Id, string Origin, string? Account = null);

/// <summary>The door of Stripe's API: keys, idempotency, faults on demand, errors in Stripe's form.</summary>
internal sealed class StripeApi(Ledger ledger, SimulatorSettings settings, SimulatedClock clock)
{
    /// <summary>The version whose shapes these are.</summary>
    internal const string Version = "2026-10-28.endive";

    /// <summary>How long a key is remembered; Stripe promises no longer.</summary>
    internal static readonly TimeSpan KeyLife = TimeSpan.FromHours(24);

    private const int MostBytes = 1 << 20;

    internal async Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var (id, path, key) = (Shapes.NewId("req_")[..18], request.Path.Value!.TrimEnd('/'), request.Headers["Idempotency-Key"].ToString());
        response.Headers["Request-Id"] = id;
        response.Headers["Stripe-Version"] = request.Headers["Stripe-Version"] is [{ Length: > 0 } asked] ? asked : Version;
        var fault = ledger.Do(change => Faults.Take(change, request.Method, path));
        if (fault is { When: "before" })
        {
            await FailAsync(context, fault);
            return;
        }

        var body = request.Method == "GET" ? request.QueryString.Value ?? "" : await BodyAsync(request);
        var (status, answer, replayed) = Execute(request, path, id, key, body, fault is { When: "kept" } ? fault : null);
        if (fault is { When: "after" })
        {
            await FailAsync(context, fault);
            return;
        }

        if (key.Length > 0)
        {
            response.Headers["Idempotency-Key"] = key;
        }

        if (replayed)
        {
            response.Headers["Idempotent-Replayed"] = "true";
        }

        if (status >= 500)
        {
            response.Headers["Stripe-Should-Retry"] = "false";
        }

        await WriteAsync(response, status, answer);
    }

    private (int Status, JsonObject Answer, bool Replayed) Execute(HttpRequest request, string path, string id, string key, string body, Fault? kept)
    {
        try
        {
            Authorise(request);
            return ledger.Do(change =>
            {
                change.Request = (id, key.Length > 0 ? key : null);
                var form = new Form(body);
                var remembered = request.Method == "POST" && key.Length > 0;
                var print = form.Fingerprint($"{request.Method} {path}");
                if (remembered && change.Find("key", key) is { } before && before.Number("at") > (change.Now - KeyLife).ToUnixTimeSeconds())
                {
                    return before.Text("print") == print ? ((int)before.Number("status"), (JsonObject)before["answer"]!.DeepClone(), true)
                        : throw new StripeError(400, "idempotency_error", "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                            + $"Try using a key other than '{key}' if you meant to execute a different request.");
                }

                var account = request.Headers["Stripe-Account"] is [{ Length: > 0 } named] ? named : null;
                if (account is not null && change.Find("account", account) is null)
                {
                    throw new StripeError(403, "invalid_request_error", $"The provided key does not have access to account '{account}' (or that account does not exist).", "account_invalid");
                }

                var call = new Call(change, form, id, settings.PublicUrl ?? $"{request.Scheme}://{request.Host}", account);
                var (status, answer) = kept is not null ? (kept.Status, Faults.BodyOf(kept)) : Run(request.Method, path, call, remembered);
                if (remembered)
                {
                    change.Put("key", key, new JsonObject { ["print"] = print, ["status"] = status, ["answer"] = answer.DeepClone(), ["at"] = change.Now.ToUnixTimeSeconds() });
                }

                return (status, answer, false);
            });
        }
        catch (StripeError error)
        {
            return (error.Status, error.Body(), false);
        }
    }

    // What was refused after it began is undone, and the refusal stands under the key as a success would.
    private static (int Status, JsonObject Answer) Run(string method, string path, Call call, bool remembered)
    {
        try
        {
            return (200, Routes.Run(method, path, call));
        }
        catch (StripeError refused) when (remembered && refused.IsKept)
        {
            call.Change.Undo();
            return (refused.Status, refused.Body());
        }
    }

    private static void Authorise(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        var key = header.StartsWith("Bearer ", StringComparison.Ordinal) ? header["Bearer ".Length..].Trim()
            : header.StartsWith("Basic ", StringComparison.Ordinal) && TryBasic(header["Basic ".Length..]) is { } user ? user : "";
        if (key.Length == 0)
        {
            throw StripeError.NoKey("You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth.");
        }

        if (!key.StartsWith("sk_test_", StringComparison.Ordinal) && !key.StartsWith("rk_test_", StringComparison.Ordinal))
        {
            throw StripeError.NoKey("Invalid API Key provided: the simulator takes keys that begin with sk_test_ only.");
        }
    }

    private static string? TryBasic(string encoded)
    {
        var bytes = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length).Split(':')[0] : null;
    }

    private static async Task<string> BodyAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        var buffer = new char[MostBytes];
        var length = await reader.ReadBlockAsync(buffer, request.HttpContext.RequestAborted);
        return new string(buffer, 0, length);
    }

    private async Task FailAsync(HttpContext context, Fault fault)
    {
        if (fault.DelayMilliseconds > 0)
        {
            await Task.Delay(fault.DelayMilliseconds, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (fault.Cut)
        {
            context.Abort();
            return;
        }

        if (fault.ShouldRetry is { } retry)
        {
            context.Response.Headers["Stripe-Should-Retry"] = retry ? "true" : "false";
        }

        if (!context.RequestAborted.IsCancellationRequested)
        {
            await WriteAsync(context.Response, fault.Status, Faults.BodyOf(fault));
        }
    }

    private async Task WriteAsync(HttpResponse response, int status, JsonObject answer)
    {
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.Headers.Date = clock.GetUtcNow().ToString("R", System.Globalization.CultureInfo.InvariantCulture);
        await response.WriteAsync(answer.ToJsonString(), response.HttpContext.RequestAborted);
    }
}
