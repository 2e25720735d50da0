using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants;
using Marketplace.ServiceDefaults.Auth;
using Marketplace.ServiceDefaults.Shops;
using static Marketplace.Ordering.Tests.OrderingHost;

namespace Marketplace.Ordering.Tests;

/// <summary>A board's stream lasts for hours, the right to it perhaps not: it ends with the right, and tells nothing after it.</summary>
public sealed class Keeping_a_board_open(OrderingHost host) : IClassFixture<OrderingHost>
{
    // Below the heartbeat: what ends later was not ended by the change.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Ends_with_the_key_that_opened_it_and_leaves_the_other_keys_boards_open()
    {
        var shop = await host.ShopAsync();
        var (lost, its) = await host.IssueKeyAsync(shop, "orders:read");
        var (_, kept) = await host.IssueKeyAsync(shop, "orders:read");
        await using var ending = await BoardAsync(its, shop);
        await using var lasting = await BoardAsync(kept, shop);
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        (await ending.HearsAsync()).ShouldBe((order.OrderId.Value, "requested"));
        (await lasting.HearsAsync()).ShouldBe((order.OrderId.Value, "requested"));

        await host.Others.SayAsync(new ApiKeyRevoked(lost, shop.Id));

        (await ending.HearsAsync()).ShouldBeNull("the stream is at its end");
        (await its.GetAsync($"/api/v1/shops/{shop.Slug}/orders/events", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await ActAsync(host.Member(shop), shop, order.OrderId, "accept");
        (await lasting.HearsAsync()).ShouldBe((order.OrderId.Value, "accepted"));
    }

    [Fact]
    public async Task Tells_nothing_more_once_the_persons_token_has_run_out()
    {
        var shop = await host.ShopAsync();
        using var staff = host.With(Token(TimeSpan.FromMinutes(5), (MarketplaceClaims.Subject, Guid.NewGuid().ToString()), (MarketplaceClaims.Shop, $"{shop.Id}:staff")));
        await using var board = await BoardAsync(staff, shop);
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        (await board.HearsAsync()).ShouldBe((order.OrderId.Value, "requested"));

        host.Clock.Pass(TimeSpan.FromMinutes(5));
        await ActAsync(host.Member(shop), shop, order.OrderId, "accept");

        (await board.HearsAsync()).ShouldBeNull("what happened afterwards is not for this token");
    }

    [Fact]
    public async Task Ends_by_itself_when_the_token_runs_out_and_nothing_happens()
    {
        var shop = await host.ShopAsync();
        var ahead = host.Clock.GetUtcNow() - DateTimeOffset.UtcNow; // the board goes by the service's clock
        using var staff = host.With(Token(ahead + Soon / 3, (MarketplaceClaims.Subject, Guid.NewGuid().ToString()), (MarketplaceClaims.Shop, $"{shop.Id}:staff")));
        await using var board = await BoardAsync(staff, shop);
        (await board.HearsAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Ends_for_a_towns_coordinator_when_the_shop_leaves_the_town()
    {
        var shop = await host.ShopAsync("published", Town, "vienne");
        await using var here = await BoardAsync(host.Coordinator(), shop);
        await using var there = await BoardAsync(host.Coordinator("vienne"), shop);
        await host.Others.SayAsync(shop.Details! with { Version = 2, Towns = [Town] });
        (await there.HearsAsync()).ShouldBeNull();
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        (await here.HearsAsync()).ShouldBe((order.OrderId.Value, "requested"));
    }

    private static async Task<Board> BoardAsync(HttpClient caller, ShopEntry shop)
    {
        var patience = new CancellationTokenSource(Soon);
        var answer = await caller.GetAsync($"/api/v1/shops/{shop.Slug}/orders/events", HttpCompletionOption.ResponseHeadersRead, patience.Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var events = SseParser.Create(await answer.Content.ReadAsStreamAsync(patience.Token)).EnumerateAsync(patience.Token).GetAsyncEnumerator(patience.Token);
        var board = new Board(answer, events, patience);
        (await events.MoveNextAsync()).ShouldBeTrue();
        events.Current.EventType.ShouldBe("ping", "it is heard from here on");
        return board;
    }

    private sealed class Board(HttpResponseMessage answer, IAsyncEnumerator<SseItem<string>> events, CancellationTokenSource patience) : IAsyncDisposable
    {
        /// <summary>The next news; null when the stream has ended.</summary>
        internal async Task<(Guid Order, string Status)?> HearsAsync()
        {
            patience.CancelAfter(Soon);
            while (await events.MoveNextAsync())
            {
                if (events.Current.EventType == "order")
                {
                    var news = JsonDocument.Parse(events.Current.Data).RootElement;
                    return (news.GetProperty("orderId").GetGuid(), news.GetProperty("status").GetString()!);
                }
            }

            return null;
        }

        public async ValueTask DisposeAsync()
        {
            await patience.CancelAsync();
            await events.DisposeAsync();
            answer.Dispose();
            patience.Dispose();
        }
    }
}
