using Marketplace.Catalog.Display;
using Marketplace.Contracts.Catalog.Api;
using Npgsql;

namespace Marketplace.Catalog.Offers;

/// <summary>The category tree in the database.</summary>
internal static class CategoryTables
{
    internal static async Task<CategoryTree> ReadAsync(NpgsqlDataSource database, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            "select slug, name_fr, name_en, parent, drawing, default_vat_rate, food, perishable, alcohol from categories order by rank");
        var definitions = new List<CategoryDefinition>();
        await using var r = await command.ExecuteReaderAsync(token);
        while (await r.ReadAsync(token))
        {
            definitions.Add(new(r.GetString(0), r.GetString(1), r.IsDBNull(2) ? null : r.GetString(2), r.IsDBNull(3) ? null : r.GetString(3), r.GetString(4),
                r.GetDecimal(5), r.GetBoolean(6), r.GetBoolean(7), r.GetBoolean(8)));
        }

        return new CategoryTree(definitions);
    }

    /// <summary>Puts the whole tree in place of the old one; false when offers stand in a category that would go.</summary>
    internal static async Task<bool> ReplaceAsync(NpgsqlDataSource database, IReadOnlyList<CategoryDefinition> tree, CancellationToken token)
    {
        await using var session = await database.OpenConnectionAsync(token);
        await using var transaction = await session.BeginTransactionAsync(token);
        await using var batch = new NpgsqlBatch(session, transaction);
        foreach (var (d, rank) in tree.Select((d, rank) => (d, rank)))
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(
                """
                insert into categories (slug, name_fr, name_en, parent, drawing, default_vat_rate, food, perishable, rank, alcohol)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                on conflict (slug) do update set name_fr = excluded.name_fr, name_en = excluded.name_en, parent = excluded.parent, drawing = excluded.drawing,
                    default_vat_rate = excluded.default_vat_rate, food = excluded.food, perishable = excluded.perishable, rank = excluded.rank,
                    alcohol = excluded.alcohol
                """)
            {
                Parameters =
                {
                    new() { Value = d.Slug }, new() { Value = d.NameFr }, new() { Value = (object?)d.NameEn ?? DBNull.Value }, new() { Value = (object?)d.Parent ?? DBNull.Value },
                    new() { Value = d.Drawing }, new() { Value = d.DefaultVatRate }, new() { Value = d.Food }, new() { Value = d.Perishable }, new() { Value = rank }, new() { Value = d.Alcohol },
                },
            });
        }

        batch.BatchCommands.Add(new NpgsqlBatchCommand("delete from categories where slug <> all($1)") { Parameters = { new() { Value = tree.Select(d => d.Slug).ToArray() } } });
        batch.Note(DisplayNotes.Categories);
        try
        {
            await batch.ExecuteNonQueryAsync(token);
            await transaction.CommitAsync(token);
            return true;
        }
        catch (PostgresException used) when (used.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return false;
        }
    }
}
