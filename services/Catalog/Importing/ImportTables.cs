using System.Security.Cryptography;
using Marketplace.Catalog.Offers;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.EventStore.Postgres;
using Marketplace.ServiceDefaults.Shops;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Catalog.Importing;

/// <summary>An import as the worker knows it.</summary>
internal sealed record ImportJob(Guid Id, ShopId ShopId, string Status, DateTimeOffset AsOf, int RecordsRead);

/// <summary>Why a line was not taken.</summary>
internal sealed record RejectedLine(int Line, Fault Fault);

/// <summary>Uploaded files and how far each has come.</summary>
internal sealed class ImportTables(NpgsqlDataSource database, TimeProvider clock)
{
    private const int PartBytes = 256 * 1024;
    private const int MostRejectionsShown = 1000;

    /// <summary>
    /// The same content sent again within this time of the first is a repeat: its figures speak as of then. After it, a shop that sends what has not changed says so.
    /// </summary>
    private static readonly TimeSpan Repeat = TimeSpan.FromHours(24);

    private static readonly TimeSpan Told = TimeSpan.FromDays(30);

    /// <summary>Keeps the file, a part at a time so that no transaction stays open while somebody's slow line sends it; null when it is empty.</summary>
    internal async Task<Guid?> ReceiveAsync(ShopEntry shop, Stream file, CancellationToken token)
    {
        var id = Guid.CreateVersion7();
        var now = clock.GetUtcNow();
        await ExecuteAsync("insert into imports (import_id, shop_id, status, as_of, created_at) values ($1, $2, 'receiving', $3, $3)", token, id, shop.Id.Value, now);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[PartBytes];
        var part = 0;
        int read;
        while ((read = await file.ReadAtLeastAsync(buffer, PartBytes, throwOnEndOfStream: false, token)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            await ExecuteAsync("insert into import_parts (import_id, part, bytes) values ($1, $2, $3)", token, id, part++, buffer.AsMemory(0, read).ToArray());
        }

        if (part == 0)
        {
            await ExecuteAsync("delete from imports where import_id = $1", token, id);
            return null;
        }

        await QueueAsync(id, shop, Convert.ToHexStringLower(hash.GetHashAndReset()), now, token);
        return id;
    }

    /// <param name="english">The language of what was wrong; what was read before there were two is told in French.</param>
    internal async Task<Import?> FindAsync(ShopEntry shop, Guid id, bool english, CancellationToken token)
    {
        await using var session = await database.OpenConnectionAsync(token);
        await using var batch = new NpgsqlBatch(session)
        {
            BatchCommands =
            {
                new("select status, records_read, accepted, unchanged, created_at, ended_at, case when $3 then coalesce(error_en, error) else error end from imports where import_id = $1 and shop_id = $2")
                {
                    Parameters = { new() { Value = id }, new() { Value = shop.Id.Value }, new() { Value = english } },
                },
                new("select line, reason, case when $3 then coalesce(detail_en, detail) else detail end from import_rejections where import_id = $1 order by line limit $2")
                {
                    Parameters = { new() { Value = id }, new() { Value = MostRejectionsShown }, new() { Value = english } },
                },
            },
        };
        await using var r = await batch.ExecuteReaderAsync(token);
        if (!await r.ReadAsync(token))
        {
            return null;
        }

        var import = new Import(id, r.GetString(0) is var status and not "receiving" ? status : "queued", r.GetInt32(1), r.GetInt32(2), r.GetInt32(3), [],
            r.GetFieldValue<DateTimeOffset>(4), r.IsDBNull(5) ? null : r.GetFieldValue<DateTimeOffset>(5), r.IsDBNull(6) ? null : r.GetString(6));
        await r.NextResultAsync(token);
        var rejected = new List<Import.Rejection>();
        while (await r.ReadAsync(token))
        {
            rejected.Add(new(r.GetInt32(0), r.GetString(1), r.IsDBNull(2) ? null : r.GetString(2)));
        }

        return import with { Rejected = rejected };
    }

    internal async Task<ImportJob?> StartAsync(Guid id, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            "update imports set status = 'running' where import_id = $1 and status in ('queued', 'running') returning shop_id, status, as_of, records_read");
        command.Parameters.Add(new() { Value = id });
        await using var r = await command.ExecuteReaderAsync(token);
        return await r.ReadAsync(token) ? new ImportJob(id, new(r.GetGuid(0)), r.GetString(1), r.GetFieldValue<DateTimeOffset>(2), r.GetInt32(3)) : null;
    }

