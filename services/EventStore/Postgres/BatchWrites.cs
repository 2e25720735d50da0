using Npgsql;
using NpgsqlTypes;

namespace Marketplace.EventStore.Postgres;

/// <summary>Writes that go along in the transaction of an append or of a service's own tables.</summary>
public static class BatchWrites
{
    /// <summary>
    /// Appends a fact to the log inside the caller's own transaction, for services whose tables are the truth and whose log is an outbox.
    /// Where row locks were taken before, only streams keyed by the locked thing keep their order: carry a level and its version in the fact.
    /// Give facts of one stream to one batch only; a lost race on the version is a unique violation, to be retried.
    /// </summary>
    /// <param name="trace">The <see cref="TraceParent"/> of a fact written for somebody else's request; null: the one that runs here.</param>
    public static void AppendFact(this NpgsqlBatch batch, EventTypes types, string stream, object fact, DateTimeOffset at, string? trace = null)
    {
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            insert into events (id, stream, version, type, data, at, meta)
            select $1, $2, coalesce((select max(version) from events where stream = $2), 0) + 1, $3, $4::jsonb, $5, $6::jsonb
            """)
        {
            Parameters =
            {
                new() { Value = Guid.CreateVersion7() },
                new() { Value = stream, NpgsqlDbType = NpgsqlDbType.Text },
                new() { Value = types.NameOf(fact) },
                new() { Value = types.Serialize(fact), NpgsqlDbType = NpgsqlDbType.Text },
                new() { Value = at.ToUniversalTime() },
                new() { Value = (object?)EventRows.Meta(new EventMeta(at, Trace: trace).Traced()) ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            },
        });
        batch.BatchCommands.Add(EventRows.Notify());
    }

    /// <summary>The same for many facts, of one stream also more than one, in one statement and with one notice.</summary>
    public static void AppendFacts(this NpgsqlBatch batch, EventTypes types, IReadOnlyList<(string Stream, object Fact)> facts, DateTimeOffset at)
    {
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            insert into events (id, stream, version, type, data, at, meta)
            select f.id, f.stream, coalesce((select max(e.version) from events e where e.stream = f.stream), 0) + row_number() over (partition by f.stream order by f.n),
                f.type, f.data::jsonb, $5, $6::jsonb
            from unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) with ordinality as f(id, stream, type, data, n)
            order by f.n
            """)
        {
            Parameters =
            {
                new() { Value = facts.Select(_ => Guid.CreateVersion7()).ToArray() },
                new() { Value = facts.Select(f => f.Stream).ToArray() },
                new() { Value = facts.Select(f => types.NameOf(f.Fact)).ToArray() },
                new() { Value = facts.Select(f => types.Serialize(f.Fact)).ToArray() },
                new() { Value = at.ToUniversalTime() },
                new() { Value = (object?)EventRows.Meta(new EventMeta(at).Traced()) ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            },
        });
        batch.BatchCommands.Add(EventRows.Notify());
    }

    /// <summary>
    /// Appends one fact to each of several new streams, in one statement: the hot path's form of <see cref="AppendFact"/>. A stream that exists already is
    /// a unique violation, to be retried after reading again.
    /// </summary>
    public static void AppendFirstFacts(this NpgsqlBatch batch, EventTypes types, IReadOnlyList<(string Stream, object Fact, string? Trace)> facts, DateTimeOffset at)
    {
        batch.BatchCommands.Add(EventRows.Insert(
            [.. facts.Select(f => new StoredEvent(Guid.CreateVersion7(), f.Stream, 1, types.NameOf(f.Fact), f.Fact, at, new EventMeta(at, Trace: f.Trace)))], types));
    }

    /// <summary>Remembers that <paramref name="consumer"/> has consumed this message. Add it last: a known message rolls everything back as a <see cref="DuplicateMessageException"/> (or a unique violation of <c>inbox_pkey</c> in the caller's own transaction).</summary>
    public static void AddInbox(this NpgsqlBatch batch, Guid messageId, string consumer) =>
        batch.BatchCommands.Add(new NpgsqlBatchCommand(InboxStatement + "values ($1, $2)")
        {
            Parameters = { new() { Value = messageId }, new() { Value = consumer } },
        });

    /// <summary>The same for several messages in one statement; one known message rolls everything back.</summary>
    public static void AddInbox(this NpgsqlBatch batch, IReadOnlyCollection<Guid> messageIds, string consumer) =>
        batch.BatchCommands.Add(new NpgsqlBatchCommand(InboxStatement + "select message_id, $2 from unnest($1::uuid[]) as m(message_id)")
        {
            Parameters = { new() { Value = messageIds.ToArray() }, new() { Value = consumer } },
        });

    /// <summary>The beginning by which a store can tell inbox rows from the other statements of a batch.</summary>
    internal const string InboxStatement = "insert into inbox (message_id, consumer) ";

    /// <summary>Sets a durable timer; the same kind and key again moves it.</summary>
    public static void ScheduleWork(this NpgsqlBatch batch, string kind, string key, DateTimeOffset dueAt, string? dataJson = null) =>
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            insert into due_work (kind, key, due_at, data) values ($1, $2, $3, $4::jsonb)
            on conflict (kind, key) do update set due_at = excluded.due_at, data = excluded.data, trace = null, attempts = 0, leased_until = null
            """)
        {
            Parameters =
            {
                new() { Value = kind },
                new() { Value = key },
                new() { Value = dueAt.ToUniversalTime() },
                new() { Value = (object?)dataJson ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            },
        });

    /// <summary>Sets several durable timers in one statement; each kind and key at most once.</summary>
    public static void ScheduleWork(this NpgsqlBatch batch, IReadOnlyCollection<WorkTimer> timers)
    {
        if (timers.Count == 0)
        {
            return;
        }

        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            insert into due_work (kind, key, due_at, data, trace)
            select kind, key, due_at, data::jsonb, trace
            from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[]) as t(kind, key, due_at, data, trace) order by kind, key
            on conflict (kind, key) do update set due_at = excluded.due_at, data = excluded.data, trace = excluded.trace, attempts = 0, leased_until = null
            """)
        {
            Parameters =
            {
                new() { Value = timers.Select(t => t.Kind).ToArray() },
                new() { Value = timers.Select(t => t.Key).ToArray() },
                new() { Value = timers.Select(t => t.DueAt.ToUniversalTime()).ToArray() },
                new() { Value = timers.Select(t => t.DataJson).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new() { Value = timers.Select(t => t.Trace).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
            },
        });
    }

    /// <summary>Removes a timer, if it is still there.</summary>
    public static void CancelWork(this NpgsqlBatch batch, string kind, string key) =>
        batch.BatchCommands.Add(new NpgsqlBatchCommand("delete from due_work where kind = $1 and key = $2")
        {
            Parameters = { new() { Value = kind }, new() { Value = key } },
        });
}

/// <summary>A timer to be set.</summary>
/// <param name="Trace">The <see cref="TraceParent"/> that the work joins; null: it begins a trace of its own, as befits what comes days later.</param>
public sealed record WorkTimer(string Kind, string Key, DateTimeOffset DueAt, string? DataJson = null, string? Trace = null);
