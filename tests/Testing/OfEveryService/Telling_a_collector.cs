using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Testing.OfEveryService;

/// <summary>Traces and metrics over OTLP, to a collector that is set: as they come, and what came last when the process ends.</summary>
public abstract class Telling_a_collector<TProgram> where TProgram : class
{
    protected abstract WebApplicationFactory<TProgram> App { get; }

    /// <summary>As it is known in traces.</summary>
    protected abstract string Name { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_is_told_of_while_the_process_runs()
    {
        await using var collector = await Collector.StartAsync();
        await using var told = await StartAsync(collector);
        using var client = told.CreateClient();
        var trace = await AskAsync(client);
        await Eventually.BecomesAsync(() => collector.HasHeard("/v1/traces", trace), TimeSpan.FromSeconds(30), "the request is told of");
        collector.HasHeard("/v1/traces", Encoding.UTF8.GetBytes("marketplace-" + Name)).ShouldBeTrue();
    }

    // Nothing would be told for ten minutes: what comes, comes because the process ends.
    [Fact]
    public async Task What_it_did_just_before_its_end_is_told_when_it_ends()
    {
        await using var collector = await Collector.StartAsync();
        ActivityTraceId last;
        await using (var told = await StartAsync(collector, ("OTEL_BSP_SCHEDULE_DELAY", "600000"), ("OTEL_METRIC_EXPORT_INTERVAL", "600000")))
        {
            using var client = told.CreateClient();
            last = await AskAsync(client);
        }

        // The program goes on for a moment after whoever stopped it.
        await Eventually.BecomesAsync(() => collector.HasHeard("/v1/traces", last), TimeSpan.FromSeconds(30), "the last request is told of");
        await Eventually.BecomesAsync(() => collector.HasHeard("/v1/metrics", "http.server.request.duration"u8), TimeSpan.FromSeconds(30), "the last figures are told");
        collector.HasHeard("/v1/metrics", Encoding.UTF8.GetBytes("marketplace-" + Name)).ShouldBeTrue();
    }

    // On Kestrel, which ends with its requests; a test server lets them go on.
    private async Task<WebApplicationFactory<TProgram>> StartAsync(Collector collector, params (string Key, string Value)[] settings)
    {
        var told = App.WithWebHostBuilder(host =>
        {
            host.UseUrls("http://127.0.0.1:0").UseSetting("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address).UseSetting("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
            foreach (var (key, value) in settings)
            {
                host.UseSetting(key, value);
            }
        });
        told.UseKestrel(0);
        told.StartServer();
        using var client = told.CreateClient();
        await Eventually.BecomesAsync(async () => (await client.GetAsync("/ready", Token)).IsSuccessStatusCode, TimeSpan.FromSeconds(30));
        return told;
    }

    private static async Task<ActivityTraceId> AskAsync(HttpClient client)
    {
        var trace = ActivityTraceId.CreateRandom();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/live");
        request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        using var answer = await client.SendAsync(request, Token);
        answer.EnsureSuccessStatusCode();
        return trace;
    }

    /// <summary>Takes whatever comes and looks for bytes in it: a trace's id and a name stand in the messages as they are.</summary>
    private sealed class Collector(WebApplication app, ConcurrentQueue<(string Signal, byte[] Message)> heard) : IAsyncDisposable
    {
        internal string Address => app.Urls.Single();

        internal static async Task<Collector> StartAsync()
        {
            var heard = new ConcurrentQueue<(string, byte[])>();
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            var app = builder.Build();
            app.Run(async context =>
            {
                using var message = new MemoryStream();
                await context.Request.Body.CopyToAsync(message, context.RequestAborted);
                heard.Enqueue((context.Request.Path.Value!, message.ToArray()));
            });
            await app.StartAsync(Token);
            return new Collector(app, heard);
        }

        internal bool HasHeard(string signal, ActivityTraceId trace) => HasHeard(signal, Convert.FromHexString(trace.ToHexString()));

        internal bool HasHeard(string signal, ReadOnlySpan<byte> what)
        {
            foreach (var (kind, message) in heard)
            {
                if (kind == signal && message.AsSpan().IndexOf(what) >= 0)
                {
                    return true;
                }
            }

            return false;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
