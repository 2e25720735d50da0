using System.Globalization;
using Marketplace.Catalog.Offers;
using Marketplace.Contracts;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using Marketplace.ServiceDefaults.Shops;
using Npgsql;

namespace Marketplace.Catalog.Exporting;

/// <summary>
/// What a shop offers and prepares, as a file. Sent back it changes nothing, however late: each figure stands twice, so that one nobody has touched moves no stock, and says
/// when it was taken, so that of one that somebody wrote what was sold since stays sold.
/// What is archived is left out, for a file puts on sale what it names.
/// </summary>
internal sealed class OfferExport(NpgsqlDataSource database, TimeProvider clock)
{
    private const int RowsAtOnce = 1000;

    private static readonly string[] French =
    [
        "Référence", "EAN", "Désignation", "Marque ou auteur", "Catégorie", "Description", "Vendu par", "Prix TTC", "TVA", "Quantité nette", "Unité nette", "Allergènes", "Origine", "Alcool",
        "État", "Stock", "Stock relevé le", "Stock exporté", "Mots-clés", "Publication", "Modèle", "Taille", "Couleur", "Poids d’une pièce", "Préemballé",
    ];

    private static readonly string[] English =
    [
        "SKU", "EAN", "Title", "Brand author", "Category", "Description", "Sold by", "Price", "VAT rate", "Net quantity", "Net unit", "Allergens", "Origin", "Alcohol", "Condition", "Stock",
        "Stock at", "Stock exported", "Keywords", "Status", "Model", "Size", "Colour", "Piece weight", "Pre-packed",
    ];

    internal async Task WriteAsync(HttpContext http, string kind, CancellationToken token)
    {
        var (shop, english) = (http.GetShop(), http.PrefersEnglish());
        await using var file = await TableFiles.BeginAsync(http, kind, $"produits-{shop.Slug}-{Day.In(clock.GetUtcNow()):yyyy-MM-dd}", english, token);
        await file.WriteAsync([.. (english ? English : French).Select(name => (TableCell)name)], token);
        string? last = null;
        do
        {
            // Some at a time, each with its own moment: nobody's slow line keeps a session of the pool.
            var at = clock.GetUtcNow();
            var rows = await ReadAsync(shop, last, token);
            last = rows.Count == RowsAtOnce ? rows[^1].Row.Sku : null;
            foreach (var (row, draft, missing) in rows)
            {
                await file.WriteAsync(Cells(row, draft, missing, at, english), token);
            }
        }
        while (last is not null);

        await file.EndAsync(token);
    }

    private static TableCell[] Cells(OfferRow o, bool draft, long missing, DateTimeOffset at, bool english)
    {
        // Where pieces that are set aside were not found, no one figure says how things stand: such a line leaves the stock as it is.
        var counted = missing == 0;
        return
        [
            o.Sku, o.Ean13, o.Title, o.Brand, o.Category, o.Description, (o.Unit == SaleUnit.Weight, english) switch { (true, true) => "weight", (true, _) => "poids", (_, true) => "piece", _ => "pièce" },
            (decimal?)(o.PriceCents / 100m), (decimal?)o.VatRate, (decimal?)o.NetQuantity, o.NetUnit, Several(o.Allergens), o.Origin, o.Alcohol ? english ? "yes" : "oui" : english ? "no" : "non",
            o.SecondHand ? english ? "second-hand" : "occasion" : english ? "new" : "neuf", counted ? (decimal?)o.Level.OnHand : null,
            counted ? at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture) : null, counted ? (decimal?)o.Level.OnHand : null, Several(o.Synonyms),
            draft ? english ? "draft" : "brouillon" : english ? "on sale" : "en vente", o.Variant?.Group, o.Variant?.Size, o.Variant?.Colour,
            o.PieceGrams is { } grams ? string.Create(CultureInfo.InvariantCulture, $"{grams} g") : null,
            (o.Prepacked, english) switch { (true, true) => "yes", (true, _) => "oui", (false, true) => "no", (false, _) => "non", _ => null },
        ];
    }

    // One that has a comma inside is told from several by the bar behind it.
    private static string? Several(string[]? words) => words is null or [] ? null : words is [var one] ? one.Contains(',', StringComparison.Ordinal) ? one + " |" : one : string.Join(" | ", words);

    private async Task<List<(OfferRow Row, bool Draft, long Missing)>> ReadAsync(ShopEntry shop, string? after, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            $"""
            select r.*, k.status = 'draft', l.missing
            from ({OfferRow.Select} where o.shop_id = $1 and o.status <> 'archived' and o.sku > $2 order by o.sku limit $3) r
            join offers k on k.offer_id = r.offer_id join stock l on l.offer_id = r.offer_id order by k.sku
            """);
        command.Parameters.Add(new() { Value = shop.Id.Value });
        command.Parameters.Add(new() { Value = after ?? "" });
        command.Parameters.Add(new() { Value = RowsAtOnce });
        var rows = new List<(OfferRow, bool, long)>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            rows.Add((OfferRow.Read(reader), reader.GetBoolean(reader.FieldCount - 2), reader.GetInt64(reader.FieldCount - 1)));
        }

        return rows;
    }
}
