using System.Net.Http.Headers;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Clients;

namespace Marketplace.Storefront.Accounts.Tokens;

/// <summary>Puts the signed-in person's token on what the pages ask of the services; a visitor's calls stay anonymous.</summary>
internal sealed class PersonTokens(IHttpContextAccessor accessor, TokenIssuer tokens, MembershipDirectory memberships) : DelegatingHandler
{
    private const string Kept = "person-token";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Headers.Authorization is null && accessor.HttpContext is { } http && http.User.SignedIn() is { } person)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(http, person, cancellationToken));
        }
        return await base.SendAsync(request, cancellationToken);
    }

    private async Task<string> TokenAsync(HttpContext http, SignedIn person, CancellationToken token)
    {
        if (http.Items.TryGetValue(Kept, out var kept))
        {
            return (string)kept!;
        }
        var issued = await tokens.ForPersonAsync(person, await MembershipsAsync(person, token), token);
        http.Items[Kept] = issued;
        return issued;
    }

    // A resident orders even while the shops' service is away: who asks is known, only no role is claimed.
    private async Task<Memberships> MembershipsAsync(SignedIn person, CancellationToken token)
    {
        try
        {
            return await memberships.OfAsync(person.Email, token);
        }
        catch (ServiceUnavailable)
        {
            return new Memberships([], []);
        }
    }
}
