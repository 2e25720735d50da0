using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.ServiceDefaults.Auth;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Marketplace.Storefront.Clients;

/// <summary>
/// One service's HTTP API as the pages see it. Reads are retried briefly and stop at once while the service is known to be down;
/// writes are sent once, or carry an idempotency key where repeating makes sense.
/// </summary>
internal abstract class ServiceClient(HttpClient http, ReadPipeline reads, string service)
{
    /// <summary>Set on a call that goes out as a visitor's, whoever is signed in.</summary>
    public static readonly HttpRequestOptionsKey<bool> InNobodysName = new("in-nobodys-name");

    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The value, or null when the service knows no such thing.</summary>
    protected async Task<T?> GetAsync<T>(string uri, CancellationToken token) where T : class
    {
        using var response = await AskAsync(uri, token);
        return response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone ? null : await ReadAsync<T>(response, token);
    }

    /// <summary>The value; that there is no such thing is a refusal like others.</summary>
    protected async Task<T> GetKnownAsync<T>(string uri, CancellationToken token) where T : class
    {
        using var response = await AskAsync(uri, token);
        return await ReadAsync<T>(response, token);
    }

    private async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken token) where T : class => response.IsSuccessStatusCode
        ? await response.Content.ReadFromJsonAsync<T>(Json, token) ?? throw new ServiceUnavailable(service, null)
        : throw new ServiceRefusal(service, response.StatusCode, await ProblemAsync(response, token));

    protected Task<Answer<T>> PostAsync<T>(string uri, object? body, CancellationToken token, string? idempotencyKey = null, bool mayRepeat = false) where T : class =>
        SendAsync<T>(HttpMethod.Post, uri, body, token, idempotencyKey, mayRepeat);

    protected async Task<Answer<T>> SendAsync<T>(
        HttpMethod method, string uri, object? body, CancellationToken token, string? idempotencyKey = null, bool mayRepeat = false, bool inNobodysName = false,
        bool onlyNew = false, long? ifMatch = null) where T : class
    {
        using var request = new HttpRequestMessage(method, uri);
        if (body is not null)
        {
            request.Content = JsonContent.Create(body, body.GetType(), options: Json);
        }
        request.Options.Set(Replicas.MayRepeat, mayRepeat || idempotencyKey is not null);
        request.Options.Set(InNobodysName, inNobodysName);
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }
        if (onlyNew)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", "*");
        }
        if (ifMatch is { } version)
        {
            request.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{version}\""));
        }
        try
        {
            using var response = await http.SendAsync(request, token);
            if (response.IsSuccessStatusCode)
            {
                return new Answer<T>(response.StatusCode == HttpStatusCode.NoContent ? null : await response.Content.ReadFromJsonAsync<T>(Json, token), response.StatusCode, null);
            }
            if ((int)response.StatusCode >= 500)
            {
                throw new ServiceUnavailable(service, null);
            }
            return new Answer<T>(null, response.StatusCode, await ProblemAsync(response, token) ?? Problem.Of(response.StatusCode));
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException || failure is TaskCanceledException && !token.IsCancellationRequested)
        {
            throw new ServiceUnavailable(service, failure);
        }
    }

    /// <summary>A file, passed on as it comes in and sent once, with a client that waits as long as a slow line needs. Null where it broke off on its way.</summary>
    protected async Task<Answer<T>?> PassOnAsync<T>(HttpClient files, HttpMethod method, string uri, string type, Stream file, string language, CancellationToken token) where T : class
    {
        using var request = new HttpRequestMessage(method, uri) { Content = new StreamContent(file) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        request.Headers.AcceptLanguage.ParseAdd(language);
        try
        {
            using var response = await files.SendAsync(request, token);
            return response.IsSuccessStatusCode ? new Answer<T>(await response.Content.ReadFromJsonAsync<T>(Json, token), response.StatusCode, null)
                : (int)response.StatusCode >= 500 ? throw new ServiceUnavailable(service, null)
                : new Answer<T>(null, response.StatusCode, await Problem.ReadAsync(response, token) ?? Problem.Of(response.StatusCode));
        }
        catch (HttpRequestException broken) when (broken.HttpRequestError is not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError))
        {
            return null;
        }
        catch (HttpRequestException away)
        {
            throw new ServiceUnavailable(service, away);
        }
    }

    // A token of ours that is not accepted is trouble between the parts, not something that the visitor did.
    private async Task<Problem?> ProblemAsync(HttpResponseMessage response, CancellationToken token)
    {
        var problem = await Problem.ReadAsync(response, token);
        return problem?.Code == Access.UnknownCredentials ? throw new ServiceUnavailable(service, null) : problem;
    }

    protected async Task<HttpResponseMessage> AskAsync(string uri, CancellationToken token)
    {
        try
        {
            return await reads.For(service).ExecuteAsync(static async (call, cancel) =>
            {
                var response = await call.http.GetAsync(call.uri, cancel); // whole: an answer that breaks off is asked for again
                if ((int)response.StatusCode >= 500)
                {
                    response.Dispose();
                    throw new HttpRequestException($"answered {(int)response.StatusCode}", null, response.StatusCode);
                }
                return response;
            }, (http, uri), token);
        }
        catch (Exception failure) when (failure is HttpRequestException or TimeoutRejectedException or BrokenCircuitException
            || failure is TaskCanceledException && !token.IsCancellationRequested)
        {
            throw new ServiceUnavailable(service, failure);
        }
    }

    protected static string Q(params ReadOnlySpan<(string Key, string? Value)> values)
    {
        var query = new QueryString();
        foreach (var (key, value) in values)
        {
            if (!string.IsNullOrEmpty(value))
            {
                query = query.Add(key, value);
            }
        }
        return query.ToUriComponent();
    }

    protected static string E(string segment) => Uri.EscapeDataString(segment);
}

/// <summary>What a write was answered: the value, or the problem.</summary>
internal sealed record Answer<T>(T? Value, HttpStatusCode Status, Problem? Problem) where T : class
{
    public bool Ok => Problem is null;
}

/// <summary>The service does not answer, or not as agreed: the page says so, the visitor loses nothing.</summary>
internal sealed class ServiceUnavailable(string service, Exception? inner) : Exception($"{service} is unavailable", inner)
{
    public string Service { get; } = service;
}

/// <summary>A read that the service refuses (not a missing thing).</summary>
internal sealed class ServiceRefusal(string service, HttpStatusCode status, Problem? problem) : Exception($"{service} refused: {(int)status} {problem?.Code}")
{
    public string Service { get; } = service;
    public HttpStatusCode Status { get; } = status;
    public Problem? Problem { get; } = problem;
}
