using System.Net;
using System.Net.Http.Json;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering.Api;

namespace Marketplace.OrderLoop.Tests;

/// <summary>
/// A shop is suspended while residents' orders are open there, over the real bus: it is seen nowhere, what is not ready is declined and given back, what is ready is
/// handed over, and the other shops of the same orders go on.
/// </summary>
[Collection(OnePlatform.Name)]
public sealed class Suspending_a_shop(OnePlatform platform)
{
    private static readonly TimeSpan Seconds = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_open_orders_are_dealt_with_and_not_orphaned()
    {
        var all = platform.Services;
        var (shop, bread, slot) = await all.OpenShopAsync("bientot-suspendue", onHand: 10);
        var (other, cake, hour) = await all.OpenShopAsync("voisine-ouverte", onHand: 10);
        var (requested, preparing, ready) = (await PlaceAsync(new(shop, slot, [new(bread, 1, 450)]), new(other, hour, [new(cake, 1, 450)])),
            await PlaceAsync(new PlaceOrder.ShopOrder(shop, slot, [new(bread, 2, 450)])), await PlaceAsync(new PlaceOrder.ShopOrder(shop, slot, [new(bread, 3, 450)])));
        await ActAsync(preparing, "preparation");
        await ActAsync(ready, "ready");

        using (var suspended = await all.Merchants.PutAsJsonAsync($"/api/v1/shops/{shop}/suspension", new Suspension("Plus personne ne répond."), ThreeServices.Json, Token))
        {
            suspended.StatusCode.ShouldBe(HttpStatusCode.OK, await suspended.Content.ReadAsStringAsync(Token));
        }

        await Eventually.BecomesAsync(async () => await StateAsync(requested) is "declined" && await StateAsync(preparing) is "declined", Seconds);
        (await StateAsync(ready)).ShouldBe("ready");
        (await StateAsync(requested, other)).ShouldBe("accepted", "one shop’s end is not the other’s");
        await Eventually.BecomesAsync(async () => await HeldAsync() is ["3 1"], Seconds, "goods and slots of what was declined are given back");
        foreach (var order in new[] { requested, preparing })
        {
            await Eventually.BecomesAsync(() => all.Mails.Any(m => m.MessageId.Contains(order.OrderId.ToString(), StringComparison.Ordinal) && m.Text.Contains("n’est plus sur la place de marché", StringComparison.Ordinal)), Seconds);
        }

        // Seen nowhere, and nothing more is taken.
        await Eventually.BecomesAsync(async () => !(await all.Catalog.GetStringAsync($"/api/v1/towns/{ThreeServices.Town}/offers?pageSize=100", Token)).Contains(bread.ToString(), StringComparison.Ordinal), Seconds);
        using var visitor = new HttpClient { BaseAddress = all.Merchants.BaseAddress };
        (await visitor.GetAsync($"/api/v1/shops/{shop}", Token)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using (var refused = await all.Ordering.PostAsJsonAsync("/api/v1/orders", ThreeServices.Basket(new PlaceOrder.ShopOrder(shop, slot, [new(bread, 1, 450)])), ThreeServices.Json, Token))
        {
            refused.IsSuccessStatusCode.ShouldBeFalse();
        }

        // What lay ready is its resident's.
        await ActAsync(ready, "handover", new HandOver(ready.PickupCode!));
        (await StateAsync(ready)).ShouldBe("collected");

        using var lifted = await all.Merchants.DeleteAsync($"/api/v1/shops/{shop}/suspension", Token);
        lifted.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        OrderView? again = null;
        await Eventually.BecomesAsync(async () => (again = await TryPlaceAsync(new PlaceOrder.ShopOrder(shop, slot, [new(bread, 1, 450)]))) is not null, Seconds);
        (await StateAsync(again!)).ShouldBe("accepted");

        async Task<OrderView> PlaceAsync(params PlaceOrder.ShopOrder[] parts) => await TryPlaceAsync(parts) ?? throw new ShouldAssertException("not placed");

        async Task<OrderView?> TryPlaceAsync(params PlaceOrder.ShopOrder[] parts)
        {
            using var answer = await all.Ordering.PostAsJsonAsync("/api/v1/orders", ThreeServices.Basket(parts), ThreeServices.Json, Token);
            return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<OrderView>(ThreeServices.Json, Token) : null;
        }

        async Task ActAsync(OrderView order, string verb, object? body = null)
        {
            using var answer = await all.Ordering.PostAsync($"/api/v1/shops/{shop}/orders/{order.OrderId}/{verb}", body is null ? null : JsonContent.Create(body, options: ThreeServices.Json), Token);
            answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync(Token));
        }

        async Task<string> StateAsync(OrderView order, string? of = null) => (await all.RowsAsync("ordering",
            "select s.status from shop_orders s join directory_shops d using (shop_id) where s.order_id = $1 and d.slug = $2", order.OrderId.Value, of ?? shop)).Single();

        async Task<IReadOnlyList<string>> HeldAsync()
        {
            var stock = await all.RowsAsync("catalog", "select s.reserved from stock s where s.offer_id = $1", bread.Value);
            var slots = await all.RowsAsync("merchants", "select coalesce(sum(booked), 0) from slots where place = $1", shop);
            return [stock.Single() + " " + slots.Single()];
        }
    }
}
