using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Storefront.Clients;

internal sealed class CatalogClient(HttpClient http, ReadPipeline reads) : ServiceClient(http, reads, "catalog")
{
    // Catalog knows a town once one of its shops stands there; Merchants, which the pages ask first, knows every town.
    private const string TownWithoutShops = "town-not-found";

    public async Task<OfferPage> OffersAsync(string town, OfferQuery query, CancellationToken token)
    {
        try
        {
            return await AskOffersAsync(town, query, token);
        }
        catch (ServiceRefusal refusal) when (refusal.Problem?.Code == TownWithoutShops)
        {
            return new OfferPage([], 0, false, query.Page, query.PageSize, new OfferFacets([], [], 0, null, null), null);
        }
    }

    private Task<OfferPage> AskOffersAsync(string town, OfferQuery query, CancellationToken token) =>
        GetKnownAsync<OfferPage>($"towns/{E(town)}/offers" + Q(
            ("q", query.Text), ("category", query.Category), ("shop", query.Shop), ("availableToday", query.AvailableToday ? "true" : null),
            ("minPrice", Number(query.MinPriceCents)), ("maxPrice", Number(query.MaxPriceCents)), ("sort", query.Sort), ("near", query.Near),
            ("page", query.Page > 1 ? Number(query.Page) : null), ("pageSize", Number(query.PageSize))), token);

    /// <summary>The offer, with the shops of this town that also have it.</summary>
    public Task<Offer?> OfferAsync(OfferId offer, string town, CancellationToken token) => GetAsync<Offer>($"offers/{offer}" + Q(("town", town)), token);

    public async Task<IReadOnlyList<OfferSummary>> OffersAsync(IReadOnlyCollection<OfferId> offers, CancellationToken token)
    {
        if (offers.Count == 0)
        {
            return [];
        }
        var found = new List<OfferSummary>(offers.Count);
        foreach (var some in offers.Distinct().Chunk(100))
        {
            found.AddRange(await GetKnownAsync<OfferSummary[]>("offers?ids=" + string.Join(',', some.Select(o => o.ToString())), token));
        }
        return found;
    }

    public async Task<IReadOnlyList<Category>> CategoriesAsync(CancellationToken token) => await GetKnownAsync<Category[]>("categories", token);

    public async Task<IReadOnlyList<Suggestion>> SuggestionsAsync(string town, string text, CancellationToken token)
    {
        try
        {
            return await GetKnownAsync<Suggestion[]>($"towns/{E(town)}/suggestions" + Q(("q", text)), token);
        }
        catch (ServiceRefusal refusal) when (refusal.Problem?.Code == TownWithoutShops)
        {
            return [];
        }
    }

    /// <summary>How lists are ordered, told by the service that orders them.</summary>
    public Task<RankingFormula> RankingAsync(CancellationToken token) => GetKnownAsync<RankingFormula>("ranking", token);

    /// <summary>A picture kept by the service, to be passed on: pages show nothing from elsewhere.</summary>
    public Task<HttpResponseMessage> PictureAsync(string path, CancellationToken token) => AskAsync(path, token);

    private static string? Number(long? value) => value?.ToString(CultureInfo.InvariantCulture);
}

internal sealed record OfferQuery(string? Text = null, string? Category = null, string? Shop = null, bool AvailableToday = false, long? MinPriceCents = null,
    long? MaxPriceCents = null, string? Sort = null, string? Near = null, int Page = 1, int PageSize = 24);
