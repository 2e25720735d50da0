using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Components;

namespace Marketplace.Storefront.Merchants.Figures;

/// <summary>Bars drawn on the server, as SVG; the table beside them says the same. Each series has a look of its own, not a colour alone: full, light, outlined.</summary>
internal static class BarChart
{
    private const int Width = 350;
    private const int Height = 170;
    private const int Top = 18;
    private const int Floor = 150;

    /// <param name="label">What it shows, for who does not see it.</param>
    /// <param name="places">What stands under each place; empty: nothing.</param>
    /// <param name="series">At most three, each with a value of nought or more for each place.</param>
    /// <param name="most">How the highest value is written.</param>
    internal static MarkupString Draw(string label, IReadOnlyList<string> places, IReadOnlyList<IReadOnlyList<long>> series, Func<long, string> most)
    {
        var highest = series.Max(s => s.Max());
        var step = (double)Width / places.Count;
        var bar = step * 0.75 / series.Count;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""<svg class="chart" viewBox="0 0 {Width} {Height}" role="img" aria-label="{WebUtility.HtmlEncode(label)}" focusable="false">""");
        svg.Append(CultureInfo.InvariantCulture, $"""<path class="chart-line" d="M0 {Top}H{Width}M0 {Floor}H{Width}"/>""");
        Say(svg, Width, Top - 5, "end", most(highest));
        for (var place = 0; place < places.Count; place++)
        {
            // What there is stands in the middle over its name, in its order: alone it belongs to that place, and to none beside it.
            var x = (place + 0.5) * step - series.Count(s => s[place] > 0) * bar / 2;
            for (var one = 0; one < series.Count; one++)
            {
                if (series[one][place] > 0)
                {
                    var high = Math.Max(1, series[one][place] * (Floor - Top) / (double)highest);
                    svg.Append(CultureInfo.InvariantCulture,
                        $"""<rect class="bar-{one}" x="{x + bar * 0.05:0.#}" y="{Floor - high:0.#}" width="{bar * 0.9:0.#}" height="{high:0.#}" rx="1"/>""");
                    x += bar;
                }
            }

            if (places[place].Length > 0)
            {
                var (at, anchor) = series.Count > 1 ? ((place + 0.5) * step, "middle") : place == 0 ? (0, "start") : (Width, "end");
                Say(svg, at, Height - 4, anchor, places[place]);
            }
        }

        return (MarkupString)svg.Append("</svg>").ToString();
    }

    private static void Say(StringBuilder svg, double x, int y, string anchor, string words) =>
        svg.Append(CultureInfo.InvariantCulture, $"""<text x="{x:0.#}" y="{y}" text-anchor="{anchor}">{WebUtility.HtmlEncode(words)}</text>""");
}
