using Marketplace.Catalog.Display;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults.Shops;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Catalog.Offers;

/// <summary>A shop's own view of its offers, archived ones too, and taking one off sale.</summary>
internal sealed class ShopOffers(NpgsqlDataSource database, OfferDisplay display, ChangeHints hints, TimeProvider clock)
{
    private const string Columns =
        """
        o.offer_id, o.sku, o.ean13, o.title, o.category, o.unit, o.price_cents, o.vat_rate, s.on_hand, s.reserved, s.source, s.as_of, o.status, s.missing
        """;

    /// <summary>False when there is no such offer. What is set aside stays set aside: its orders go on.</summary>
    internal async Task<bool> ArchiveAsync(ShopEntry shop, string sku, CancellationToken token)
    {
        if (await WriteArchivedAsync(shop, sku, token) is not { } id)
        {
            return false;
        }

        // With the session given back: see OfferUpsert.
        display.Apply(await OfferRow.ReadAsync(database, [id], token));
        hints.Note([new OfferId(id)]);
        hints.Note([shop.Id]);
        return true;
    }

    private async Task<Guid?> WriteArchivedAsync(ShopEntry shop, string sku, CancellationToken token)
    {
        await using var session = await database.OpenConnectionAsync(token);
        await using var transaction = await session.BeginTransactionAsync(token);
        await using var archive = new NpgsqlCommand(
            """
            update offers set status = 'archived', version = version + case when status = 'archived' then 0 else 1 end, updated_at = $3
            where shop_id = $1 and sku = $2 returning offer_id
            """, session, transaction)
        {
            Parameters = { new() { Value = shop.Id.Value }, new() { Value = sku }, new() { Value = clock.GetUtcNow() } },
        };
        if (await archive.ExecuteScalarAsync(token) is not Guid id)
        {
            return null;
        }

        await using var batch = new NpgsqlBatch(session, transaction);
        batch.NoteOffers([id]);
        await batch.ExecuteNonQueryAsync(token);
        await transaction.CommitAsync(token);
        return id;
    }

    internal async Task<MerchantOfferPage> ListAsync(ShopEntry shop, string? q, int page, int pageSize, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            $"""
            select {Columns}, count(*) over ()
            from offers o join stock s on s.offer_id = o.offer_id
            where o.shop_id = $1 and ($2::text is null or strpos(lower(o.title), lower($2)) > 0 or o.sku ilike $2 || '%' or o.ean13 = $2)
            order by o.status, o.title, o.offer_id limit $3 offset $4
            """);
        command.Parameters.Add(new() { Value = shop.Id.Value });
        command.Parameters.Add(new() { Value = string.IsNullOrWhiteSpace(q) ? DBNull.Value : q.Trim(), NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = pageSize });
        command.Parameters.Add(new() { Value = (page - 1) * pageSize });
        var items = new List<MerchantOffer>(pageSize);
        long total = 0;
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            items.Add(Read(reader));
            total = reader.GetInt64(14);
        }

        await reader.DisposeAsync();
        if (items.Count == 0 && page > 1)
        {
            total = (await ListAsync(shop, q, 1, 1, token)).Total; // behind the last page no row says how many there are
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

    private static MerchantOffer Read(NpgsqlDataReader r) => new(new(r.GetGuid(0)), r.GetString(1), r.IsDBNull(2) ? null : r.GetString(2), r.GetString(3), r.GetString(4),
        StockWords.Unit(r.GetString(5)), r.GetInt64(6), r.GetDecimal(7), r.GetInt64(8), r.GetInt64(9), r.GetString(10), r.GetFieldValue<DateTimeOffset>(11), r.GetString(12), r.GetInt64(13));
}
