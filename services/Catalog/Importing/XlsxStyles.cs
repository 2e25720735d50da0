using System.Globalization;
using System.Xml;

namespace Marketplace.Catalog.Importing;

/// <summary>How a workbook shows its numbers: only whether one is a date or a share, for the number itself does not say.</summary>
internal sealed class XlsxStyles(IReadOnlyList<XlsxStyles.Shown> styles, bool from1904)
{
    internal enum Shown
    {
        Number,
        Date,
        Share,
    }

    internal static readonly XlsxStyles None = new([], false);

    internal static async Task<XlsxStyles> ReadAsync(XmlReader xml, bool from1904)
    {
        using var closing = xml;
        var (own, styles, inCells) = (new Dictionary<int, Shown>(), new List<Shown>(), false);
        while (await WorkbookFile.NextAsync(xml))
        {
            if (xml.NodeType == XmlNodeType.EndElement && xml.LocalName == "cellXfs")
            {
                break;
            }

            if (xml.NodeType != XmlNodeType.Element)
            {
                continue;
            }

            var format = int.TryParse(xml.GetAttribute("numFmtId"), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;
            switch (xml.LocalName)
            {
                case "numFmt":
                    own[format] = Of(xml.GetAttribute("formatCode") ?? "");
                    break;
                case "cellXfs":
                    inCells = true;
                    break;
                case "xf" when inCells:
                    styles.Add(own.TryGetValue(format, out var shown) ? shown : BuiltIn(format));
                    break;
            }
        }

        return new XlsxStyles(styles, from1904);
    }

    /// <summary>The number as somebody would type it: 12.9 where the file says 12.899999999999999, 3017620422003 where it says 3.017620422003E12.</summary>
    internal string Written(string text, int style)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number) || Math.Abs(number) > 1e15)
        {
            return text;
        }

        return (style < styles.Count ? styles[style] : Shown.Number) switch
        {
            Shown.Date when number is >= 0 and < 2_900_000 => Date(number),
            Shown.Share => ((decimal)number * 100).ToString("0.####", CultureInfo.InvariantCulture) + "%",
            _ => ((decimal)number).ToString("0.############", CultureInfo.InvariantCulture),
        };
    }

    private string Date(double days)
    {
        // Counted from the last day of 1899 with a 29 February 1900 that never was, or from 1904.
        var at = (from1904 ? new DateTime(1904, 1, 1) : new DateTime(1899, 12, 30)).AddDays(days);
        return at.TimeOfDay == TimeSpan.Zero ? at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : at.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }

    private static Shown BuiltIn(int format) => format switch
    {
        >= 14 and <= 22 or >= 27 and <= 36 or >= 45 and <= 47 or >= 50 and <= 58 => Shown.Date,
        9 or 10 => Shown.Share,
        _ => Shown.Number,
    };

    private static Shown Of(string code)
    {
        var (quoted, bracketed) = (false, false);
        for (var i = 0; i < code.Length; i++)
        {
            var c = code[i];
            if (c == '\\')
            {
                i++;
            }
            else if (c == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && (c is '[' or ']'))
            {
                bracketed = c == '[';
            }
            else if (!quoted && !bracketed && c == '%')
            {
                return Shown.Share;
            }
            else if (!quoted && !bracketed && (char.ToLowerInvariant(c) is 'y' or 'd' or 'h' or 'm'))
            {
                return Shown.Date;
            }
        }

        return Shown.Number;
    }
}
