namespace Marketplace.Storefront.Merchants.HandOver;

/// <summary>
/// What came out of a camera, a scanner that types, or fingers: a pickup code (also inside the address that its QR code carries), an EAN, or an order of
/// the shop's from its day sheet.
/// </summary>
internal readonly record struct ScannedText(string? Code, string? Ean, Guid? Order = null)
{
    private const int CodeLength = 6;
    private const string CodeAlphabet = "23456789BCDFGHJKMNPQRSTWXZ";

    public static ScannedText Read(string? text)
    {
        var last = (text ?? "").Trim().Split(['/', '=', '#', ':']) is [.., var end] ? end : "";
        if (Guid.TryParse(last, out var order))
        {
            return new ScannedText(null, null, order);
        }
        var signs = string.Concat(last.Where(char.IsLetterOrDigit)).ToUpperInvariant();
        if (signs.Length == CodeLength && signs.All(CodeAlphabet.Contains))
        {
            return new ScannedText(signs, null);
        }
        return signs.Length is 8 or 13 && signs.All(char.IsAsciiDigit) && HasCheckDigit(signs) ? new ScannedText(null, signs) : default;
    }

    internal static bool HasCheckDigit(string ean)
    {
        var sum = 0;
        for (var i = ean.Length - 2; i >= 0; i--)
        {
            sum += (ean[i] - '0') * ((ean.Length - i) % 2 == 0 ? 3 : 1);
        }
        return (10 - sum % 10) % 10 == ean[^1] - '0';
    }
}
