using Dapper;
using Npgsql;

namespace Marketplace.Local.Verify;

internal delegate Task<NpgsqlConnection> OpenDatabase(string name, CancellationToken token);

/// <summary>One rule, and how to find the rows that break it.</summary>
internal sealed record Invariant(string Id, string Says, Func<OpenDatabase, CancellationToken, Task<IReadOnlyList<string>>> FindBrokenAsync)
{
    /// <summary>A rule within one database: a query that answers a line of text for each broken row.</summary>
    public static Invariant Sql(string id, string says, string database, string query) => new(id, says, async (open, token) =>
    {
        await using var connection = await open(database, token);
        var command = new CommandDefinition($"select * from ({query}) broken limit {Samples.Shown}", commandTimeout: 300, cancellationToken: token);
        return [.. (await connection.QueryAsync<string>(command)).Select(row => $"{database}: {row}")];
    });

    /// <summary>A rule between two databases: two queries of (key, value), and what is wrong with a key that differs.</summary>
    public static Invariant Between(
        string id, string says, (string Database, string Query) left, (string Database, string Query) right, Func<string, string?, string?, string> wrong) =>
        new(id, says, async (open, token) =>
        {
            var expected = await PairsAsync(open, left, token);
            var found = await PairsAsync(open, right, token);
            return
            [
                .. expected.Keys.Union(found.Keys)
                    .Where(key => expected.GetValueOrDefault(key) != found.GetValueOrDefault(key))
                    .Take(Samples.Shown)
                    .Select(key => wrong(key, expected.GetValueOrDefault(key), found.GetValueOrDefault(key))),
            ];
        });

    private static async Task<Dictionary<string, string>> PairsAsync(OpenDatabase open, (string Database, string Query) source, CancellationToken token)
    {
        await using var connection = await open(source.Database, token);
        var command = new CommandDefinition(source.Query, commandTimeout: 300, cancellationToken: token);
        return (await connection.QueryAsync<(string Key, string Value)>(command)).ToDictionary(pair => pair.Key, pair => pair.Value);
    }
}

internal static class Samples
{
    /// <summary>Broken rows named at most; one is bad enough.</summary>
    public const int Shown = 10;
}
