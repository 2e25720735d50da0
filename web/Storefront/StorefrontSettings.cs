using Marketplace.ServiceDefaults;
using Marketplace.Storefront.Accounts;

namespace Marketplace.Storefront;

internal static class StorefrontSettings
{
    public static readonly Setting[] Required =
    [
        new("Services:catalog", "where the Catalog service answers, one address or several with ; between them, without /api/v1") { Fault = NoAddresses },
        new("Services:ordering", "where the Ordering service answers, one address or several with ; between them, without /api/v1") { Fault = NoAddresses },
        new("Services:merchants", "where the Merchants service answers, one address or several with ; between them, without /api/v1") { Fault = NoAddresses },
        new("Storefront:PublicUrl", "this site's address as residents know it, to which mails link") { OnlyOutsideDevelopment = true, Fault = Settings.NoAddress },
        new("Smtp:Host", "the mail server that takes the mails about accounts") { OnlyOutsideDevelopment = true },
        new(KeyCertificate.Inline,
            "the certificate with its RSA key (PKCS #12, in base64) under which the sign-in keys lie in the database, so that a copy of the database alone signs nobody in; infra/compose/make-env.sh makes one")
        {
            OnlyOutsideDevelopment = true,
            Or = KeyCertificate.Path,
        },
    ];

    private static string? NoAddresses(string value) =>
        value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Settings.NoAddress).FirstOrDefault(fault => fault is not null);
}
