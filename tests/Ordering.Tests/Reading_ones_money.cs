using System.Globalization;
using System.Net.Http.Json;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.ServiceDefaults.Shops;
using Microsoft.Extensions.DependencyInjection;
using static Marketplace.Ordering.Tests.OrderingHost;

namespace Marketplace.Ordering.Tests;

/// <summary>What an owner reads of the shop's money: owed of which orders and why, and a month that adds up line by line.</summary>
public sealed class Reading_ones_money(PayingHost host) : IClassFixture<PayingHost>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Month => TimeZoneInfo.ConvertTime(host.Clock.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris")).ToString("yyyy-MM", CultureInfo.InvariantCulture);

    [Fact]
    public async Task From_the_card_to_the_account_each_cent_says_where_it_is()
    {
        var (shop, other) = (await host.ShopAsync(), await host.ShopAsync());
        (await MoneyAsync(shop)).ShouldSatisfyAllConditions(m => m.OwedCents.ShouldBe(0), m => m.Open.ShouldBeEmpty(), m => m.Months.ShouldBeEmpty(), m => m.Commissions.ShouldHaveSingleItem().Town.ShouldBe(Town));
        await SetAsync(10);
        (await MoneyAsync(shop)).Commissions.Single().Rules.ShouldHaveSingleItem().Percent.ShouldBe(10);
        var order = await host.BuyAsync((shop, Contracts.OfferId.New(), 2), (other, Contracts.OfferId.New(), 1));
        await host.Stripe.PayAsync(order.PaymentUrl!);
        order = await host.LookAsync(order);
        (await MoneyAsync(shop, m => m.Open.Count == 1)).ShouldSatisfyAllConditions(m => m.SetAsideCents.ShouldBe(900), m => m.OwedCents.ShouldBe(0), m => m.Open[0].State.ShouldBe("ordered"), m => m.Open[0].Cents.ShouldBe(900), m => m.Open[0].By.ShouldNotBeNull());
        await CollectAsync(shop, order);
        (await MoneyAsync(shop)).Open.ShouldHaveSingleItem().ShouldSatisfyAllConditions(o => o.State.ShouldBe("handed-over"), o => o.Reference.ShouldBe(order.Reference));

        // Taken, and nowhere to pass it on to yet.
        await CollectAsync(other, order);
        (await MoneyAsync(shop, m => m.OwedCents != 0)).ShouldSatisfyAllConditions(m => m.OwedCents.ShouldBe(900 - 90 - 18), m => m.SetAsideCents.ShouldBe(0), m => m.Open.ShouldHaveSingleItem().State.ShouldBe("to-pass-on"));
        await host.AccountAsync(shop);
        host.Clock.Pass(TimeSpan.FromHours(1));
        await MoneyAsync(shop, m => m.OwedCents == 0 && m.Months.Sum(x => x.PassedOnCents) == 792);

        (await host.Member(shop).PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/orders/{order.OrderId}/refunds/{Guid.NewGuid()}", new GiveBack([new(order.ShopOrders.Single(s => s.Shop == shop.Slug).Lines[0].OfferId, 450)], "missing"), Token)).EnsureSuccessStatusCode();
        await MoneyAsync(shop, m => m.OwedCents == 0 && m.Months.Sum(x => x.FetchedCents) == 396);
        var statement = await StatementAsync(shop);
        statement.Items.Select(l => (l.Kind, l.GrossCents, l.CommissionCents, l.CommissionVatCents, l.Cents, l.BalanceCents)).ShouldBe(
            [("sale", 900, -90, -18, 792, 792), ("transfer", 0, 0, 0, -792, 0), ("refund", -450, 45, 9, -396, -396), ("reversal", 0, 0, 0, 396, 0)]);
        statement.Items.ShouldAllBe(l => l.OrderId == order.OrderId && l.Reference == order.Reference);
        statement.Sums.ShouldBe(new MoneyMonth(statement.Month, 900, 450, 45, 9, 792, 396));
        (statement.OpeningCents, statement.ClosingCents, statement.Total).ShouldBe((0, 0, 4));
        // From any line on what is owed is known.
        (await StatementAsync(shop, "?pageSize=1&page=3")).Items.ShouldHaveSingleItem().BalanceCents.ShouldBe(-396);
        (await StatementAsync(shop, "?all=true")).Items.Count.ShouldBe(4);
        (await MoneyAsync(other, m => m.OwedCents != 0)).OwedCents.ShouldBe(450 - 45 - 9, "another shop's books are its own");
    }

    // The card holds the whole of the order until all its shops are through; what a shop is told is what can still be its own.
    [Fact]
    public async Task What_a_shop_declined_is_promised_to_it_no_more()
    {
        var (shop, other) = (await host.ShopAsync(), await host.ShopAsync());
        var (bread, tart) = (Contracts.OfferId.New(), Contracts.OfferId.New());
        var order = await host.BuyAsync((shop, bread, 2), (shop, tart, 1), (other, Contracts.OfferId.New(), 1));
        await host.Stripe.PayAsync(order.PaymentUrl!);
        order = await host.LookAsync(order);
        (await MoneyAsync(shop, m => m.Open.Count == 1)).SetAsideCents.ShouldBe(1350);
        await ActAsync(host.Member(shop), shop, order.OrderId, "decline", new Decline("shortage", [tart]));
        (await MoneyAsync(shop)).ShouldSatisfyAllConditions(m => m.SetAsideCents.ShouldBe(900), m => m.Open.ShouldHaveSingleItem().Cents.ShouldBe(900));
        await ActAsync(host.Member(shop), shop, order.OrderId, "decline", new Decline("closed", null));
        (await MoneyAsync(shop)).ShouldSatisfyAllConditions(m => m.SetAsideCents.ShouldBe(0), m => m.Open.ShouldBeEmpty());
        (await MoneyAsync(other)).SetAsideCents.ShouldBe(450);
    }

    [Fact]
    public async Task Goods_that_are_gone_and_were_not_paid_are_said_to_be()
    {
        var (shop, other) = (await host.ShopAsync(), await host.ShopAsync());
        var order = await host.BuyAsync((shop, Contracts.OfferId.New(), 1), (other, Contracts.OfferId.New(), 1));
        await host.Stripe.PayAsync(order.PaymentUrl!);
        order = await host.LookAsync(order);
        await CollectAsync(shop, order);
        await host.App.Services.GetRequiredService<Payments.IPaymentGateway>().CancelAsync(await host.PaymentAsync(order), Guid.NewGuid().ToString(), Token);
        (await host.TellAsync(order, "payment_intent.canceled")).EnsureSuccessStatusCode();
        (await MoneyAsync(shop, m => m.Open.Any(o => o.State == "not-taken"))).ShouldSatisfyAllConditions(m => m.SetAsideCents.ShouldBe(0), m => m.OwedCents.ShouldBe(0), m => m.Open.ShouldHaveSingleItem().Cents.ShouldBe(450));
        (await MoneyAsync(other)).Open.ShouldBeEmpty("it handed nothing over");
    }

    [Fact]
    public async Task A_month_without_anything_is_empty_and_what_is_none_is_refused()
    {
        var shop = await host.ShopAsync();
        (await StatementAsync(shop, month: "2025-02")).ShouldSatisfyAllConditions(s => s.Items.ShouldBeEmpty(), s => s.ClosingCents.ShouldBe(0), s => s.Sums.SalesCents.ShouldBe(0));
        foreach (var wrong in (string[])["2026-13", "1026-11", "novembre", "2026-1"])
        {
            (await ProblemAsync(await host.Member(shop, "owner").GetAsync($"/api/v1/shops/{shop.Slug}/money/months/{wrong}", Token))).Code.ShouldBe("month-invalid");
        }
    }

    private async Task SetAsync(decimal percent) =>
        (await host.Operator.PutAsJsonAsync($"/api/v1/towns/{Town}/commission/{TimeZoneInfo.ConvertTime(host.Clock.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris")).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}", new SetCommission(percent, 0), Token)).EnsureSuccessStatusCode();

    private async Task CollectAsync(ShopEntry shop, OrderView order)
    {
        await ActAsync(host.Member(shop), shop, order.OrderId, "ready");
        await ActAsync(host.Member(shop), shop, order.OrderId, "handover", new HandOver(order.PickupCode!));
    }

    private async Task<ShopMoney> MoneyAsync(ShopEntry shop, Func<ShopMoney, bool>? like = null)
    {
        ShopMoney? read = null;
        await host.PassesAsync(async () =>
        {
            read = await ReadAsync<ShopMoney>(await host.Member(shop, "owner").GetAsync($"/api/v1/shops/{shop.Slug}/money", Token));
            return like is null || like(read);
        });
        return read!;
    }

    private async Task<ShopStatement> StatementAsync(ShopEntry shop, string query = "", string? month = null) =>
        await ReadAsync<ShopStatement>(await host.Member(shop, "owner").GetAsync($"/api/v1/shops/{shop.Slug}/money/months/{month ?? Month}{query}", Token));
}
