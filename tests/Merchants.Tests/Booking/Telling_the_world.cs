using System.Net.Http.Json;
using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Tests.Calendar;
using Marketplace.Merchants.Tests.Hosting;

namespace Marketplace.Merchants.Tests.Booking;

/// <summary>What the other services hear; a host of its own, since the clock moves.</summary>
public sealed class Telling_the_world(MerchantsHost host) : IClassFixture<MerchantsHost>
{
    [Fact]
    public async Task Every_change_of_a_shop_is_told_whole_with_the_next_version_and_no_change_is_not_told()
    {
        var shop = await host.OpenShopAsync("versions");
        await host.OpenShopAsync("versions");
        await host.OpenShopAsync("versions", s => s with { Name = "Le Fournil d’Oullins" });
        await host.OpenShopAsync("versions", s => s with { Published = false });

        var told = await Eventually.GetAsync(() => Task.FromResult(host.Heard<ShopChanged>().Where(f => f.ShopId == shop.Id).OrderBy(f => f.Version).ToList()), f => f.Count == 3, MerchantsHost.Patience);

        told.Select(f => (f.Version, f.Name, f.Status)).ShouldBe([(1, "Le Fournil", "published"), (2, "Le Fournil d’Oullins", "published"), (3, "Le Fournil", "suspended")]);
        told[0].ShouldSatisfyAllConditions(f => f.Towns.ShouldBe([MerchantsHost.Town]), f => f.Demo.ShouldBeTrue(), f => f.Position.ShouldBe(Examples.Centre));
    }

