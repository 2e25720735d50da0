using Marketplace.Provisioning.Processes;

namespace Marketplace.Load;

/// <summary>The processes of a running platform, by the records that the launcher keeps of those it started.</summary>
internal static class RunningPart
{
    internal static ProcessRecord Find(string data, string name) =>
        FindIfAny(data, name) ?? throw new InvalidOperationException($"No running {name} in {data}/run.");

    /// <summary>Null between its end and its next start.</summary>
    internal static ProcessRecord? FindIfAny(string data, string name) =>
        Directory.EnumerateFiles(Path.Combine(data, "run"), $"*-{name}*.pid").Order().Select(ProcessRecord.Read).OfType<ProcessRecord>().FirstOrDefault(record => record.IsAlive);
}
