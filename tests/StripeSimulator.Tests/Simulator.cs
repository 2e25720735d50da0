using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Ordering.Payments;
using Microsoft.AspNetCore.Builder;

namespace Marketplace.StripeSimulator.Tests;

/// <summary>The simulator in this process, on a port and a file of its own; and a resident in front of its pages.</summary>
internal sealed class Simulator : IAsyncDisposable
{
    internal const string Secret = "whsec_of_the_tests";
    internal const string SecretOfAccounts = "whsec_of_the_accounts";
    private readonly string? _webhooks;
    private readonly HttpClient _browser = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private WebApplication _app;

    private Simulator(WebApplication app, string file, string? webhooks) => (_app, File, _webhooks) = (app, file, webhooks);

    internal string File { get; }

    internal Uri Address => new(_app.Urls.Single());

    /// <param name="webhooks">Where it tells of events.</param>
    internal static async Task<Simulator> StartAsync(string? webhooks = null)
    {
        var file = Path.Combine(Path.GetTempPath(), $"stripe-{Guid.NewGuid():N}.jsonl");
        return new Simulator(await RunAsync(file, webhooks), file, webhooks);
    }

    internal static async Task<WebApplication> RunAsync(string file, string? webhooks)
    {
        var app = Host.Build(["--environment=Development", "--urls=http://127.0.0.1:0", $"--Simulator:Data={file}", $"--Stripe:WebhookUrl={webhooks}", $"--Stripe:WebhookSecret={Secret}",
            $"--Stripe:ConnectWebhookSecret={SecretOfAccounts}",
            "--Logging:LogLevel:Default=None"]);
        try
        {
            await app.StartAsync();
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <param name="half">What it was writing when it was killed.</param>
    internal async Task RestartAsync(string half = "")
    {
        await _app.DisposeAsync();
        await System.IO.File.AppendAllTextAsync(File, half);
        _app = await RunAsync(File, _webhooks);
    }

    internal StripeSettings Settings(TimeSpan? patience = null) => new("sk_test_anything", Address)
    {
        Patience = patience ?? TimeSpan.FromSeconds(20),
        FirstPause = TimeSpan.FromMilliseconds(1),
        LongestPause = TimeSpan.FromMilliseconds(2),
    };

    internal async Task<JsonObject> ControlAsync(string path, object? asked = null)
    {
        using var answer = await _browser.PostAsJsonAsync(new Uri(Address, "/_simulator" + path), asked ?? new { });
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue(text);
        return text.Length == 0 ? [] : (JsonObject)JsonNode.Parse(text)!;
    }

    internal Task AdvanceAsync(TimeSpan by) => ControlAsync("/clock", new { advanceSeconds = (long)by.TotalSeconds });

    internal async Task<JsonElement> StripeAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address, path)) { Headers = { Authorization = new("Bearer", "sk_test_x") } };
        using var answer = await _browser.SendAsync(request);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }

    /// <summary>Done by hand, as somebody does it who has the other side's own page open.</summary>
    internal async Task<JsonElement> StripeAsync(string path, params (string Name, string Value)[] form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, path))
        {
            Headers = { Authorization = new("Bearer", "sk_test_x") },
            Content = new FormUrlEncodedContent(form.Select(f => new KeyValuePair<string, string>(f.Name, f.Value))),
        };
        using var answer = await _browser.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue(text);
        return JsonDocument.Parse(text).RootElement;
    }

    internal async Task<(HttpStatusCode Status, string Html, string? To)> SeeAsync(string url)
    {
        using var answer = await _browser.GetAsync(new Uri(Address, url));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers.Location?.OriginalString);
    }

    internal async Task<(HttpStatusCode Status, string Html, string? To)> PressAsync(string url, params (string Name, string Value)[] typed)
    {
        using var form = new FormUrlEncodedContent(typed.Select(t => new KeyValuePair<string, string>(t.Name, t.Value)));
        using var answer = await _browser.PostAsync(new Uri(Address, url), form);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers.Location?.OriginalString);
    }

    internal Task<(HttpStatusCode Status, string Html, string? To)> PayAsync(CheckoutSession session, string card = "4242424242424242", bool confirms = true) => PayAsync(session.Url!, card, confirms);

    /// <summary>Types a card on the session's page; where the bank asks, it is answered.</summary>
    internal async Task<(HttpStatusCode Status, string Html, string? To)> PayAsync(string url, string card = "4242424242424242", bool confirms = true)
    {
        var page = await PressAsync(url, ("number", card), ("expiry", "12/40"), ("cvc", "123"), ("name", "Claire Durand"));
        return page.To?.EndsWith("/banque", StringComparison.Ordinal) == true ? await PressAsync(page.To, ("answer", confirms ? "yes" : "no")) : page;
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _app.DisposeAsync();
        System.IO.File.Delete(File);
    }
}
