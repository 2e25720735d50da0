using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Design;
using Marketplace.Storefront.Pages;

namespace Marketplace.Storefront.Coordination;

/// <summary><c>/coordination/{town}/argent</c>: what went through the town's shops by card, what the platform kept, and what somebody has to see to.</summary>
public static class TownMoneyDesk
{
    public sealed record Model(TownFrame Town, TownMoney Money);

    internal static void MapTownMoney(this RouteGroupBuilder desk) => desk.MapGroup("/{town}/argent").OfOwnTown().MapGet("", ShowAsync);

    private static async Task<IResult> ShowAsync(string town, MerchantsClient merchants, TownMoneyClient money, CancellationToken token) =>
        await merchants.TownAsync(town, token) is { } known ? Page.Of<TownMoneyPage, Model>(new Model(TownFrame.Of(known), await money.ReadAsync(town, token))) : Trouble.NotFound(null);
}

/// <summary>Ordering as a coordinator reads a town's money.</summary>
internal sealed class TownMoneyClient(HttpClient http, ReadPipeline reads) : ServiceClient(http, reads, "ordering")
{
    public async Task<GatewayDifferences> GapsAsync(string town, CancellationToken token) => await GetAsync<GatewayDifferences>($"towns/{E(town)}/money/differences", token) ?? new GatewayDifferences(null, [], 0, 0);

    // A town that no shop has joined yet is not known there: nobody has paid in it.
    public async Task<TownMoney> ReadAsync(string town, CancellationToken token) => await GetAsync<TownMoney>($"towns/{E(town)}/money", token) ?? new TownMoney(0, 0, 0, [], [], [], 0);
}
