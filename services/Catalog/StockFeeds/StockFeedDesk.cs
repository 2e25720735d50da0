using Marketplace.Contracts.Catalog.Api;
using Marketplace.EventStore;
using Marketplace.EventStore.Postgres;
using Marketplace.ServiceDefaults.Shops;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Catalog.StockFeeds;

/// <summary>A shop sets its feed up, changes it, wants it read now, or takes it away.</summary>
internal sealed class StockFeedDesk(NpgsqlDataSource database, TimeProvider clock)
{
    /// <param name="expected">The version that was seen; null: whichever there is.</param>
    /// <param name="onlyNew">Only where there is none yet.</param>
    /// <param name="check">The source to be asked, given the one so far.</param>
    internal async Task<(Feed Feed, bool Created)> PutAsync(ShopEntry shop, StockFeedDefinition definition, long? expected, bool onlyNew, Func<FeedSource?, FeedSource> check, CancellationToken token)
    {
        await using var session = await database.OpenConnectionAsync(token);
        await using var transaction = await session.BeginTransactionAsync(token);
        var known = await StockFeedTables.LockAsync(session, transaction, shop.Id, token);
        var standing = known is { Removed: false } ? known : null;
        if ((onlyNew && standing is not null) || (expected is { } seen && standing?.Version != seen))
        {
            throw new ConcurrencyException($"stock-feed-{shop.Id}");
        }

        var now = clock.GetUtcNow();
        var source = check(standing?.Source);
        var feed = new Feed(shop.Id, (known?.Version ?? 0) + 1, source, StockFeedRules.ReservedExcluded(definition), definition.EveryMinutes, now, now, null, null, null, Removed: false);
        if (standing is not null && standing.Source == source && standing.ReservedExcluded == feed.ReservedExcluded && standing.EveryMinutes == feed.EveryMinutes)
        {
            return (standing, false); // the same again
        }

        if (standing is not null && standing.Source.IsSameStock(source) && standing.ReservedExcluded == feed.ReservedExcluded)
        {
            feed = feed with { ModifiedSince = standing.ModifiedSince, FullAt = standing.FullAt };
        }

        // What another software told is not this one's to correct: it may not name it at all.
        feed = feed with { ResetAsOf = standing is not null && !standing.Source.IsSameStock(source) ? now : known?.ResetAsOf };
        await using var batch = new NpgsqlBatch(session, transaction) { BatchCommands = { Write(feed) } };
        batch.ScheduleWork(StockFeedWork.WorkKind, shop.Id.ToString(), now);
        await batch.ExecuteNonQueryAsync(token);
        await transaction.CommitAsync(token);
        return (feed, standing is null);
    }

    /// <summary>False when there is none. What was known from it goes down to what is set aside within moments.</summary>
    internal async Task<bool> RemoveAsync(ShopEntry shop, long? expected, CancellationToken token)
    {
        await using var session = await database.OpenConnectionAsync(token);
        await using var transaction = await session.BeginTransactionAsync(token);
        if (await StockFeedTables.LockAsync(session, transaction, shop.Id, token) is not { Removed: false } feed)
        {
            return false;
        }

        if (expected is { } seen && feed.Version != seen)
        {
            throw new ConcurrencyException($"stock-feed-{shop.Id}");
        }

        var now = clock.GetUtcNow();
        await using var batch = new NpgsqlBatch(session, transaction)
        {
            BatchCommands = { Write(feed with { Version = feed.Version + 1, Source = feed.Source with { Secret = null }, ResetAsOf = now, Removed = true }) },
        };
        batch.ScheduleWork(StockFeedWork.WorkKind, shop.Id.ToString(), now);
        await batch.ExecuteNonQueryAsync(token);
        await transaction.CommitAsync(token);
        return true;
    }

    /// <summary>A run begins, or the one that waits goes on; one that is being read is left alone. False when there is no feed.</summary>
    internal async Task<bool> ReadNowAsync(ShopEntry shop, bool whole, CancellationToken token)
    {
        await using var session = await database.OpenConnectionAsync(token);
        await using var transaction = await session.BeginTransactionAsync(token);
        if (await StockFeedTables.LockAsync(session, transaction, shop.Id, token) is not { Removed: false } feed)
        {
            return false;
        }

        var now = clock.GetUtcNow();
        await using var batch = new NpgsqlBatch(session, transaction)
        {
            BatchCommands =
            {
                new("update stock_feed_runs set retry_at = null where shop_id = $1 and status = 'running' and retry_at is not null") { Parameters = { new() { Value = shop.Id.Value } } },
                StockFeedTables.Begin(feed, whole || StockFeedTimes.IsWholeDue(shop.Id.Value, feed.FullAt, now), now),
            },
        };
        // Nobody's timer is taken from them: a run that is being read goes on under its own.
        if (await batch.ExecuteNonQueryAsync(token) > 0)
        {
            await using var timer = new NpgsqlBatch(session, transaction);
            timer.ScheduleWork(StockFeedWork.WorkKind, shop.Id.ToString(), now);
            await timer.ExecuteNonQueryAsync(token);
        }

        await transaction.CommitAsync(token);
        return true;
    }

