using System.Globalization;
using Marketplace.Local.Run;
using Marketplace.Provisioning.Processes;
using Spectre.Console;

namespace Marketplace.Local.Doctor;

/// <summary>
/// Memory of each process of a data directory with its children, as the kernel's proportional set size: shared pages are divided among those
/// who share them, so that the sum is what the whole system really takes.
/// </summary>
internal static class MemoryReport
{
    public static int Print(string data)
    {
        var owner = Owner.Read(data);
        var roots = RunDirectory.Recorded(data).ToList();
        if (owner is { IsAlive: true })
        {
            roots.Add(("launcher", owner.Pid));
        }

        if (roots.Count == 0)
        {
            Terminal.Open().MarkupLineInterpolated(CultureInfo.InvariantCulture, $"Nothing runs from {data}.");
            return 1;
        }

        var children = Children();
        var recorded = roots.Select(root => root.Pid).ToHashSet();
        var table = new Table().Border(TableBorder.Rounded).AddColumns("process", "pid", "with children", "PSS MB", "RSS MB");
        var total = (Pss: 0L, Rss: 0L);
        foreach (var (name, pid) in roots.OrderBy(root => root.Name, StringComparer.Ordinal))
        {
            // The launcher is the parent of all the others, which have lines of their own.
            var family = Family(pid, children, recorded).ToList();
            var (pss, rss) = family.Select(Measure).Aggregate((Pss: 0L, Rss: 0L), (sum, one) => (sum.Pss + one.Pss, sum.Rss + one.Rss));
            total = (total.Pss + pss, total.Rss + rss);
            table.AddRow(name, Text(pid), Text(family.Count), Megabytes(pss), Megabytes(rss));
        }

        table.AddRow("total", "", "", Megabytes(total.Pss), Megabytes(total.Rss));
        Terminal.Open().Write(table);
        return 0;
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

    private static string Megabytes(long kilobytes) => (kilobytes / 1024.0).ToString("0.0", CultureInfo.InvariantCulture);
}
