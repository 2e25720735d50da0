using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults;

namespace Marketplace.Catalog.StockFeeds;

/// <summary>What must be true of a feed's settings before anybody is asked with them. Pure.</summary>
internal static class StockFeedRules
{
    internal const int LeastMinutes = 5;
    internal const int MostMinutes = 1440;
    private const int LongestSecret = 500;

    /// <param name="known">The settings so far: their secret may stay, but it is never sent to another address, nor with another establishment's number, than it was given for.</param>
    internal static FeedSource Check(StockFeedDefinition definition, FeedSource? known, bool allowPrivate)
    {
        var address = definition.Address.Trim();
        switch (PublicAddressHandler.FaultOf(address, allowPrivate))
        {
            case AddressFault.NotHttps:
                throw Wrong("address-not-https", "L’adresse doit commencer par https:// : un mot de passe n’y passe pas en clair.", "The address must begin with https://: no password travels in the clear.");
            case AddressFault.WithCredentials:
                throw Wrong("address-with-credentials", "Le nom et le mot de passe ne s’écrivent pas dans l’adresse : mettez-les dans l’identification.", "Name and password are not written in the address: put them in the credentials.");
            case AddressFault.Private:
                throw Wrong("address-private", "Cette adresse ne mène pas sur Internet : elle doit être joignable de partout.", "This address does not lead to the internet: it must be within reach from everywhere.");
            case AddressFault.Unreadable:
                throw Unreadable();
        }

        if (new Uri(address).Query.Length > 0)
        {
            throw Unreadable();
        }

        var siret = string.Concat(definition.Siret.Where(c => !char.IsWhiteSpace(c)));
        if (siret.Length != 14 || !siret.All(char.IsAsciiDigit))
        {
            throw Wrong("siret-invalid", "Le SIRET compte 14 chiffres.", "A SIRET has 14 digits.");
        }

        if (definition.EveryMinutes is < LeastMinutes or > MostMinutes)
        {
            throw Wrong("every-invalid", $"Une lecture se fait toutes les {LeastMinutes} à {MostMinutes} minutes.", $"A reading is made every {LeastMinutes} to {MostMinutes} minutes.");
        }

        // As it is asked for: another way of writing the same address is no other software.
        var uri = new Uri(address);
        var source = new FeedSource(uri.GetLeftPart(UriPartial.Authority) + uri.AbsolutePath.TrimEnd('/'), siret, definition.Auth, null);
        return source with { Secret = SecretOf(definition, source, known) };
    }

    internal static bool ReservedExcluded(StockFeedDefinition definition) => definition.Reserved switch
    {
        "included" => false,
        "excluded" => true,
        _ => throw Wrong("reserved-invalid", "« reserved » vaut included ou excluded.", "“reserved” is included or excluded."),
    };

    private static string? SecretOf(StockFeedDefinition definition, FeedSource source, FeedSource? known)
    {
        var given = definition.Secret?.Trim();
        switch (definition.Auth)
        {
            case "none":
                return null;
            case not ("basic" or "bearer"):
                throw Wrong("auth-invalid", "L’identification vaut none, basic ou bearer.", "The credentials are none, basic or bearer.");
        }

        if (given is { Length: > 0 })
        {
            // It goes into a header.
            return given.Length <= LongestSecret && !given.Any(char.IsControl) && (definition.Auth == "basic" && given.Contains(':', StringComparison.Ordinal) || given.All(c => c is > ' ' and <= '~')) ? given
                : throw Wrong("secret-invalid", $"Le mot de passe ou le jeton compte au plus {LongestSecret} signes, sur une ligne.", $"The password or token has at most {LongestSecret} characters, on one line.");
        }

        return known is { Secret: { } kept } && known.Auth == definition.Auth && known.IsSameStock(source) ? kept
            : throw Wrong("secret-needed", "Donnez le mot de passe ou le jeton : celui d’une autre adresse ou d’un autre SIRET n’est pas envoyé ici.", "Give the password or token: that of another address or SIRET is not sent here.");
    }

    private static Refusal Unreadable() => Wrong("address-invalid", "L’adresse est illisible : écrivez-la entière, comme https://stock.exemple.fr/api.", "The address cannot be read: write it whole, like https://stock.example.org/api.");

    private static Refusal Wrong(string code, string french, string english) => Refusal.Invalid("stock-feed-" + code, french, english);
}
