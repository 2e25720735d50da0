using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Ordering.Orders;

namespace Marketplace.Ordering.Webhooks;

/// <summary>
/// What an endpoint's calls are signed with (Standard Webhooks). Computed from the service's own secret, the endpoint and the number of its secret, and stored
/// nowhere: who reads the database can sign nothing.
/// </summary>
internal sealed class WebhookSecrets(IConfiguration configuration)
{
    internal const string Prefix = "whsec_";

    /// <summary>How long the secret before signs as well.</summary>
    internal static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    // Apart from what the same secret does for access tokens.
    private readonly byte[] _key = HKDF.DeriveKey(HashAlgorithmName.SHA256,
        Encoding.UTF8.GetBytes(configuration["Ordering:TokenSecret"] is { Length: > 0 } secret ? secret : AccessTokens.DevelopmentSecret), 32, info: "webhooks"u8.ToArray());

    /// <summary>As its owner is shown it.</summary>
    internal string Shown(Guid endpoint, int number) => Prefix + Convert.ToBase64String(Of(endpoint, number));

    /// <summary>The header webhook-signature: by the present secret and, for a while, by the one before.</summary>
    internal string Sign(Guid endpoint, int number, bool formerToo, string eventId, DateTimeOffset at, string body)
    {
        var signed = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{eventId}.{at.ToUnixTimeSeconds()}.{body}"));
        var signature = Sign(Of(endpoint, number), signed);
        return formerToo && number > 1 ? $"{signature} {Sign(Of(endpoint, number - 1), signed)}" : signature;
    }

    internal static string Sign(byte[] secret, byte[] signed) => "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, signed));

    private byte[] Of(Guid endpoint, int number)
    {
        Span<byte> named = stackalloc byte[20];
        endpoint.TryWriteBytes(named, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(named[16..], number);
        return HMACSHA256.HashData(_key, named);
    }
}
