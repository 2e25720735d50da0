using Marketplace.Catalog.Display;
using Marketplace.Contracts;
using Marketplace.EventStore.Postgres;
using Npgsql;

namespace Marketplace.Catalog.Offers;

/// <summary>
/// Ends the reductions whose last day is over, in Paris: the announcement goes, and the price becomes what the shop said it would, unless the shop has asked another one since.
/// One timer sweeps over all of them, so that a last day that is moved or taken back leaves nothing behind.
/// </summary>
internal sealed class ReductionEnds(NpgsqlDataSource database, OfferDisplay display, ChangeHints hints, TimeProvider clock) : IDueWorkHandler
{
    internal const string WorkKind = "reduction-ends";
    private const int AtOnce = 200;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    public string Kind => WorkKind;
    public string AlwaysThere => "sweep";

    public async Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token)
    {
        var now = clock.GetUtcNow();
        var ended = await EndAsync(now, token);
        if (ended.Count > 0)
        {
            // With the session given back: see OfferUpsert.
            display.Apply(await OfferRow.ReadAsync(database, [.. ended.Select(e => e.Offer)], token));
            hints.Note(ended.Select(e => new OfferId(e.Offer)));
            hints.Note(ended.Select(e => new ShopId(e.Shop)).Distinct());
        }

        return ended.Count == AtOnce ? now : now + Every;
    }

    private async Task<List<(Guid Offer, Guid Shop, string Sku)>> EndAsync(DateTimeOffset now, CancellationToken token)
    {
        await using var session = await database.OpenConnectionAsync(token);
        await using var transaction = await session.BeginTransactionAsync(token);
        var ended = new List<(Guid Offer, Guid Shop, string Sku)>();
        // What somebody writes just now is left to the next sweep: it may be another last day.
        await using (var end = new NpgsqlCommand(
            """
            update offers o set price_cents = case when o.price_cents = o.reduced_price_cents then coalesce(o.price_after_cents, o.price_cents) else o.price_cents end,
                prior_price_cents = null, reduced_at = null, reduced_until = null, price_after_cents = null, reduced_price_cents = null, version = o.version + 1, updated_at = $1
            from (select offer_id from offers where reduced_until < $2 order by shop_id, sku limit $3 for update skip locked) ended
            where o.offer_id = ended.offer_id returning o.offer_id, o.shop_id, o.sku
            """, session, transaction)
        {
            Parameters = { new() { Value = now }, new() { Value = Day.In(now) }, new() { Value = AtOnce } },
        })
        {
            await using var reader = await end.ExecuteReaderAsync(token);
            while (await reader.ReadAsync(token))
            {
                ended.Add((reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2)));
            }
        }

        if (ended.Count > 0)
        {
            await using var batch = new NpgsqlBatch(session, transaction);
            foreach (var shop in ended.GroupBy(e => e.Shop))
            {
                batch.BatchCommands.Add(PriorPrices.Write(shop.Key, [.. shop.Select(e => e.Sku)], now));
            }

            batch.NoteOffers(ended.Select(e => e.Offer));
            await batch.ExecuteNonQueryAsync(token);
        }

        await transaction.CommitAsync(token);
        return ended;
    }
}
