using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering.Api;

namespace Marketplace.Storefront.Languages;

/// <summary>What a page needs to speak: its texts, and amounts, quantities and times as people of that language write them. One per request.</summary>
internal sealed class Ui(Words words, Lang lang, TimeProvider clock)
{
    private const char Narrow = Typography.NarrowSpace;
    private static readonly TimeZoneInfo _paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");
    private static readonly CultureInfo _french = Culture("fr-FR");
    private static readonly CultureInfo _english = Culture("en-GB");

    public Lang Lang { get; } = lang;
    public string Code => Lang.Code();
    public bool French => Lang == Lang.Fr;

    /// <summary>The code of the language that this page could also be read in.</summary>
    public string Other => French ? "en" : "fr";

    public DateTimeOffset Now => clock.GetUtcNow();
    public DateOnly Today => DateOnly.FromDateTime(Local(Now).DateTime);
    private CultureInfo CultureInfo => French ? _french : _english;

    public string this[string key] => words[Lang, key];

    public string T(string key, params object?[] values) => string.Format(CultureInfo, words[Lang, key], values);

    public bool Has(string key) => words.Has(Lang, key);

    /// <summary>The text of the key in singular or plural ("{0} article|{0} articles"); in French nought is singular.</summary>
    public string Count(string key, long n, params object?[] more)
    {
        var forms = words[Lang, key].Split('|');
        var form = (French ? n is 0 or 1 : n == 1) ? forms[0] : forms[^1];
        return string.Format(CultureInfo, form, [Number(n), .. more]);
    }

    /// <summary>Why something was declined or expired, of the codes that Ordering knows; a shop's own words stay as they are.</summary>
    public string Reason(string reason) => Has("reason." + reason) ? this["reason." + reason] : reason;

    /// <summary>Every text whose key begins so: in French, by which it is kept, and in the reader's language.</summary>
    public IEnumerable<(string French, string Here)> All(string prefix) =>
        words.Keys(Lang.Fr).Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(key => (words[Lang.Fr, key], this[key]));

    public string Text(Text text) => French ? Typography.French(text.Fr) : Typography.English(text.En ?? text.Fr);

    public string Quoted(string words) => French ? $"«{Narrow}{words}{Narrow}»" : $"“{words}”";

    public string Number(long n) => n.ToString("#,0", CultureInfo);

    public string Money(long cents) => French
        ? (cents / 100m).ToString("#,0.00", CultureInfo) + Narrow + "€"
        : (cents < 0 ? "-€" : "€") + (Math.Abs(cents) / 100m).ToString("#,0.00", CultureInfo);

    /// <summary>A price as it is displayed: per kilogram when sold by weight.</summary>
    public string Price(SaleUnit unit, long cents) => unit == SaleUnit.Weight ? Money(cents) + "/kg" : Money(cents);

    public string UnitPrice(Contracts.Catalog.Api.UnitPrice price) => Money(price.Cents) + "/" + (price.Per switch { "l" => "L", "piece" => this["unit.piece"], var per => per });

    /// <summary>"3", "300 g", or of what is ordered in pieces of about so much "2 pièces, environ 2,4 kg".</summary>
    public string Quantity(SaleUnit unit, long quantity, long? pieceGrams = null) => PieceWeights.Pieces(unit, quantity, pieceGrams) is { } pieces ? Pieces(pieces, quantity)
        : unit == SaleUnit.Weight ? Weight(quantity) : Number(quantity);

    /// <summary>What a line comes to: once it is weighed the exact weight, before that as it was ordered.</summary>
    public string Quantity(LineView line) => line.FinalQuantity is { } final ? Quantity(line.Unit, final) : Quantity(line.Unit, line.Quantity, line.PieceGrams);

    /// <summary>"2 pièces, environ 2,4 kg", also of pieces that do not all weigh the same.</summary>
    public string Pieces(long pieces, long grams) => Count("quantity.pieces", pieces, Weight(grams));

    /// <summary>"2 commandés", "1,5 kg commandé": French counts what is written, in the unit it is written in.</summary>
    public string Ordered(SaleUnit unit, long quantity, long? pieceGrams = null) => PieceWeights.Pieces(unit, quantity, pieceGrams) is { } pieces ? Count("pro.line.ordered.pieces", pieces, Weight(quantity)) :
        Count("pro.line.ordered", unit == SaleUnit.Weight && quantity >= 1000 && quantity % 10 == 0 ? quantity / 1000 : quantity, Quantity(unit, quantity));

    /// <summary>As it stands before what it is of: "2 × ", "300 g · ", "2 pièces, environ 2,4 kg · ".</summary>
    public string Amount(SaleUnit unit, long quantity, long? pieceGrams = null) => Quantity(unit, quantity, pieceGrams) + (unit == SaleUnit.Piece ? " × " : " · ");

    public string Weight(long grams) => grams < 1000 || grams % 10 != 0
        ? Number(grams) + Narrow + "g"
        : (grams / 1000m).ToString("0.##", CultureInfo) + Narrow + "kg";

    public string Vat(decimal rate) => rate.ToString("0.##", CultureInfo) + (French ? Narrow + "%" : "%");

