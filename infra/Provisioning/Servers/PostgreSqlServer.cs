using System.Globalization;
using System.Security.Cryptography;
using Marketplace.Provisioning.Processes;
using Npgsql;

namespace Marketplace.Provisioning.Servers;

/// <summary>A private PostgreSQL on a loopback port, with its cluster in (or pointed to from) its run directory.</summary>
public sealed class PostgreSqlServer
{
    private const string Superuser = "marketplace";

    private readonly RunDirectory _directory;
    private readonly ProcessSpec _spec;
    private OwnedProcess? _process;

    private PostgreSqlServer(RunDirectory directory, ProcessSpec spec, string connectionString) =>
        (_directory, _spec, ConnectionString) = (directory, spec, connectionString);

    /// <summary>Connects as superuser to the database <c>postgres</c>.</summary>
    public string ConnectionString { get; }

    /// <summary>The running process; null when it was joined and not started here.</summary>
    public OwnedProcess? Process => _process;

    /// <summary>Where its programs are; null when there is none recent enough.</summary>
    public static Task<string?> DescribeInstallationAsync(CancellationToken token) => PostgreSqlInstallation.FindAsync(token);

    /// <summary>What the server is started with; docker-compose.yml says the same of its own.</summary>
    public static IReadOnlyDictionary<string, string> Settings(int port, bool durable) => new Dictionary<string, string>
    {
        ["listen_addresses"] = "127.0.0.1",
        ["port"] = port.ToString(CultureInfo.InvariantCulture),
        ["unix_socket_directories"] = "",
        // All test assemblies of a run share one server, with the pools of every host they start.
        ["max_connections"] = durable ? "300" : "1000",
        ["shared_buffers"] = "128MB",
        ["max_wal_size"] = durable ? "1GB" : "256MB",
        ["wal_level"] = "minimal",
        ["max_wal_senders"] = "0",
        ["jit"] = "off",
        ["random_page_cost"] = "1.1",
        ["timezone"] = "UTC",
        ["log_timezone"] = "UTC",
        // A transaction forgotten open anywhere in the cluster would hold every relay back.
        ["idle_in_transaction_session_timeout"] = "60s",
        ["synchronous_commit"] = "on",
        // Test databases live for minutes and must survive a crash of the server, not of the machine.
        ["fsync"] = durable ? "on" : "off",
        ["full_page_writes"] = durable ? "on" : "off",
    };

    internal static PostgreSqlServer Joined(RunDirectory directory, string connectionString) =>
        new(directory, new ProcessSpec("postgresql", 1, "", []), connectionString);

    internal static async Task<PostgreSqlServer> StartAsync(
        RunDirectory directory, int port, Secrets secrets, bool durable, IProgress<string>? progress, CancellationToken token)
    {
        var installation = await PostgreSqlInstallation.FindOrInstallAsync(progress, token);
        var password = secrets.Get("postgres");
        var cluster = await EnsureClusterAsync(directory.Root, installation, password, durable, progress, token);
        var (fileName, arguments) = installation.CommandLine("postgres", ["-D", cluster, .. Settings(port, durable).SelectMany(setting => new[] { "-c", $"{setting.Key}={setting.Value}" })]);
        var spec = new ProcessSpec("postgresql", 1, fileName, arguments) { StopSignal = StopSignal.Interrupt, Grace = TimeSpan.FromSeconds(20) };
        var connection = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port,
            Username = Superuser,
            Password = password,
            Database = "postgres",
        };
        var server = new PostgreSqlServer(directory, spec, connection.ConnectionString);
        await server.StartAsync(token);
        return server;
    }

    /// <summary>Starts it (again) on the same port and data, and waits until it answers.</summary>
    public async Task StartAsync(CancellationToken token)
    {
        _process?.Dispose();
        _process = _directory.Start(_spec);
        var probe = new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false, Timeout = 5 }.ConnectionString;
        while (true)
        {
            token.ThrowIfCancellationRequested();
            if (_process.HasExited)
            {
                throw new ServersUnavailableException(
                    $"PostgreSQL ended with {_process.ExitCode} instead of starting. Its last words ({_directory.LogPath(_spec.Name)}):\n{LogTail.Of(_directory.LogPath(_spec.Name))}");
            }

            try
            {
                await using var connection = new NpgsqlConnection(probe);
                await connection.OpenAsync(token);
                return;
            }
            catch (NpgsqlException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), token);
            }
        }
    }

    /// <summary>Ends the server as a crash would; <see cref="StartAsync(CancellationToken)"/> brings it back.</summary>
    public Task KillAsync() => _process?.KillAsync() ?? throw new InvalidOperationException("This server was started by another process.");

    /// <summary>Deletes the cluster of a run directory, wherever it lies.</summary>
    internal static void Forget(string root)
    {
        var pointer = Path.Combine(root, "postgresql.location");
        if (File.Exists(pointer) && Directory.Exists(File.ReadAllText(pointer)))
        {
            Directory.Delete(File.ReadAllText(pointer), recursive: true);
        }

        File.Delete(pointer);
        if (Directory.Exists(Path.Combine(root, "postgresql")))
        {
            Directory.Delete(Path.Combine(root, "postgresql"), recursive: true);
        }
    }

    private static async Task<string> EnsureClusterAsync(
        string root, PostgreSqlInstallation installation, string password, bool durable, IProgress<string>? progress, CancellationToken token)
    {
        var home = ClusterHome(root, installation.RunAs, progress);
        var cluster = Path.Combine(home, "data");
        if (Directory.Exists(cluster))
        {
            return cluster;
        }

        progress?.Report("Creating the PostgreSQL cluster");
        var half = Path.Combine(home, "data.new");
        if (Directory.Exists(half))
        {
            Directory.Delete(half, recursive: true);
        }

        var passwordFile = Path.Combine(home, "password");
        await PrivateFile.WriteAsync(passwordFile, password, token);
        if (installation.RunAs is { } user)
        {
            await Command.RequireAsync("chown", ["-R", user, home], token);
        }

        string[] options = ["-D", half, "-U", Superuser, "-A", "scram-sha-256", $"--pwfile={passwordFile}", "-E", "UTF8", "--locale=C.UTF-8"];
        var (fileName, arguments) = installation.CommandLine("initdb", durable ? options : [.. options, "--no-sync"]);
        await Command.RequireAsync(fileName, arguments, token);
        File.Delete(passwordFile);

        // Only a complete cluster gets its name: a start that was killed half-way begins afresh.
        Directory.Move(half, cluster);
        return cluster;
    }

    // The server refuses root, and the user it runs as must be able to walk to its data.
    private static string ClusterHome(string root, string? runAs, IProgress<string>? progress)
    {
        var home = Path.Combine(root, "postgresql");
        var pointer = Path.Combine(root, "postgresql.location");
        if (File.Exists(pointer))
        {
            home = File.ReadAllText(pointer);
        }
        else if (runAs is not null && !Directory.Exists(home) && !OthersMayEnter(root))
        {
            // Anybody may write to /var/tmp: under a name that could be guessed, somebody else's folder might be waiting for the password.
            home = Path.Combine("/var/tmp", $"marketplace-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}");
            File.WriteAllText(pointer, home);
            progress?.Report($"PostgreSQL runs as {runAs}, who may not enter {root}: its data is in {home}");
        }

        Directory.CreateDirectory(home, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return home;
    }

    private static bool OthersMayEnter(string path)
    {
        for (var folder = new DirectoryInfo(path); folder is not null; folder = folder.Parent)
        {
            if (!folder.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
            {
                return false;
            }
        }

        return true;
    }
}
