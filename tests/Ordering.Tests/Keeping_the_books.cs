using System.Net.Http.Json;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.EventStore.Postgres;
using Marketplace.Ordering.Ledger;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Ordering.Tests;

/// <summary>The books in the database: written once, by however many, the same when written anew, and never out of balance.</summary>
public sealed class Keeping_the_books(PayingHost host) : IClassFixture<PayingHost>
{
    private const string Rows = "select coalesce(string_agg(p::text || ' ' || e.account || ' ' || e.cents, E'\\n' order by p.order_id, p.version, p.shop_id, e.account), '') from ledger_postings p join ledger_entries e using (order_id, version, shop_id) where p.order_id = $1";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_sale_a_transfer_and_a_refund_are_postings_that_leave_nothing_owed()
    {
        var (shop, other) = (await host.ShopAsync(), await host.ShopAsync());
        await host.AccountAsync(shop);
        await host.AccountAsync(other);
        var order = await host.SoldAsync((shop, 2), (other, 1));
        (await host.Member(shop).PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/orders/{order.OrderId}/refunds/{Guid.NewGuid()}", new GiveBack([new(order.ShopOrders.Single(s => s.Shop == shop.Slug).Lines[0].OfferId, 300)], "gesture"), Token)).EnsureSuccessStatusCode();
        await host.PassesAsync(async () => await KindsAsync(order) == "refund,reversal,sale,sale,set-aside,set-aside,transfer,transfer");
        (await BalanceAsync(order, "merchant")).ShouldBe(0, "what was owed was passed on, and what went back was fetched");
        (await BalanceAsync(order, "clearing")).ShouldBe(0, "no cent of it lies with the platform");
        (await BalanceAsync(order, "card")).ShouldBe(0);
        (await host.ScalarAsync<long>("select sum(cents)::bigint from ledger_entries e join ledger_postings p using (order_id, version, shop_id) where p.order_id = $1 and p.shop_id = $2 and p.kind in ('transfer', 'reversal') and account = 'merchant'", order.OrderId.Value, shop.Id.Value)).ShouldBe(600);
    }

    [Fact]
    public async Task An_order_that_is_paid_at_the_counter_has_none()
    {
        var shop = await host.ShopAsync();
        await host.AccountAsync(shop);
        var counter = await OrderingHost.PlaceAsync(host.Anonymous, host.Basket((shop, Contracts.OfferId.New(), 1)));
        var card = await host.SoldAsync((shop, 1));
        await host.PassesAsync(async () => await KindsAsync(card) == "sale,set-aside,transfer");
        (await KindsAsync(counter)).ShouldBe("");
    }

    // From the start of the log, over what stands and over nothing, by several at once.
    [Fact]
    public async Task Read_again_from_the_start_by_several_at_once_they_are_the_same()
    {
        var shop = await host.ShopAsync();
        await host.AccountAsync(shop);
        var order = await host.SoldAsync((shop, 3));
        await host.PassesAsync(async () => await KindsAsync(order) == "sale,set-aside,transfer");
        var before = await host.ScalarAsync<string>(Rows, order.OrderId.Value);
        var keeping = host.App.Services.GetRequiredService<IEnumerable<IDueWorkHandler>>().OfType<LedgerKeeping>().Single();
        foreach (var emptied in (string[])["delete from log_cursors where name = 'ledger'", "delete from log_cursors where name = 'ledger'; delete from ledger_entries; delete from ledger_postings"])
        {
            await ExecuteAsync(emptied);
            await Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
            {
                while (await keeping.TakeAsync(Token))
                {
                }
            }));
            await host.PassesAsync(async () => await host.ScalarAsync<string>(Rows, order.OrderId.Value) == before);
        }
    }

    // As if they had been written by other rules than those of now.
    [Fact]
    public async Task What_stands_by_older_rules_stays_and_stops_nothing()
    {
        var shop = await host.ShopAsync();
        await host.AccountAsync(shop);
        var order = await host.SoldAsync((shop, 1));
        await host.PassesAsync(async () => await KindsAsync(order) == "sale,set-aside,transfer");
        await ExecuteAsync(
            """
            with gone as (delete from ledger_entries where order_id = $1 and version = (select version from ledger_postings where order_id = $1 and kind = 'sale') returning version, shop_id)
            insert into ledger_entries select distinct $1, version, shop_id, account, cents from gone, (values ('clearing', 450), ('customer', -450)) older(account, cents)
            """, order.OrderId.Value);
        await ReadAllAgainAsync();
        (await host.ScalarAsync<string>("select string_agg(account || ' ' || cents, ',' order by account) from ledger_entries e join ledger_postings p using (order_id, version, shop_id) where order_id = $1 and kind = 'sale'", order.OrderId.Value))
            .ShouldBe("clearing 450,customer -450");
    }

    [Fact]
    public async Task An_order_that_cannot_be_read_is_set_aside_until_it_can_be()
    {
        var shop = await host.ShopAsync();
        await host.AccountAsync(shop);
        var (bad, good) = (await host.SoldAsync((shop, 1)), await host.SoldAsync((shop, 1)));
        await host.PassesAsync(async () => await KindsAsync(bad) == "sale,set-aside,transfer" && await KindsAsync(good) == "sale,set-aside,transfer");
        var request = await host.ScalarAsync<string>("select data::text from events where stream = $1 and type = 'order-payment-capture-requested.v1'", Orders.Order.StreamOf(bad.OrderId));
        const string Write = "update events set data = $2::jsonb where stream = $1 and type = 'order-payment-capture-requested.v1'";
        await ExecuteAsync(Write, Orders.Order.StreamOf(bad.OrderId), "{}");
        try
        {
            await ExecuteAsync("delete from ledger_entries; delete from ledger_postings");
            await ReadAllAgainAsync();
            (await KindsAsync(good)).ShouldBe("sale,set-aside,transfer");
            (await KindsAsync(bad)).ShouldBe("");
            (await host.ScalarAsync<long>("select count(*) from due_work where kind = 'ledger' and key = $1", bad.OrderId.ToString())).ShouldBe(1);
        }
        finally
        {
            await ExecuteAsync(Write, Orders.Order.StreamOf(bad.OrderId), request);
        }

        await host.PassesAsync(async () => await KindsAsync(bad) == "sale,set-aside,transfer");
    }

    [Theory]
    [InlineData("insert into ledger_entries select order_id, version, shop_id, 'customer', 1 from ledger_postings where order_id = $1 limit 1", "ledger_balances")]
    [InlineData("delete from ledger_entries where order_id = $1 and account = 'merchant'", "ledger_balances")]
    [InlineData("update ledger_entries set cents = -cents where order_id = $1", "ledger_never_edited")]
    [InlineData("update ledger_postings set at = now() where order_id = $1", "ledger_never_edited")]
    public async Task The_database_takes_no_posting_that_is_off_and_no_edit(string sql, string constraint)
    {
        var shop = await host.ShopAsync();
        await host.AccountAsync(shop);
        var order = await host.SoldAsync((shop, 1));
        await host.PassesAsync(async () => await KindsAsync(order) == "sale,set-aside,transfer");
        (await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(sql, order.OrderId.Value))).ConstraintName.ShouldBe(constraint);
    }

    private async Task ReadAllAgainAsync()
    {
        await ExecuteAsync("delete from log_cursors where name = 'ledger'");
        var keeping = host.App.Services.GetRequiredService<IEnumerable<IDueWorkHandler>>().OfType<LedgerKeeping>().Single();
        while (await keeping.TakeAsync(Token))
        {
        }
    }

    private Task<string> KindsAsync(OrderView order) => host.ScalarAsync<string>("select coalesce(string_agg(kind, ',' order by kind), '') from ledger_postings where order_id = $1", order.OrderId.Value);

    private Task<long> BalanceAsync(OrderView order, string account) =>
        host.ScalarAsync<long>("select coalesce(sum(cents), 0)::bigint from ledger_entries where order_id = $1 and account = $2", order.OrderId.Value, account);

    private async Task ExecuteAsync(string sql, params object[] values)
    {
        await using var command = host.Database.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        await command.ExecuteNonQueryAsync(Token);
    }
}
