using Marketplace.Ordering.Orders;
using Marketplace.ServiceDefaults;

namespace Marketplace.Ordering;

internal static class OrderingSettings
{
    internal static readonly Setting[] Required =
    [
        new("Ordering:TokenSecret", "the secret behind the links that open one order each, at least 32 characters, the same in every process; infra/compose/make-env.sh makes one")
        {
            OnlyOutsideDevelopment = true,
            Published = [AccessTokens.DevelopmentSecret, "a-secret-of-the-tests-that-opens-nothing-else"],
            Fault = value => value.Length < 32 ? "is too short to be a secret" : null,
        },
        new("Storefront:PublicUrl", "the storefront's address as residents know it, to which mails link") { OnlyOutsideDevelopment = true, Fault = Settings.NoAddress },
        new("Smtp:Host", "the mail server that takes the mails to residents") { OnlyOutsideDevelopment = true },
    ];
}
