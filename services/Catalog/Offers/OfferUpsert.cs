using System.Text.Json;
using Marketplace.Catalog.Batches;
using Marketplace.Catalog.Display;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts;
using Marketplace.EventStore;
using Marketplace.ServiceDefaults.Shops;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Catalog.Offers;

/// <summary>What became of one offer of a batch.</summary>
internal enum UpsertEffect
{
    Unchanged,
    Added,
    Changed,
}

/// <param name="Fault">Of what was asked beside the offer itself: its figure, or its reduction.</param>
/// <param name="Version">As it stands now; told of one alone.</param>
internal sealed record Upserted(Guid OfferId, UpsertEffect Effect, Fault? Fault, long Version = 0);

/// <summary>
/// Puts a shop's offers in place, many in one transaction; one that says nothing new is not touched. Offers come with their product (shared by
/// article number) and, if told, with their count, which goes through the ledger.
/// </summary>
internal sealed class OfferUpsert(NpgsqlDataSource database, OfferDisplay display, ChangeHints hints, TimeProvider clock)
{
    /// <summary>The offer as handed to SQL.</summary>
    internal sealed record Row(Guid OfferId, string Sku, string? Ean13, bool SharedProduct, string Title, string? Brand, string Category, string? Description, string Unit,
        long PriceCents, decimal VatRate, long? NetQuantity, string? NetUnit, string[]? Allergens, string? Origin, bool Alcohol, bool SecondHand, string[] Synonyms, string? Status,
        bool VariantSaid, string? VariantGroup, string? VariantSize, string? VariantColour, long? PieceGrams, bool AsksPrepacked, bool? Prepacked);

    private const string Recordset =
        """
        jsonb_to_recordset($1::jsonb) as d("offerId" uuid, sku text, ean13 text, "sharedProduct" boolean, title text, brand text, category text, description text, unit text,
            "priceCents" bigint, "vatRate" numeric, "netQuantity" bigint, "netUnit" text, allergens text[], origin text, alcohol boolean, "secondHand" boolean, synonyms text[], status text,
            "variantSaid" boolean, "variantGroup" text, "variantSize" text, "variantColour" text, "pieceGrams" bigint, "asksPrepacked" boolean, prepacked boolean)
        """;

    private const int MostTries = 4;

    // Who says nothing of it (a file, an older program) does not put on sale what its shop has not finished.
    private static string StatusOf(string shop) => $"coalesce(d.status, (select k.status from offers k where k.shop_id = {shop} and k.sku = d.sku and k.status = 'draft'), 'active')";

    /// <param name="offers">Checked, each sku once.</param>
    /// <param name="also">More to write in the same transaction, given what happened.</param>
    internal async Task<IReadOnlyList<Upserted>> ApplyAsync(ShopEntry shop, IReadOnlyList<CheckedOffer> offers, Counting counting,
        Action<NpgsqlBatch, IReadOnlyList<Upserted>>? also, CancellationToken token)
    {
        var (results, touched) = await TryAsync(shop, offers, counting, also, token);
        if (touched.Count > 0)
        {
            // Only now, with the session given back: whoever holds one connection of the pool never waits there for a second.
            display.Apply(await OfferRow.ReadAsync(database, touched, token));
            hints.Note(touched.Select(id => new Contracts.OfferId(id)));
            hints.Note([shop.Id]);
        }

        return results;
    }

    private async Task<(List<Upserted> Results, List<Guid> Touched)> TryAsync(ShopEntry shop, IReadOnlyList<CheckedOffer> offers, Counting counting,
        Action<NpgsqlBatch, IReadOnlyList<Upserted>>? also, CancellationToken token)
    {
        for (var left = MostTries; ; left--)
        {
            try
            {
                return await WriteAsync(shop, offers, counting, also, token);
            }
            catch (PostgresException failure) when (left > 1 && Variants.IsRace(failure))
            {
                // Nothing was written, and who was faster is seen now.
            }
        }
    }

