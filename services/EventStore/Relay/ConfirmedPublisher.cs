using RabbitMQ.Client;

namespace Marketplace.EventStore.Relay;

/// <summary>A message ready for the wire.</summary>
internal sealed record Outgoing(string Exchange, Guid MessageId, byte[] Body, bool NeedsConsumer, string? Trace);

/// <summary>
/// Publishes in order on one channel and waits for the broker's confirms of a whole batch at once. Confirms are counted here: the client's
/// own tracking awaits message by message, or gives up the order when it does not.
/// </summary>
internal sealed class ConfirmedPublisher(IConnection connection) : IAsyncDisposable
{
    private static readonly TimeSpan ConfirmTimeout = TimeSpan.FromSeconds(10);
    private readonly HashSet<string> _declared = [];
    private IChannel? _channel;
    private readonly Lock _counting = new();
    private readonly SortedSet<ulong> _unconfirmed = [];
    private ulong _published;
    private volatile Exception? _refused;
    private TaskCompletionSource _progress = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Returns when every message is confirmed; throws when any was refused, found no queue that it needs, or was not confirmed in time. The batch must then be published again.</summary>
    internal async Task PublishAsync(IReadOnlyList<Outgoing> batch, CancellationToken token)
    {
        var channel = await OpenAsync(token);
        foreach (var message in batch)
        {
            if (_declared.Add(message.Exchange))
            {
                await channel.ExchangeDeclareAsync(message.Exchange, ExchangeType.Fanout, durable: true, autoDelete: false, cancellationToken: token);
            }

            var properties = MessageEnvelope.Properties(message.MessageId, DeliveryModes.Persistent, message.Trace);
            lock (_counting)
            {
                _unconfirmed.Add(++_published);
            }

            await channel.BasicPublishAsync(message.Exchange, "", mandatory: message.NeedsConsumer, properties, message.Body, token);
        }

        await ConfirmedAsync(channel, token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_channel is { } channel)
        {
            _channel = null;
            await channel.DisposeAsync();
        }
    }

    private async Task<IChannel> OpenAsync(CancellationToken token)
    {
        if (_channel is { IsOpen: true } open)
        {
            return open;
        }

        await DisposeAsync();
        _declared.Clear();
        _unconfirmed.Clear();
        _published = 0;
        _refused = null;
        var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false), token);
        channel.BasicAcksAsync += (_, ack) => Settle(ack.DeliveryTag, ack.Multiple, null);
        channel.BasicNacksAsync += (_, nack) => Settle(nack.DeliveryTag, nack.Multiple, new InvalidOperationException("The broker refused a message."));
        channel.BasicReturnAsync += (_, back) => Settle(0, false, new InvalidOperationException($"No queue takes messages of {back.Exchange} yet."));
        channel.ChannelShutdownAsync += (_, reason) => Settle(0, false, new InvalidOperationException("The channel closed: " + reason.ReplyText));
        return _channel = channel;
    }

    // Confirms come singly or up to a tag, and not always in the order of publishing: each is struck off.
    private Task Settle(ulong tag, bool multiple, Exception? refused)
    {
        _refused = refused ?? _refused;
        lock (_counting)
        {
            if (multiple)
            {
                while (_unconfirmed.Count > 0 && _unconfirmed.Min <= tag)
                {
                    _unconfirmed.Remove(_unconfirmed.Min);
                }
            }
            else
            {
                _unconfirmed.Remove(tag);
            }
        }

        Interlocked.Exchange(ref _progress, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        return Task.CompletedTask;
    }

    private async Task ConfirmedAsync(IChannel channel, CancellationToken token)
    {
        while (true)
        {
            var progress = Volatile.Read(ref _progress).Task;
            if (_refused is { } refused)
            {
                await channel.DisposeAsync(); // a fresh channel, with fresh counting, for the next try
                throw refused;
            }

            lock (_counting)
            {
                if (_unconfirmed.Count == 0)
                {
                    return;
                }
            }

            try
            {
                await progress.WaitAsync(ConfirmTimeout, token);
            }
            catch (TimeoutException)
            {
                await channel.DisposeAsync();
                throw;
            }
        }
    }
}
