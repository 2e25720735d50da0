using System.Globalization;
using System.Net;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>The week, the slots, and the days on which it is otherwise: with links and forms alone.</summary>
public sealed class Changing_the_hours(AccountsHost host) : AtTheCounter(host)
{
    private const string Hours = Board + "/horaires";

    private DateOnly Today => Languages.Ui.LocalDate(Now);

    private Shop Shop => _host.Services.Shops["boulangerie"];

    [Fact]
    public async Task Closes_today_alone_after_seeing_what_it_touches_and_opens_again()
    {
        Open();
        var (here, later, before) = (At(Today, 10), At(Today.AddDays(1), 10), At(Today.AddDays(-1), 10));
        await _browser.OpenAsync(Hours);
        _browser.Words.ShouldContain("Ouvert aujourd'hui : 8 h – 12 h 30, 15 h – 19 h");
        await _browser.OpenAsync(_browser.Page.QuerySelector(".hours-today a.btn")!.GetAttribute("href")!);
        _browser.Words.ShouldContain("Ce jour-là seulement. Vous rouvrez le");
        Listed().ShouldBe([here.OrderId.ToString(), before.OrderId.ToString()], "one with a slot, one that could still be collected; not tomorrow's");
        _browser.Words.ShouldContain("rien n'est annulé. Deux minutes après, leurs clients lisent sur la page de leur commande, et dans un mail, que c'est fermé à leur heure");
        Shop.Exceptions.ShouldBeEmpty("nothing is closed yet");

        await _browser.SubmitAsync($"{Hours}/fermer", ("Reason", "Panne du four"));
        (_browser.Status, _browser.Location).ShouldBe((HttpStatusCode.SeeOther, $"{Hours}?fait=closed-today"));
        Shop.Exceptions.Single().ShouldSatisfyAllConditions(e => e.From.ShouldBe(Today), e => e.To.ShouldBe(Today), e => e.Blocks.ShouldBeEmpty(), e => e.Reason.ShouldBe("Panne du four"));
        await _browser.FollowAsync();
        _browser.Words.ShouldContain("vous êtes fermé aujourd'hui, et aujourd'hui seulement. Demain : 8 h – 12 h 30");
        Listed().ShouldBe([here.OrderId.ToString(), before.OrderId.ToString()]);

        await _browser.SubmitAsync($"{Hours}/retirer");
        Shop.Exceptions.ShouldBeEmpty();
        (await _browser.FollowAsync()).Words.ShouldContain("vos horaires habituels valent de nouveau");
        later.Status.ShouldBe("accepted");
    }

    [Theory]
    [InlineData("2026-11-26T22:59:50Z", "2026-11-26")] // 23:59:50 in Paris
    [InlineData("2026-11-26T23:00:10Z", "2026-11-27")]
    [InlineData("2026-03-28T22:59:50Z", "2026-03-28")] // before the night that loses an hour
    [InlineData("2026-03-29T21:59:50Z", "2026-03-29")] // at its end: 23:59:50 again, an hour earlier by the sun
    [InlineData("2026-03-29T22:00:10Z", "2026-03-30")]
    [InlineData("2026-10-24T21:59:50Z", "2026-10-24")] // before the night that has one twice
    [InlineData("2026-10-25T00:30:00Z", "2026-10-25")] // 02:30 for the first time
    [InlineData("2026-10-25T01:30:00Z", "2026-10-25")] // and for the second
    [InlineData("2026-10-25T22:59:50Z", "2026-10-25")]
    [InlineData("2026-10-25T23:00:10Z", "2026-10-26")]
    public async Task Closes_the_day_that_it_is_in_paris(string at, string day)
    {
        await SetAndSignInAsync(at);
        Open();
        await _browser.OpenAsync($"{Hours}/fermer");
        await _browser.SubmitAsync($"{Hours}/fermer");
        _browser.Status.ShouldBe(HttpStatusCode.SeeOther, _browser.Words);
        Shop.Exceptions.Single().ShouldSatisfyAllConditions(e => Iso(e.From).ShouldBe(day), e => Iso(e.To).ShouldBe(day));
    }

