using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Clients;

namespace Marketplace.Storefront.Merchants.Imports;

/// <summary>Catalog as a shop brings files there and takes them out.</summary>
internal sealed class ShopImportsClient(HttpClient http, ReadPipeline reads, IHttpClientFactory clients) : ServiceClient(http, reads, "catalog")
{
    /// <summary>For files, which take as long as a slow line needs.</summary>
    public const string Files = "catalog-files";

    public async Task<IReadOnlyList<Import>> ListAsync(string shop, CancellationToken token) => (await GetKnownAsync<ImportList>($"shops/{E(shop)}/imports", token)).Items;

    public Task<Import?> FindAsync(string shop, Guid import, CancellationToken token) => GetAsync<Import>($"shops/{E(shop)}/imports/{import}", token);

    /// <summary>Sent once. Null where it broke off on its way.</summary>
    public Task<Answer<Import>?> SendAsync(string shop, string? name, Stream file, string language, CancellationToken token) =>
        PassOnAsync<Import>(clients.CreateClient(Files), HttpMethod.Post, $"shops/{E(shop)}/imports" + Q(("preview", "true"), ("name", name)), "application/octet-stream", file, language, token);

    public Task<Answer<Import>> SetFormatAsync(string shop, Guid import, ImportFormat format, int seen, CancellationToken token) =>
        SendAsync<Import>(HttpMethod.Put, $"shops/{E(shop)}/imports/{import}/format", format, token, ifMatch: seen);

    /// <summary>Pressed twice, it is taken once.</summary>
    public Task<Answer<Import>> CommitAsync(string shop, Guid import, int seen, CancellationToken token) =>
        SendAsync<Import>(HttpMethod.Post, $"shops/{E(shop)}/imports/{import}/commit", null, token, mayRepeat: true, ifMatch: seen);

    public Task<Answer<object>> DropAsync(string shop, Guid import, CancellationToken token) =>
        SendAsync<object>(HttpMethod.Delete, $"shops/{E(shop)}/imports/{import}", null, token, mayRepeat: true);

    /// <summary>A file of the shop's, as it comes.</summary>
    public async Task<HttpResponseMessage> DownloadAsync(string path, string language, CancellationToken token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.AcceptLanguage.ParseAdd(language);
        try
        {
            var response = await clients.CreateClient(Files).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
            if ((int)response.StatusCode >= 500)
            {
                response.Dispose();
                throw new ServiceUnavailable("catalog", null);
            }
            return response;
        }
        catch (HttpRequestException away)
        {
            throw new ServiceUnavailable("catalog", away);
        }
    }

    public static string Rejected(string shop, Guid import, string kind) => $"shops/{E(shop)}/imports/{import}/rejected.{kind}";

    public static string Export(string shop, string kind) => $"shops/{E(shop)}/export.{kind}";
}
