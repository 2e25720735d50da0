using Marketplace.Contracts;
using Marketplace.Contracts.Ordering;
using Marketplace.ServiceDefaults;
using MassTransit;
using Npgsql;

namespace Marketplace.Ordering.Tests;

/// <summary>How long a message waits for the database: by the time that passes, for each try may take its own.</summary>
public sealed class Waiting_out_outages
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan AtMost = TimeSpan.FromMinutes(20);
    private static readonly OrderConfirmed Message = new(OrderId.New(), "oullins", DateTimeOffset.UnixEpoch, []);

    [Fact]
    public async Task Counts_the_tries_in_so_that_slow_ones_are_fewer()
    {
        var clock = new Watch();
        var tries = 0;
        var given = await ConsumeAsync(clock, () =>
        {
            tries++;
            clock.Pass(TimeSpan.FromSeconds(20)); // as long as a connection to nowhere takes
            throw new NpgsqlException("no answer");
        });
        given.ShouldBeTrue();
        tries.ShouldBe(60);
    }

    [Fact]
    public async Task Ends_with_the_outage_however_often_was_tried()
    {
        var (clock, tries) = (new Watch(), 0);
        var given = await ConsumeAsync(clock, () =>
        {
            clock.Pass(TimeSpan.FromSeconds(1));
            return ++tries <= 300 ? throw new NpgsqlException("refused at once") : Task.CompletedTask;
        });
        given.ShouldBeFalse();
        tries.ShouldBe(301);
    }

    [Fact]
    public async Task Is_not_for_what_fails_for_itself()
    {
        var tries = 0;
        (await ConsumeAsync(new Watch(), () => ++tries > 0 ? throw new InvalidOperationException("for good") : Task.CompletedTask)).ShouldBeTrue();
        tries.ShouldBe(1);
    }

    /// <summary>Whether the message was given up.</summary>
    private static async Task<bool> ConsumeAsync(Watch clock, Func<Task> consume)
    {
        var ended = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var bus = MassTransit.Bus.Factory.CreateUsingInMemory(memory =>
        {
            memory.ReceiveEndpoint("waiting", queue =>
            {
                queue.UseMessageRetry(retry => retry.WaitOut(Pause, AtMost, clock));
                queue.Handler<OrderConfirmed>(async _ =>
                {
                    await consume();
                    ended.TrySetResult(false);
                });
            });
            memory.ReceiveEndpoint("given-up", queue => queue.Handler<Fault<OrderConfirmed>>(_ =>
            {
                ended.TrySetResult(true);
                return Task.CompletedTask;
            }));
        });
        await bus.StartAsync(TestContext.Current.CancellationToken);
        try
        {
            await bus.Publish(Message, TestContext.Current.CancellationToken);
            return await ended.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        }
        finally
        {
            await bus.StopAsync(TestContext.Current.CancellationToken);
        }
    }

    private sealed class Watch : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Volatile.Read(ref _ticks);

        internal void Pass(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
    }
}
