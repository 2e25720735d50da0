using System.Buffers.Text;
using System.Security.Cryptography;

namespace Marketplace.Storefront.Residents.Baskets;

/// <summary>A basket belongs to whoever has its cookie. The cookie is set with the first item, not before; the database knows only its hash.</summary>
internal static class BasketCookie
{
    private const string Name = "panier";
    private const int SecretBytes = 16;
    private static readonly TimeSpan _life = TimeSpan.FromDays(60);

    public static byte[]? Key(HttpContext http) =>
        http.Request.Cookies[Name] is { Length: > 0 and < 64 } secret && Base64Url.IsValid(secret) ? Hash(secret) : null;

    public static byte[] KeyOrNew(HttpContext http)
    {
        if (Key(http) is { } key)
        {
            return key;
        }
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        http.Response.Cookies.Append(Name, secret, new CookieOptions
        {
            MaxAge = _life,
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = http.Request.IsHttps,
            IsEssential = true,
            Path = "/",
        });
        return Hash(secret);
    }

    private static byte[] Hash(string secret) => SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(secret));
}
