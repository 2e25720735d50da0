using System.Net.Http.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Orders;
using Marketplace.ServiceDefaults.Shops;
using Microsoft.Extensions.DependencyInjection;
using static Marketplace.Ordering.Tests.OrderingHost;
using static Marketplace.Ordering.Tests.Sample;

namespace Marketplace.Ordering.Tests;

/// <summary>Parcels of an order of two shops, on their way to a point that a third keeps.</summary>
public abstract class AtAPoint(OrderingHost host) : IClassFixture<OrderingHost>
{
    private protected OrderingHost Host => host;

    private protected static readonly TimeSpan Long = TimeSpan.FromSeconds(20);
    private protected static readonly OrderEvent.ShopParcelDeposited BakeryDeposited = new(Bakery);
    private protected static readonly OrderEvent.ShopParcelDeposited BookshopDeposited = new(Bookshop);
    private protected static readonly OrderEvent.ShopCollected BookshopCollected = new(Bookshop, [new(Novel, 1)]);
    private protected static readonly OrderEvent.ShopLeftAtPoint BakeryLeft = new(Bakery, "expired", "not-collected", Halles);
    private protected static readonly OrderEvent.ShopParcelBroughtBack BakeryBroughtBack = new(Bakery);

    private protected static readonly OrderEvent[] Ready = [Placed, Reserved, BookedThere, Confirmed, BookshopAccepted, BakeryAccepted, BakeryReady, BookshopReady];
    private protected static readonly OrderEvent[] There = [.. Ready, BakeryDeposited, BookshopDeposited];

    private protected static OrderContact Eve => new(Sample.Order, null, "Eve", "eve@exemple.fr", null, "fr", null);

    private protected static OrderHistory Fold(IEnumerable<OrderEvent> happened) => OrderHistory.None(Sample.Order).With([.. happened], Now);

    private protected async Task MailsLeftAsync(OrderView order)
    {
        Host.Clock.Pass(ShopSteps.MailAfter);
        await Eventually.BecomesAsync(async () => await Host.ScalarAsync<long>("select count(*) from due_work where key like $1 and kind = 'mail'", order.OrderId + "/%") == 0, Long);
    }

    /// <summary>What the resident was told of goods that are ready, in turn.</summary>
    private protected List<string> Told(OrderView order) => [.. Host.Mails.All.Where(m => m.MessageId.Contains(order.OrderId.ToString(), StringComparison.Ordinal)
        && !m.Subject.Contains("confirmée", StringComparison.Ordinal)).Select(m => m.Subject)];

    private protected static OrderCommand.HandOverAtPoint HandOver(params ShopId[] parcels) => new(Halles, Code, parcels, []);

    private protected Task<OrderView> PlaceThereAsync(string point, params ShopEntry[] shops) => PlaceThereAsync(point, 1, shops);

    private protected async Task<OrderView> PlaceThereAsync(string point, int lines, params ShopEntry[] shops)
    {
        Host.Others.Slots = asked =>
        {
            var booked = Host.Others.Booked(asked);
            return booked with { Bookings = [.. booked.Bookings.Select(b => b.Place.Slug.StartsWith("point-", StringComparison.Ordinal) ? b with { Place = b.Place with { Kind = "shared" } } : b)] };
        };
        var basket = Host.Basket([.. shops.SelectMany(s => Enumerable.Range(0, lines).Select(_ => (s, OfferId.New(), 1L)))]);
        var slot = $"{point}~{Host.Clock.GetUtcNow().AddHours(5).UtcDateTime:yyyyMMdd'T'HHmm'Z'}";
        return await PlaceAsync(Host.Anonymous, basket with { ShopOrders = [.. basket.ShopOrders.Select(s => s with { PickupSlotId = slot })] });
    }

    private protected async Task IssuedOnceAsync(OrderView order, params ShopEntry[] shops)
    {
        await Host.Others.HearsAsync<OrderEnded>(order.OrderId);
        await Eventually.BecomesAsync(() => shops.All(s => Host.Others.Of<IssueStock>(order.OrderId).Any(m => m.ShopId == s.Id)), Long);
        Host.Others.Of<IssueStock>(order.OrderId).Count().ShouldBe(shops.Length);
    }

    private protected async Task DepositAsync(ShopEntry shop, OrderView order)
    {
        using var staff = Host.Member(shop);
        await ActAsync(staff, shop, order.OrderId, "ready");
        (await ActAsync(staff, shop, order.OrderId, "deposit")).ShouldSatisfyAllConditions(o => o.Status.ShouldBe("ready"), o => o.DepositedAt.ShouldNotBeNull());
    }

    private protected static async Task<PointOrder> FindAsync(HttpClient staff, ShopEntry keeper, string code) =>
        await ReadAsync<PointOrder>(await TryFindAsync(staff, keeper, code));

    private protected static Task<HttpResponseMessage> TryFindAsync(HttpClient staff, ShopEntry keeper, string code) =>
        staff.PostAsJsonAsync($"/api/v1/shops/{keeper.Slug}/point/by-code", new FindByCode(code));

    private protected Task<HttpResponseMessage> TryAsync(HttpClient staff, ShopEntry keeper, OrderView order, params ShopEntry[] parcels) =>
        TryAsync(staff, keeper, order, order.PickupCode!, parcels);

    /// <summary>The parcels as they are now.</summary>
    private protected async Task<HttpResponseMessage> TryAsync(HttpClient staff, ShopEntry keeper, OrderView order, string code, params ShopEntry[] parcels)
    {
        var history = await Host.App.Services.GetRequiredService<OrderLog>().ReadAsync(order.OrderId, TestContext.Current.CancellationToken);
        return await TryAsync(staff, keeper, order, code, [.. parcels.Select(p => new HandOverParcels.Seen(p.Id, PointParcels.VersionOf(history, p.Id)))]);
    }

    private protected static Task<HttpResponseMessage> TryAsync(HttpClient staff, ShopEntry keeper, OrderView order, string code, HandOverParcels.Seen[] parcels) =>
        staff.PostAsJsonAsync($"/api/v1/shops/{keeper.Slug}/point/orders/{order.OrderId}/handover", new HandOverParcels(code, parcels));

    private protected static HandOverParcels.Seen[] Seen(PointOrder found) => [.. found.Parcels.Select(p => new HandOverParcels.Seen(p.ShopId, p.Version))];
}
