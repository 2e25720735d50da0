using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Marketplace.Contracts.Ordering.Api;
using NodaTime;
using static Marketplace.Ordering.Tests.OrderingHost;

namespace Marketplace.Ordering.Tests;

/// <summary>A town's commission: set for days to come, kept by each order as it was when that was placed, and taken off what its shops are passed on.</summary>
public sealed class Agreeing_on_a_commission(PayingHost host) : IClassFixture<PayingHost>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private DateOnly Today => Instant.FromDateTimeOffset(host.Clock.GetUtcNow()).InZone(DateTimeZoneProviders.Tzdb["Europe/Paris"]).Date.ToDateOnly();

    [Fact]
    public async Task What_is_set_counts_for_orders_from_that_day_on_and_comes_off_what_is_passed_on_once()
    {
        var (shop, other) = (await host.ShopAsync(), await host.ShopAsync());
        await host.AccountAsync(shop);
        await host.AccountAsync(other);
        await SetAsync(Today.AddDays(40), 12, 0);
        var before = await host.SoldAsync((shop, 2), (other, 1));
        (await PassedOnAsync(before)).ShouldBe([450, 900], "nothing was agreed yet");

        // Of 9.00 and 4.50: 5.5 % is 0.50 and 0.25, of 20 cents 13 and 7; and a fifth of that in VAT, 0.13 and 0.06.
        (await SetAsync(Today, 5.5m, 20)).ShouldBe([new CommissionRule(Today, 5.5m, 20), new CommissionRule(Today.AddDays(40), 12, 0)]);
        var after = await host.SoldAsync((shop, 2), (other, 1));
        (await PassedOnAsync(after)).ShouldBe([450 - 32 - 6, 900 - 63 - 13]);
        (await host.ScalarAsync<string>("select data->'commission'->>'basisPoints' || ' ' || (data->'commission'->>'fixedCents') || ' ' || (data->'commission'->>'vatRate') from events where stream = $1 and version = 1", Orders.Order.StreamOf(after.OrderId))).ShouldBe("550 20 20");

        // Said otherwise later the same day: what was placed keeps what it was placed with, and what goes back takes its commission back with it.
        await SetAsync(Today, 0, 0);
        (await host.Member(shop).PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/orders/{after.OrderId}/refunds/{Guid.NewGuid()}", new GiveBack([new(after.ShopOrders.Single(s => s.Shop == shop.Slug).Lines[0].OfferId, 900)], "missing"), Token)).EnsureSuccessStatusCode();
        await host.PassesAsync(async () => await host.CountAsync(after, "order-payment-reversed.v1") == 1);
        (await PassedOnAsync(after)).ShouldBe([0, 450 - 32 - 6]);
        (await PassedOnAsync(await host.SoldAsync((shop, 1)))).ShouldBe([450]);
    }

    [Theory]
    [InlineData("vienne", 31, 0, 0, 404, "town-not-found")]
    [InlineData(Town, 31, 0, 0, 422, "commission-invalid"), InlineData(Town, -1, 0, 0, 422, "commission-invalid"), InlineData(Town, 5.125, 0, 0, 422, "commission-invalid")]
    [InlineData(Town, 5, 1001, 0, 422, "commission-invalid"), InlineData(Town, 5, -1, 0, 422, "commission-invalid"), InlineData(Town, 5, 0, -1, 409, "commission-past")]
    public async Task What_cannot_be_is_refused(string town, double percent, long cents, int days, int status, string code)
    {
        await host.ShopAsync();
        using var answer = await host.Operator.PutAsJsonAsync($"/api/v1/towns/{town}/commission/{Day(Today.AddDays(days))}", new SetCommission((decimal)percent, cents), Token);
        var problem = await ProblemAsync(answer);
        (problem.Status, problem.Code).ShouldBe((status, code));
    }

    [Theory]
    [InlineData("money"), InlineData("commission")]
    public async Task Of_a_town_that_is_not_on_the_marketplace_there_is_nothing_to_read(string what)
    {
        await host.ShopAsync();
        var problem = await ProblemAsync(await host.Coordinator("vienne").GetAsync($"/api/v1/towns/vienne/{what}", Token));
        (problem.Status, problem.Code).ShouldBe((404, "town-not-found"));
    }

    [Fact]
    public async Task A_town_sees_its_own_and_a_day_that_is_none_is_not_understood()
    {
        await host.ShopAsync();
        (await ReadAsync<List<CommissionRule>>(await host.Coordinator().GetAsync($"/api/v1/towns/{Town}/commission", Token))).ShouldNotBeNull();
        (await host.Operator.PutAsJsonAsync($"/api/v1/towns/{Town}/commission/demain", new SetCommission(5, 0), Token)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private async Task<List<CommissionRule>> SetAsync(DateOnly from, decimal percent, long cents) =>
        await ReadAsync<List<CommissionRule>>(await host.Operator.PutAsJsonAsync($"/api/v1/towns/{Town}/commission/{Day(from)}", new SetCommission(percent, cents), Token));

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    // What the shops have of it by now.
    private async Task<List<long>> PassedOnAsync(OrderView order) =>
        [.. (await host.Stripe.StripeAsync($"/v1/transfers?limit=100&transfer_group={order.OrderId}")).GetProperty("data").EnumerateArray().Select(t => t.GetProperty("amount").GetInt64() - t.GetProperty("amount_reversed").GetInt64()).Order()];
}
