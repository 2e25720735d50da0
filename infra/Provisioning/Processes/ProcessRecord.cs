using System.Globalization;
using System.Runtime.InteropServices;

namespace Marketplace.Provisioning.Processes;

/// <summary>A process as its record names it: the start time keeps a reused pid from being taken for it.</summary>
public sealed record ProcessRecord(int Pid, long StartTicks)
{
    private const int Kill = 9;

    /// <summary>Reads a record written by <c>start.sh</c>; null when there is none or it is only half written.</summary>
    public static ProcessRecord? Read(string path)
    {
        try
        {
            var fields = File.ReadAllText(path).Split(' ');
            return fields.Length >= 2 && int.TryParse(fields[0], out var pid) && long.TryParse(fields[1], out var start)
                ? new ProcessRecord(pid, start)
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The record of a running process; null when it has ended.</summary>
    public static ProcessRecord? Of(int pid) => ReadStat(pid) is { } stat ? new ProcessRecord(pid, stat.Start) : null;

    /// <summary>Whether this very process still runs (a zombie does not).</summary>
    public bool IsAlive => ReadStat(Pid) is { } stat && stat.Start == StartTicks && stat.State != 'Z';

    /// <summary>Its children, theirs, and so on, as they are now.</summary>
    public IReadOnlyList<ProcessRecord> Descendants()
    {
        var byParent = Directory.GetDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0)
            .Select(pid => (Pid: pid, Stat: ReadStat(pid)))
            .Where(one => one.Stat is not null)
            .ToLookup(one => one.Stat!.Value.Parent, one => new ProcessRecord(one.Pid, one.Stat!.Value.Start));
        IEnumerable<ProcessRecord> Under(int pid) => byParent[pid].SelectMany(child => Under(child.Pid).Prepend(child));
        return [.. Under(Pid)];
    }

    /// <summary>Sends a signal to the process alone.</summary>
    public void Signal(int signal)
    {
        if (IsAlive)
        {
            _ = SendSignal(Pid, signal);
        }
    }

    /// <summary>Ends the process and its group at once, as <c>kill -9</c> does.</summary>
    public void KillGroup()
    {
        if (IsAlive)
        {
            _ = SendSignal(-Pid, Kill);
        }
    }

    private static (char State, int Parent, long Start)? ReadStat(int pid)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (fields[0][0], int.Parse(fields[1], CultureInfo.InvariantCulture), long.Parse(fields[19], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int SendSignal(int pid, int signal);
}
