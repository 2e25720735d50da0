using System.Net.Http.Headers;
using Marketplace.ServiceDefaults.Auth;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Testing.OfEveryService;

/// <summary>
/// A service as it is deployed: Kestrel, its limits and the environment Production, where a framework shows less than to developers. The caller is
/// the operator, who gets past every door.
/// </summary>
public sealed class ServiceInProduction : IAsyncDisposable
{
    private readonly IAsyncDisposable _app;

    private ServiceInProduction(IAsyncDisposable app, IServiceProvider services, HttpClient client) => (_app, Services, Client) = (app, services, client);

    public IServiceProvider Services { get; }
    public HttpClient Client { get; }

    /// <summary>What a host must have of its own before it starts outside development.</summary>
    public static (string Key, string Value)[] Settings(string operatorKey) =>
    [
        ("Auth:JwksUrl", "https://panier.example/.well-known/jwks.json"), ("Operator:KeyHash", ApiKeys.Hash(operatorKey)),
        ("Ordering:TokenSecret", Guid.NewGuid().ToString("N")), ("Smtp:Host", "127.0.0.1"),
    ];

    public static async Task<ServiceInProduction> StartAsync<TProgram>(WebApplicationFactory<TProgram> app) where TProgram : class
    {
        var bearer = ApiKeys.Create(ApiKeys.OperatorPrefix);
        var production = app.WithWebHostBuilder(host =>
        {
            host.UseEnvironment("Production").UseUrls("http://127.0.0.1:0");
            foreach (var (key, value) in Settings(bearer))
            {
                host.UseSetting(key, value);
            }
        });
        production.UseKestrel(0);
        production.StartServer();
        var client = production.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        // A bus that is stopped before it has started goes on by itself, with nobody behind it, and takes messages from the others.
        await Eventually.BecomesAsync(async () => (await client.GetAsync("/ready")).IsSuccessStatusCode, TimeSpan.FromSeconds(30));
        return new ServiceInProduction(production, production.Services, client);
    }

    /// <summary>Every call of the public API: what is sent and where, the address with the values of <paramref name="values"/> in place of its parameters.</summary>
    public IEnumerable<(HttpMethod Method, string Route, string Address, IAcceptsMetadata? Body)> Calls(Func<string, string> values) =>
        from endpoint in Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        where endpoint.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal)
        from method in endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
        let address = string.Concat(endpoint.RoutePattern.PathSegments.Select(s => "/" + string.Concat(s.Parts.Select(p => p switch
        {
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart parameter => values(parameter.Name),
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
            _ => throw new InvalidOperationException(endpoint.RoutePattern.RawText),
        }))))
        select (new HttpMethod(method), endpoint.RoutePattern.RawText!, address, endpoint.Metadata.GetMetadata<IAcceptsMetadata>());

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
