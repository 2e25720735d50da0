using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Ordering.Webhooks;

/// <summary>An event on its way to an endpoint, leased by this process.</summary>
/// <param name="Attempts">With this one.</param>
/// <param name="FailingSince">Its first attempt that failed.</param>
internal sealed record LeasedDelivery(Guid Id, Guid Endpoint, ShopId Shop, Uri Url, int Secret, DateTimeOffset? FormerSecretUntil, string EventId, string Body, int Attempts,
    DateTimeOffset? FailingSince, DateTimeOffset LeasedUntil);

/// <summary>
/// What is to be sent and what was. Several processes share it by row locks and leases: a killed one's deliveries come back when their lease is over, under the
/// same id.
/// </summary>
internal sealed class WebhookDeliveries(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>Longer than any attempt lasts, its outcome's way to the database included.</summary>
    internal static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    /// <summary>How long the log tells of what has ended.</summary>
    internal static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private const string Columns = "d.id, d.event_id, d.type, d.at, d.order_id, d.state, d.attempts, d.tried_at, d.next_at, d.answer, d.answer_text, d.problem, d.milliseconds";

    /// <summary>Takes what is due, the longest due first: of the endpoints that are well, or of those that are failing.</summary>
    /// <param name="most">In all.</param>
    /// <param name="mostOfOne">Of one endpoint, with what is under way to it.</param>
    internal async Task<IReadOnlyList<LeasedDelivery>> TakeAsync(bool failing, int most, int mostOfOne, CancellationToken token)
    {
        var now = clock.GetUtcNow();
        await using var command = database.CreateCommand(
            """
            with free as (
                select e.id, e.shop_id, e.url, e.secret, e.former_secret_until,
                       $3 - (select count(*) from webhook_deliveries f where f.endpoint_id = e.id and f.state = 'waiting' and f.leased_until >= $1) as room
                from webhook_endpoints e
                where e.status = 'active' and (e.failing_since is not null) = $2
                  and exists (select from webhook_deliveries w where w.endpoint_id = e.id and w.state = 'waiting' and w.next_at <= $1)),
            due as (
                select w.id, free.shop_id, free.url, free.secret, free.former_secret_until
                from free cross join lateral (
                    select d.id, d.next_at from webhook_deliveries d
                    where d.endpoint_id = free.id and d.state = 'waiting' and d.next_at <= $1 and (d.leased_until is null or d.leased_until < $1)
                    order by d.next_at limit greatest(free.room, 0) for no key update skip locked) w
                order by w.next_at limit $4)
            update webhook_deliveries d set leased_until = $5, attempts = d.attempts + 1, tried_at = $1
            from due where d.id = due.id
            returning d.id, d.endpoint_id, due.shop_id, due.url, due.secret, due.former_secret_until, d.event_id, d.body, d.attempts, d.failing_since, d.leased_until
            """);
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = failing });
        command.Parameters.Add(new() { Value = (long)mostOfOne });
        command.Parameters.Add(new() { Value = (long)most });
        command.Parameters.Add(new() { Value = now + Lease });
        var taken = new List<LeasedDelivery>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            taken.Add(new LeasedDelivery(reader.GetGuid(0), reader.GetGuid(1), new ShopId(reader.GetGuid(2)), new Uri(reader.GetString(3)), reader.GetInt32(4), Time(reader, 5),
                reader.GetString(6), reader.GetString(7), reader.GetInt32(8), Time(reader, 9), reader.GetFieldValue<DateTimeOffset>(10)));
        }

        return taken;
    }

    /// <summary>It was taken: the endpoint is well again.</summary>
    internal Task DeliveredAsync(LeasedDelivery delivery, WebhookAnswer answer, CancellationToken token) => EndAsync(delivery, batch =>
    {
        batch.BatchCommands.Add(Told(delivery, answer, "delivered", next: null, failingSince: null));
        Add(batch, "update webhook_endpoints set failing_since = null where id = $1 and failing_since is not null", delivery.Endpoint);
    }, token);

    /// <summary>It was not taken, and is sent again then.</summary>
    /// <param name="failingSince">The delivery's first attempt that failed.</param>
    /// <param name="now">When this one did.</param>
    internal Task FailedAsync(LeasedDelivery delivery, WebhookAnswer answer, DateTimeOffset failingSince, DateTimeOffset now, DateTimeOffset next, CancellationToken token) => EndAsync(delivery, batch =>
    {
        batch.BatchCommands.Add(Told(delivery, answer, "waiting", next, failingSince));
        Fail(batch, delivery.Endpoint, now);
    }, token);

    /// <summary>
    /// It was not taken and is not sent again. An endpoint that took nothing for as long, or that says it is gone, is switched off, with all that waits for it, and its
    /// shop is told (<see cref="WebhookOffMail"/>): all in one transaction. One that took others meanwhile stays in use.
    /// </summary>
    /// <param name="failingSince">The delivery's first attempt that failed.</param>
    /// <param name="now">When this one did.</param>
    internal Task GivenUpAsync(LeasedDelivery delivery, WebhookAnswer answer, DateTimeOffset failingSince, DateTimeOffset now, bool gone, CancellationToken token) => EndAsync(delivery, batch =>
    {
        batch.BatchCommands.Add(Told(delivery, answer, "given-up", next: null, failingSince));
        Fail(batch, delivery.Endpoint, now);
        Add(batch,
            """
            with off as (
                update webhook_endpoints set status = 'off', off_reason = case when $3 then 'gone' else 'failing' end, version = version + 1
                where id = $1 and status = 'active' and ($3 or failing_since <= $2)
                returning id, version),
            rest as (
                update webhook_deliveries d set state = 'given-up', ended_at = $4, problem = coalesce(problem, 'off')
                from off where d.endpoint_id = off.id and d.state = 'waiting')
            insert into due_work (kind, key, due_at) select $5, off.id || '/' || off.version, $4 from off on conflict do nothing
            """, delivery.Endpoint, failingSince.ToUniversalTime(), gone, clock.GetUtcNow(), WebhookOffMail.WorkKind);
    }, token);

    /// <summary>Stopping: another process may send it now.</summary>
    internal Task GiveBackAsync(LeasedDelivery delivery, CancellationToken token) =>
        RunAsync(batch => Add(batch, "update webhook_deliveries set leased_until = null, attempts = attempts - 1 where id = $1 and leased_until = $2", delivery.Id, delivery.LeasedUntil), token);

    /// <summary>Forgets what ended long ago, and gives up what waited too long for a paused endpoint, or waits for one that was switched off: in use again, it gets nothing of before.</summary>
    internal Task CleanAsync(CancellationToken token) => RunAsync(batch =>
    {
        var now = clock.GetUtcNow();
        Add(batch, "delete from webhook_deliveries where ended_at < $1", now - Kept);
        Add(batch,
            """
            update webhook_deliveries d set state = 'given-up', ended_at = $1, problem = case e.status when 'off' then coalesce(d.problem, 'off') else 'paused' end
            from webhook_endpoints e where e.id = d.endpoint_id and d.state = 'waiting' and (e.status = 'off' or e.status = 'paused' and d.created_at < $2)
            """, now, now - WebhookRetries.For);
    }, token);

    internal async Task<WebhookDeliveryPage> ListAsync(Guid endpoint, string? state, int page, int pageSize, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            $"""
            select {Columns} from webhook_deliveries d where d.endpoint_id = $1 and ($2::text is null or d.state = $2)
            order by d.created_at desc, d.id desc limit $3 offset $4
            """);
        command.Parameters.Add(new() { Value = endpoint });
        command.Parameters.Add(new() { Value = (object?)state ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = pageSize });
        command.Parameters.Add(new() { Value = (page - 1) * pageSize });
        var items = await ReadAsync(command, token);
        await using var count = database.CreateCommand("select count(*) from webhook_deliveries where endpoint_id = $1 and ($2::text is null or state = $2)");
        count.Parameters.Add(new() { Value = endpoint });
        count.Parameters.Add(new() { Value = (object?)state ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        return new WebhookDeliveryPage(items, (int)(long)(await count.ExecuteScalarAsync(token))!, page, pageSize);
    }

    /// <summary>A test event; sent whatever types the endpoint wants.</summary>
    internal async Task<WebhookDelivery> TestAsync(Guid endpoint, CancellationToken token)
    {
        var (id, now) = (Guid.CreateVersion7(), clock.GetUtcNow());
        await using var command = database.CreateCommand(
            $"""
            with d as (
                insert into webhook_deliveries (id, endpoint_id, event_id, type, at, body, state, created_at, next_at)
                values ($1, $2, $3, $4, $5, $6, 'waiting', $5, $5) returning *)
            select {Columns} from d
            """);
        foreach (var value in (object[])[id, endpoint, WebhookBodies.IdOf(id, default), WebhookTypes.Test, now, WebhookBodies.OfTest(now)])
        {
            command.Parameters.Add(new() { Value = value });
        }

        return (await ReadAsync(command, token)).Single();
    }

    /// <summary>Sends it again under the same id: from the beginning what has ended, now what waits; null where there is none.</summary>
    internal async Task<WebhookDelivery?> SendAgainAsync(Guid endpoint, Guid delivery, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            $"""
            update webhook_deliveries d set state = 'waiting', next_at = $3, ended_at = null,
                attempts = case d.state when 'waiting' then d.attempts else 0 end, failing_since = case d.state when 'waiting' then d.failing_since end,
                leased_until = case d.state when 'waiting' then d.leased_until end
            where d.id = $1 and d.endpoint_id = $2 returning {Columns}
            """);
        command.Parameters.Add(new() { Value = delivery });
        command.Parameters.Add(new() { Value = endpoint });
        command.Parameters.Add(new() { Value = clock.GetUtcNow() });
        return (await ReadAsync(command, token)).SingleOrDefault();
    }

    private static async Task<List<WebhookDelivery>> ReadAsync(NpgsqlCommand command, CancellationToken token)
    {
        var items = new List<WebhookDelivery>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            var state = reader.GetString(5);
            items.Add(new WebhookDelivery(reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3),
                reader.IsDBNull(4) ? null : new OrderId(reader.GetGuid(4)), state, reader.GetInt32(6), Time(reader, 7), state is "waiting" ? Time(reader, 8) : null,
                reader.IsDBNull(9) ? null : reader.GetInt32(9), reader.IsDBNull(10) ? null : reader.GetString(10), reader.IsDBNull(11) ? null : reader.GetString(11),
                reader.IsDBNull(12) ? null : reader.GetInt32(12)));
        }

        return items;
    }

    // Only as it was leased: whoever took it since, because this came late, tells of it. What was given up while it was under way, with its endpoint, does not wait again.
    private NpgsqlBatchCommand Told(LeasedDelivery delivery, WebhookAnswer answer, string state, DateTimeOffset? next, DateTimeOffset? failingSince) => new(
        """
        update webhook_deliveries set state = case when $3 = 'waiting' then state else $3 end, next_at = coalesce($4, next_at), failing_since = $5, leased_until = null,
            answer = $6, answer_text = $7, problem = $8, milliseconds = $9, ended_at = case when $3 = 'waiting' then ended_at else $10 end
        where id = $1 and leased_until = $2
        """)
    {
        Parameters =
        {
            new() { Value = delivery.Id },
            new() { Value = delivery.LeasedUntil },
            new() { Value = state },
            new() { Value = (object?)next?.ToUniversalTime() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
            new() { Value = (object?)failingSince?.ToUniversalTime() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
            new() { Value = (object?)answer.Status ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer },
            new() { Value = (object?)answer.Text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            new() { Value = (object?)answer.Problem ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            new() { Value = (int)answer.Took.TotalMilliseconds },
            new() { Value = clock.GetUtcNow() },
        },
    };

    private static void Fail(NpgsqlBatch batch, Guid endpoint, DateTimeOffset since) =>
        Add(batch, "update webhook_endpoints set failing_since = $2 where id = $1 and failing_since is null", endpoint, since.ToUniversalTime());

    private static void Add(NpgsqlBatch batch, string sql, params object[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new() { Value = parameter });
        }

        batch.BatchCommands.Add(command);
    }

    // The endpoint first, then what is sent to it: what ends at one moment at one endpoint waits in line, never in a circle.
    private Task EndAsync(LeasedDelivery delivery, Action<NpgsqlBatch> fill, CancellationToken token) => RunAsync(batch =>
    {
        Add(batch, "select from webhook_endpoints where id = $1 for no key update", delivery.Endpoint);
        fill(batch);
    }, token);

    private async Task RunAsync(Action<NpgsqlBatch> fill, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await using var batch = connection.CreateBatch();
        fill(batch);
        await batch.ExecuteNonQueryAsync(token);
    }

    private static DateTimeOffset? Time(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}
