using System.Net;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Tests.Accounts;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>« Fournée de 7 h : 40 »: said on the product's sheet, followed and changed for one day on a list of its own, without script.</summary>
public sealed class Making_in_batches(AccountsHost host) : AtTheCounter(host)
{
    private const string Sheet = Board + "/produits/fiche/PAIN";
    private const string List = Board + "/fournees";

    [Fact]
    public async Task Is_said_on_the_sheet_row_by_row_and_taken_back_by_emptying_them()
    {
        _host.Services.Offers["PAIN"] = ProSamples.Offer("PAIN", "Pain complet", 5);
        await _browser.OpenAsync(Sheet);
        _browser.Page.QuerySelectorAll(".batch-row").Length.ShouldBe(3);
        await _browser.SubmitAsync(Sheet, ("Batches[0].Days", "2"), ("Batches[0].Days", "6"), ("Batches[0].At", "07:00"), ("Batches[0].Quantity", "40"), ("Batches[0].Before", "1"), ("Batches[0].Until", "18:00"), ("Action", "fournee"));
        _browser.Status.ShouldBe(HttpStatusCode.OK);
        _browser.Page.QuerySelectorAll(".batch-row").Length.ShouldBe(4, "one more, without script");
        _browser.Page.QuerySelector("details:has(.batch-row)")!.HasAttribute("open").ShouldBeTrue();
        _host.Services.Written.ShouldBeEmpty("nothing was saved by that press");

        await _browser.SubmitAsync(Sheet, ("Category", "pains"), ("Batches[0].Before", "1"), ("Batches[1].Days", "6"), ("Batches[1].At", "11 h 30"), ("Batches[1].Quantity", "12"), ("Batches[1].Before", "0"), ("Batches[1].Until", "9h"), ("Action", "publier"));
        _browser.Status.ShouldBe(HttpStatusCode.Redirect, _browser.Words);
        Sent.Select(b => (string.Join(',', b.Days), b.At, b.Quantity, b.OrderDaysBefore, b.OrderUntil)).ShouldBe([("2,6", "07:00", 40, 1, "18:00"), ("6", "11:30", 12, 0, "09:00")]);

        await _browser.OpenAsync(Sheet);
        _browser.Page.QuerySelectorAll("[name='Batches[0].Days'][checked]").Select(d => d.GetAttribute("value")).ShouldBe(["2", "6"]);
        _browser.Page.QuerySelector("[name='Batches[1].At']")!.GetAttribute("value").ShouldBe("11:30");
        await _browser.PostAsync(Sheet, ("Title", "Pain complet"), ("Category", "pains"), ("Price", "4"), ("Prepacked", "non"), ("Allergens", "gluten"), ("Batched", "oui"), ("Batches[0].Before", "1"), ("Action", "publier"));
        Sent.ShouldBeEmpty("sold from the shelf again");
        await _browser.PostAsync(Sheet, ("Title", "Pain complet"), ("Category", "pains"), ("Price", "4"), ("Prepacked", "non"), ("Allergens", "gluten"), ("Action", "publier"));
        _host.Services.Written["PAIN"].Batches.ShouldBeNull("a form without the rows says nothing of them");
    }

    private IReadOnlyList<WeeklyBatch> Sent => _host.Services.Written["PAIN"].Batches!;

