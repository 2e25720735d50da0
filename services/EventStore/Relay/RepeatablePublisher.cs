using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Marketplace.EventStore.Relay;

/// <summary>
/// Says what may be lost, because whoever lacks it asks again: the questions that open an order and their answers (decision 11). Transient and
/// unconfirmed, in the order of saying, on a connection of its own: nobody waits for the broker. What is said while the broker is away goes out when it is
/// back, the oldest given up (and counted) where it is too much. What must arrive goes through the log and its relay instead.
/// </summary>
public sealed partial class RepeatablePublisher : IAsyncDisposable
{
    private const int MostWaiting = 1024;
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    // Nothing is confirmed here, so this alone tells of a broker that went without a word.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);
    private readonly RelayOptions _options;
    private readonly ILogger<RepeatablePublisher> _log;
    private readonly Channel<Said> _said;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _worker;
    private Said? _inHand; // what met a closed channel is said on the next one

    /// <param name="options">Where the broker is; it is connected to when there is something to say.</param>
    public RepeatablePublisher(RelayOptions options, ILogger<RepeatablePublisher> log)
    {
        (_options, _log) = (options, log);
        _said = Channel.CreateBounded<Said>(
            new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }, static _ => EventStoreTelemetry.Unsaid.Add(1));
        using (ExecutionContext.SuppressFlow())
        {
            _worker = Task.Run(WorkAsync); // it serves everybody, in nobody's trace
        }
    }

    /// <summary>
    /// Returns at once. What could never be said is refused here, before others wait behind it: a message without the <c>[EntityName]</c> and
    /// <c>[MessageUrn]</c> of every contract with an <see cref="InvalidOperationException"/>, one that cannot be written as JSON with the serializer's own.
    /// </summary>
    /// <param name="trace">The <see cref="TraceParent"/> of the request that this is said for; its receiver goes on with it.</param>
    public void Say(object message, string? trace)
    {
        var (exchange, id) = (MessageEnvelope.Describe(message.GetType()).Exchange, Guid.CreateVersion7());
        _said.Writer.TryWrite(new Said(exchange, id, MessageEnvelope.Write(message, id, id, sentAt: null), trace));
    }

    /// <summary>
    /// Says what one batch has to say: one message together for all of it, where each one's own would cost the broker and the receiver as much again. What is
    /// traced is said for itself, since a message belongs to one trace.
    /// </summary>
    /// <param name="together">The one message for several.</param>
    public void Say<T>(IReadOnlyCollection<(T Message, string? Trace)> batch, Func<IReadOnlyList<T>, object> together) where T : class
    {
        var untraced = batch.Where(said => said.Trace is null).Select(said => said.Message).ToList();
        if (untraced.Count > 1)
        {
            Say(together(untraced), trace: null);
        }

        foreach (var (message, trace) in batch.Where(said => said.Trace is not null || untraced.Count == 1))
        {
            Say(message, trace);
        }
    }

    /// <summary>What has been said still goes out, as far as it can in a moment.</summary>
    public async ValueTask DisposeAsync()
    {
        _said.Writer.TryComplete();
        await Task.WhenAny(_worker, Task.Delay(Farewell));
        await _stop.CancelAsync();
        await Task.WhenAny(_worker, Task.Delay(Farewell)); // a broker that hangs is not waited for: the process ends
    }

    private async Task WorkAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (_inHand is null && !await _said.Reader.WaitToReadAsync(_stop.Token))
                {
                    return;
                }

                await SpeakAsync(_stop.Token);
                return;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                LogUnsaid(failure);
            }

            await Task.Delay(_options.Retry, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Until there is nothing more to say. The client gathers what is written in one go into few packets.
    private async Task SpeakAsync(CancellationToken token)
    {
        var factory = new ConnectionFactory { Uri = _options.Broker, ClientProvidedName = "questions and answers", AutomaticRecoveryEnabled = false, RequestedHeartbeat = Heartbeat };
        await using var broker = await factory.CreateConnectionAsync(token);
        await using var channel = await broker.CreateChannelAsync(cancellationToken: token);
        var closed = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        channel.ChannelShutdownAsync += (_, _) =>
        {
            closed.TrySetResult(true);
            return Task.CompletedTask;
        };
        var declared = new HashSet<string>();
        do
        {
            if (channel.CloseReason is { } reason)
            {
                throw new InvalidOperationException("The channel closed: " + reason.ReplyText);
            }

            while ((_inHand ??= _said.Reader.TryRead(out var taken) ? taken : null) is { } next)
            {
                if (declared.Add(next.Exchange))
                {
                    await DeclareAsync(channel, next.Exchange, token);
                }

                await channel.BasicPublishAsync(next.Exchange, "", mandatory: false, MessageEnvelope.Properties(next.Id, DeliveryModes.Transient, next.Trace), next.Body, token);
                _inHand = null;
            }
        }
        while (await await Task.WhenAny(_said.Reader.WaitToReadAsync(token).AsTask(), closed.Task));
    }

    private async Task DeclareAsync(IChannel channel, string exchange, CancellationToken token)
    {
        try
        {
            await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true, autoDelete: false, cancellationToken: token);
        }
        catch (OperationInterruptedException refused) when (refused is not AlreadyClosedException && refused.ShutdownReason is { ReplyCode: >= Constants.AccessRefused and < Constants.FrameError })
        {
            // Not the broker is away: it refuses this one, and would for ever. The channel is closed with it.
            _inHand = null;
            EventStoreTelemetry.Unsaid.Add(1);
            LogRefused(refused);
            throw;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The connection for questions and answers ended; what is unsaid goes out on the next")]
    private partial void LogUnsaid(Exception failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "The broker refuses a question or an answer, which is left unsaid")]
    private partial void LogRefused(Exception failure);

    private sealed record Said(string Exchange, Guid Id, byte[] Body, string? Trace);
}
