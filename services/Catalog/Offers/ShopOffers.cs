using Marketplace.Catalog.Display;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Shops;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Catalog.Offers;

/// <summary>A shop's own view of its offers, drafts and archived ones too, and what is on sale of them.</summary>
internal sealed class ShopOffers(NpgsqlDataSource database, OfferDisplay display, ChangeHints hints, TimeProvider clock)
{
    private const string Columns =
        """
        o.offer_id, o.sku, o.ean13, o.name, o.category, o.unit, o.price_cents, o.vat_rate, s.on_hand, s.reserved, s.source, s.as_of, o.status, s.missing, o.net_quantity, o.net_unit, o.second_hand, s.safety, s.own_safety is not null, o.photo,
        o.prior_price_cents, o.reduced_until, o.reduced_at, o.variant_group, o.variant_size, o.variant_colour, o.batches is not null, o.piece_grams
        """;

    /// <summary>False when there is no such offer. What is set aside stays set aside: its orders go on. What goes on sale is looked at as if it were offered now.</summary>
    internal async Task<bool> SetStatusAsync(ShopEntry shop, string sku, string status, CancellationToken token)
    {
        if (await TryStatusAsync(shop, sku, status, token) is not { } id)
        {
            return false;
        }

        // With the session given back: see OfferUpsert.
        display.Apply(await OfferRow.ReadAsync(database, [id], token));
        hints.Note([new OfferId(id)]);
        hints.Note([shop.Id]);
        return true;
    }

    private async Task<Guid?> TryStatusAsync(ShopEntry shop, string sku, string status, CancellationToken token)
    {
        try
        {
            return await WriteStatusAsync(shop, sku, status, token);
        }
        catch (PostgresException failure) when (Variants.IsRace(failure))
        {
            return await WriteStatusAsync(shop, sku, status, token); // who was faster is seen now
        }
    }

    private async Task<Guid?> WriteStatusAsync(ShopEntry shop, string sku, string status, CancellationToken token)
    {
        await using var session = await database.OpenConnectionAsync(token);
        await using var transaction = await session.BeginTransactionAsync(token);
        if (await ReadRowAsync(session, transaction, shop, sku, token) is not { } row)
        {
            return null;
        }

        if (status == OfferRules.Active)
        {
            var (offer, fault) = OfferRules.Check(Definition(row, status), display.Categories, Day.In(clock.GetUtcNow()));
            if ((fault ?? (row.Active ? null : Prepacking.Lacking(offer!, null))) is { } wrong)
            {
                throw wrong.ToRefusal(StatusCodes.Status422UnprocessableEntity);
            }
        }

        if (status == OfferRules.Active)
        {
            await Variants.DemandFreeAsync(session, transaction, row, token);
        }

        await using var batch = new NpgsqlBatch(session, transaction)
        {
            BatchCommands =
            {
                new($"update offers set status = $2, {Reductions.KeptWhere("$2 = 'active'")}, version = version + 1, updated_at = $3 where offer_id = $1 and status <> $2")
                {
                    Parameters = { new() { Value = row.OfferId.Value }, new() { Value = status }, new() { Value = clock.GetUtcNow() } },
                },
                PriorPrices.Write(shop.Id.Value, [sku], clock.GetUtcNow()),
            },
        };
        if (status == OfferRules.Active)
        {
            OfferUpsert.ShareProduct(batch, row.OfferId.Value, clock.GetUtcNow());
        }

        batch.NoteOffers([row.OfferId.Value]);
        Assortments.Schedule(batch, shop, clock.GetUtcNow());
        await batch.ExecuteNonQueryAsync(token);
        await transaction.CommitAsync(token);
        return row.OfferId.Value;
    }

    // Held to the end of the transaction: what was looked at is what goes on sale.
    private static async Task<OfferRow?> ReadRowAsync(NpgsqlConnection session, NpgsqlTransaction transaction, ShopEntry shop, string sku, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(OfferRow.Select + " where o.shop_id = $1 and o.sku = $2 for update of o", session, transaction)
        {
            Parameters = { new() { Value = shop.Id.Value }, new() { Value = sku } },
        };
        await using var reader = await command.ExecuteReaderAsync(token);
        return await reader.ReadAsync(token) ? OfferRow.Read(reader) : null;
    }

