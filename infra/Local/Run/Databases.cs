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

    public static async Task EnsureAsync(string server, bool anew, CancellationToken token)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync(token);
        var existing = (await connection.QueryAsync<string>("select datname from pg_database")).ToHashSet();
        if (anew)
        {
            // A private server was emptied whole; one that was given may hold databases of these names that are somebody else's.
            var known = Services.All.Select(service => service.Name).Where(existing.Contains).ToList();
            foreach (var name in known)
            {
                await RequireOursAsync(server, name, token);
            }

            foreach (var name in known)
            {
                await connection.ExecuteAsync($"drop database \"{name}\" with (force)");
                existing.Remove(name);
            }
        }

        foreach (var service in Services.All.Where(service => !existing.Contains(service.Name)))
        {
            await connection.ExecuteAsync($"create database \"{service.Name}\"");
        }
    }

    private static async Task RequireOursAsync(string server, string name, CancellationToken token)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server) { Database = name, Pooling = false }.ConnectionString);
        await connection.OpenAsync(token);
        var ours = await connection.ExecuteScalarAsync<bool>(
            "select to_regclass('public.schema_scripts') is not null or not exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public')");
        if (!ours)
        {
            throw new LaunchException($"The database \"{name}\" of the given PostgreSQL holds tables that no service of this platform made: --reset does not drop it. Give another server, or drop it yourself.");
        }
    }
}
