using System.Net;
using System.Net.Http.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Erasure;
using Marketplace.ServiceDefaults.Shops;
using Microsoft.Extensions.DependencyInjection;
using static Marketplace.Ordering.Tests.OrderingHost;

namespace Marketplace.Ordering.Tests;

/// <summary>Who was behind an order is forgotten after its time, and with the account; the order itself stays.</summary>
public sealed class Erasing_contacts(OrderingHost host) : IClassFixture<OrderingHost>
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ThreeYears = TimeSpan.FromDays(1096);
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_ended_order_forgets_its_resident_after_three_years_and_not_a_day_before()
    {
        var shop = await host.ShopAsync();
        var who = Whoever();
        var order = await PlaceAsync(host.Anonymous, Basket(shop, who));
        await HandOverAsync(shop, order);
        await MailsAreOutAsync(order);

        host.Clock.Pass(ThreeYears - TimeSpan.FromHours(1));
        await HousekeepingAsync();
        (await host.GetAsync(order)).Contact!.Name.ShouldBe(who);

        host.Clock.Pass(TimeSpan.FromHours(2));
        await HousekeepingAsync();
        await IsForgottenAsync(shop, order, who);
    }

    [Fact]
    public async Task An_order_that_never_stood_forgets_after_a_month()
    {
        var shop = await host.ShopAsync();
        var who = Whoever();
        host.Others.Stock = asked => new StockRefused(asked.OrderId, [.. asked.Shops.SelectMany(s => s.Lines.Select(l =>
            new StockRefused.Line(s.ShopId, l.OfferId, "out-of-stock", "Pain complet", l.Quantity, 0, null)))]);
        (await PostAsync(host.Anonymous, Basket(shop, who))).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        host.Others.Stock = host.Others.Reserved;
        await HousekeepingAsync();
        (await RowsThatNameAsync(who)).ShouldBe(["contacts"]);

        host.Clock.Pass(TimeSpan.FromDays(30.1));
        await HousekeepingAsync();
        (await RowsThatNameAsync(who)).ShouldBeEmpty();
    }

    [Fact]
    public async Task With_the_account_ended_orders_forget_at_once_and_open_ones_when_they_end()
    {
        var shop = await host.ShopAsync();
        var (me, who) = (PersonId.New(), Whoever());
        var ended = await PlaceAsync(host.Person(me), Basket(shop, who), "a-key");
        await HandOverAsync(shop, ended);
        await MailsAreOutAsync(ended);
        var (basket, attempt) = (Basket(shop, who), Guid.NewGuid().ToString("N"));
        var open = await PlaceAsync(host.Person(me), basket, attempt);
        var other = await PlaceAsync(host.Person(me), Basket(shop, who), Guid.NewGuid().ToString("N"));
        await HandOverAsync(shop, other);
        await MailsAreOutAsync(other);
        var neighbour = await PlaceAsync(host.Person(PersonId.New()), Basket(shop, who));
        var cancelled = await PlaceAsync(host.Person(me), Basket(shop, who));
        (await host.Person(me).PostAsJsonAsync($"/api/v1/orders/{cancelled.OrderId}/cancellation", new { })).EnsureSuccessStatusCode();
        await MailsAreOutAsync(cancelled);

        await LeavesAsync(me);
        await LeavesAsync(me); // the storefront asks again when it has not heard the answer

        (await host.GetAsync(ended)).Contact.ShouldBeNull();
        var still = await host.GetAsync(open);
        still.Contact!.Name.ShouldBe(who, "the shop has to know whom it prepares for");
        (await ReadAsync<OrderPage>(await host.Person(me).GetAsync("/api/v1/me/orders"))).Total.ShouldBe(0, "no order leads to the person any more");
        (await host.Person(me).GetAsync($"/api/v1/orders/{open.OrderId}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await host.ScalarAsync<long>("select count(*) from idempotency_keys where caller = $1 or order_id = $2", me.ToString(), other.OrderId.Value)).ShouldBe(0);
        (await PlaceAsync(host.Anonymous, basket, attempt)).OrderId.ShouldBe(open.OrderId, "its answer was lost, and the button is pressed again");

        await HandOverAsync(shop, open);
        await MailsAreOutAsync(open);
        await HousekeepingAsync();

        (await host.GetAsync(open)).Contact.ShouldBeNull();
        (await host.GetAsync(neighbour)).Contact!.Name.ShouldBe(who);
        (await RowsThatNameAsync(me.ToString())).ShouldBeSubsetOf(["due_work"], "the second look, in ten minutes, is all that still knows the id: no event says which orders were one person's");
        (await ReadAsync<ShopOrderCard>(await host.Member(shop).GetAsync($"/api/v1/shops/{shop.Slug}/orders/{open.OrderId}"))).Customer.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_last_mail_of_a_person_who_left_still_goes_out_and_only_then_is_the_address_gone()
    {
        var shop = await host.ShopAsync();
        var (me, who) = (PersonId.New(), Whoever());
        var order = await PlaceAsync(host.Person(me), Basket(shop, who));
        await MailsAreOutAsync(order);
        await LeavesAsync(me);
        host.Mails.Refusing = new System.Net.Mail.SmtpException(System.Net.Mail.SmtpStatusCode.ServiceNotAvailable, "away");
        await ActAsync(host.Member(shop), shop, order.OrderId, "decline", new Decline("Fermé", null));
        await HousekeepingAsync();
        (await RowsThatNameAsync(who)).ShouldBe(["contacts"]);

        host.Mails.Refusing = null;
        host.Clock.Pass(TimeSpan.FromMinutes(10));
        await MailsAreOutAsync(order);
        await HousekeepingAsync();

        host.Mails.All.ShouldContain(m => m.ToName == who && m.Subject.Contains("ne peut pas préparer", StringComparison.Ordinal));
        (await RowsThatNameAsync(who)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_ordered_with_the_last_token_is_found_by_a_process_that_starts_later()
    {
        var shop = await host.ShopAsync();
        var (me, who) = (PersonId.New(), Whoever());
        await LeavesAsync(me);
        var late = await PlaceAsync(host.Person(me), Basket(shop, who)); // the token outlives the account by minutes

        await using var second = host.Start();
        await ReadyAsync(second);
        host.Clock.Pass(TimeSpan.FromMinutes(11));

        await Eventually.BecomesAsync(async () => (await ReadAsync<OrderPage>(await host.Person(me).GetAsync("/api/v1/me/orders"))).Total == 0, Long);
        (await host.GetAsync(late)).Contact!.Name.ShouldBe(who);
    }

    [Fact]
    public async Task Who_acted_is_told_by_kind_and_a_key_by_its_id()
    {
        var shop = await host.ShopAsync();
        var order = await PlaceAsync(host.Person(PersonId.New()), Basket(shop, Whoever()));
        await ActAsync(host.Member(shop), shop, order.OrderId, "preparation");
        using var till = await host.KeyAsync(shop, "orders:write");
        await ActAsync(till, shop, order.OrderId, "ready");
        await ActAsync(host.Operator, shop, order.OrderId, "handover", new HandOver(order.PickupCode!));

        var actors = await ActorsAsync(order);
        actors.ShouldBeSubsetOf(["resident", "answer", "staff", .. actors.Where(a => a.StartsWith("key:", StringComparison.Ordinal) && Guid.TryParse(a[4..], out _)), "operator"]);
        actors.Length.ShouldBe(5);
    }

    [Fact]
    public async Task Ids_that_an_older_version_wrote_into_events_are_overwritten_by_kinds()
    {
        var shop = await host.ShopAsync();
        var order = await PlaceAsync(host.Person(PersonId.New()), Basket(shop, Whoever()));
        await HandOverAsync(shop, order);
        var (me, clerk) = (PersonId.New(), Guid.NewGuid());
        await RunAsync("update events set meta = jsonb_set(meta, '{actor}', to_jsonb(case meta->>'actor' when 'resident' then $2 else $3 end)) where stream = $1 and meta->>'actor' in ('resident', 'staff')",
            Orders.Order.StreamOf(order.OrderId), me.ToString(), clerk.ToString());
        (await RowsThatNameAsync(me.ToString())).ShouldBe(["events"]);

        await using var script = typeof(ContactErasure).Assembly.GetManifestResourceStream("Marketplace.Ordering.Sql.0004_actors.sql")!;
        await RunAsync(await new StreamReader(script).ReadToEndAsync(Token));

        (await RowsThatNameAsync(me.ToString())).ShouldBeEmpty();
        (await RowsThatNameAsync(clerk.ToString())).ShouldBeEmpty();
        (await ActorsAsync(order)).ShouldBe(["answer", "resident", "staff"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4000)]
    public void A_time_that_makes_no_sense_is_refused_at_the_start(int days) =>
        Should.Throw<InvalidOperationException>(() => host.Start(null, ("Ordering:ContactsKeptDays", days.ToString(System.Globalization.CultureInfo.InvariantCulture))).Services)
            .Message.ShouldContain("Ordering:ContactsKeptDays");

    private async Task IsForgottenAsync(ShopEntry shop, OrderView order, string who)
    {
        var seen = await host.GetAsync(order);
        seen.Contact.ShouldBeNull();
        (seen.Status, seen.TotalCents).ShouldBe(("completed", order.TotalCents), "the order stays");
        seen.ShopOrders[0].Note.ShouldBeNull();
        var card = await ReadAsync<ShopOrderCard>(await host.Member(shop).GetAsync($"/api/v1/shops/{shop.Slug}/orders/{order.OrderId}"));
        (card.Customer, card.Phone, card.Note).ShouldBe(("", null, null));
        (await ReadAsync<ShopOrderPage>(await host.Member(shop).GetAsync($"/api/v1/shops/{shop.Slug}/orders"))).Items.Single().Customer.ShouldBeEmpty();
        (await RowsThatNameAsync(who)).ShouldBeEmpty();
    }

    private Task<string[]> ActorsAsync(OrderView order) =>
        host.ScalarAsync<string[]>("select array_agg(distinct meta->>'actor' order by meta->>'actor') from events where stream = $1", Orders.Order.StreamOf(order.OrderId));

    private async Task RunAsync(string sql, params string[] parameters)
    {
        await using var command = host.Database.CreateCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new() { Value = parameter });
        }

        await command.ExecuteNonQueryAsync(Token);
    }

    // Every table of the service, whatever is in it: an event, a timer or a read model that kept a name would show here.
    private async Task<IReadOnlyList<string>> RowsThatNameAsync(string who)
    {
        var found = new List<string>();
        var tables = (await host.ScalarAsync<string[]>("select array_agg(quote_ident(table_name)::text) from information_schema.tables where table_schema = 'public'"))!;
        tables.Length.ShouldBeGreaterThan(8);
        foreach (var table in tables)
        {
            if (await host.ScalarAsync<long>($"select count(*) from {table} t where t::text ilike $1", $"%{who}%") > 0)
            {
                found.Add(table);
            }
        }

        return found;
    }

    private PlaceOrder Basket(ShopEntry shop, string who)
    {
        var basket = host.Basket((shop, OfferId.New(), 1));
        return basket with
        {
            Contact = new Contact(who, $"{who}@exemple.fr", "06 12 34 56 78"),
            ShopOrders = [basket.ShopOrders[0] with { Note = $"Merci, {who}" }],
        };
    }

    private static string Whoever() => "Q" + Guid.NewGuid().ToString("N")[..12];

    private async Task HandOverAsync(ShopEntry shop, OrderView order)
    {
        await ActAsync(host.Member(shop), shop, order.OrderId, "ready");
        await ActAsync(host.Member(shop), shop, order.OrderId, "handover", new HandOver(order.PickupCode!));
    }

    private Task MailsAreOutAsync(OrderView order) =>
        Eventually.BecomesAsync(async () => await host.ScalarAsync<long>("select count(*) from due_work where kind = 'mail' and key like $1", order.OrderId + "/%") == 0, Long);

    private Task HousekeepingAsync() => host.App.Services.GetRequiredService<ContactErasure>().EraseAsync(Token);

    private async Task LeavesAsync(PersonId person)
    {
        using var storefront = host.Storefront;
        (await storefront.DeleteAsync($"/api/v1/people/{person}", Token)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }
}
