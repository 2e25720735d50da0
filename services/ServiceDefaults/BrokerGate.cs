using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace Marketplace.ServiceDefaults;

/// <summary>
/// Lets the bus connect as soon as the broker answers. Left to itself MassTransit tries again after about 6, 9, 15, 27 and then every 30 seconds, and finds
/// a broker that is back half a minute late. The first try after a connection was lost still fails by itself, at the price of the first of those pauses: by
/// that failure <c>/ready</c> learns of it.
/// </summary>
public sealed partial class BrokerGate(Uri broker, ILogger<BrokerGate> log, CancellationToken stopping)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Reach = TimeSpan.FromSeconds(5);
    private readonly AmqpTcpEndpoint _at = new ConnectionFactory { Uri = broker }.Endpoint; // which knows the ports of amqp and amqps

    // A process that starts is not ready anyway.
    private volatile bool _told = true;

    /// <summary>Called before each try to connect: returns when the broker answers, or at once where its absence has not been told yet.</summary>
    /// <exception cref="OperationCanceledException">The process stops.</exception>
    public async Task PassAsync()
    {
        var waits = false;
        while (await FailureAsync(stopping) is { } failure)
        {
            if (!_told)
            {
                _told = true;
                return;
            }

            if (!waits)
            {
                waits = true;
                LogAwaited(_at.HostName, _at.Port, failure);
            }

            await Task.Delay(Every, stopping);
        }

        if (waits)
        {
            LogAnswers(_at.HostName, _at.Port);
        }

        _told = false;
    }

    /// <summary>Whether something accepts connections where the broker should be.</summary>
    public async Task<bool> AnswersAsync(CancellationToken token) => await FailureAsync(token) is null;

    private async Task<string?> FailureAsync(CancellationToken token)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var reach = CancellationTokenSource.CreateLinkedTokenSource(token);
        reach.CancelAfter(Reach);
        try
        {
            await socket.ConnectAsync(_at.HostName, _at.Port, reach.Token);
            return null;
        }
        catch (Exception failure) when (failure is SocketException || failure is OperationCanceledException && !token.IsCancellationRequested)
        {
            return failure is SocketException ? failure.Message : $"no answer within {Reach.TotalSeconds:0} s";
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker is awaited at {Host}:{Port}: {Failure}")]
    private partial void LogAwaited(string host, int port, string failure);

    [LoggerMessage(Level = LogLevel.Information, Message = "The broker answers at {Host}:{Port}")]
    private partial void LogAnswers(string host, int port);
}
