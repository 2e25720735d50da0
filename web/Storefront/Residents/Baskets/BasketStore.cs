using Dapper;
using Marketplace.Contracts;
using Npgsql;

namespace Marketplace.Storefront.Residents.Baskets;

/// <summary>What a visitor put aside, with the price that was seen then. Every statement names the basket: nobody reaches another's lines.</summary>
internal sealed class BasketStore(NpgsqlDataSource database)
{
    public const int MostLines = 60;

    public async Task<int> CountAsync(byte[] key, string town, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        return await connection.ExecuteScalarAsync<int>(new CommandDefinition("select count(*) from basket_lines where key = @key and town = @town", new { key, town }, cancellationToken: token));
    }

    public async Task<IReadOnlyList<BasketLine>> LinesAsync(byte[] key, string town, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            "select offer_id, shop, title, unit, quantity, seen_price_cents, piece_grams from basket_lines where key = @key and town = @town order by added_at, offer_id",
            new { key, town }, cancellationToken: token));
        return [.. rows.Select(r => new BasketLine(OfferId.From(r.Offer_id), r.Shop, r.Title, UnitOf(r.Unit), r.Quantity, r.Seen_price_cents, r.Piece_grams))];
    }

    /// <summary>Puts the line with this quantity, replacing the one of the same offer. Refused (false) when the basket is full.</summary>
    public async Task<bool> PutAsync(byte[] key, string town, BasketLine line, CancellationToken token) =>
        await WriteAsync(key, town, line, 1, line.Quantity, more: false, token) is not null;

    /// <summary>
    /// Puts so much more of the line's offer, as far as <see cref="BasketQuantity"/> lets it: in one statement, so that of two tabs at once neither loses what the other put in.
    /// </summary>
    /// <returns>How much is in the basket now, and how much was asked for in all; null when the basket is full.</returns>
    public Task<Added?> AddAsync(byte[] key, string town, BasketLine more, long available, CancellationToken token) =>
        WriteAsync(key, town, more, BasketQuantity.Least(more.Measure, available), BasketQuantity.Fit(more.Measure, long.MaxValue, available), more: true, token);

    private async Task<Added?> WriteAsync(byte[] key, string town, BasketLine line, long least, long most, bool more, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(new("insert into baskets (key) values ($1) on conflict (key) do update set updated_at = now()") { Parameters = { new() { Value = key } } });
        batch.BatchCommands.Add(new(
            """
            insert into basket_lines (key, offer_id, town, shop, title, unit, quantity, seen_price_cents, piece_grams)
            select $1, $2, $3, $4, $5, $6, least(greatest($7, $10), $11), $8, $13::bigint
            where (select count(*) from basket_lines where key = $1 and town = $3 and offer_id <> $2) < $9
            on conflict (key, town, offer_id) do update
            set title = excluded.title, unit = excluded.unit, piece_grams = excluded.piece_grams, seen_price_cents = excluded.seen_price_cents, added_at = now(),
                quantity = least(greatest(case when $12 and basket_lines.unit = excluded.unit and basket_lines.piece_grams is not distinct from excluded.piece_grams then basket_lines.quantity else 0 end + $7, $10), $11)
            returning quantity, case when $12 then coalesce((select b.quantity from basket_lines b where b.key = $1 and b.town = $3 and b.offer_id = $2 and b.unit = $6 and b.piece_grams is not distinct from $13::bigint), 0) else 0 end + $7
            """)
        {
            Parameters =
            {
                new() { Value = key }, new() { Value = line.Offer.Value }, new() { Value = town }, new() { Value = line.Shop }, new() { Value = line.Title },
                new() { Value = line.Unit.Text() }, new() { Value = line.Quantity }, new() { Value = line.SeenPriceCents }, new() { Value = MostLines },
                new() { Value = least }, new() { Value = most }, new() { Value = more }, new() { Value = (object?)line.PieceGrams ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bigint },
            },
        });
        await using var reader = await batch.ExecuteReaderAsync(token);
        return await reader.ReadAsync(token) ? new Added(reader.GetInt64(0), reader.GetInt64(1)) : null;
    }

    /// <summary>The line as it is after looking at it again; nothing when it left the basket meanwhile, which an order of it does.</summary>
    /// <param name="was">The quantity it had when it was looked at: what another tab put in since stands. Null: as it is said here, whatever it was.</param>
    public Task ChangeAsync(byte[] key, string town, BasketLine line, long? was, CancellationToken token) => ExecuteAsync(
        """
        update basket_lines set shop = @Shop, title = @Title, unit = @unit, quantity = @Quantity, seen_price_cents = @SeenPriceCents, piece_grams = @PieceGrams::bigint,
            raised_at = case when unit = @unit and quantity < @Quantity then now() else raised_at end
        where key = @key and town = @town and offer_id = @offer and (@was::bigint is null or quantity = @was)
        """,
        new { key, town, offer = line.Offer.Value, line.Shop, line.Title, unit = line.Unit.Text(), line.Quantity, line.SeenPriceCents, line.PieceGrams, was }, token);

    /// <returns>What there was of it, and since when; null when there was none any more.</returns>
    public async Task<RemovedLine?> RemoveAsync(byte[] key, string town, OfferId offer, CancellationToken token)
    {
        await using var command = database.CreateCommand("delete from basket_lines where key = $1 and town = $2 and offer_id = $3 returning quantity, unit, greatest(added_at, raised_at)");
        command.Parameters.Add(new() { Value = key });
        command.Parameters.Add(new() { Value = town });
        command.Parameters.Add(new() { Value = offer.Value });
        await using var row = await command.ExecuteReaderAsync(token);
        return await row.ReadAsync(token) ? new RemovedLine(offer, row.GetInt64(0), UnitOf(row.GetString(1)), row.GetFieldValue<DateTimeOffset>(2)) : null;
    }

    /// <summary>
    /// Puts a line that was taken out where none of its offer is by now, as old as it was: of an order that was on its way then it is no later addition.
    /// Refused (false) when the basket is full.
    /// </summary>
    public async Task<bool> PutBackAsync(byte[] key, string town, BasketLine line, DateTimeOffset? since, CancellationToken token)
    {
        await ExecuteAsync(
            """
            insert into baskets (key) values (@key) on conflict (key) do update set updated_at = now();
            insert into basket_lines (key, offer_id, town, shop, title, unit, quantity, seen_price_cents, piece_grams, added_at)
            select @key, @offer, @town, @Shop, @Title, @unit, @Quantity, @SeenPriceCents, @PieceGrams::bigint, least(@since::timestamptz, now())
            where (select count(*) from basket_lines where key = @key and town = @town and offer_id <> @offer) < @MostLines
            on conflict (key, town, offer_id) do nothing
            """,
            new { key, town, offer = line.Offer.Value, line.Shop, line.Title, unit = line.Unit.Text(), line.Quantity, line.SeenPriceCents, line.PieceGrams, since, MostLines }, token);
        return (await LinesAsync(key, town, token)).Any(l => l.Offer == line.Offer);
    }

    /// <summary>Baskets nobody touched for two months.</summary>
    public Task<int> ForgetOldAsync(CancellationToken token) => ExecuteAsync("delete from baskets where updated_at < now() - interval '60 days'", null, token);

    private static SaleUnit UnitOf(string name) => name == "weight" ? SaleUnit.Weight : SaleUnit.Piece;

    private async Task<int> ExecuteAsync(string sql, object? values, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        return await connection.ExecuteAsync(new CommandDefinition(sql, values, cancellationToken: token));
    }

    private sealed record Row(Guid Offer_id, string Shop, string Title, string Unit, long Quantity, long Seen_price_cents, long? Piece_grams);
}

/// <param name="Quantity">Pieces or grams.</param>
/// <param name="SeenPriceCents">The price the visitor was last shown.</param>
/// <param name="PieceGrams">Put in as pieces of about so many grams; null: in grams, or by the piece.</param>
public sealed record BasketLine(OfferId Offer, string Shop, string Title, SaleUnit Unit, long Quantity, long SeenPriceCents, long? PieceGrams = null)
{
    public Measure Measure => new(Unit, PieceGrams);
}

/// <param name="Quantity">In the basket now.</param>
/// <param name="Asked">What there would be, had the shop had enough.</param>
internal readonly record struct Added(long Quantity, long Asked);
