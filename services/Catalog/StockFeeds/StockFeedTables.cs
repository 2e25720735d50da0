using Marketplace.Catalog.Offers;
using Marketplace.Contracts;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Catalog.StockFeeds;

/// <summary>The feeds and their runs, as the one who reads them knows them.</summary>
internal sealed class StockFeedTables(NpgsqlDataSource database)
{
    private const int MostSkipsKept = 100;
    private static readonly TimeSpan Told = TimeSpan.FromDays(30);

    private const string FeedColumns =
        "shop_id, version, address, siret, auth, secret, reserved_excluded, every_minutes, changed_at, next_run_at, modified_since, full_at, reset_as_of, removed";

    private const string RunColumns = "run_id, feed_version, whole, started_at, modified_since, next_since, cursor, pages, lines, skipped, announced, attempts, retry_at";

    /// <summary>Removed ones too, until their figures are put back.</summary>
    internal async Task<Feed?> FindAsync(ShopId shop, CancellationToken token)
    {
        await using var command = database.CreateCommand($"select {FeedColumns} from stock_feeds where shop_id = $1");
        command.Parameters.Add(new() { Value = shop.Value });
        await using var reader = await command.ExecuteReaderAsync(token);
        return await reader.ReadAsync(token) ? Read(reader) : null;
    }

    internal static async Task<Feed?> LockAsync(NpgsqlConnection session, NpgsqlTransaction transaction, ShopId shop, CancellationToken token)
    {
        await using var command = new NpgsqlCommand($"select {FeedColumns} from stock_feeds where shop_id = $1 for update", session, transaction) { Parameters = { new() { Value = shop.Value } } };
        await using var reader = await command.ExecuteReaderAsync(token);
        return await reader.ReadAsync(token) ? Read(reader) : null;
    }

    /// <summary>The run that is open; one of other settings ends here, unread.</summary>
    internal async Task<FeedRun?> OpenRunAsync(Feed feed, DateTimeOffset now, CancellationToken token)
    {
        await ExecuteAsync("update stock_feed_runs set status = 'abandoned', ended_at = $3, retry_at = null where shop_id = $1 and status = 'running' and feed_version < $2", token, feed.ShopId.Value, feed.Version, now);
        await using var command = database.CreateCommand($"select {RunColumns} from stock_feed_runs where shop_id = $1 and status = 'running'");
        command.Parameters.Add(new() { Value = feed.ShopId.Value });
        await using var reader = await command.ExecuteReaderAsync(token);
        return await reader.ReadAsync(token) ? ReadRun(reader) : null;
    }

    /// <summary>The run as it stands now, if it is still open.</summary>
    internal async Task<FeedRun?> AgainAsync(FeedRun run, CancellationToken token)
    {
        await using var command = database.CreateCommand($"select {RunColumns} from stock_feed_runs where run_id = $1 and status = 'running'");
        command.Parameters.Add(new() { Value = run.Id });
        await using var reader = await command.ExecuteReaderAsync(token);
        return await reader.ReadAsync(token) ? ReadRun(reader) : null;
    }

    /// <summary>Begins a run unless one is open.</summary>
    internal static NpgsqlBatchCommand Begin(Feed feed, bool whole, DateTimeOffset now) => new(
        """
        insert into stock_feed_runs (run_id, shop_id, feed_version, whole, status, started_at, modified_since) values ($1, $2, $3, $4, 'running', $5, $6)
        on conflict (shop_id) where status = 'running' do nothing
        """)
    {
        Parameters =
        {
            new() { Value = Guid.CreateVersion7() }, new() { Value = feed.ShopId.Value }, new() { Value = feed.Version }, new() { Value = whole || feed.ModifiedSince is null }, new() { Value = now },
            new() { Value = whole || feed.ModifiedSince is null ? DBNull.Value : feed.ModifiedSince, NpgsqlDbType = NpgsqlDbType.TimestampTz },
        },
    };

    internal async Task<FeedRun?> BeginAsync(Feed feed, bool whole, DateTimeOffset now, CancellationToken token)
    {
        await using (var session = await database.OpenConnectionAsync(token))
        await using (var batch = new NpgsqlBatch(session) { BatchCommands = { Begin(feed, whole, now) } })
        {
            await batch.ExecuteNonQueryAsync(token);
        }

        return await OpenRunAsync(feed, now, token);
    }

    /// <summary>Whether the run has passed here already. Where somebody else got further meanwhile this page is overtaken, not repeated: who takes it finds out.</summary>
    internal async Task<bool> WasAtAsync(FeedRun run, string cursor, CancellationToken token)
    {
        await using var command = database.CreateCommand("select exists (select from stock_feed_cursors c join stock_feed_runs r on r.run_id = c.run_id where c.run_id = $1 and c.cursor = $2 and r.pages = $3)");
        command.Parameters.Add(new() { Value = run.Id });
        command.Parameters.Add(new() { Value = cursor });
        command.Parameters.Add(new() { Value = run.Pages });
        return (bool)(await command.ExecuteScalarAsync(token))!;
    }

