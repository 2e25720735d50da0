using Marketplace.Contracts.Ordering.Api;
using Marketplace.ServiceDefaults;

namespace Marketplace.Ordering.Webhooks;

/// <summary>What an address must be before it is kept. That it leads to no private network is looked at again at each call, where its name is resolved.</summary>
internal static class WebhookRules
{
    private const int LongestName = 120;

    internal static WebhookDefinition Check(WebhookDefinition wanted, bool allowPrivate)
    {
        if (PublicAddressHandler.FaultOf(wanted.Url, allowPrivate) is { } fault)
        {
            throw (fault switch
            {
                AddressFault.Private => Refusal.Invalid("webhook-url-private", "Cette adresse mène à un réseau privé : donnez-en une qui se joint par internet.", "This address leads into a private network: give one that is reached over the internet."),
                AddressFault.NotHttps => Refusal.Invalid("webhook-url-invalid", "L’adresse commence par https:// : ce qui est envoyé ne doit pas pouvoir être lu en chemin.", "The address begins with https://: what is sent must not be readable on its way."),
                AddressFault.WithCredentials => Refusal.Invalid("webhook-url-invalid", "L’adresse ne contient ni nom d’utilisateur ni mot de passe : les envois sont signés.", "The address holds no user name or password: what is sent is signed."),
                _ => Refusal.Invalid("webhook-url-invalid", "Donnez une adresse entière, comme https://caisse.exemple.fr/commandes, de 500 caractères au plus.", "Give a whole address, such as https://till.example.org/orders, of at most 500 characters."),
            }).With("field", "url");
        }

        if (wanted.Types.Except(WebhookTypes.Of).FirstOrDefault() is { } unknown)
        {
            throw Refusal.Invalid("webhook-type-unknown", $"Évènement inconnu : {unknown}.", $"Unknown event type: {unknown}.").With("field", "types").With("types", WebhookTypes.Of);
        }

        var name = wanted.Name?.Trim() is { Length: > 0 } given ? given : null;
        return name is { Length: > LongestName } || name?.Any(char.IsControl) == true
            ? throw Refusal.Invalid("bad-name", "Le nom tient en 120 caractères, sur une ligne.", "The name has at most 120 characters, on one line.").With("field", "name")
            : wanted with { Url = new Uri(wanted.Url.Trim()).AbsoluteUri, Types = [.. wanted.Types.Distinct()], Name = name };
    }
}
