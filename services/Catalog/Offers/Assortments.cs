using Marketplace.Contracts;
using Marketplace.Contracts.Catalog;
using Marketplace.EventStore;
using Marketplace.EventStore.Postgres;
using Marketplace.ServiceDefaults.Shops;
using Npgsql;

namespace Marketplace.Catalog.Offers;

/// <summary>Tells Merchants how many offers a shop has that is not published yet: its opening waits for the first. Counted a moment after they change, once for all changes of that moment.</summary>
internal sealed class Assortments(NpgsqlDataSource database, EventTypes types, TimeProvider clock) : IDueWorkHandler
{
    private const string WorkKind = "shop-assortment";
    private static readonly TimeSpan Coalescing = TimeSpan.FromSeconds(1);

    public string Kind => WorkKind;

    /// <summary>In the transaction that changes the shop's offers.</summary>
    public static void Schedule(NpgsqlBatch batch, ShopEntry shop, DateTimeOffset now)
    {
        if (!shop.IsPublished)
        {
            batch.ScheduleWork(WorkKind, shop.Id.ToString(), now + Coalescing);
        }
    }

    public async Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token)
    {
        var (shop, now) = (ShopId.Parse(work.Key, null), clock.GetUtcNow());
        await using var session = await database.OpenConnectionAsync(token);
        await using var transaction = await session.BeginTransactionAsync(token);
        await using var count = new NpgsqlCommand("select count(*)::int from offers where shop_id = $1 and status = 'active'", session, transaction) { Parameters = { new() { Value = shop.Value } } };
        var offers = (int)(await count.ExecuteScalarAsync(token))!;
        await using var batch = new NpgsqlBatch(session, transaction);
        batch.AppendFact(types, $"assortment-{shop}", new ShopAssortmentCounted(shop, offers, now), now);
        await batch.ExecuteNonQueryAsync(token);
        await transaction.CommitAsync(token);
        return null;
    }
}
