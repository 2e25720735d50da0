using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Marketplace.Provisioning.Processes;

namespace Marketplace.Provisioning.Servers;

/// <summary>
/// A private RabbitMQ on loopback ports: its own node, cookie, data and port mapper. The mapper (epmd) is started by us on a
/// port of its own, because the one that Erlang starts by itself is a daemon that outlives everything.
/// </summary>
public sealed class RabbitMqServer
{
    private const string User = "marketplace";

    private readonly RunDirectory _directory;
    private readonly ProcessSpec _portMapper;
    private readonly ProcessSpec _broker;
    private readonly int _port;
    private OwnedProcess? _mapperProcess;
    private OwnedProcess? _brokerProcess;

    private RabbitMqServer(RunDirectory directory, ProcessSpec portMapper, ProcessSpec broker, int port, Uri uri, Uri? management) =>
        (_directory, _portMapper, _broker, _port, Uri, Management) = (directory, portMapper, broker, port, uri, management);

    /// <summary>AMQP address with user and password, default virtual host.</summary>
    public Uri Uri { get; }

    /// <summary>The management plugin's HTTP API, with user and password, where it was asked for.</summary>
    public Uri? Management { get; }

    /// <summary>The running broker; null when it was joined and not started here.</summary>
    public OwnedProcess? Process => _brokerProcess;

    /// <summary>
    /// Whether the broker has written down where this quorum queue lives. Its table reaches the disk within three seconds of the first declaration;
    /// killed before, the broker forgets the queue for good.
    /// </summary>
    public bool HasWrittenDown(string queue)
    {
        var name = Encoding.UTF8.GetBytes('_' + queue); // after the virtual host
        return Directory.EnumerateFiles(Path.Combine(_directory.Root, "rabbitmq", "data"), "names.dets", SearchOption.AllDirectories)
            .Any(table => File.ReadAllBytes(table).AsSpan().IndexOf(name) >= 0);
    }

    /// <summary>Where its server script is; null when it is not installed.</summary>
    public static string? DescribeInstallation() => RabbitMqInstallation.Find()?.ServerScript;

    internal static RabbitMqServer Joined(RunDirectory directory, Uri uri, Uri? management)
    {
        var none = new ProcessSpec("rabbitmq", 2, "", []);
        return new RabbitMqServer(directory, none, none, uri.Port, uri, management);
    }

    /// <summary>Everything but the start, so that the address is known while the broker still boots.</summary>
    internal static async Task<RabbitMqServer> PrepareAsync(
        RunDirectory directory, IReadOnlyDictionary<string, int> ports, Secrets secrets, bool management,
        IProgress<string>? progress, CancellationToken token)
    {
        var installation = await RabbitMqInstallation.FindOrInstallAsync(progress, token);
        var password = secrets.Get("rabbitmq");
        var home = Path.Combine(directory.Root, "rabbitmq");
        PrivateFile.EnsureFolder(home);
        await File.WriteAllTextAsync(Path.Combine(home, "enabled_plugins"), management ? "[rabbitmq_management].\n" : "[].\n", token);
        await PrivateFile.WriteAsync(Path.Combine(home, "rabbitmq.conf"), Configuration(ports, password, management), token);

        var environment = Environment(home, directory, ports);
        var mapperPort = ports["epmd"].ToString(CultureInfo.InvariantCulture);
        var mapper = new ProcessSpec("epmd", 2, installation.PortMapper, ["-port", mapperPort, "-address", "127.0.0.1"])
        {
            Environment = environment,
            Grace = TimeSpan.FromSeconds(2),
        };
        var broker = new ProcessSpec("rabbitmq", 3, installation.ServerScript, [])
        {
            Environment = environment,
            // With the management plugin the graceful stop takes six seconds, and only throwaway brokers have it.
            StopSignal = management ? StopSignal.Kill : StopSignal.Terminate,
            Grace = TimeSpan.FromSeconds(15),
        };
        var port = ports["amqp"];
        var credentials = $"{User}:{password}";
        return new RabbitMqServer(
            directory, mapper, broker, port, new Uri($"amqp://{credentials}@127.0.0.1:{port}/"),
            management ? new Uri($"http://{credentials}@127.0.0.1:{ports["management"]}/") : null);
    }

