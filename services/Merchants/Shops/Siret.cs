namespace Marketplace.Merchants.Shops;

/// <summary>A French establishment's number: the legal unit's SIREN (9 digits) and 5 of its own.</summary>
internal static class Siret
{
    private const string LaPoste = "356000000";

    public static bool IsValid(string? siret)
    {
        if (siret is not { Length: 14 } || !siret.All(char.IsAsciiDigit) || !LuhnHolds(siret.AsSpan(0, 9)))
        {
            return false;
        }

        // La Poste has more establishments than Luhn leaves it numbers: theirs need only a digit sum divisible by five.
        return LuhnHolds(siret) || (siret.StartsWith(LaPoste, StringComparison.Ordinal) && siret.Sum(c => c - '0') % 5 == 0);
    }

    private static bool LuhnHolds(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            sum += i % 2 == 0 ? digit : digit > 4 ? (2 * digit) - 9 : 2 * digit;
        }

        return sum % 10 == 0;
    }
}
