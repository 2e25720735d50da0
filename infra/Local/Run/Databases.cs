using Dapper;
using Marketplace.Provisioning.Servers;
using Npgsql;

namespace Marketplace.Local.Run;

/// <summary>One database for each service; its tables are the service's own business.</summary>
internal static class Databases
{
    /// <summary>Connections that idle are given back soon: each is a process of the server with memory of its own.</summary>
    public static string ForService(LocalServers servers, string name) =>
        new NpgsqlConnectionStringBuilder(servers.Database(name)) { ConnectionIdleLifetime = 30, ConnectionPruningInterval = 5 }.ConnectionString;

    public static async Task EnsureAsync(LocalServers servers, bool anew, CancellationToken token)
    {
        await using var connection = new NpgsqlConnection(servers.PostgresConnectionString);
        await connection.OpenAsync(token);
        foreach (var service in anew ? Services.All : [])
        {
            // A private server was emptied whole; one that was given keeps what is not ours.
            await connection.ExecuteAsync($"drop database if exists \"{service.Name}\" with (force)");
        }

        var existing = (await connection.QueryAsync<string>("select datname from pg_database")).ToHashSet();
        foreach (var service in Services.All.Where(service => !existing.Contains(service.Name)))
        {
            await connection.ExecuteAsync($"create database \"{service.Name}\"");
        }
    }
}
