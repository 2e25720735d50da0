using System.Globalization;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Languages;

namespace Marketplace.Storefront.Merchants.Hours;

/// <summary>Hours and dates as a page says them, and as a form carries them.</summary>
internal static class HoursWords
{
    private static readonly string[] _dates = ["yyyy-MM-dd", "d/M/yyyy", "d.M.yyyy", "d-M-yyyy"];

    /// <summary>"8 h – 12 h 30", never torn at the dash.</summary>
    public static string Block(this Ui ui, HoursBlock block) => $"{ui.Clock(block.From)}{Typography.FirmSpace}–{Typography.FirmSpace}{ui.Clock(block.To)}";

    public static string Blocks(this Ui ui, IReadOnlyList<HoursBlock> blocks) =>
        blocks.Count == 0 ? ui["pro.hours.closed"] : string.Join(", ", blocks.Select(ui.Block));

    /// <summary>"mardi 1ᵉʳ décembre", "du samedi 1ᵉʳ août au dimanche 30 août"; with the year where it is another one.</summary>
    public static string Dates(this Ui ui, DateOnly from, DateOnly to) => from == to ? ui.Date(from) : ui.T("pro.hours.from.to", ui.Date(from), ui.Date(to));

    public static string Date(this Ui ui, DateOnly date) => ui.LongDay(date) + (date.Year == ui.Today.Year ? "" : " " + date.Year.ToString(CultureInfo.InvariantCulture));

    /// <summary>Minutes in the largest unit that says the time before an order without a rest.</summary>
    public static int LeadUnit(int minutes) => minutes > 0 && minutes % 1440 == 0 ? 1440 : minutes > 0 && minutes % 60 == 0 ? 60 : 1;

    public static string Lead(this Ui ui, int minutes) => ui.Count("pro.lead." + LeadUnit(minutes).ToString(CultureInfo.InvariantCulture), minutes / LeadUnit(minutes));

    public static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>As a date field sends it, or as somebody types it where the browser has no such field.</summary>
    public static DateOnly? ParseDate(string? text) =>
        DateOnly.TryParseExact(text?.Trim(), _dates, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;

    /// <summary>"HH:mm" as a time field sends it, or "8h30", "8 h", "8:30" as somebody types it; null where it is no time.</summary>
    public static string? ParseTime(string? text)
    {
        var typed = string.Concat((text ?? "").Where(c => !char.IsWhiteSpace(c))).Replace('h', ':').Replace('H', ':');
        typed = typed.EndsWith(':') ? typed + "00" : typed.Contains(':', StringComparison.Ordinal) ? typed : typed + ":00";
        return typed == "24:00" ? typed
            : TimeOnly.TryParseExact(typed, ["H:mm", "HH:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time.ToString("HH:mm", CultureInfo.InvariantCulture) : null;
    }

    public static string Packed(IReadOnlyList<HoursBlock> blocks) => string.Join(',', blocks.Select(b => $"{b.From}-{b.To}"));

    public static IReadOnlyList<HoursBlock> Unpacked(string? packed) =>
        [.. (packed ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(b => b.Split('-')).Where(b => b.Length == 2).Select(b => new HoursBlock(b[0], b[1]))];
}
