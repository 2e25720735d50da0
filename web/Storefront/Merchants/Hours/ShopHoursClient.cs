using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Clients;

namespace Marketplace.Storefront.Merchants.Hours;

/// <summary>Merchants as a shop changes its hours. What is replaced whole says which version was seen.</summary>
internal sealed class ShopHoursClient(HttpClient http, ReadPipeline reads) : ServiceClient(http, reads, "merchants")
{
    public async Task<IReadOnlyList<PublicHoliday>> HolidaysAsync(string shop, CancellationToken token) => await GetKnownAsync<PublicHoliday[]>($"shops/{E(shop)}/public-holidays", token);

    public Task<Answer<Shop>> SetWeekAsync(string shop, WeeklyHours week, long seen, CancellationToken token) =>
        SendAsync<Shop>(HttpMethod.Put, $"shops/{E(shop)}/hours", week, token, ifMatch: seen);

    public Task<Answer<Shop>> SetSlotsAsync(string shop, SlotRules rules, long seen, CancellationToken token) =>
        SendAsync<Shop>(HttpMethod.Put, $"shops/{E(shop)}/slot-rules", rules, token, ifMatch: seen);

    // Added twice is added once, and removed twice is removed.
    public Task<Answer<Shop>> AddAsync(string shop, ExceptionalHours exception, CancellationToken token) =>
        PostAsync<Shop>($"shops/{E(shop)}/exceptions", exception, token, mayRepeat: true);

    public Task<Answer<Shop>> RemoveAsync(string shop, ExceptionalHours exception, CancellationToken token) =>
        PostAsync<Shop>($"shops/{E(shop)}/exceptions/removal", exception, token, mayRepeat: true);
}
