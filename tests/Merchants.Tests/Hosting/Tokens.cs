using System.Security.Claims;
using System.Security.Cryptography;
using Marketplace.ServiceDefaults.Auth;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Marketplace.Merchants.Tests.Hosting;

/// <summary>Tokens as the storefront signs them.</summary>
internal static class Tokens
{
    public static readonly ECDsaSecurityKey Key = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "test" };

    public static string Resident(string email = Lea) => Sign([new Claim(MarketplaceClaims.Subject, Guid.CreateVersion7().ToString()), new Claim(MarketplaceClaims.Email, email)]);

    public static string Of(Contracts.ShopId shop, string role) => Person(new Claim(MarketplaceClaims.Shop, $"{shop}:{role}"));

    public static string Coordinator(string town) => Person(new Claim(MarketplaceClaims.Town, town));

    public static string Storefront() => Sign([new Claim(MarketplaceClaims.Role, "storefront")]);

    private const string Lea = "lea@example.org";

    private static string Person(params Claim[] claims) =>
        Sign([new Claim(MarketplaceClaims.Subject, Guid.CreateVersion7().ToString()), new Claim(MarketplaceClaims.Email, Lea), .. claims]);

    private static string Sign(Claim[] claims) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = Auth.Issuer,
        Audience = Auth.Audience,
        Subject = new ClaimsIdentity(claims),
        Expires = DateTime.UtcNow.AddMinutes(10),
        SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.EcdsaSha256),
    });
}
