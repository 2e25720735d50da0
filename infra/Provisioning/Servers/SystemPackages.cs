using Marketplace.Provisioning.Processes;

namespace Marketplace.Provisioning.Servers;

/// <summary>What may be installed by the system's package manager, after saying so: only as root on Debian or Ubuntu.</summary>
public static class SystemPackages
{
    // Debian starts a server as soon as it is installed; ours are private, so that one is kept from starting.
    private const string StartPolicy = "/usr/sbin/policy-rc.d";

    private static readonly SemaphoreSlim OneAtATime = new(1, 1);

    /// <summary>Whether this machine lets us install packages.</summary>
    public static bool CanInstall => Environment.IsPrivilegedProcess && Command.Find("apt-get") is not null;

    /// <summary>Installs packages; throws with the package manager's own words when it cannot.</summary>
    public static async Task InstallAsync(IReadOnlyList<string> packages, IProgress<string>? progress, CancellationToken token)
    {
        await OneAtATime.WaitAsync(token);
        var ownPolicy = !File.Exists(StartPolicy);
        try
        {
            progress?.Report($"Installing with apt-get: {string.Join(' ', packages)}");
            if (ownPolicy)
            {
                await File.WriteAllTextAsync(StartPolicy, "#!/bin/sh\nexit 101\n", token);
                File.SetUnixFileMode(StartPolicy, (UnixFileMode)Convert.ToInt32("755", 8));
            }

            var quiet = new Dictionary<string, string> { ["DEBIAN_FRONTEND"] = "noninteractive" };
            await Command.RequireAsync("apt-get", ["-q", "-o", "DPkg::Lock::Timeout=300", "update"], token, quiet);
            await Command.RequireAsync(
                "apt-get", ["-q", "-y", "-o", "DPkg::Lock::Timeout=300", "install", "--no-install-recommends", .. packages], token, quiet);
        }
        finally
        {
            if (ownPolicy)
            {
                File.Delete(StartPolicy);
            }

            OneAtATime.Release();
        }
    }

    internal static string Advice(string what, string debianPackages, string variable, string example) =>
        $"""
        {what} was not found. Any one of these helps:
          - Debian or Ubuntu: sudo apt-get install {debianPackages}   (or run this once as root: it then installs it by itself)
          - another system:   install it so that its programs are on PATH
          - a server you have: set {variable}, for example {variable}='{example}'
        """;
}
