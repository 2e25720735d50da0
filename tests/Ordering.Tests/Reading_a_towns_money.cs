using System.Globalization;
using System.Net.Http.Json;
using Marketplace.Contracts.Ordering.Api;
using Microsoft.Extensions.DependencyInjection;
using static Marketplace.Ordering.Tests.OrderingHost;

namespace Marketplace.Ordering.Tests;

/// <summary>What a coordinator reads of the town's money: what went through it, what was kept, and what somebody has to see to.</summary>
public sealed class Reading_a_towns_money(PayingHost host) : IClassFixture<PayingHost>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Flows_add_up_and_what_nobody_sees_to_is_named()
    {
        var (shop, without) = (await host.ShopAsync(), await host.ShopAsync());
        await host.AccountAsync(shop);
        var today = TimeZoneInfo.ConvertTime(host.Clock.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris")).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        (await host.Operator.PutAsJsonAsync($"/api/v1/towns/{Town}/commission/{today}", new SetCommission(10, 0), Token)).EnsureSuccessStatusCode();
        await host.SoldAsync((shop, 2));
        (await MoneyAsync(m => m.Months.Sum(x => x.PassedOnCents) == 792)).ShouldSatisfyAllConditions(m => m.OwedCents.ShouldBe(0), m => m.Differences.ShouldBeEmpty(), m => m.Rules.ShouldHaveSingleItem().Percent.ShouldBe(10),
            m => (m.Months.Sum(x => x.SalesCents), m.Months.Sum(x => x.CommissionCents), m.Months.Sum(x => x.CommissionVatCents)).ShouldBe((900, 90, 18)));

        // Sold by a shop that has no account: it waits, and after a day somebody should know.
        var waits = await host.BuyAsync((without, Contracts.OfferId.New(), 1));
        await host.Stripe.PayAsync(waits.PaymentUrl!);
        waits = await host.LookAsync(waits);
        await ActAsync(host.Member(without), without, waits.OrderId, "ready");
        await ActAsync(host.Member(without), without, waits.OrderId, "handover", new HandOver(waits.PickupCode!));
        (await MoneyAsync(m => m.OwedCents == 396)).Differences.ShouldBeEmpty();
        await host.PassAsync(TimeSpan.FromDays(1)); // here and on the other side
        (await MoneyAsync(m => m.Differences.Count == 1)).Differences[0].ShouldSatisfyAllConditions(d => d.Kind.ShouldBe("not-passed-on"), d => d.Cents.ShouldBe(396), d => d.Reference.ShouldBe(waits.Reference), d => d.Shop.ShouldBe(without.Name));

        // Set aside by a card, taken back by hand before it was charged: the goods are gone, the money too.
        var other = await host.ShopAsync();
        var lost = await host.BuyAsync((shop, Contracts.OfferId.New(), 1), (other, Contracts.OfferId.New(), 1));
        await host.Stripe.PayAsync(lost.PaymentUrl!);
        lost = await host.LookAsync(lost);
        await ActAsync(host.Member(shop), shop, lost.OrderId, "ready");
        await ActAsync(host.Member(shop), shop, lost.OrderId, "handover", new HandOver(lost.PickupCode!));
        await host.App.Services.GetRequiredService<Payments.IPaymentGateway>().CancelAsync(await host.PaymentAsync(lost), Guid.NewGuid().ToString(), Token);
        (await host.TellAsync(lost, "payment_intent.canceled")).EnsureSuccessStatusCode();
        // What waits longest comes first.
        (await MoneyAsync(m => m.Differences.Count == 2)).Differences.ShouldSatisfyAllConditions(d => d[0].Kind.ShouldBe("not-passed-on"), d => d[1].Kind.ShouldBe("not-taken"), d => d[1].Cents.ShouldBe(450), d => d[1].Shop.ShouldBe(shop.Name));

        // What one shop owes pays no other.
        await using var owes = host.Database.CreateCommand(
            """
            with posted as (insert into ledger_postings values ($1, 999, $2, 'refund', $3) returning order_id, version, shop_id)
            insert into ledger_entries select order_id, version, shop_id, account, cents from posted, (values ('merchant', 50), ('clearing', -50)) refunded(account, cents)
            """);
        foreach (var value in (object[])[lost.OrderId.Value, other.Id.Value, host.Clock.GetUtcNow()])
        {
            owes.Parameters.Add(new() { Value = value });
        }

        await owes.ExecuteNonQueryAsync(Token);
        (await MoneyAsync(m => m.OwingCents != 0)).ShouldSatisfyAllConditions(m => m.OwingCents.ShouldBe(50), m => m.OwedCents.ShouldBe(396), m => m.DifferencesTotal.ShouldBe(2));
    }

    private async Task<TownMoney> MoneyAsync(Func<TownMoney, bool> like)
    {
        TownMoney? read = null;
        await host.PassesAsync(async () => like(read = await ReadAsync<TownMoney>(await host.Coordinator().GetAsync($"/api/v1/towns/{Town}/money", Token))));
        return read!;
    }
}
