namespace Marketplace.Provisioning.Servers;

/// <summary>The last lines of a log, for a message that explains itself.</summary>
public static class LogTail
{
    /// <summary>At most <paramref name="lines"/> lines from the end of a file; empty when there is none.</summary>
    public static string Of(string path, int lines = 12) =>
        File.Exists(path) ? string.Join('\n', File.ReadLines(path).TakeLast(lines)) : "";
}
