using System.Net.Http.Headers;
using System.Text;

namespace Marketplace.Provisioning.Servers;

/// <summary>Makes and deletes virtual hosts over RabbitMQ's HTTP API: a hundredth of what <c>rabbitmqctl</c> takes.</summary>
public sealed class VirtualHosts
{
    private static readonly HttpClient Http = new();

    private readonly Uri _address;
    private readonly AuthenticationHeaderValue _authorization;
    private readonly string _user;

    internal VirtualHosts(Uri? management)
    {
        var given = management ?? throw new InvalidOperationException("The broker was started without its HTTP API.");
        var credentials = Uri.UnescapeDataString(given.UserInfo);
        _user = credentials.Split(':')[0];
        _address = new UriBuilder(given.Scheme, given.Host, given.Port).Uri;
        _authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
    }

    /// <summary>Creates a virtual host that the broker's user may do everything in.</summary>
    public async Task CreateAsync(string name, CancellationToken token)
    {
        await SendAsync(HttpMethod.Put, $"api/vhosts/{Uri.EscapeDataString(name)}", "{}", token);
        await SendAsync(
            HttpMethod.Put, $"api/permissions/{Uri.EscapeDataString(name)}/{Uri.EscapeDataString(_user)}",
            """{"configure":".*","write":".*","read":".*"}""", token);
    }

    /// <summary>Deletes it with all its queues.</summary>
    public Task DeleteAsync(string name, CancellationToken token) =>
        SendAsync(HttpMethod.Delete, $"api/vhosts/{Uri.EscapeDataString(name)}", "{}", token);

    private async Task SendAsync(HttpMethod method, string path, string json, CancellationToken token)
    {
        using var request = new HttpRequestMessage(method, new Uri(_address, path))
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = _authorization;
        using var answer = await Http.SendAsync(request, token);
        answer.EnsureSuccessStatusCode();
    }
}
