namespace Marketplace.EventStore.Relay;

/// <summary>What every relay does with the events it has read, whichever store they come from.</summary>
internal static class Publishing
{
    /// <summary>Publishes what is to be told of these events, in their order, and returns when the broker has confirmed all of it.</summary>
    internal static async Task PublishAsync(this ConfirmedPublisher publisher, IPublication publication, IEnumerable<StoredEvent> events, CancellationToken token)
    {
        var outgoing = new List<Outgoing>();
        foreach (var happened in events)
        {
            var index = 0;
            foreach (var message in publication.Publish(happened))
            {
                var (exchange, _) = MessageEnvelope.Describe(message.GetType());
                var id = MessageEnvelope.IdOf(happened.Id, index++);
                outgoing.Add(new Outgoing(exchange, id, MessageEnvelope.Write(message, id, happened.Id, happened.At), publication.NeedsConsumer(message.GetType()), happened.Meta.Trace));
            }
        }

        if (outgoing.Count > 0)
        {
            await publisher.PublishAsync(outgoing, token);
            EventStoreTelemetry.Relayed.Add(outgoing.Count);
        }
    }
}
