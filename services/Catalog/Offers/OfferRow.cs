using Marketplace.Catalog.Batches;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Npgsql;

namespace Marketplace.Catalog.Offers;

/// <summary>An offer with its stock, as it stands in the tables.</summary>
/// <param name="Title">Of its model, where it is of one.</param>
/// <param name="Name">With its size and colour: what is shown.</param>
internal sealed record OfferRow(OfferId OfferId, ShopId ShopId, string Sku, string? Ean13, Guid? ProductId, string Title, string? Brand, string Category, string? Description,
    SaleUnit Unit, long PriceCents, decimal VatRate, long? NetQuantity, string? NetUnit, string[]? Allergens, string? Origin, bool Alcohol, bool SecondHand,
    string[] Synonyms, bool Active, long Version, DateTimeOffset CreatedAt, Level Level, string? Photo, long? PriorPriceCents, DateOnly? ReducedUntil, long? PriceAfterCents, Variant? Variant, string Name,
    long? PieceGrams, bool? Prepacked)
{
    internal const string Select =
        """
        select o.offer_id, o.shop_id, o.sku, o.ean13, o.product_id, o.title, o.brand, o.category, o.description, o.unit, o.price_cents, o.vat_rate,
               o.net_quantity, o.net_unit, o.allergens, o.origin, o.alcohol, o.second_hand, o.synonyms, o.status = 'active', o.version, o.created_at,
               s.on_hand, s.reserved, s.version, s.source, s.as_of, s.safety, s.fresh_hours, o.photo, o.prior_price_cents,
               o.batches::text as batches,
               case when o.batches is not null
                   then (select jsonb_agg(jsonb_build_array(extract(epoch from b.batch_at)::bigint, b.capacity, b.taken, b.own::int))::text
                         from offer_batches b where b.offer_id = o.offer_id and b.batch_at > now() - interval '2 days') end as batch_levels,
               o.reduced_until, case when o.reduced_price_cents = o.price_cents then o.price_after_cents end as price_after,
               o.variant_group, o.variant_size, o.variant_colour, o.name, o.piece_grams, o.prepacked
        from offers o join stock s on s.offer_id = o.offer_id
        """;

    internal static OfferRow Read(NpgsqlDataReader r) => new(
        new(r.GetGuid(0)), new(r.GetGuid(1)), r.GetString(2), Text(r, 3), r.IsDBNull(4) ? null : r.GetGuid(4), r.GetString(5), Text(r, 6), r.GetString(7), Text(r, 8),
        StockWords.Unit(r.GetString(9)), r.GetInt64(10), r.GetDecimal(11), r.IsDBNull(12) ? null : r.GetInt64(12), Text(r, 13),
        r.IsDBNull(14) ? null : r.GetFieldValue<string[]>(14), Text(r, 15), r.GetBoolean(16), r.GetBoolean(17), r.GetFieldValue<string[]>(18), r.GetBoolean(19),
        r.GetInt64(20), r.GetFieldValue<DateTimeOffset>(21),
        new Level(r.GetInt64(22), r.GetInt64(23), r.GetInt64(24), StockWords.Source(r.GetString(25)), r.GetFieldValue<DateTimeOffset>(26))
        {
            Safety = r.GetInt64(27),
            FreshHours = r.IsDBNull(28) ? null : r.GetInt32(28),
            Batches = BatchBoard.Read(Text(r, 31), Text(r, 32), r.GetInt64(24)),
        }, Text(r, 29), r.IsDBNull(30) ? null : r.GetInt64(30),
        r.IsDBNull(33) ? null : r.GetFieldValue<DateOnly>(33), r.IsDBNull(34) ? null : r.GetInt64(34), Variants.Read(r, 35), r.GetString(38), r.IsDBNull(39) ? null : r.GetInt64(39),
        r.IsDBNull(40) ? null : r.GetBoolean(40));

    internal static async Task<List<OfferRow>> ReadAsync(NpgsqlDataSource database, IReadOnlyCollection<Guid> ids, CancellationToken token)
    {
        await using var command = database.CreateCommand(Select + " where o.offer_id = any($1)");
        command.Parameters.Add(new() { Value = ids.ToArray() });
        var rows = new List<OfferRow>(ids.Count);
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            rows.Add(Read(reader));
        }

        return rows;
    }

    private static string? Text(NpgsqlDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);
}
