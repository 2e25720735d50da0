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
            "select offer_id, shop, title, unit, quantity, seen_price_cents from basket_lines where key = @key and town = @town order by added_at, offer_id",
            new { key, town }, cancellationToken: token));
        return [.. rows.Select(r => new BasketLine(OfferId.From(r.Offer_id), r.Shop, r.Title, r.Unit == "weight" ? SaleUnit.Weight : SaleUnit.Piece, r.Quantity, r.Seen_price_cents))];
    }

    /// <summary>Puts the line with this quantity, replacing the one of the same offer. Refused (false) when the basket is full.</summary>
    public async Task<bool> PutAsync(byte[] key, string town, BasketLine line, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(new("insert into baskets (key) values ($1) on conflict (key) do update set updated_at = now()") { Parameters = { new() { Value = key } } });
        batch.BatchCommands.Add(new(
            """
            insert into basket_lines (key, offer_id, town, shop, title, unit, quantity, seen_price_cents)
            select $1, $2, $3, $4, $5, $6, $7, $8
            where (select count(*) from basket_lines where key = $1 and town = $3 and offer_id <> $2) < $9
            on conflict (key, offer_id) do update
            set town = excluded.town, title = excluded.title, unit = excluded.unit, quantity = excluded.quantity, seen_price_cents = excluded.seen_price_cents,
                added_at = now()
            """)
        {
            Parameters =
            {
                new() { Value = key }, new() { Value = line.Offer.Value }, new() { Value = town }, new() { Value = line.Shop }, new() { Value = line.Title },
                new() { Value = UnitOf(line) }, new() { Value = line.Quantity }, new() { Value = line.SeenPriceCents }, new() { Value = MostLines },
            },
        });
        await batch.ExecuteNonQueryAsync(token);
        return batch.BatchCommands[1].RecordsAffected > 0;
    }

    /// <summary>The line as it is after looking at it again; nothing when it left the basket meanwhile, which an order of it does.</summary>
    public Task ChangeAsync(byte[] key, BasketLine line, CancellationToken token) => ExecuteAsync(
        """
        update basket_lines set shop = @Shop, title = @Title, unit = @unit, quantity = @Quantity, seen_price_cents = @SeenPriceCents,
            raised_at = case when unit = @unit and quantity < @Quantity then now() else raised_at end
        where key = @key and offer_id = @offer
        """,
        new { key, offer = line.Offer.Value, line.Shop, line.Title, unit = UnitOf(line), line.Quantity, line.SeenPriceCents }, token);

    public Task RemoveAsync(byte[] key, OfferId offer, CancellationToken token) =>
        ExecuteAsync("delete from basket_lines where key = @key and offer_id = @offer", new { key, offer = offer.Value }, token);

    /// <summary>Baskets nobody touched for two months.</summary>
    public Task<int> ForgetOldAsync(CancellationToken token) => ExecuteAsync("delete from baskets where updated_at < now() - interval '60 days'", null, token);

    private static string UnitOf(BasketLine line) => line.Unit == SaleUnit.Weight ? "weight" : "piece";

    private async Task<int> ExecuteAsync(string sql, object? values, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        return await connection.ExecuteAsync(new CommandDefinition(sql, values, cancellationToken: token));
    }

    private sealed record Row(Guid Offer_id, string Shop, string Title, string Unit, long Quantity, long Seen_price_cents);
}

/// <param name="Quantity">Pieces or grams.</param>
/// <param name="SeenPriceCents">The price the visitor was last shown.</param>
public sealed record BasketLine(OfferId Offer, string Shop, string Title, SaleUnit Unit, long Quantity, long SeenPriceCents);
