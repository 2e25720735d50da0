using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.ServiceDefaults.Limits;
using Marketplace.Storefront.Clients;
using Npgsql;

namespace Marketplace.Storefront.Accounts.Tokens;

/// <summary>
/// Puts the signed-in person's token on what the pages ask of the services. A visitor's calls stay anonymous; beside them goes the storefront's own
/// token, so that the visitors of a whole town are not limited as one caller.
/// </summary>
internal sealed partial class PersonTokens(IHttpContextAccessor accessor, TokenIssuer tokens, MembershipDirectory memberships, ILogger<PersonTokens> log) : DelegatingHandler
{
    private const string Kept = "person-token";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var inNobodysName = request.Options.TryGetValue(ServiceClient.InNobodysName, out var set) && set;
        if (!inNobodysName && request.Headers.Authorization is null && accessor.HttpContext is { } http && http.User.SignedIn() is { } person)
        {
            try
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(http, person, cancellationToken));
            }
            catch (Exception failure) when (AreAway(failure) && request.Method == HttpMethod.Get)
            {
                LogNoKeys(failure);
                return await ReadAsVisitorAsync(request, failure, cancellationToken);
            }
        }
        else if (request.Headers.Authorization is null && await OwnAsync(cancellationToken) is { } own)
        {
            request.Headers.Remove(CallerLimits.RelayHeader); // sent to the next process of the service, the same request comes by again
            request.Headers.TryAddWithoutValidation(CallerLimits.RelayHeader, own);
        }
        return await base.SendAsync(request, cancellationToken);
    }

    // Town pages are there without the storefront's database, and without the certificate of its keys: then the services limit them by its address.
    private async ValueTask<string?> OwnAsync(CancellationToken token)
    {
        try
        {
            return await tokens.ForStorefrontAsync(token);
        }
        catch (Exception failure) when (AreAway(failure))
        {
            LogNoKeys(failure);
            return null;
        }
    }

    // What anybody may read is shown to who is signed in as well, while their token cannot be made. Nothing is written in nobody's name.
    private async Task<HttpResponseMessage> ReadAsVisitorAsync(HttpRequestMessage request, Exception failure, CancellationToken token)
    {
        var answer = await base.SendAsync(request, token);
        if (answer.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden))
        {
            return answer;
        }
        answer.Dispose();
        throw new ServiceUnavailable("accounts", failure);
    }

    /// <summary>The storefront's keys cannot be read: without its database, or without the certificate they lie under.</summary>
    internal static bool AreAway(Exception failure) => failure is NpgsqlException or CryptographicException;

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

    [LoggerMessage(Level = LogLevel.Warning, Message = "The storefront's keys cannot be read; the services limit its visitors as one caller meanwhile")]
    private partial void LogNoKeys(Exception failure);
}
