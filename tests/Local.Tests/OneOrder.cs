using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Local.Run;
using Marketplace.Provisioning.Servers;

namespace Marketplace.Local.Tests;

/// <summary>A platform without the demo, with one town, one shop and one loaf in it, where a resident orders.</summary>
internal sealed class OneOrder(string data, int ports)
{
    private static readonly HttpClient Http = new();
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Placed and confirmed.</summary>
    public async Task<OrderView> PlaceAsync()
    {
        var centre = new Position(45.714, 4.807);
        await SayAsync(HttpMethod.Put, "merchants", "towns/oullins", new TownDefinition("Oullins", new Text("Entre l’Yzeron et le Rhône.", null), "#9A3B26", centre,
            [new TownCommune("69149", "Oullins-Pierre-Bénite", ["69600"], new DateOnly(2024, 1, 1), null)],
            new TownOperator("Ville", "Commune", "Place Roger-Salengro, 69600", "73282932000074", "mairie@example.org", null, null, null), [], []));
        await SayAsync(HttpMethod.Post, "merchants", "towns/oullins/shops", new ShopDefinition("le-fournil", "Le Fournil", "Boulangerie", new Text("Du pain.", null), null,
            "47 Grande Rue", "69600", "Oullins-Pierre-Bénite", centre, "04 65 71 11 10", null,
            new WeeklyHours([.. Enumerable.Range(1, 7).Select(day => new DayHours(day, [new HoursBlock("00:00", "24:00")]))]), new SlotRules(30, 100, 0),
            new ShopLegal("73282932000074", "SARL", null, false, "10.71C", "NAFRev2"), Demo: true, Published: true));
        await SayAsync(HttpMethod.Put, "catalog", "categories", new[] { new CategoryDefinition("maison", "Maison", "Home", null, "lamp", 20m, false, false) });
        var loaf = new OfferDefinition("L-1", null, "Planche à pain", null, "maison", null, SaleUnit.Piece, 450, null, null, null, null, null, false, false, 10);
        JsonElement offer = default;
        await Eventually.BecomesAsync(async () =>
        {
            // Catalog and Ordering hear of the shop a moment later.
            using var answer = await SendAsync(HttpMethod.Put, "catalog", "shops/le-fournil/offers/L-1", loaf);
            offer = await answer.Content.ReadFromJsonAsync<JsonElement>(Token);
            using var orders = await SendAsync<object>(HttpMethod.Get, "ordering", "shops/le-fournil/orders", null);
            return answer.IsSuccessStatusCode && orders.IsSuccessStatusCode;
        }, Patience, "the shop is known everywhere");
        var slots = await Http.GetFromJsonAsync<List<PickupSlot>>(Address("merchants", "shops/le-fournil/pickup-slots?days=2"), Token);

        var order = await SayAsync(HttpMethod.Post, "ordering", "orders", new PlaceOrder("oullins", new Contact("Ana Essai", "ana@example.org", null),
            [new PlaceOrder.ShopOrder("le-fournil", slots![^1].SlotId, [new PlaceOrder.Line(offer.GetProperty("offerId").Deserialize<OfferId>(JsonSerializerOptions.Web), 2, 450)])], "in-shop"));
        var placed = order.Deserialize<OrderView>(JsonSerializerOptions.Web)!;
        placed.Status.ShouldBe("confirmed");
        return placed;
    }

    /// <summary>As its resident opens it.</summary>
    public async Task<OrderView> ReadAsync(OrderView placed) => (await Http.GetFromJsonAsync<OrderView>(Address("ordering", $"orders/{placed.OrderId}?token={placed.AccessToken}"), Token))!;

    public async Task<HttpStatusCode> AskAsync(string service, string path)
    {
        using var answer = await SendAsync<object>(HttpMethod.Get, service, path, null);
        return answer.StatusCode;
    }

    private async Task<JsonElement> SayAsync<T>(HttpMethod method, string service, string path, T body)
    {
        using var answer = await SendAsync(method, service, path, body);
        var text = await answer.Content.ReadAsStringAsync(Token);
        answer.IsSuccessStatusCode.ShouldBeTrue($"{path}: {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    private async Task<HttpResponseMessage> SendAsync<T>(HttpMethod method, string service, string path, T? body)
    {
        using var request = new HttpRequestMessage(method, Address(service, path)) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Services.OperatorKey(Secrets.Of(data)));
        return await Http.SendAsync(request, Token);
    }

    private Uri Address(string service, string path) => new(Services.Address(ports, service), $"api/v1/{path}");
}
