using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Journeys.Tests;

/// <summary>Paths of the demo towns: <c>{produit}</c> and <c>{boutique}</c> are an offer and a shop that are there.</summary>
internal static class DemoPaths
{
    internal static async Task<string> FillAsync(DemoPlatform platform, string path)
    {
        if (!path.Contains('{', StringComparison.Ordinal))
        {
            return path;
        }

        using var http = new HttpClient();
        var page = (await http.GetFromJsonAsync<OfferPage>($"{platform.At.Catalog}/api/v1/towns/oullins-pierre-benite/offers?pageSize=1", JsonSerializerOptions.Web))!;
        return path.Replace("{produit}", page.Items[0].OfferId.ToString(), StringComparison.Ordinal).Replace("{boutique}", page.Items[0].Shop.Slug, StringComparison.Ordinal);
    }

    /// <summary>Something that can be reserved now.</summary>
    internal static async Task<OfferSummary> OfferAsync(DemoPlatform platform)
    {
        using var http = new HttpClient();
        var page = (await http.GetFromJsonAsync<OfferPage>($"{platform.At.Catalog}/api/v1/towns/oullins-pierre-benite/offers?pageSize=100", JsonSerializerOptions.Web))!;
        return page.Items.First(o => o is { Unit: SaleUnit.Piece, Alcohol: false, SecondHand: false, Available: >= 5, EarliestPickup: not null });
    }
}
