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

    /// <param name="seen">The version that was seen.</param>
    public Task<Answer<Shop>> SetDetailsAsync(string shop, ShopDetails details, long seen, CancellationToken token) =>
        SendAsync<Shop>(HttpMethod.Put, $"shops/{E(shop)}/details", details, token, ifMatch: seen);

    public async Task<IReadOnlyList<PickupSlot>> ShopSlotsAsync(string shop, int days, CancellationToken token) =>
        await GetAsync<PickupSlot[]>($"shops/{E(shop)}/pickup-slots?days={days}", token) ?? [];

    public async Task<IReadOnlyList<PickupSlot>> PointSlotsAsync(string town, string point, IEnumerable<string> shops, int days, CancellationToken token) =>
        await GetAsync<PickupSlot[]>($"towns/{E(town)}/pickup-points/{E(point)}/pickup-slots?days={days}&shops={string.Join(',', shops.Select(E))}", token) ?? [];

    /// <summary>Asked once: whoever waits for it can show the place instead.</summary>
    public Task<Answer<FoundAddresses>> FindAddressAsync(string town, SoughtAddress address, CancellationToken token) =>
        PostAsync<FoundAddresses>($"towns/{E(town)}/addresses", address, token);

    /// <summary>Pressed twice it is one application.</summary>
    public Task<Answer<ShopOpening>> ApplyAsync(string town, ShopApplication application, CancellationToken token) =>
        PostAsync<ShopOpening>($"towns/{E(town)}/applications", application, token, mayRepeat: true);

    /// <summary>How the shop stands, for its people.</summary>
    public Task<ShopOpening?> OpeningAsync(string shop, CancellationToken token) => GetAsync<ShopOpening>($"shops/{E(shop)}/opening", token);

    public async Task<IReadOnlyList<PendingApplication>> ApplicationsAsync(string town, CancellationToken token) => await GetKnownAsync<PendingApplication[]>($"towns/{E(town)}/applications", token);

    public Task<Answer<ShopOpening>> DecideAsync(string shop, ApplicationDecision decision, CancellationToken token) =>
        PostAsync<ShopOpening>($"shops/{E(shop)}/application/decision", decision, token, mayRepeat: true);

    public Task<Answer<Suspension>> SuspendAsync(string shop, string? reason, CancellationToken token) =>
        SendAsync<Suspension>(HttpMethod.Put, $"shops/{E(shop)}/suspension", new Suspension(reason), token, mayRepeat: true);

    public Task<Answer<Suspension>> LiftAsync(string shop, CancellationToken token) => SendAsync<Suspension>(HttpMethod.Delete, $"shops/{E(shop)}/suspension", null, token, mayRepeat: true);

    public async Task<IReadOnlyList<SuspendedShop>> SuspendedAsync(string town, CancellationToken token) => await GetKnownAsync<SuspendedShop[]>($"towns/{E(town)}/suspensions", token);

    public async Task<Assistance> AssistanceAsync(string shop, CancellationToken token) => await GetKnownAsync<Assistance>($"shops/{E(shop)}/assistance", token);

    public Task<Answer<Assistance>> AskForAssistanceAsync(string shop, int days, CancellationToken token) =>
        SendAsync<Assistance>(HttpMethod.Put, $"shops/{E(shop)}/assistance", new AssistanceRequest(days), token, mayRepeat: true);

    public Task<Answer<Assistance>> EndAssistanceAsync(string shop, CancellationToken token) => SendAsync<Assistance>(HttpMethod.Delete, $"shops/{E(shop)}/assistance", null, token, mayRepeat: true);

    public async Task<IReadOnlyList<AssistedShop>> AssistedAsync(string town, CancellationToken token) => await GetKnownAsync<AssistedShop[]>($"towns/{E(town)}/assistance", token);

    public async Task<IReadOnlyList<StaffMember>> StaffAsync(string shop, CancellationToken token) => await GetKnownAsync<StaffMember[]>($"shops/{E(shop)}/staff", token);

    public Task<Answer<StaffMember>> PutStaffAsync(string shop, StaffMember member, CancellationToken token) =>
        SendAsync<StaffMember>(HttpMethod.Put, $"shops/{E(shop)}/staff", member, token, mayRepeat: true);

    public Task<Answer<StaffMember>> RemoveStaffAsync(string shop, string email, CancellationToken token) =>
        SendAsync<StaffMember>(HttpMethod.Delete, $"shops/{E(shop)}/staff/{E(email)}", null, token, mayRepeat: true);

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
