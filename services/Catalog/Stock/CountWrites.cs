using Marketplace.Catalog.Display;
using Npgsql;

namespace Marketplace.Catalog.Stock;

/// <summary>Ends a transaction about a shop's own figures: levels, ledger, and whoever shows them.</summary>
internal sealed class CountWrites(OfferDisplay display, ChangeHints hints, TimeProvider clock)
{
    /// <param name="alongside">What is written in the same transaction, also where no figure moved.</param>
    internal async Task WriteAsync(NpgsqlConnection session, NpgsqlTransaction transaction, List<StockItem> items, List<Movement> movements, CancellationToken token,
        Action<NpgsqlBatch>? alongside = null)
    {
        var levels = items.Where(i => i.Now != i.Before).Select(i => new LevelChange(i.Offer.OfferId, i.Now)).ToList();
        if (levels.Count == 0 && alongside is null)
        {
            return;
        }

        await using var batch = new NpgsqlBatch(session, transaction);
        var moves = batch.MoveLevels(items);
        batch.AddMovements(movements, clock.GetUtcNow());
        batch.NoteLevels(levels);
        alongside?.Invoke(batch);
        await batch.ExecuteNonQueryAsync(token);
        StockWrites.DemandAllMoved(moves, items);
        await transaction.CommitAsync(token);
        display.Apply(levels);
        hints.Note(levels.Select(l => l.OfferId));
    }
}
