using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Marketplace.Provisioning.Servers;

namespace Marketplace.Local.Run;

/// <summary>The certificate under which the storefront's keys lie in its database, made at the first start and kept with the other secrets.</summary>
internal static class ProtectionCertificate
{
    // Only the key counts: nobody else ever sees the certificate, and the storefront must still read its keys in years.
    private static readonly TimeSpan Years = TimeSpan.FromDays(3650);

    public static string Of(Secrets secrets) => secrets.Find("data-protection") ?? secrets.Set("data-protection", Make());

    private static string Make()
    {
        using var key = RSA.Create(3072);
        var request = new CertificateRequest("CN=Panier local data protection", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(50) + Years);
        return Convert.ToBase64String(certificate.Export(X509ContentType.Pkcs12));
    }
}
