using Marketplace.Storefront.Languages;

namespace Marketplace.Storefront.Clients;

internal static class ClientsSetup
{
    /// <summary>The three services' clients; where they answer says <see cref="ServiceAddresses"/>.</summary>
    public static WebApplicationBuilder AddServiceClients(this WebApplicationBuilder builder)
    {
        // A machine that is gone must not hold a page up: the next address is asked.
        builder.Services.ConfigureHttpClientDefaults(client => client.UseSocketsHttpHandler((handler, _) => handler.ConnectTimeout = TimeSpan.FromSeconds(2)));
        builder.Services.AddSingleton<ReadPipeline>();
        builder.Services.AddSingleton<ServiceAddresses>();
        builder.Services.AddTransient<InPageLanguage>();
        builder.AddClient<CatalogClient>("catalog");
        builder.AddClient<MerchantsClient>("merchants");
        builder.AddClient<OrderingClient>("ordering");
        return builder;
    }

    private static void AddClient<TClient>(this WebApplicationBuilder builder, string service) where TClient : ServiceClient =>
        builder.Services.AddHttpClient<TClient>(service, http => http.Timeout = TimeSpan.FromSeconds(20)).AddHttpMessageHandler<InPageLanguage>().OverReplicas(service);

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
