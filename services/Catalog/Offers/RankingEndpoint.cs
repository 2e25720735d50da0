using System.Globalization;
using Marketplace.Catalog.Search;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults.Auth;

namespace Marketplace.Catalog.Offers;

/// <summary>The order of lists, published from the constants that make it (regulation (EU) 2019/1150, art. 5).</summary>
internal static class RankingEndpoint
{
    private static readonly RankingFormula Published = new(
        Ranking.Explanation(CultureInfo.GetCultureInfo("fr")), Ranking.Explanation(CultureInfo.GetCultureInfo("en")),
        new Dictionary<string, int>
        {
            ["titleHead"] = Ranking.HeadPoints,
            ["title"] = Ranking.TitlePoints,
            ["brand"] = Ranking.BrandPoints,
            ["alias"] = Ranking.AliasPoints,
            ["category"] = Ranking.CategoryPoints,
            ["categoryPart"] = Ranking.CategoryPartPoints,
            ["shop"] = Ranking.ShopPoints,
            ["elsewhere"] = Ranking.ElsewherePoints,
            ["fullTitle"] = Ranking.FullTitlePoints,
            ["wholeTitle"] = Ranking.WholeTitlePoints,
            ["collectableToday"] = Ranking.CollectableTodayPoints,
            ["inStock"] = Ranking.InStockPoints,
            ["toConfirm"] = Ranking.ToConfirmPoints,
            ["near"] = Ranking.NearPoints,
            ["synonymPercent"] = Ranking.Quality(MatchKind.Synonym),
            ["sameSoundPercent"] = Ranking.Quality(MatchKind.SameSound),
            ["otherAccentsPercent"] = Ranking.OtherAccentsPercent,
            ["prefixPercent"] = Ranking.Quality(MatchKind.Prefix),
            ["oneTypoPercent"] = Ranking.Quality(MatchKind.OneTypo),
            ["twoTyposPercent"] = Ranking.Quality(MatchKind.TwoTypos),
        });

    internal static void MapRanking(this RouteGroupBuilder api) => api.MapGet("/ranking", () => Published).AllowAnyone();
}
