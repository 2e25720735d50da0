using Marketplace.EventStore;
using Marketplace.Ordering.Orders;
using static Marketplace.Ordering.Tests.Sample;

namespace Marketplace.Ordering.Tests;

/// <summary>A request and its repetition wait for the same order.</summary>
public sealed class Waiting_together
{
    private readonly OrderWaits _waits = new();

    [Fact]
    public async Task The_first_one_leaving_does_not_leave_the_other_without_the_answer()
    {
        var first = _waits.Expect(Sample.Order);
        using var again = _waits.Expect(Sample.Order);
        first.Dispose();
        first.Dispose(); // twice is once
        _waits.Moved(OrderHistory.None(Sample.Order).With([Placed, new OrderEvent.HoldExpired()], Now));
        var (answered, history) = await again.OutcomeAsync(TimeSpan.FromSeconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        answered.ShouldBeTrue();
        history!.State.ShouldBeOfType<Order.Failed>();
    }

    [Fact]
    public void Nothing_is_kept_once_the_last_one_left()
    {
        var (first, again) = (_waits.Expect(Sample.Order), _waits.Expect(Sample.Order));
        _waits.Moved(OrderHistory.None(Sample.Order).With([Placed], Now));
        first.Dispose();
        _waits.Known(Sample.Order).ShouldNotBeNull();
        again.Dispose();
        _waits.Known(Sample.Order).ShouldBeNull();
    }

    [Fact]
    public async Task A_bad_item_of_a_batch_fails_alone_whatever_it_fails_with()
    {
        var gate = new TaskCompletionSource();
        var sizes = new List<int>();
        await using var drain = new Drain<int>(async (items, _) =>
        {
            await gate.Task;
            sizes.Add(items.Count);
            if (items.Contains(13))
            {
                throw new InvalidOperationException("bad");
            }
        }, workers: 1);
        var waiting = Enumerable.Range(0, 32).Select(n => drain.AddAsync(n, TestContext.Current.CancellationToken)).ToList();
        gate.SetResult();
        await Should.ThrowAsync<InvalidOperationException>(() => waiting[13]);
        waiting.RemoveAt(13);
        await Task.WhenAll(waiting);
        sizes.Max().ShouldBeGreaterThan(1);
    }
}
