using System.Text.Json;
using Marketplace.Provisioning.Processes;
using Npgsql;

namespace Marketplace.Provisioning.Servers;

/// <summary>What is wanted beyond two servers that keep their data.</summary>
public sealed record ServerOptions
{
    /// <summary>One owner, or several at once.</summary>
    public Tenure Tenure { get; init; } = Tenure.Alone;

    /// <summary>Whether the data outlives the machine's crash and the last owner; otherwise it is made anew at each start.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>Whether RabbitMQ gets its HTTP API, by which virtual hosts are made.</summary>
    public bool Management { get; init; }

    /// <summary>Whether the start waits for the broker too; services may well be started while it boots.</summary>
    public bool AwaitBroker { get; init; } = true;

    /// <summary>How long the servers stay after their last owner, for owners that follow one another.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.Zero;

    /// <summary>Use servers given by <c>MARKETPLACE_POSTGRES</c> and <c>MARKETPLACE_RABBITMQ</c> where these are set.</summary>
    public bool AllowGiven { get; init; } = true;
}

/// <summary>
/// PostgreSQL and RabbitMQ for one directory: given by connection string, or private ones that run from that directory and
/// end with their last owner.
/// </summary>
public sealed class LocalServers
{
    private static readonly string[] PortNames = ["postgres", "amqp", "distribution", "epmd", "management"];

    private readonly Lazy<VirtualHosts> _virtualHosts;

    private LocalServers(RunDirectory directory, PostgreSqlServer postgreSql, RabbitMqServer rabbitMq, Task brokerReady)
    {
        (Directory, PostgreSql, RabbitMq, BrokerReady) = (directory, postgreSql, rabbitMq, brokerReady);
        _virtualHosts = new Lazy<VirtualHosts>(() => new VirtualHosts(rabbitMq.Management));
    }

    /// <summary>The directory whose processes live as long as their owners.</summary>
    public RunDirectory Directory { get; }

    /// <summary>The database server.</summary>
    public PostgreSqlServer PostgreSql { get; }

    /// <summary>The broker.</summary>
    public RabbitMqServer RabbitMq { get; }

    /// <summary>Ends when the broker accepts connections; over already unless it was not to be waited for.</summary>
    public Task BrokerReady { get; }

    /// <summary>Connects as superuser to the database <c>postgres</c>.</summary>
    public string PostgresConnectionString => PostgreSql.ConnectionString;

    /// <summary>AMQP address with user and password.</summary>
    public Uri RabbitMqUri => RabbitMq.Uri;

    /// <summary>Virtual hosts of the broker, where its HTTP API was asked for.</summary>
    public VirtualHosts VirtualHosts => _virtualHosts.Value;

    /// <summary>Connects to one database of the server.</summary>
    public string Database(string name) =>
        new NpgsqlConnectionStringBuilder(PostgresConnectionString) { Database = name }.ConnectionString;

    /// <summary>Takes a directory and starts (or joins) its servers; throws <see cref="DirectoryInUseException"/> when somebody else owns it.</summary>
    public static async Task<LocalServers> StartAsync(
        string directory, ServerOptions options, IProgress<string>? progress, CancellationToken token)
    {
        var held = await RunDirectory.TryHoldAsync(directory, options.Tenure, TimeSpan.FromSeconds(30), token)
            ?? throw new DirectoryInUseException(directory);
        try
        {
            return await StartAsync(held, options, progress, token);
        }
        catch
        {
            // What was started already ends now, not when this process does.
            await held.ReleaseAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
            throw;
        }
    }