    /// <summary>The offer as its shop wrote it.</summary>
    internal async Task<OfferSheet?> SheetAsync(ShopEntry shop, string sku, CancellationToken token)
    {
        // The row before what is shown beside it: whatever changed in between makes its version an old one, and a change by it is refused.
        if (await FindAsync(shop, sku, token) is not { } known || await OfferRow.ReadAsync(database, [known.OfferId.Value], token) is not [var row] || await FindAsync(shop, sku, token) is not { } offer)
        {
            return null;
        }

        await using var command = database.CreateCommand();
        var prior = await PriorPrices.ReadAsync(command, offer.OfferId.Value, offer.Unit, PriorPrices.Spoils(display.Categories, offer.Category), clock.GetUtcNow(), token);
        return new OfferSheet(Definition(row, offer.Status), offer, prior.Lowest, offer.PriorPriceCents ?? prior.ReducedFrom, row.Version);
    }

    private static OfferDefinition Definition(OfferRow row, string status) => new(row.Sku, row.Ean13, row.Title, row.Brand, row.Category, row.Description, row.Unit, row.PriceCents, row.VatRate,
        row.NetQuantity, row.NetUnit, row.Allergens, row.Origin, row.Alcohol, row.SecondHand, null, row.Synonyms, status, row.PriorPriceCents is null ? null : true, row.Level.Batches?.Plan.Weekly,
        row.ReducedUntil, row.PriceAfterCents, row.Variant, row.PieceGrams, row.Prepacked);

    internal async Task<MerchantOfferPage> ListAsync(ShopEntry shop, string? q, string? status, string? group, int page, int pageSize, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            $"""
            select {Columns}, count(*) over ()
            from offers o join stock s on s.offer_id = o.offer_id
            where o.shop_id = $1 and ($2::text is null or strpos({PlainText.Of("o.name")}, {PlainText.Of("$2")}) > 0 or o.sku ilike $2 || '%' or o.ean13 = $2)
                and ($5::text is null or o.status = $5) and ($6::text is null or o.variant_group = $6)
            order by o.status, o.name collate "fr-x-icu", o.offer_id limit $3 offset $4
            """);
        command.Parameters.Add(new() { Value = shop.Id.Value });
        command.Parameters.Add(new() { Value = string.IsNullOrWhiteSpace(q) ? DBNull.Value : q.Trim(), NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = pageSize });
        command.Parameters.Add(new() { Value = (page - 1) * pageSize });
        command.Parameters.Add(new() { Value = string.IsNullOrEmpty(status) ? DBNull.Value : status, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = string.IsNullOrEmpty(group) ? DBNull.Value : group, NpgsqlDbType = NpgsqlDbType.Text });
        var items = new List<MerchantOffer>(pageSize);
        long total = 0;
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            items.Add(Read(reader));
            total = reader.GetInt64(28);
        }

        await reader.DisposeAsync();
        if (items.Count == 0 && page > 1)
        {
            total = (await ListAsync(shop, q, status, group, 1, 1, token)).Total; // behind the last page no row says how many there are
        }

        return new MerchantOfferPage(items, (int)total, page, pageSize);
    }

    internal async Task<MerchantOffer?> FindAsync(ShopEntry shop, string sku, CancellationToken token)
    {
        await using var command = database.CreateCommand($"select {Columns} from offers o join stock s on s.offer_id = o.offer_id where o.shop_id = $1 and o.sku = $2");
        command.Parameters.Add(new() { Value = shop.Id.Value });
        command.Parameters.Add(new() { Value = sku });
        await using var reader = await command.ExecuteReaderAsync(token);
        return await reader.ReadAsync(token) ? Read(reader) : null;
    }

    private MerchantOffer Read(NpgsqlDataReader r) => new(new(r.GetGuid(0)), r.GetString(1), r.IsDBNull(2) ? null : r.GetString(2), r.GetString(3), r.GetString(4),
        StockWords.Unit(r.GetString(5)), r.GetInt64(6), r.GetDecimal(7), r.GetInt64(8), r.GetInt64(9), r.GetString(10), r.GetFieldValue<DateTimeOffset>(11), r.GetString(12), r.GetInt64(13),
        UnitPrices.Of(StockWords.Unit(r.GetString(5)), r.GetInt64(6), r.IsDBNull(14) ? null : r.GetInt64(14), r.IsDBNull(15) ? null : r.GetString(15)), r.GetBoolean(16),
        SummaryJson.ImageUrl(r.IsDBNull(19) ? null : r.GetString(19), display.Categories.Find(r.GetString(4))?.Drawing ?? OfferDisplay.NoDrawing), r.GetInt64(17), r.GetBoolean(18), r.IsDBNull(20) ? null : r.GetInt64(20),
        r.IsDBNull(21) ? null : r.GetFieldValue<DateOnly>(21), r.IsDBNull(22) ? null : r.GetFieldValue<DateTimeOffset>(22), Variants.Read(r, 23), r.GetBoolean(26), r.IsDBNull(27) ? null : r.GetInt64(27));
}
