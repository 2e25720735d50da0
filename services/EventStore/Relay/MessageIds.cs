namespace Marketplace.EventStore.Relay;

/// <summary>Ids of the messages that come out of one event: the same each time, so that what is told again is recognised by every inbox.</summary>
internal static class MessageIds
{
    /// <summary>The n-th (below 256) of an event's messages; the 0th has the id itself.</summary>
    internal static Guid Of(Guid id, int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, byte.MaxValue);
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes);
        bytes[15] = (byte)(bytes[15] + index);
        return new Guid(bytes);
    }
}