    /// <summary>Starts (or joins) the servers of a directory that is held already.</summary>
    public static async Task<LocalServers> StartAsync(
        RunDirectory held, ServerOptions options, IProgress<string>? progress, CancellationToken token)
    {
        // Owners that share a directory start it one at a time: the first starts the servers, the others find them.
        await using var turn = options.Tenure == Tenure.Shared
            ? await RunDirectory.TakeTurnAsync(Path.Combine(held.Root, "run", "starting"), token)
            : null;
        var addresses = Path.Combine(held.Root, "run", "servers.json");
        if (options.Tenure == Tenure.Shared && held.EverythingLives() && File.Exists(addresses))
        {
            var known = JsonSerializer.Deserialize<Addresses>(await File.ReadAllTextAsync(addresses, token))!;
            return new LocalServers(
                held, PostgreSqlServer.Joined(held, known.Postgres), RabbitMqServer.Joined(held, known.RabbitMq, known.Management),
                Task.CompletedTask);
        }

        File.Delete(addresses);
        await held.TakeOverAsync(options.Linger, token);
        if (!options.Durable)
        {
            Forget(held.Root);
        }

        var ports = await Ports.RememberedAsync(Path.Combine(held.Root, "ports.json"), PortNames, token);
        var secrets = Secrets.Of(held.Root);
        var postgreSql = StartPostgreSqlAsync(held, options, ports, secrets, progress, token);
        var (rabbitMq, brokerReady) = await PrepareRabbitMqAsync(held, options, ports, secrets, progress, token);
        await Task.WhenAll(postgreSql, options.AwaitBroker ? brokerReady : Task.CompletedTask);
        var servers = new LocalServers(held, await postgreSql, rabbitMq, brokerReady);
        await PrivateFile.WriteAsync(
            addresses,
            JsonSerializer.Serialize(new Addresses(servers.PostgresConnectionString, servers.RabbitMqUri, servers.RabbitMq.Management)),
            token);
        return servers;
    }

    /// <summary>The databases of the servers that run (or last ran) from a directory, for whoever only wants to look.</summary>
    public static Func<string, string>? AddressesOf(string root)
    {
        var path = Path.Combine(root, "run", "servers.json");
        return File.Exists(path)
            ? name => new NpgsqlConnectionStringBuilder(JsonSerializer.Deserialize<Addresses>(File.ReadAllText(path))!.Postgres) { Database = name }.ConnectionString
            : null;
    }

    /// <summary>The broker, likewise.</summary>
    public static Uri? BrokerOf(string root)
    {
        var path = Path.Combine(root, "run", "servers.json");
        return File.Exists(path) ? JsonSerializer.Deserialize<Addresses>(File.ReadAllText(path))!.RabbitMq : null;
    }

    /// <summary>Deletes the data of both servers. Nothing may be running.</summary>
    public static void Forget(string root)
    {
        PostgreSqlServer.Forget(root);
        if (System.IO.Directory.Exists(Path.Combine(root, "rabbitmq")))
        {
            System.IO.Directory.Delete(Path.Combine(root, "rabbitmq"), recursive: true);
        }
    }

    /// <summary>Lets go of the servers; they stop when nobody else holds them.</summary>
    public Task<bool> StopAsync(CancellationToken token) => Directory.ReleaseAsync(TimeSpan.FromSeconds(60), token);

    private static Task<PostgreSqlServer> StartPostgreSqlAsync(
        RunDirectory held, ServerOptions options, IReadOnlyDictionary<string, int> ports, Secrets secrets,
        IProgress<string>? progress, CancellationToken token) =>
        options.AllowGiven && Environment.GetEnvironmentVariable("MARKETPLACE_POSTGRES") is { Length: > 0 } given
            ? Task.FromResult(PostgreSqlServer.Joined(held, given))
            : PostgreSqlServer.StartAsync(held, ports["postgres"], secrets, options.Durable, progress, token);

    private static async Task<(RabbitMqServer Server, Task Ready)> PrepareRabbitMqAsync(
        RunDirectory held, ServerOptions options, IReadOnlyDictionary<string, int> ports, Secrets secrets,
        IProgress<string>? progress, CancellationToken token)
    {
        if (!options.AllowGiven || Environment.GetEnvironmentVariable("MARKETPLACE_RABBITMQ") is not { Length: > 0 } given)
        {
            var prepared = await RabbitMqServer.PrepareAsync(held, ports, secrets, options.Management, progress, token);
            return (prepared, prepared.StartAsync(token));
        }

        var uri = new Uri(given);
        var management = Environment.GetEnvironmentVariable("MARKETPLACE_RABBITMQ_MANAGEMENT") is { Length: > 0 } http
            ? new Uri(http)
            : new UriBuilder("http", uri.Host, 15672) { UserName = uri.UserInfo.Split(':')[0], Password = uri.UserInfo.Split(':')[^1] }.Uri;
        return (RabbitMqServer.Joined(held, uri, management), Task.CompletedTask);
    }

    private sealed record Addresses(string Postgres, Uri RabbitMq, Uri? Management);
}
