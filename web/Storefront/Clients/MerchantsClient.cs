using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;

namespace Marketplace.Storefront.Clients;

internal sealed class MerchantsClient(HttpClient http, ReadPipeline reads) : ServiceClient(http, reads, "merchants")
{
    private const int MostItems = 100;

    public Task<IReadOnlyList<TownSummary>> TownsAsync(string? text, Position? near, CancellationToken token) => AllAsync(async page =>
    {
        var found = await GetKnownAsync<TownPage>("towns" + Q(("q", text),
            ("near", near is null ? null : string.Create(CultureInfo.InvariantCulture, $"{near.Lat:0.#####},{near.Lon:0.#####}")),
            ("page", Number(page)), ("pageSize", Number(MostItems))), token);
        return (found.Items, found.Total);
    }, t => t.Slug);

    public Task<Town?> TownAsync(string town, CancellationToken token) => GetAsync<Town>($"towns/{E(town)}", token);

    public Task<IReadOnlyList<ShopSummary>> ShopsAsync(string town, CancellationToken token) => AllAsync(async page =>
    {
        var found = await GetKnownAsync<ShopPage>($"towns/{E(town)}/shops" + Q(("page", Number(page)), ("pageSize", Number(MostItems))), token);
        return (found.Items, found.Total);
    }, s => s.Slug);

    public Task<Shop?> ShopAsync(string shop, CancellationToken token) => GetAsync<Shop>($"shops/{E(shop)}", token);

    public async Task<IReadOnlyList<PickupSlot>> ShopSlotsAsync(string shop, int days, CancellationToken token) =>
        await GetAsync<PickupSlot[]>($"shops/{E(shop)}/pickup-slots?days={days}", token) ?? [];

    public async Task<IReadOnlyList<PickupSlot>> PointSlotsAsync(string town, string point, IEnumerable<string> shops, int days, CancellationToken token) =>
        await GetAsync<PickupSlot[]>($"towns/{E(town)}/pickup-points/{E(point)}/pickup-slots?days={days}&shops={string.Join(',', shops.Select(E))}", token) ?? [];

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    // The pages show all towns and all shops of a town: both are dozens, seldom hundreds.
    private static async Task<IReadOnlyList<T>> AllAsync<T>(Func<int, Task<(IReadOnlyList<T> Items, int Total)>> ask, Func<T, string> slug)
    {
        var (items, total) = await ask(1);
        if (items.Count >= total)
        {
            return items;
        }

        var all = new List<T>(items);
        for (var page = 2; all.Count < total && items.Count > 0; page++)
        {
            (items, total) = await ask(page);
            all.AddRange(items);
        }
        return [.. all.DistinctBy(slug)]; // one that came in meanwhile pushes another onto the next page
    }
}
