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