    /// <summary>Starts it (again) on the same ports and data, and waits until it speaks AMQP.</summary>
    public async Task StartAsync(CancellationToken token)
    {
        if (_broker.FileName.Length == 0)
        {
            throw new InvalidOperationException("This broker was started by another process.");
        }

        if (_mapperProcess is null or { HasExited: true })
        {
            _mapperProcess = _directory.Start(_portMapper);
            var mapperPort = int.Parse(_portMapper.Arguments[1], CultureInfo.InvariantCulture);
            while (!_mapperProcess.HasExited && !await AcceptsAsync(mapperPort, [], token))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), token);
            }
        }

        _brokerProcess?.Dispose();
        _brokerProcess = _directory.Start(_broker);
        while (!await AcceptsAsync(_port, "AMQP\0\0\u0009\u0001"u8.ToArray(), token))
        {
            if (_brokerProcess.HasExited)
            {
                throw new ServersUnavailableException(
                    $"RabbitMQ ended with {_brokerProcess.ExitCode} instead of starting. Its last words ({_directory.LogPath(_broker.Name)}):\n{LogTail.Of(_directory.LogPath(_broker.Name))}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), token);
        }
    }

    /// <summary>Ends the broker as a crash would; <see cref="StartAsync(CancellationToken)"/> brings it back.</summary>
    public Task KillAsync() => _brokerProcess?.KillAsync() ?? throw new InvalidOperationException("This broker was started by another process.");

    private static Dictionary<string, string> Environment(string home, RunDirectory directory, IReadOnlyDictionary<string, int> ports) => new()
    {
        ["HOME"] = home,
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["ERL_EPMD_PORT"] = ports["epmd"].ToString(CultureInfo.InvariantCulture),
        ["RABBITMQ_NODENAME"] = "marketplace@localhost",
        ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_NODE_PORT"] = ports["amqp"].ToString(CultureInfo.InvariantCulture),
        ["RABBITMQ_DIST_PORT"] = ports["distribution"].ToString(CultureInfo.InvariantCulture),
        ["RABBITMQ_MNESIA_BASE"] = Path.Combine(home, "data"),
        ["RABBITMQ_LOG_BASE"] = Path.Combine(directory.Root, "logs"),
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(home, "enabled_plugins"),
        ["RABBITMQ_CONFIG_FILE"] = Path.Combine(home, "rabbitmq.conf"),
        ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
        // The script then becomes the virtual machine instead of guarding it, so that our signals reach it.
        ["RUNNING_UNDER_SYSTEMD"] = "true",
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "+S 2:2 +SDio 8 -kernel inet_dist_use_interface {127,0,0,1}",
    };

    private static string Configuration(IReadOnlyDictionary<string, int> ports, string password, bool management) =>
        $"""
        default_user = {User}
        default_pass = {password}
        log.console = false
        log.file.level = warning
        vm_memory_high_watermark.absolute = 512MB
        disk_free_limit.absolute = 100MB
        # The log of quorum queues is kept in memory up to this size; the default is 512 MB.
        raft.wal_max_size_bytes = 33554432
        """
        + (management
            ? $"""

              management.tcp.ip = 127.0.0.1
              management.tcp.port = {ports["management"]}
              management_agent.disable_metrics_collector = true

              """
            : "\n");

    // A port that accepts is not a broker yet; one that answers the protocol header is.
    private static async Task<bool> AcceptsAsync(int port, byte[] hello, CancellationToken token)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port, token);
            if (hello.Length == 0)
            {
                return true;
            }

            using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
            patience.CancelAfter(TimeSpan.FromSeconds(2));
            await client.GetStream().WriteAsync(hello, patience.Token);
            return await client.GetStream().ReadAsync(new byte[1], patience.Token) == 1;
        }
        catch (Exception refused) when (refused is SocketException or IOException or OperationCanceledException)
        {
            token.ThrowIfCancellationRequested();
            return false;
        }
    }
}
