using System.Net.Http.Headers;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Clients;
using Microsoft.Extensions.Caching.Memory;

namespace Marketplace.Storefront.Accounts.Tokens;

/// <summary>
/// What a person may do, asked of Merchants by confirmed address and kept for half a minute: a member of staff who is removed is out by then.
/// Not knowing is an error of its own, never "nothing".
/// </summary>
internal sealed class MembershipDirectory(IHttpClientFactory clients, TokenIssuer tokens, IMemoryCache cache)
{
    public const string Client = "memberships";
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(30);

    public async Task<Memberships> OfAsync(string email, CancellationToken token)
    {
        var key = (typeof(MembershipDirectory), email.ToUpperInvariant());
        if (cache.TryGetValue<Memberships>(key, out var known))
        {
            return known!;
        }
        var memberships = await AskAsync(email, token);
        cache.Set(key, memberships, KeptFor);
        return memberships;
    }

    public void Forget(string email) => cache.Remove((typeof(MembershipDirectory), email.ToUpperInvariant()));

    private async Task<Memberships> AskAsync(string email, CancellationToken token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "memberships?email=" + Uri.EscapeDataString(email));
        try
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await tokens.ForStorefrontAsync(token));
            using var response = await clients.CreateClient(Client).SendAsync(request, token);
            response.EnsureSuccessStatusCode();
            return await response.Content.ReadFromJsonAsync<Memberships>(ServiceClient.Json, token) ?? new Memberships([], []);
        }
        catch (Exception failure) when (failure is HttpRequestException or System.Text.Json.JsonException || PersonTokens.AreAway(failure) || failure is TaskCanceledException && !token.IsCancellationRequested)
        {
            throw new ServiceUnavailable("merchants", failure);
        }
    }
}
