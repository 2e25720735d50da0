using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Marketplace.StripeSimulator.Books;

namespace Marketplace.StripeSimulator.Webhooks;

/// <summary>
/// Events on their way. As they should be: one by one, in their order, again for three days until they are taken. On demand some are late, doubled, kept back to
/// come in another order, or never come: Stripe promises none of that either.
/// </summary>
internal sealed partial class Deliveries(Ledger ledger, SimulatorSettings settings, SimulatedClock clock, ILogger<Deliveries> log) : IDisposable
{
    private const long Held = long.MaxValue;
    private static readonly int[] Again = [5, 60, 600, 3600, 4 * 3600, 12 * 3600, 24 * 3600, 24 * 3600];
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, ActivityHeadersPropagator = null }) { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>By the first rule that concerns it, or at once.</summary>
    internal static void Plan(Change change, JsonObject told)
    {
        var now = change.Now.ToUnixTimeSeconds();
        var rule = change.All("rule").FirstOrDefault(r => r.Number("left") > 0 && (r["types"] is not JsonArray { Count: > 0 } types || types.Any(t => t!.GetValue<string>() == told.Text("type"))));
        if (rule is not null)
        {
            rule["left"] = rule.Number("left") - 1;
            change.Put("rule", rule);
        }

        switch (rule?.Text("do"))
        {
            case null:
                Add(change, told, now);
                break;
            case "delay":
                Add(change, told, now + rule.Number("seconds"));
                break;
            case "double":
                Add(change, told, now);
                Add(change, told, now + rule.Number("seconds"));
                break;
            case "hold":
                Add(change, told, Held);
                break;
            default:
                // Dropped.
                break;
        }
    }

    internal static void Add(Change change, JsonObject told, long at)
    {
        // Numbered, so that what is due together goes in its order.
        var number = change.Find("control", "deliveries")?.Number("last") + 1 ?? 1;
        change.Put("control", "deliveries", new JsonObject { ["last"] = number });
        var id = number.ToString("D12", CultureInfo.InvariantCulture);
        change.Put("delivery", id, new JsonObject { ["id"] = id, ["event"] = told.Text("id"), ["type"] = told.Text("type"), ["at"] = at, ["attempts"] = 0, ["since"] = change.Now.ToUnixTimeSeconds() });
    }

    /// <summary>Lets go what was kept back.</summary>
    /// <param name="together">Not one by one, but at the same moment.</param>
    internal static int Release(Change change, IReadOnlyList<JsonObject> order, bool together)
    {
        foreach (var kept in order)
        {
            change.Put("delivery", kept.Text("id"), null);
            Add(change, new JsonObject { ["id"] = kept.Text("event"), ["type"] = kept.Text("type") }, change.Now.ToUnixTimeSeconds());
            if (together)
            {
                var id = change.Find("control", "deliveries")!.Number("last").ToString("D12", CultureInfo.InvariantCulture);
                var added = change.Find("delivery", id)!;
                added["together"] = true;
                change.Put("delivery", added);
            }
        }

        return order.Count;
    }

    internal static IReadOnlyList<JsonObject> KeptBack(Change change) => [.. change.All("delivery").Where(d => d.Number("at") == Held)];

    /// <summary>Sends all that is due; how long until something else is.</summary>
    internal async Task<TimeSpan> SendDueAsync(CancellationToken token)
    {
        // Also lets happen what falls due by itself.
        var due = ledger.Do(change => change.DueBy("delivery", change.Now.ToUnixTimeSeconds()).Select(d => (Delivery: d, Event: change.Find("event", d.Text("event"))!)).ToList());
        await Task.WhenAll(due.Where(d => d.Delivery.Flag("together")).Select(d => SendAsync(d.Delivery, d.Event, token)));
        foreach (var (delivery, told) in due.Where(d => !d.Delivery.Flag("together")))
        {
            await SendAsync(delivery, told, token);
        }

        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var next = ledger.Do(change => Math.Min(ledger.Of("delivery").NextDue ?? Held, ledger.Of("due").NextDue ?? Held));
        return TimeSpan.FromSeconds(Math.Clamp(next == Held ? 3600 : next - now, 0, 3600));
    }

    /// <summary>The header Stripe-Signature, as of now: a late event is signed when it is sent. By the machine's time: who verifies it knows of no other.</summary>
    internal static string Sign(byte[] body, string secret, DateTimeOffset now)
    {
        var time = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"t={time},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(time + ".").Concat(body).ToArray()))}";
    }

    public void Dispose() => _http.Dispose();

    private async Task SendAsync(JsonObject delivery, JsonObject told, CancellationToken token)
    {
        var taken = settings.WebhookUrl is null || await PostAsync(settings.WebhookUrl, told, token);
        ledger.Do(change =>
        {
            var (id, attempts) = (delivery.Text("id"), (int)delivery.Number("attempts"));
            change.Put("delivery", id, null);
            if (taken)
            {
                told["pending_webhooks"] = 0;
                change.Put("event", told);
            }
            else if (attempts < Again.Length)
            {
                delivery["attempts"] = attempts + 1;
                delivery["at"] = change.Now.ToUnixTimeSeconds() + Again[attempts];
                change.Put("delivery", delivery);
            }
        });
    }

    private async Task<bool> PostAsync(Uri url, JsonObject told, CancellationToken token)
    {
        var (body, id, type) = (Encoding.UTF8.GetBytes(told.ToJsonString()), told.Text("id"), told.Text("type"));
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" } } },
        };
        request.Headers.TryAddWithoutValidation("Stripe-Signature", Sign(body, told.Find("account") is null ? settings.WebhookSecret : settings.ConnectWebhookSecret, TimeProvider.System.GetUtcNow()));
        try
        {
            using var response = await _http.SendAsync(request, token);
            if (response.IsSuccessStatusCode)
            {
                return true;
            }

            var status = response.StatusCode.ToString();
            NotTaken(log, id, type, status);
            return false;
        }
        catch (Exception failure) when (failure is HttpRequestException || (failure is OperationCanceledException && !token.IsCancellationRequested))
        {
            var problem = failure.Message;
            NotTaken(log, id, type, problem);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Event} ({Type}) was not taken: {Problem}")]
    private static partial void NotTaken(ILogger logger, string @event, string type, string problem);
}

/// <summary>Sends what is due, when something changes and when it is time.</summary>
internal sealed class WebhookSender(Deliveries deliveries, Ledger ledger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var changed = new SemaphoreSlim(0);
        void Wake()
        {
            if (changed.CurrentCount == 0)
            {
                changed.Release();
            }
        }

        ledger.Changed += Wake;
        try
        {
            while (true)
            {
                var wait = await deliveries.SendDueAsync(stoppingToken);
                await changed.WaitAsync(wait, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The simulator stops; what is due is sent by the next one.
        }
        finally
        {
            ledger.Changed -= Wake;
        }
    }
}
