using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Marketplace.Local.Queues;

/// <summary>Messages that a service gave up: MassTransit keeps them beside their queue, failed ones in its error queue, unknown ones in its skipped queue.</summary>
internal static class GivenUpMessages
{
    private static readonly string[] Beside = ["_error", "_skipped"];

    /// <summary>The services' durable queues; a test compares them with what the services say.</summary>
    public static IReadOnlyList<string> Queues { get; } =
    [
        "catalog-confirm-stock", "catalog-issue-stock", "catalog-release-stock", "catalog-reserve-stock", "catalog-shop-directory",
        "merchants-api-key-use", "merchants-assortment", "merchants-book-slots", "merchants-confirm-slots", "merchants-release-slots",
        "ordering-order-replies", "ordering-shop-directory", "ordering-suspended-shops",
    ];

    /// <summary>Where such messages lie, and how many.</summary>
    public static async Task<IReadOnlyList<(string Queue, long Messages)>> FindAsync(Uri broker, CancellationToken token)
    {
        await using var connection = await OpenAsync(broker, token);
        var found = new List<(string, long)>();
        foreach (var name in Queues.SelectMany(queue => Beside.Select(suffix => queue + suffix)))
        {
            if (await CountAsync(connection, name, token) is > 0 and var messages)
            {
                found.Add((name, messages));
            }
        }

        return found;
    }

    /// <summary>Puts them back where they came from, each confirmed there before it is taken away here: after a crash in between it is there twice, and every consumer knows a repeat.</summary>
    public static async Task<IReadOnlyList<(string Queue, long Messages)>> RetryAsync(Uri broker, CancellationToken token)
    {
        var lying = await FindAsync(broker, token);
        await using var connection = await OpenAsync(broker, token);
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), token);
        var moved = new List<(string, long)>();
        foreach (var (queue, messages) in lying)
        {
            var home = queue[..queue.LastIndexOf('_')];
            var count = 0L;
            // Only those that lay there at the beginning: what fails again comes back behind them.
            while (count < messages && await channel.BasicGetAsync(queue, autoAck: false, token) is { } message)
            {
                await channel.BasicPublishAsync("", home, mandatory: true, WithoutFault(message.BasicProperties), message.Body, token);
                await channel.BasicAckAsync(message.DeliveryTag, multiple: false, token);
                count++;
            }

            moved.Add((home, count));
        }

        return moved;
    }

    private static BasicProperties WithoutFault(IReadOnlyBasicProperties properties) => new(properties)
    {
        Headers = properties.Headers?
            .Where(header => !header.Key.StartsWith("MT-Fault-", StringComparison.Ordinal) && !header.Key.StartsWith("x-", StringComparison.Ordinal) && header.Key != "MT-Reason")
            .ToDictionary(header => header.Key, header => header.Value),
    };

    private static Task<IConnection> OpenAsync(Uri broker, CancellationToken token) =>
        new ConnectionFactory { Uri = broker, ClientProvidedName = "launcher", AutomaticRecoveryEnabled = false }.CreateConnectionAsync(token);

    // Asking for a queue that is not there costs the channel; most are not, since an error queue is made with its first message.
    private static async Task<long> CountAsync(IConnection connection, string queue, CancellationToken token)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: token);
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue, token)).MessageCount;
        }
        catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return 0;
        }
    }
}
