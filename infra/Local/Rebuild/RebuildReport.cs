using System.Diagnostics;
using Marketplace.Local.Run;
using Marketplace.Provisioning.Servers;

namespace Marketplace.Local.Rebuild;

/// <summary>The verb <c>rebuild</c>: each service that keeps read models replays its log into them, in a process of its own beside those that run.</summary>
internal static class RebuildReport
{
    public static Task<int> RunAsync(CommandLine command) => PlatformServers.UseAsync(command.Data, "Not rebuilt", async (database, broker) =>
    {
        foreach (var service in command.Rebuilt)
        {
            var exitCode = await RunAsync(command, service, database, broker);
            if (exitCode != 0)
            {
                return exitCode;
            }
        }

        return 0;
    });

    private static async Task<int> RunAsync(CommandLine command, Service service, Func<string, string> database, Uri broker)
    {
        var assembly = Checkout.AssemblyOf(service.Project);
        var start = new ProcessStartInfo(Dotnet.Path, [assembly, "rebuild"]) { WorkingDirectory = Path.GetDirectoryName(assembly)! };
        foreach (var (name, value) in Services.Settings(service, replica: 0, command.Replicas, command.PortBase, smtpPort: 0, database, broker, Secrets.Of(command.Data)))
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
