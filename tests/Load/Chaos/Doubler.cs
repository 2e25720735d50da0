using System.Reflection;
using Marketplace.Contracts;
using MassTransit;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Marketplace.Chaos;

/// <summary>Delivers every message a second time, up to a second later and so in another order, under the same message id.</summary>
internal sealed class Doubler : IAsyncDisposable
{
    private const string Mark = "doubled";
    private readonly IConnection _connection;
    private int _doubled;

    private Doubler(IConnection connection) => _connection = connection;

    internal int Doubled => _doubled;

    internal static async Task<Doubler> StartAsync(string data)
    {
        var factory = new ConnectionFactory { Uri = Broker.Of(data), AutomaticRecoveryEnabled = true, TopologyRecoveryEnabled = true };
        var doubler = new Doubler(await factory.CreateConnectionAsync());
        var channel = await doubler._connection.CreateChannelAsync();
        var queue = await channel.QueueDeclareAsync("chaos-doubler", durable: false, exclusive: false, autoDelete: true);
        foreach (var name in typeof(OrderId).Assembly.GetTypes().Select(t => t.GetCustomAttribute<EntityNameAttribute>()?.EntityName).OfType<string>())
        {
            await channel.ExchangeDeclareAsync(name, ExchangeType.Fanout, durable: true);
            await channel.QueueBindAsync(queue.QueueName, name, "");
        }

        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            if (delivery.BasicProperties.Headers?.ContainsKey(Mark) != true)
            {
                var again = new BasicProperties(delivery.BasicProperties) { Headers = new Dictionary<string, object?>(delivery.BasicProperties.Headers ?? new Dictionary<string, object?>()) { [Mark] = true } };
                var (exchange, body) = (delivery.Exchange, delivery.Body.ToArray());
                _ = Task.Run(async () =>
                {
                    await Task.Delay(Random.Shared.Next(1000));
                    try
                    {
                        await channel.BasicPublishAsync(exchange, "", mandatory: false, again, body);
                        Interlocked.Increment(ref doubler._doubled);
                    }
                    catch (Exception closed) when (closed is RabbitMQ.Client.Exceptions.AlreadyClosedException or ObjectDisposedException or OperationCanceledException)
                    {
                        // The broker is the victim of this round; this repeat is not needed.
                    }
                });
            }

            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer);
        return doubler;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
