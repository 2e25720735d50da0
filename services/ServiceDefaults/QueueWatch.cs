using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Marketplace.ServiceDefaults;

/// <summary>The durable queues that this service consumes from.</summary>
internal sealed class OwnQueues
{
    private readonly ConcurrentDictionary<string, byte> _names = new();
    private int _gaveUp;

    internal IEnumerable<string> Names => _names.Keys.Order(StringComparer.Ordinal);

    internal void Add(string name) => _names[name] = 0;

    /// <summary>This process has just put a message beside its queue.</summary>
    internal void NoteGivenUp() => Volatile.Write(ref _gaveUp, 1);

    /// <summary>Whether it did since this was last asked.</summary>
    internal bool TakeGivenUp() => Interlocked.Exchange(ref _gaveUp, 0) == 1;
}

/// <summary>
/// How many messages wait in this service's queues, as a metric, and whether some were given up: what lies in an error queue is an effect that has
/// not happened, so <c>/ready</c> names it, without calling the service unready, which would stop the orders that go well.
/// </summary>
internal sealed partial class QueueWatch : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    // Error queues are made with their first message, and the broker logs every question for one that is not there: they are looked for
    // when this process has given a message up, and rarely for what others did.
    private static readonly TimeSpan Rarely = TimeSpan.FromMinutes(10);

    // MassTransit's names: messages that failed for good, and messages that no consumer of the queue knows.
    private static readonly string[] GivenUp = ["_error", "_skipped"];
    private readonly Meter _meter = new("Marketplace.ServiceDefaults");
    private readonly OwnQueues _queues;
    private readonly IConfiguration _configuration;
    private readonly ILogger<QueueWatch> _log;
    private volatile IReadOnlyDictionary<string, long> _depths = new Dictionary<string, long>();

    public QueueWatch(OwnQueues queues, IConfiguration configuration, ILogger<QueueWatch> log)
    {
        (_queues, _configuration, _log) = (queues, configuration, log);
        _meter.CreateObservableGauge("marketplace.queue.messages",
            () => _depths.Select(d => new Measurement<long>(d.Value, new KeyValuePair<string, object?>("queue", d.Key))),
            description: "Messages waiting, by queue; those of an error queue were given up");
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var data = _depths.ToDictionary(d => d.Key, object (d) => d.Value);
        var lying = _depths.Where(d => d.Value > 0 && GivenUp.Any(d.Key.EndsWith)).Select(d => $"{d.Value} in {d.Key}").ToList();
        return Task.FromResult(lying.Count == 0
            ? HealthCheckResult.Healthy("No message was given up.", data)
            : HealthCheckResult.Degraded($"Messages were given up: {string.Join(", ", lying)}. Once their cause is mended: infra/Local -- retry-errors", data: data));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (_queues.Names.Any()) // none yet before the bus is configured, and never where only caches listen
                {
                    await WatchAsync(stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                LogAway(failure.Message); // the bus says so in /ready; what was known of the queues still stands
            }

            await Task.Delay(Every, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    private async Task WatchAsync(CancellationToken token)
    {
        var factory = new ConnectionFactory
        {
            Uri = new Uri(_configuration.GetConnectionString("rabbitmq") ?? throw new InvalidOperationException("ConnectionStrings:rabbitmq is missing.")),
            ClientProvidedName = "queues",
            AutomaticRecoveryEnabled = false,
        };
        await using var connection = await factory.CreateConnectionAsync(token);
        var missing = new HashSet<string>();
        var sought = Stopwatch.StartNew();
        while (true)
        {
            if (_queues.TakeGivenUp() || sought.Elapsed > Rarely)
            {
                missing.Clear();
                sought.Restart();
            }

            var depths = new SortedDictionary<string, long>(StringComparer.Ordinal);
            foreach (var name in _queues.Names.SelectMany(q => GivenUp.Prepend("").Select(suffix => q + suffix)).Where(name => !missing.Contains(name)))
            {
                if (await DepthAsync(connection, name, token) is { } depth)
                {
                    depths[name] = depth;
                }
                else if (GivenUp.Any(name.EndsWith))
                {
                    missing.Add(name);
                }
            }

            _depths = depths;
            await Task.Delay(Every, token);
        }
    }

    /// <summary>Null: there is no such queue; the question costs the channel.</summary>
    private static async Task<long?> DepthAsync(IConnection connection, string queue, CancellationToken token)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: token);
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue, token)).MessageCount;
        }
        catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The broker was not asked how many messages wait: {Reason}")]
    private partial void LogAway(string reason);
}
