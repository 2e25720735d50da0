using System.Diagnostics;
using System.Globalization;
using Marketplace.Provisioning.Processes;

namespace Marketplace.Load;

/// <summary>Catalog is killed and started again by the launcher: how long until it answers searches, and what it holds in memory before and after.</summary>
internal static class CatalogRestart
{
    private const string Name = "catalog";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    internal static async Task<Result> RunAsync(Platform platform, LoadTown town, Options options)
    {
        var before = RunningPart.Find(options.Data, Name);
        var heldBefore = Megabytes(before);
        var watch = Stopwatch.StartNew();
        before.KillGroup();
        while (before.IsAlive || RunningPart.FindIfAny(options.Data, Name) is null || !await platform.IsReadyAsync(platform.At.Catalog))
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
            More = new Dictionary<string, object> { ["megabytesBefore"] = heldBefore, ["megabytes"] = Megabytes(RunningPart.Find(options.Data, Name)) },
        };
    }

    private static long Megabytes(ProcessRecord process) =>
        long.Parse(File.ReadLines($"/proc/{process.Pid}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
}
