extern alias local;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Orders;

namespace Marketplace.OrderLoop.Tests;

/// <summary>
/// "Il en manque un" through all three services and the real bus: what is offered instead is set aside in Catalog before anybody is asked, is nobody else's while it
/// waits, and leaves or goes back with the answer; what the shop did not find is never for sale again before a count.
/// </summary>
[Collection(OnePlatform.Name)]
public sealed class Lacking_one(OnePlatform platform)
{
    private static readonly TimeSpan Seconds = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ThreeServices All => platform.Services;

    [Fact]
    public async Task The_substitute_is_set_aside_taken_and_handed_over()
    {
        var (shop, bread, rolls, slot) = await OpenAsync("il-en-manque");
        var order = await PlaceAsync(new PlaceOrder.ShopOrder(shop, slot, [new(bread, 3, 450)]));
        var proposal = Guid.NewGuid();
        var asked = await ProposeAsync(shop, order, proposal, new ProposeForShortage(bread, 1, new(rolls, 2)));
        asked.Lines.Single().Shortage!.ShouldSatisfyAllConditions(s => s.State.ShouldBe("open"), s => s.Substitute!.Title.ShouldBe("Petits pains"), s => s.Substitute!.TotalCents.ShouldBe(800), s => s.MissingCents.ShouldBe(900));
        (await StockAsync(rolls)).ShouldBe("4 2");
        await Eventually.BecomesAsync(() => All.Mails.Any(m => m.MessageId.Contains(order.OrderId.ToString(), StringComparison.Ordinal) && m.Text.Contains("Petits pains", StringComparison.Ordinal)), Seconds);

        // Nobody else gets what is held for the answer.
        using (var late = await All.Ordering.PostAsJsonAsync("/api/v1/orders", ThreeServices.Basket(new PlaceOrder.ShopOrder(shop, slot, [new(rolls, 3, 400)])), ThreeServices.Json, Token))
        {
            late.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        }

        var after = await AnswerAsync(order, proposal, "substitute");
        after.TotalCents.ShouldBe(450 + 800);
        await Eventually.BecomesAsync(async () => (await All.RowsAsync("catalog", "select status from reservations where order_id = $1", Lack.HoldOf(order.OrderId, await ShopIdAsync(shop), proposal).Value)).Single() == "confirmed", Seconds);
        await ActAsync(shop, order, "ready");
        await ActAsync(shop, order, "handover", new HandOver(order.PickupCode!));
        // One bread left the shop, two were not found: nothing of them is for sale; the rolls left it too.
        await Eventually.BecomesAsync(async () => (await StockAsync(bread), await StockAsync(rolls)) == ("7 0", "2 0"), Seconds, "goods left the shop");
        await SettledAsync();
    }