    private async Task<(List<Upserted> Results, List<Guid> Touched)> WriteAsync(ShopEntry shop, IReadOnlyList<CheckedOffer> asked, Counting counting,
        Action<NpgsqlBatch, IReadOnlyList<Upserted>>? also, CancellationToken token)
    {
        await using var session = await database.OpenConnectionAsync(token);
        await using var transaction = await session.BeginTransactionAsync(token);
        await LockAsync(session, transaction, shop.Id.Value, asked, token);
        var refused = await Prepacking.LackingAsync(session, transaction, shop.Id.Value, asked, display.Categories, token);
        foreach (var (sku, fault) in await Variants.TakenAsync(session, transaction, shop.Id.Value, asked, token))
        {
            refused.TryAdd(sku, fault);
        }

        var offers = refused.Count == 0 ? asked : [.. asked.Where(o => !refused.ContainsKey(o.Sku))];
        // In the order of their keys, so that two batches of one product never wait for each other crosswise either; and the products before the
        // stock, which is locked from the first unit that changes: who waits for a product keeps no order waiting.
        var json = JsonSerializer.Serialize(offers.OrderBy(o => o.Sku, StringComparer.Ordinal).Select(ToRow).ToList(), CatalogJson.Default.ListRow);
        await PutProductsAsync(session, transaction, shop.Id.Value, json, token);
        var remeasured = await UnitChanges.AllowAsync(session, transaction, shop.Id.Value, offers, counting.AsOf, token);
        var effects = await PutAsync(session, transaction, shop, offers, json, counting, remeasured, token);
        if (asked is [{ Seen: { } seen } one] && refused.Count == 0 && effects.Count == 0 && (await VersionAsync(session, transaction, shop.Id.Value, one.Sku, token) ?? 0) != seen)
        {
            throw new ConcurrencyException($"offer-{one.Sku}"); // its row says the same, its batches or its figure may not
        }

        var (announced, notReduced) = await Reductions.ApplyAsync(session, transaction, shop.Id.Value, offers, display.Categories, clock.GetUtcNow(), token);
        foreach (var id in announced.Concat(await BatchPlans.ApplyAsync(session, transaction, shop.Id.Value, offers, clock.GetUtcNow(), token)))
        {
            effects.TryAdd(id, UpsertEffect.Changed);
        }

        var items = await CountTables.LockAsync(session, transaction, shop.Id.Value, [.. offers.Select(o => o.Sku)], [], token);
        var moved = await CountTables.MovedSinceAsync(session, transaction, items, counting.AsOf, token);
        var bySku = items.ToDictionary(i => i.Offer.Sku);
        var movements = new List<Movement>();
        var results = new List<Upserted>(offers.Count);
        foreach (var offer in asked)
        {
            if (refused.TryGetValue(offer.Sku, out var why))
            {
                results.Add(new Upserted(Guid.Empty, UpsertEffect.Unchanged, why));
                continue;
            }

            var item = bySku.GetValueOrDefault(offer.Sku);
            if (item is null || item.Offer.Unit != offer.Unit)
            {
                // The row was left as it was, an archived one in the archive.
                results.Add(new Upserted(item?.Offer.OfferId.Value ?? Guid.Empty, UpsertEffect.Unchanged, UnitChanges.Refused()));
                continue;
            }

            var id = item.Offer.OfferId.Value;
            var effect = effects.GetValueOrDefault(id);
            Fault? fault = null;
            if (offer.OnHand is { } onHand)
            {
                (var movement, fault) = StockCount.Apply(item, onHand, counting, moved.GetValueOrDefault(id));
                if (movement is not null)
                {
                    movements.Add(movement);
                    effect = effect == UpsertEffect.Unchanged ? UpsertEffect.Changed : effect;
                }
            }

            results.Add(new Upserted(id, effect, fault ?? notReduced.GetValueOrDefault(offer.Sku)));
        }

        var touched = results.Where(r => r.Effect != UpsertEffect.Unchanged).Select(r => r.OfferId)
            .Union(items.Where(i => i.Now != i.Before).Select(i => i.Offer.OfferId.Value)).ToList();
        await using var batch = new NpgsqlBatch(session, transaction);
        var moves = batch.MoveLevels(items);
        batch.AddMovements(movements, clock.GetUtcNow());
        batch.NoteOffers(touched);
        if (effects.Count > 0)
        {
            Assortments.Schedule(batch, shop, clock.GetUtcNow());
        }

        also?.Invoke(batch, results);
        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(token);
            StockWrites.DemandAllMoved(moves, items);
        }

        if (asked is [var alone] && results is [var put])
        {
            results = [put with { Version = await VersionAsync(session, transaction, shop.Id.Value, alone.Sku, token) ?? 0 }];
        }

