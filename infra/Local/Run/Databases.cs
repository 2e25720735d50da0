using Dapper;
using Marketplace.Provisioning.Servers;
using Npgsql;

namespace Marketplace.Local.Run;

/// <summary>One database for each service; its tables are the service's own business.</summary>
internal static class Databases
{
    public static async Task EnsureAsync(LocalServers servers, CancellationToken token)
    {
        await using var connection = new NpgsqlConnection(servers.PostgresConnectionString);
        await connection.OpenAsync(token);
        var existing = (await connection.QueryAsync<string>("select datname from pg_database")).ToHashSet();
        foreach (var service in Services.All.Where(service => !existing.Contains(service.Name)))
        {
            await connection.ExecuteAsync($"create database \"{service.Name}\"");
        }
    }
}
