using System.Security.Cryptography;
using System.Text;
using Marketplace.Contracts;
using Npgsql;

namespace Marketplace.Ordering.Orders;

/// <summary>Six characters that survive a phone call and a bad printer: no 0 O 1 I, none of their look-alikes L U V, no vowels that make words.</summary>
internal static class PickupCodes
{
    internal const string Alphabet = OrderReference.Alphabet;
    internal const int Length = 6;

    internal static string New() => RandomNumberGenerator.GetString(Alphabet, Length);

    /// <summary>As typed by a person: case, spaces and hyphens do not count.</summary>
    internal static string Normalize(string typed) => string.Concat(typed.Where(char.IsLetterOrDigit)).ToUpperInvariant();

    /// <summary>What of a code someone read from a smudged slip: four characters or more; null when the text is no part of any code.</summary>
    internal static string? PartOf(string? typed) =>
        typed is not null && Normalize(typed) is { Length: >= 4 and <= Length } part && part.All(c => Alphabet.Contains(c, StringComparison.Ordinal)) ? part : null;

    /// <summary>Another order that stands has this code.</summary>
    internal static bool IsTaken(PostgresException failure) => failure is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "orders_live_code_key" };

    internal static bool Same(string code, string typed) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(code), Encoding.UTF8.GetBytes(Normalize(typed)));
}
