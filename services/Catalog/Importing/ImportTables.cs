using System.Data;
using System.Security.Cryptography;
using System.Text.Json;
using Marketplace.Catalog.Offers;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.EventStore.Postgres;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Shops;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Catalog.Importing;

/// <summary>An import as the worker knows it.</summary>
/// <param name="Format">How it is read, where somebody has said; of a file that is looked at, without columns where they are to be guessed anew.</param>
internal sealed record ImportJob(Guid Id, ShopId ShopId, string Status, DateTimeOffset AsOf, int RecordsRead, ImportFormat? Format, int Revision);

/// <summary>Why a line was not taken, and the line.</summary>
internal sealed record RejectedLine(int Line, Fault Fault, string[] Fields);

/// <summary>The same as handed to SQL.</summary>
internal sealed record RejectedRow(int Line, string Reason, string Detail, string DetailEn, string[] Fields);

/// <summary>Uploaded files and how far each has come.</summary>
internal sealed class ImportTables(NpgsqlDataSource database, TimeProvider clock)
{
    internal const int PartBytes = 256 * 1024;
    private const int MostRejectionsShown = 1000;

    /// <summary>
    /// The same content sent again within this time of the first is a repeat: its figures speak as of then. After it, a shop that sends what has not changed says so.
    /// </summary>
    private static readonly TimeSpan Repeat = TimeSpan.FromHours(24);


    /// <summary>Files that a shop has looked at and not decided on: the older ones are not wanted.</summary>
    internal const int MostUndecided = 5;

    /// <summary>Keeps the file, a part at a time so that no transaction stays open while somebody's slow line sends it; null when it is empty.</summary>
    /// <param name="look">It is only looked at, until somebody commits it.</param>
    internal async Task<Guid?> ReceiveAsync(ShopEntry shop, Stream file, string? name, bool look, CancellationToken token)
    {
        var id = Guid.CreateVersion7();
        var now = clock.GetUtcNow();
        await ExecuteAsync("insert into imports (import_id, shop_id, status, as_of, created_at, file_name) values ($1, $2, 'receiving', $3, $3, $4)", token, id, shop.Id.Value, now, (object?)name ?? DBNull.Value);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[PartBytes];
        var part = 0;
        int read;
        while ((read = await file.ReadAtLeastAsync(buffer, PartBytes, throwOnEndOfStream: false, token)) > 0)
        {
            if (((long)part * PartBytes) + read > Import.MostBytes)
            {
                await ExecuteAsync("delete from imports where import_id = $1", token, id);
                throw new Refusal("file-too-large", StatusCodes.Status413PayloadTooLarge, "Ce fichier dépasse 200 Mo : partagez-le.", "This file is larger than 200 MB: split it.");
            }

            hash.AppendData(buffer, 0, read);
            await ExecuteAsync("insert into import_parts (import_id, part, bytes) values ($1, $2, $3)", token, id, part++, new ReadOnlyMemory<byte>(buffer, 0, read));
        }

        if (part == 0)
        {
            await ExecuteAsync("delete from imports where import_id = $1", token, id);
            return null;
        }

        await QueueAsync(id, shop, Convert.ToHexStringLower(hash.GetHashAndReset()), look, now, token);
        return id;
    }

    private const string Shown =
        """
        i.import_id, i.status, i.records_read, i.accepted, i.unchanged, i.created_at, i.ended_at, case when $2 then coalesce(i.error_en, i.error) else i.error end, i.error_code, i.file_name,
        i.lines, i.added, i.revision
        """;

