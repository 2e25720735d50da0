using System.Diagnostics;
using Marketplace.Load;

namespace Marketplace.Chaos;

/// <summary>
/// Fills the disk that PostgreSQL's data lies on, to the last byte and again whenever it lets go of some, while residents order; then frees it and
/// waits until all is ready again. The disk must be a small one of its own, mounted before the launcher's first start:
/// <c>mkdir -p DATA/postgresql &amp;&amp; mount -t tmpfs -o size=700m,mode=755 tmpfs DATA/postgresql</c>.
/// </summary>
internal static class FullDisk
{
    private const long Largest = 4L << 30;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    internal sealed record Course(IReadOnlyDictionary<string, double?> ToldAfterMs, double BackAfterMs, IReadOnlyList<string> Silent);

    /// <summary>Asked before anything is killed: a run of half an hour should not end on it.</summary>
    internal static void RequireSmallDisk(string data)
    {
        var folder = Folder(data);
        if (!Directory.Exists(folder) || new DriveInfo(folder).TotalSize > Largest)
        {
            throw new InvalidOperationException($"{folder} is on no small disk of its own, and filling it would fill this machine. Before the launcher's first start: mount -t tmpfs -o size=700m,mode=755 tmpfs {folder}");
        }
    }

    internal static async Task<Course> RunAsync(string data, TimeSpan time, Platform platform)
    {
        var folder = Folder(data);
        var filler = Path.Combine(folder, "filler");
        var services = new Dictionary<string, string>
        {
            ["merchants"] = platform.At.Merchants,
            ["catalog"] = platform.At.Catalog,
            ["ordering"] = platform.At.Ordering,
            ["storefront"] = platform.At.Storefront,
        };
        var told = services.Keys.ToDictionary(s => s, _ => (double?)null);
        var watch = Stopwatch.StartNew();
        try
        {
            while (watch.Elapsed < time)
            {
                Fill(filler);
                foreach (var (service, address) in services)
                {
                    told[service] ??= await platform.IsReadyAsync(address) ? null : Math.Round(watch.Elapsed.TotalMilliseconds);
                }

                await Task.Delay(100);
            }
        }
        finally
        {
            File.Delete(filler);
        }

        watch.Restart();
        while (!await Victims.IsReadyAsync(platform))
        {
            if (watch.Elapsed > Patience)
            {
                throw new TimeoutException($"The platform was not ready again {Patience.TotalSeconds} s after its disk had room again.");
            }

            await Task.Delay(100);
        }

        return new Course(told, Math.Round(watch.Elapsed.TotalMilliseconds), [.. told.Where(t => t.Value is null).Select(t => $"{t.Key} never said that its disk was full")]);
    }

    private static string Folder(string data) => Path.Combine(data, "postgresql");

    private static void Fill(string filler)
    {
        using var file = new FileStream(filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var size in new[] { 1 << 20, 1 << 12 })
        {
            var some = new byte[size];
            try
            {
                while (true)
                {
                    file.Write(some);
                }
            }
            catch (IOException)
            {
                // Full, for pieces of this size.
            }
        }
    }
}
