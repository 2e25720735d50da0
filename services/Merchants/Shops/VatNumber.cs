using System.Globalization;

namespace Marketplace.Merchants.Shops;

/// <summary>The intra-community VAT number of a French legal unit follows from its SIREN.</summary>
internal static class VatNumber
{
    public static string Of(string siret)
    {
        var siren = long.Parse(siret.AsSpan(0, 9), NumberStyles.None, CultureInfo.InvariantCulture);
        var key = (12 + (3 * (siren % 97))) % 97;
        return string.Create(CultureInfo.InvariantCulture, $"FR{key:00}{siren:000000000}");
    }

    public static bool IsOf(string vatNumber, string siret) =>
        string.Equals(vatNumber.Replace(" ", "", StringComparison.Ordinal), Of(siret), StringComparison.OrdinalIgnoreCase);
}
