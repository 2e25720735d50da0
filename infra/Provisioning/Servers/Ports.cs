using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Marketplace.Provisioning.Servers;

/// <summary>Free loopback ports, the same ones at the next start unless somebody took them meanwhile.</summary>
internal static class Ports
{
    public static async Task<IReadOnlyDictionary<string, int>> RememberedAsync(
        string path, IReadOnlyList<string> names, CancellationToken token)
    {
        var known = File.Exists(path)
            ? JsonSerializer.Deserialize<Dictionary<string, int>>(await File.ReadAllTextAsync(path, token)) ?? []
            : [];
        var taken = new List<TcpListener>();
        try
        {
            foreach (var name in names)
            {
                // Held until all are found, so that no two names get one port.
                var listener = Listen(known.GetValueOrDefault(name)) ?? Listen(0)!;
                taken.Add(listener);
                known[name] = ((IPEndPoint)listener.LocalEndpoint).Port;
            }
        }
        finally
        {
            taken.ForEach(listener => listener.Dispose());
        }

        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(known), token);
        return known;
    }

    private static TcpListener? Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException)
        {
            listener.Dispose();
            return null;
        }
    }
}
