using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Marketplace.Local.Demo;

/// <summary>Calls the public HTTP APIs as the operator does, with patience for what is still on its way.</summary>
internal sealed class DemoApi(string operatorKey) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };

    public Task SendAsync(HttpMethod method, Uri address, object body, CancellationToken token) =>
        SendAsync<JsonElement?>(method, address, body, token);

    public Task<T?> SendAsync<T>(HttpMethod method, Uri address, object body, CancellationToken token) =>
        SendAsync<T>(method, address, () => JsonContent.Create(body, body.GetType(), options: JsonSerializerOptions.Web), token);

    public Task<T?> SendFileAsync<T>(Uri address, byte[] csv, CancellationToken token) =>
        SendAsync<T>(HttpMethod.Post, address, () => new ByteArrayContent(csv) { Headers = { ContentType = new("text/csv") } }, token);

    public Task<T?> GetAsync<T>(Uri address, CancellationToken token) => SendAsync<T>(HttpMethod.Get, address, () => null, token);

    public Task DeleteAsync(Uri address, CancellationToken token) => SendAsync<JsonElement?>(HttpMethod.Delete, address, () => null, token);

    public void Dispose() => _http.Dispose();

    private async Task<T?> SendAsync<T>(HttpMethod method, Uri address, Func<HttpContent?> content, CancellationToken token)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            using var request = new HttpRequestMessage(method, address) { Content = content() };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", operatorKey);
            using var answer = await _http.SendAsync(request, token);
            if (answer.IsSuccessStatusCode)
            {
                var text = await answer.Content.ReadAsStringAsync(token);
                return text.Length == 0 ? default : JsonSerializer.Deserialize<T>(text, JsonSerializerOptions.Web);
            }

            // A shop is known to Merchants first and to the others when its message arrives.
            var isProblem = answer.Content.Headers.ContentType?.MediaType == "application/problem+json";
            var mayCome = answer.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests
                || (answer.StatusCode is HttpStatusCode.NotFound && isProblem);
            if (!mayCome || TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                var words = isProblem ? await answer.Content.ReadAsStringAsync(token) : "";
                throw new DemoRefusedException($"The demo was refused: {method} {address} answered {(int)answer.StatusCode}. {words}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(150), token);
        }
    }
}
