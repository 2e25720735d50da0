using System.Data;
using Marketplace.Contracts.Ordering.Api;
using Npgsql;

namespace Marketplace.Ordering.Ledger;

/// <summary>One moment of the books, for all that a page says of them: its sums are those of its lines.</summary>
internal sealed class BooksMoment
{
    /// <summary>The sums of <see cref="MoneyMonth"/>, of postings <c>p</c> and their entries <c>e</c>.</summary>
    internal const string Sums =
        """
        coalesce(sum(e.cents) filter (where e.account = 'clearing' and p.kind = 'sale'), 0)::bigint, coalesce(-sum(e.cents) filter (where e.account = 'clearing' and p.kind = 'refund'), 0)::bigint,
            coalesce(-sum(e.cents) filter (where e.account = 'commission'), 0)::bigint, coalesce(-sum(e.cents) filter (where e.account = 'commission-vat'), 0)::bigint,
            coalesce(sum(e.cents) filter (where e.account = 'merchant' and p.kind = 'transfer'), 0)::bigint, coalesce(-sum(e.cents) filter (where e.account = 'merchant' and p.kind = 'reversal'), 0)::bigint
        """;

    private readonly NpgsqlConnection _connection;
    private readonly CancellationToken _token;

    private BooksMoment(NpgsqlConnection connection, CancellationToken token) => (_connection, _token) = (connection, token);

    internal static async Task<T> OfAsync<T>(NpgsqlDataSource database, Func<BooksMoment, Task<T>> read, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, token);
        return await read(new BooksMoment(connection, token));
    }

    /// <summary>A row of a month and <see cref="Sums"/>.</summary>
    internal static MoneyMonth MonthOf(NpgsqlDataReader row) =>
        new(row.GetFieldValue<DateOnly>(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6));

    internal async Task<List<T>> ReadAsync<T>(string sql, Func<NpgsqlDataReader, T> row, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new() { Value = parameter });
        }

        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(_token);
        while (await reader.ReadAsync(_token))
        {
            rows.Add(row(reader));
        }

        return rows;
    }
}
