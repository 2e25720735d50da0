using Microsoft.Extensions.Logging;

namespace Marketplace.EventStore.Relay;

/// <summary>What every relay does with the events it has read, whichever store they come from.</summary>
internal static partial class Publishing
{
    /// <summary>Publishes what is to be told of these events, in their order, and returns how many messages it was when the broker has confirmed all of it.</summary>
    internal static async Task<int> PublishAsync(this ConfirmedPublisher publisher, IPublication publication, IEnumerable<StoredEvent> events, CancellationToken token)
    {
        var outgoing = new List<Outgoing>();
        foreach (var happened in events)
        {
            var index = 0;
            foreach (var message in publication.Publish(happened))
            {
                var (exchange, _) = MessageEnvelope.Describe(message.GetType());
                var id = MessageIds.Of(happened.Id, index++);
                outgoing.Add(new Outgoing(exchange, id, MessageEnvelope.Write(message, id, happened.Id, happened.At), publication.NeedsConsumer(message.GetType()), happened.Meta.Trace));
            }
        }

        if (outgoing.Count > 0)
        {
            await publisher.PublishAsync(outgoing, token);
            EventStoreTelemetry.Relayed.Add(outgoing.Count);
        }

        return outgoing.Count;
    }

    /// <summary>Tells the witnesses. What one could not note holds nothing up: else its page would be published again and again.</summary>
    internal static void Tell(this IEnumerable<ILogWitness> witnesses, IReadOnlyList<StoredEvent> relayed, ILogger log)
    {
        foreach (var witness in witnesses)
        {
            try
            {
                witness.Relayed(relayed);
            }
            catch (Exception failure)
            {
                LogUnwitnessed(log, witness.GetType().Name, failure);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Witness} could not note some of what was relayed")]
    private static partial void LogUnwitnessed(ILogger log, string witness, Exception failure);
}