    /// <param name="english">The language of what was wrong; what was read before there were two is told in French.</param>
    internal async Task<Import?> FindAsync(ShopEntry shop, Guid id, bool english, CancellationToken token)
    {
        await using var session = await database.OpenConnectionAsync(token);
        await using var batch = new NpgsqlBatch(session)
        {
            BatchCommands =
            {
                new($"""
                    select {Shown}, i.preview::text, (select max(p.ended_at) from imports p where p.shop_id = i.shop_id and p.sha256 = i.sha256 and p.import_id <> i.import_id and p.status = 'done'
                                                                                                      and p.ended_at < coalesce(i.ended_at, 'infinity'))
                    from imports i where i.shop_id = $1 and i.import_id = $3
                    """)
                {
                    Parameters = { new() { Value = shop.Id.Value }, new() { Value = english }, new() { Value = id } },
                },
                new("select line, reason, case when $3 then coalesce(detail_en, detail) else detail end from import_rejections where import_id = $1 order by line limit $2")
                {
                    Parameters = { new() { Value = id }, new() { Value = MostRejectionsShown }, new() { Value = english } },
                },
                new("select reason, count(*)::int from import_rejections where import_id = $1 group by reason") { Parameters = { new() { Value = id } } },
            },
        };
        await using var r = await batch.ExecuteReaderAsync(token);
        if (!await r.ReadAsync(token))
        {
            return null;
        }

        var import = Read(r) with
        {
            Preview = r.IsDBNull(13) ? null : JsonSerializer.Deserialize(r.GetString(13), ImportJson.Default.StoredPreview)!.In(english),
            RepeatOf = r.IsDBNull(14) ? null : r.GetFieldValue<DateTimeOffset>(14),
        };
        await r.NextResultAsync(token);
        var rejected = new List<Import.Rejection>();
        while (await r.ReadAsync(token))
        {
            rejected.Add(new(r.GetInt32(0), r.GetString(1), r.IsDBNull(2) ? null : r.GetString(2)));
        }

        await r.NextResultAsync(token);
        var reasons = new Dictionary<string, int>();
        while (await r.ReadAsync(token))
        {
            reasons[r.GetString(0)] = r.GetInt32(1);
        }

        return import with { Rejected = rejected, Reasons = reasons };
    }

    /// <summary>The last ones, without their lines.</summary>
    internal async Task<ImportList> ListAsync(ShopEntry shop, bool english, CancellationToken token)
    {
        await using var command = database.CreateCommand($"select {Shown} from imports i where i.shop_id = $1 and i.status not in ('receiving', 'dropped') order by i.created_at desc limit 20");
        command.Parameters.Add(new() { Value = shop.Id.Value });
        command.Parameters.Add(new() { Value = english });
        var items = new List<Import>();
        await using var r = await command.ExecuteReaderAsync(token);
        while (await r.ReadAsync(token))
        {
            items.Add(Read(r));
        }

        return new ImportList(items);
    }

    private static Import Read(NpgsqlDataReader r) => new(r.GetGuid(0), r.GetString(1) is var status and not "receiving" ? status : "queued", r.GetInt32(2), r.GetInt32(3), r.GetInt32(4), [],
        r.GetFieldValue<DateTimeOffset>(5), r.IsDBNull(6) ? null : r.GetFieldValue<DateTimeOffset>(6), r.IsDBNull(7) ? null : r.GetString(7), r.IsDBNull(8) ? null : r.GetString(8),
        r.IsDBNull(9) ? null : r.GetString(9), r.IsDBNull(10) ? null : r.GetInt32(10), r.GetInt32(11), null, null, r.GetInt32(12));

