using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Provisioning.Servers;

namespace Marketplace.Load;

/// <summary>The platform that the launcher started, by its <c>endpoints.json</c>. Loopback only.</summary>
internal sealed class Platform : IDisposable
{
    private readonly AuthenticationHeaderValue _operator;

    private Platform(Endpoints at, string operatorKey, HttpClient http)
    {
        At = at;
        _operator = new AuthenticationHeaderValue("Bearer", operatorKey);
        Http = http;
    }

    internal Endpoints At { get; }
    internal HttpClient Http { get; }

    internal static async Task<Platform> OpenAsync(Options options)
    {
        var file = Path.Combine(options.Data, "endpoints.json");
        if (!File.Exists(file))
        {
            throw new NotRunningException($"{file} is not there. {Remedy(options.Data)}");
        }

        var at = JsonSerializer.Deserialize<Endpoints>(await File.ReadAllTextAsync(file), JsonSerializerOptions.Web)!;
        foreach (var address in new[] { at.Storefront, at.Catalog, at.Ordering, at.Merchants })
        {
            if (!new Uri(address).IsLoopback)
            {
                throw new InvalidOperationException($"{address} is not on this machine: load goes to the loopback only.");
            }
        }

        var http = new HttpClient(new SocketsHttpHandler
        {
            MaxConnectionsPerServer = 512,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            AllowAutoRedirect = false,
        })
        {
            Timeout = TimeSpan.FromSeconds(30),
        };
        try
        {
            using var answer = await http.GetAsync($"{at.Storefront}/live");
        }
        catch (HttpRequestException refused)
        {
            throw new NotRunningException($"{at.Storefront} does not answer ({refused.Message}). {Remedy(options.Data)}");
        }

        return new Platform(at, $"op_{Secrets.Of(options.Data).Get("operator-key")}", http);
    }

    private static string Remedy(string data) => $"Start the platform first, and wait until it says that it is ready: dotnet run -c Release --project infra/Local -- --data {data}";

    /// <summary>There is nothing to measure.</summary>
    internal sealed class NotRunningException(string message) : Exception(message);

    /// <summary>
    /// A call of a service under the operator's key, which has no limit: all load comes from one address, and whoever has none of the platform's keys is
    /// held to a resident's measure (<c>Limits:Address</c>).
    /// </summary>
    internal HttpRequestMessage Ask(HttpMethod method, string address, object? body = null) => new(method, address)
    {
        Content = body is null ? null : JsonContent.Create(body, body.GetType()),
        Headers = { Authorization = _operator },
    };

    /// <summary>Calls as the operator; a refusal is the end.</summary>
    internal async Task<T> AsOperatorAsync<T>(HttpMethod method, string address, object? body)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = Ask(method, address, body);
            using var answer = await Http.SendAsync(request);
            if (answer.IsSuccessStatusCode)
            {
                var text = await answer.Content.ReadAsStringAsync();
                return text.Length == 0 ? default! : JsonSerializer.Deserialize<T>(text, JsonSerializerOptions.Web)!;
            }

            // What one service was just told reaches the others by the bus.
            if (answer.StatusCode != HttpStatusCode.NotFound || attempt == 100)
            {
                throw new InvalidOperationException($"{method} {address}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            }

            await Task.Delay(100);
        }
    }

    /// <summary>Whether the service at this address says that it is ready; one that is being started again says nothing.</summary>
    internal async Task<bool> IsReadyAsync(string service)
    {
        try
        {
            using var answer = await Http.GetAsync(service + "/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public void Dispose() => Http.Dispose();

    internal sealed record Endpoints(string Storefront, string Catalog, string Ordering, string Merchants, string Mail);
}
