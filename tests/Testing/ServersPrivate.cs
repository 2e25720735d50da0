using Marketplace.Provisioning.Servers;

namespace Marketplace.Testing;

/// <summary>A PostgreSQL and a RabbitMQ of one test's own, to be killed and brought back.</summary>
public sealed class PrivateServers : IAsyncDisposable
{
    private readonly LocalServers _servers;

    private PrivateServers(LocalServers servers) => _servers = servers;

    /// <summary>The database server; <c>KillAsync</c> and <c>StartAsync</c> are a crash and the recovery from it.</summary>
    public PostgreSqlServer PostgreSql => _servers.PostgreSql;

    /// <summary>The broker, likewise.</summary>
    public RabbitMqServer RabbitMq => _servers.RabbitMq;

    /// <summary>Creates a database and returns its connection string.</summary>
    public async Task<string> NewDatabaseAsync(string name, CancellationToken token = default)
    {
        await using var connection = new Npgsql.NpgsqlConnection(_servers.PostgresConnectionString);
        await connection.OpenAsync(token);
        await using var create = new Npgsql.NpgsqlCommand($"create database \"{name}\"", connection);
        await create.ExecuteNonQueryAsync(token);
        return _servers.Database(name);
    }

    /// <summary>Stops both and deletes their data.</summary>
    public async ValueTask DisposeAsync()
    {
        Npgsql.NpgsqlConnection.ClearAllPools();
        await _servers.StopAsync(CancellationToken.None);
        LocalServers.Forget(_servers.Directory.Root);
        Directory.Delete(_servers.Directory.Root, recursive: true);
    }

    internal static async Task<PrivateServers> StartAsync(string directory, CancellationToken token) =>
        new(await LocalServers.StartAsync(
            directory, new ServerOptions { Durable = false, AllowGiven = false, Management = false }, progress: null, token));
}
