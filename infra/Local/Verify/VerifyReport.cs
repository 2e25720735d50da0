using System.Globalization;
using Marketplace.Local.Run;
using Marketplace.Provisioning.Servers;
using Npgsql;
using RabbitMQ.Client.Exceptions;
using Spectre.Console;

namespace Marketplace.Local.Verify;

/// <summary>The verb <c>verify</c>: over the running platform's servers, or over those of a stopped one, which are started for it.</summary>
internal static class VerifyReport
{
    public static async Task<int> RunAsync(CommandLine command)
    {
        var console = Terminal.Open();
        try
        {
            if (LocalServers.AddressesOf(command.Data) is { } running && LocalServers.BrokerOf(command.Data) is { } broker && Owner.Read(command.Data) is { IsAlive: true })
            {
                return await CheckAsync(console, running, broker);
            }

            if (!Directory.Exists(Path.Combine(command.Data, "run")))
            {
                console.WriteLine($"Nothing was ever started in {command.Data}.");
                return 2;
            }

            var servers = await LocalServers.StartAsync(command.Data, new ServerOptions(), progress: null, CancellationToken.None);
            try
            {
                return await CheckAsync(console, servers.Database, servers.RabbitMqUri);
            }
            finally
            {
                await servers.StopAsync(CancellationToken.None);
            }
        }
        catch (Exception unable) when (unable is ServersUnavailableException or DirectoryInUseException or NpgsqlException or BrokerUnreachableException)
        {
            console.WriteLine($"Not verified: {unable.Message}");
            return 2;
        }
    }

    private static async Task<int> CheckAsync(IAnsiConsole console, Func<string, string> database, Uri broker)
    {
        var findings = await new Verification(database, broker).RunAsync(CancellationToken.None);
        foreach (var finding in findings)
        {
            var mark = finding.Holds ? "[green]✓[/]" : "[red]✗[/]";
            console.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"{mark} {Markup.Escape($"{finding.Invariant} {finding.Says}")}"));
            foreach (var row in finding.BrokenBy)
            {
                console.WriteLine($"    {row}");
            }
        }

        return findings.All(finding => finding.Holds) ? 0 : 1;
    }
}
