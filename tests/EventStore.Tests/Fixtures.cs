using System.Text.Json.Nodes;
using Marketplace.EventStore.Postgres;
using Marketplace.EventStore.Relay;
using MassTransit;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Marketplace.EventStore.Tests;

internal sealed record Counted(int By);

internal sealed record Renamed(string To);

[MessageUrn("marketplace:test-counted:v1"), EntityName("marketplace.test-counted.v1")]
internal sealed record CountedMessage(string Stream, long Version);

/// <summary>A log in a database of its own, with the pieces that a service registers.</summary>
internal sealed class TestLog : IAsyncDisposable
{
    private TestLog(NpgsqlDataSource database, IReadOnlyList<IProjection> projections)
    {
        Database = database;
        Store = new PostgresEventStore(database, Types, projections);
        Log = new EventLog(Types);
    }

    internal static EventTypes Types { get; } = new EventTypes()
        .Map<Counted>("counted.v2")
        .Map<Renamed>("renamed.v1")
        .Upcast("counted.v0", "counted.v1", old => new JsonObject { ["amount"] = old["n"]!.DeepClone() })
        .Upcast("counted.v1", "counted.v2", old => new JsonObject { ["by"] = old["amount"]!.DeepClone() });

    internal NpgsqlDataSource Database { get; }
    internal IEventStore Store { get; }
    internal EventLog Log { get; }
    internal RestoredLog Restored => new(Database, NullLogger<RestoredLog>.Instance);

    internal static async Task<TestLog> CreateAsync(Servers servers, params IProjection[] projections) =>
        await OpenAsync(await servers.NewDatabaseAsync("log"), projections);

    internal static async Task<TestLog> OpenAsync(string connection, params IProjection[] projections)
    {
        var database = ServiceDefaults.Database.Build(connection);
        await new ServiceDefaults.Migrations(database, [typeof(IEventStore).Assembly]).RunAsync(TestContext.Current.CancellationToken);
        return new TestLog(database, projections);
    }

    internal Task AppendAsync(string stream, long expected, params object[] events) =>
        Store.AppendAsync([new StreamAppend(stream, expected, events, new EventMeta(DateTimeOffset.UtcNow))], null, TestContext.Current.CancellationToken);

    internal EventLogRelay Relay(Uri broker, IPublication publication, params ILogWitness[] witnesses) =>
        new(Database, Log, Restored, publication, witnesses, new RelayOptions(broker), new RelayState(), NullLogger<EventLogRelay>.Instance);

    internal async Task ExecuteAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    internal async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    public async ValueTask DisposeAsync() => await Database.DisposeAsync();
}

internal sealed class CountedPublication(bool needsConsumer = false) : IPublication
{
    public IEnumerable<object> Publish(StoredEvent happened) =>
        happened.Data is Counted ? [new CountedMessage(happened.Stream, happened.Version)] : [];

    public bool NeedsConsumer(Type message) => needsConsumer;
}

/// <summary>A read model: how much each stream has counted.</summary>
internal sealed class Sums : IProjection
{
    internal const string Create = "create table sums (stream text primary key, total int not null)";

    public string Name => "sums";
    public IReadOnlyList<string> Tables => ["sums"];

    public void Project(IReadOnlyList<StoredEvent> events, NpgsqlBatch batch)
    {
        foreach (var (stream, counted) in events.Where(e => e.Data is Counted).Select(e => (e.Stream, (Counted)e.Data)))
        {
            batch.BatchCommands.Add(new("insert into sums as s (stream, total) values ($1, $2) on conflict (stream) do update set total = s.total + excluded.total")
            {
                Parameters = { new() { Value = stream }, new() { Value = counted.By } },
            });
        }
    }
}
