using System.Diagnostics;
using System.Globalization;

namespace Marketplace.Local.Tests;

/// <summary>What the machine does from a moment on, to judge a duration fairly where other programs run beside the one that is timed.</summary>
internal sealed class MachineLoad
{
    private const double TicksPerSecond = 100; // of /proc, on every Linux

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly TimeSpan _busyBefore = Busy();

    public TimeSpan Elapsed => _watch.Elapsed;

    /// <summary>How long the same would have taken had it not shared the processors, given what it used of them itself.</summary>
    public TimeSpan WithoutOthers(TimeSpan own)
    {
        var capacity = Elapsed * Environment.ProcessorCount;
        var others = Math.Clamp((Busy() - _busyBefore - own) / capacity, 0, 1);
        return Elapsed * (1 - others);
    }

    public static double Seconds(string ticks) => long.Parse(ticks, CultureInfo.InvariantCulture) / TicksPerSecond;

    // cpu user nice system idle iowait irq softirq steal …
    private static TimeSpan Busy()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return TimeSpan.FromSeconds(fields[1..4].Concat(fields[6..9]).Sum(Seconds));
    }
}
