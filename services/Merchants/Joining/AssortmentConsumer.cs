using Marketplace.Contracts.Catalog;
using Marketplace.Merchants.Directory;
using Marketplace.Merchants.Shops;
using MassTransit;

namespace Marketplace.Merchants.Joining;

/// <summary>Catalog has counted a draft's offers: the first one may be what its opening waited for.</summary>
internal sealed class AssortmentConsumer(DirectoryChanges changes) : IConsumer<ShopAssortmentCounted>
{
    public Task Consume(ConsumeContext<ShopAssortmentCounted> context) => changes.RunAsync(async change =>
    {
        var counted = context.Message;
        var news = await change.WriteAsync(
            """
            insert into assortments (shop_id, offers, counted_at) values (@shop, @Offers, @At)
            on conflict (shop_id) do update set offers = excluded.offers, counted_at = excluded.counted_at where assortments.counted_at < excluded.counted_at
            """, new { shop = counted.ShopId.Value, counted.Offers, counted.At }) > 0;
        if (news && change.Before.Shops.TryGetValue(counted.ShopId, out var shop))
        {
            await ShopWriting.ChangeAsync(change, shop.Slug, s => (s.Definition, s.Exceptions));
        }

        return news;
    }, context.CancellationToken);
}
