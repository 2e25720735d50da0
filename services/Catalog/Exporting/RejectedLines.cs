using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using Npgsql;

namespace Marketplace.Catalog.Exporting;

/// <summary>The lines of a file that were not taken, as they were and each with its reason: corrected, they are sent again as they stand.</summary>
internal sealed class RejectedLines(NpgsqlDataSource database)
{
    private const int RowsAtOnce = 1000;

    internal async Task WriteAsync(HttpContext http, Guid id, string kind, CancellationToken token)
    {
        var english = http.PrefersEnglish();
        var header = await HeaderAsync(http.GetShop().Id.Value, id, token);
        await using var file = await TableFiles.BeginAsync(http, kind, $"lignes-rejetees-{id.ToString()[..8]}", english, token);
        await file.WriteAsync([.. header.Select(name => (TableCell)name), english ? "Line of the file" : "Ligne du fichier", english ? "Reason for rejection" : "Motif du rejet"], token);
        var (line, reason) = (-1, "");
        while (true)
        {
            var rows = await ReadAsync(id, line, reason, english, token);
            foreach (var row in rows)
            {
                var cells = new TableCell[header.Length + 2];
                for (var i = 0; i < header.Length && i < row.Fields.Length; i++)
                {
                    cells[i] = row.Fields[i];
                }

                (cells[^2], cells[^1]) = ((decimal?)row.Line, row.Detail);
                await file.WriteAsync(cells, token);
                (line, reason) = (row.Line, row.Reason);
            }

            if (rows.Count < RowsAtOnce)
            {
                break;
            }
        }

        await file.EndAsync(token);
    }

    private async Task<string[]> HeaderAsync(Guid shop, Guid id, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            "select coalesce(nullif(header, '{}'), (select array_agg(c::text order by c) from generate_series(1, coalesce(jsonb_array_length(format -> 'columns'), 1)) c)) from imports where import_id = $1 and shop_id = $2");
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = shop });
        return await command.ExecuteScalarAsync(token) as string[] ?? throw Refusal.NotFound("import", "Cet import n’existe pas.", "There is no such import.");
    }

    private async Task<List<(int Line, string Reason, string? Detail, string[] Fields)>> ReadAsync(Guid id, int line, string reason, bool english, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            """
            select line, reason, case when $5 then coalesce(detail_en, detail) else detail end, coalesce(fields, '{}') from import_rejections
            where import_id = $1 and (line, reason) > ($2, $3) order by line, reason limit $4
            """);
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = line });
        command.Parameters.Add(new() { Value = reason });
        command.Parameters.Add(new() { Value = RowsAtOnce });
        command.Parameters.Add(new() { Value = english });
        var rows = new List<(int, string, string?, string[])>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            rows.Add((reader.GetInt32(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2), reader.GetFieldValue<string[]>(3)));
        }

        return rows;
    }
}
