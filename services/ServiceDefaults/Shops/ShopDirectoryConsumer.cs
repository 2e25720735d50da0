using System.Text.Json;
using Marketplace.Contracts.Merchants;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.ServiceDefaults.Shops;

/// <summary>Keeps the shop directory's tables. Each statement drops what is older than what is known, so order and repeats do not matter.</summary>
public sealed class ShopDirectoryConsumer(NpgsqlDataSource database)
    : IConsumer<ShopChanged>, IConsumer<PickupOutlookChanged>, IConsumer<ApiKeyIssued>, IConsumer<ApiKeyRevoked>
{
    public Task Consume(ConsumeContext<ShopChanged> context) => WriteAsync(
        """
        insert into directory_shops (shop_id, slug, version, data) values ($1, $2, $3, $4::jsonb)
        on conflict (shop_id) do update set slug = excluded.slug, version = excluded.version, data = excluded.data
        where directory_shops.version < excluded.version
        """,
        context.CancellationToken, new() { Value = context.Message.ShopId.Value }, new() { Value = context.Message.Slug }, new() { Value = context.Message.Version }, Json(context.Message));

    public Task Consume(ConsumeContext<PickupOutlookChanged> context) => WriteAsync(
        """
        insert into directory_outlooks (shop_id, version, data) values ($1, $2, $3::jsonb)
        on conflict (shop_id) do update set version = excluded.version, data = excluded.data
        where directory_outlooks.version < excluded.version
        """,
        context.CancellationToken, new() { Value = context.Message.ShopId.Value }, new() { Value = context.Message.Version }, Json(context.Message));

    public Task Consume(ConsumeContext<ApiKeyIssued> context) => WriteAsync(
        """
        insert into directory_api_keys (key_id, hash, shop_id, scopes) values ($1, $2, $3, $4)
        on conflict (key_id) do update set hash = excluded.hash, scopes = excluded.scopes
        """,
        context.CancellationToken, new() { Value = context.Message.KeyId }, new() { Value = context.Message.Hash }, new() { Value = context.Message.ShopId.Value },
        new() { Value = context.Message.Scopes.ToArray() });

    public Task Consume(ConsumeContext<ApiKeyRevoked> context) => WriteAsync(
        """
        insert into directory_api_keys (key_id, shop_id, revoked) values ($1, $2, true)
        on conflict (key_id) do update set revoked = true
        """,
        context.CancellationToken, new() { Value = context.Message.KeyId }, new() { Value = context.Message.ShopId.Value });

    private static NpgsqlParameter Json<T>(T message) => new() { Value = JsonSerializer.Serialize(message, JsonSerializerOptions.Web), NpgsqlDbType = NpgsqlDbType.Text };

    private async Task WriteAsync(string sql, CancellationToken token, params NpgsqlParameter[] parameters)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await using var batch = connection.CreateBatch();
        var write = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
        {
            write.Parameters.Add(parameter);
        }

        batch.BatchCommands.Add(write);
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"select pg_notify('{ShopDirectory.Channel}', '')"));
        await batch.ExecuteNonQueryAsync(token);
    }
}

public static class ShopDirectoryRegistration
{
    /// <summary>The copy that Catalog and Ordering keep. Add <see cref="ShopDirectoryConsumer"/> to the bus as well.</summary>
    public static WebApplicationBuilder AddShopDirectory(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ShopDirectory>();
        builder.Services.AddSingleton<IShopDirectory>(s => s.GetRequiredService<ShopDirectory>());
        builder.Services.AddHostedService(s => s.GetRequiredService<ShopDirectory>());
        return builder;
    }
}
