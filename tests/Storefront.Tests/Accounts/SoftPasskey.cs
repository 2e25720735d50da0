using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marketplace.Storefront.Accounts;
using Microsoft.AspNetCore.Identity;
using Microsoft.IdentityModel.Tokens;

namespace Marketplace.Storefront.Tests.Accounts;

/// <summary>A device with one passkey (ES256), as WebAuthn describes what it signs.</summary>
internal sealed class SoftPasskey(string site) : IDisposable
{
    private const byte PresentAndVerified = 0b101;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _id = RandomNumberGenerator.GetBytes(16);

    /// <summary>What the site keeps of it.</summary>
    public UserPasskeyInfo Known(DateTimeOffset now)
    {
        var point = _key.ExportParameters(false).Q;
        // COSE: a map of five, key type EC2, algorithm ES256, curve P-256, x, y.
        byte[] cose = [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20, .. point.X!, 0x22, 0x58, 0x20, .. point.Y!];
        return new UserPasskeyInfo(_id, cose, now, 0, null, isUserVerified: true, isBackupEligible: false, isBackedUp: false, [], []);
    }

    /// <summary>The answer to the options that the site gave.</summary>
    public string Answer(string options, Person owner)
    {
        var challenge = JsonDocument.Parse(options).RootElement.GetProperty("challenge").GetString();
        var client = JsonSerializer.SerializeToUtf8Bytes(new { type = "webauthn.get", challenge, origin = "https://" + site, crossOrigin = false });
        byte[] authenticator = [.. SHA256.HashData(Encoding.UTF8.GetBytes(site)), PresentAndVerified, 0, 0, 0, 1];
        var signature = _key.SignData([.. authenticator, .. SHA256.HashData(client)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return JsonSerializer.Serialize(new
        {
            id = Base64UrlEncoder.Encode(_id),
            rawId = Base64UrlEncoder.Encode(_id),
            type = "public-key",
            clientExtensionResults = new { },
            response = new
            {
                authenticatorData = Base64UrlEncoder.Encode(authenticator),
                clientDataJSON = Base64UrlEncoder.Encode(client),
                signature = Base64UrlEncoder.Encode(signature),
                userHandle = Base64UrlEncoder.Encode(Encoding.UTF8.GetBytes(owner.Id.ToString())),
            },
        });
    }

    public void Dispose() => _key.Dispose();
}