    public static DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, _paris);
    /// <summary>That hour of that day on the clocks here, the two days on which they change included.</summary>
    public static DateTimeOffset At(DateOnly day, TimeOnly hour) => new DateTimeOffset(day.ToDateTime(hour), _paris.GetUtcOffset(day.ToDateTime(hour))).ToUniversalTime();

    public static DateOnly LocalDate(DateTimeOffset at) => DateOnly.FromDateTime(Local(at).DateTime);

    /// <summary>"aujourd’hui", "demain", "samedi", then "samedi 12 décembre".</summary>
    public string Day(DateOnly date) => (date.DayNumber - Today.DayNumber) switch
    {
        0 => this["day.today"],
        1 => this["day.tomorrow"],
        > 1 and < 7 => date.ToString("dddd", CultureInfo),
        _ => LongDay(date),
    };

    /// <param name="iso">1 Monday … 7 Sunday.</param>
    public string DayOfWeek(int iso) => Capital(CultureInfo.DateTimeFormat.DayNames[iso % 7]);

    public string LongDay(DateOnly date) => WeekDay(date) + date.ToString(" MMMM", CultureInfo);

    public string ShortDay(DateOnly date) => date.ToString("ddd ", CultureInfo) + Ordinal(date);

    /// <summary>"lundi": the name of an ISO day, 1 Monday … 7 Sunday.</summary>
    public string WeekDay(int day) => CultureInfo.DateTimeFormat.GetDayName((DayOfWeek)(day % 7));

    public string WeekDay(DateOnly date) => date.ToString("dddd ", CultureInfo) + Ordinal(date);

    public string Date(DateTimeOffset at) => Ordinal(LocalDate(at)) + Local(at).ToString(" MMMM yyyy", CultureInfo);

    /// <summary>"novembre 2026".</summary>
    public string Month(DateOnly first) => first.ToString("MMMM yyyy", CultureInfo);

    // The first of a month alone is an ordinal in French.
    private string Ordinal(DateOnly date) => French && date.Day == 1 ? "1ᵉʳ" : date.ToString("%d", CultureInfo);

    public string Time(DateTimeOffset at) => Clock(TimeOnly.FromDateTime(Local(at).DateTime));

    /// <summary>"HH:mm" of the opening hours, as written: 8 h 30.</summary>
    public string Clock(string hhmm) => hhmm == "24:00" ? (French ? $"24{Narrow}h" : "24:00") : Clock(TimeOnly.ParseExact(hhmm, "HH:mm", CultureInfo.InvariantCulture));

    public string Clock(TimeOnly time) => French
        ? time.Minute == 0 ? $"{time.Hour}{Narrow}h" : $"{time.Hour}{Narrow}h{Narrow}{time.Minute:00}"
        : time.ToString("HH:mm", CultureInfo);

    public string Between(DateTimeOffset start, DateTimeOffset end) => French ? $"{Time(start)} – {Time(end)}" : $"{Time(start)}–{Time(end)}";

    /// <summary>"demain dès 9 h".</summary>
    public string From(DateTimeOffset start) => T("pickup.from", Day(LocalDate(start)), Time(start));

    /// <summary>"samedi 12 décembre, 10 h – 10 h 30".</summary>
    public string Slot(DateTimeOffset start, DateTimeOffset end) => $"{LongDay(LocalDate(start))}, {Between(start, end)}";

    public string Moment(DateTimeOffset at) => $"{LongDay(LocalDate(at))}, {Time(at)}";

    /// <summary>Today by the hour alone, any other day with its date.</summary>
    public string When(DateTimeOffset at) => LocalDate(at) == Today ? Time(at) : Moment(at);

    /// <summary>How old a figure is, in the largest unit that says it.</summary>
    public string Ago(DateTimeOffset at)
    {
        var age = Now - at;
        return age.TotalMinutes < 2 ? this["ago.now"]
            : age.TotalHours < 1 ? Count("ago.minutes", (long)age.TotalMinutes)
            : age.TotalDays < 1 ? Count("ago.hours", (long)age.TotalHours)
            : Count("ago.days", (long)age.TotalDays);
    }

    public string Distance(double km) => km < 1 ? Number((long)(Math.Round(km * 20) * 50)) + Narrow + "m" : km.ToString(km < 10 ? "0.#" : "0", CultureInfo) + Narrow + "km";

    /// <summary>As finely as one walks: to ten metres below a kilometre.</summary>
    public string Metres(double metres) => metres < 995 ? Number((long)Math.Round(metres / 10) * 10) + Narrow + "m" : Distance(metres / 1000);

    /// <summary>"d’Oullins", "de Vienne", "du Puy": how French says "of" before a town.</summary>
    public string Of(string name) => !French ? name
        : name.StartsWith("Le ", StringComparison.Ordinal) ? "du " + name[3..]
        : name.StartsWith("Les ", StringComparison.Ordinal) ? "des " + name[4..]
        : "AEIOUYÉÈÊÂÎÔHaeiouyéèêâîôh".Contains(name[0], StringComparison.Ordinal) ? "d\u2019" + name : "de " + name;

    /// <summary>"à Vienne", "au Puy".</summary>
    public string In(string name) => !French ? "in " + name
        : name.StartsWith("Le ", StringComparison.Ordinal) ? "au " + name[3..]
        : name.StartsWith("Les ", StringComparison.Ordinal) ? "aux " + name[4..] : "à " + name;

    /// <summary>"chez Le Fournil"; of a shop called "Chez Zoé" the word is there already.</summary>
    public string At(string shop) => !French ? "at " + shop : shop.StartsWith("Chez ", StringComparison.OrdinalIgnoreCase) ? "chez" + shop[4..] : "chez " + shop;

    public string TownBrand(string townName) => French ? "Panier " + Of(townName) : townName + " Basket";

    public static string Capital(string text) => text.Length == 0 ? text : char.ToUpper(text[0], _french) + text[1..];

    private static CultureInfo Culture(string name)
    {
        var culture = (CultureInfo)CultureInfo.GetCultureInfo(name).Clone();
        if (name == "fr-FR")
        {
            culture.NumberFormat.NumberGroupSeparator = Narrow.ToString();
        }
        return CultureInfo.ReadOnly(culture);
    }
}
