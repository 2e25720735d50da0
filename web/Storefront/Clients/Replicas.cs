using System.Collections.Concurrent;

namespace Marketplace.Storefront.Clients;

/// <summary>
/// Where a service answers: <c>Services:catalog|ordering|merchants</c>, one address or several with <c>;</c> between them, without <c>/api/v1</c>.
/// Calls go to the processes in turn; one that cannot be reached is left out for a while.
/// </summary>
internal sealed class ServiceAddresses(IConfiguration configuration, TimeProvider clock)
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, Addresses> _byService = new();

    /// <summary>For the client: its calls are sent to whichever address is next.</summary>
    public Uri BaseOf(string service) => new(Of(service).All[0], "/api/v1/");

    /// <summary>All addresses, the next in turn first, those that were out of reach a moment ago last.</summary>
    public IEnumerable<Uri> InTurn(string service)
    {
        var addresses = Of(service);
        var now = clock.GetUtcNow();
        var first = (int)(uint)Interlocked.Increment(ref addresses.Turn);
        return Enumerable.Range(0, addresses.All.Count).Select(i => addresses.All[(int)((uint)(first + i) % addresses.All.Count)])
            .OrderBy(a => addresses.OutUntil.GetValueOrDefault(a) > now);
    }

    public void OutOfReach(string service, Uri address) => Of(service).OutUntil[address] = clock.GetUtcNow() + Rest;

    private Addresses Of(string service) => _byService.GetOrAdd(service, name => new Addresses([.. (configuration[$"Services:{name}"]
        ?? throw new InvalidOperationException($"Services:{name} is not set: the addresses of the {name} service."))
        .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(a => new Uri(a))]));

    private sealed class Addresses(IReadOnlyList<Uri> all)
    {
        public int Turn;
        public IReadOnlyList<Uri> All { get; } = all;
        public ConcurrentDictionary<Uri, DateTimeOffset> OutUntil { get; } = new();
    }
}

/// <summary>
/// Sends a call to one of the service's processes, and to the next when that one cannot be reached. A call that broke on its way may have had its
/// effect: it goes to the next only when repeating it changes nothing.
/// </summary>
internal sealed class Replicas(ServiceAddresses addresses, string service) : DelegatingHandler
{
    /// <summary>Set on a write that may be sent again.</summary>
    public static readonly HttpRequestOptionsKey<bool> MayRepeat = new("may-repeat");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var asked = request.RequestUri!;
        HttpRequestException? last = null;
        foreach (var address in addresses.InTurn(service))
        {
            request.RequestUri = new Uri(address, asked.PathAndQuery);
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException unreachable) when (unreachable.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError || Repeats(request))
            {
                addresses.OutOfReach(service, address);
                last = unreachable;
            }
        }
        throw last!;
    }

    private static bool Repeats(HttpRequestMessage request) =>
        request.Method == HttpMethod.Get || request.Method == HttpMethod.Head || (request.Options.TryGetValue(MayRepeat, out var may) && may);
}

internal static class ReplicasOfClients
{
    /// <summary>The client's calls go to the processes of this service.</summary>
    public static IHttpClientBuilder OverReplicas(this IHttpClientBuilder client, string service) => client
        .ConfigureHttpClient((services, http) => http.BaseAddress = services.GetRequiredService<ServiceAddresses>().BaseOf(service))
        .AddHttpMessageHandler(services => new Replicas(services.GetRequiredService<ServiceAddresses>(), service));
}