    internal async Task<byte[]?> PartAsync(Guid id, int part, CancellationToken token)
    {
        await using var command = database.CreateCommand("select bytes from import_parts where import_id = $1 and part = $2");
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = part });
        return await command.ExecuteScalarAsync(token) as byte[];
    }

    /// <summary>How far the file has been read, written with the offers themselves: an interrupted import goes on exactly there.</summary>
    internal static void AddProgress(NpgsqlBatch batch, Guid id, int from, int to, int accepted, int unchanged, IReadOnlyList<RejectedLine> rejected)
    {
        // When another process got further meanwhile, the quotient by zero undoes everything: it has done these records.
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            update imports set records_read = $3 / (case when records_read = $2 and status = 'running' then 1 else 0 end),
                accepted = accepted + $4, unchanged = unchanged + $5
            where import_id = $1
            """)
        {
            Parameters = { new() { Value = id }, new() { Value = from }, new() { Value = to }, new() { Value = accepted }, new() { Value = unchanged } },
        });
        if (rejected.Count > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(
                "insert into import_rejections (import_id, line, reason, detail, detail_en) select $1, r.line, r.reason, r.detail, r.detail_en "
                + "from unnest($2::int[], $3::text[], $4::text[], $5::text[]) as r(line, reason, detail, detail_en) on conflict do nothing")
            {
                Parameters =
                {
                    new() { Value = id },
                    new() { Value = rejected.Select(r => r.Line).ToArray() },
                    new() { Value = rejected.Select(r => r.Fault.Reason).ToArray() },
                    new() { Value = rejected.Select(r => r.Fault.French).ToArray() },
                    new() { Value = rejected.Select(r => r.Fault.English).ToArray() },
                },
            });
        }
    }

    internal async Task EndAsync(Guid id, Fault? error, CancellationToken token)
    {
        await using var session = await database.OpenConnectionAsync(token);
        await using var transaction = await session.BeginTransactionAsync(token);
        await using var batch = new NpgsqlBatch(session, transaction)
        {
            BatchCommands =
            {
                new("update imports set status = $2, error = $3, error_en = $5, ended_at = $4 where import_id = $1 and status = 'running'")
                {
                    Parameters =
                    {
                        new() { Value = id }, new() { Value = error is null ? "done" : "failed" },
                        new() { Value = (object?)error?.French ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }, new() { Value = clock.GetUtcNow() },
                        new() { Value = (object?)error?.English ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                    },
                },
                new("delete from import_parts where import_id = $1") { Parameters = { new() { Value = id } } },
                // What was wrong with a file is told for a month; a few at a time, for one may have a great many lines.
                new("delete from imports where import_id in (select import_id from imports where ended_at < $1 order by ended_at limit 5)") { Parameters = { new() { Value = clock.GetUtcNow() - Told } } },
                // Uploads that broke off in the middle.
                new("delete from imports where status = 'receiving' and created_at < $1") { Parameters = { new() { Value = clock.GetUtcNow().AddDays(-1) } } },
            },
        };
        await batch.ExecuteNonQueryAsync(token);
        await transaction.CommitAsync(token);
    }

    private async Task QueueAsync(Guid id, ShopEntry shop, string sha256, DateTimeOffset now, CancellationToken token)
    {
        await using var session = await database.OpenConnectionAsync(token);
        await using var transaction = await session.BeginTransactionAsync(token);
        await using var batch = new NpgsqlBatch(session, transaction)
        {
            BatchCommands =
            {
                new("""
                    update imports set status = 'queued', sha256 = $3,
                        as_of = coalesce((select min(as_of) from imports where shop_id = $2 and sha256 = $3 and as_of > $4 and status <> 'failed'), as_of)
                    where import_id = $1
                    """)
                {
                    Parameters = { new() { Value = id }, new() { Value = shop.Id.Value }, new() { Value = sha256 }, new() { Value = now - Repeat } },
                },
            },
        };
        batch.ScheduleWork(ImportWork.WorkKind, id.ToString(), now);
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
