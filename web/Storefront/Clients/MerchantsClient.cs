using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;

namespace Marketplace.Storefront.Clients;

internal sealed class MerchantsClient(HttpClient http, ReadPipeline reads) : ServiceClient(http, reads, "merchants")
{
    public async Task<IReadOnlyList<TownSummary>> TownsAsync(string? text, Position? near, CancellationToken token) =>
        await GetKnownAsync<TownSummary[]>("towns" + Q(("q", text),
            ("near", near is null ? null : string.Create(CultureInfo.InvariantCulture, $"{near.Lat:0.#####},{near.Lon:0.#####}"))), token);

    public Task<Town?> TownAsync(string town, CancellationToken token) => GetAsync<Town>($"towns/{E(town)}", token);

    public async Task<IReadOnlyList<ShopSummary>> ShopsAsync(string town, CancellationToken token) => await GetKnownAsync<ShopSummary[]>($"towns/{E(town)}/shops", token);

    public Task<Shop?> ShopAsync(string shop, CancellationToken token) => GetAsync<Shop>($"shops/{E(shop)}", token);

    public async Task<IReadOnlyList<PickupSlot>> ShopSlotsAsync(string shop, int days, CancellationToken token) =>
        await GetAsync<PickupSlot[]>($"shops/{E(shop)}/pickup-slots?days={days}", token) ?? [];

    public async Task<IReadOnlyList<PickupSlot>> PointSlotsAsync(string town, string point, IEnumerable<string> shops, int days, CancellationToken token) =>
        await GetAsync<PickupSlot[]>($"towns/{E(town)}/pickup-points/{E(point)}/pickup-slots?days={days}&shops={string.Join(',', shops.Select(E))}", token) ?? [];
}
