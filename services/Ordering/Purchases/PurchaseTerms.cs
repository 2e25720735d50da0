using Marketplace.Ordering.Payments;

namespace Marketplace.Ordering.Purchases;

/// <summary>Whether residents can pay by card here.</summary>
/// <param name="Open">A gateway is configured.</param>
internal sealed record PurchaseTerms(bool Open);

/// <summary>Through whom, and how its calls are recognised.</summary>
/// <param name="WebhookSecrets">One for each address that Stripe was given: of the platform's own events and, another, of its merchants' accounts.</param>
internal sealed record PurchaseSettings(StripeSettings Stripe, IReadOnlyList<string> WebhookSecrets)
{
    public override string ToString() => nameof(PurchaseSettings); // without the secrets
}
