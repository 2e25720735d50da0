namespace Marketplace.EventStore;

/// <summary>
/// What the world is told of a stored event: the only place that knows both the stored shape and the messages. Pure: the same event always
/// gives the same messages in the same order, because their ids are derived from the event's.
/// </summary>
public interface IPublication
{
    IEnumerable<object> Publish(StoredEvent happened);

    /// <summary>
    /// Whether a message of this type must find a queue: the relay then waits until one is bound instead of letting the broker drop it.
    /// True for commands, and for facts that another service builds its copy from.
    /// </summary>
    bool NeedsConsumer(Type message) => false;
}

/// <summary>
/// Hears of every event of the log once its messages are confirmed, in the one process that relays: for what is counted or written down once, however
/// many processes run. Not durable: what is relayed again after a crash is told again, and what a
/// witness throws is logged and holds nothing up.
/// </summary>
public interface ILogWitness
{
    void Relayed(IReadOnlyList<StoredEvent> events);
}

/// <summary>Sees every settled event of this service's log from now on, in log order, in every process; for caches and live pages. Not durable: a new process starts from its tables.</summary>
public interface ILogFollower
{
    ValueTask SeenAsync(IReadOnlyList<StoredEvent> events, CancellationToken token);
}
