using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Ordering.Tests;

/// <summary>A shop's program that listens for webhooks: a web server of its own that writes down what it is sent and answers as the test says. It looks at signatures as the specification tells receivers to.</summary>
internal sealed class ListeningProgram : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stop = new();

    private ListeningProgram(WebApplication app) => _app = app;

    internal ConcurrentQueue<Call> Calls { get; } = new();

    /// <summary>200 and a few words, unless a test says otherwise.</summary>
    internal Func<HttpContext, CancellationToken, Task> Answer { get; set; } = (context, stop) => context.Response.WriteAsync("merci", stop);

    internal string Url { get; private set; } = null!;

    internal IEnumerable<string> Types => Calls.Select(c => c.Type);

    internal static async Task<ListeningProgram> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var program = new ListeningProgram(app);
        app.Run(program.TakeAsync);
        await app.StartAsync();
        program.Url = app.Urls.Single() + "/commandes";
        return program;
    }

    internal static Func<HttpContext, CancellationToken, Task> Saying(int status, string text = "", params (string Name, string Value)[] headers) => (context, stop) =>
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }

        return context.Response.WriteAsync(text, stop);
    };

    internal static Task Hang(HttpContext context, CancellationToken stop) => Task.Delay(Timeout.Infinite, CancellationTokenSource.CreateLinkedTokenSource(stop, context.RequestAborted).Token);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _app.DisposeAsync();
        _stop.Dispose();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        Calls.Enqueue(new Call(context.Request.Method, context.Request.Path, context.Request.Headers["webhook-id"].ToString(), context.Request.Headers["webhook-timestamp"].ToString(),
            context.Request.Headers["webhook-signature"].ToString(), body, context.Request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString())));
        try
        {
            await Answer(context, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }

    /// <summary>What was sent.</summary>
    internal sealed record Call(string Method, string Path, string Id, string Timestamp, string Signature, string Body, IReadOnlyDictionary<string, string> Headers)
    {
        internal string Type => JsonDocument.Parse(Body).RootElement.GetProperty("type").GetString()!;

        internal JsonElement Data => JsonDocument.Parse(Body).RootElement.GetProperty("data");

        internal bool IsSignedWith(string secret) => Verifies(secret, Id, Timestamp, Signature, Body);

        /// <summary>Written from the specification, not from what sends: each of the signatures may be the one that holds.</summary>
        internal static bool Verifies(string secret, string id, string timestamp, string signatures, string body)
        {
            var key = Convert.FromBase64String(secret.Split("whsec_")[1]);
            using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
            foreach (var part in new[] { id, ".", long.Parse(timestamp, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture), ".", body })
            {
                hash.AppendData(Encoding.UTF8.GetBytes(part));
            }

            var expected = hash.GetHashAndReset();
            return signatures.Split(' ').Any(s => s.Split(',') is ["v1", var given] && CryptographicOperations.FixedTimeEquals(Convert.FromBase64String(given), expected));
        }
    }
}
