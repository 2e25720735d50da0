using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Ordering;

namespace Marketplace.Catalog.Tests;

/// <summary>« Fournée de 7 h : 40 »: nobody ever takes a 41st, nor one after the shop has begun to make them.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Made_in_batches(CatalogHost catalog) : InBatches(catalog)
{
    [Fact]
    public async Task Fifty_buyers_of_forty_places_get_exactly_forty_whichever_process_serves_them()
    {
        await using var second = Catalog.Start();
        await CatalogHost.ReadyAsync(second);
        var shop = await Catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(40));
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Catalog.AskAsync(Want(On(3, 9), (shop, bread, 1)))));
        answers.OfType<StockReserved>().Count().ShouldBe(40);
        answers.OfType<StockRefused>().Select(r => r.Lines.Single()).ShouldAllBe(l => l.Reason == "out-of-stock" && l.Available == 0);
        (await TakenAsync(bread, On(3, 7))).ShouldBe((40, 40));
        (await Catalog.StockAsync(bread)).ShouldBe((3, 0), "the shelf has nothing to do with it");
        await Catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task Many_who_come_and_go_leave_as_many_places_as_there_are()
    {
        await using var second = Catalog.Start();
        await CatalogHost.ReadyAsync(second);
        var shop = await Catalog.ShopAsync();
        var (bread, lamp) = (await BreadAsync(shop, Daily(20)), await Catalog.OfferAsync(shop, 1000));
        var held = new System.Collections.Concurrent.ConcurrentBag<OrderId>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 120), new ParallelOptions { MaxDegreeOfParallelism = 24 }, async (i, _) =>
        {
            // Two days, so that batches are taken crosswise, and shelf goods beside them in either order.
            var order = i % 2 == 0 ? Want(On(3 + (i % 4 / 2), 9), (shop, bread, 2), (shop, lamp, 1)) : Want(On(3 + (i % 4 / 2), 9), (shop, lamp, 1), (shop, bread, 1));
            if (await Catalog.AskAsync(order) is StockReserved)
            {
                held.Add(order.OrderId);
                if (i % 3 == 0)
                {
                    await Catalog.DoAsync(new StockCommand.Release(order.OrderId, null, null));
                    await Catalog.DoAsync(new StockCommand.Release(order.OrderId, null, null));
                }
            }
        });
        await Catalog.LedgerHoldsAsync();
        foreach (var order in held)
        {
            await Catalog.DoAsync(new StockCommand.Release(order, null, null));
        }

        ((await TakenAsync(bread, On(3, 7))).Taken, (await TakenAsync(bread, On(4, 7))).Taken).ShouldBe((0, 0));
        (await Catalog.StockAsync(lamp)).ShouldBe((1000, 0));
        await Catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task No_batch_by_the_pickup_is_said_so()
    {
        var shop = await Catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(40));
        await RefusedAsync("batch-closed", 0, null, (shop, bread, 1));
        await RefusedAsync("batch-closed", 0, On(3, 6), (shop, bread, 1));
        await RefusedAsync("out-of-stock", 40, On(3, 9), (shop, bread, 41));
        var late = await BreadAsync(shop, new WeeklyBatch([1, 2, 3, 4, 5, 6, 7], "07:00", 40, 7, "18:00"));
        await RefusedAsync("batch-closed", 0, On(3, 9), (shop, late, 1));
        var once = await BreadAsync(shop, new WeeklyBatch([Weekday(3)], "07:00", 40, 1, "18:00"));
        await RefusedAsync("batch-closed", 0, On(4, 9), (shop, once, 1));
        (await Catalog.AskAsync(Want(On(3, 9), (shop, once, 1)))).ShouldBeOfType<StockReserved>();
        await Catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task A_full_batch_is_passed_over_for_an_earlier_one_of_that_day()
    {
        var shop = await Catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(5), Daily(3) with { At = "11:00" });
        (await Catalog.AskAsync(Want(On(3, 12), (shop, bread, 2)))).ShouldBeOfType<StockReserved>().Shops.Single().Lines.Single().BatchAt.ShouldBe(On(3, 11));
        (await TakenAsync(bread, On(3, 11))).ShouldBe((3, 2));
        await Catalog.AskAsync(Want(On(3, 12), (shop, bread, 4)));
        (await TakenAsync(bread, On(3, 7))).ShouldBe((5, 4));
        await RefusedAsync("out-of-stock", 1, On(3, 12), (shop, bread, 2));
        await RefusedAsync("out-of-stock", 1, On(3, 8), (shop, bread, 2));
    }

    [Fact]
    public async Task The_shelf_and_the_batch_are_taken_together_or_not_at_all()
    {
        var (baker, bookseller) = (await Catalog.ShopAsync(), await Catalog.ShopAsync());
        var (bread, book) = (await BreadAsync(baker, Daily(2)), await Catalog.OfferAsync(bookseller, 1));
        await RefusedAsync("out-of-stock", 1, On(3, 9), (baker, bread, 1), (bookseller, book, 2));
        await RefusedAsync("out-of-stock", 2, On(3, 9), (baker, bread, 3), (bookseller, book, 1));
        (await Catalog.StockAsync(book)).ShouldBe((1, 0));
        (await Catalog.ScalarAsync<long>("select count(*) from offer_batches where offer_id = $1", bread.Value)).ShouldBe(0);
        (await Catalog.AskAsync(Want(On(3, 9), (baker, bread, 2), (bookseller, book, 1)))).ShouldBeOfType<StockReserved>();
        await Catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task Commands_that_come_twice_or_too_early_count_once()
    {
        var shop = await Catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(2));
        var order = Want(On(3, 9), (shop, bread, 2));
        await Catalog.DoAsync(new StockCommand.Reserve(order));
        await Catalog.DoAsync(new StockCommand.Reserve(order));
        (await TakenAsync(bread, On(3, 7))).ShouldBe((2, 2));
        await RefusedAsync("out-of-stock", 0, On(3, 9), (shop, bread, 1));
        await Catalog.DoAsync(new StockCommand.Release(order.OrderId, shop.Id, null));
        await Catalog.DoAsync(new StockCommand.Release(order.OrderId, shop.Id, null));
        (await Catalog.AskAsync(Want(On(3, 9), (shop, bread, 1)))).ShouldBeOfType<StockReserved>("the places are another's now");
        (await TakenAsync(bread, On(3, 7))).ShouldBe((2, 1));

        var early = Want(On(3, 9), (shop, bread, 1));
        await Catalog.DoAsync(new StockCommand.Release(early.OrderId, null, null));
        await Catalog.DoAsync(new StockCommand.Reserve(early));
        var partly = Want(On(3, 9), (shop, bread, 1));
        await Catalog.DoAsync(new StockCommand.Release(partly.OrderId, null, [bread]));
        await Catalog.DoAsync(new StockCommand.Reserve(partly));
        (await TakenAsync(bread, On(3, 7))).ShouldBe((2, 1));
        await Catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task What_is_handed_over_keeps_its_place_and_what_is_not_made_is_nobodys()
    {
        var shop = await Catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(10));
        var (one, other) = (Want(On(3, 9), (shop, bread, 4)), Want(On(3, 9), (shop, bread, 3)));
        await Catalog.DoAsync(new StockCommand.Reserve(one));
        await Catalog.DoAsync(new StockCommand.Reserve(other));
        await Catalog.DoAsync(new StockCommand.Issue(one.OrderId, shop.Id, [new(bread, 3)]));
        await Catalog.DoAsync(new StockCommand.Issue(one.OrderId, shop.Id, [new(bread, 3)]));
        (await TakenAsync(bread, On(3, 7))).ShouldBe((10, 6), "one came back");
        await Catalog.DoAsync(new StockCommand.Issue(other.OrderId, shop.Id, [new(bread, 1)], DateTimeOffset.UtcNow, [new MissingGoods(bread, 2)]));
        (await TakenAsync(bread, On(3, 7))).ShouldBe((8, 4), "two were never made");
        await RefusedAsync("out-of-stock", 4, On(3, 9), (shop, bread, 5));
        (await Catalog.StockAsync(bread)).ShouldBe((3, 0));
        await Catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task One_day_s_quantity_is_changed_never_below_what_is_ordered()
    {
        var shop = await Catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(40));
        await Catalog.AskAsync(Want(On(3, 9), (shop, bread, 31)));
        using (var below = await SetAsync(shop, bread, On(3, 7), 30))
        {
            (await below.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("ordered").GetInt64().ShouldBe(31);
            await CatalogHost.ProblemAsync(below, HttpStatusCode.Conflict, "below-ordered");
        }

        (await SetAsync(shop, bread, On(3, 7), 31)).EnsureSuccessStatusCode();
        await RefusedAsync("out-of-stock", 0, On(3, 9), (shop, bread, 1));
        (await SetAsync(shop, bread, On(3, 7), 60)).EnsureSuccessStatusCode();
        (await Catalog.AskAsync(Want(On(3, 9), (shop, bread, 29)))).ShouldBeOfType<StockReserved>();
        (await SetAsync(shop, bread, On(4, 7), 0)).EnsureSuccessStatusCode();
        await RefusedAsync("batch-closed", 0, On(4, 9), (shop, bread, 1));
        (await SetAsync(shop, bread, On(4, 7), null)).EnsureSuccessStatusCode();
        (await Catalog.AskAsync(Want(On(4, 9), (shop, bread, 40)))).ShouldBeOfType<StockReserved>("as planned again");
        await CatalogHost.ProblemAsync(await SetAsync(shop, bread, On(3, 8), 5), HttpStatusCode.NotFound, "batch-not-found");
        await CatalogHost.ProblemAsync(await SetAsync(await Catalog.ShopAsync(), bread, On(3, 7), 5), HttpStatusCode.NotFound, "offer-not-found");

        var list = (await Catalog.Operator.GetFromJsonAsync<ShopBatchList>($"/api/v1/shops/{shop.Slug}/batches", JsonSerializerOptions.Web, Token))!.Items;
        list.Single(b => b.At == On(3, 7)).ShouldSatisfyAllConditions(b => b.Quantity.ShouldBe(60), b => b.Ordered.ShouldBe(60), b => b.Planned.ShouldBe(40), b => b.OrderBefore.ShouldBe(On(2, 18)));
        list.ShouldAllBe(b => b.OfferId == bread);
        await Catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task A_batch_beyond_what_is_booked_ahead_is_none()
    {
        var shop = await Catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(40));
        foreach (var at in new[] { On(40, 7), new DateTimeOffset(9999, 12, 31, 23, 30, 0, TimeSpan.Zero), new DateTimeOffset(1, 1, 1, 0, 0, 0, TimeSpan.Zero) })
        {
            await CatalogHost.ProblemAsync(await SetAsync(shop, bread, at, 5), HttpStatusCode.NotFound, "batch-not-found");
        }
    }

    [Fact]
    public async Task What_is_ordered_is_to_be_made_also_when_it_is_off_sale()
    {
        var shop = await Catalog.ShopAsync();
        await Catalog.OfferAsync(shop, CatalogHost.Define("A", 0) with { Batches = [Daily(4)] });
        var bread = new OfferId(await Catalog.ScalarAsync<Guid>("select offer_id from offers where shop_id = $1", shop.Id.Value));
        await Catalog.DoAsync(new StockCommand.Reserve(Want(On(3, 9), (shop, bread, 3))));
        (await Catalog.Operator.DeleteAsync($"/api/v1/shops/{shop.Slug}/offers/A", Token)).EnsureSuccessStatusCode();
        (await Catalog.Operator.GetFromJsonAsync<ShopBatchList>($"/api/v1/shops/{shop.Slug}/batches", JsonSerializerOptions.Web, Token))!.Items
            .Single().ShouldSatisfyAllConditions(b => b.At.ShouldBe(On(3, 7)), b => b.Ordered.ShouldBe(3), b => b.Planned.ShouldBe(0));
    }

    [Fact]
    public async Task What_was_set_aside_on_the_shelf_stays_of_the_shelf()
    {
        var shop = await Catalog.ShopAsync();
        var lamp = await Catalog.OfferAsync(shop, CatalogHost.Define("A", 5));
        var order = await Catalog.HoldAsync((shop, lamp, 2));
        await Catalog.OfferAsync(shop, CatalogHost.Define("A", null) with { Batches = [Daily(4)] });
        (await Catalog.AskAsync(Want(On(3, 9), (shop, lamp, 4)))).ShouldBeOfType<StockReserved>();
        await Catalog.DoAsync(new StockCommand.Issue(order, shop.Id, [new(lamp, 1)]));
        (await Catalog.StockAsync(lamp)).ShouldBe((4, 0));
        await Catalog.CountAsync(shop, "", new StockLine("A", null, 9));
        await ShownAsync(lamp, o => o.Batches?.Single(b => b.At == On(3, 7)).Left == 0 && o.Available == 4);
        await Catalog.LedgerHoldsAsync();
    }

    [Fact]
    public async Task A_batch_that_only_the_hours_of_a_shared_point_reach_can_be_had_there()
    {
        var shop = await Catalog.ShopAsync();
        await Catalog.TellAsync(new PickupOutlookChanged(shop.Id, 1, [new(On(3, 6), On(3, 7), On(3, 5)), new(On(3, 17), On(3, 18), On(3, 16), "halle")]));
        var bread = await BreadAsync(shop, Daily(4) with { Days = [Weekday(3)] });
        await ShownAsync(bread, o => o.EarliestPickup == On(3, 17) && o.EarliestPickupPoint == "halle");
        await Catalog.TellAsync(new PickupOutlookChanged(shop.Id, 2, [new(On(3, 8), On(3, 9), On(3, 7)), new(On(3, 17), On(3, 18), On(3, 16), "halle")]));
        await ShownAsync(bread, o => o.EarliestPickup == On(3, 8) && o.EarliestPickupPoint is null);
    }

    [Fact]
    public async Task In_the_shop_a_batch_is_there_at_its_minute_and_at_a_point_once_it_was_carried()
    {
        var shop = await Catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(4) with { Days = [Weekday(3)] });
        await Catalog.TellAsync(new PickupOutlookChanged(shop.Id, 1, [new(On(3, 7), On(3, 8), On(3, 5), "halle"), new(On(3, 7).AddMinutes(30), On(3, 8), On(3, 5), "halle")]));
        await ShownAsync(bread, o => o.EarliestPickup == On(3, 7).AddMinutes(30) && o.EarliestPickupPoint == "halle");
        await Catalog.TellAsync(new PickupOutlookChanged(shop.Id, 2, [new(On(3, 7), On(3, 8), On(3, 5))]));
        await ShownAsync(bread, o => o.EarliestPickup == On(3, 7) && o.EarliestPickupPoint is null);
    }

    [Fact]
    public async Task Batches_that_nobody_could_collect_are_not_offered()
    {
        await using var second = Catalog.Start();
        await CatalogHost.ReadyAsync(second);
        var shop = await Catalog.ShopAsync();
        var bread = await BreadAsync(shop, Daily(4), Daily(4) with { At = "16:00" });
        DateTimeOffset[] open = [.. Enumerable.Range(0, 31).Select(day => On(day, 18))];
        await Catalog.TellAsync(new PickupOutlookChanged(shop.Id, 1, [new(On(2, 8), On(2, 9), On(2, 5))], open));
        await ShownAsync(bread, o => o.Batches!.Any(b => b.At == On(3, 7)) && o.Batches!.Any(b => b.At == On(4, 16)));

        // On leave for two days from the third on, and the fifth ends at noon.
        await Catalog.TellAsync(new PickupOutlookChanged(shop.Id, 2, [new(On(2, 8), On(2, 9), On(2, 5))], [.. open.Where((_, day) => day is not (3 or 4)).Select(at => at == On(5, 18) ? On(5, 12) : at)]));
        await ShownAsync(bread, o => o.Batches!.All(b => b.At < On(3, 0) || b.At > On(5, 0)) && o.Batches!.Any(b => b.At == On(5, 7)) && o.Batches!.All(b => b.At != On(5, 16)) && o.Batches!.Any(b => b.At == On(6, 16)));
        using var there = second.CreateClient();
        await CatalogHost.EventuallyAsync(async () => (await there.GetFromJsonAsync<Offer>($"/api/v1/offers/{bread}", JsonSerializerOptions.Web, Token))!.Batches!.All(b => b.At != On(3, 7)), "the other process knows");
        await CatalogHost.EventuallyAsync(async () => (await Catalog.ListAsync($"?shop={shop.Slug}")).Items.Single().Batches!.All(b => b.At != On(3, 7)), "the list follows the page");
        await CatalogHost.EventuallyAsync(() => Catalog.Heard.OfType<OffersChanged>().Any(h => h.Offers.Contains(bread)), "cached pages are dropped");
        (await ListedAsync(shop, On(3, 7))).ShouldSatisfyAllConditions(b => b.Collectable.ShouldBeFalse(), b => b.Quantity.ShouldBe(4));
        (await ListedAsync(shop, On(5, 7))).Collectable.ShouldBeTrue();
        (await ListedAsync(shop, On(5, 16))).Collectable.ShouldBeFalse("the day ends before it");

        await Catalog.TellAsync(new PickupOutlookChanged(shop.Id, 3, [], []));
        await ShownAsync(bread, o => o is { Available: 0, StockState: "out-of-stock", Batches.Count: 0, EarliestPickup: null });
        await SetAsync(shop, bread, On(9, 7), 5);
        await ShownAsync(bread, o => o.Batches!.Count == 0);
        await Catalog.TellAsync(new PickupOutlookChanged(shop.Id, 4, [new(On(2, 8), On(2, 9), On(2, 5))], open));
        await ShownAsync(bread, o => o.Batches!.Any(b => b.At == On(9, 7) && b.Left == 5));
    }

    [Fact]
    public async Task Residents_see_the_coming_batches_in_every_process()
    {
        await using var second = Catalog.Start();
        await CatalogHost.ReadyAsync(second);
        var shop = await Catalog.ShopAsync();
        await Catalog.TellAsync(new PickupOutlookChanged(shop.Id, 1, [new(On(3, 6), On(3, 7), On(3, 5)), new(On(3, 9), On(3, 10), On(3, 8))]));
        var bread = await BreadAsync(shop, Daily(4) with { Days = [Weekday(3)] });
        await ShownAsync(bread, o => o is { Available: 4, StockState: "in-stock" } && o.EarliestPickup == On(3, 9) && o.Batches is { Count: 2 } and [{ Left: 4 }, _]);
        await Catalog.AskAsync(Want(On(3, 9), (shop, bread, 3)));
        await ShownAsync(bread, o => o.Batches is [{ Left: 1 }, { Left: 4 }] && o.Batches[0] is { } b && b.At == On(3, 7) && b.OrderBefore == On(2, 18));
        using var there = second.CreateClient();
        await CatalogHost.EventuallyAsync(async () => (await there.GetFromJsonAsync<Offer>($"/api/v1/offers/{bread}", JsonSerializerOptions.Web, Token))!.Batches is [{ Left: 1 }, _], "the other process knows");
        (await Catalog.ListAsync($"?shop={shop.Slug}&availableToday=true")).Items.ShouldBeEmpty();
        await CatalogHost.EventuallyAsync(async () => (await Catalog.ListAsync($"?shop={shop.Slug}")).Items is [{ Batches.Count: 2 }], "the list follows the page");
        await SetAsync(shop, bread, On(3, 7), 0).ContinueWith(t => t.Result.StatusCode.ShouldBe(HttpStatusCode.Conflict), TaskScheduler.Default);
        (await SetAsync(shop, bread, On(10, 7), 0)).EnsureSuccessStatusCode();
        await ShownAsync(bread, o => o is { Batches.Count: 1, Available: 1, StockState: "last-ones" });
        (await SetAsync(shop, bread, On(3, 7), 3)).EnsureSuccessStatusCode();
        await ShownAsync(bread, o => o is { Available: 0, StockState: "out-of-stock", EarliestPickup: null });
        await CatalogHost.EventuallyAsync(() => Catalog.Heard.OfType<OffersChanged>().Any(h => h.Offers.Contains(bread)), "cached pages are dropped");
    }
}
