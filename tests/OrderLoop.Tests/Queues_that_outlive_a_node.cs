using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Marketplace.OrderLoop.Tests;

/// <summary>What the services consume from is replicated by a cluster of brokers, as the broker itself has it.</summary>
[Collection(OnePlatform.Name)]
public sealed class Queues_that_outlive_a_node(OnePlatform platform)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Are_all_quorum_queues_and_durable()
    {
        // Five of Catalog's, three of Merchants', two of Ordering's.
        var queues = await Eventually.GetAsync(QueuesAsync, known => known.Count >= 10, TimeSpan.FromSeconds(30));
        await using var connection = await new ConnectionFactory { Uri = platform.Services.Broker }.CreateConnectionAsync(Token);
        foreach (var queue in queues)
        {
            // Asked for as another kind, the broker says of which it is; one that is not there it would make.
            await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);
            await channel.QueueDeclarePassiveAsync(queue, Token);
            var told = await Should.ThrowAsync<OperationInterruptedException>(() => channel.QueueDeclareAsync(
                queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "classic" }, cancellationToken: Token));
            told.ShutdownReason!.ReplyText.ShouldContain("current is 'quorum'", customMessage: queue);
        }
    }

    private async Task<IReadOnlyList<string>> QueuesAsync()
    {
        var queues = new List<string>();
        foreach (var service in new[] { platform.Services.Ordering, platform.Services.Catalog, platform.Services.Merchants })
        {
            var ready = JsonDocument.Parse(await service.GetStringAsync("/ready", Token)).RootElement;
            queues.AddRange(ready.GetProperty("checks").GetProperty("queues").GetProperty("data").EnumerateObject().Select(queue => queue.Name));
        }

        return queues;
    }
}
