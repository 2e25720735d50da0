using System.Text.Json;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.EventStore;
using Marketplace.ServiceDefaults.Shops;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Catalog.StockCounts;

/// <summary>A counted list becomes the shop's figures: levels, ledger, the list's end and what became of it in one transaction. Articles that were not counted are not touched.</summary>
internal sealed class ApplyStockCount(NpgsqlDataSource database, CountWrites writes, TimeProvider clock)
{
    /// <param name="seen">The version that was looked at; null: whichever it is.</param>
    /// <returns>What became of it: of one that was applied before, what became of it then.</returns>
    internal async Task<StockCountList> ApplyAsync(ShopEntry shop, Guid id, StockSource source, long? seen, CancellationToken token)
    {
        await using var session = await database.OpenConnectionAsync(token);
        await using var transaction = await session.BeginTransactionAsync(token);
        var count = await StockCountTables.FindAsync(session, transaction, shop.Id.Value, id, true, token) ?? throw StockCountDesk.Unknown();
        if (count.Status == "applied")
        {
            return Told(count);
        }

        if (count.Status != "open")
        {
            throw StockCountDesk.Ended();
        }

        if (seen is { } version && version != count.Version)
        {
            throw new ConcurrencyException($"stock-count-{id}");
        }

        var reading = await StockCountReading.ReadAsync(session, transaction, shop.Id.Value, count, true, token);
        var movements = new List<Movement>();
        var outcome = JsonSerializer.Serialize(reading.Apply(source, movements), CatalogJson.Plain.ListCountedArticle);
        var now = clock.GetUtcNow();
        // As finely as the database keeps it: told again, it is the same.
        var ended = count with { Status = "applied", EndedAt = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond)), Version = count.Version + 1, Outcome = outcome };
        await writes.WriteAsync(session, transaction, reading.Items, movements, token, batch => batch.BatchCommands.Add(
            new("update stock_counts set status = 'applied', ended_at = $2, version = $3, outcome = $4 where count_id = $1")
            {
                Parameters =
                {
                    new() { Value = id }, new() { Value = ended.EndedAt!.Value.ToUniversalTime() }, new() { Value = ended.Version }, new() { Value = outcome, NpgsqlDbType = NpgsqlDbType.Jsonb },
                },
            }));
        return Told(ended);
    }

    internal static StockCountList Told(StoredCount count)
    {
        var items = JsonSerializer.Deserialize(count.Outcome!, CatalogJson.Default.ListCountedArticle)!;
        return new StockCountList(count.Id, count.Status, count.StartedAt, count.EndedAt, count.Version, items.Count, items);
    }
}
