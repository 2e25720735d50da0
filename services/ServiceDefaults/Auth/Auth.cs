using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
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
    private const string Bearer = "Bearer ";

    /// <summary>The scheme that tells keys and tokens apart; a host with another way to sign in forwards to it.</summary>
    public const string Selecting = "Bearer-or-key";

    internal static void AddAuth(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<KeyUse>();
        builder.Services.AddAuthentication(Selecting)
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
            });
        if (builder.Configuration["Auth:JwksUrl"] is { Length: > 0 } url)
        {
            builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<StorefrontKeys>(services, new Uri(url)));
            builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<StorefrontKeys>(FindKeysIn);
        }

        builder.Services.AddAuthorization();
    }

    private static void FindKeysIn(JwtBearerOptions options, StorefrontKeys keys)
    {
        options.TokenValidationParameters.IssuerSigningKeyResolver = (_, _, keyId, _) => keys.Find(keyId);
        options.Events = new JwtBearerEvents
        {
            OnMessageReceived = async received =>
            {
                if (received.Request.Headers.Authorization.ToString() is { } header && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
                {
                    try
                    {
                        await keys.PrepareAsync(header[Bearer.Length..].Trim(), received.HttpContext.RequestAborted);
                    }
                    catch (SigningKeysAway away)
                    {
                        received.Fail(away);
                    }
                }
            },
        };
    }
}
