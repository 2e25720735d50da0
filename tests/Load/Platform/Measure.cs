using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Marketplace.Load;

/// <summary>What a job measured. <c>Sound</c> is false when something was wrong, not when it was slow.</summary>
internal sealed record Result(string Job, int Concurrency, double Seconds, int Requests, double PerSecond, double P50Ms, double P90Ms, double P99Ms, double MaxMs, int Errors, bool Sound)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>More figures of this job alone.</summary>
    internal IReadOnlyDictionary<string, object>? More { get; init; }

    internal string ToJson()
    {
        var line = JsonSerializer.SerializeToNode(this, Json)!.AsObject();
        foreach (var (name, value) in More ?? new Dictionary<string, object>())
        {
            line[name] = JsonSerializer.SerializeToNode(value, Json);
        }

        return line.ToJsonString(Json);
    }
}

/// <summary>A closed loop: each of n workers sends its next request when its last was answered.</summary>
internal static class Measure
{
    internal static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    /// <param name="send">Sends one request, given a worker's own random numbers; false is an error.</param>
    internal static async Task<Result> LoopAsync(string job, Options options, Func<Random, Task<bool>> send)
    {
        await RunAsync(options.Concurrency, WarmUp, send);
        var (latencies, errors, elapsed) = await RunAsync(options.Concurrency, options.Duration, send);
        return Summarise(job, options.Concurrency, elapsed, latencies, errors);
    }

    internal static Result Summarise(string job, int concurrency, TimeSpan elapsed, List<double> latencies, int errors)
    {
        latencies.Sort();
        return new Result(job, concurrency, Math.Round(elapsed.TotalSeconds, 2), latencies.Count, Math.Round(latencies.Count / elapsed.TotalSeconds, 1),
            At(latencies, 0.50), At(latencies, 0.90), At(latencies, 0.99), At(latencies, 1), errors, errors == 0);
    }

    private static double At(List<double> sorted, double quantile) =>
        sorted.Count == 0 ? 0 : Math.Round(sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * quantile))], 2);

    private static async Task<(List<double> Latencies, int Errors, TimeSpan Elapsed)> RunAsync(int concurrency, TimeSpan duration, Func<Random, Task<bool>> send)
    {
        var errors = 0;
        var watch = Stopwatch.StartNew();
        var all = await Task.WhenAll(Enumerable.Range(0, concurrency).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            var latencies = new List<double>(4096);
            while (watch.Elapsed < duration)
            {
                var started = Stopwatch.GetTimestamp();
                if (!await send(random))
                {
                    Interlocked.Increment(ref errors);
                }

                latencies.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }

            return latencies;
        })));
        return ([.. all.SelectMany(l => l)], errors, watch.Elapsed);
    }
}
