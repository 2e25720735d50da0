using System.Net;
using Marketplace.Storefront.Residents.Baskets;
using Marketplace.Storefront.Residents.Checkout;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Storefront.Tests.Residents;

/// <summary>"Réserver" was pressed and nobody knows yet what became of it: the pages say so for as long as it is so, and keep what was typed for a day.</summary>
public sealed class Not_knowing_the_answer(ResidentsHost host) : AfterALostAnswer(host)
{
    [Theory]
    [InlineData("fr", "Une réservation est restée sans réponse"), InlineData("en", "A reservation was not answered")]
    public async Task While_nobody_knows_the_pages_say_so_and_keep_the_key_and_what_was_typed(string language, string said)
    {
        var visitor = await ReadyAsync(language);
        var fields = visitor.CheckoutFields();
        Host.Town.Away.Add("ordering");
        await visitor.PostAsync("/vienne/commander", fields);
        visitor.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await visitor.OpenAsync("/vienne/panier")).Words.ShouldContain(said);
        await visitor.OpenAsync("/vienne/commander");
        visitor.Words.ShouldContain(said);
        visitor.ValueOf("cle").ShouldBe(KeyOf(fields));
        visitor.ValueOf("nom").ShouldBe("Camille Perrin");
        visitor.Page.QuerySelector($"input[value='{TownSamples.Slots("le-fournil")[0].SlotId}']")!.HasAttribute("checked").ShouldBeTrue();
        Host.Town.Away.Clear();
        var asked = Host.Town.Placed.Count;
        await visitor.SubmitAsync("/vienne/commander/reprendre");
        visitor.Location!.ShouldStartWith("/commandes/");
        Host.Town.Placed.Skip(asked).Select(p => p.Key).Distinct().ShouldBe([KeyOf(fields)]);
        NewOrders.ShouldBe(1);
    }

    [Fact]
    public async Task A_press_that_could_not_even_be_looked_at_loses_nothing_that_was_typed()
    {
        await using var apart = Host.Start();
        var visitor = await ReadyAsync(app: apart);
        var fields = visitor.CheckoutFields();
        var placed = Host.Town.Placed.Count;
        Host.Town.Away.Add("catalog");
        await visitor.PostAsync("/vienne/commander", fields);
        Host.Town.Away.Clear();
        visitor.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        fields.ShouldAllBe(f => visitor.ValueOf(f.Name) == f.Value);
        Host.Town.Placed.Count.ShouldBe(placed);
    }

    [Fact]
    public async Task A_press_that_ended_before_anything_was_sent_is_no_reservation_without_an_answer()
    {
        var visitor = await ReadyAsync();
        await Host.ScalarAsync<int>("insert into checkout_attempts (basket_key, form_key, town) select key, $1, 'vienne' from baskets order by updated_at desc limit 1 returning 1", visitor.ValueOf("cle"));
        (await visitor.OpenAsync("/vienne/panier")).Words.ShouldNotContain(Unanswered);
        await visitor.OpenAsync("/vienne/commander");
        await visitor.PostAsync("/vienne/commander", visitor.CheckoutFields());
        visitor.Location!.ShouldStartWith("/commandes/");
    }

    [Fact]
    public async Task A_form_that_was_answered_and_is_pressed_again_unchanged_waits_again()
    {
        var visitor = await ReadyAsync();
        var fields = visitor.CheckoutFields();
        await Host.PressInVainAsync(visitor, HttpStatusCode.Conflict, "slot-past", fields);
        await Host.PressWhileAwayAsync(visitor, fields);
        (await visitor.OpenAsync("/vienne/panier")).Words.ShouldContain(Unanswered);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task A_press_that_is_put_off_says_nothing_of_the_one_before(bool unansweredBefore)
    {
        var visitor = await ReadyAsync();
        var fields = visitor.CheckoutFields();
        if (unansweredBefore)
        {
            await Host.PressWhileAwayAsync(visitor, fields);
        }
        await Host.PressInVainAsync(visitor, HttpStatusCode.TooManyRequests, "too-many-orders", fields);
        (await visitor.OpenAsync("/vienne/panier")).Words.Contains(Unanswered, StringComparison.Ordinal).ShouldBe(unansweredBefore);
    }

    [Fact]
    public async Task An_attempt_of_the_day_before_that_is_pressed_again_outlives_the_sweep()
    {
        var visitor = await ReadyAsync();
        var fields = visitor.CheckoutFields();
        await Host.PressInVainAsync(visitor, HttpStatusCode.Conflict, "slot-past", fields);
        await AgeAsync("at = now() - interval '25 hours', sent_at = now() - interval '25 hours'", fields);
        await Host.LoseAsync(visitor, fields);
        await Host.Services.GetRequiredService<CheckoutAttempts>().ForgetOldAsync();
        (await visitor.OpenAsync("/vienne/commander")).Location!.ShouldStartWith("/commandes/");
        NewOrders.ShouldBe(1);
    }

    [Fact]
    public async Task What_was_typed_is_forgotten_a_day_after_the_last_press()
    {
        var visitor = await ReadyAsync();
        var fields = visitor.CheckoutFields();
        await Host.PressWhileAwayAsync(visitor, fields);
        await AgeAsync("at = now() - interval '1 hour', sent_at = now() - interval '25 hours'", fields);
        await Host.Services.GetRequiredService<CheckoutAttempts>().ForgetOldAsync();
        (await Host.ScalarAsync<long>("select count(*) from checkout_requests where form_key = $1", KeyOf(fields))).ShouldBe(0);
    }

    [Fact]
    public async Task What_is_to_be_forgotten_is_looked_at_every_hour()
    {
        var clock = new NotedTimers();
        using var sweep = new BasketSweep(Host.Services.GetRequiredService<BasketStore>(), Host.Services.GetRequiredService<CheckoutAttempts>(), clock, NullLogger<BasketSweep>.Instance);
        await sweep.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.BecomesAsync(() => clock.Period == TimeSpan.FromHours(1), TimeSpan.FromSeconds(10));
        await sweep.StopAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A clock that notes the timer it is asked for, which never rings.</summary>
    private sealed class NotedTimers : TimeProvider
    {
        public TimeSpan Period { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Period = period;
            return base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
