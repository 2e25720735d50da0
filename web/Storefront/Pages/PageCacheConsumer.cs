using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Merchants;
using Marketplace.Storefront.Merchants;
using Marketplace.Storefront.Residents.Towns;
using MassTransit;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Caching.Memory;

namespace Marketplace.Storefront.Pages;

/// <summary>
/// Drops what this process keeps of a town when its offers or shops change. Every process has its own temporary queue: a hint that is lost
/// costs at most the pages' short life.
/// </summary>
internal sealed class PageCacheConsumer(IOutputCacheStore pages, TownDirectory towns, IMemoryCache cache) : IConsumer<OffersChanged>, IConsumer<ShopChanged>, IConsumer<PickupOutlookChanged>
{
    public async Task Consume(ConsumeContext<OffersChanged> context)
    {
        foreach (var town in context.Message.Towns)
        {
            await pages.EvictByTagAsync(PageCache.Tag(town), context.CancellationToken);
        }
    }

    public async Task Consume(ConsumeContext<ShopChanged> context)
    {
        ShopDoor.Forget(cache, context.Message.Slug);
        foreach (var town in context.Message.Towns)
        {
            towns.Forget(town);
            await pages.EvictByTagAsync(PageCache.Tag(town), context.CancellationToken);
        }

        await pages.EvictByTagAsync(PageCache.NoTown, context.CancellationToken); // the town's first shop, perhaps: now it is one to choose
    }

    // Outlooks move every few minutes for every shop: only the kept list of shops is dropped, pages follow when their short life ends.
    public Task Consume(ConsumeContext<PickupOutlookChanged> context)
    {
        towns.ForgetShops();
        return Task.CompletedTask;
    }
}

internal static class PageCacheConsumerSetup
{
    public static void AddPageCacheConsumer(this IBusRegistrationConfigurator bus) =>
        bus.AddConsumer<PageCacheConsumer>().Endpoint(endpoint =>
        {
            endpoint.Name = "tmp-pages-" + NewId.NextGuid().ToString("N");
            endpoint.Temporary = true;
        });
}
