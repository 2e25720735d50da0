using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.ServiceDefaults;

namespace Marketplace.OrderLoop.Tests;

/// <summary>
/// An order that Catalog or Merchants cannot serve, asked of the real three: told so by status, type and a sentence in the resident's language, and without
/// a trace in stock or slots, at the shop that refused and at the one that could have served.
/// </summary>
[Collection(OnePlatform.Name)]
public sealed class Refusing_together(OnePlatform platform)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("out-of-stock", 409, "fr", "Il n’en reste pas assez : voyez ce qui est encore disponible et ajustez votre panier.")]
    [InlineData("out-of-stock", 409, "en", "Not enough is left: see what is still available and adjust your basket.")]
    [InlineData("price-changed", 409, "fr", "Un prix a changé depuis que vous l’avez vu : vérifiez le nouveau prix et confirmez.")]
    [InlineData("price-changed", 409, "en", "A price has changed since you saw it: check the new price and confirm.")]
    [InlineData("pieces-changed", 409, "fr", "Le poids d’une pièce a changé depuis que vous l’avez vu : vérifiez la nouvelle quantité et confirmez.")]
    [InlineData("unknown-offer", 422, "fr", "Un article n’existe pas dans cette boutique.")]
    [InlineData("unknown-offer", 422, "en", "An item does not exist in this shop.")]
    [InlineData("slot-full", 409, "fr", "Un créneau est complet : choisissez-en un autre.")]
    [InlineData("slot-full", 409, "en", "A pickup slot is full: choose another one.")]
    [InlineData("unknown-slot", 422, "fr", "Un créneau n’existe pas, ou n’est pas celui de cette boutique.")]
    [InlineData("unknown-slot", 422, "en", "A pickup slot does not exist, or is not this shop’s.")]
    public async Task What_one_shop_cannot_serve_is_told_and_nothing_is_held_at_any(string code, int status, string language, string sentence)
    {
        var all = platform.Services;
        var (served, bread, hour) = await all.OpenShopAsync($"sert-{code}-{language}", onHand: 5, capacity: 2);
        var (refusing, cake, slot) = await all.OpenShopAsync($"refuse-{code}-{language}", onHand: 2, capacity: 1);
        if (code == "slot-full")
        {
            using var first = await all.Ordering.PostAsJsonAsync("/api/v1/orders", ThreeServices.Basket(new PlaceOrder.ShopOrder(refusing, slot, [new(cake, 1, 450)])), ThreeServices.Json, Token);
            first.StatusCode.ShouldBe(HttpStatusCode.Created, await first.Content.ReadAsStringAsync(Token));
            await SettledAsync(all, (await first.Content.ReadFromJsonAsync<OrderView>(ThreeServices.Json, Token))!.OrderId.Value, "confirmed", "confirmed");
        }

        var before = await HeldAsync(all, served, refusing);
        var part = code switch
        {
            "out-of-stock" => new PlaceOrder.ShopOrder(refusing, slot, [new(cake, 3, 450)]),
            "price-changed" => new PlaceOrder.ShopOrder(refusing, slot, [new(cake, 1, 400)]),
            "pieces-changed" => new PlaceOrder.ShopOrder(refusing, slot, [new(cake, 1, 450, 1200)]),
            "unknown-offer" => new PlaceOrder.ShopOrder(refusing, slot, [new(bread, 1, 450)]),
            "slot-full" => new PlaceOrder.ShopOrder(refusing, slot, [new(cake, 1, 450)]),
            _ => new PlaceOrder.ShopOrder(refusing, hour, [new(cake, 1, 450)]),
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/orders")
        {
            Content = JsonContent.Create(ThreeServices.Basket(new PlaceOrder.ShopOrder(served, hour, [new(bread, 1, 450)]), part), options: ThreeServices.Json),
            Headers = { AcceptLanguage = { new StringWithQualityHeaderValue(language) } },
        };
        using var answer = await all.Ordering.SendAsync(request, Token);

        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token)).RootElement;
        ((int)answer.StatusCode, problem.GetProperty("type").GetString(), problem.GetProperty("detail").GetString()).ShouldBe((status, Refusal.TypePrefix + code, sentence));
        if (code.Contains("slot", StringComparison.Ordinal))
        {
            var told = problem.GetProperty("slots").EnumerateArray().Single();
            (told.GetProperty("shop").GetString(), told.GetProperty("slotId").GetString(), told.GetProperty("reason").GetString()).ShouldBe((refusing, part.PickupSlotId, code));
        }
        else
        {
            var told = problem.GetProperty("lines").EnumerateArray().Single();
            (told.GetProperty("offerId").GetGuid(), told.GetProperty("reason").GetString()).ShouldBe((part.Lines[0].OfferId.Value, code));
        }

        // Whichever of the two answered last has heard that the order does not stand.
        var order = problem.GetProperty("orderId").GetGuid();
        await SettledAsync(all, order, "refused released", "refused released early");
        (await HeldAsync(all, served, refusing)).ShouldBe(before);
        (await all.RowsAsync("ordering", "select status, pickup_code from orders where order_id = $1", order)).ShouldBe(["refused "]);
        (await all.RowsAsync("ordering", "select shop_id from shop_orders where order_id = $1", order)).ShouldBeEmpty("no shop sees it");
        all.Mails.ShouldNotContain(m => m.MessageId.Contains(order.ToString(), StringComparison.Ordinal), "and no mail says otherwise");
    }

    private static Task SettledAsync(ThreeServices all, Guid order, string stock, string slots) => Eventually.BecomesAsync(
        async () => (await all.RowsAsync("catalog", "select status from reservations where order_id = $1", order)) is [var held] && stock.Split(' ').Contains(held)
            && (await all.RowsAsync("merchants", "select state from slot_orders where order_id = $1", order)) is [var booked] && slots.Split(' ').Contains(booked),
        Patience);

    /// <summary>Stock and slots of these shops: what is there, what is set aside, and for how many orders.</summary>
    private static async Task<IReadOnlyList<string>> HeldAsync(ThreeServices all, params string[] shops)
    {
        var stock = await all.RowsAsync("catalog",
            """
            select sh.slug, s.on_hand, s.reserved, (select coalesce(sum(l.held), 0) from reservation_lines l where l.offer_id = s.offer_id)
            from stock s join offers o using (offer_id) join directory_shops sh on sh.shop_id = o.shop_id where sh.slug = any ($1) order by 1
            """, (object)shops);
        var slots = await all.RowsAsync("merchants", "select place, slot_id, booked from slots where place = any ($1) and booked > 0 order by 1, 2", (object)shops);
        stock.Count.ShouldBe(shops.Length);
        return [.. stock, .. slots];
    }
}