    /// <summary>
    /// How far the run has come, written with the figures themselves: interrupted, it goes on exactly there. When somebody else got further meanwhile, or the shop has other
    /// settings, the quotient by zero undoes the page (<see cref="IsOvertaken"/>). The settings are locked first: who removes them waits for this page, and no page follows.
    /// </summary>
    internal static void AddProgress(NpgsqlBatch batch, Feed feed, FeedRun run, FeedProgress progress)
    {
        Hold(batch, feed);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            update stock_feed_runs set pages = ($2::int + 1) / (case when pages = $2 and status = 'running'
                    and exists (select from stock_feeds f where f.shop_id = $3 and f.version = $4 and not f.removed) then 1 else 0 end),
                cursor = $5, next_since = coalesce(next_since, $6), lines = lines + $7, changed = changed + $8, skipped = skipped + $9, unknown = unknown + $10,
                announced = coalesce($11, announced), attempts = 0, retry_at = null, error = null, error_fr = null, error_en = null
            where run_id = $1
            """)
        {
            Parameters =
            {
                new() { Value = run.Id }, new() { Value = run.Pages }, new() { Value = feed.ShopId.Value }, new() { Value = feed.Version }, new() { Value = progress.Cursor },
                new() { Value = (object?)progress.NextSince?.ToUniversalTime() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz }, new() { Value = progress.Lines }, new() { Value = progress.Changed },
                new() { Value = progress.Skipped.Count }, new() { Value = progress.Unknown }, new() { Value = (object?)progress.Announced ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer },
            },
        });
        var unread = progress.Skipped.Select(s => s.Ref).OfType<string>().Distinct().ToList();
        if (run.Whole && unread.Count > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(
                """
                update stock_fed set named_at = $4
                where offer_id in (select offer_id from offers where shop_id = $1 and sku = any($2) union select offer_id from offers where shop_id = $1 and ean13 = any($3))
                """)
            {
                Parameters =
                {
                    new() { Value = feed.ShopId.Value }, new() { Value = unread.ToArray() }, new() { Value = unread.Select(r => Gtin.Normalise(r).Ean13).OfType<string>().ToArray() },
                    new() { Value = progress.Asked.ToUniversalTime() },
                },
            });
        }

        batch.BatchCommands.Add(new NpgsqlBatchCommand("insert into stock_feed_cursors (run_id, cursor) values ($1, $2)") { Parameters = { new() { Value = run.Id }, new() { Value = progress.Cursor } } });
        var shown = progress.Skipped.Take(MostSkipsKept - Math.Min(run.Skipped, MostSkipsKept)).ToList();
        if (shown.Count > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(
                """
                insert into stock_feed_skips (run_id, n, ref, reason, detail_fr, detail_en)
                select $1, $2 + s.n, s.ref, s.reason, s.fr, s.en from unnest($3::text[], $4::text[], $5::text[], $6::text[]) with ordinality as s(ref, reason, fr, en, n)
                """)
            {
                Parameters =
                {
                    new() { Value = run.Id }, new() { Value = run.Skipped }, new() { Value = shown.ConvertAll(s => s.Ref), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                    new() { Value = shown.ConvertAll(s => s.Fault.Reason) }, new() { Value = shown.ConvertAll(s => s.Fault.French) }, new() { Value = shown.ConvertAll(s => s.Fault.English) },
                },
            });
        }
    }

    /// <summary>A page of more lines than were asked for is taken in parts: the same is asked of each of them, and only the last one tells how far the run has come.</summary>
    internal static void AddPart(NpgsqlBatch batch, Feed feed, FeedRun run)
    {
        Hold(batch, feed);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            select 1 / (case when exists (select from stock_feed_runs where run_id = $1 and pages = $2 and status = 'running')
                and exists (select from stock_feeds f where f.shop_id = $3 and f.version = $4 and not f.removed) then 1 else 0 end)
            """)
        {
            Parameters = { new() { Value = run.Id }, new() { Value = run.Pages }, new() { Value = feed.ShopId.Value }, new() { Value = feed.Version } },
        });
    }

    private static void Hold(NpgsqlBatch batch, Feed feed) =>
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select version from stock_feeds where shop_id = $1 for share") { Parameters = { new() { Value = feed.ShopId.Value } } });

    internal static bool IsOvertaken(PostgresException failure) =>
        failure is { SqlState: PostgresErrorCodes.DivisionByZero } or { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "stock_feed_cursors" };

    /// <summary>Asked again at that time, with nothing changed meanwhile.</summary>
    internal Task WaitAsync(FeedRun run, Fault fault, DateTimeOffset until, CancellationToken token) => ExecuteAsync(
        "update stock_feed_runs set attempts = attempts + 1, retry_at = $2, error = $3, error_fr = $4, error_en = $5 where run_id = $1 and status = 'running'", token,
        run.Id, until, fault.Reason, fault.French, fault.English);

    /// <summary>The run is over; the settings remember how far it came, if they are still the ones it began with.</summary>
    internal async Task EndAsync(Feed feed, FeedRun run, Fault? fault, DateTimeOffset now, DateTimeOffset next, CancellationToken token)
    {
        await using var session = await database.OpenConnectionAsync(token);
        await using var transaction = await session.BeginTransactionAsync(token);
        await using var batch = new NpgsqlBatch(session, transaction)
        {
            BatchCommands =
            {
                new("""
                    update stock_feeds set next_run_at = $3, modified_since = case when $4 then $5 else modified_since end, full_at = case when $4 and $6 then $7 else full_at end
                    where shop_id = $1 and version = $2 and not removed
                    """)
                {
                    Parameters =
                    {
                        new() { Value = feed.ShopId.Value }, new() { Value = feed.Version }, new() { Value = next }, new() { Value = fault is null },
                        new() { Value = (object?)run.NextSince ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz }, new() { Value = run.Whole }, new() { Value = run.StartedAt },
                    },
                },
                new("update stock_feed_runs set status = $2, ended_at = $3, retry_at = null, error = $4, error_fr = $5, error_en = $6 where run_id = $1 and status = 'running'")
                {
                    Parameters =
                    {
                        new() { Value = run.Id }, new() { Value = fault is null ? "done" : "failed" }, new() { Value = now }, Text(fault?.Reason), Text(fault?.French), Text(fault?.English),
                    },
                },
                new("delete from stock_feed_cursors where run_id = $1") { Parameters = { new() { Value = run.Id } } },
                new("delete from stock_feed_runs where run_id in (select run_id from stock_feed_runs where shop_id = $1 and ended_at < $2 limit 100)")
                {
                    Parameters = { new() { Value = feed.ShopId.Value }, new() { Value = now - Told } },
                },
            },
        };
        await batch.ExecuteNonQueryAsync(token);
        await transaction.CommitAsync(token);

        static NpgsqlParameter Text(string? text) => new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };
    }

    /// <summary>Figures of this shop that its software told before that time, and that nobody has replaced.</summary>
    /// <param name="unnamed">Only those whose line has not been seen since, not even as one that could not be taken.</param>
    internal async Task<List<string>> FedBeforeAsync(ShopId shop, DateTimeOffset before, bool unnamed, int most, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            """
            select o.sku from offers o join stock s on s.offer_id = o.offer_id join stock_fed f on f.offer_id = s.offer_id and f.as_of = s.as_of
            where o.shop_id = $1 and s.source = 'feed' and s.as_of < $2 and o.status <> 'archived' and o.unit = 'piece' and not ($4 and coalesce(f.named_at >= $2, false)) order by o.offer_id limit $3
            """);
        command.Parameters.Add(new() { Value = shop.Value });
        command.Parameters.Add(new() { Value = before });
        command.Parameters.Add(new() { Value = most });
        command.Parameters.Add(new() { Value = unnamed });
        return await SkusAsync(command, token);
    }

    /// <summary>Figures that were good until before now, and that nobody has replaced.</summary>
    internal async Task<List<string>> ExpiredAsync(ShopId shop, DateTimeOffset now, int most, CancellationToken token)
    {
        await ExecuteAsync(
            """
            delete from stock_feed_expiries e where e.shop_id = $1 and e.until <= $2
                and not exists (select from offers o join stock s on s.offer_id = o.offer_id join stock_fed f on f.offer_id = s.offer_id and f.as_of = s.as_of where o.shop_id = $1 and o.sku = e.sku)
            """, token, shop.Value, now);
        await using var command = database.CreateCommand("select sku from stock_feed_expiries where shop_id = $1 and until <= $2 order by until limit $3");
        command.Parameters.Add(new() { Value = shop.Value });
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(new() { Value = most });
        return await SkusAsync(command, token);
    }

    internal async Task<DateTimeOffset?> NextExpiryAsync(ShopId shop, CancellationToken token)
    {
        await using var command = database.CreateCommand("select min(until) from stock_feed_expiries where shop_id = $1");
        command.Parameters.Add(new() { Value = shop.Value });
        return await command.ExecuteScalarAsync(token) is DateTime at ? new DateTimeOffset(at, TimeSpan.Zero) : null;
    }

    /// <summary>Until when the figures of a page are good; of those that say nothing: until they are told again.</summary>
    internal static void AddExpiries(NpgsqlBatch batch, ShopId shop, IReadOnlyList<(string Sku, DateTimeOffset? Until)> told)
    {
        batch.BatchCommands.Add(new NpgsqlBatchCommand("delete from stock_feed_expiries where shop_id = $1 and sku = any($2)")
        {
            Parameters = { new() { Value = shop.Value }, new() { Value = told.Select(t => t.Sku).ToArray() } },
        });
        var ending = told.Where(t => t.Until is not null).DistinctBy(t => t.Sku).ToList();
        if (ending.Count > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("insert into stock_feed_expiries (shop_id, sku, until) select $1, e.sku, e.until from unnest($2::text[], $3::timestamptz[]) as e(sku, until) on conflict (shop_id, sku) do update set until = excluded.until")
            {
                Parameters = { new() { Value = shop.Value }, new() { Value = ending.ConvertAll(t => t.Sku) }, new() { Value = ending.ConvertAll(t => t.Until!.Value.ToUniversalTime()) } },
            });
        }
    }

    /// <summary>Of these the time is over; not of one that a newer page has told again meanwhile.</summary>
    internal static void EndExpiries(NpgsqlBatch batch, ShopId shop, IReadOnlyList<string> skus, DateTimeOffset now) =>
        batch.BatchCommands.Add(new NpgsqlBatchCommand("delete from stock_feed_expiries where shop_id = $1 and sku = any($2) and until <= $3")
        {
            Parameters = { new() { Value = shop.Value }, new() { Value = skus.ToArray() }, new() { Value = now } },
        });

    /// <summary>These figures are the software's own, as of that time.</summary>
    internal static void AddFed(NpgsqlBatch batch, IReadOnlyCollection<OfferId> offers, DateTimeOffset asOf)
    {
        if (offers.Count > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("insert into stock_fed (offer_id, as_of) select distinct o, $2::timestamptz from unnest($1::uuid[]) as o on conflict (offer_id) do update set as_of = excluded.as_of")
            {
                Parameters = { new() { Value = offers.Select(o => o.Value).ToArray() }, new() { Value = asOf.ToUniversalTime() } },
            });
        }
    }

    internal async Task<bool> ResetDoneAsync(Feed feed, CancellationToken token)
    {
        await ExecuteAsync("delete from stock_feed_expiries where shop_id = $1 and exists (select from stock_feeds where shop_id = $1 and reset_as_of = $2)", token, feed.ShopId.Value, feed.ResetAsOf!.Value);
        await ExecuteAsync("update stock_feeds set reset_as_of = null where shop_id = $1 and reset_as_of = $2 and not removed", token, feed.ShopId.Value, feed.ResetAsOf!.Value);
        await ExecuteAsync("update stock_feed_runs set status = 'abandoned', ended_at = $2, retry_at = null where shop_id = $1 and status = 'running' and exists (select from stock_feeds where shop_id = $1 and removed)", token,
            feed.ShopId.Value, feed.ResetAsOf!.Value);
        await using var command = database.CreateCommand("delete from stock_feeds where shop_id = $1 and removed and version = $2");
        command.Parameters.Add(new() { Value = feed.ShopId.Value });
        command.Parameters.Add(new() { Value = feed.Version });
        return await command.ExecuteNonQueryAsync(token) == 1;
    }

    private static async Task<List<string>> SkusAsync(NpgsqlCommand command, CancellationToken token)
    {
        var skus = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            skus.Add(reader.GetString(0));
        }

        return skus;
    }

    private async Task ExecuteAsync(string sql, CancellationToken token, params object[] parameters)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new() { Value = parameter });
        }

        await command.ExecuteNonQueryAsync(token);
    }

    private static Feed Read(NpgsqlDataReader r) => new(new(r.GetGuid(0)), r.GetInt64(1), new(r.GetString(2), r.GetString(3), r.GetString(4), r.IsDBNull(5) ? null : r.GetString(5)), r.GetBoolean(6), r.GetInt32(7),
        r.GetFieldValue<DateTimeOffset>(8), r.GetFieldValue<DateTimeOffset>(9), Moment(r, 10), Moment(r, 11), Moment(r, 12), r.GetBoolean(13));

    private static FeedRun ReadRun(NpgsqlDataReader r) => new(r.GetGuid(0), r.GetInt64(1), r.GetBoolean(2), r.GetFieldValue<DateTimeOffset>(3), Moment(r, 4), Moment(r, 5), r.IsDBNull(6) ? null : r.GetString(6),
        r.GetInt32(7), r.GetInt32(8), r.GetInt32(9), r.IsDBNull(10) ? null : r.GetInt32(10), r.GetInt32(11), Moment(r, 12));

    private static DateTimeOffset? Moment(NpgsqlDataReader r, int column) => r.IsDBNull(column) ? null : r.GetFieldValue<DateTimeOffset>(column);
}
