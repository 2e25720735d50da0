using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Contracts;

namespace Marketplace.Ordering.Orders;

/// <summary>Opens one order's page without an account. Computed, not stored: nothing to leak from the database.</summary>
internal sealed class AccessTokens
{
    internal const string DevelopmentSecret = "development-only-token-secret";
    private readonly byte[] _secret;

    // A guessable secret would open every order of the town: outside development the settings' check lets none through.
    public AccessTokens(IConfiguration configuration) => _secret = Encoding.UTF8.GetBytes(configuration["Ordering:TokenSecret"] is { Length: > 0 } secret ? secret : DevelopmentSecret);

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
