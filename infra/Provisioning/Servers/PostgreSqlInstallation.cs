using System.Globalization;
using System.Text.RegularExpressions;
using Marketplace.Provisioning.Processes;

namespace Marketplace.Provisioning.Servers;

/// <summary>The programs of a PostgreSQL that is recent enough, and the user to run them as.</summary>
internal sealed partial record PostgreSqlInstallation(string Binaries, string? RunAs)
{
    private const int OldestVersion = 15;

    public static async Task<PostgreSqlInstallation> FindOrInstallAsync(IProgress<string>? progress, CancellationToken token)
    {
        var binaries = await FindAsync(token);
        if (binaries is null && SystemPackages.CanInstall)
        {
            await SystemPackages.InstallAsync(["postgresql"], progress, token);
            binaries = await FindAsync(token);
        }

        return binaries is null
            ? throw new ServersUnavailableException(SystemPackages.Advice(
                $"PostgreSQL {OldestVersion} or newer", "postgresql", "MARKETPLACE_POSTGRES", "Host=127.0.0.1;Username=postgres;Password=…"))
            : new PostgreSqlInstallation(binaries, Environment.IsPrivilegedProcess ? UnprivilegedUser() : null);
    }

    /// <summary>A command line that runs one of the programs as the right user.</summary>
    public (string FileName, IReadOnlyList<string> Arguments) CommandLine(string program, IEnumerable<string> arguments)
    {
        var path = Path.Combine(Binaries, program);
        return RunAs is null
            ? (path, [.. arguments])
            : ("setpriv", [$"--reuid={RunAs}", $"--regid={RunAs}", "--clear-groups", "--", path, .. arguments]);
    }

    // Debian's package brings the user "postgres"; "nobody" with its group exists nearly everywhere else.
    private static string UnprivilegedUser() =>
        File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";

    public static async Task<string?> FindAsync(CancellationToken token)
    {
        var folders = Folders("/usr/lib/postgresql", "bin")
            .Concat(Folders("/usr/local/lib/postgresql", "bin"))
            .Concat(Folders("/usr", "bin", "pgsql-*"))
            .Concat(Command.Find("initdb") is { } initdb ? [Path.GetDirectoryName(initdb)!] : []);
        var found = new List<(int Version, string Folder)>();
        foreach (var folder in folders.Where(folder => File.Exists(Path.Combine(folder, "initdb"))))
        {
            var (exitCode, output) = await Command.RunAsync(Path.Combine(folder, "postgres"), ["--version"], token);
            if (exitCode == 0 && VersionNumber().Match(output) is { Success: true } match)
            {
                found.Add((int.Parse(match.Value, CultureInfo.InvariantCulture), folder));
            }
        }

        return found.Where(one => one.Version >= OldestVersion).OrderByDescending(one => one.Version).Select(one => one.Folder).FirstOrDefault();
    }

    private static IEnumerable<string> Folders(string parent, string child, string pattern = "*") =>
        Directory.Exists(parent) ? Directory.GetDirectories(parent, pattern).Select(folder => Path.Combine(folder, child)) : [];

    [GeneratedRegex(@"\d+")]
    private static partial Regex VersionNumber();
}
