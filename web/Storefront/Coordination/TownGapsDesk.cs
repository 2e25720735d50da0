using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Design;
using Marketplace.Storefront.Pages;

namespace Marketplace.Storefront.Coordination;

/// <summary><c>/coordination/{town}/argent/ecarts</c>: what the daily comparison with Stripe found otherwise than in the books, each with its explanation and what to do.</summary>
public static class TownGapsDesk
{
    public sealed record Model(TownFrame Town, GatewayDifferences Gaps);

    internal static void MapTownGaps(this RouteGroupBuilder desk) => desk.MapGroup("/{town}/argent/ecarts").OfOwnTown().MapGet("", ShowAsync);

    internal static string Address(string town) => $"/coordination/{town}/argent/ecarts";

    /// <summary>What is missing here has an explanation by what it is; all else is explained by how it differs.</summary>
    internal static string Explained(GatewayDifference gap) => "coordination.gaps.why." + (gap.Kind == "missing-here" ? gap.What : gap.Kind);

    private static async Task<IResult> ShowAsync(string town, MerchantsClient merchants, TownMoneyClient money, CancellationToken token) =>
        await merchants.TownAsync(town, token) is { } known ? Page.Of<TownGapsPage, Model>(new Model(TownFrame.Of(known), await money.GapsAsync(town, token))) : Trouble.NotFound(null);
}
