using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Ordering.Payments;

/// <summary>What a webhook's signature says.</summary>
internal enum SignatureVerdict
{
    Valid,

    /// <summary>No header, or an empty one.</summary>
    Missing,

    /// <summary>Without one readable time or without any <c>v1</c>.</summary>
    Malformed,

    /// <summary>None of the signatures is that of this body, time and secret.</summary>
    Wrong,

    /// <summary>Signed rightly, but too long ago (or ahead): somebody may play back what they once saw.</summary>
    OutOfTime,
}

/// <summary>
/// Stripe's own scheme: <c>t=SECONDS,v1=HEX[,v1=HEX…]</c>, where HEX is the HMAC-SHA256 of <c>SECONDS.BODY</c> under the endpoint's secret (as text, with its
/// <c>whsec_</c>). Over the bytes as they came: JSON that was read and written again is another body. Other schemes in the header (<c>v0</c>) count for nothing;
/// while a secret is being changed Stripe signs with both.
/// </summary>
internal static class StripeSignature
{
    internal static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(300);

    internal static SignatureVerdict Verify(ReadOnlySpan<byte> body, string? header, string secret, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(secret);
        if (string.IsNullOrWhiteSpace(header))
        {
            return SignatureVerdict.Missing;
        }

        var (times, signatures) = (new List<string>(), new List<string>());
        foreach (var part in header.Split(',', StringSplitOptions.TrimEntries))
        {
            var (name, value) = part.Split('=', 2) is [var left, var right] ? (left, right) : (part, "");
            (name switch { "t" => times, "v1" => signatures, _ => null })?.Add(value);
        }

        // Digits alone, so that the time that is checked is the one that was signed.
        if (times is not [var time] || signatures.Count == 0 || !long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return SignatureVerdict.Malformed;
        }

        var expected = Encoding.ASCII.GetBytes(Sign(body, time, secret));
        // Each is compared, whichever fits: how long it takes tells nothing.
        var fits = signatures.Aggregate(false, (found, signature) => found | CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), expected));
        return !fits ? SignatureVerdict.Wrong
            : Math.Abs(now.ToUnixTimeSeconds() - seconds) > (long)Tolerance.TotalSeconds ? SignatureVerdict.OutOfTime
            : SignatureVerdict.Valid;
    }

    private static string Sign(ReadOnlySpan<byte> body, string time, string secret)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hash.AppendData(Encoding.UTF8.GetBytes(time + "."));
        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
