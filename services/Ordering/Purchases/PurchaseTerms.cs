using Marketplace.Ordering.Payments;

namespace Marketplace.Ordering.Purchases;

/// <summary>Whether residents can pay by card here.</summary>
/// <param name="Open">A gateway is configured.</param>
internal sealed record PurchaseTerms(bool Open)
{
    /// <summary>Stripe takes no less by card.</summary>
    internal const long LeastCents = 50;

    /// <summary>A page that closes within less is paid by nobody in time.</summary>
    internal static readonly TimeSpan Shortest = TimeSpan.FromMinutes(5);

    /// <summary>What is collected later is not paid by card: banks keep an authorisation for a week, and what was handed over is taken a day before it lapses.</summary>
    internal static readonly TimeSpan Farthest = TimeSpan.FromDays(5);
}

/// <summary>Through whom, and how its calls are recognised.</summary>
/// <param name="WebhookSecrets">One for each address that Stripe was given: of the platform's own events and, another, of its merchants' accounts.</param>
internal sealed record PurchaseSettings(StripeSettings Stripe, IReadOnlyList<string> WebhookSecrets)
{
    public override string ToString() => nameof(PurchaseSettings); // without the secrets
}
