using System.Diagnostics;
using Marketplace.Load;

namespace Marketplace.Chaos;

/// <summary>Kills one part as `kill -9` does, by the record that the launcher keeps of the processes it started, and waits until all is ready again.</summary>
internal static class Victims
{
    internal static readonly string[] All = ["ordering", "catalog", "merchants", "rabbitmq", "storefront", "postgresql"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    internal static async Task<TimeSpan> KillAsync(string data, string victim, Platform platform)
    {
        var watch = Stopwatch.StartNew();
        var before = RunningPart.Find(data, victim);
        before.KillGroup();
        while (watch.Elapsed < Patience)
        {
            await Task.Delay(100);
            // A new one first: in the moment after the kill nobody has noticed yet that it is gone, and all say that they are ready.
            if (!before.IsAlive && RunningPart.FindIfAny(data, victim) is not null && await IsReadyAsync(platform))
            {
                return watch.Elapsed;
            }
        }

        throw new TimeoutException($"The platform was not ready again {Patience.TotalSeconds} s after {victim} was killed.");
    }

    internal static async Task<bool> IsReadyAsync(Platform platform) =>
        await platform.IsReadyAsync(platform.At.Merchants) && await platform.IsReadyAsync(platform.At.Catalog) && await platform.IsReadyAsync(platform.At.Ordering)
        && await platform.IsReadyAsync(platform.At.Storefront);
}