    [Fact]
    public async Task Closes_neither_day_where_midnight_passed_before_it_was_confirmed()
    {
        await SetAndSignInAsync("2027-01-14T22:59:30Z");
        Open();
        await _browser.OpenAsync($"{Hours}/fermer");
        Set("2027-01-14T23:00:05Z");
        await _browser.SubmitAsync($"{Hours}/fermer", ("Reason", "Panne"));
        _browser.Status.ShouldBe(HttpStatusCode.Conflict);
        Shop.Exceptions.ShouldBeEmpty();
        _browser.Words.ShouldContain("Vous demandiez le jeudi 14 janvier, qui est terminé. Voulez-vous fermer le vendredi 15 janvier ?");
        _browser.Page.QuerySelector("[name=Reason]")!.GetAttribute("value").ShouldBe("Panne");
        await _browser.SubmitAsync($"{Hours}/fermer");
        Iso(Shop.Exceptions.Single().From).ShouldBe("2027-01-15", "asked anew, it is meant");
    }

    [Fact]
    public async Task Says_that_it_does_not_know_which_orders_while_ordering_is_away_and_closes_all_the_same()
    {
        Open();
        _host.Services.OrderingAway = true;
        (await _browser.OpenAsync($"{Hours}/fermer")).Words.ShouldContain("nous ne pouvons pas dire lesquelles sont touchées");
        await _browser.SubmitAsync($"{Hours}/fermer");
        Shop.Exceptions.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Saves_a_week_with_a_lunch_break_copied_from_one_day_to_the_open_ones()
    {
        Open();
        await _browser.OpenAsync($"{Hours}/semaine");
        _browser.Page.QuerySelector("form.week button")!.HasAttribute("name").ShouldBeFalse("what Enter presses saves");
        await PostWeekAsync(("jour1-0-de", "07:30"), ("jour1-0-a", "12:00"), ("jour1-1-de", "14:00"), ("jour1-1-a", "18:30"), ("CopierDe", "1"), ("Copier", "1"));
        _browser.Status.ShouldBe(HttpStatusCode.OK);
        _browser.Words.ShouldContain("Copié. Relisez, puis enregistrez.");
        Shop.Version.ShouldBe(1, "nothing is saved yet");
        await PostWeekAsync();
        _browser.Location.ShouldBe($"{Hours}?fait=week");
        foreach (var day in Shop.Hours.Days)
        {
            day.Blocks.ShouldBe(day.Day == 7 ? [] : [new HoursBlock("07:30", "12:00"), new HoursBlock("14:00", "18:30")], $"day {day.Day}");
        }
    }

    [Fact]
    public async Task Gets_one_more_block_where_two_are_not_enough_and_midnight_is_the_end_of_a_day()
    {
        Open();
        await _browser.OpenAsync($"{Hours}/semaine");
        await PostWeekAsync(("Plage", "2"));
        _browser.Page.QuerySelector("#jour2-2-de").ShouldNotBeNull();
        await PostWeekAsync(("jour2-2-de", "20:00"), ("jour2-2-a", "00:00"));
        Shop.Hours.Days.Single(d => d.Day == 2).Blocks[^1].ShouldBe(new HoursBlock("20:00", "24:00"));
        await _browser.OpenAsync($"{Hours}/semaine");
        _browser.Page.QuerySelector("#jour2-2-a")!.GetAttribute("value").ShouldBe("00:00");
    }

    [Theory]
    [InlineData("jour1-0-a", "07:00", "doit venir après le début")]
    [InlineData("jour1-1-de", "12:00", "se chevauchent")]
    [InlineData("jour1-1-a", "", "écrivez une heure")]
    [InlineData("jour1-0-de", "midi", "écrivez une heure")]
    [InlineData("jour7-0-de", "10:00", "décochez « fermé », ou videz les heures")]
    public async Task Keeps_what_was_typed_of_a_week_that_cannot_be_and_says_where(string field, string typed, string said)
    {
        Open();
        await _browser.OpenAsync($"{Hours}/semaine");
        await PostWeekAsync((field, typed));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain(said);
        _browser.Page.QuerySelector("#" + field)!.GetAttribute("value").ShouldBe(typed);
        _browser.Page.QuerySelector(_browser.Page.QuerySelector("#erreurs a")!.GetAttribute("href")!).ShouldNotBeNull("it leads to the field");
        Shop.Version.ShouldBe(1);
    }

    [Fact]
    public async Task Overwrites_nothing_unseen_of_what_a_colleague_saved_meanwhile()
    {
        Open();
        await _browser.OpenAsync($"{Hours}/semaine");
        _host.Services.Shops["boulangerie"] = Shop with { Version = 2, Hours = new([new DayHours(3, [new("06:00", "09:00")])]) };
        await PostWeekAsync(("jour1-0-de", "07:45"));
        _browser.Status.ShouldBe(HttpStatusCode.Conflict);
        _browser.Words.ShouldContain("Quelqu'un a changé la boutique pendant que vous écriviez");
        _browser.Words.ShouldContain("Mercredi 6 h – 9 h");
        _browser.Page.QuerySelector("#jour1-0-de")!.GetAttribute("value").ShouldBe("07:45");
        Shop.Version.ShouldBe(2);
        await PostWeekAsync();
        Shop.Hours.Days[0].Blocks[0].From.ShouldBe("07:45", "seen, and saved again");

        await _browser.OpenAsync($"{Hours}/creneaux");
        _host.Services.Shops["boulangerie"] = Shop with { Version = 9 };
        await _browser.SubmitAsync($"{Hours}/creneaux", ("Capacity", "7"), ("LeadUnit", "60"));
        (_browser.Status, Shop.Slots.Capacity).ShouldBe((HttpStatusCode.Conflict, 4));
        await _browser.SubmitAsync($"{Hours}/creneaux", ("LeadUnit", "60"));
        Shop.Slots.Capacity.ShouldBe(7);
    }

    [Fact]
    public async Task Sets_slots_capacity_lead_time_and_a_cut_off_of_its_own_for_saturday()
    {
        Open();
        await _browser.OpenAsync($"{Hours}/creneaux");
        _browser.Page.QuerySelector("#LeadUnit option[selected]")!.GetAttribute("value").ShouldBe("60");
        await _browser.SubmitAsync($"{Hours}/creneaux", ("Minutes", "15"), ("Capacity", "6"), ("Lead", "2"), ("LeadUnit", "1440"), ("CutOff", "18:00"), ("CutOff-6", "11:30"), ("Hold", "5"));
        _browser.Location.ShouldBe($"{Hours}?fait=slots");
        Shop.Slots.ShouldSatisfyAllConditions(s => (s.Minutes, s.Capacity, s.LeadMinutes, s.CutOff, s.HoldOpeningDays).ShouldBe((15, 6, 2880, "18:00", 5)), s => s.CutOffs.ShouldBe([new DayCutOff(6, "11:30")]));
        (await _browser.FollowAsync()).Words.ShouldContain("Commandes du jour même jusqu'à 18 h. Autrement : samedi 11 h 30.");

        await _browser.OpenAsync($"{Hours}/creneaux");
        await _browser.SubmitAsync($"{Hours}/creneaux", ("Minutes", "trois"), ("Capacity", "0"), ("LeadUnit", "1440"), ("Lead", "15"), ("CutOff-2", "25:00"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Page.QuerySelectorAll("#erreurs a").Select(a => a.GetAttribute("href")).ShouldBe(["#champ-Minutes", "#champ-Capacity", "#champ-Lead", "#champ-CutOff-2"]);
        _browser.Page.QuerySelector("[name=Minutes]")!.GetAttribute("value").ShouldBe("trois");
    }

    [Fact]
    public async Task Goes_on_holiday_after_seeing_whose_slots_fall_into_it()
    {
        Open();
        var (inside, opened) = (At(Today.AddDays(4), 10), At(Today.AddDays(6), 9));
        _host.Services.Shops["boulangerie"] = Shop with { Exceptions = [new(Today.AddDays(6), Today.AddDays(6), null, [new("09:00", "12:00")])] };
        await _browser.OpenAsync($"{Hours}/date?conges=1");
        await _browser.SubmitAsync($"{Hours}/date", ("From", Iso(Today.AddDays(3))));
        (_browser.Status, _browser.Words).ShouldSatisfyAllConditions(b => b.Status.ShouldBe(HttpStatusCode.UnprocessableEntity), b => b.Words.ShouldContain("Donnez le dernier jour"));
        await _browser.SubmitAsync($"{Hours}/date", ("To", Today.AddDays(17).ToString("d/M/yyyy", CultureInfo.InvariantCulture)));
        _browser.Status.ShouldBe(HttpStatusCode.OK, "typed as people write it");
        Listed().ShouldBe([inside.OrderId.ToString()], "the single day that is open stays open, and its order with it");
        opened.Status.ShouldBe("accepted");
        Shop.Exceptions.Count.ShouldBe(1);
        await _browser.SubmitAsync($"{Hours}/date", ("Confirmed", "1"));
        _browser.Location.ShouldBe($"{Hours}?fait=date#dates");
        Shop.Exceptions[1].ShouldSatisfyAllConditions(e => e.From.ShouldBe(Today.AddDays(3)), e => e.To.ShouldBe(Today.AddDays(17)), e => e.Reason.ShouldBe("Congés"));
        await _browser.OpenAsync(Hours);
        _browser.Words.ShouldContain("1 commande touchée");
    }

    [Fact]
    public async Task Opens_on_a_public_holiday_with_its_usual_hours_and_closes_again()
    {
        Open();
        var day = Today.AddDays(29);
        _host.Services.Holidays = [new PublicHoliday(day, "Noël", [], [new("08:00", "12:30")])];
        await _browser.OpenAsync(Hours);
        await _browser.OpenAsync(_browser.Page.QuerySelector("#feries")!.Closest("section")!.QuerySelector("a.btn")!.GetAttribute("href")!);
        _browser.Page.QuerySelector("#plage-0-a")!.GetAttribute("value").ShouldBe("12:30");
        await _browser.SubmitAsync($"{Hours}/date", ("plage-0-a", "11:00"));
        _browser.Words.ShouldContain("8 h – 11 h ?");
        await _browser.SubmitAsync($"{Hours}/date", ("Confirmed", "1"));
        Shop.Exceptions.Single().Blocks.ShouldBe([new HoursBlock("08:00", "11:00")]);
        _host.Services.Holidays = [_host.Services.Holidays[0] with { Blocks = [new("08:00", "11:00")] }];
        await _browser.OpenAsync(Hours);
        Browser.Plain(_browser.Page.QuerySelector("#feries")!.Closest("section")!.QuerySelector("button")!.GetAttribute("aria-label")!).ShouldBe("Fermer : Noël");
        await _browser.SubmitAsync($"{Hours}/retirer");
        Shop.Exceptions.ShouldBeEmpty();
    }

    [Fact]
    public async Task Shortened_hours_touch_only_what_lies_outside_them()
    {
        Open();
        var (early, late) = (At(Today.AddDays(1), 9), At(Today.AddDays(1), 16));
        var point = At(Today.AddDays(1), 17);
        Has(point with { Pickup = point.Pickup! with { Place = point.Pickup.Place with { Kind = "shared" } } });
        await _browser.OpenAsync($"{Hours}/date");
        var day = Iso(Today.AddDays(1));
        await _browser.SubmitAsync($"{Hours}/date", ("From", day), ("Kind", "ouvert"), ("plage-0-de", "08:00"), ("plage-0-a", "12:00"));
        Listed().ShouldBe([late.OrderId.ToString()]);
        await _browser.OpenAsync($"{Hours}/date");
        await _browser.SubmitAsync($"{Hours}/date", ("From", day), ("Kind", "ferme"));
        Listed().ShouldBe([early.OrderId.ToString(), late.OrderId.ToString(), point.OrderId.ToString()], "closed, its parcel for the point is to be brought all the same");
        _browser.Words.ShouldContain("Le point retrait garde ses horaires");
    }

    // Every field of the week goes out as it stands in the page, but for those that are typed here.
    private Task<Browser> PostWeekAsync(params (string Name, string Value)[] typed) => _browser.SubmitAsync($"{Hours}/semaine", typed);

    private List<string> Listed() => [.. _browser.Page.QuerySelectorAll(".touched a").Select(a => a.GetAttribute("href")!.Split('/')[^1])];

    private void Open() => _host.Services.Shops["boulangerie"] = ProSamples.Shop("boulangerie") with
    {
        Hours = new([.. Enumerable.Range(1, 6).Select(d => new DayHours(d, [new("08:00", "12:30"), new("15:00", "19:00")]))]),
        NextDays = [.. Enumerable.Range(0, 8).Select(d => new DayHoursOn(Today.AddDays(d), [new("08:00", "12:30"), new("15:00", "19:00")], null))],
    };

    private ShopOrderCard At(DateOnly day, int hour)
    {
        var order = ProSamples.Order("accepted", $"K7M4-{_host.Services.Orders.Count:0000}", Now);
        var start = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris") is var paris && day.ToDateTime(new TimeOnly(hour, 0)) is var local ? new DateTimeOffset(local, paris.GetUtcOffset(local)) : default;
        return Has(order with { Pickup = order.Pickup! with { Start = start, End = start.AddMinutes(30), CollectUntil = start.AddDays(3) } });
    }

    private void Set(string at) => _host.Clock.Ahead += DateTimeOffset.Parse(at, CultureInfo.InvariantCulture) - Now;

    // A session does not last from one season to another.
    private Task SetAndSignInAsync(string at)
    {
        Set(at);
        return SignInAsync("staff");
    }

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
