using Marketplace.Ordering.Payments;
using Marketplace.Ordering.Purchases;

namespace Marketplace.Ordering.Tests;

/// <summary>What follows when a call that moves money was not done.</summary>
public sealed class Trying_again
{
    private static readonly PaymentProblem Spent = new PaymentProblem.Away(true, "500", KeyIsSpent: true), Away = new PaymentProblem.Away(true, "no answer"), Refused = new PaymentProblem.Refused("charge_disputed", null);
    private readonly TestClock _clock = new();

    [Fact]
    public void Under_another_key_only_some_time_after_the_failure_was_heard_however_long_ago_it_was_asked_for()
    {
        var retrying = new Retrying(_clock);
        After(Spent, TimeSpan.FromMinutes(3)).ShouldBe(Retrying.Again, "what began under it a moment ago may still appear");
        _clock.Pass(TimeSpan.FromSeconds(5));
        After(Spent, TimeSpan.FromMinutes(4)).ShouldBe(Retrying.Again);
        _clock.Pass(TimeSpan.FromSeconds(5));
        After(Spent, TimeSpan.FromMinutes(4)).ShouldBeNull();
        After(Spent, TimeSpan.FromMinutes(4)).ShouldBe(Retrying.Again, "looked for in vain: from the beginning");
        retrying.After(Spent, "another", 1, TimeSpan.FromMinutes(4)).ShouldBe(Retrying.Again);
        After(Away, TimeSpan.FromHours(3)).ShouldBe(Retrying.Again, "the same key, for as long as it is sure");

        TimeSpan? After(PaymentProblem problem, TimeSpan age) => retrying.After(problem, "key", 1, age);
    }

    [Theory]
    [InlineData(1, 5), InlineData(2, 10), InlineData(3, 20), InlineData(9, 1280), InlineData(10, 1440), InlineData(4000, 1440)]
    public void Ever_more_rarely_where_somebody_has_to_mend_something_first(int attempt, int minutes)
    {
        var retrying = new Retrying(_clock);
        retrying.After(Refused, "key", attempt, TimeSpan.Zero).ShouldBe(TimeSpan.FromMinutes(minutes));
        retrying.After(Refused, "key", attempt, TimeSpan.FromMinutes(minutes - 1)).ShouldBe(TimeSpan.FromMinutes(1));
        retrying.After(Refused, "key", attempt, TimeSpan.FromMinutes(minutes)).ShouldBeNull();
    }

    [Fact]
    public async Task One_that_waits_long_holds_none_of_the_others_and_an_other_side_that_is_away_is_asked_once()
    {
        (await TriedAsync(TimeSpan.FromHours(6), TimeSpan.FromMinutes(5), TimeSpan.FromHours(1))).ShouldBe((TimeSpan.FromMinutes(5), 3));
        (await TriedAsync(TimeSpan.FromHours(6), null, TimeSpan.FromHours(1))).ShouldBe((null, 2));
        (await TriedAsync(TimeSpan.FromHours(6), Retrying.Again, TimeSpan.FromHours(1))).ShouldBe((Retrying.Again, 2));

        static async Task<(TimeSpan? Wait, int Tried)> TriedAsync(params TimeSpan?[] waits)
        {
            var tried = 0;
            return (await Retrying.EachAsync(waits, wait => Task.FromResult(waits[tried++])), tried);
        }
    }
}
