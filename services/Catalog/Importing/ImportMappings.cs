using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Catalog.Importing;

/// <summary>How a shop read its files before, by the names of their columns.</summary>
internal sealed class ImportMappings(NpgsqlDataSource database)
{
    private const int MostOfShop = 50;

    internal async Task<ImportFormat?> FindAsync(ShopId shop, string fingerprint, CancellationToken token)
    {
        await using var command = database.CreateCommand("select format::text from import_mappings where shop_id = $1 and fingerprint = $2");
        command.Parameters.Add(new() { Value = shop.Value });
        command.Parameters.Add(new() { Value = fingerprint });
        return await command.ExecuteScalarAsync(token) is string json ? JsonSerializer.Deserialize(json, ImportJson.Default.ImportFormat) : null;
    }

    /// <summary>What the shop calls categories in its files, whichever of them said so.</summary>
    internal async Task<Dictionary<string, string>> FamiliesAsync(ShopId shop, CancellationToken token)
    {
        await using var command = database.CreateCommand("select word, category from category_words where shop_id = $1");
        command.Parameters.Add(new() { Value = shop.Value });
        var families = new Dictionary<string, string>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            families.Add(reader.GetString(0), reader.GetString(1));
        }

        return families;
    }

    /// <summary>Remembered with the commit itself; of a shop's many the newest stay.</summary>
    /// <param name="said">What was said of words while this file was looked at, as <see cref="CategoryNames.Said"/>: what only stood there was perhaps corrected meanwhile. Null: nothing.</param>
    internal static void Remember(NpgsqlBatch batch, ShopId shop, string fingerprint, ImportFormat format, string? said, DateTimeOffset now)
    {
        RememberFamilies(batch, shop, said, now);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            "insert into import_mappings (shop_id, fingerprint, format, used_at) values ($1, $2, $3, $4) on conflict (shop_id, fingerprint) do update set format = excluded.format, used_at = excluded.used_at")
        {
            Parameters =
            {
                new() { Value = shop.Value }, new() { Value = fingerprint },
                new() { Value = JsonSerializer.Serialize(format with { Families = null }, ImportJson.Default.ImportFormat), NpgsqlDbType = NpgsqlDbType.Jsonb }, new() { Value = now },
            },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            "delete from import_mappings where shop_id = $1 and fingerprint in (select fingerprint from import_mappings where shop_id = $1 order by used_at desc, fingerprint offset $2)")
        {
            Parameters = { new() { Value = shop.Value }, new() { Value = MostOfShop } },
        });
    }

    private static void RememberFamilies(NpgsqlBatch batch, ShopId shop, string? said, DateTimeOffset now)
    {
        if (said is null)
        {
            return;
        }

        void Add(string sql, object last) => batch.BatchCommands.Add(new NpgsqlBatchCommand(sql) { Parameters = { new() { Value = shop.Value }, new() { Value = said, NpgsqlDbType = NpgsqlDbType.Jsonb }, new() { Value = last } } });
        Add("""
            with unset as (delete from category_words c using jsonb_each_text($2) w where c.shop_id = $1 and c.word = w.key and w.value = '')
            insert into category_words (shop_id, word, category, said_at) select $1, w.key, w.value, $3 from jsonb_each_text($2) w where w.value <> ''
            on conflict (shop_id, word) do update set category = excluded.category, said_at = excluded.said_at
            """, now);
        Add("delete from category_words where shop_id = $1 and $2 is not null and word in (select word from category_words where shop_id = $1 order by said_at desc, word offset $3)", ImportFormat.MostFamilies);
    }
}
