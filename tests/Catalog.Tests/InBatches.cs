using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Catalog.Batches;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Ordering;
using Marketplace.ServiceDefaults.Shops;

namespace Marketplace.Catalog.Tests;

/// <summary>A shop that makes bread to order, in batches of the week.</summary>
public abstract class InBatches(CatalogHost catalog)
{
    private protected CatalogHost Catalog => catalog;

    private protected static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private protected static readonly TimeZoneInfo Paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    private protected List<BatchMoved> Told(OfferId bread) => [.. Catalog.Heard.OfType<BatchMoved>().Where(m => m.OfferId == bread).DistinctBy(m => (m.OrderId, m.Version))];

    private protected static DateTimeOffset? Chosen(DateTimeOffset now, DateTimeOffset pickup, params WeeklyBatch[] plan)
    {
        var (shop, offer) = (ShopId.New(), OfferId.New());
        var item = new StockItem(new StockItem.Sold(offer, shop, "A", null, "Pain", "pains", SaleUnit.Piece, 500, 5.5m, false, false, true), new Level(0, 0, 1, StockSource.Hand, now)) { Plan = BatchPlan.Read(Json(plan)) };
        var book = new StockBook(now, _ => true);
        book.Add(item);
        foreach (var batch in item.ReadyBy(pickup))
        {
            book.Add(new BatchItem(offer, batch.At, default, true));
        }

        var order = new ReserveStock(OrderId.New(), now.AddMinutes(15), [new(shop, [new(offer, 1, null)], pickup)]);
        book.Apply(new StockCommand.Reserve(order));
        return book.Find(order.OrderId)!.Lines.SingleOrDefault()?.BatchAt;
    }

    private protected static string Json(params WeeklyBatch[] plan) => JsonSerializer.Serialize(plan, JsonSerializerOptions.Web);

    private protected static WeeklyBatch Daily(long quantity) => new([1, 2, 3, 4, 5, 6, 7], "07:00", quantity, 1, "18:00");

    private protected static DateTimeOffset At(int year, int month, int day, int hour, int minute)
    {
        var local = new DateTime(year, month, day, hour, minute, 0, DateTimeKind.Unspecified);
        return new DateTimeOffset(local, Paris.GetUtcOffset(local)).ToUniversalTime();
    }

    /// <summary>In so many days, by the town's clock.</summary>
    private protected static DateTimeOffset On(int days, int hour) => TimeZoneInfo.ConvertTime(DateTimeOffset.UtcNow, Paris).Date.AddDays(days) is var date ? At(date.Year, date.Month, date.Day, hour, 0) : default;

    private protected static int Weekday(int days) => (((int)TimeZoneInfo.ConvertTime(DateTimeOffset.UtcNow, Paris).DayOfWeek + days + 6) % 7) + 1;

    private protected async Task<OfferId> BreadAsync(ShopEntry shop, params WeeklyBatch[] plan) =>
        await Catalog.OfferAsync(shop, CatalogHost.Define("B" + Guid.NewGuid().ToString("N")[..8], 3) with { Batches = plan });

    private protected async Task PlanAsync(ShopEntry shop, OfferId bread, params WeeklyBatch[] plan) =>
        await Catalog.OfferAsync(shop, CatalogHost.Define(await Catalog.ScalarAsync<string>("select sku from offers where offer_id = $1", bread.Value), null) with { Batches = plan });

    private protected Task<HttpResponseMessage> PutAsync(ShopEntry shop, OfferDefinition offer) => Catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers/{offer.Sku}", offer, Token);

    private protected Task<HttpResponseMessage> SetAsync(ShopEntry shop, OfferId offer, DateTimeOffset at, long? quantity) =>
        Catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/batches/{offer}/{at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}", new BatchQuantity(quantity), Token);

    private protected static ReserveStock Want(DateTimeOffset? pickup, params (ShopEntry Shop, OfferId Offer, long Quantity)[] lines)
    {
        var order = CatalogHost.Reserve(lines);
        return order with { Shops = [.. order.Shops.Select(s => s with { PickupAt = pickup })] };
    }

    private protected async Task RefusedAsync(string reason, long available, DateTimeOffset? pickup, params (ShopEntry Shop, OfferId Offer, long Quantity)[] lines) =>
        (await Catalog.AskAsync(Want(pickup, lines))).ShouldBeOfType<StockRefused>().Lines.Single().ShouldSatisfyAllConditions(l => l.Reason.ShouldBe(reason), l => l.Available.ShouldBe(available));

    private protected async Task<(long Capacity, long Taken)> TakenAsync(OfferId offer, DateTimeOffset at)
    {
        await using var command = Catalog.Database.CreateCommand("select capacity, taken from offer_batches where offer_id = $1 and batch_at = $2");
        command.Parameters.Add(new() { Value = offer.Value });
        command.Parameters.Add(new() { Value = at });
        await using var reader = await command.ExecuteReaderAsync(Token);
        return await reader.ReadAsync(Token) ? (reader.GetInt64(0), reader.GetInt64(1)) : default;
    }

    private protected async Task<ShopBatch> ListedAsync(ShopEntry shop, DateTimeOffset at) =>
        (await Catalog.Operator.GetFromJsonAsync<ShopBatchList>($"/api/v1/shops/{shop.Slug}/batches", JsonSerializerOptions.Web, Token))!.Items.Single(b => b.At == at);

    private protected Task ShownAsync(OfferId offer, Func<Offer, bool> so) => CatalogHost.EventuallyAsync(
        async () => so((await Catalog.Anonymous.GetFromJsonAsync<Offer>($"/api/v1/offers/{offer}", JsonSerializerOptions.Web, Token))!), "the offer shows it");
}
