namespace Marketplace.Catalog.Exporting;

/// <summary>
/// Cells that a spreadsheet would run: what begins with = + - @ (also their wide forms), a tab or a line's end is written behind an apostrophe, and read back without it.
/// An apostrophe of the shop's own before such a letter gets one more, so that nothing is ever read back as something else.
/// </summary>
internal static class SafeCells
{
    private const string Runs = "=+-@\t\r\n＝＋－＠";

    /// <summary>For CSV, whose cells have no type.</summary>
    internal static string Write(string text) => Begins(text) ? "'" + text : text;

    /// <summary>For a workbook's text cells, which no spreadsheet runs: only what would be read back as something else.</summary>
    internal static string WriteText(string text) => text.StartsWith('\'') && Begins(text) ? "'" + text : text;

    internal static string Read(string text) => text.StartsWith('\'') && Begins(text) ? text[1..] : text;

    private static bool Begins(string text)
    {
        var rest = text.AsSpan().TrimStart('\'');
        return rest.Length > 0 && Runs.Contains(rest[0], StringComparison.Ordinal);
    }
}
