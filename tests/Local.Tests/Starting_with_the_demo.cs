using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Local.Demo;
using Marketplace.Local.Doctor;
using Marketplace.Local.Verify;
using Marketplace.Provisioning.Processes;
using Marketplace.Provisioning.Servers;
using Npgsql;

namespace Marketplace.Local.Tests;

/// <summary>The demo towns as the launcher loads them, how long that takes and how much it needs, and that the demo still sells when it is no longer new.</summary>
[Collection("launcher")]
public sealed class Starting_with_the_demo(ITestOutputHelper output)
{
    private const string Town = "oullins-pierre-benite";
    private const string Fed = "les-heures-calmes";
    private const string Counted = "le-comptoir-de-la-saulaie";
    private const double MostMegabytes = 1500;

    // The promise is for a machine of its own, and for a certain one: what other programs took of this one is taken off, and so is by how much it is slower.
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(30);

    private static readonly DemoFiles Demo = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_ready_in_half_a_minute_in_little_memory_and_sells_on_the_first_day_as_after_eight_and_sixty()
    {
        Launching.RequireServers();
        using var data = new LauncherData();
        var ports = LauncherProcess.FreePortBase();
        var load = new MachineLoad();
        await using var speed = new MachineSpeed();
        await using (var first = LauncherProcess.StartWithDemo(data.Path, ports))
        {
            await first.ReadyAsync(Token);
            var used = first.ProcessorTime();
            var alone = load.WithoutOthers(used);
            var (slowness, piece) = (speed.Slowness, speed.Median);
            Say($"ready with the demo after {load.Elapsed.TotalSeconds:0.0} s and {used.TotalSeconds:0.0} s of processor time; alone on this machine it would have been {alone.TotalSeconds:0.0} s, {slowness:0.00} times what the machine of the promise needs ({piece.TotalMilliseconds:0.0} ms a piece)");
            (alone / slowness).ShouldBeLessThan(Promised, first.Output);

            var platform = new DemoPlace(await first.ReadyAsync(Token));
            await StockIsTheShopsOwnAsync(platform);
            await OrdersWaitForTheShopOrAcceptThemselvesAsync(platform);
            await KeysOpenWhatTheirShopsDoAsync(platform);
            var memory = MemoryReport.Measure(data.Path);
            Say($"memory {memory.Sum(one => one.PssMegabytes):0} MB: {string.Join(", ", memory.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Name} {one.PssMegabytes:0}")))}");
            memory.Select(one => one.Name).ShouldBe(["catalog", "epmd", "launcher", "merchants", "ordering", "postgresql", "rabbitmq", "storefront", "stripe"]);
            memory.Sum(one => one.PssMegabytes).ShouldBeLessThan(MostMegabytes);

            // Eight days go by, for one shop sixty.
            await AgeAsync(data.Path, await platform.ShopAsync(Counted));
            first.Signal(StopSignal.Interrupt);
            await first.EndAsync(Token);
        }

        await using var later = LauncherProcess.StartWithDemo(data.Path, ports);
        var then = new DemoPlace(await later.ReadyAsync(Token));
        foreach (var town in Demo.Towns)
        {
            (await then.OffersAsync(town.Slug)).ShouldNotContain(offer => offer.StockState == "to-confirm", town.Slug);
        }

        await OrdersWaitForTheShopOrAcceptThemselvesAsync(then);
        await RebuildsWhileItSellsAsync(data.Path, ports, then);
        (await new Verification(LocalServers.AddressesOf(data.Path)!, LocalServers.BrokerOf(data.Path)!).RunAsync(Token)).ShouldAllBe(finding => finding.Holds);
    }

    private static async Task RebuildsWhileItSellsAsync(string data, int ports, DemoPlace platform)
    {
        await ExecuteAsync(data, "ordering", "update shop_orders set status = 'collected', total_cents = 1");
        await ExecuteAsync(data, "ordering", "delete from orders where order_id = (select min(order_id::text)::uuid from orders)");

        await using var rebuild = LauncherProcess.Run(data, ports, "rebuild", "ordering");
        (await rebuild.EndAsync(Token)).ShouldBe(0, rebuild.Output);

        // Four shop orders of two orders, the wrong row and the right one each; one order that was gone.
        rebuild.Output.ShouldContain("shop_orders differed by 8 rows and was rebuilt");
        rebuild.Output.ShouldContain("orders: orders differed by 1 rows and was rebuilt");
        rebuild.Output.ShouldMatch("orders: (\\d+) of \\1 events");
        await OrdersWaitForTheShopOrAcceptThemselvesAsync(platform);
    }

    private static async Task StockIsTheShopsOwnAsync(DemoPlace platform)
    {
        var sources = await Task.WhenAll(Demo.Shops.Select(async shop => (shop.Slug, shop.Fed, Offers: await platform.OffersOfAsync(shop.Slug))));
        sources.ShouldAllBe(shop => shop.Offers.Count > 0 && shop.Offers.All(offer => offer.StockSource == (shop.Fed ? "feed" : "import")));
        sources.Count(shop => shop.Fed).ShouldBe(2);
        sources.Sum(shop => shop.Offers.Count).ShouldBeGreaterThan(1500);
    }

    private static async Task KeysOpenWhatTheirShopsDoAsync(DemoPlace platform)
    {
        foreach (var shop in Demo.Shops)
        {
            // Of the point only whoever keeps it, of its own orders each.
            (await platform.AskAsync("ordering", $"shops/{shop.Slug}/point/left", shop.Slug)).ShouldBe(shop.KeepsPoint is null ? HttpStatusCode.Forbidden : HttpStatusCode.OK, shop.Slug);
            (await platform.AskAsync("ordering", $"shops/{shop.Slug}/orders", shop.Slug)).ShouldBe(HttpStatusCode.OK, shop.Slug);
        }

        Demo.Shops.Count(shop => shop.KeepsPoint is not null).ShouldBeGreaterThan(0);
    }

    private static async Task OrdersWaitForTheShopOrAcceptThemselvesAsync(DemoPlace platform)
    {
        var order = await platform.OrderAsync(Fed, Counted);
        order.ShopOrders.ToDictionary(part => part.Shop, part => part.Status).ShouldBe(new Dictionary<string, string> { [Fed] = "accepted", [Counted] = "requested" }, ignoreOrder: true);
    }

    // The clock eight days ahead, without touching the machine's: what the shops said is eight days older.
    private static Task AgeAsync(string data, ShopId oldest) => ExecuteAsync(data, "catalog",
        $"""
        update stock s set as_of = as_of - case when o.shop_id = '{oldest}' then interval '60 days' else interval '8 days' end
        from offers o where o.offer_id = s.offer_id
        """);

    private static async Task ExecuteAsync(string data, string database, string sql)
    {
        await using var connection = new NpgsqlConnection(LocalServers.AddressesOf(data)!(database) + ";Pooling=false");
        await connection.ExecuteAsync(sql);
    }

    private void Say(FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>The running platform, by its <c>endpoints.json</c>.</summary>
    private sealed class DemoPlace(JsonElement endpoints)
    {
        private static readonly HttpClient Http = new();

        public async Task<ShopId> ShopAsync(string shop) => (await GetAsync<Shop>("merchants", $"shops/{shop}")).Id;

        public async Task<IReadOnlyList<OfferSummary>> OffersAsync(string town)
        {
            var offers = new List<OfferSummary>();
            OfferPage page;
            do
            {
                page = await GetAsync<OfferPage>("catalog", $"towns/{town}/offers?pageSize=100&page={(offers.Count / 100) + 1}");
                offers.AddRange(page.Items);
            }
            while (offers.Count < page.Total);
            return offers;
        }

        public async Task<IReadOnlyList<MerchantOffer>> OffersOfAsync(string shop) => (await GetAsync<MerchantOfferPage>("catalog", $"shops/{shop}/offers?pageSize=100", shop)).Items;

        public async Task<OrderView> OrderAsync(params string[] shops)
        {
            var offers = await OffersAsync(Town);
            var parts = new List<PlaceOrder.ShopOrder>();
            foreach (var shop in shops)
            {
                var slots = await GetAsync<IReadOnlyList<PickupSlot>>("merchants", $"shops/{shop}/pickup-slots?days=7");
                var offer = offers.First(one => one.Shop.Slug == shop && one is { Unit: SaleUnit.Piece, Alcohol: false, Batches: null, Available: > 3 });
                parts.Add(new PlaceOrder.ShopOrder(shop, slots[^1].SlotId, [new PlaceOrder.Line(offer.OfferId, 1, offer.PriceCents)]));
            }

            using var answer = await Http.PostAsJsonAsync(Address("ordering", "orders"), new PlaceOrder(Town, new Contact("Ana Essai", "ana@example.org", null), parts, "in-shop"), Token);
            answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Token));
            return (await answer.Content.ReadFromJsonAsync<OrderView>(JsonSerializerOptions.Web, Token))!;
        }

        public async Task<HttpStatusCode> AskAsync(string service, string path, string shop)
        {
            using var answer = await SendAsync(service, path, shop);
            return answer.StatusCode;
        }

        private async Task<HttpResponseMessage> SendAsync(string service, string path, string? shop)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Address(service, path));
            request.Headers.Authorization = shop is null ? null : new AuthenticationHeaderValue("Bearer", endpoints.GetProperty("apiKeys").GetProperty(shop).GetString());
            return await Http.SendAsync(request, Token);
        }

        private async Task<T> GetAsync<T>(string service, string path, string? shop = null)
        {
            using var answer = await SendAsync(service, path, shop);
            answer.IsSuccessStatusCode.ShouldBeTrue($"{path}: {answer.StatusCode}");
            return (await answer.Content.ReadFromJsonAsync<T>(JsonSerializerOptions.Web, Token))!;
        }

        private Uri Address(string service, string path) => new($"{endpoints.GetProperty(service).GetString()}/api/v1/{path}");
    }
}
