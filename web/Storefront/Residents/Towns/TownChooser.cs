using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Pages;

namespace Marketplace.Storefront.Residents.Towns;

internal static class TownChooser
{
    public static void MapTownChooser(this WebApplication app) => app.MapGet("/", ShowAsync).CachePage(30, "q", "pres");

    private static async Task<IResult> ShowAsync(string? q, string? pres, TownDirectory directory, MerchantsClient merchants, CancellationToken token)
    {
        q = q?.Trim() is { Length: > 0 and <= 80 } text ? text : null;
        var near = Near(pres);
        var towns = q is null && near is null ? await directory.TownsAsync(token) : await merchants.TownsAsync(q, near, token);
        return Page.Of<TownChooserPage, TownChooserModel>(new TownChooserModel(towns, q, near is not null));
    }

    private static Position? Near(string? text) =>
        text?.Split(',') is [var lat, var lon]
        && double.TryParse(lat, NumberStyles.Float, CultureInfo.InvariantCulture, out var y) && double.TryParse(lon, NumberStyles.Float, CultureInfo.InvariantCulture, out var x)
        && Math.Abs(y) <= 90 && Math.Abs(x) <= 180
            // Two decimals, about a kilometre: enough to sort towns, and no more than that is asked or kept.
            ? new Position(Math.Round(y, 2), Math.Round(x, 2)) : null;
}

public sealed record TownChooserModel(IReadOnlyList<TownSummary> Towns, string? Text, bool Near);
