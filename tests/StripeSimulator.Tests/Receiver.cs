using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Marketplace.Ordering.Payments;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.StripeSimulator.Tests;

/// <summary>Who is told of events: it verifies what it gets as the platform does, by the machine's time.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Receiver(WebApplication app) => _app = app;

    internal ConcurrentQueue<(string Id, string Type, SignatureVerdict Verdict, string? Account)> Heard { get; } = new();

    /// <summary>What it answers to the n-th.</summary>
    internal Func<int, int> Answer { get; set; } = _ => 200;

    internal string Url => _app.Urls.Single() + "/webhooks/stripe";

    internal IEnumerable<string> Types => Heard.Select(h => h.Type);

    internal static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var receiver = new Receiver(builder.Build());
        receiver._app.Run(receiver.TakeAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    internal Task HearsAsync(int count) => Eventually.BecomesAsync(() => Task.FromResult(Heard.Count >= count), TimeSpan.FromSeconds(10));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var told = JsonDocument.Parse(Encoding.UTF8.GetString(body.ToArray())).RootElement;
        var account = told.TryGetProperty("account", out var of) ? of.GetString() : null;
        var verdict = StripeSignature.Verify(body.ToArray(), context.Request.Headers["Stripe-Signature"], account is null ? Simulator.Secret : Simulator.SecretOfAccounts, DateTimeOffset.UtcNow);
        Heard.Enqueue((told.GetProperty("id").GetString()!, told.GetProperty("type").GetString()!, verdict, account));
        context.Response.StatusCode = Answer(Heard.Count);
    }
}
