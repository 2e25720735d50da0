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
    private const byte WithKey = 0b100_0000;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _id = RandomNumberGenerator.GetBytes(16);

    public string Id => Base64UrlEncoder.Encode(_id);

    /// <summary>What the site keeps of it.</summary>
    public UserPasskeyInfo Known(DateTimeOffset now) => new(_id, PublicKey(), now, 0, null, isUserVerified: true, isBackupEligible: false, isBackedUp: false, [], []);

    /// <summary>The answer of a device that has just made this passkey for the options that the site gave; without attestation, as browsers send it.</summary>
    public string Made(string options)
    {
        byte[] made = [.. SHA256.HashData(Encoding.UTF8.GetBytes(site)), PresentAndVerified | WithKey, 0, 0, 0, 0, .. new byte[16], 0, (byte)_id.Length, .. _id, .. PublicKey()];
        // CBOR: a map of three, "fmt": "none", "attStmt": {}, "authData": bytes.
        byte[] attestation = [0xA3, 0x63, .. "fmt"u8, 0x64, .. "none"u8, 0x67, .. "attStmt"u8, 0xA0, 0x68, .. "authData"u8, 0x58, (byte)made.Length, .. made];
        return JsonSerializer.Serialize(new
        {
            id = Id,
            rawId = Id,
            type = "public-key",
            clientExtensionResults = new { },
            response = new { attestationObject = Base64UrlEncoder.Encode(attestation), clientDataJSON = Base64UrlEncoder.Encode(Client("webauthn.create", options)), transports = Array.Empty<string>() },
        });
    }

    /// <summary>The answer to the options that the site gave.</summary>
    public string Answer(string options, Person owner)
    {
        var client = Client("webauthn.get", options);
        byte[] authenticator = [.. SHA256.HashData(Encoding.UTF8.GetBytes(site)), PresentAndVerified, 0, 0, 0, 1];
        var signature = _key.SignData([.. authenticator, .. SHA256.HashData(client)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return JsonSerializer.Serialize(new
        {
            id = Id,
            rawId = Id,
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

    private byte[] Client(string type, string options) => JsonSerializer.SerializeToUtf8Bytes(
        new { type, challenge = JsonDocument.Parse(options).RootElement.GetProperty("challenge").GetString(), origin = "https://" + site, crossOrigin = false });

    // COSE: a map of five, key type EC2, algorithm ES256, curve P-256, x, y.
    private byte[] PublicKey()
    {
        var point = _key.ExportParameters(false).Q;
        return [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20, .. point.X!, 0x22, 0x58, 0x20, .. point.Y!];
    }

    public void Dispose() => _key.Dispose();
}
