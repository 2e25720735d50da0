using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Tokens;

namespace Marketplace.ServiceDefaults.Auth;

/// <summary>
/// Two kinds of bearer tokens, told apart by their prefix: API keys, and short-lived ES256 tokens signed by the storefront, whose public keys
/// are read from its <c>/.well-known/jwks.json</c> (<c>Auth:JwksUrl</c>) and read again when an unknown key appears.
/// </summary>
public static class Auth
{
    public const string Issuer = "marketplace-storefront";
    public const string Audience = "marketplace";
    /// <summary>The scheme that tells keys and tokens apart; a host with another way to sign in forwards to it.</summary>
    public const string Selecting = "Bearer-or-key";

    internal static void AddAuth(this WebApplicationBuilder builder)
    {
        var authentication = builder.Services.AddAuthentication(Selecting)
            .AddPolicyScheme(Selecting, null, options => options.ForwardDefaultSelector = context =>
            {
                var header = context.Request.Headers.Authorization.ToString();
                return header.StartsWith("Bearer " + ApiKeys.ShopPrefix, StringComparison.Ordinal) || header.StartsWith("Bearer " + ApiKeys.OperatorPrefix, StringComparison.Ordinal)
                    ? ApiKeys.Scheme
                    : JwtBearerDefaults.AuthenticationScheme;
            })
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeys.Scheme, null)
            .AddJwtBearer(options =>
            {
                options.MapInboundClaims = false;
                options.TokenValidationParameters = new TokenValidationParameters
                {
                    ValidIssuer = Issuer,
                    ValidAudience = Audience,
                    ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
                    ClockSkew = TimeSpan.FromSeconds(30),
                    NameClaimType = MarketplaceClaims.Name,
                    RoleClaimType = MarketplaceClaims.Role,
                };
                if (builder.Configuration["Auth:JwksUrl"] is { Length: > 0 } url)
                {
                    var keys = new ConfigurationManager<JsonWebKeySet>(url, new JwksRetriever(), new HttpDocumentRetriever { RequireHttps = false })
                    {
                        RefreshInterval = TimeSpan.FromSeconds(5),
                        // A key is published an hour before it signs: it must be known by then.
                        AutomaticRefreshInterval = TimeSpan.FromMinutes(30),
                    };
                    options.TokenValidationParameters.IssuerSigningKeyResolver = (_, _, keyId, _) =>
                    {
                        // Synchronous by the library's contract; the set is cached, so this waits only for the first token or an unknown key.
                        var set = Load(keys);
                        if (keyId is not null && set.Keys.All(k => k.KeyId != keyId))
                        {
                            keys.RequestRefresh();
                            set = Load(keys);
                        }

                        return set.GetSigningKeys().Where(k => keyId is null || k.KeyId == keyId);
                    };
                }
            });
        _ = authentication;
        builder.Services.AddAuthorization();
    }

    private static JsonWebKeySet Load(ConfigurationManager<JsonWebKeySet> keys)
    {
        try
        {
            return Task.Run(() => keys.GetConfigurationAsync(CancellationToken.None)).GetAwaiter().GetResult();
        }
        catch (Exception failure)
        {
            throw new SigningKeysAway(failure);
        }
    }

    private sealed class JwksRetriever : IConfigurationRetriever<JsonWebKeySet>
    {
        public async Task<JsonWebKeySet> GetConfigurationAsync(string address, IDocumentRetriever retriever, CancellationToken cancel) =>
            new(await retriever.GetDocumentAsync(address, cancel));
    }
}

/// <summary>The storefront's keys were never read and cannot be read now: a token can be neither accepted nor refused.</summary>
internal sealed class SigningKeysAway(Exception inner) : InvalidOperationException("The storefront's signing keys cannot be read.", inner);
