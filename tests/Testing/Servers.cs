using System.Collections.Concurrent;
using System.Globalization;
using Marketplace.Provisioning.Processes;
using Marketplace.Provisioning.Servers;
using Npgsql;
using Xunit;
using Xunit.Sdk;

namespace Marketplace.Testing;

/// <summary>
/// Real PostgreSQL and RabbitMQ for tests, provisioned by the code that the launcher uses. All test assemblies of a run share
/// one pair under <c>.local/tests</c>: the first that needs it starts it, and it ends with the last, even a killed one.
/// Ask for this class in a constructor; nothing starts before a database or a virtual host is asked for.
/// Where the servers cannot be had the test is skipped, and in CI (<c>CI=true</c>) it fails.
/// </summary>
public sealed class Servers : IAsyncLifetime
{
    private static readonly ServerOptions Options = new()
    {
        Tenure = Tenure.Shared,
        Durable = false,
        Management = true,
        Linger = TimeSpan.FromSeconds(5),
    };

    // Names carry the process, so that assemblies running side by side on the same servers never meet.
    private readonly string _prefix = string.Create(CultureInfo.InvariantCulture, $"t{Environment.ProcessId}_{Environment.TickCount64 % 1_000_000}");
    private readonly Lazy<Task<LocalServers>> _servers = new(StartAsync);
    private readonly List<string> _databases = [];
    private readonly List<string> _virtualHosts = [];
    private readonly ConcurrentBag<IAsyncDisposable> _before = [];
    private int _count;

    /// <summary>Creates an empty database and returns its connection string. The name is only a reminder.</summary>
    public Task<string> NewDatabaseAsync(string name, CancellationToken token = default) => CreateDatabaseAsync(name, "template1", token);

    /// <summary>
    /// Creates a database as a copy of a template that <paramref name="prepare"/> fills once per assembly: for schemas with
    /// data that take longer to make than to copy.
    /// </summary>
    public async Task<string> NewDatabaseAsync(string template, Func<string, Task> prepare, CancellationToken token = default)
    {
        var source = await Templates.GetOrPrepareAsync(template, async () =>
        {
            var connectionString = await CreateDatabaseAsync(template, "template1", token);
            await prepare(connectionString);
            using var pooled = new NpgsqlConnection(connectionString);
            NpgsqlConnection.ClearPool(pooled);
            return new NpgsqlConnectionStringBuilder(connectionString).Database!;
        });
        return await CreateDatabaseAsync(template, source, token);
    }

    /// <summary>Creates a virtual host of its own on the broker and returns its AMQP address.</summary>
    public async Task<Uri> NewVirtualHostAsync(CancellationToken token = default)
    {
        var servers = await RequireAsync();
        var name = NextName("vhost");
        await servers.VirtualHosts.CreateAsync(name, token);
        lock (_virtualHosts)
        {
            _virtualHosts.Add(name);
        }

        return new Uri(servers.RabbitMqUri, name);
    }

    /// <summary>Starts servers that belong to one test alone, for killing and restarting; dispose them.</summary>
    public async Task<PrivateServers> StartPrivateAsync(CancellationToken token = default)
    {
        await RequireAsync();
        return await PrivateServers.StartAsync(Path.Combine(Repository.Root, ".local", "tests", NextName("private")), token);
    }

    /// <inheritdoc/>
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_servers.IsValueCreated || !_servers.Value.IsCompletedSuccessfully)
        {
            return;
        }

        foreach (var shared in _before)
        {
            await shared.DisposeAsync();
        }

        var servers = await _servers.Value;
        NpgsqlConnection.ClearAllPools();
        await using (var connection = new NpgsqlConnection(servers.PostgresConnectionString))
        {
            await connection.OpenAsync();
            foreach (var database in _databases)
            {
                await using var drop = new NpgsqlCommand($"drop database if exists \"{database}\" with (force)", connection);
                await drop.ExecuteNonQueryAsync();
            }
        }

        foreach (var name in _virtualHosts)
        {
            await servers.VirtualHosts.DeleteAsync(name, CancellationToken.None);
        }

        // The lock goes with it; the keeper waits a little for the next assembly before it stops the servers.
        servers.Directory.Dispose();
    }

    /// <summary>Ends what several test classes share, and its connections with it, when the last has ended and before the servers do.</summary>
    public void EndBefore(IAsyncDisposable shared) => _before.Add(shared);

    private TemplateDatabases Templates { get; } = new();

    private async Task<string> CreateDatabaseAsync(string name, string template, CancellationToken token)
    {
        var servers = await RequireAsync();
        var database = NextName(name);
        await using var connection = new NpgsqlConnection(servers.PostgresConnectionString);
        await connection.OpenAsync(token);
        await using var create = new NpgsqlCommand($"create database \"{database}\" template \"{template}\"", connection);
        await create.ExecuteNonQueryAsync(token);
        lock (_databases)
        {
            _databases.Add(database);
        }

        // Several assemblies at once share the server's connections, and many hosts of each come and go: what nobody uses is let go soon.
        return new NpgsqlConnectionStringBuilder(servers.Database(database)) { MaxPoolSize = 20, ConnectionIdleLifetime = 15, ConnectionPruningInterval = 5, IncludeErrorDetail = true }.ConnectionString;
    }

    private string NextName(string name) =>
        string.Create(CultureInfo.InvariantCulture, $"{_prefix}_{Interlocked.Increment(ref _count)}_{name.ToLowerInvariant()}");

    private async Task<LocalServers> RequireAsync()
    {
        try
        {
            return await _servers.Value;
        }
        catch (ServersUnavailableException missing) when (Environment.GetEnvironmentVariable("CI") is not ("true" or "1"))
        {
            throw SkipException.ForSkip(missing.Message);
        }
    }

    private static async Task<LocalServers> StartAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        return await LocalServers.StartAsync(Path.Combine(Repository.Root, ".local", "tests"), Options, progress: null, patience.Token);
    }
}
