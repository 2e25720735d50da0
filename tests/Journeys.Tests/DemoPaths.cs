using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Journeys.Tests;

/// <summary>What the demo towns have.</summary>
internal static class DemoPaths
{
    /// <summary>Something that can be reserved now.</summary>
    internal static async Task<OfferSummary> OfferAsync(DemoPlatform platform)
    {
        using var http = new HttpClient();
        var page = (await http.GetFromJsonAsync<OfferPage>($"{platform.At.Catalog}/api/v1/towns/oullins-pierre-benite/offers?pageSize=100", JsonSerializerOptions.Web))!;
        return page.Items.First(o => o is { Unit: SaleUnit.Piece, Alcohol: false, SecondHand: false, Available: >= 5, EarliestPickup: not null });
    }
}
