using System.Net.Http.Json;
using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Tests.Hosting;

namespace Marketplace.Merchants.Tests.Shops;

/// <summary>An owner sees which keys are still in use, to the hour.</summary>
public sealed class Using_keys(MerchantsHost host) : IClassFixture<MerchantsHost>
{
    [Fact]
    public async Task Is_written_down_once_an_hour_and_never_back_in_time()
    {
        await host.OpenShopAsync("cles-en-usage");
        var (used, unused) = (await MakeAsync(), await MakeAsync());
        (await LastUseAsync(used)).ShouldBeNull();
        using (var program = host.Client(used.Key))
        {
            (await program.GetAsync("shops/cles-en-usage")).EnsureSuccessStatusCode();
            (await program.GetAsync("shops/cles-en-usage")).EnsureSuccessStatusCode();
        }

        await Eventually.BecomesAsync(async () => await LastUseAsync(used) is not null, MerchantsHost.Patience);
        var first = (await LastUseAsync(used))!.Value;
        await host.Bus.Publish(new ApiKeyUsed(used.KeyId, first.AddMinutes(50))); // another process, within the hour
        await host.Bus.Publish(new ApiKeyUsed(used.KeyId, first.AddDays(-1))); // delivered late
        await host.Bus.Publish(new ApiKeyUsed(Guid.NewGuid(), first)); // of no key that there is
        await host.Bus.Publish(new ApiKeyUsed(unused.KeyId, first)); // and one to wait for
        await Eventually.BecomesAsync(async () => await LastUseAsync(unused) == first, MerchantsHost.Patience);
        (await LastUseAsync(used)).ShouldBe(first);

        await host.Bus.Publish(new ApiKeyUsed(used.KeyId, first.AddMinutes(61)));
        await Eventually.BecomesAsync(async () => await LastUseAsync(used) == first.AddMinutes(61), MerchantsHost.Patience);
    }

    private async Task<ApiKeyCreated> MakeAsync()
    {
        using var answer = await host.Operator.PostAsJsonAsync("shops/cles-en-usage/api-keys", new ApiKeyRequest("Caisse", ["shop:write"]));
        return (await answer.Content.ReadFromJsonAsync<ApiKeyCreated>(MerchantsHost.Json))!;
    }

    private async Task<DateTimeOffset?> LastUseAsync(ApiKeyCreated key) =>
        (await host.Operator.GetFromJsonAsync<List<ApiKey>>("shops/cles-en-usage/api-keys", MerchantsHost.Json))!.Single(k => k.KeyId == key.KeyId).LastUsedAt;
}