    [Theory]
    [InlineData("07:00", "40", "18:00", "cochez au moins un jour")]
    [InlineData("matin", "40", "18:00", "donnez l'heure de la fournée", "6")]
    [InlineData("07:00", "beaucoup", "18:00", "est un nombre entier", "6")]
    public async Task A_row_that_cannot_be_is_refused_with_what_was_typed(string at, string quantity, string until, string said, string? day = null)
    {
        _host.Services.Offers["PAIN"] = ProSamples.Offer("PAIN", "Pain complet", 5);
        await _browser.OpenAsync(Sheet);
        await _browser.SubmitAsync(Sheet, [.. day is null ? Array.Empty<(string, string)>() : [("Batches[0].Days", day)], ("Batches[0].At", at), ("Batches[0].Quantity", quantity), ("Batches[0].Until", until), ("Action", "publier")]);
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain(said);
        _browser.Page.QuerySelector("#erreurs a[href='#champ-Batches']").ShouldNotBeNull();
        _browser.Page.QuerySelector("#champ-Batches").ShouldNotBeNull();
        (_browser.Page.QuerySelector("[name='Batches[0].At']")!.GetAttribute("value"), _browser.Page.QuerySelector("[name='Batches[0].Quantity']")!.GetAttribute("value")).ShouldBe((at, quantity));
        _host.Services.Written.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_the_service_refuses_is_said_at_the_rows()
    {
        _host.Services.Refusals["offers/PAIN"] = (HttpStatusCode.UnprocessableEntity, "batches-twice");
        await _browser.PostAsync(Board + "/produits/nouveau", ("Sku", "PAIN"), ("Title", "Pain complet"), ("Category", "pains"), ("Price", "4"), ("Prepacked", "non"), ("Allergens", "gluten"), ("Action", "liste"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity, _browser.Words);
        _browser.Page.QuerySelector("#fournees-erreur")!.TextContent.ShouldContain("batches-twice");
    }

    [Fact]
    public async Task A_change_of_hour_names_the_orders_that_are_fetched_before_it_and_saves_once_they_were_seen()
    {
        var offer = _host.Services.Offers["PAIN"] = ProSamples.Offer("PAIN", "Pain complet", 5);
        WeeklyBatch daily = new([1, 2, 3, 4, 5, 6, 7], "07:00", 40, 1, "18:00");
        _host.Services.Written["PAIN"] = ProSamples.Definition(offer) with { Batches = [daily] };
        var day = Languages.Ui.LocalDate(Now.AddDays(3));
        DateTimeOffset At(int hour) => new(TimeZoneInfo.ConvertTimeToUtc(day.ToDateTime(new TimeOnly(hour, 0)), TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris")));
        ShopOrderCard Order(string who, int from, int quantity, string status = "accepted") => Has(ProSamples.Order(status, "REF" + from, Now, ProSamples.Bread with { OfferId = offer.OfferId, Quantity = quantity, BatchAt = At(7) }) with
        {
            Customer = who,
            Pickup = ProSamples.Order(status, "x", Now).Pickup! with { Start = At(from), End = At(from).AddMinutes(30) },
        });
        Order("Anne T.", 9, 3);
        Order("Basile T.", 10, 1, "requested");
        Order("Chloé T.", 11, 2);
        Order("Driss T.", 10, 5, "ready");
        // Asked whether she takes two of them for what is missing.
        Has(Order("Élise T.", 8, 1) with
        {
            Lines = [ProSamples.Bread with { Shortage = new(Guid.NewGuid(), "open", 2, 0, 0, 900, Now.AddHours(1), new(offer.OfferId, "PAIN", null, "Pain complet", SaleUnit.Piece, 2, 450, 5.5m, 900, false, false, BatchAt: At(7))) }],
        });

        await _browser.OpenAsync(Sheet);
        await _browser.SubmitAsync(Sheet, ("Category", "pains"), ("Batches[0].At", "11:00"), ("Action", "publier"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity, _browser.Words);
        _browser.Words.ShouldContain("3 commandes se retirent avant que leur fournée sorte");
        _browser.Page.QuerySelectorAll(".notice.warn li").Select(l => Browser.WordsOf(l)[..7]).ShouldBe(["Élise T", "Anne T.", "Basile "]);
        Browser.WordsOf(_browser.Page.QuerySelector(".notice.warn")).ShouldContain("fournée de 11 h");
        Sent.Single().At.ShouldBe("07:00", "nothing is saved yet");
        _browser.Page.QuerySelector("[name='Batches[0].At']")!.GetAttribute("value").ShouldBe("11:00");

        // Another hour than the one that was seen is asked about anew.
        await _browser.SubmitAsync(Sheet, ("Category", "pains"), ("Batches[0].At", "12:00"), ("Action", "publier"));
        _browser.Words.ShouldContain("4 commandes se retirent avant");
        await _browser.SubmitAsync(Sheet, ("Category", "pains"), ("Action", "publier"));
        _browser.Status.ShouldBe(HttpStatusCode.Redirect, _browser.Words);
        Sent.Single().At.ShouldBe("12:00");
    }

    [Fact]
    public void On_the_night_when_the_clocks_change_a_batch_moves_by_the_clock()
    {
        var (at, before) = (new DateTimeOffset(2027, 3, 27, 23, 0, 0, TimeSpan.Zero), new WeeklyBatch([7], "00:00", 40, 1, "18:00")); // midnight; at two it is three
        Merchants.Products.MovedBatches.Moved(at, [before], [before with { At = "07:00" }], at).ShouldBe(at.AddHours(6));
    }

    [Theory]
    [InlineData("07:00", "07:00", null)]
    [InlineData("07:00", "11:00", 11)]
    [InlineData("07:00 16:00", "08:00 17:00", 8)]
    [InlineData("07:00 16:00", "07:00 17:00", null)]
    [InlineData("06:00 07:00", "09:00", 9)] // two are made as one
    [InlineData("07:00", "", null)] // no longer planned: made apart
    [InlineData("06:00 07:00", "08:00 09:00", 8, 6)] // one of the two is made already, and takes no hour that comes
    [InlineData("07:00 16:00", "06:00 17:00", 17, 6)] // to an hour that is over nothing moves
    [InlineData("06:00 07:00", "06:15 07:00", null, 6)]
    public void A_batch_moves_as_Catalog_moves_it(string before, string after, int? to, int halfPast = 0)
    {
        var at = new DateTimeOffset(2026, 12, 12, 7, 0, 0, TimeSpan.FromHours(1));
        Merchants.Products.MovedBatches.Moved(at, Plan(before), Plan(after), at.AddHours(halfPast - 7).AddMinutes(30)).ShouldBe(to is { } hour ? at.AddHours(hour - 7) : null);

        static WeeklyBatch[] Plan(string hours) => [.. hours.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(h => new WeeklyBatch([6], h, 40, 1, "18:00"))];
    }

    [Fact]
    public async Task An_order_that_is_fetched_before_its_batch_is_marked()
    {
        var order = ProSamples.Order("accepted", "TARD", Now);
        Has(order with { Lines = [ProSamples.Bread with { BatchAt = order.Pickup!.Start.AddHours(1) }] });
        (await _browser.OpenAsync(Board)).Words.ShouldContain("après le retrait");
        (await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}")).Words.ShouldContain("après le retrait");
        Has(order with { Lines = [ProSamples.Bread with { BatchAt = order.Pickup!.Start.AddHours(-1) }] });
        (await _browser.OpenAsync(Board)).Words.ShouldNotContain("après le retrait");
        Has(order with { Pickup = order.Pickup with { Place = order.Pickup.Place with { Kind = "shared" } }, Lines = [ProSamples.Bread with { BatchAt = order.Pickup!.Start }] });
        (await _browser.OpenAsync(Board)).Words.ShouldContain("trop tard pour le point retrait");
        (await _browser.OpenAsync($"{Board}/commandes/{order.OrderId}")).Words.ShouldContain("trop tard pour le point retrait");
    }

    [Fact]
    public async Task Batches_of_days_on_leave_do_not_take_place_but_what_was_ordered_stays_in_sight()
    {
        var today = Languages.Ui.LocalDate(Now);
        _host.Services.Shops["boulangerie"] = ProSamples.Shop("boulangerie") with { Exceptions = [new(today.AddDays(3), today.AddDays(6), "Congés de Noël", []), new(today.AddDays(5), today.AddDays(5), null, [new("08:00", "12:00")])] };
        for (var day = 2; day <= 7; day++)
        {
            var at = new DateTimeOffset(Now.UtcDateTime.Date.AddDays(day).AddHours(8), TimeSpan.Zero);
            _host.Services.Batches[(ProSamples.Bread.OfferId, at)] = new(ProSamples.Bread.OfferId, "PAIN", "Pain complet", at, at.AddHours(-13), 40, day == 4 ? 3 : 0, 40, Collectable: day is 2 or 5);
        }

        await _browser.OpenAsync(List);
        Browser.WordsOf(_browser.Page.QuerySelector($"#ferme-{today.AddDays(3):yyyy-MM-dd}")).ShouldMatch("^Vous êtes fermé : du .+ au .+ \\(Congés de Noël\\)$");
        _browser.Page.QuerySelectorAll("[id^='ferme-']").Length.ShouldBe(1, "one leave is said once");
        _browser.Page.QuerySelectorAll("h2[id^='jour-']").Select(h => h.Id).ShouldBe([.. new[] { 2, 4, 5, 7 }.Select(d => $"jour-{today.AddDays(d):yyyy-MM-dd}")], "the days on leave are left out, but for the one with orders");
        Browser.WordsOf(_browser.Page.QuerySelector($"[aria-labelledby='jour-{today.AddDays(4):yyyy-MM-dd}']")).ShouldContain("celles-ci étaient déjà commandées");
        Browser.WordsOf(_browser.Page.QuerySelector($"[aria-labelledby='jour-{today.AddDays(7):yyyy-MM-dd}']")).ShouldContain("elle n'est pas proposée");
        _browser.Words.ShouldContain("3 sur 40");
        _browser.Page.QuerySelector("main a[href$='/horaires']").ShouldNotBeNull();
    }

    [Fact]
    public async Task The_coming_ones_are_followed_and_one_day_s_quantity_is_changed()
    {
        (await _browser.OpenAsync(List)).Words.ShouldContain("Aucune fournée à venir");
        var at = new DateTimeOffset(Now.UtcDateTime.Date.AddDays(3).AddHours(6), TimeSpan.Zero);
        _host.Services.Batches[(ProSamples.Bread.OfferId, at)] = new(ProSamples.Bread.OfferId, "PAIN", "Pain complet", at, at.AddHours(-13), 40, 31, 40);
        await _browser.OpenAsync(Board + "/stock");
        await _browser.OpenAsync(_browser.Page.QuerySelector("main a[href$='/fournees']")!.GetAttribute("href")!);
        _browser.Words.ShouldContain("31 sur 40");
        _browser.Words.Contains("La boutique est fermée ce jour-là : elles ne se retirent qu'à un point retrait").ShouldBe(at.DayOfWeek != DayOfWeek.Monday, "the sample is open on Mondays alone");
        await _browser.SubmitAsync(List, ("Quantity", "60"));
        (_browser.Status, _browser.Location!).ShouldSatisfyAllConditions(a => a.Status.ShouldBe(HttpStatusCode.SeeOther), a => a.Item2.ShouldStartWith(List + "?fait="));
        (await _browser.FollowAsync()).Words.ShouldContain("C'est enregistré");
        _browser.Words.ShouldContain("31 sur 60");
        await _browser.SubmitAsync(List, ("Quantity", "12"));
        (_browser.Status, _browser.Page.QuerySelector("[name=Quantity]")!.GetAttribute("value"), _browser.Page.QuerySelector(".batch details")!.HasAttribute("open")).ShouldBe((HttpStatusCode.UnprocessableEntity, "12", true));
        _browser.Words.ShouldContain("below-ordered");
        await _browser.SubmitAsync(List, ("Quantity", "-3"));
        (_browser.Status, _browser.Page.QuerySelector("[name=Quantity]")!.GetAttribute("aria-invalid")).ShouldBe((HttpStatusCode.UnprocessableEntity, "true"));
        await _browser.SubmitAsync(List, ("Quantity", ""));
        (await _browser.FollowAsync()).Words.ShouldContain("31 sur 40");
    }
}
