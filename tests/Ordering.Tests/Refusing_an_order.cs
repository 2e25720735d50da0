using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Ordering;
using Marketplace.Contracts.Ordering.Api;
using static Marketplace.Ordering.Tests.OrderingHost;

namespace Marketplace.Ordering.Tests;

/// <summary>Bad input, and goods or slots that are not to be had: the right status, a stable code, a sentence, and no effect.</summary>
public sealed class Refusing_an_order(OrderingHost host) : IClassFixture<OrderingHost>
{
    public static TheoryData<string, int, string> Bad => new()
    {
        { "town", 422, "unknown-town" },
        { "shop", 422, "unknown-shop" },
        { "elsewhere", 422, "shop-elsewhere" },
        { "draft", 409, "shop-closed" },
        { "twice", 422, "shop-twice" },
        { "empty", 422, "empty-order" },
        { "no-lines", 422, "empty-order" },
        { "zero", 422, "quantity-out-of-range" },
        { "negative", 422, "quantity-out-of-range" },
        { "huge", 422, "quantity-out-of-range" },
        { "huge-sum", 422, "quantity-out-of-range" },
        { "two-prices", 422, "lines-disagree" },
        { "negative-price", 422, "price-out-of-range" },
        { "slot", 422, "unknown-slot" },
        { "slot of another age", 422, "unknown-slot" },
        { "past", 409, "slot-past" },
        { "name", 422, "contact-name-invalid" },
        { "header", 422, "contact-email-invalid" },
        { "email", 422, "contact-email-invalid" },
        { "phone", 422, "contact-phone-invalid" },
        { "card", 422, "payment-not-available" },
        { "locale", 422, "unknown-locale" },
        { "note", 422, "note-too-long" },
        { "nul", 422, "note-unreadable" },
        { "lines", 422, "order-too-large" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task What_can_never_work_is_refused_at_once(string what, int status, string code)
    {
        var shop = await host.ShopAsync(what == "draft" ? "draft" : "published", what == "elsewhere" ? ["vienne"] : []);
        if (what == "elsewhere")
        {
            await host.ShopAsync();
        }

        var offer = OfferId.New();
        var basket = host.Basket((shop, offer, 1));
        var part = basket.ShopOrders[0];
        var bad = what switch
        {
            "town" => basket with { Town = "nulle-part" },
            "shop" => basket with { ShopOrders = [part with { Shop = "inconnue" }] },
            "twice" => basket with { ShopOrders = [part, part] },
            "empty" => basket with { ShopOrders = [] },
            "no-lines" => basket with { ShopOrders = [part with { Lines = [] }] },
            "zero" => host.Basket((shop, offer, 0)),
            "negative" => host.Basket((shop, offer, -3)),
            "huge" => host.Basket((shop, offer, long.MaxValue)),
            "huge-sum" => host.Basket((shop, offer, 60_000), (shop, offer, 60_000)),
            "two-prices" => basket with { ShopOrders = [part with { Lines = [new(offer, 1, 450), new(offer, 1, 500)] }] },
            "negative-price" => basket with { ShopOrders = [part with { Lines = [new(offer, 1, -1)] }] },
            "slot of another age" => basket with { ShopOrders = [part with { PickupSlotId = "x~99991231T2330Z" }] },
            "slot" => basket with { ShopOrders = [part with { PickupSlotId = "demain" }] },
            "past" => basket with { ShopOrders = [part with { PickupSlotId = host.SlotOf(shop, hours: -1) }] },
            "name" => basket with { Contact = basket.Contact with { Name = "  " } },
            "header" => basket with { Contact = basket.Contact with { Email = "a@exemple.fr\r\nBcc: tous@exemple.fr" } },
            "email" => basket with { Contact = basket.Contact with { Email = "claire.exemple.fr" } },
            "phone" => basket with { Contact = basket.Contact with { Phone = "au travail" } },
            "card" => basket with { Payment = "card" },
            "locale" => basket with { Locale = "de" },
            "nul" => basket with { ShopOrders = [part with { Note = "un\0deux" }] },
            "lines" => host.Basket([.. Enumerable.Range(0, 201).Select(_ => (shop, OfferId.New(), 1L))]),
            "note" => basket with { ShopOrders = [part with { Note = new string('x', 501) }] },
            _ => basket,
        };

        var before = await WrittenAsync();
        using var answer = await PostAsync(host.Anonymous, bad, Guid.NewGuid().ToString());
        var problem = await ProblemAsync(answer);
        (problem.Status, problem.Code).ShouldBe((status, code));
        problem.Problem.GetProperty("detail").GetString().ShouldNotBeNullOrWhiteSpace();
        (await WrittenAsync()).ShouldBe(before, "nothing was written down");
        host.Others.Heard.Any(h => h.Message is ReserveStock r && r.Shops.Any(s => s.ShopId == shop.Id)).ShouldBeFalse("nothing was asked of anyone");
    }

    [Theory]
    [InlineData("{", 400, "malformed")]
    [InlineData("[]", 400, "malformed")]
    [InlineData("{}", 400, "malformed")]
    [InlineData("""{"town":"oullins","contact":null,"shopOrders":[],"payment":"in-shop"}""", 400, "malformed")]
    [InlineData("""{"town":"oullins","contact":{"name":"A","email":"a@b.fr"},"shopOrders":[{"shop":"x","pickupSlotId":"y","lines":[{"offerId":"nope","quantity":"two"}]}],"payment":"in-shop"}""", 400, "malformed")]
    public async Task What_cannot_be_read_is_refused(string body, int status, string code)
    {
        var before = await WrittenAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/orders") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        var problem = await ProblemAsync(await host.Anonymous.SendAsync(request, TestContext.Current.CancellationToken));
        (problem.Status, problem.Code).ShouldBe((status, code));
        (await WrittenAsync()).ShouldBe(before, "nothing was written down");
    }

    [Fact]
    public async Task A_null_among_shops_or_lines_is_refused_not_a_crash()
    {
        var shop = await host.ShopAsync();
        foreach (var shops in new[] { "[null]", $$"""[{"shop":"{{shop.Slug}}","pickupSlotId":"{{host.SlotOf(shop)}}","lines":[null]}]""" })
        {
            using var content = new StringContent($$"""{"town":"oullins","contact":{"name":"A","email":"a@b.fr"},"shopOrders":{{shops}},"payment":"in-shop"}""", Encoding.UTF8, "application/json");
            (await ProblemAsync(await host.Anonymous.PostAsync("/api/v1/orders", content))).Status.ShouldBe(400);
        }
    }

    [Fact]
    public async Task What_is_not_json_is_refused()
    {
        using var content = new StringContent("town=oullins", Encoding.UTF8, new MediaTypeHeaderValue("application/x-www-form-urlencoded"));
        (await ProblemAsync(await host.Anonymous.PostAsync("/api/v1/orders", content))).ShouldSatisfyAllConditions(p => p.Status.ShouldBe(415), p => p.Code.ShouldBe("unsupported-media-type"));
    }

    [Fact]
    public async Task The_sentence_is_in_the_callers_language()
    {
        var basket = host.Basket() with { Town = "nulle-part" };
        using var english = host.Anonymous;
        english.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en-GB,en;q=0.9");
        (await ProblemAsync(await PostAsync(english, basket))).Problem.GetProperty("detail").GetString().ShouldBe("The basket is empty.");
        (await ProblemAsync(await PostAsync(host.Anonymous, basket))).Problem.GetProperty("detail").GetString().ShouldBe("Le panier est vide.");
    }

    [Fact]
    public async Task Two_lines_of_the_same_offer_are_asked_for_as_their_sum()
    {
        var shop = await host.ShopAsync();
        var offer = OfferId.New();
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, offer, 2), (shop, offer, 3)));
        host.Others.Of<ReserveStock>(order.OrderId).First().Shops.Single().Lines.ShouldBe([new ReserveStock.Line(offer, 5, null)]);
    }

    [Fact]
    public async Task Catalog_is_told_when_each_shop_s_goods_are_fetched()
    {
        var (one, other) = (await host.ShopAsync(), await host.ShopAsync());
        var basket = host.Basket((one, OfferId.New(), 1), (other, OfferId.New(), 1));
        // About noon, whenever this runs: what is fetched soon after midnight was carried the day before, when nothing of that day is ready.
        var noon = 24 + ((36 - TimeZoneInfo.ConvertTime(host.Clock.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris")).Hour) % 24);
        var (early, late) = (host.SlotOf(one, hours: noon), host.SlotOf(other, hours: noon + 24));
        var order = await PlaceAsync(host.Anonymous, basket with { ShopOrders = [basket.ShopOrders[0] with { PickupSlotId = early }, basket.ShopOrders[1] with { PickupSlotId = late }] });
        host.Others.Of<ReserveStock>(order.OrderId).First().Shops.Select(s => (s.ShopId, s.PickupAt)).ShouldBe([(one.Id, At(early)), (other.Id, At(late))]);

        // To a shared point they are carried first.
        var shared = $"halles-{Guid.NewGuid():N}" + early[early.LastIndexOf('~')..];
        order = await PlaceAsync(host.Anonymous, host.Basket((one, OfferId.New(), 1)) is var alone ? alone with { ShopOrders = [alone.ShopOrders[0] with { PickupSlotId = shared }] } : alone);
        host.Others.Of<ReserveStock>(order.OrderId).First().Shops.Single().PickupAt.ShouldBe(At(early)!.Value - BatchPickups.Carrying);

        static DateTimeOffset? At(string slot) => DateTimeOffset.ParseExact(slot[(slot.LastIndexOf('~') + 1)..], "yyyyMMdd'T'HHmm'Z'", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal);
    }

    [Theory]
    [InlineData("out-of-stock", 409, "Il n’en reste pas assez : voyez ce qui est encore disponible et ajustez votre panier.", "Not enough is left: see what is still available and adjust your basket.")]
    [InlineData("price-changed", 409, "Un prix a changé depuis que vous l’avez vu : vérifiez le nouveau prix et confirmez.", "A price has changed since you saw it: check the new price and confirm.")]
    [InlineData("pieces-changed", 409, "Le poids d’une pièce a changé depuis que vous l’avez vu : vérifiez la nouvelle quantité et confirmez.", "The weight of a piece has changed since you saw it: check the new quantity and confirm.")]
    [InlineData("not-for-sale", 409, "Un article n’est plus en vente.", "An item is no longer for sale.")]
    [InlineData("batch-closed", 409, "Un article se fait sur commande : pour ce retrait, aucune fournée ne peut plus être commandée. Choisissez un autre créneau.", "An item is made to order, and no batch can still be ordered for this pickup: choose another slot.")]
    [InlineData("unknown-offer", 422, "Un article n’existe pas dans cette boutique.", "An item does not exist in this shop.")]
    public async Task Catalog_refuses_and_the_resident_sees_which_lines(string reason, int status, string french, string english)
    {
        var shop = await host.ShopAsync();
        var offer = OfferId.New();
        Answering(stock: asked => asked.Shops[0].ShopId == shop.Id ? new StockRefused(asked.OrderId, [new(shop.Id, offer, reason, "Pain complet", 3, 1, 480)]) : host.Others.Reserved(asked));

        await TellsAsync(host.Basket((shop, offer, 3)), status, reason, french, english, async (problem, order) =>
        {
            var line = problem.GetProperty("lines")[0];
            line.GetProperty("offerId").GetGuid().ShouldBe(offer.Value);
            line.GetProperty("requested").GetInt64().ShouldBe(3);
            line.GetProperty("available").GetInt64().ShouldBe(1);
            await host.Others.HearsAsync<ReleasePickupSlots>(order);
            await host.Others.HearsAsync<OrderEnded>(order, m => m.Outcome == "refused");
        });
    }

    [Theory]
    [InlineData("slot-full", 409, "Un créneau est complet : choisissez-en un autre.", "A pickup slot is full: choose another one.")]
    [InlineData("slot-past", 409, "Un créneau est passé : choisissez-en un autre.", "A pickup slot has passed: choose another one.")]
    [InlineData("slot-closed", 409, "La boutique sera fermée à ce créneau : choisissez-en un autre.", "The shop will be closed at this slot: choose another one.")]
    [InlineData("shop-closed", 409, "Une boutique ne prend pas de commande pour le moment.", "A shop takes no orders at the moment.")]
    [InlineData("unknown-slot", 422, "Un créneau n’existe pas, ou n’est pas celui de cette boutique.", "A pickup slot does not exist, or is not this shop’s.")]
    public async Task Merchants_refuses_and_the_stock_goes_back(string reason, int status, string french, string english)
    {
        var shop = await host.ShopAsync();
        Answering(slots: asked => asked.Bookings[0].ShopId == shop.Id ? new PickupSlotsRefused(asked.OrderId, [new(shop.Id, asked.Bookings[0].SlotId, reason)]) : host.Others.Booked(asked));

        await TellsAsync(host.Basket((shop, OfferId.New(), 1)), status, reason, french, english, async (problem, order) =>
        {
            problem.GetProperty("slots")[0].GetProperty("shop").GetString().ShouldBe(shop.Slug);
            await host.Others.HearsAsync<ReleaseStock>(order);
        });
    }

    // In each language an order of its own.
    private async Task TellsAsync(PlaceOrder basket, int status, string code, string french, string english, Func<JsonElement, OrderId, Task> also)
    {
        foreach (var (language, sentence) in new[] { ("fr", french), ("en-GB,en;q=0.9", english) })
        {
            using var resident = host.Anonymous;
            resident.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
            var (answered, told, problem) = await ProblemAsync(await PostAsync(resident, basket));
            (answered, told, problem.GetProperty("detail").GetString()).ShouldBe((status, code, sentence));
            await also(problem, new OrderId(problem.GetProperty("orderId").GetGuid()));
        }
    }

    // Orders of the other tests still end meanwhile: what counts is that none begins.
    private Task<string> WrittenAsync() => host.ScalarAsync<string>(
        "select concat_ws(' ', (select count(*) from events where type = 'order-placed.v1'), (select count(*) from orders), (select count(*) from contacts), (select count(*) from idempotency_keys))");

    private void Answering(Func<ReserveStock, object?>? stock = null, Func<BookPickupSlots, object?>? slots = null)
    {
        host.Others.Stock = stock ?? host.Others.Reserved;
        host.Others.Slots = slots ?? host.Others.Booked;
    }
}
