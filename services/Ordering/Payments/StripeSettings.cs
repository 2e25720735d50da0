namespace Marketplace.Ordering.Payments;

/// <summary>Which account, where, and how patiently. Not a record: nothing prints the key.</summary>
internal sealed class StripeSettings
{
    /// <summary>Of Stripe's API: shapes and behaviour are those of this version, whatever the account's own is. The one of Stripe.net in Directory.Packages.props.</summary>
    internal const string Version = "2026-10-28.endive";

    private static readonly Uri Stripe = new("https://api.stripe.com");

    internal StripeSettings(string secretKey, Uri? address = null)
    {
        Address = address ?? Stripe;
        IsLive = secretKey.StartsWith("sk_live_", StringComparison.Ordinal) || secretKey.StartsWith("rk_live_", StringComparison.Ordinal);
        if (!IsLive && !secretKey.StartsWith("sk_test_", StringComparison.Ordinal) && !secretKey.StartsWith("rk_test_", StringComparison.Ordinal))
        {
            throw new ArgumentException("The secret key begins with none of sk_live_, rk_live_, sk_test_ and rk_test_.", nameof(secretKey));
        }

        if (secretKey.Any(c => c is < '!' or > '~'))
        {
            throw new ArgumentException("The secret key has characters that no key has.", nameof(secretKey));
        }

        // A live key opens the account that holds the merchants' money.
        if (IsLive && (Address.Scheme != Stripe.Scheme || Address.Authority != Stripe.Authority))
        {
            throw new ArgumentException($"A live key is sent to {Stripe} only.", nameof(address));
        }

        SecretKey = secretKey;
    }

    internal string SecretKey { get; }

    internal Uri Address { get; }

    internal bool IsLive { get; }

    /// <summary>For each try.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    internal int Tries { get; init; } = 3;

    /// <summary>Before the second try; doubled before each further one.</summary>
    internal TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(500);

    internal TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(5);
}
