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
        var alike = q is not null && towns.Count == 0 ? TownsAlike.Of(q, await directory.TownsAsync(token)) : [];
        return Page.Of<TownChooserPage, TownChooserModel>(new TownChooserModel(alike.Count > 0 ? alike : towns, q, near is not null) { Alike = alike.Count > 0 });
    }
}

public sealed record TownChooserModel(IReadOnlyList<TownSummary> Towns, string? Text, bool Near)
{
    /// <summary>Nothing is called so; these are nearly.</summary>
    public bool Alike { get; init; }
}
