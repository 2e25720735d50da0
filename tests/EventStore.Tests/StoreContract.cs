namespace Marketplace.EventStore.Tests;

/// <summary>What every <see cref="IEventStore"/> promises, whoever keeps the streams. One subclass per implementation.</summary>
public abstract class StoreContract
{
    private readonly string _stream = "order-" + Guid.CreateVersion7();

    private protected abstract Task<IEventStore> CreateAsync();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static StreamAppend Append(string stream, long expected, params object[] events) =>
        new(stream, expected, events, new EventMeta(new DateTimeOffset(2026, 11, 23, 9, 0, 0, TimeSpan.Zero), "someone", Guid.Empty));

    [Fact]
    public async Task A_missing_stream_is_empty_at_version_zero()
    {
        var store = await CreateAsync();
        (await store.ReadAsync(_stream, Token)).ShouldBe(EventStream.Missing(_stream), new StreamShape());
    }

    [Fact]
    public async Task What_was_appended_is_read_back_in_order_with_its_surroundings()
    {
        var store = await CreateAsync();
        await store.AppendAsync([Append(_stream, 0, new Counted(1), new Renamed("été"))], null, Token);
        await store.AppendAsync([Append(_stream, 2, new Counted(3))], null, Token);

        var read = await store.ReadAsync(_stream, Token);
        read.Version.ShouldBe(3);
        read.Events.Select(e => e.Data).ShouldBe([new Counted(1), new Renamed("été"), new Counted(3)]);
        read.Events.Select(e => e.Version).ShouldBe([1, 2, 3]);
        read.Events.Select(e => e.Id).Distinct().Count().ShouldBe(3);
        read.Events[0].Meta.Actor.ShouldBe("someone");
        read.Events[0].Meta.CausationId.ShouldBe(Guid.Empty);
        read.Events[0].At.ShouldBe(new DateTimeOffset(2026, 11, 23, 9, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task A_stale_version_is_refused_and_nothing_is_written()
    {
        var store = await CreateAsync();
        await store.AppendAsync([Append(_stream, 0, new Counted(1), new Counted(2))], null, Token);
        await Should.ThrowAsync<ConcurrencyException>(() => store.AppendAsync([Append(_stream, 1, new Counted(9))], null, Token));
        await Should.ThrowAsync<ConcurrencyException>(() => store.AppendAsync([Append(_stream, 0, new Counted(9))], null, Token));
        (await store.ReadAsync(_stream, Token)).Version.ShouldBe(2);
    }

    [Fact]
    public async Task Of_many_concurrent_writers_of_one_version_exactly_one_wins()
    {
        var store = await CreateAsync();
        await store.AppendAsync([Append(_stream, 0, new Counted(0))], null, Token);
        var outcomes = await Task.WhenAll(Enumerable.Range(1, 16).Select(async writer =>
        {
            try
            {
                await store.AppendAsync([Append(_stream, 1, new Counted(writer))], null, Token);
                return true;
            }
            catch (ConcurrencyException)
            {
                return false;
            }
        }));
        outcomes.Count(won => won).ShouldBe(1);
        (await store.ReadAsync(_stream, Token)).Version.ShouldBe(2);
    }

    [Fact]
    public async Task Several_streams_are_appended_together_or_not_at_all()
    {
        var store = await CreateAsync();
        var other = _stream + "-b";
        await store.AppendAsync([Append(_stream, 0, new Counted(1)), Append(other, 0, new Counted(1))], null, Token);
        await Should.ThrowAsync<ConcurrencyException>(() =>
            store.AppendAsync([Append(_stream, 1, new Counted(2)), Append(other, 0, new Counted(2))], null, Token));
        var read = await store.ReadAsync([_stream, other, "order-none"], Token);
        read.Values.Select(s => s.Version).ShouldBe([1, 1, 0], ignoreOrder: true);
    }

    [Fact]
    public async Task A_known_message_rolls_the_append_back()
    {
        var store = await CreateAsync();
        var message = Guid.CreateVersion7();
        await store.AppendAsync([Append(_stream, 0, new Counted(1))], batch => Postgres.BatchWrites.AddInbox(batch, message, "test"), Token);
        await Should.ThrowAsync<DuplicateMessageException>(() =>
            store.AppendAsync([Append(_stream, 1, new Counted(2))], batch => Postgres.BatchWrites.AddInbox(batch, message, "test"), Token));
        (await store.ReadAsync(_stream, Token)).Version.ShouldBe(1);
    }

    [Fact]
    public async Task The_runner_decides_again_after_a_lost_race_and_loses_no_increment()
    {
        var store = await CreateAsync();
        var counter = new Decider<int, int, Counted>(0, (by, _) => [new Counted(by)], (sum, e) => sum + e.By);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            for (var n = 0; n < 5; n++)
            {
                await store.RunAsync(counter, _stream, 1, new EventMeta(DateTimeOffset.UtcNow), null, Token);
            }
        }));
        counter.Fold(await store.ReadAsync(_stream, Token)).ShouldBe(20);
    }

    private sealed class StreamShape : IEqualityComparer<EventStream>
    {
        public bool Equals(EventStream? x, EventStream? y) => x?.Stream == y?.Stream && x?.Version == y?.Version && x?.Events.Count == y?.Events.Count;
        public int GetHashCode(EventStream obj) => obj.Stream.GetHashCode(StringComparison.Ordinal);
    }
}

public sealed class Postgres_store(Servers servers) : StoreContract, IAsyncDisposable
{
    private TestLog? _log;

    private protected override async Task<IEventStore> CreateAsync() => (_log = await TestLog.CreateAsync(servers)).Store;

    public ValueTask DisposeAsync() => _log?.DisposeAsync() ?? ValueTask.CompletedTask;
}
