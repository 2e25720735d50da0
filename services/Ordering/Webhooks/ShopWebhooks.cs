using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.EventStore;
using Marketplace.ServiceDefaults;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Ordering.Webhooks;

/// <summary>The addresses of a shop. Each query names the shop, so another shop's is simply not there.</summary>
internal sealed class ShopWebhooks(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>Enough for every program of a shop.</summary>
    internal const int Most = 10;

    private const string Columns =
        """
        e.id, e.url, e.name, e.types, e.status, e.off_reason, e.failing_since, e.former_secret_until, e.created_at,
        (select count(*) from webhook_deliveries d where d.endpoint_id = e.id and d.state = 'waiting'), e.version, e.shop_id, e.secret
        """;

    internal async Task<IReadOnlyList<Webhook>> ListAsync(ShopId shop, CancellationToken token) =>
        [.. (await ReadAsync($"select {Columns} from webhook_endpoints e where e.shop_id = $1 order by e.created_at, e.id", [shop.Value], token)).Select(r => r.Webhook)];

    internal async Task<Webhook> GetAsync(ShopId shop, Guid webhook, CancellationToken token) => (await ReadAsync(
        $"select {Columns} from webhook_endpoints e where e.shop_id = $1 and e.id = $2", [shop.Value, webhook], token)).SingleOrDefault()?.Webhook ?? throw Unknown();

    internal async Task<(ShopId Shop, Webhook Webhook)?> FindAsync(Guid webhook, CancellationToken token) =>
        (await ReadAsync($"select {Columns} from webhook_endpoints e where e.id = $1", [webhook], token)).SingleOrDefault() is { } row ? (row.Shop, row.Webhook) : null;

    internal async Task<Webhook> AddAsync(ShopId shop, WebhookDefinition wanted, CancellationToken token)
    {
        if ((await ListAsync(shop, token)).Count >= Most)
        {
            throw new Refusal("webhooks-too-many", StatusCodes.Status409Conflict, $"Une boutique a {Most} adresses au plus : retirez-en une d’abord.", $"A shop has at most {Most} addresses: take one away first.");
        }

        return (await WriteAsync(
            $"""
            with e as (
                insert into webhook_endpoints (id, shop_id, url, name, types, status, created_at) values ($1, $2, $3, $4, $5, $6, $7) returning *)
            select {Columns} from e
            """, [Guid.CreateVersion7(), shop.Value, wanted.Url, (object?)wanted.Name ?? DBNull.Value, wanted.Types.ToArray(), wanted.Paused ? "paused" : "active", clock.GetUtcNow()], token))!.Webhook;
    }

    /// <summary>One that was switched off is in use again.</summary>
    internal async Task<Webhook> ReplaceAsync(ShopId shop, Guid webhook, WebhookDefinition wanted, long? expectedVersion, CancellationToken token)
    {
        var stands = await GetAsync(shop, webhook, token);
        return expectedVersion is { } expected && expected != stands.Version ? throw new ConcurrencyException("webhook-" + webhook)
            : (await WriteAsync(
                $"""
                with e as (
                    update webhook_endpoints set url = $3, name = $4, types = $5, status = $6, off_reason = null, version = version + 1,
                        failing_since = case when url = $3 and status <> 'off' then failing_since end
                    where shop_id = $1 and id = $2 and version = $7 returning *)
                select {Columns} from e
                """, [shop.Value, webhook, wanted.Url, (object?)wanted.Name ?? DBNull.Value, wanted.Types.ToArray(), wanted.Paused ? "paused" : "active", stands.Version], token))?.Webhook
            ?? throw new ConcurrencyException("webhook-" + webhook);
    }

    internal async Task RemoveAsync(ShopId shop, Guid webhook, CancellationToken token)
    {
        await using var command = database.CreateCommand("delete from webhook_endpoints where shop_id = $1 and id = $2");
        command.Parameters.Add(new() { Value = shop.Value });
        command.Parameters.Add(new() { Value = webhook });
        await command.ExecuteNonQueryAsync(token);
    }

    /// <summary>The next secret; the one before signs as well for a while, and none older than that: so a press that comes twice says what it saw, and makes one.</summary>
    internal async Task<(Webhook Webhook, int Secret)> RotateAsync(ShopId shop, Guid webhook, long? expectedVersion, CancellationToken token)
    {
        var stands = await GetAsync(shop, webhook, token);
        return await WriteAsync(
            $"""
            with e as (
                update webhook_endpoints set secret = secret + 1, former_secret_until = $3, version = version + 1 where shop_id = $1 and id = $2 and version = $4 returning *)
            select {Columns} from e
            """, [shop.Value, webhook, clock.GetUtcNow() + WebhookSecrets.Overlap, expectedVersion ?? stands.Version], token) is { } row ? (row.Webhook, row.Secret) : throw new ConcurrencyException("webhook-" + webhook);
    }

    internal static Refusal Unknown() => Refusal.NotFound("webhook", "Cette adresse n’est pas enregistrée.", "There is no such webhook.");

    private async Task<Row?> WriteAsync(string sql, object[] parameters, CancellationToken token)
    {
        try
        {
            return (await ReadAsync(sql, parameters, token)).SingleOrDefault();
        }
        catch (PostgresException taken) when (taken is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "webhook_endpoints_url_key" })
        {
            throw new Refusal("webhook-known", StatusCodes.Status409Conflict,
                "Cette adresse est déjà enregistrée pour la boutique : changez-la là où elle est.", "This address is registered for the shop already: change it where it stands.").With("field", "url");
        }
    }

    private async Task<List<Row>> ReadAsync(string sql, object[] parameters, CancellationToken token)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter is DBNull ? new NpgsqlParameter { Value = parameter, NpgsqlDbType = NpgsqlDbType.Text } : new() { Value = parameter });
        }

        var rows = new List<Row>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            var until = Time(reader, 7);
            rows.Add(new Row(new ShopId(reader.GetGuid(11)), reader.GetInt32(12), new Webhook(reader.GetGuid(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2),
                reader.GetFieldValue<string[]>(3), reader.GetString(4), reader.IsDBNull(5) ? null : reader.GetString(5), Time(reader, 6), until > clock.GetUtcNow() ? until : null,
                reader.GetFieldValue<DateTimeOffset>(8), (int)reader.GetInt64(9), reader.GetInt64(10))));
        }

        return rows;
    }

    private static DateTimeOffset? Time(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);

    private sealed record Row(ShopId Shop, int Secret, Webhook Webhook);
}
