using Npgsql;

namespace Marketplace.Chaos;

/// <summary>Holds every relay of the cluster back, as an open write transaction anywhere in it does (decision 0002).</summary>
internal static class HeldRelay
{
    internal static async Task HoldAsync(string data, TimeSpan time)
    {
        await using var connection = new NpgsqlConnection(Broker.Database(data, "ordering"));
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand($"select pg_current_xact_id(); select pg_sleep({(int)time.TotalSeconds})", connection)
        {
            CommandTimeout = (int)time.TotalSeconds + 30,
        };
        await hold.ExecuteNonQueryAsync();
        await transaction.RollbackAsync();
    }
}