    [Fact]
    public async Task What_nobody_wants_goes_back_and_what_was_not_found_does_not()
    {
        var (shop, bread, rolls, slot) = await OpenAsync("il-en-manque-encore");
        var (dropped, withdrawn, cancelled) = (await PlaceAsync(new PlaceOrder.ShopOrder(shop, slot, [new(bread, 2, 450)])), await PlaceAsync(new PlaceOrder.ShopOrder(shop, slot, [new(bread, 2, 450)])), await PlaceAsync(new PlaceOrder.ShopOrder(shop, slot, [new(bread, 2, 450)])));
        var proposal = Guid.NewGuid();
        foreach (var order in new[] { dropped, withdrawn, cancelled })
        {
            await ProposeAsync(shop, order, proposal, new ProposeForShortage(bread, 1, new(rolls, 1))); // the same id in another order is another question
        }

        (await StockAsync(rolls)).ShouldBe("4 3");
        (await AnswerAsync(dropped, proposal, "drop")).ShopOrders.Single().Status.ShouldBe("declined", "nothing was left of it");
        using (var taken = await All.Ordering.DeleteAsync($"/api/v1/shops/{shop}/orders/{withdrawn.OrderId}/shortages/{proposal}", Token))
        {
            taken.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        using (var cancel = await All.Ordering.PostAsync($"/api/v1/orders/{cancelled.OrderId}/cancellation?token={cancelled.AccessToken}", null, Token))
        {
            cancel.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        // Of six breads two are still set aside; of each of the others' two one was not found.
        await Eventually.BecomesAsync(async () => (await StockAsync(bread), await StockAsync(rolls)) == ("8 2", "4 0"), Seconds, "what is not wanted is given back");
        await SettledAsync();
    }

    [Fact]
    public async Task What_cannot_be_set_aside_is_not_offered()
    {
        var (shop, bread, rolls, slot) = await OpenAsync("il-en-manque-trop");
        var (other, cake, _) = await All.OpenShopAsync("il-en-manque-ailleurs", onHand: 10);
        other.ShouldNotBe(shop);
        var order = await PlaceAsync(new PlaceOrder.ShopOrder(shop, slot, [new(bread, 2, 450)]));
        foreach (var (offer, quantity, code) in new[] { (rolls, 5L, "substitute-out-of-stock"), (cake, 1L, "substitute-unknown-offer"), (OfferId.New(), 1L, "substitute-unknown-offer") })
        {
            using var answer = await All.Ordering.PutAsJsonAsync($"/api/v1/shops/{shop}/orders/{order.OrderId}/shortages/{Guid.NewGuid()}", new ProposeForShortage(bread, 0, new(offer, quantity)), ThreeServices.Json, Token);
            answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
            (await answer.Content.ReadAsStringAsync(Token)).ShouldContain(code);
        }

        (await StockAsync(rolls)).ShouldBe("4 0");
        (await StockAsync(cake)).ShouldBe("10 0");
    }

    private async Task SettledAsync() =>
        (await new local::Marketplace.Local.Verify.Verification(name => All.Databases[name], All.Broker).RunAsync(Token)).Where(f => !f.Holds).SelectMany(f => f.BrokenBy).ShouldBeEmpty();

    private async Task<(string Shop, OfferId Bread, OfferId Rolls, string Slot)> OpenAsync(string slug)
    {
        var (shop, bread, slot) = await All.OpenShopAsync(slug, onHand: 10);
        using var answer = await All.Catalog.PutAsJsonAsync($"/api/v1/shops/{shop}/offers/P-2", new OfferDefinition(
            "P-2", null, "Petits pains", null, "pains", null, SaleUnit.Piece, 400, null, 200, "g", ["gluten"], null, false, false, 4, Prepacked: false), ThreeServices.Json, Token);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync(Token));
        return (shop, bread, (await answer.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("offerId").Deserialize<OfferId>(ThreeServices.Json), slot);
    }

    private async Task<OrderView> PlaceAsync(params PlaceOrder.ShopOrder[] parts)
    {
        using var answer = await All.Ordering.PostAsJsonAsync("/api/v1/orders", ThreeServices.Basket(parts), ThreeServices.Json, Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Token));
        return (await answer.Content.ReadFromJsonAsync<OrderView>(ThreeServices.Json, Token))!;
    }

    private async Task<ShopOrderCard> ProposeAsync(string shop, OrderView order, Guid proposal, ProposeForShortage asked)
    {
        using var answer = await All.Ordering.PutAsJsonAsync($"/api/v1/shops/{shop}/orders/{order.OrderId}/shortages/{proposal}", asked, ThreeServices.Json, Token);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync(Token));
        return (await answer.Content.ReadFromJsonAsync<ShopOrderCard>(ThreeServices.Json, Token))!;
    }

    private async Task<OrderView> AnswerAsync(OrderView order, Guid proposal, string said)
    {
        using var answer = await All.Ordering.PostAsJsonAsync($"/api/v1/orders/{order.OrderId}/shortages/{proposal}/answer?token={order.AccessToken}", new AnswerShortage(said), ThreeServices.Json, Token);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync(Token));
        return (await answer.Content.ReadFromJsonAsync<OrderView>(ThreeServices.Json, Token))!;
    }

    private async Task ActAsync(string shop, OrderView order, string verb, object? body = null)
    {
        using var answer = await All.Ordering.PostAsync($"/api/v1/shops/{shop}/orders/{order.OrderId}/{verb}", body is null ? null : JsonContent.Create(body, options: ThreeServices.Json), Token);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync(Token));
    }

    private async Task<ShopId> ShopIdAsync(string shop) => new(Guid.Parse((await All.RowsAsync("ordering", "select shop_id from directory_shops where slug = $1", shop)).Single()));

    private async Task<string> StockAsync(OfferId offer) => (await All.RowsAsync("catalog", "select on_hand, reserved from stock where offer_id = $1", offer.Value)).Single();
}
