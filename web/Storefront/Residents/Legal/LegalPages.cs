using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Design;
using Marketplace.Storefront.Pages;
using Marketplace.Storefront.Residents.Towns;

namespace Marketplace.Storefront.Residents.Legal;

/// <summary>What the law asks a town's storefront to say, drawn from who runs it and who sells there (DOMAIN: LCEN 6 and 19, L221-5, RGPD 13, P2B 5).</summary>
internal static class LegalPages
{
    public static void MapLegal(this RouteGroupBuilder town)
    {
        town.MapGet("/mentions-legales", NoticeAsync).CachePage(300);
        town.MapGet("/conditions", (HttpContext http) => Text(http, "terms", 9)).CachePage(300);
        town.MapGet("/conditions-commercants", (HttpContext http) => Text(http, "merchant-terms", 6)).CachePage(300);
        town.MapGet("/confidentialite", (HttpContext http) => Text(http, "privacy", 6)).CachePage(300);
        town.MapGet("/accessibilite", (HttpContext http) => Text(http, "accessibility", 4)).CachePage(300);
    }

    public static void MapRanking(this WebApplication app) => app.MapGet("/aide/classement", RankingAsync).CachePage(300, "ville");

    private static async Task<IResult> NoticeAsync(HttpContext http, TownDirectory towns, CancellationToken token) =>
        Page.Of<LegalNoticePage, LegalNoticeModel>(new LegalNoticeModel(http.Town(), await towns.ShopsAsync(http.Town().Slug, token)));

    private static IResult Text(HttpContext http, string kind, int sections) => Page.Of<LegalTextPage, LegalTextModel>(new LegalTextModel(http.Town(), kind, sections));

    private static async Task<IResult> RankingAsync(string? ville, CatalogClient catalog, TownDirectory towns, CancellationToken token)
    {
        var town = ville is null ? null : await towns.TownAsync(ville, token);
        return Page.Of<RankingPage, RankingModel>(new RankingModel(town is null ? null : TownFrame.Of(town), await catalog.RankingAsync(token)));
    }
}

public sealed record LegalNoticeModel(Town Town, IReadOnlyList<ShopSummary> Shops);

/// <param name="Kind">Prefix of the texts: <c>terms</c>, <c>privacy</c>, <c>accessibility</c>.</param>
public sealed record LegalTextModel(Town Town, string Kind, int Sections);

public sealed record RankingModel(TownFrame? Town, RankingFormula Formula);
