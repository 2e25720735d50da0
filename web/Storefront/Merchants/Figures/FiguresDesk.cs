using System.Globalization;
using System.Text;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;
using Marketplace.Storefront.Residents.Towns;

namespace Marketplace.Storefront.Merchants.Figures;

/// <summary><c>/pro/{shop}/chiffres</c>: what was sold, what might have been, and with whom. For everybody of the shop.</summary>
public static class FiguresDesk
{
    private const int DaysTaken = 366;

    /// <param name="Wanted">Looked for while out of stock; null: not to be had now.</param>
    /// <param name="Towns">Names by slug.</param>
    public sealed record Model(ProShop Shop, ShopFigures Figures, WantedOffers? Wanted, IReadOnlyDictionary<string, string> Towns)
    {
        /// <summary>Neither sold nor missed anything in the time that is shown.</summary>
        public bool Nothing => Figures.Days.All(d => d.Orders == 0) && Figures.Weeks.All(w => w.Whole.Orders == 0) && Figures.Missed.Count == 0 && Figures.Baskets == 0 && (Wanted?.Times ?? 0) == 0;
    }

    internal static void MapFigures(this RouteGroupBuilder shop)
    {
        shop.MapGet("/chiffres", ShowAsync);
        shop.MapGet("/chiffres/jours.csv", DaysAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, ShopFiguresClient figures, ShopWantedClient wanted, TownDirectory towns, CancellationToken token)
    {
        var looked = wanted.ReadAsync(http.ProShop().Slug, token);
        var read = await figures.ReadAsync(http.ProShop().Slug, token);
        var names = new Dictionary<string, string>();
        foreach (var slug in read.Origins.Select(o => o.Town).Distinct())
        {
            names[slug] = (await towns.TownAsync(slug, token))?.Name ?? slug;
        }

        return Page.Of<FiguresPage, Model>(new Model(http.ProShop(), read, await looked, names));
    }

    // A year and a day, so that the same date of last year is among them. With a mark of the encoding, as spreadsheets want it.
    private static async Task<IResult> DaysAsync(HttpContext http, ShopFiguresClient figures, Ui ui, CancellationToken token)
    {
        var shop = http.ProShop().Slug;
        var lines = new StringBuilder("\uFEFF").Append(ui["pro.figures.csv.head"]).Append("\r\n");
        var sold = (await figures.DaysAsync(shop, ui.Today.AddDays(1 - DaysTaken), ui.Today, token)).ToDictionary(d => d.Date);
        foreach (var date in Enumerable.Range(1 - DaysTaken, DaysTaken).Select(ui.Today.AddDays))
        {
            var day = sold.GetValueOrDefault(date) ?? new SalesDay(date, 0, 0); // a day without a sale is one of the year's too
            lines.Append(CultureInfo.InvariantCulture, $"{day.Date:yyyy-MM-dd};{day.Orders};{(day.Cents / 100m).ToString("0.00", CultureInfo.GetCultureInfo(ui.French ? "fr-FR" : "en-GB"))}\r\n");
        }

        return Results.File(Encoding.UTF8.GetBytes(lines.ToString()), "text/csv; charset=utf-8", $"{ui["pro.figures.csv.name"]}-{shop}-{ui.Today:yyyy-MM-dd}.csv");
    }

    /// <summary>How much more or less than the other, in per cent; null beside nothing.</summary>
    internal static string? Compared(SalesSum with, SalesSum other, Ui ui)
    {
        if (other.Cents == 0)
        {
            return null;
        }

        var percent = (long)Math.Round((with.Cents - other.Cents) * 100m / other.Cents, MidpointRounding.AwayFromZero);
        return percent == 0 ? ui["pro.figures.same"] : ui.T(percent > 0 ? "pro.figures.more" : "pro.figures.less", ui.Number(Math.Abs(percent)));
    }
}
