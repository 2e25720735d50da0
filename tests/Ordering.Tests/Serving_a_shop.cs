using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Ordering;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.ServiceDefaults.Shops;
using static Marketplace.Ordering.Tests.OrderingHost;

namespace Marketplace.Ordering.Tests;

/// <summary>A shop's morning: the board, the lists, the counter.</summary>
public sealed class Serving_a_shop(OrderingHost host) : IClassFixture<OrderingHost>
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task The_list_shows_what_is_open_by_pickup_then_what_ended_and_hides_who_and_the_code()
    {
        var shop = await host.ShopAsync();
        using var staff = host.Member(shop);
        var orders = new List<OrderView>();
        for (var i = 0; i < 3; i++)
        {
            orders.Add(await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1))));
        }

        await ActAsync(staff, shop, orders[0].OrderId, "decline", new Decline("Four en panne", null));
        var page = await ListAsync(staff, shop, "");
        page.Total.ShouldBe(3);
        page.Items.Select(i => i.Status).ShouldBe(["requested", "requested", "declined"]);
        page.Items.ShouldAllBe(i => i.Customer == "Claire D." && i.Phone == null && i.ChangedAt != null);
        (await staff.GetStringAsync($"/api/v1/shops/{shop.Slug}/orders")).ShouldNotContain(orders[1].PickupCode!);

        (await ListAsync(staff, shop, "?status=requested,accepted")).Total.ShouldBe(2);
        (await ListAsync(staff, shop, "?pageSize=1&page=2")).Items.Single().OrderId.ShouldBe(page.Items[1].OrderId);
        (await ListAsync(staff, shop, "?q=" + orders[2].Reference)).Items.Single().OrderId.ShouldBe(orders[2].OrderId);
        (await ListAsync(staff, shop, "?q=duran")).Total.ShouldBe(3);
        (await ListAsync(staff, shop, "?q=%25")).Total.ShouldBe(0);
        (await ProblemAsync(await staff.GetAsync($"/api/v1/shops/{shop.Slug}/orders?status=lost"))).Code.ShouldBe("unknown-status");
        (await ProblemAsync(await staff.GetAsync($"/api/v1/shops/{shop.Slug}/orders?pageSize=101"))).Code.ShouldBe("page-out-of-range");

        var opened = await ReadAsync<ShopOrderCard>(await staff.GetAsync($"/api/v1/shops/{shop.Slug}/orders/{orders[1].OrderId}"));
        (opened.Customer, opened.Phone).ShouldBe(("Claire Durand", "06 12 34 56 78"));
    }

    [Fact]
    public async Task A_note_reaches_its_shop_and_no_other()
    {
        var (one, other) = (await host.ShopAsync(), await host.ShopAsync());
        var basket = host.Basket((one, OfferId.New(), 1), (other, OfferId.New(), 1));
        var order = await PlaceAsync(host.Anonymous, basket with { ShopOrders = [basket.ShopOrders[0] with { Note = "Bien cuit, merci" }, basket.ShopOrders[1]] });
        (await ReadAsync<ShopOrderCard>(await host.Member(one).GetAsync($"/api/v1/shops/{one.Slug}/orders/{order.OrderId}"))).Note.ShouldBe("Bien cuit, merci");
        (await ReadAsync<ShopOrderCard>(await host.Member(other).GetAsync($"/api/v1/shops/{other.Slug}/orders/{order.OrderId}"))).Note.ShouldBeNull();
    }

    [Fact]
    public async Task The_board_hears_what_any_process_wrote()
    {
        var shop = await host.ShopAsync();
        await using var other = host.Start();
        await ReadyAsync(other);
        using var staff = host.Member(shop);
        using var stop = new CancellationTokenSource(Long);
        using var answer = await staff.GetAsync($"/api/v1/shops/{shop.Slug}/orders/events", HttpCompletionOption.ResponseHeadersRead, stop.Token);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        var events = SseParser.Create(await answer.Content.ReadAsStreamAsync(stop.Token)).EnumerateAsync(stop.Token).GetAsyncEnumerator(stop.Token);
        await events.MoveNextAsync();
        events.Current.EventType.ShouldBe("ping");

        using var there = other.CreateClient();
        await Eventually.BecomesAsync(() => (IShopDirectory)other.Services.GetService(typeof(IShopDirectory))! is { } d && d.Find(shop.Id) is not null, Long);
        var order = await PlaceAsync(there, host.Basket((shop, OfferId.New(), 1)));
        await ActAsync(staff, shop, order.OrderId, "accept");
        await ActAsync(staff, shop, order.OrderId, "preparation");
        var heard = new List<(Guid Order, string Status)>();
        while (heard.Count < 3 && await events.MoveNextAsync())
        {
            if (events.Current.EventType == "order")
            {
                var news = JsonDocument.Parse(events.Current.Data).RootElement;
                heard.Add((news.GetProperty("orderId").GetGuid(), news.GetProperty("status").GetString()!));
            }
        }

        heard.ShouldBe([(order.OrderId.Value, "requested"), (order.OrderId.Value, "accepted"), (order.OrderId.Value, "preparing")]);
        await stop.CancelAsync();
    }

    [Fact]
    public async Task The_counter_finds_an_order_by_its_code_as_typed_and_still_once_collected()
    {
        var shop = await host.ShopAsync();
        using var staff = host.Member(shop);
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        var typed = order.PickupCode!.ToLowerInvariant().Insert(3, " ");
        (await ByCodeAsync(staff, shop, typed)).OrderId.ShouldBe(order.OrderId);
        await ActAsync(staff, shop, order.OrderId, "ready");
        await ActAsync(staff, shop, order.OrderId, "handover", new HandOver(typed));
        (await ByCodeAsync(staff, shop, typed)).Status.ShouldBe("collected");
        var reused = await ProblemAsync(await TryAsync(staff, shop, order.OrderId, "handover", new HandOver(typed)));
        (reused.Status, reused.Code).ShouldBe((409, "already-collected"));
    }

    [Fact]
    public async Task Another_shops_code_opens_nothing()
    {
        var (one, other) = (await host.ShopAsync(), await host.ShopAsync());
        var order = await PlaceAsync(host.Anonymous, host.Basket((one, OfferId.New(), 1)));
        var problem = await ProblemAsync(await TryCodeAsync(host.Member(other), other, order.PickupCode!));
        (problem.Status, problem.Code).ShouldBe((404, "code-not-found"));
    }

    [Fact]
    public async Task Who_tries_codes_on_an_order_is_slowed_down_and_the_next_order_is_not()
    {
        var shop = await host.ShopAsync();
        using var staff = host.Member(shop);
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        var next = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        await ActAsync(staff, shop, order.OrderId, "ready");
        await ActAsync(staff, shop, next.OrderId, "ready");
        for (var i = 0; i < 10; i++)
        {
            (await ProblemAsync(await TryAsync(staff, shop, order.OrderId, "handover", new HandOver("222222")))).ShouldSatisfyAllConditions(
                p => p.Status.ShouldBe(422), p => p.Code.ShouldBe("wrong-code"));
        }

        var slowed = await ProblemAsync(await TryAsync(staff, shop, order.OrderId, "handover", new HandOver(order.PickupCode!)));
        (slowed.Status, slowed.Code).ShouldBe((429, "too-many-wrong-codes"));
        (await ActAsync(staff, shop, next.OrderId, "handover", new HandOver(next.PickupCode!))).Status.ShouldBe("collected");
        host.Clock.Pass(TimeSpan.FromMinutes(5));
        (await ActAsync(staff, shop, order.OrderId, "handover", new HandOver(order.PickupCode!))).Status.ShouldBe("collected");
    }

    [Fact]
    public async Task Who_looks_orders_up_by_wrong_codes_is_slowed_down_and_still_serves_by_name()
    {
        var shop = await host.ShopAsync();
        using var staff = host.Member(shop);
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        await ActAsync(staff, shop, order.OrderId, "ready");
        for (var i = 0; i < 10; i++)
        {
            (await TryCodeAsync(staff, shop, "222222")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }

        (await ProblemAsync(await TryCodeAsync(staff, shop, order.PickupCode!))).Code.ShouldBe("too-many-wrong-codes");
        (await ActAsync(staff, shop, order.OrderId, "handover", new HandOver(order.PickupCode!))).Status.ShouldBe("collected");
    }

    [Fact]
    public async Task Codes_tried_out_all_at_once_are_no_more_than_codes_tried_out_in_turn()
    {
        var shop = await host.ShopAsync();
        using var staff = host.Member(shop);
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => TryCodeAsync(staff, shop, "222222")));
        answers.Count(a => a.StatusCode == HttpStatusCode.NotFound).ShouldBe(10);
        answers.Count(a => a.StatusCode == HttpStatusCode.TooManyRequests).ShouldBe(30);
    }

    [Fact]
    public async Task A_page_behind_the_last_one_still_says_how_many_there_are_and_is_no_wrong_code()
    {
        var shop = await host.ShopAsync();
        using var staff = host.Member(shop);
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        for (var i = 0; i < 12; i++)
        {
            var page = await ListAsync(staff, shop, $"?page=3&q={order.PickupCode}");
            (page.Items.Count, page.Total).ShouldBe((0, 1));
        }
    }

    [Theory]
    [InlineData("zoe"), InlineData("ZOÉ"), InlineData("zoë l"), InlineData("l'oeuvrard")]
    public async Task A_customer_is_found_by_a_name_typed_in_haste(string typed)
    {
        var shop = await host.ShopAsync();
        using var staff = host.Member(shop);
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)) with { Contact = new Contact("Zoé L’Œuvrard", "zoe@exemple.fr", null) });
        await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        (await ListAsync(staff, shop, "?q=" + Uri.EscapeDataString(typed))).Items.Single().OrderId.ShouldBe(order.OrderId);
    }

    [Fact]
    public async Task A_smudged_code_finds_its_order_and_parts_tried_out_are_counted()
    {
        var (shop, other) = (await host.ShopAsync(), await host.ShopAsync());
        using var staff = host.Member(shop);
        using var watching = host.Member(shop, "read-only");
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        var part = order.PickupCode![2..].ToLowerInvariant().Insert(2, " ");
        (await ListAsync(staff, shop, "?q=" + Uri.EscapeDataString(part))).Items.Single().OrderId.ShouldBe(order.OrderId);
        (await ListAsync(staff, shop, "?q=" + order.PickupCode[3..])).Total.ShouldBe(0, "three characters are anybody's");
        (await ListAsync(host.Member(other), other, "?q=" + order.PickupCode)).Total.ShouldBe(0, "another shop's order is not there");
        (await ListAsync(watching, shop, "?q=" + order.PickupCode)).Total.ShouldBe(0, "who may not hand over has no use for codes");

        for (var i = 0; i < 10; i++)
        {
            (await ListAsync(staff, shop, "?q=2222")).Total.ShouldBe(0);
        }

        (await ProblemAsync(await staff.GetAsync($"/api/v1/shops/{shop.Slug}/orders?q={order.PickupCode}"))).Code.ShouldBe("too-many-wrong-codes");
        (await ListAsync(staff, shop, "?q=Claire+Durand")).Items.Single().OrderId.ShouldBe(order.OrderId, "names are found all the while");
    }

    [Fact]
    public async Task What_is_looked_for_may_be_sent_where_no_log_keeps_it()
    {
        var (shop, other) = (await host.ShopAsync(), await host.ShopAsync());
        using var staff = host.Member(shop);
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        var declined = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        await ActAsync(staff, shop, declined.OrderId, "decline", new Decline("Four en panne", null));

        (await SearchAsync(staff, shop, new FindOrders("requested", "duran"))).Items.Single().OrderId.ShouldBe(order.OrderId);
        (await SearchAsync(staff, shop, new FindOrders(null, order.PickupCode))).Items.Single().OrderId.ShouldBe(order.OrderId);
        (await SearchAsync(staff, shop, new FindOrders(null, "Durand", PageSize: 1))).ShouldSatisfyAllConditions(p => p.Items.Count.ShouldBe(1), p => p.Total.ShouldBe(2));
        (await SearchAsync(host.Member(other), other, new FindOrders(null, "Durand"))).Total.ShouldBe(0);
        for (var i = 0; i < 10; i++)
        {
            (await SearchAsync(staff, shop, new FindOrders(null, "2222"))).Total.ShouldBe(0);
        }

        (await ProblemAsync(await TrySearchAsync(staff, shop, new FindOrders(null, "2222")))).Code.ShouldBe("too-many-wrong-codes");
        (await ProblemAsync(await TrySearchAsync(staff, shop, new FindOrders("lost", null)))).Code.ShouldBe("unknown-status");

        static Task<HttpResponseMessage> TrySearchAsync(HttpClient client, ShopEntry at, FindOrders wanted) => client.PostAsJsonAsync($"/api/v1/shops/{at.Slug}/orders/search", wanted);
        static async Task<ShopOrderPage> SearchAsync(HttpClient client, ShopEntry at, FindOrders wanted) => await ReadAsync<ShopOrderPage>(await TrySearchAsync(client, at, wanted));
    }

    [Fact]
    public async Task Weights_below_the_ordered_ones_lower_the_total()
    {
        var shop = await host.ShopAsync();
        var (one, two) = (OfferId.New(), OfferId.New());
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, one, 4), (shop, two, 2)));
        using var staff = host.Member(shop);
        (await ProblemAsync(await TryAsync(staff, shop, order.OrderId, "ready", new MarkReady([new(one, 5)])))).Code.ShouldBe("final-quantity-out-of-range");
        (await ProblemAsync(await TryAsync(staff, shop, order.OrderId, "ready", new MarkReady([new(one, 3), new(one, 2)])))).Code.ShouldBe("line-given-twice");
        var ready = await ActAsync(staff, shop, order.OrderId, "ready", new MarkReady([new(one, 3), new(two, 0)]));
        (await ActAsync(staff, shop, order.OrderId, "ready", new MarkReady([new(one, 3), new(two, 0)]))).Version.ShouldBe(ready.Version, "said twice, it is so already");
        ready.TotalCents.ShouldBe(3 * 450);
        ready.Lines.Select(l => l.State).ShouldBe(["ok", "declined"]);
        (await host.GetAsync(order)).TotalCents.ShouldBe(3 * 450);
        await host.Others.HearsAsync<ReleaseStock>(order.OrderId, m => m.Offers!.Single() == two && m.At is not null && m.Missing!.Single() == new MissingGoods(two, 2));
        await ActAsync(staff, shop, order.OrderId, "handover", new HandOver(order.PickupCode!));
        await host.Others.HearsAsync<IssueStock>(order.OrderId, m => m.Lines.Single() == new IssueStock.Line(one, 3) && m.At is not null && m.Missing!.Contains(new MissingGoods(one, 1)));
    }

    [Fact]
    public async Task A_closure_that_was_told_later_moves_the_day_until_which_goods_are_kept()
    {
        var shop = await host.ShopAsync();
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        var until = order.ShopOrders[0].Pickup!.CollectUntil.AddDays(7);
        await host.Others.SayAsync(new PickupDeadlineMoved(order.OrderId, shop.Id, until, until.AddDays(-1)));
        await Eventually.BecomesAsync(async () => (await host.GetAsync(order)).ShopOrders[0].Pickup!.CollectUntil == until, TimeSpan.FromSeconds(20));
        (await host.GetAsync(order)).Timeline[^1].ShouldSatisfyAllConditions(t => t.Kind.ShouldBe("kept-longer"), t => t.Shop.ShouldBe(shop.Slug));
        (await host.ScalarAsync<DateTime>("select due_at from due_work where kind = 'order' and key = $1", order.OrderId.ToString()))
            .ShouldBe((until + Orders.ShopOrder.Grace).UtcDateTime, TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task A_reason_is_needed_to_decline()
    {
        var shop = await host.ShopAsync();
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        (await ProblemAsync(await TryAsync(host.Member(shop), shop, order.OrderId, "decline", new Decline(" ", null)))).Code.ShouldBe("reason-invalid");
    }

    private static async Task<ShopOrderPage> ListAsync(HttpClient staff, ShopEntry shop, string query) =>
        await ReadAsync<ShopOrderPage>(await staff.GetAsync($"/api/v1/shops/{shop.Slug}/orders{query}"));

    private static async Task<ShopOrderCard> ByCodeAsync(HttpClient staff, ShopEntry shop, string code) =>
        await ReadAsync<ShopOrderCard>(await TryCodeAsync(staff, shop, code));

    private static Task<HttpResponseMessage> TryCodeAsync(HttpClient staff, ShopEntry shop, string code) =>
        staff.PostAsJsonAsync($"/api/v1/shops/{shop.Slug}/orders/by-code", new FindByCode(code));
}
