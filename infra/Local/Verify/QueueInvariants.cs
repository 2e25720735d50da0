using Marketplace.Local.Queues;

namespace Marketplace.Local.Verify;

/// <summary>I6 once more: a message in an error queue is an effect that has not happened.</summary>
internal static class QueueInvariants
{
    public static Invariant OfBroker(Uri broker) => new("I6", "no message was given up", async (_, token) =>
        [.. (await GivenUpMessages.FindAsync(broker, token)).Select(found => $"{found.Messages} in {found.Queue}; once their cause is mended: infra/Local -- retry-errors")]);
}
