using Marketplace.Storefront.Languages;

namespace Marketplace.Storefront.Clients;

internal static class ClientsSetup
{
    /// <summary>The three services' clients; addresses come from <c>Services:catalog|ordering|merchants</c>, without <c>/api/v1</c>.</summary>
    public static WebApplicationBuilder AddServiceClients(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ReadPipeline>();
        builder.Services.AddTransient<InPageLanguage>();
        builder.AddClient<CatalogClient>("catalog");
        builder.AddClient<MerchantsClient>("merchants");
        builder.AddClient<OrderingClient>("ordering");
        return builder;
    }

    private static void AddClient<TClient>(this WebApplicationBuilder builder, string service) where TClient : ServiceClient =>
        builder.Services.AddHttpClient<TClient>(service, (services, http) =>
        {
            var address = services.GetRequiredService<IConfiguration>()[$"Services:{service}"]
                ?? throw new InvalidOperationException($"Services:{service} is not set: the address of the {service} service.");
            http.BaseAddress = new Uri(address.TrimEnd('/') + "/api/v1/");
            http.Timeout = TimeSpan.FromSeconds(20);
        }).AddHttpMessageHandler<InPageLanguage>();

    /// <summary>A refusal's sentence comes in the language of the page that will show it.</summary>
    private sealed class InPageLanguage(IHttpContextAccessor http) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (http.HttpContext is { } page)
            {
                request.Headers.TryAddWithoutValidation("Accept-Language", page.Lang().Code());
            }
            return base.SendAsync(request, cancellationToken);
        }
    }
}
