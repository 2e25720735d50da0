namespace Marketplace.EventStore.Tests;

/// <summary>What every <see cref="IEventStore"/> promises, whoever keeps the streams. One subclass per implementation.</summary>
public abstract class StoreContract
{
    private readonly string _stream = "order-" + Guid.CreateVersion7();

    /// <summary>A store that knows these types; of one test always on the same database.</summary>
    private protected abstract Task<IEventStore> OpenAsync(EventTypes types);

    private Task<IEventStore> CreateAsync() => OpenAsync(TestLog.Types);

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

    [Fact]
    public async Task A_lost_race_on_the_creation_of_a_stream_is_a_lost_race_too()
    {
        var store = await CreateAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(1, 16).Select(async writer =>
        {
            try
            {
                await store.AppendAsync([Append(_stream, 0, new Counted(writer))], null, Token);
                return true;
            }
            catch (ConcurrencyException)
            {
                return false;
            }
        }));
        outcomes.Count(won => won).ShouldBe(1);
    }

    [Fact]
    public async Task Appends_of_the_same_streams_in_any_order_do_not_block_each_other()
    {
        var store = await CreateAsync();
        string[] streams = [.. Enumerable.Range(0, 4).Select(n => $"{_stream}-{n}")];
        var counter = new Decider<int, int, Counted>(0, (by, _) => [new Counted(by)], (sum, e) => sum + e.By);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            for (var done = false; !done;)
            {
                var read = await store.ReadAsync(streams, Token);
                var ordered = writer % 2 == 0 ? streams : streams.Reverse();
                try
                {
                    await store.AppendAsync([.. ordered.Select(s => Append(s, read[s].Version, new Counted(1)))], null, Token);
                    done = true;
                }
                catch (ConcurrencyException)
                {
                    // Another writer came first.
                }
            }
        }));
        (await store.ReadAsync(streams, Token)).Values.Select(counter.Fold).ShouldBe([8, 8, 8, 8]);
    }

    [Fact]
    public async Task Any_other_failure_is_the_databases_own_and_rolls_everything_back()
    {
        var store = await CreateAsync();
        var failure = await Should.ThrowAsync<Npgsql.PostgresException>(() =>
            store.AppendAsync([Append(_stream, 0, new Counted(1))], batch => batch.BatchCommands.Add(new("select 1 / 0")), Token));
        failure.SqlState.ShouldBe(Npgsql.PostgresErrorCodes.DivisionByZero);
        (await store.ReadAsync(_stream, Token)).Version.ShouldBe(0);
    }

    [Fact]
    public async Task Old_shapes_are_read_as_todays()
    {
        var before = await OpenAsync(new EventTypes().Map<CountedV0>("counted.v0").Map<CountedV1>("counted.v1"));
        await before.AppendAsync([Append(_stream, 0, new CountedV0(4), new CountedV1(5))], null, Token);

        var read = await (await CreateAsync()).ReadAsync(_stream, Token);
        read.Events.Select(e => e.Data).ShouldBe([new Counted(4), new Counted(5)]);
        read.Events.Select(e => e.Type).ShouldBe(["counted.v0", "counted.v1"]);
    }

    [Fact]
    public async Task A_stored_name_that_nobody_knows_is_an_error_even_if_its_class_is_still_there()
    {
        var other = await OpenAsync(new EventTypes().Map<Counted>("nobody-knows.v9"));
        await other.AppendAsync([Append(_stream, 0, new Counted(1))], null, Token);
        var store = await CreateAsync();
        (await Should.ThrowAsync<InvalidOperationException>(() => store.ReadAsync(_stream, Token))).Message.ShouldContain("nobody-knows.v9");
    }

    private sealed record CountedV0(int N);

    private sealed record CountedV1(int Amount);

    private sealed class StreamShape : IEqualityComparer<EventStream>
    {
        public bool Equals(EventStream? x, EventStream? y) => x?.Stream == y?.Stream && x?.Version == y?.Version && x?.Events.Count == y?.Events.Count;
        public int GetHashCode(EventStream obj) => obj.Stream.GetHashCode(StringComparison.Ordinal);
    }
}

public sealed class Postgres_store(Servers servers) : StoreContract, IAsyncDisposable
{
    private TestLog? _log;

    private protected override async Task<IEventStore> OpenAsync(EventTypes types)
    {
        _log ??= await TestLog.CreateAsync(servers);
        return types == TestLog.Types ? _log.Store : new Postgres.PostgresEventStore(_log.Database, types, []);
    }

    public ValueTask DisposeAsync() => _log?.DisposeAsync() ?? ValueTask.CompletedTask;
}
