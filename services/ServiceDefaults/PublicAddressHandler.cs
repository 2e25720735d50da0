using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Marketplace.ServiceDefaults;

/// <summary>What is wrong with an address that somebody typed for us to call.</summary>
public enum AddressFault
{
    /// <summary>It is no absolute http(s) address, is too long, or has a fragment.</summary>
    Unreadable,

    /// <summary>What is sent there could be read on its way.</summary>
    NotHttps,

    /// <summary>It carries a name or password, which would end up in logs and on pages.</summary>
    WithCredentials,

    /// <summary>It says by itself that it leads into a private network.</summary>
    Private,
}

/// <summary>A connection was refused by us: the name leads to no public address.</summary>
public sealed class PrivateAddressException(string message) : IOException(message)
{
    /// <summary>HttpClient wraps what fails while it connects.</summary>
    public static bool IsBehind(Exception? failure) => failure is PrivateAddressException || (failure is not null && IsBehind(failure.InnerException));
}

/// <summary>
/// For calls to addresses that merchants choose: only to the public internet, never into the network that this process stands in. The name is resolved once and the very
/// address that was checked is connected to, so that a name that changes its answer gains nothing; redirects are not followed, no proxy of the environment is asked,
/// no cookies are kept and nothing is unpacked. The caller bounds time and size (<see cref="HttpClient.Timeout"/>, <see cref="HttpClient.MaxResponseContentBufferSize"/>).
/// </summary>
public static class PublicAddressHandler
{
    /// <summary>The setting with which a development host and the tests call their own machine, also without TLS. It does nothing outside development.</summary>
    public const string AllowPrivateSetting = "Outgoing:AllowPrivateAddresses";

    private const int LongestAddress = 500;
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(5);

    // What is not of the public internet (IANA special-purpose registries), plus what would lead an IPv6 packet into one of these IPv4 networks.
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(n => IPNetwork.Parse(n)),
    ];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>Whether private addresses may be called, and without TLS: in development, where the setting says so.</summary>
    public static bool AllowsPrivate(IConfiguration configuration, IHostEnvironment environment) => environment.IsDevelopment() && configuration.GetValue(AllowPrivateSetting, false);

    /// <summary>A handler for an <see cref="HttpClient"/> that lives as long as its process.</summary>
    public static SocketsHttpHandler Create(bool allowPrivate = false) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(15),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2), // names move
        MaxResponseHeadersLength = 32, // KiB
        ConnectCallback = (context, token) => ConnectAsync(context.DnsEndPoint, allowPrivate, token),
    };

    /// <summary>What can be told of an address before it is called, for whoever types it; null when nothing is wrong. Where its name leads is checked at each connection.</summary>
    public static AddressFault? FaultOf(string? text, bool allowPrivate = false)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > LongestAddress || !Uri.TryCreate(text.Trim(), UriKind.Absolute, out var address)
            || address.Scheme is not ("http" or "https") || address.Host.Length == 0 || address.Fragment.Length > 0)
        {
            return AddressFault.Unreadable;
        }

        if (address.UserInfo.Length > 0)
        {
            return AddressFault.WithCredentials;
        }

        if (allowPrivate)
        {
            return null;
        }

        return address.Scheme != "https" ? AddressFault.NotHttps
            : address.IsLoopback || (IPAddress.TryParse(address.DnsSafeHost, out var literal) && !IsPublic(literal)) ? AddressFault.Private
            : null;
    }

    /// <summary>True for addresses of the public internet alone.</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        return (address.AddressFamily == AddressFamily.InterNetwork || GlobalUnicast.Contains(address)) && !NotPublic.Any(n => n.Contains(address));
    }

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint to, bool allowPrivate, CancellationToken token)
    {
        var resolved = IPAddress.TryParse(to.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(to.Host, token);
        var addresses = allowPrivate ? resolved : Array.FindAll(resolved, IsPublic);
        if (addresses.Length == 0)
        {
            throw new PrivateAddressException("The name leads to no address of the public internet.");
        }

        SocketException? failure = null;
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
            patience.CancelAfter(ConnectPatience);
            try
            {
                await socket.ConnectAsync(address, to.Port, patience.Token);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException failed)
            {
                socket.Dispose();
                failure = failed;
            }
            catch (OperationCanceledException) when (!token.IsCancellationRequested)
            {
                socket.Dispose();
                failure = new SocketException((int)SocketError.TimedOut);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw failure!;
    }
}
