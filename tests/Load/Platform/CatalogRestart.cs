using System.Diagnostics;
using System.Globalization;
using Marketplace.Provisioning.Processes;

namespace Marketplace.Load;

/// <summary>Catalog is killed and started again by the launcher: how long until it answers searches, and what it holds in memory then.</summary>
internal static class CatalogRestart
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    internal static async Task<Result> RunAsync(Platform platform, LoadTown town, Options options)
    {
        var before = Running(options.Data) ?? throw new InvalidOperationException($"No running catalog in {options.Data}/run.");
        var heldBefore = Megabytes(before);
        var watch = Stopwatch.StartNew();
        before.KillGroup();
        while (before.IsAlive || Running(options.Data) is not { } after || !await IsReadyAsync(platform))
        {
            if (watch.Elapsed > Patience)
            {
                throw new TimeoutException($"Catalog was not ready again after {Patience.TotalSeconds} s.");
            }

            await Task.Delay(20);
        }

        var ready = watch.Elapsed;
        var answers = await Reads.GetAsync(platform, $"{platform.At.Catalog}/api/v1/towns/{town.Slug}/offers?q=pain");
        return Measure.Summarise("catalog-restart", 1, ready, [ready.TotalMilliseconds], answers ? 0 : 1) with
        {
            More = new Dictionary<string, object> { ["megabytesBefore"] = heldBefore, ["megabytes"] = Megabytes(Running(options.Data)!) },
        };
    }

    private static ProcessRecord? Running(string data) =>
        Directory.EnumerateFiles(Path.Combine(data, "run"), "*-catalog*.pid").Order().Select(ProcessRecord.Read).OfType<ProcessRecord>().FirstOrDefault(record => record.IsAlive);

    private static long Megabytes(ProcessRecord process) =>
        long.Parse(File.ReadLines($"/proc/{process.Pid}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;

    private static async Task<bool> IsReadyAsync(Platform platform)
    {
        try
        {
            using var answer = await platform.Http.GetAsync(platform.At.Catalog + "/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
