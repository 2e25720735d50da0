using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.ServiceDefaults;

namespace Marketplace.Storefront.Clients;

/// <summary>An RFC 9457 problem; <see cref="Code"/> is the stable last part of its type.</summary>
internal sealed record Problem(string? Type, string? Title, int? Status, string? Detail)
{
    [JsonExtensionData] public Dictionary<string, JsonElement>? Extensions { get; init; }

    public string Code => Type is null ? "unknown" : Type[(Type.LastIndexOf('/') + 1)..];

    /// <summary>How long to wait before asking again, where a service said so.</summary>
    public int RetryAfterSeconds => Extensions is not null && Extensions.TryGetValue(Refusal.RetryAfterSeconds, out var wait) && wait.TryGetInt32(out var seconds) ? seconds : 1;

    /// <summary>An order was decided against. Any other refusal placed nothing and decided nothing.</summary>
    public bool Decides => Extensions?.ContainsKey("orderId") == true;

    /// <summary>All that is wrong, where the service looked at the whole of what was sent; else what it refused.</summary>
    public IReadOnlyList<Refusal.Finding> Findings =>
        Extensions is not null && Extensions.TryGetValue(Refusal.Errors, out var all) && all.ValueKind == JsonValueKind.Array && all.GetArrayLength() > 0
            ? all.Deserialize<Refusal.Finding[]>(ServiceClient.Json)!
            : [new Refusal.Finding(Code, Extension<string>("field"), Detail)];

    public static Problem Of(HttpStatusCode status) => new(null, status.ToString(), (int)status, null);

    public T? Extension<T>(string name) where T : class =>
        Extensions is not null && Extensions.TryGetValue(name, out var element) ? element.Deserialize<T>(ServiceClient.Json) : null;

    public static async Task<Problem?> ReadAsync(HttpResponseMessage response, CancellationToken token) =>
        response.Content.Headers.ContentType?.MediaType is "application/problem+json" or "application/json"
            ? await response.Content.ReadFromJsonAsync<Problem>(ServiceClient.Json, token) : null;
}
