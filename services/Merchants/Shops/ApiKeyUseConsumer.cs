using Marketplace.Contracts.Merchants;
using MassTransit;
using Npgsql;

namespace Marketplace.Merchants.Shops;

/// <summary>Writes down when a key was last used: once an hour at most, whichever services and processes tell of it, and never back in time.</summary>
internal sealed class ApiKeyUseConsumer(NpgsqlDataSource database) : IConsumer<ApiKeyUsed>
{
    public async Task Consume(ConsumeContext<ApiKeyUsed> context)
    {
        await using var command = database.CreateCommand("update api_keys set last_used_at = $2 where id = $1 and (last_used_at is null or last_used_at <= $2 - interval '1 hour')");
        command.Parameters.Add(new() { Value = context.Message.KeyId });
        command.Parameters.Add(new() { Value = context.Message.At.ToUniversalTime() });
        await command.ExecuteNonQueryAsync(context.CancellationToken);
    }
}
