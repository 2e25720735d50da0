using System.Security.Claims;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.ServiceDefaults.Auth;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Marketplace.Storefront.Accounts.Tokens;

/// <summary>Who asks, as the storefront knows it from its own cookie.</summary>
internal sealed record SignedIn(PersonId Id, string Email, string Name);

/// <summary>Short-lived tokens that tell the services who asks through these pages and in which role. The services decide.</summary>
internal sealed class TokenIssuer(SigningKeys keys, TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>How far behind a service's clock may be.</summary>
    private static readonly TimeSpan Behind = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan OwnFor = TimeSpan.FromMinutes(3);
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private volatile Own? _own;

    public Task<string> ForPersonAsync(SignedIn person, Memberships memberships, CancellationToken token) => IssueAsync(
    [
        new Claim(MarketplaceClaims.Subject, person.Id.ToString()),
        new Claim(MarketplaceClaims.Email, person.Email),
        new Claim(MarketplaceClaims.Name, person.Name),
        .. memberships.Shops.Select(s => new Claim(MarketplaceClaims.Shop, $"{s.ShopId}:{s.Role}")),
        .. memberships.Towns.Select(t => new Claim(MarketplaceClaims.Town, t)),
    ], token);

    /// <summary>The storefront's own, for what it asks in nobody's name. The same one for some minutes: it goes with every visitor's call.</summary>
    public async ValueTask<string> ForStorefrontAsync(CancellationToken token)
    {
        if (_own is { } known && clock.GetUtcNow() is var now && known.From <= now && now < known.Until)
        {
            return known.Token;
        }
        var from = clock.GetUtcNow();
        var issued = await IssueAsync([new Claim(MarketplaceClaims.Subject, "storefront"), new Claim(MarketplaceClaims.Role, "storefront")], token);
        _own = new Own(issued, from, from + OwnFor);
        return issued;
    }

    private async Task<string> IssueAsync(IReadOnlyList<Claim> claims, CancellationToken token)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Auth.Issuer,
            Audience = Auth.Audience,
            Subject = new ClaimsIdentity(claims),
            IssuedAt = now,
            NotBefore = now - Behind,
            Expires = now + Lifetime,
            SigningCredentials = new SigningCredentials(await keys.CurrentAsync(token), SecurityAlgorithms.EcdsaSha256),
        });
    }

    private sealed record Own(string Token, DateTimeOffset From, DateTimeOffset Until);
}
