using System.Collections.Concurrent;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Marketplace.EventStore.Tests;

/// <summary>A durable queue on the relay's exchange, read by the raw client.</summary>
internal sealed class Listener : IAsyncDisposable
{
    private const string Exchange = "marketplace.test-counted.v1";
    private readonly IConnection _connection;
    private readonly ConcurrentQueue<(Guid Id, long Version)> _messages = new();

    private Listener(IConnection connection) => _connection = connection;

    internal IReadOnlyList<(Guid Id, long Version)> Messages => [.. _messages];

    internal static async Task<Listener> StartAsync(Uri broker)
    {
        var listener = new Listener(await new ConnectionFactory { Uri = broker }.CreateConnectionAsync());
        var channel = await listener._connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync(Exchange, ExchangeType.Fanout, durable: true);
        await channel.QueueDeclareAsync("listener", durable: true, exclusive: false, autoDelete: false);
        await channel.QueueBindAsync("listener", Exchange, "");
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            using var body = JsonDocument.Parse(delivery.Body);
            var message = body.RootElement.GetProperty("message");
            body.RootElement.GetProperty("messageType")[0].GetString().ShouldBe("urn:message:marketplace:test-counted:v1");
            listener._messages.Enqueue((body.RootElement.GetProperty("messageId").GetGuid(), message.GetProperty("version").GetInt64()));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync("listener", autoAck: true, consumer);
        return listener;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