        await transaction.CommitAsync(token);
        return (results, touched);
    }

    // What a caller leaves unsaid stays as it is: read before its row was ours, it would be put back over what somebody said meanwhile.
    // In the order of the keys, so that two batches of one shop never wait for each other crosswise.
    private static async Task LockAsync(NpgsqlConnection session, NpgsqlTransaction transaction, Guid shop, IReadOnlyList<CheckedOffer> offers, CancellationToken token)
    {
        await using var command = new NpgsqlCommand("select from offers where shop_id = $1 and sku = any($2) order by sku for no key update", session, transaction)
        {
            Parameters = { new() { Value = shop }, new() { Value = offers.Select(o => o.Sku).ToArray() } },
        };
        await command.ExecuteNonQueryAsync(token);
    }

    // The upsert has locked the row, also where it left it as it was.
    private static async Task<long?> VersionAsync(NpgsqlConnection session, NpgsqlTransaction transaction, Guid shop, string sku, CancellationToken token)
    {
        await using var command = new NpgsqlCommand("select version from offers where shop_id = $1 and sku = $2", session, transaction) { Parameters = { new() { Value = shop }, new() { Value = sku } } };
        return (long?)await command.ExecuteScalarAsync(token);
    }

    // A draft names no product for others.
    private async Task PutProductsAsync(NpgsqlConnection session, NpgsqlTransaction transaction, Guid shop, string json, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            $"""
            insert into products (product_id, ean13, title, brand, created_at)
            select distinct on (d.ean13) gen_random_uuid(), d.ean13, d.title, d.brand, $2
            from {Recordset} where d."sharedProduct" and {StatusOf("$3")} = 'active' order by d.ean13
            on conflict (ean13) do nothing
            """, session, transaction)
        {
            Parameters = { new() { Value = json, NpgsqlDbType = NpgsqlDbType.Text }, new() { Value = clock.GetUtcNow() }, new() { Value = shop } },
        };
        await command.ExecuteNonQueryAsync(token);
    }

    /// <summary>A draft that goes on sale is one of its product's offers from now on.</summary>
    internal static void ShareProduct(NpgsqlBatch batch, Guid offer, DateTimeOffset now)
    {
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            "insert into products (product_id, ean13, title, brand, created_at) select gen_random_uuid(), ean13, title, brand, $2 from offers where offer_id = $1 and ean13 !~ '^2' on conflict (ean13) do nothing")
        {
            Parameters = { new() { Value = offer }, new() { Value = now } },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand("update offers o set product_id = p.product_id from products p where o.offer_id = $1 and p.ean13 = o.ean13 and o.product_id is null")
        {
            Parameters = { new() { Value = offer } },
        });
    }

    private async Task<Dictionary<Guid, UpsertEffect>> PutAsync(NpgsqlConnection session, NpgsqlTransaction transaction, ShopEntry shop,
        IReadOnlyList<CheckedOffer> offers, string json, Counting counting, Guid[] remeasured, CancellationToken token)
    {
        var now = clock.GetUtcNow();
        await using var batch = new NpgsqlBatch(session, transaction)
        {
            BatchCommands =
            {
                new($"""
                    insert into offers (offer_id, shop_id, sku, ean13, product_id, title, brand, category, description, unit, price_cents, vat_rate, net_quantity, net_unit,
                                        allergens, origin, alcohol, second_hand, synonyms, status, created_at, updated_at, variant_group, variant_size, variant_colour, piece_grams, prepacked)
                    select d."offerId", $2, d.sku, d.ean13, p.product_id, d.title, d.brand, d.category, d.description, d.unit, d."priceCents", d."vatRate", d."netQuantity",
                           d."netUnit", d.allergens, d.origin, d.alcohol, d."secondHand", d.synonyms, {StatusOf("$2")}, $3, $3,
                           case when d."variantSaid" then d."variantGroup" else k.variant_group end, case when d."variantSaid" then d."variantSize" else k.variant_size end,
                           case when d."variantSaid" then d."variantColour" else k.variant_colour end,
                           case when d.unit = 'weight' then nullif(coalesce(d."pieceGrams", k.piece_grams), 0) end,
                           case when d."asksPrepacked" then coalesce(d.prepacked, k.prepacked) end
                    from {Recordset} left join products p on d."sharedProduct" and p.ean13 = d.ean13 left join offers k on k.shop_id = $2 and k.sku = d.sku
                    order by d.sku
                    on conflict (shop_id, sku) do update set ean13 = excluded.ean13, product_id = excluded.product_id, title = excluded.title, brand = excluded.brand,
                        category = excluded.category, description = excluded.description, unit = excluded.unit, price_cents = excluded.price_cents,
                        vat_rate = excluded.vat_rate, net_quantity = excluded.net_quantity, net_unit = excluded.net_unit, allergens = excluded.allergens,
                        origin = excluded.origin, alcohol = excluded.alcohol, second_hand = excluded.second_hand, synonyms = excluded.synonyms,
                        status = excluded.status, variant_group = excluded.variant_group, variant_size = excluded.variant_size, variant_colour = excluded.variant_colour,
                        piece_grams = excluded.piece_grams, prepacked = excluded.prepacked, {Reductions.Kept}, version = offers.version + 1, updated_at = excluded.updated_at
                    where (offers.ean13, offers.product_id, offers.title, offers.brand, offers.category, offers.description, offers.unit, offers.price_cents, offers.vat_rate,
                           offers.net_quantity, offers.net_unit, offers.allergens, offers.origin, offers.alcohol, offers.second_hand, offers.synonyms, offers.status,
                           offers.variant_group, offers.variant_size, offers.variant_colour, offers.piece_grams, offers.prepacked)
                        is distinct from
                          (excluded.ean13, excluded.product_id, excluded.title, excluded.brand, excluded.category, excluded.description, excluded.unit, excluded.price_cents,
                           excluded.vat_rate, excluded.net_quantity, excluded.net_unit, excluded.allergens, excluded.origin, excluded.alcohol, excluded.second_hand,
                           excluded.synonyms, excluded.status, excluded.variant_group, excluded.variant_size, excluded.variant_colour, excluded.piece_grams, excluded.prepacked)
                        and (offers.unit = excluded.unit or offers.offer_id = any($4))
                    returning offer_id, version, sku
                    """)
                {
                    Parameters = { new() { Value = json, NpgsqlDbType = NpgsqlDbType.Text }, new() { Value = shop.Id.Value }, new() { Value = now }, new() { Value = remeasured } },
                },
                new("""
                    insert into stock (offer_id, on_hand, source, as_of, safety, fresh_hours)
                    select o.offer_id, 0, $3, $4, case when o.unit = 'piece' then coalesce(l.safety, 0) else 0 end, l.fresh_hours
                    from offers o left join stock_limits l on l.shop_id = o.shop_id where o.shop_id = $1 and o.sku = any($2)
                    on conflict (offer_id) do nothing
                    """)
                {
                    Parameters =
                    {
                        new() { Value = shop.Id.Value }, new() { Value = offers.Select(o => o.Sku).ToArray() },
                        new() { Value = counting.Source.Text() }, new() { Value = counting.AsOf.ToUniversalTime() },
                    },
                },
                // What was kept back in pieces says nothing in grams.
                new("""
                    update stock s set own_safety = null, version = s.version + 1, safety = case when o.unit = 'piece' then coalesce((select l.safety from stock_limits l where l.shop_id = $1), 0) else 0 end
                    from offers o where o.offer_id = s.offer_id and s.offer_id = any($2)
                    """)
                {
                    Parameters = { new() { Value = shop.Id.Value }, new() { Value = remeasured } },
                },
                PriorPrices.Write(shop.Id.Value, [.. offers.Select(o => o.Sku)], now),
            },
        };
        var effects = new Dictionary<Guid, UpsertEffect>();
        var seen = offers.ToDictionary(o => o.Sku, o => o.Seen);
        await using var reader = await batch.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            var version = reader.GetInt64(1);
            if (seen[reader.GetString(2)] is { } expected && version != expected + 1)
            {
                throw new ConcurrencyException($"offer-{reader.GetGuid(0)}"); // what somebody changed meanwhile is not put back as it was
            }

            effects[reader.GetGuid(0)] = version == 1 ? UpsertEffect.Added : UpsertEffect.Changed;
        }

        await reader.NextResultAsync(token); // brings the last statement's failure, if any
        return effects;
    }

    private static Row ToRow(CheckedOffer o) => new(Guid.CreateVersion7(), o.Sku, o.Ean13, o.SharedProduct, o.Title, o.Brand, o.Category, o.Description, o.Unit.Text(),
        o.PriceCents, o.VatRate, o.NetQuantity, o.NetUnit, o.Allergens, o.Origin, o.Alcohol, o.SecondHand, o.Synonyms, o.Status,
        o.Variant is not null, o.Variant?.Group, o.Variant?.Size, o.Variant?.Colour, o.PieceGrams, o.AsksPrepacked, o.Prepacked);
}
