using System.Globalization;
using Marketplace.Local.Run;
using Marketplace.Provisioning.Servers;
using RabbitMQ.Client.Exceptions;
using Spectre.Console;

namespace Marketplace.Local.Queues;

/// <summary>The verb <c>retry-errors</c>: once the cause is mended, given-up messages are delivered again.</summary>
internal static class RetryErrors
{
    public static async Task<int> RunAsync(CommandLine command)
    {
        var console = Terminal.Open();
        if (Owner.Read(command.Data) is not { IsAlive: true } || LocalServers.BrokerOf(command.Data) is not { } broker)
        {
            console.WriteLine($"Nothing runs from {command.Data}: start it, so that somebody takes the messages.");
            return 1;
        }

        try
        {
            var moved = await GivenUpMessages.RetryAsync(broker, CancellationToken.None);
            foreach (var (queue, messages) in moved)
            {
                console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[green]✓[/] {messages} back in {queue}");
            }

            if (moved.Count == 0)
            {
                console.WriteLine("No message was given up.");
            }

            return 0;
        }
        catch (Exception unreachable) when (unreachable is BrokerUnreachableException or OperationInterruptedException or AlreadyClosedException)
        {
            console.WriteLine($"Not done, the rest stays where it was: {unreachable.Message}");
            return 1;
        }
    }
}
