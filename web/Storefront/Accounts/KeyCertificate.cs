using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Marketplace.ServiceDefaults;

namespace Marketplace.Storefront.Accounts;

/// <summary>
/// The certificate that encrypts Data Protection's keys: in base64 (<c>DataProtection:Certificate</c>) or as a file, each with a password where it has one
/// (<c>DataProtection:CertificatePassword</c>). Its dates do not count, only its key. When it is changed, the one before (<c>DataProtection:FormerCertificate</c>)
/// still opens what it has closed; keys live for three months.
/// </summary>
internal static class KeyCertificate
{
    public const string Inline = "DataProtection:Certificate";
    public const string Path = "DataProtection:CertificatePath";
    private const string Password = "DataProtection:CertificatePassword";
    private const string Former = "DataProtection:FormerCertificate";
    private const string FormerPassword = "DataProtection:FormerCertificatePassword";

    /// <summary>Null in development without one: the keys are in the database in clear.</summary>
    public static X509Certificate2? Current(IConfiguration configuration) =>
        configuration[Inline] is { Length: > 0 } inline ? Load(Inline, () => X509CertificateLoader.LoadPkcs12(Convert.FromBase64String(inline), configuration[Password]))
        : configuration[Path] is { Length: > 0 } path ? Load(Path, () => X509CertificateLoader.LoadPkcs12FromFile(path, configuration[Password]))
        : null;

    public static X509Certificate2? Before(IConfiguration configuration) =>
        configuration[Former] is { Length: > 0 } former ? Load(Former, () => X509CertificateLoader.LoadPkcs12(Convert.FromBase64String(former), configuration[FormerPassword])) : null;

    private static X509Certificate2 Load(string setting, Func<X509Certificate2> load)
    {
        try
        {
            var certificate = load();
            using var key = certificate.GetRSAPrivateKey();
            return key is not null ? certificate : throw new SettingsException($"The storefront cannot start: the certificate of {setting} comes without its RSA private key, and could close the sign-in keys but not open them.");
        }
        catch (Exception unreadable) when (unreadable is FormatException or CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"The storefront cannot start: the certificate of {setting} cannot be read ({unreadable.Message}). It must be PKCS #12 with its RSA key{(setting == Path ? "" : ", in base64")}; {Password} is its password.");
        }
    }
}
