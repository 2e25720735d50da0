using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.ServiceDefaults;

/// <summary>
/// Starts a receive endpoint again that has stayed away although the broker answers. Up to its version 8.5.1 MassTransit takes a cancellation in the
/// middle of a reconnect for its own stop: the endpoint then ends in silence, and its queue is consumed by nobody for as long as the process lives.
/// </summary>
public sealed partial class EndpointRevival(IBusControl bus, BrokerGate broker, ILogger<EndpointRevival> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(4);
    private readonly Dictionary<Uri, DateTimeOffset> _awaySince = [];

    // Doubled each time: a broker that takes long to declare its queues is not kept at the beginning for ever.
    private readonly Dictionary<Uri, TimeSpan> _patience = [];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Every, stoppingToken);
                foreach (var endpoint in await LostAsync(stoppingToken))
                {
                    await ReviveAsync(endpoint, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>What has been away for longer than an endpoint needs to come back by itself; none while the broker does not answer.</summary>
    private async Task<IReadOnlyList<IReceiveEndpoint>> LostAsync(CancellationToken token)
    {
        var away = bus.CheckHealth().Endpoints.Values.Where(e => e.Status != BusHealthStatus.Healthy).Select(e => e.ReceiveEndpoint).ToList();
        if (away.Count > 0 && !await broker.AnswersAsync(token))
        {
            _awaySince.Clear();
            return [];
        }

        var now = TimeProvider.System.GetUtcNow();
        foreach (var back in _awaySince.Keys.Union(_patience.Keys).Except(away.Select(e => e.InputAddress)).ToList())
        {
            _awaySince.Remove(back);
            _patience.Remove(back);
        }

        return [.. away.Where(e => !_awaySince.TryAdd(e.InputAddress, now) && now - _awaySince[e.InputAddress] >= _patience.GetValueOrDefault(e.InputAddress, Patience))];
    }

    private async Task ReviveAsync(IReceiveEndpoint endpoint, CancellationToken token)
    {
        _awaySince.Remove(endpoint.InputAddress);
        var next = 2 * _patience.GetValueOrDefault(endpoint.InputAddress, Patience);
        _patience[endpoint.InputAddress] = next < Longest ? next : Longest;
        LogLost(endpoint.InputAddress.AbsolutePath);
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
            patience.CancelAfter(Patience);
            await endpoint.Stop(patience.Token);
            endpoint.Start(CancellationToken.None);
        }
        catch (Exception failure) when (!token.IsCancellationRequested)
        {
            LogNotRevived(endpoint.InputAddress.AbsolutePath, failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker answers and {Queue} is not being consumed; its endpoint is started again")]
    private partial void LogLost(string queue);

    [LoggerMessage(Level = LogLevel.Error, Message = "The endpoint of {Queue} did not start again; it will be tried once more")]
    private partial void LogNotRevived(string queue, Exception failure);
}
