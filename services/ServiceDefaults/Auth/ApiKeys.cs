using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Marketplace.ServiceDefaults.Shops;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.ServiceDefaults.Auth;

/// <summary>Bearer keys: <c>mk_…</c> of a shop, <c>op_…</c> of the operator. Only SHA-256 hashes are kept; they are 256 random bits, so no salt is needed.</summary>
public static class ApiKeys
{
    public const string Scheme = "ApiKey";
    public const string ShopPrefix = "mk_";
    public const string OperatorPrefix = "op_";

    public static readonly IReadOnlyList<string> Scopes = ["orders:read", "orders:write", "refunds:write", "offers:read", "offers:write", "stock:write", "shop:write", "point:write"];

    /// <summary>A new key, to be shown once.</summary>
    public static string Create(string prefix = ShopPrefix) => prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    public static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}

internal sealed class ApiKeyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Identify(Context) is not { } caller)
        {
            return Task.FromResult(AuthenticateResult.Fail("Unknown or revoked key."));
        }

        if (Guid.TryParse(caller.FindFirst(MarketplaceClaims.KeyId)?.Value, out var key))
        {
            Context.RequestServices.GetRequiredService<KeyUse>().Note(key);
        }

        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(caller, Scheme.Name)));
    }

    /// <summary>Whose key the request shows, by what is known of keys now.</summary>
    internal static ClaimsPrincipal? Identify(HttpContext context)
    {
        var key = context.Request.Headers.Authorization.ToString() is { } header && header.StartsWith("Bearer ", StringComparison.Ordinal) ? header["Bearer ".Length..].Trim() : "";
        return Identify(key, context.RequestServices) is { } claims ? new ClaimsPrincipal(new ClaimsIdentity(claims, ApiKeys.Scheme)) : null;
    }

    private static List<Claim>? Identify(string key, IServiceProvider services)
    {
        var hash = ApiKeys.Hash(key);
        if (key.StartsWith(ApiKeys.OperatorPrefix, StringComparison.Ordinal))
        {
            var expected = services.GetRequiredService<IConfiguration>()["Operator:KeyHash"];
            return expected is { Length: 64 } && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(hash), Encoding.ASCII.GetBytes(expected))
                ? [new(MarketplaceClaims.Role, "operator")]
                : null;
        }

        return services.GetService<IShopDirectory>()?.FindApiKey(hash) is { } known
            ? [new(MarketplaceClaims.Role, "api-key"), new("key-shop", known.ShopId.ToString()), new(MarketplaceClaims.Key, hash[..32]), new(MarketplaceClaims.KeyId, known.KeyId.ToString()), .. known.Scopes.Select(s => new Claim(MarketplaceClaims.Scope, s))]
            : null;
    }
}
