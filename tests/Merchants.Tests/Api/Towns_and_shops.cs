using System.Net;
using System.Net.Http.Json;
using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Tests.Calendar;
using Marketplace.Merchants.Tests.Hosting;

namespace Marketplace.Merchants.Tests.Api;

public sealed class Towns_and_shops(MerchantsHost host) : IClassFixture<MerchantsHost>
{
    [Fact]
    public async Task A_town_shows_its_points_and_forgets_those_it_no_longer_has()
    {
        (await host.Operator.PutAsync("towns/points", Examples.Town("points", Examples.Point("halle"), Examples.Point("gare")))).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await host.Operator.PutAsync("towns/points/pickup-points/gare/exceptions", new[] { Week.Closed("2026-06-11", "2026-06-11", "Travaux") })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await host.GetAsync<Town>("towns/points")).PickupPoints.Select(p => p.Slug).ShouldBe(["halle", "gare"]);
        (await host.GetAsync<List<PickupSlot>>("towns/points/pickup-points/gare/pickup-slots?days=2")).ShouldAllBe(s => s.Start.Day == 10);

        (await host.Operator.PutAsync("towns/points", Examples.Town("points", Examples.Point("gare")))).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await host.GetAsync<Town>("towns/points")).PickupPoints.Select(p => p.Slug).ShouldBe(["gare"]);
        (await host.GetAsync<List<PickupSlot>>("towns/points/pickup-points/gare/pickup-slots?days=2")).ShouldAllBe(s => s.Start.Day == 10);
        (await host.Client().GetAsync("towns/points/pickup-points/halle/pickup-slots")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_shared_points_slots_leave_each_shop_its_lead_time()
    {
        await host.Operator.PutAsync("towns/commun", Examples.Town("commun", Examples.Point("comptoir")));
        await host.OpenShopAsync("presse", s => s with { Slots = new SlotRules(30, 4, 0) }, "commun");
        await host.OpenShopAsync("lent", s => s with { Slots = new SlotRules(30, 4, 24 * 60) }, "commun");

        (await host.GetAsync<List<PickupSlot>>("towns/commun/pickup-points/comptoir/pickup-slots?days=2&shops=presse"))[0].Start.Day.ShouldBe(10);
        (await host.GetAsync<List<PickupSlot>>("towns/commun/pickup-points/comptoir/pickup-slots?days=2&shops=presse,lent"))[0].Start.Day.ShouldBe(11);
    }

    [Fact]
    public async Task A_point_is_kept_by_one_shop_which_all_are_told()
    {
        await host.Operator.PutAsync("towns/tenu", Examples.Town("tenu", Examples.Point("kiosque")));
        var coordinator = host.Client(Tokens.Coordinator("tenu"));
        foreach (var slug in new[] { "gardien", "releve" })
        {
            await host.OpenShopAsync(slug, town: "tenu");
        }

        var keeping = (string slug, string? point) => coordinator.PutAsync($"shops/{slug}", Examples.Shop(slug) with { KeepsPoint = point });
        var both = await Task.WhenAll(keeping("gardien", "kiosque"), keeping("releve", "kiosque"));
        both.Select(a => a.StatusCode).ShouldBe([HttpStatusCode.OK, HttpStatusCode.Conflict], ignoreOrder: true);
        var (keeper, other) = both[0].IsSuccessStatusCode ? ("gardien", "releve") : ("releve", "gardien");
        (await host.GetAsync<Shop>($"shops/{keeper}")).KeepsPoint.ShouldBe("kiosque");
        (await host.GetAsync<Shop>($"shops/{other}")).KeepsPoint.ShouldBeNull();
        await host.Operator.PutAsync($"shops/{keeper}/slot-rules", new SlotRules(30, 4, 30));
        (await host.GetAsync<Shop>($"shops/{keeper}")).KeepsPoint.ShouldBe("kiosque", "its hours and rules are the shop's own affair");

        (await keeping(keeper, null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await host.GetAsync<Shop>($"shops/{keeper}")).KeepsPoint.ShouldBe("kiosque", "a program that knows nothing of points takes none away");
        (await coordinator.PostAsJsonAsync("towns/tenu/shops", Examples.Shop(keeper), MerchantsHost.Json)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await host.GetAsync<Shop>($"shops/{keeper}")).KeepsPoint.ShouldBe("kiosque");
        (await keeping(keeper, "")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await host.GetAsync<Shop>($"shops/{keeper}")).KeepsPoint.ShouldBeNull();
        (await keeping(other, "kiosque")).StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var (slug, point) in new[] { (keeper, null), (other, "kiosque") })
        {
            await Eventually.BecomesAsync(() => host.Heard<ShopChanged>().Where(f => f.Slug == slug).MaxBy(f => f.Version) is { Version: > 1 } told && told.KeepsPoint == point, MerchantsHost.Patience);
        }
    }

    [Fact]
    public async Task A_point_that_is_given_up_is_kept_by_nobody_also_when_it_comes_back()
    {
        await host.Operator.PutAsync("towns/rendu", Examples.Town("rendu", Examples.Point("abri")));
        await host.OpenShopAsync("gardien-d-abri", s => s with { KeepsPoint = "abri" }, "rendu");
        (await host.GetAsync<Shop>("shops/gardien-d-abri")).KeepsPoint.ShouldBe("abri");
        (await host.Operator.PutAsync("towns/rendu", Examples.Town("rendu"))).EnsureSuccessStatusCode();
        (await host.GetAsync<Shop>("shops/gardien-d-abri")).KeepsPoint.ShouldBeNull();
        (await host.Operator.PutAsync("towns/rendu", Examples.Town("rendu", Examples.Point("abri")))).EnsureSuccessStatusCode();
        (await host.GetAsync<Shop>("shops/gardien-d-abri")).KeepsPoint.ShouldBeNull();
        await Eventually.BecomesAsync(() => host.Heard<ShopChanged>().Where(f => f.Slug == "gardien-d-abri").MaxBy(f => f.Version) is { Version: > 1, KeepsPoint: null }, MerchantsHost.Patience);
    }

    [Fact]
    public async Task Who_keeps_a_point_is_said_by_who_coordinates_its_town()
    {
        await host.Operator.PutAsync("towns/ici", Examples.Town("ici", Examples.Point("lavoir")));
        await host.Operator.PutAsync("towns/ailleurs", Examples.Town("ailleurs", Examples.Point("consigne")));
        await host.OpenShopAsync("deux-places", town: "ici");
        await host.OpenShopAsync("deux-places", s => s with { KeepsPoint = "lavoir" }, "ailleurs");

        (string Town, string? Point, int Status)[] tries =
        [
            ("ici", "nulle-part", 422), ("ici", "consigne", 403), ("ailleurs", "consigne", 403), ("ailleurs", "", 403), ("ailleurs", null, 200), ("ailleurs", "lavoir", 200), ("ici", "", 200), ("ailleurs", "lavoir", 403), ("ailleurs", "consigne", 200),
        ];
        foreach (var (town, point, status) in tries)
        {
            var answer = await host.Client(Tokens.Coordinator(town)).PutAsync("shops/deux-places", Examples.Shop("deux-places") with { KeepsPoint = point });
            ((int)answer.StatusCode).ShouldBe(status, $"{town} gives it {point ?? "none"}");
        }

        await host.OpenShopAsync("d-ici", town: "ici");
        (await host.Operator.PutAsync("shops/d-ici", Examples.Shop("d-ici") with { KeepsPoint = "consigne" })).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task A_shop_shows_its_hours_as_they_will_be()
    {
        var created = await host.Operator.PostAsJsonAsync($"towns/{MerchantsHost.Town}/shops", Examples.Shop("vitrine"), MerchantsHost.Json);
        created.StatusCode.ShouldBe(HttpStatusCode.Created);
        created.Headers.Location!.ToString().ShouldBe("/api/v1/shops/vitrine");
        await host.Operator.PutAsync("shops/vitrine/exceptions", new[] { Week.Closed("2026-06-11", "2026-06-11", "Inventaire") });

        var shop = await host.GetAsync<Shop>("shops/vitrine");

        shop.ShouldSatisfyAllConditions(
            s => s.OpenNow.ShouldBeFalse(), s => s.OpensNext.ShouldBe(At(10, 8, 30)), s => s.EarliestPickup.ShouldBe(At(10, 8, 30)),
            s => s.Towns.ShouldBe([MerchantsHost.Town]), s => s.Status.ShouldBe("published"), s => s.Version.ShouldBe(2), s => s.Legal.Siret.ShouldBe("73282932000074"));
        shop.NextDays.Count.ShouldBe(8);
        shop.NextDays[0].Blocks.ShouldBe([new HoursBlock("08:30", "12:30"), new HoursBlock("14:00", "19:00")]);
        shop.NextDays[1].ShouldSatisfyAllConditions(d => d.Blocks.ShouldBeEmpty(), d => d.Reason.ShouldBe("Inventaire"));
    }

    [Fact]
    public async Task The_towns_list_has_published_shops_by_name()
    {
        await host.Operator.PutAsync("towns/liste", Examples.Town("liste"));
        await host.OpenShopAsync("z-liste", s => s with { Name = "Zoé" }, "liste");
        await host.OpenShopAsync("e-liste", s => s with { Name = "Épicerie" }, "liste");
        await host.OpenShopAsync("b-liste", s => s with { Name = "Brouillon", Published = false }, "liste");

        (await host.GetAsync<ShopPage>("towns/liste/shops")).ShouldSatisfyAllConditions(
            p => p.Items.Select(s => s.Name).ShouldBe(["Épicerie", "Zoé"]), p => (p.Total, p.Page, p.PageSize).ShouldBe((2, 1, 50)));
        (await host.GetAsync<ShopPage>("towns/liste/shops?page=2&pageSize=1")).ShouldSatisfyAllConditions(p => p.Items.Single().Name.ShouldBe("Zoé"), p => p.Total.ShouldBe(2));
        (await host.GetAsync<Town>("towns/liste")).Shops.ShouldBe(2);
        (await host.Client().GetAsync("shops/b-liste")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await host.Operator.GetFromJsonAsync<Shop>("shops/b-liste", MerchantsHost.Json))!.Status.ShouldBe("draft");
    }

    [Fact]
    public async Task A_shop_may_belong_to_several_towns_but_not_be_taken_over_by_another()
    {
        await host.Operator.PutAsync("towns/autre-ville", Examples.Town("autre-ville"));
        var shop = await host.OpenShopAsync("deux-villes");

        var refused = await host.Client(Tokens.Coordinator("autre-ville")).PostAsJsonAsync("towns/autre-ville/shops", Examples.Shop("deux-villes"), MerchantsHost.Json);
        refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);

        (await host.OpenShopAsync("deux-villes", town: "autre-ville")).ShouldSatisfyAllConditions(s => s.Id.ShouldBe(shop.Id), s => s.Towns.ShouldBe(["autre-ville", MerchantsHost.Town]));
    }

    [Fact]
    public async Task People_get_their_memberships_by_verified_address()
    {
        var shop = await host.OpenShopAsync("equipe");
        await host.Operator.PutAsync("shops/equipe/staff", new StaffMember(" Lea@Example.org ", "staff", " Léa "));
        await host.Operator.PutAsync("shops/equipe/staff", new StaffMember("lea@example.org", "owner"));
        await host.Operator.PutAsync("shops/equipe/staff", new StaffMember("parti@example.org", "staff"));
        await host.Operator.DeleteAsync("shops/equipe/staff/parti@example.org");
        await host.Operator.PutAsync($"towns/{MerchantsHost.Town}/coordinators", new Coordinator("lea@example.org"));

        var hers = await host.Client(Tokens.Storefront()).GetFromJsonAsync<Memberships>("memberships?email=LEA@example.org", MerchantsHost.Json);

        hers!.Shops.ShouldBe([new Memberships.OfShop(shop.Id, "equipe", "Le Fournil", "owner")]);
        hers.Towns.ShouldBe([MerchantsHost.Town]);
        (await host.Operator.GetFromJsonAsync<List<StaffMember>>("shops/equipe/staff"))!.ShouldBe([new StaffMember("lea@example.org", "owner", "Léa")], "who says nothing of the name leaves it");
        await host.Operator.PutAsync("shops/equipe/staff", new StaffMember("lea@example.org", "owner", ""));
        (await host.Operator.GetFromJsonAsync<List<StaffMember>>("shops/equipe/staff"))!.Single().Name.ShouldBeNull();
        (await host.Operator.GetFromJsonAsync<List<Coordinator>>($"towns/{MerchantsHost.Town}/coordinators"))!.ShouldContain(new Coordinator("lea@example.org"));
        await host.Operator.DeleteAsync($"towns/{MerchantsHost.Town}/coordinators/lea@example.org");
        (await host.Operator.GetFromJsonAsync<Memberships>("memberships?email=lea@example.org", MerchantsHost.Json))!.Towns.ShouldBeEmpty();
    }

    private static DateTimeOffset At(int day, int hour, int minute) => new(2026, 6, day, hour, minute, 0, TimeSpan.FromHours(2));
}
