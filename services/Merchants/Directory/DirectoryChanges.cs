using Dapper;
using Marketplace.Contracts;
using Marketplace.EventStore;
using Marketplace.EventStore.Postgres;
using Marketplace.Merchants.Slots;
using Npgsql;

namespace Marketplace.Merchants.Directory;

/// <summary>Changes what the directory holds: one at a time, with its facts in the same transaction, seen by this process when the call returns.</summary>
internal sealed class DirectoryChanges(NpgsqlDataSource database, LocalDirectory directory, EventTypes types, TimeProvider clock) : IDisposable
{
    // Those that wait do so here, without a connection: held by waiters, all of the pool would stand still behind one change, bookings included.
    private readonly SemaphoreSlim _one = new(1);

    public void Dispose() => _one.Dispose();

    public async Task<T> RunAsync<T>(Func<DirectoryChange, Task<T>> change, CancellationToken token)
    {
        await _one.WaitAsync(token);
        try
        {
            return await AloneAsync(change, token);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<T> AloneAsync<T>(Func<DirectoryChange, Task<T>> change, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        await connection.ExecuteAsync(new CommandDefinition("select from directory_version for update", transaction: transaction, cancellationToken: token));

        // Under the version's lock nothing else changes: what is in memory now is what is stored. On this connection, before it counts the version up.
        await directory.RefreshAsync(connection, token);
        var version = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            "update directory_version set version = version + 1 returning version", transaction: transaction, cancellationToken: token));
        await using var batch = connection.CreateBatch();
        var under = new DirectoryChange(connection, batch, version, directory.Now, types, clock, token);
        var result = await change(under);
        if (!under.IsEmpty)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand($"select pg_notify('{LocalDirectory.Channel}', '')"));
            await batch.ExecuteNonQueryAsync(token);
            await transaction.CommitAsync(token);
            await directory.RefreshAsync(connection, token);
        }

        return result;
    }
}

/// <summary>A change under way. Left without a write, it never happened.</summary>
internal sealed class DirectoryChange(NpgsqlConnection connection, NpgsqlBatch batch, long version, Snapshot before, EventTypes types, TimeProvider clock, CancellationToken token)
{
    /// <summary>To be written to <c>changed</c> of every row touched.</summary>
    public long Version { get; } = version;

    public Snapshot Before { get; } = before;

    public DateTimeOffset Now { get; } = clock.GetUtcNow();

    public bool IsEmpty { get; private set; } = true;

    public Task<int> WriteAsync(string sql, object parameters)
    {
        IsEmpty = false;
        return connection.ExecuteAsync(new CommandDefinition(sql, parameters, cancellationToken: token));
    }

    public Task<T?> ReadAsync<T>(string sql, object parameters) =>
        connection.QuerySingleOrDefaultAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: token));

    public void Append(string stream, object fact) => batch.AppendFact(types, stream, fact, Now);

    /// <summary>The shop's coming slots are other ones: tells the world soon, once for all changes of the next moment.</summary>
    public void ScheduleOutlook(ShopId shop) => batch.ScheduleWork(PickupOutlook.WorkKind, shop.ToString(), Now + PickupOutlook.Coalescing);

    /// <summary>The hours of a place, shop or point, are other ones: how long goods are kept there is worked out again soon.</summary>
    public void ScheduleDeadlines(string place) => batch.ScheduleWork(MovedDeadlines.WorkKind, place, Now + MovedDeadlines.Coalescing);
}
