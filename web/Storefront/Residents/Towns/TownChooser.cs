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
        var near = Nearby.Parse(pres, Nearby.OfTowns);
        var towns = q is null && near is null ? await directory.TownsAsync(token) : await merchants.TownsAsync(q, near, token);
        return Page.Of<TownChooserPage, TownChooserModel>(new TownChooserModel(towns, q, near is not null));
    }
}

public sealed record TownChooserModel(IReadOnlyList<TownSummary> Towns, string? Text, bool Near);
