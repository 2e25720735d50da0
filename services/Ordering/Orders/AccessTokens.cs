using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Contracts;
using Marketplace.ServiceDefaults;

namespace Marketplace.Ordering.Orders;

/// <summary>Opens one order's page without an account. Computed, not stored: nothing to leak from the database.</summary>
internal sealed class AccessTokens
{
    private const string DevelopmentSecret = "development-only-token-secret";
    private readonly byte[] _secret;

    public AccessTokens(IConfiguration configuration)
    {
        var secret = configuration["Ordering:TokenSecret"];
        if (string.IsNullOrEmpty(secret) || secret == DevelopmentSecret || secret.Length < 32)
        {
            // A guessable secret would open every order of the town.
            if (configuration.IsProduction())
            {
                throw new InvalidOperationException("Ordering:TokenSecret must be a secret of its own, at least 32 characters long.");
            }

            secret ??= DevelopmentSecret;
        }

        _secret = Encoding.UTF8.GetBytes(secret);
    }

    internal string Of(OrderId order)
    {
        Span<byte> id = stackalloc byte[16];
        order.Value.TryWriteBytes(id, bigEndian: true, out _);
        Span<byte> hash = stackalloc byte[32];
        HMACSHA256.HashData(_secret, id, hash);
        return Base64Url.EncodeToString(hash[..16]);
    }

    internal bool Opens(string? token, OrderId order) =>
        token is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Of(order)), Encoding.UTF8.GetBytes(token));
}
