using System.Net.Sockets;
using RabbitMQ.Client;

namespace Marketplace.ServiceDefaults;

/// <summary>
/// Lets the bus connect as soon as the broker answers. Left to itself MassTransit tries again after about 6, 9, 15, 27 and then every 30 seconds, and finds
/// a broker that is back half a minute late. The first try after a connection was lost still fails by itself: by that failure <c>/ready</c> learns of it.
/// </summary>
public sealed class BrokerGate(Uri broker, CancellationToken stopping)
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
        while (!await AnswersAsync(stopping))
        {
            if (!_told)
            {
                _told = true;
                return;
            }

            await Task.Delay(Every, stopping);
        }

        _told = false;
    }

    /// <summary>Whether something accepts connections where the broker should be.</summary>
    public async Task<bool> AnswersAsync(CancellationToken token)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var reach = CancellationTokenSource.CreateLinkedTokenSource(token);
        reach.CancelAfter(Reach);
        try
        {
            await socket.ConnectAsync(_at.HostName, _at.Port, reach.Token);
            return true;
        }
        catch (Exception failure) when (failure is SocketException || failure is OperationCanceledException && !token.IsCancellationRequested)
        {
            return false;
        }
    }
}
