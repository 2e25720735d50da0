using Marketplace.Provisioning.Servers;
using Npgsql;
using RabbitMQ.Client.Exceptions;
using Spectre.Console;

namespace Marketplace.Local.Run;

/// <summary>The servers of a data directory, for verbs that work beside the running platform as well as on a stopped one.</summary>
internal static class PlatformServers
{
    private const int Unable = 2;

    /// <summary>Those of the running platform, or of a stopped one, started for the work; given are connection strings by database, and the broker.</summary>
    /// <param name="failed">What is said when they cannot be had.</param>
    public static async Task<int> UseAsync(string data, string failed, Func<Func<string, string>, Uri, Task<int>> work)
    {
        var console = Terminal.Open();
        try
        {
            if (LocalServers.AddressesOf(data) is { } running && LocalServers.BrokerOf(data) is { } broker && Owner.Read(data) is { IsAlive: true })
            {
                return await work(running, broker);
            }

            if (!Directory.Exists(Path.Combine(data, "run")))
            {
                console.WriteLine($"Nothing was ever started in {data}.");
                return Unable;
            }

            var servers = await LocalServers.StartAsync(data, new ServerOptions(), progress: null, CancellationToken.None);
            try
            {
                return await work(servers.Database, servers.RabbitMqUri);
            }
            finally
            {
                await servers.StopAsync(CancellationToken.None);
            }
        }
        catch (Exception unable) when (unable is ServersUnavailableException or DirectoryInUseException or NpgsqlException or BrokerUnreachableException)
        {
            console.WriteLine($"{failed}: {unable.Message}");
            return Unable;
        }
    }
}
