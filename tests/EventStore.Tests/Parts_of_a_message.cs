using System.Diagnostics;
using Marketplace.EventStore.Relay;
using Npgsql;

namespace Marketplace.EventStore.Tests;

public sealed class Parts_of_a_message
{
    [Fact]
    public async Task Each_is_handled_for_itself_also_where_one_fails()
    {
        var handled = new List<string>();
        await Should.ThrowAsync<InvalidOperationException>(() => Parts.HandleAsync(["a", "b", "c"], part =>
        {
            handled.Add(part);
            return part == "a" ? Task.FromException(new InvalidOperationException("its own")) : Task.CompletedTask;
        }));
        handled.ShouldBe(["a", "b", "c"]);
    }

    [Fact]
    public async Task An_outage_is_thrown_before_what_failed_for_itself() =>
        await Should.ThrowAsync<NpgsqlException>(() => Parts.HandleAsync([1, 2, 3], async part =>
        {
            await Task.Yield();
            throw part == 2 ? new NpgsqlException("Failed to connect", new TimeoutException()) : new InvalidOperationException("its own");
        }));

    [Fact]
    public async Task They_belong_to_no_trace_and_the_caller_goes_on_in_its_own()
    {
        using var mine = new Activity("receive").Start();
        Activity? within = mine;
        await Parts.HandleAsync([1], _ =>
        {
            within = Activity.Current;
            return Task.CompletedTask;
        });
        within.ShouldBeNull();
        Activity.Current.ShouldBe(mine);
    }
}