    /// <summary>How many of these the shop offers.</summary>
    internal async Task<int> KnownAsync(ShopEntry shop, StockFeedPage page, CancellationToken token)
    {
        await using var command = database.CreateCommand("select count(distinct r.ref)::int from unnest($2::text[]) as r(ref) join offers o on o.shop_id = $1 and (o.ean13 = r.ref or o.sku = r.ref) and o.status <> 'archived'");
        command.Parameters.Add(new() { Value = shop.Id.Value });
        command.Parameters.Add(new() { Value = page.Lines.Select(l => Offers.Gtin.Normalise(l.Ref).Ean13 ?? l.Ref).ToArray() });
        return (int)(await command.ExecuteScalarAsync(token))!;
    }

    /// <summary>The last runs, the newest first.</summary>
    internal async Task<List<StockFeedRun>> RunsAsync(ShopEntry shop, bool english, int most, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            """
            select r.run_id, r.status, r.whole, r.started_at, r.ended_at, r.pages, r.lines, r.changed, r.skipped, r.unknown, r.retry_at, r.error, case when $2 then r.error_en else r.error_fr end,
                coalesce(s.refs, '{}'), coalesce(s.reasons, '{}'), coalesce(s.details, '{}')
            from stock_feed_runs r
            left join lateral (select array_agg(coalesce(ref, '') order by n) as refs, array_agg(reason order by n) as reasons, array_agg(case when $2 then detail_en else detail_fr end order by n) as details
                               from stock_feed_skips where run_id = r.run_id) s on true
            where r.shop_id = $1 order by r.started_at desc, r.run_id desc limit $3
            """);
        command.Parameters.Add(new() { Value = shop.Id.Value });
        command.Parameters.Add(new() { Value = english });
        command.Parameters.Add(new() { Value = most });
        var runs = new List<StockFeedRun>();
        await using var r = await command.ExecuteReaderAsync(token);
        while (await r.ReadAsync(token))
        {
            var (refs, reasons, details) = (r.GetFieldValue<string[]>(13), r.GetFieldValue<string[]>(14), r.GetFieldValue<string[]>(15));
            runs.Add(new StockFeedRun(r.GetGuid(0), r.GetString(1), r.GetBoolean(2), r.GetFieldValue<DateTimeOffset>(3), r.IsDBNull(4) ? null : r.GetFieldValue<DateTimeOffset>(4), r.GetInt32(5), r.GetInt32(6),
                r.GetInt32(7), r.GetInt32(8), r.GetInt32(9), r.IsDBNull(10) ? null : r.GetFieldValue<DateTimeOffset>(10), r.IsDBNull(11) ? null : r.GetString(11), r.IsDBNull(12) ? null : r.GetString(12),
                [.. refs.Select((reference, i) => new StockFeedRun.Skip(reference.Length == 0 ? null : reference, reasons[i], details[i]))]));
        }

        return runs;
    }

    private static NpgsqlBatchCommand Write(Feed feed) => new(
        """
        insert into stock_feeds (shop_id, version, address, siret, auth, secret, reserved_excluded, every_minutes, changed_at, next_run_at, modified_since, full_at, reset_as_of, removed)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        on conflict (shop_id) do update set version = excluded.version, address = excluded.address, siret = excluded.siret, auth = excluded.auth, secret = excluded.secret,
            reserved_excluded = excluded.reserved_excluded, every_minutes = excluded.every_minutes, changed_at = excluded.changed_at, next_run_at = excluded.next_run_at,
            modified_since = excluded.modified_since, full_at = excluded.full_at, reset_as_of = excluded.reset_as_of, removed = excluded.removed
        """)
    {
        Parameters =
        {
            new() { Value = feed.ShopId.Value }, new() { Value = feed.Version }, new() { Value = feed.Source.Address }, new() { Value = feed.Source.Siret }, new() { Value = feed.Source.Auth },
            new() { Value = (object?)feed.Source.Secret ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }, new() { Value = feed.ReservedExcluded }, new() { Value = feed.EveryMinutes },
            new() { Value = feed.ChangedAt.ToUniversalTime() }, new() { Value = feed.NextRunAt.ToUniversalTime() }, Moment(feed.ModifiedSince), Moment(feed.FullAt), Moment(feed.ResetAsOf), new() { Value = feed.Removed },
        },
    };

    private static NpgsqlParameter Moment(DateTimeOffset? at) => new() { Value = (object?)at?.ToUniversalTime() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };
}
