using System.Net;
using System.Net.Sockets;

namespace Marketplace.Local.Run;

/// <summary>Looks at the wanted ports before anything starts, so that a taken one gives a remedy and not a crash later.</summary>
internal static class PortCheck
{
    public static string? Refusal(int portBase, IReadOnlyDictionary<int, string> wanted)
    {
        var taken = wanted.Where(port => !IsFree(port.Key)).ToList();
        if (taken.Count == 0)
        {
            return null;
        }

        var list = string.Join(", ", taken.Select(port => $"{port.Key} ({port.Value})"));
        var free = Enumerable.Range(1, 50).Select(step => portBase + (step * 100))
            .FirstOrDefault(other => other < 65400 && wanted.Keys.All(port => IsFree(port - portBase + other)));
        return $"Taken by another program: port {list}. Choose other ports with --port-base"
            + (free > 0 ? $", for example --port-base {free}." : ".");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
