using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Ordering.Orders;
using NodaTime;

namespace Marketplace.Ordering.Notifications;

/// <summary>Money, weights and moments as each language writes them. Times are local to the shops.</summary>
internal sealed class MailFormat(bool english)
{
    private const char Thin = '\u202F'; // narrow no-break space
    private static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["Europe/Paris"];
    private readonly CultureInfo _culture = CultureInfo.GetCultureInfo(english ? "en-GB" : "fr-FR");

    internal string T(string french, string inEnglish) => english ? inEnglish
        // No line begins with one of these.
        : french.Replace(" :", "\u00A0:", StringComparison.Ordinal).Replace(" ;", Thin + ";", StringComparison.Ordinal);

    internal string Money(long cents)
    {
        var euros = (cents / 100m).ToString("N2", _culture);
        return english ? "€" + euros : euros.Replace('\u00A0', Thin) + Thin + "€";
    }

    /// <summary>"2,50 € pièce", "12,00 €/kg"</summary>
    internal string UnitPrice(OrderLine line) => Money(line.PriceCents) + (line.Unit is SaleUnit.Weight ? "/kg" : T(" pièce", " each"));

    /// <summary>"chez Le Fournil"; of a shop called "Chez Zoé" the word is there already.</summary>
    internal static string At(string shop) => shop.StartsWith("Chez ", StringComparison.OrdinalIgnoreCase) ? "chez" + shop[4..] : "chez " + shop;

    /// <summary>"Lampe (occasion)", "Pain de seigle (fournée de 7 h)": what is said wherever its price is.</summary>
    internal string Name(OrderLine line)
    {
        string[] marks = [.. line.SecondHand ? [T("occasion", "second-hand")] : Array.Empty<string>(), .. line.BatchAt is { } at ? [T($"fournée de {Time(at)}", $"{Time(at)} batch")] : Array.Empty<string>()];
        return marks.Length == 0 ? line.Title : $"{line.Title} ({string.Join(", ", marks)})";
    }

    /// <summary>"2 ×", "300 g"; of what was ordered in pieces of about so much, "2 pièces, environ 2,4 kg", as long as nothing is weighed.</summary>
    internal string Quantity(OrderLine line, long quantity) => PieceWeights.Pieces(line.Unit, quantity, line.PieceGrams) is { } pieces
        ? T($"{pieces.ToString(_culture)}\u00A0{(pieces == 1 ? "pièce" : "pièces")}, environ {Quantity(line.Unit, quantity)}", $"{pieces.ToString(_culture)}\u00A0{(pieces == 1 ? "piece" : "pieces")}, about {Quantity(line.Unit, quantity)}")
        : Quantity(line.Unit, quantity);

    /// <summary>With what it is of: "2 × Lampe", "300 g Comté", "2 pièces, environ 2,4 kg · Tomme".</summary>
    internal string Amount(OrderLine line, long quantity) => Quantity(line, quantity) + (PieceWeights.Pieces(line.Unit, quantity, line.PieceGrams) is null ? " " : " · ") + Name(line);

    internal string Quantity(SaleUnit unit, long quantity) => unit switch
    {
        SaleUnit.Piece => quantity.ToString(_culture) + Thin + "×",
        SaleUnit.Weight when quantity < 1000 => quantity.ToString(_culture) + Thin + "g",
        SaleUnit.Weight => (quantity / 1000m).ToString("0.###", _culture) + Thin + "kg",
    };

    /// <summary>"samedi 12 décembre, 10 h – 10 h 30"</summary>
    internal string Slot(Pickup pickup) => $"{Day(pickup.Start)}, {Time(pickup.Start)} – {Time(pickup.End)}";

    internal string Moment(DateTimeOffset at) => $"{Day(at)}, {Time(at)}";

    /// <summary>"12 décembre 2026"</summary>
    internal string Date(DateOnly day) => day.ToString("d MMMM yyyy", _culture);

    /// <summary>"samedi 12 décembre 2026, 10 h 04": a moment that is proven by it.</summary>
    internal string Dated(DateTimeOffset at) => $"{Day(at)} {Local(at).Year.ToString(_culture)}, {Time(at)}";

    internal string Day(DateTimeOffset at)
    {
        var day = Local(at).ToDateTimeUnspecified();
        var number = !english && day.Day == 1 ? "1er" : day.Day.ToString(_culture);
        return $"{day.ToString("dddd", _culture)} {number} {day.ToString("MMMM", _culture)}";
    }

    internal string Time(DateTimeOffset at)
    {
        var time = Local(at);
        return english ? time.ToString("HH:mm", _culture)
            : time.Minute == 0 ? string.Create(_culture, $"{time.Hour}{Thin}h")
            : string.Create(_culture, $"{time.Hour}{Thin}h{Thin}{time.Minute:00}");
    }

    private static LocalDateTime Local(DateTimeOffset at) => Instant.FromDateTimeOffset(at).InZone(Zone).LocalDateTime;
}
