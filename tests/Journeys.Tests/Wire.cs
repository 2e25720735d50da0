using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Marketplace.Journeys.Tests;

/// <summary>A network line to the storefront that can be cut: what a browser's offline switch does not do to its service workers.</summary>
internal sealed class Wire : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<TcpClient> _open = [];
    private readonly Uri _to;

    public Wire(string to)
    {
        _to = new Uri(to);
        _listener.Start();
        Address = $"http://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _ = AcceptAsync();
    }

    /// <summary>Where a browser reaches the storefront by this line.</summary>
    public string Address { get; }

    public void Cut()
    {
        _listener.Stop();
        while (_open.TryTake(out var connection))
        {
            connection.Dispose();
        }
    }

    public void Dispose() => Cut();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var near = await _listener.AcceptTcpClientAsync();
                var far = new TcpClient();
                _open.Add(near);
                _open.Add(far);
                await far.ConnectAsync(_to.Host, _to.Port);
                _ = Task.WhenAll(PassAsync(near, far), PassAsync(far, near));
            }
        }
        catch (Exception cut) when (cut is SocketException or ObjectDisposedException)
        {
            // The end of the line.
        }
    }

    private static async Task PassAsync(TcpClient from, TcpClient to)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream());
            to.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception cut) when (cut is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Either end went away.
        }
    }
}
