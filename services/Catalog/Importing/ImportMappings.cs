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

    /// <summary>What the shop has said of its own words for categories, in whichever of its files: the latest stands. Null: nothing.</summary>
    internal async Task<IReadOnlyDictionary<string, string>?> FamiliesAsync(ShopId shop, CancellationToken token)
    {
        await using var command = database.CreateCommand("select f.key, f.value from import_mappings m, jsonb_each_text(m.format -> 'families') f where m.shop_id = $1 and jsonb_typeof(m.format -> 'families') = 'object' order by m.used_at desc");
        command.Parameters.Add(new() { Value = shop.Value });
        var families = new Dictionary<string, string>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            if (families.Count < ImportFormat.MostFamilies)
            {
                families.TryAdd(reader.GetString(0), reader.GetString(1));
            }
        }

        return families.Count == 0 ? null : families;
    }

    /// <summary>Remembered with the commit itself; of a shop's many the newest stay.</summary>
    internal static void Remember(NpgsqlBatch batch, ShopId shop, string fingerprint, ImportFormat format, DateTimeOffset now)
    {
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            "insert into import_mappings (shop_id, fingerprint, format, used_at) values ($1, $2, $3, $4) on conflict (shop_id, fingerprint) do update set format = excluded.format, used_at = excluded.used_at")
        {
            Parameters =
            {
                new() { Value = shop.Value }, new() { Value = fingerprint },
                new() { Value = JsonSerializer.Serialize(format, ImportJson.Default.ImportFormat), NpgsqlDbType = NpgsqlDbType.Jsonb }, new() { Value = now },
            },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            "delete from import_mappings where shop_id = $1 and fingerprint in (select fingerprint from import_mappings where shop_id = $1 order by used_at desc, fingerprint offset $2)")
        {
            Parameters = { new() { Value = shop.Value }, new() { Value = MostOfShop } },
        });
    }
}
