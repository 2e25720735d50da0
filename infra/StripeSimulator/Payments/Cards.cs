namespace Marketplace.StripeSimulator.Payments;

/// <summary>What happens to one of Stripe's published test cards.</summary>
/// <param name="Declined">Code and the bank's reason.</param>
/// <param name="Asks">The bank wants to see its customer first (3-D Secure).</param>
/// <param name="Disputed">The reason of the dispute that follows its capture.</param>
/// <param name="Days">How long its authorisation stands.</param>
/// <param name="RefundsLater"><c>succeeded</c> or <c>failed</c>: what becomes of its refunds after a while.</param>
internal sealed record Card(string Number, string Brand, (string Code, string? Reason)? Declined = null, bool Asks = false, string? Disputed = null, string? RefundsLater = null, double Days = 7)
{
    internal string Last4 => Number[^4..];
}

/// <summary>The numbers of docs.stripe.com/testing that concern cards. That some stand for fewer or more days is ours: networks differ, so nobody may count on seven.</summary>
internal static class Cards
{
    private static readonly Dictionary<string, Card> Known = new Card[]
    {
        new("4242424242424242", "visa"), new("4000056655665556", "visa", Days: 4.75), new("5555555555554444", "mastercard"), new("2223003122003222", "mastercard"),
        new("5200828282828210", "mastercard"), new("378282246310005", "amex", Days: 5), new("4000002500001001", "cartes_bancaires"), new("5555552500001001", "cartes_bancaires", Days: 30),
        new("4000000000000077", "visa"),
        new("4000000000000002", "visa", ("card_declined", "generic_decline")), new("4000000000009995", "visa", ("card_declined", "insufficient_funds")),
        new("4000000000009987", "visa", ("card_declined", "lost_card")), new("4000000000009979", "visa", ("card_declined", "stolen_card")),
        new("4000000000006975", "visa", ("card_declined", "card_velocity_exceeded")), new("4100000000000019", "visa", ("card_declined", "fraudulent")),
        new("4000000000000069", "visa", ("expired_card", null)), new("4000000000000127", "visa", ("incorrect_cvc", null)), new("4000000000000119", "visa", ("processing_error", null)),
        new("4000002500003155", "visa", Asks: true), new("4000002760003184", "visa", Asks: true), new("4000000000003220", "visa", Asks: true), new("4000000000003063", "visa", Asks: true),
        new("4000008400001629", "visa", ("card_declined", "generic_decline"), Asks: true), new("4000008260003178", "visa", ("card_declined", "insufficient_funds"), Asks: true),
        new("4000000000000259", "visa", Disputed: "fraudulent"), new("4000000000002685", "visa", Disputed: "product_not_received"), new("4000000000001976", "visa", Disputed: "general"),
        new("4000000000007726", "visa", RefundsLater: "succeeded"), new("4000000000005126", "visa", RefundsLater: "failed"),
    }.ToDictionary(c => c.Number);

    internal static Card Of(string number) => Known.TryGetValue(number, out var card) ? card
        : IsNumber(number) ? new Card(number, "unknown", ("card_declined", "test_mode_live_card"))
        : new Card(number.PadLeft(4, '0'), "unknown", ("incorrect_number", null));

    /// <summary>In words for who pays.</summary>
    internal static string Sentence(string code, string? reason) => (code, reason) switch
    {
        ("incorrect_number", _) => "Ce numéro de carte n’est pas valide.",
        ("expired_card", _) => "Votre carte a expiré. Utilisez-en une autre.",
        ("incorrect_cvc", _) => "Le cryptogramme de votre carte est incorrect.",
        ("processing_error", _) => "Une erreur est survenue pendant le traitement de votre carte. Réessayez dans un instant.",
        (_, "insufficient_funds") => "Votre carte a été refusée\u00a0: fonds insuffisants. Utilisez-en une autre.",
        (_, "test_mode_live_card") => "Ceci est un simulateur\u00a0: seules les cartes de test de Stripe y sont acceptées, par exemple 4242 4242 4242 4242.",
        ("payment_intent_authentication_failure", _) => "Votre banque n’a pas pu vous authentifier. Réessayez, ou utilisez une autre carte.",
        _ => "Votre carte a été refusée. Utilisez-en une autre.",
    };

    private static bool IsNumber(string number)
    {
        if (number.Length is < 12 or > 19 || !number.All(char.IsAsciiDigit))
        {
            return false;
        }

        var sum = 0;
        for (var i = 0; i < number.Length; i++)
        {
            var digit = (number[^(i + 1)] - '0') * (i % 2 == 1 ? 2 : 1);
            sum += digit > 9 ? digit - 9 : digit;
        }

        return sum % 10 == 0;
    }
}
