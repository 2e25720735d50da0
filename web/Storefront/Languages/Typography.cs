using System.Text.RegularExpressions;

namespace Marketplace.Storefront.Languages;

/// <summary>French typography, applied once when texts are loaded: nobody has to type narrow spaces.</summary>
internal static partial class Typography
{
    public const char NarrowSpace = '\u202f';
    public const char FirmSpace = '\u00a0';

    public static string French(string text)
    {
        text = text.Replace('\'', '\u2019').Replace("...", "\u2026", StringComparison.Ordinal);
        text = BeforeHigh().Replace(text, NarrowSpace + "$1");
        text = BeforeColon().Replace(text, FirmSpace + ":");
        text = AfterOpening().Replace(text, "«" + NarrowSpace);
        return BeforeUnit().Replace(text, "$1" + NarrowSpace + "$2");
    }

    public static string English(string text) => text.Replace('\'', '\u2019').Replace("...", "\u2026", StringComparison.Ordinal);

    [GeneratedRegex(@"[ \u00a0]+([;!?»])")]
    private static partial Regex BeforeHigh();

    [GeneratedRegex(@"[ \u00a0]+:")]
    private static partial Regex BeforeColon();

    [GeneratedRegex(@"«[ \u00a0]+")]
    private static partial Regex AfterOpening();

    [GeneratedRegex(@"([\d}]) (€|%|km|kg|g|h|m|min)(?![\w])")]
    private static partial Regex BeforeUnit();
}
