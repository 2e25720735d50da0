using System.Net;
using System.Net.Sockets;

namespace Marketplace.Local.Mailbox;

/// <summary>Catches every mail of the local platform and shows it: nothing ever leaves the machine.</summary>
internal sealed record MailboxServer(Uri Address, int SmtpPort)
{
    public static MailboxServer Start(string folder, int pagePort, CancellationToken token)
    {
        var store = new MailStore(folder);
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _ = SmtpListener.RunAsync(listener, store, token);

        var address = new Uri($"http://127.0.0.1:{pagePort}/");
        var pages = new HttpListener();
        pages.Prefixes.Add(address.ToString());
        pages.Start();
        _ = MailboxPages.RunAsync(pages, store, token);
        return new MailboxServer(address, ((IPEndPoint)listener.LocalEndpoint).Port);
    }
}