    internal async Task<ImportJob?> StartAsync(Guid id, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            """
            update imports set status = case when status = 'queued' then 'running' else status end where import_id = $1 and status in ('queued', 'running', 'checking')
            returning shop_id, status, as_of, records_read, format::text, revision
            """);
        command.Parameters.Add(new() { Value = id });
        await using var r = await command.ExecuteReaderAsync(token);
        return await r.ReadAsync(token)
            ? new ImportJob(id, new(r.GetGuid(0)), r.GetString(1), r.GetFieldValue<DateTimeOffset>(2), r.GetInt32(3),
                r.IsDBNull(4) ? null : JsonSerializer.Deserialize(r.GetString(4), ImportJson.Default.ImportFormat), r.GetInt32(5))
            : null;
    }

    internal async Task<ImportedFile> OpenAsync(Guid id, CancellationToken token)
    {
        await using var command = database.CreateCommand("select coalesce(sum(octet_length(bytes)), 0)::bigint from import_parts where import_id = $1");
        command.Parameters.Add(new() { Value = id });
        return new ImportedFile(this, id, (long)(await command.ExecuteScalarAsync(token))!);
    }

    /// <summary>Into the buffer, which holds any part; how many bytes.</summary>
    internal async Task<int> PartAsync(Guid id, int part, byte[] buffer, CancellationToken token)
    {
        await using var command = PartCommand(id, part);
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, token);
        if (!await reader.ReadAsync(token))
        {
            return 0;
        }

        await using var bytes = await reader.GetStreamAsync(0, token);
        return await bytes.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, token);
    }

    internal int Part(Guid id, int part, byte[] buffer)
    {
        using var command = PartCommand(id, part);
        using var reader = command.ExecuteReader(CommandBehavior.SequentialAccess);
        if (!reader.Read())
        {
            return 0;
        }

        using var bytes = reader.GetStream(0);
        return bytes.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
    }

    private NpgsqlCommand PartCommand(Guid id, int part)
    {
        var command = database.CreateCommand("select bytes from import_parts where import_id = $1 and part = $2");
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = part });
        return command;
    }

    /// <summary>What the columns are called, for the lines that are handed back; as the file was read last, not as it was before somebody corrected that.</summary>
    internal Task SayLayoutAsync(ImportJob job, ImportLayout layout, CancellationToken token) =>
        ExecuteAsync("update imports set header = $3 where import_id = $1 and revision = $2 and header is distinct from $3", token, job.Id, job.Revision, layout.Header);

    internal Task SayLinesAsync(ImportJob job, int lines, CancellationToken token) =>
        ExecuteAsync("update imports set lines = $3 where import_id = $1 and revision = $2 and status = 'checking'", token, job.Id, job.Revision, lines);

    /// <summary>Where somebody has corrected the reading meanwhile, it is looked at again anyway.</summary>
    internal async Task SayPreviewAsync(ImportJob job, StoredPreview preview, CancellationToken token)
    {
        await using var session = await database.OpenConnectionAsync(token);
        await using var batch = new NpgsqlBatch(session)
        {
            BatchCommands =
            {
                new("update imports set status = 'preview', preview = $3::text::jsonb, lines = $4 where import_id = $1 and status = 'checking' and revision = $2")
                {
                    Parameters =
                    {
                        new() { Value = job.Id }, new() { Value = job.Revision }, new() { Value = JsonSerializer.Serialize(preview, ImportJson.Default.StoredPreview) },
                        new() { Value = preview.Lines },
                    },
                },
                new("""
                    with dropped as (update imports set status = 'dropped', preview = null
                                     where status in ('checking', 'preview') and import_id in (select import_id from imports where shop_id = $1 and status in ('checking', 'preview')
                                                                                               order by created_at desc offset $2)
                                     returning import_id)
                    delete from import_parts using dropped where import_parts.import_id = dropped.import_id
                    """)
                {
                    Parameters = { new() { Value = job.ShopId.Value }, new() { Value = MostUndecided } },
                },
            },
        };
        ImportSweep.Clean(batch, clock.GetUtcNow());
        await batch.ExecuteNonQueryAsync(token);
    }

    /// <summary>How far the file has been read, written with the offers themselves: an interrupted import goes on exactly there.</summary>
    internal static void AddProgress(NpgsqlBatch batch, Guid id, int from, int to, int added, int changed, int unchanged, IReadOnlyList<RejectedLine> rejected)
    {
        // When another process got further meanwhile, the quotient by zero undoes everything: it has done these records.
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            update imports set records_read = $3 / (case when records_read = $2 and status = 'running' then 1 else 0 end),
                accepted = accepted + $4 + $5, added = added + $4, unchanged = unchanged + $6
            where import_id = $1
            """)
        {
            Parameters = { new() { Value = id }, new() { Value = from }, new() { Value = to }, new() { Value = added }, new() { Value = changed }, new() { Value = unchanged } },
        });
        if (rejected.Count > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(
                """
                insert into import_rejections (import_id, line, reason, detail, detail_en, fields)
                select $1, r.line, r.reason, r.detail, r."detailEn", r.fields
                from jsonb_to_recordset($2::jsonb) as r(line int, reason text, detail text, "detailEn" text, fields text[]) on conflict do nothing
                """)
            {
                Parameters =
                {
                    new() { Value = id },
                    new()
                    {
                        Value = JsonSerializer.Serialize(rejected.Select(r => new RejectedRow(r.Line, r.Fault.Reason, r.Fault.French, r.Fault.English, r.Fields)).ToList(), ImportJson.Default.ListRejectedRow),
                        NpgsqlDbType = NpgsqlDbType.Text,
                    },
                },
            });
        }
    }

    /// <summary>What was found wrong in a reading that somebody has corrected meanwhile ends nothing.</summary>
    internal async Task EndAsync(ImportJob job, Fault? error, CancellationToken token)
    {
        await using var session = await database.OpenConnectionAsync(token);
        await using var transaction = await session.BeginTransactionAsync(token);
        await using var batch = new NpgsqlBatch(session, transaction)
        {
            BatchCommands =
            {
                new("update imports set status = $2, error = $3, error_en = $5, error_code = $6, ended_at = $4, lines = greatest(lines, records_read) where import_id = $1 and (status = 'running' or (status = 'checking' and revision = $7))")
                {
                    Parameters =
                    {
                        new() { Value = job.Id }, new() { Value = error is null ? "done" : "failed" },
                        new() { Value = (object?)error?.French ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }, new() { Value = clock.GetUtcNow() },
                        new() { Value = (object?)error?.English ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                        new() { Value = (object?)error?.Reason ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                        new() { Value = job.Revision },
                    },
                },
                new("delete from import_parts p using imports i where p.import_id = $1 and i.import_id = $1 and i.status in ('done', 'failed')") { Parameters = { new() { Value = job.Id } } },
            },
        };
        ImportSweep.Clean(batch, clock.GetUtcNow());
        await batch.ExecuteNonQueryAsync(token);
        await transaction.CommitAsync(token);
    }

    // Of the same content that was taken before: as of then.
    private const string AsOfFirst =
        "coalesce((select min(f.as_of) from imports f where f.shop_id = i.shop_id and f.sha256 = $3 and f.as_of > $4 and f.status in ('queued', 'running', 'done') and f.import_id <> i.import_id), i.as_of)";

    private async Task QueueAsync(Guid id, ShopEntry shop, string sha256, bool look, DateTimeOffset now, CancellationToken token)
    {
        await using var session = await database.OpenConnectionAsync(token);
        await using var transaction = await session.BeginTransactionAsync(token);
        await using var batch = new NpgsqlBatch(session, transaction)
        {
            BatchCommands =
            {
                new($"update imports i set status = $5, sha256 = $3, as_of = {AsOfFirst} where i.import_id = $1 and i.shop_id = $2")
                {
                    Parameters = { new() { Value = id }, new() { Value = shop.Id.Value }, new() { Value = sha256 }, new() { Value = now - Repeat }, new() { Value = look ? "checking" : "queued" } },
                },
            },
        };
        batch.ScheduleWork(ImportWork.WorkKind, id.ToString(), now);
        await batch.ExecuteNonQueryAsync(token);
        await transaction.CommitAsync(token);
    }

    /// <summary>Read in another way from now on, and looked at again; false when it is no longer looked at.</summary>
    /// <param name="format">Of words for categories what is said now: it is added to what was said of this file before.</param>
    internal async Task<bool> SetFormatAsync(ShopEntry shop, Guid id, ImportFormat format, int? seen, CancellationToken token)
    {
        await using var session = await database.OpenConnectionAsync(token);
        await using var transaction = await session.BeginTransactionAsync(token);
        await using var update = new NpgsqlCommand(
            """
            update imports set format = jsonb_set($3, '{families}', coalesce(nullif(format -> 'families', 'null'), '{}') || ($3 -> 'families')), revision = revision + 1, status = 'checking'
            where import_id = $1 and shop_id = $2 and status in ('checking', 'preview') and revision = coalesce($4, revision)
            """, session, transaction)
        {
            Parameters =
            {
                new() { Value = id }, new() { Value = shop.Id.Value }, new() { Value = JsonSerializer.Serialize(format, ImportJson.Default.ImportFormat), NpgsqlDbType = NpgsqlDbType.Jsonb },
                new() { Value = (object?)seen ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer },
            },
        };
        if (await update.ExecuteNonQueryAsync(token) == 0)
        {
            return false;
        }

        await ScheduleAsync(session, transaction, id, null, token);
        return true;
    }

    /// <summary>Takes the file as it was looked at, and remembers how it was read; false when it is not, or no longer, to be taken so.</summary>
    internal async Task<bool> CommitAsync(ShopEntry shop, Guid id, ImportPreview preview, int seen, CancellationToken token)
    {
        var now = clock.GetUtcNow();
        await using var session = await database.OpenConnectionAsync(token);
        await using var transaction = await session.BeginTransactionAsync(token);
        await using var update = new NpgsqlCommand(
            $"""
            with before as (select import_id, nullif(format -> 'families', 'null')::text as said from imports where import_id = $1 for update)
            update imports i set status = 'queued', format = $5, preview = null,
                as_of = coalesce((select min(f.as_of) from imports f where f.shop_id = i.shop_id and f.sha256 = i.sha256 and f.as_of > $4 and f.status in ('queued', 'running', 'done')
                                                                        and f.import_id <> i.import_id), i.as_of)
            from before where i.import_id = before.import_id and i.shop_id = $2 and i.status = 'preview' and i.revision = $3
            returning before.said
            """, session, transaction)
        {
            Parameters =
            {
                new() { Value = id }, new() { Value = shop.Id.Value }, new() { Value = seen }, new() { Value = now - Repeat },
                new() { Value = JsonSerializer.Serialize(preview.Format, ImportJson.Default.ImportFormat), NpgsqlDbType = NpgsqlDbType.Jsonb },
            },
        };
        if (await update.ExecuteScalarAsync(token) is not { } said)
        {
            return false;
        }

        await ScheduleAsync(session, transaction, id,
            batch => ImportMappings.Remember(batch, shop.Id, ImportColumns.Fingerprint(preview.Header, preview.Format.Columns.Count), preview.Format, said as string, now), token);
        return true;
    }

    /// <summary>What was looked at is not wanted; false where it is being taken, or has been.</summary>
    internal async Task<bool> DropAsync(ShopEntry shop, Guid id, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            """
            with dropped as (update imports set status = 'dropped', preview = null where import_id = $1 and shop_id = $2 and status in ('checking', 'preview', 'dropped') returning import_id),
                 emptied as (delete from import_parts using dropped where import_parts.import_id = dropped.import_id)
            select count(*) from dropped
            """);
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = shop.Id.Value });
        return (long)(await command.ExecuteScalarAsync(token))! > 0;
    }

    private async Task ScheduleAsync(NpgsqlConnection session, NpgsqlTransaction transaction, Guid id, Action<NpgsqlBatch>? also, CancellationToken token)
    {
        await using var batch = new NpgsqlBatch(session, transaction);
        batch.ScheduleWork(ImportWork.WorkKind, id.ToString(), clock.GetUtcNow());
        also?.Invoke(batch);
        await batch.ExecuteNonQueryAsync(token);
        await transaction.CommitAsync(token);
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
}
