using System.Globalization;
using Marketplace.Local.Run;
using Marketplace.Provisioning.Processes;
using Spectre.Console;

namespace Marketplace.Local.Doctor;

/// <summary>What a process and its children take.</summary>
internal sealed record ProcessMemory(string Name, int Pid, int Count, double PssMegabytes, double RssMegabytes);

/// <summary>
/// Memory of each process of a data directory with its children, as the kernel's proportional set size: shared pages are divided among those
/// who share them, so that the sum is what the whole system really takes.
/// </summary>
internal static class MemoryReport
{
    public static int Print(string data)
    {
        var processes = Measure(data);
        if (processes.Count == 0)
        {
            Terminal.Open().MarkupLineInterpolated(CultureInfo.InvariantCulture, $"Nothing runs from {data}.");
            return 1;
        }

        var table = new Table().Border(TableBorder.Rounded).AddColumns("process", "pid", "with children", "PSS MB", "RSS MB");
        foreach (var one in processes)
        {
            table.AddRow(one.Name, Text(one.Pid), Text(one.Count), Text(one.PssMegabytes), Text(one.RssMegabytes));
        }

        table.AddRow("total", "", "", Text(processes.Sum(one => one.PssMegabytes)), Text(processes.Sum(one => one.RssMegabytes)));
        Terminal.Open().Write(table);
        return 0;
    }

    /// <summary>The processes that run from a data directory, by name; none when nothing does.</summary>
    public static IReadOnlyList<ProcessMemory> Measure(string data)
    {
        var roots = RunDirectory.Recorded(data).ToList();
        if (Owner.Read(data) is { IsAlive: true } owner)
        {
            roots.Add(("launcher", owner.Pid));
        }

        var children = Children();
        var recorded = roots.Select(root => root.Pid).ToHashSet();
        return
        [
            .. roots.OrderBy(root => root.Name, StringComparer.Ordinal).Select(root =>
            {
                // The launcher is the parent of all the others, which have lines of their own.
                var family = Family(root.Pid, children, recorded).ToList();
                var (pss, rss) = family.Select(Measure).Aggregate((Pss: 0L, Rss: 0L), (sum, one) => (sum.Pss + one.Pss, sum.Rss + one.Rss));
                return new ProcessMemory(root.Name, root.Pid, family.Count, pss / 1024.0, rss / 1024.0);
            }),
        ];
    }

    private static IEnumerable<int> Family(int pid, ILookup<int, int> children, HashSet<int> recorded) =>
        children[pid].Where(child => !recorded.Contains(child)).SelectMany(child => Family(child, children, recorded)).Prepend(pid);

    private static ILookup<int, int> Children() =>
        Directory.GetDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0)
            .Select(pid => (Pid: pid, Parent: Parent(pid)))
            .ToLookup(one => one.Parent, one => one.Pid);

    private static int Parent(int pid)
    {
        var stat = Read($"/proc/{pid}/stat");
        return stat.Length == 0 ? 0 : int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
    }

    private static (long Pss, long Rss) Measure(int pid)
    {
        var fields = Read($"/proc/{pid}/smaps_rollup").Split('\n');
        long Kilobytes(string name) =>
            fields.FirstOrDefault(line => line.StartsWith($"{name}:", StringComparison.Ordinal)) is { } line
                ? long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)
                : 0;
        return (Kilobytes("Pss"), Kilobytes("Rss"));
    }

    // A process may end between being listed and being read.
    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception ended) when (ended is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(double megabytes) => megabytes.ToString("0.0", CultureInfo.InvariantCulture);
}
