using System.Globalization;
using Marketplace.Storefront.Merchants.Scales;

namespace Marketplace.Storefront.Merchants.Orders;

/// <summary>
/// The label that a scale printed, scanned into a line's weight: a GS1 element string with the net weight (AI 310n, GS1 General Specifications §3.6.2), or a
/// thirteen-digit number of the shop's own (prefixes 20–29) that holds the weight or the price. Which of the two such a number holds is nowhere written: it is
/// what the shop has said of its scale. Where that is not known, one of them is taken if the other is out of the question for what was ordered; where both are
/// possible, or only the one that the shop says its labels do not hold, both are offered: a weight is never guessed, the resident pays it.
/// </summary>
/// <param name="Grams">Net weight, when the label tells it.</param>
/// <param name="Fault"><c>unreadable</c>, <c>other</c> (of another article), <c>which</c> (the weight or the price) or <c>unclear</c> (neither is possible).</param>
/// <param name="Either">What is to be chosen from, of <c>which</c>.</param>
/// <param name="PriceCents">The price from which the grams were worked out.</param>
internal readonly record struct ScaleLabel(long? Grams, string? Fault, ScaleReadings? Either = null, long? PriceCents = null)
{
    /// <summary>Nobody types as many digits for a weight.</summary>
    private const int Shortest = 12;
    private const char Separator = '\u001d';

    /// <summary>Predefined lengths, counted from after the first two digits (GS1 General Specifications, figure 7.8.5-2); all others end with a separator.</summary>
    private static int? LengthOf(string key) => key[..2] switch
    {
        "00" => 18,
        "01" or "02" or "03" or "41" => 14,
        "04" => 16,
        "11" or "12" or "13" or "14" or "15" or "16" or "17" or "18" or "19" => 6,
        "20" => 2,
        "31" or "32" or "33" or "34" or "35" or "36" => 8,
        _ => null,
    };

    /// <summary>Null where what stands in the field is no label.</summary>
    /// <param name="text">As typed or scanned.</param>
    /// <param name="ordered">Grams.</param>
    /// <param name="priceCents">Of a kilo.</param>
    /// <param name="ean13">The line's article number, if it has one.</param>
    /// <param name="holds">What the shop has said of its scale.</param>
    internal static ScaleLabel? Read(string text, long ordered, long priceCents, string? ean13, ScaleHolds? holds = null)
    {
        text = Bare(text);
        return !Is(text) ? null
            : text.Length == 13 && text[0] == '2' && text.All(char.IsAsciiDigit) ? OfTheShop(text, ordered, priceCents, ean13, holds)
            : Gs1(text.Contains('(', StringComparison.Ordinal) ? Bracketed(text) : Elements(text), ean13);
    }

    /// <summary>Whether it is to be read as a label, and not as a weight that somebody typed.</summary>
    internal static bool IsLabel(string text) => Is(Bare(text));

    private static bool Is(string bare) => bare.Length >= Shortest || (bare.Length == 10 && bare.StartsWith("310", StringComparison.Ordinal));

    private static string Bare(string text)
    {
        text = string.Concat(text.Where(c => c == Separator || !char.IsWhiteSpace(c)));
        return text.StartsWith(']') && text.Length > 3 ? text[3..] : text; // without the symbology, which many scanners put first
    }

    private static ScaleLabel OfTheShop(string number, long ordered, long priceCents, string? ean13, ScaleHolds? holds)
    {
        if (!HandOver.ScannedText.HasCheckDigit(number))
        {
            return new(null, "unreadable");
        }

        if (ean13 is ['2', ..] && ean13[..7] != number[..7])
        {
            return new(null, "other");
        }

        var value = long.Parse(number.AsSpan(7, 5), CultureInfo.InvariantCulture);
        var byPrice = priceCents == 0 ? 0 : (long)Math.Round(value * 1000m / priceCents, MidpointRounding.AwayFromZero);
        var (weight, price) = (new ScaleLabel(value, null), new ScaleLabel(byPrice, null, PriceCents: value));
        return (Fits(value), Fits(byPrice), holds) switch
        {
            (true, true, _) when value == byPrice => weight,
            (true, _, ScaleHolds.Weight) or (true, false, null) => weight,
            (_, true, ScaleHolds.Price) or (false, true, null) => price,
            // What somebody cut far too little or too much of stays as the shop says, and is asked about as if it had been typed.
            (false, false, ScaleHolds.Weight) when value > 0 => weight,
            (false, false, ScaleHolds.Price) when byPrice > 0 => price,
            (false, false, _) => new(null, "unclear"),
            _ => new(null, "which", new ScaleReadings(value, byPrice)),
        };

        // What somebody may have cut: too much as well as too little.
        bool Fits(long grams) => grams * 5 >= ordered && grams <= ordered * 5;
    }

    private static ScaleLabel Gs1(IReadOnlyList<(string Key, string Value)>? elements, string? ean13)
    {
        if (elements?.FirstOrDefault(e => e.Key is ['3', '1', '0', >= '0' and <= '5']) is not { Key: { } weight, Value: { Length: 6 } digits } || !digits.All(char.IsAsciiDigit))
        {
            return new(null, "unreadable");
        }

        // Without the check digits: what is sold by measure has an indicator before its number, and so another one.
        if (ean13 is { Length: 13 } && elements.FirstOrDefault(e => e.Key is "01" or "02").Value is { Length: 14 } article && article[1..13] != ean13[..12])
        {
            return new(null, "other");
        }

        var kilos = decimal.Parse(digits, CultureInfo.InvariantCulture);
        for (var places = weight[3] - '0'; places > 0; places--)
        {
            kilos /= 10;
        }

        return new((long)Math.Round(kilos * 1000, MidpointRounding.AwayFromZero), null);
    }

    // "(01)03123456789012(3103)000412", as it stands below the bars and as some scanners send it.
    private static List<(string, string)>? Bracketed(string text)
    {
        var elements = new List<(string, string)>();
        foreach (var element in text.Replace(Separator.ToString(), "", StringComparison.Ordinal).Split('(', StringSplitOptions.RemoveEmptyEntries))
        {
            if (element.IndexOf(')', StringComparison.Ordinal) is not (>= 2 and <= 4 and var end))
            {
                return null;
            }

            elements.Add((element[..end], element[(end + 1)..]));
        }

        return elements;
    }

    private static List<(string, string)>? Elements(string text)
    {
        var elements = new List<(string, string)>();
        for (var at = 0; at < text.Length;)
        {
            if (text[at] == Separator)
            {
                at++;
                continue;
            }

            if (text.Length - at < 3)
            {
                return null;
            }

            var key = text.Substring(at, text.Length - at >= 4 && (text[at] == '3' || text[at..].StartsWith("41", StringComparison.Ordinal)) ? 4 : 2);
            var end = LengthOf(key) is { } length ? at + 2 + length : text.IndexOf(Separator, at) is >= 0 and var found ? found : text.Length;
            if (end > text.Length)
            {
                return null;
            }

            elements.Add((key, text[Math.Min(at + key.Length, end)..end]));
            at = end;
        }

        return elements;
    }
}

/// <summary>The two ways to read a number of the shop's own.</summary>
/// <param name="Value">Grams, should it hold the weight; cents, should it hold the price.</param>
/// <param name="ByPrice">Grams, should it hold the price.</param>
internal readonly record struct ScaleReadings(long Value, long ByPrice);