    [Fact]
    public async Task The_outlook_follows_changes_and_the_turn_of_the_day()
    {
        var shop = await host.OpenShopAsync("apercu", s => s with { Slots = new SlotRules(30, 4, 60, "15:00") });
        var first = await OutlookAsync(shop, 1);
        first[0].Slots[0].Start.ShouldBe(new DateTimeOffset(2026, 6, 10, 8, 30, 0, TimeSpan.FromHours(2)));
        first[0].Slots[0].BookableUntil.ShouldBe(new DateTimeOffset(2026, 6, 10, 7, 30, 0, TimeSpan.FromHours(2)));
        first[0].Slots[^1].BookableUntil.ShouldBe(new DateTimeOffset(2026, 6, 12, 15, 0, 0, TimeSpan.FromHours(2)));

        await host.Operator.PutAsync("shops/apercu/exceptions", new[] { Week.Closed("2026-06-10", "2026-06-11") });
        var second = await OutlookAsync(shop, 2);
        second[1].Slots.Select(s => s.Start.Day).Distinct().ShouldBe([12, 13], "closed days are skipped until two opening days are known");

        host.Clock.Advance(TimeSpan.FromHours(72));
        var third = await OutlookAsync(shop, 3);
        third[2].Slots.Select(s => s.Start.Day).Distinct().ShouldBe([13, 16], "the nights before had nothing new to tell");
        third.Select(f => f.Version).ShouldBe([1, 2, 3]);

        await host.OpenShopAsync("apercu", s => s with { Published = false });
        (await OutlookAsync(shop, 4))[3].Slots.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_outlook_has_the_hours_of_the_town_s_shared_points_that_the_shop_can_bring_to()
    {
        (await host.Operator.PutAsync("towns/partagee", Examples.Town("Partagée", Examples.Point("halle")))).EnsureSuccessStatusCode();
        var shop = await host.OpenShopAsync("matin", s => s with { Hours = Week.Of((1..6, ["07:00-12:00"])), Slots = new SlotRules(60, 4, 60) }, "partagee");
        var today = host.Clock.GetUtcNow().Date;
        string On(int day) => $"{today.AddDays(day):yyyy-MM-dd}";
        var first = (await OutlookAsync(shop, 1))[^1].Slots;
        first.Where(s => s.Point is null).ShouldAllBe(s => s.Start.Hour < 12);
        first.Where(s => s.Point == "halle").ShouldNotBeEmpty();
        first.Where(s => s.Point == "halle").ShouldAllBe(s => s.Start.Hour >= 17 && s.BookableUntil == s.Start.AddHours(-1));
        first.Select(s => s.Start).ShouldBe(first.Select(s => s.Start).Distinct().Order());

        // Who is away brings nothing, and a point that is closed takes nothing.
        await host.Operator.PutAsync("shops/matin/exceptions", new[] { Week.Closed(On(1), On(1)) });
        (await OutlookAsync(shop, 2))[^1].Slots.ShouldAllBe(s => s.Start.Date != today.AddDays(1));
        await host.Operator.PutAsync("towns/partagee/pickup-points/halle/exceptions", new[] { Week.Closed(On(2), On(2), "Travaux") });
        var third = (await OutlookAsync(shop, 3))[^1].Slots;
        third.ShouldNotContain(s => s.Point == "halle" && s.Start.Date == today.AddDays(2));
        third.ShouldContain(s => s.Point == "halle" && s.Start.Date > today.AddDays(2));
    }

    [Fact]
    public async Task The_outlook_says_until_which_hour_a_batch_of_each_day_can_be_collected()
    {
        (await host.Operator.PutAsync("towns/fournees", Examples.Town("Fournées", Examples.Point("porche")))).EnsureSuccessStatusCode();
        // Every day but one till noon; the point has slots from 17:00 to 20:00, the last at 19:00.
        var shop = await host.OpenShopAsync("fournees-matin", s => s with { Hours = Week.Of((1..6, ["07:00-12:00"])), Slots = new SlotRules(60, 4, 60) }, "fournees");
        var today = DateOnly.FromDateTime(host.Clock.GetUtcNow().DateTime);
        string On(int day) => $"{today.AddDays(day):yyyy-MM-dd}";
        var first = (await OutlookAsync(shop, 1))[^1].LastReady!;
        first.Count.ShouldBe(31, "as far as slots are booked ahead; the point has its days of holiday too");
        first.ShouldAllBe(at => at.TimeOfDay == new TimeSpan(18, 30, 0), "the last slot of the point, less the way there");

        await host.Operator.PutAsync("shops/fournees-matin/exceptions", new[] { Week.Closed(On(2), On(4), "Congés") });
        var second = (await OutlookAsync(shop, 2))[^1].LastReady!;
        second.Select(at => DateOnly.FromDateTime(at.Date)).ShouldNotContain(date => date >= today.AddDays(2) && date <= today.AddDays(4), "who is on leave brings nothing");
        second.Count.ShouldBe(28);
        await host.Operator.PutAsync("towns/fournees/pickup-points/porche/exceptions", new[] { Week.Closed(On(1), On(1), "Travaux") });
        var third = (await OutlookAsync(shop, 3))[^1].LastReady!;
        third.ShouldNotContain(at => DateOnly.FromDateTime(at.Date) == today.AddDays(1) && at.Hour == 18);
        (await host.OpenShopAsync("fournees-matin", s => s with { Published = false }, "fournees")).ShouldNotBeNull();
        (await OutlookAsync(shop, 4))[^1].LastReady.ShouldBeNull();
    }

    [Fact]
    public async Task A_key_is_shown_once_told_by_its_hash_and_works_until_it_is_revoked()
    {
        var shop = await host.OpenShopAsync("cles");
        var answer = await host.Operator.PostAsJsonAsync("shops/cles/api-keys", new ApiKeyRequest("Caisse", ["shop:write", "stock:write"]));
        var key = (await answer.Content.ReadFromJsonAsync<ApiKeyCreated>(MerchantsHost.Json))!;

        (await host.Client(key.Key).PutAsync("shops/cles/slot-rules", new SlotRules(15, 4, 60))).StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        var listed = await host.Operator.GetFromJsonAsync<List<ApiKey>>("shops/cles/api-keys", MerchantsHost.Json);
        listed!.ShouldHaveSingleItem().ShouldSatisfyAllConditions(k => k.Name.ShouldBe("Caisse"), k => k.RevokedAt.ShouldBeNull());

        (await host.Operator.DeleteAsync($"shops/cles/api-keys/{key.KeyId}")).StatusCode.ShouldBe(System.Net.HttpStatusCode.NoContent);
        (await host.Operator.DeleteAsync($"shops/cles/api-keys/{key.KeyId}")).StatusCode.ShouldBe(System.Net.HttpStatusCode.NoContent);
        (await host.Client(key.Key).PutAsync("shops/cles/slot-rules", new SlotRules(20, 4, 60))).StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);

        await Eventually.BecomesAsync(() => host.Heard<ApiKeyRevoked>().Any(f => f.KeyId == key.KeyId && f.ShopId == shop.Id), MerchantsHost.Patience);
        var issued = host.Heard<ApiKeyIssued>().Single(f => f.KeyId == key.KeyId);
        issued.Hash.ShouldBe(ServiceDefaults.Auth.ApiKeys.Hash(key.Key));
        issued.Scopes.ShouldBe(["shop:write", "stock:write"]);
        host.Heard<ApiKeyRevoked>().Count(f => f.KeyId == key.KeyId).ShouldBe(1);
        (await host.ScalarAsync<long>($"select count(*) from events where data::text like '%{key.Key}%'")).ShouldBe(0);
    }

    private async Task<List<PickupOutlookChanged>> OutlookAsync(Shop shop, int count) =>
        await Eventually.GetAsync(() => Task.FromResult(host.Heard<PickupOutlookChanged>().Where(f => f.ShopId == shop.Id).ToList()), f => f.Count >= count, MerchantsHost.Patience);
}
