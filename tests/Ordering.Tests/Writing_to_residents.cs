using System.Net.Mail;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.EventStore.Postgres;
using Marketplace.Ordering.Notifications;
using Marketplace.Ordering.Orders;
using Microsoft.Extensions.DependencyInjection;
using static Marketplace.Ordering.Tests.OrderingHost;

namespace Marketplace.Ordering.Tests;

/// <summary>The mails: once per event, in the resident's language, kept until the mail server takes them.</summary>
public sealed class Writing_to_residents(OrderingHost host) : IClassFixture<OrderingHost>
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task The_confirmation_has_the_code_the_slots_and_the_link()
    {
        var (one, other) = (await host.ShopAsync(), await host.ShopAsync());
        var order = await PlaceAsync(host.Anonymous, host.Basket((one, OfferId.New(), 2), (other, OfferId.New(), 1)));
        var mail = await MailAsync(order, "confirmée");
        (mail.ToAddress, mail.ToName, mail.Locale).ShouldBe(("claire.durand@exemple.fr", "Claire Durand", "fr"));
        foreach (var body in new[] { mail.Text, System.Net.WebUtility.HtmlDecode(mail.Html) })
        {
            body.ShouldContain(order.PickupCode!);
            body.ShouldContain($"https://panier.example/commandes/{order.OrderId}?jeton={order.AccessToken}");
            body.ShouldContain(one.Name);
            body.ShouldContain(other.Name);
            body.ShouldContain("13,50\u202F€");
            body.ShouldContain("12 rue de la République, 69600 Oullins-Pierre-Bénite");
        }

        mail.Text.ShouldContain("jusqu’au début de la préparation");
        mail.Text.ShouldNotContain("obligation"); // a reservation owes nothing
    }

    [Fact]
    public async Task A_ready_mail_that_waited_until_the_goods_were_collected_calls_nobody_any_more()
    {
        var shop = await host.ShopAsync();
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        await MailAsync(order, "confirmée");
        host.Mails.Refusing = new SmtpException(SmtpStatusCode.ServiceNotAvailable, "away");
        await ActAsync(host.Member(shop), shop, order.OrderId, "ready");
        await ActAsync(host.Member(shop), shop, order.OrderId, "handover", new HandOver(order.PickupCode!));
        host.Clock.Pass(TimeSpan.FromMinutes(10));
        host.Mails.Refusing = null;
        await Eventually.BecomesAsync(async () => await host.ScalarAsync<long>("select count(*) from due_work where key like $1", order.OrderId + "%") == 0, Long);
        Of(order).ShouldHaveSingleItem().Subject.ShouldContain("confirmée");
    }

    [Fact]
    public async Task Each_moment_of_a_shop_order_is_told_once()
    {
        var (one, other, third) = (await host.ShopAsync(), await host.ShopAsync(), await host.ShopAsync());
        var (bread, cake) = (OfferId.New(), OfferId.New());
        var order = await PlaceAsync(host.Anonymous, host.Basket((one, bread, 1), (one, cake, 1), (other, OfferId.New(), 1), (third, OfferId.New(), 1)));
        await ActAsync(host.Member(one), one, order.OrderId, "decline", new Decline("Plus de farine", [bread]));
        (await MailAsync(order, "un article manque")).Text.ShouldContain("indisponible (Plus de farine)");
        await ActAsync(host.Member(one), one, order.OrderId, "ready");
        host.Clock.Pass(ShopSteps.MailAfter);
        (await MailAsync(order, $"C’est prêt chez {one.Name}")).Text.ShouldContain(order.PickupCode!);
        await ActAsync(host.Member(other), other, order.OrderId, "decline", new Decline("Fermé pour travaux", null));
        (await MailAsync(order, $"{other.Name} ne peut pas préparer")).Text.ShouldContain("Fermé pour travaux");
        await host.Anonymous.PostAsync($"/api/v1/orders/{order.OrderId}/cancellation?token={order.AccessToken}", null);
        (await MailAsync(order, "annulée")).Text.ShouldContain(third.Name);

        host.Clock.Pass(TimeSpan.FromDays(2.3));
        (await MailAsync(order, "N’oubliez pas")).Text.ShouldContain("Après, elle sera remise en rayon.");
        host.Clock.Pass(TimeSpan.FromDays(1));
        (await MailAsync(order, "délai de retrait est passé")).Text.ShouldContain(one.Name);
        (await host.GetAsync(order)).Status.ShouldBe("completed");
        await Eventually.BecomesAsync(async () => await host.ScalarAsync<long>("select count(*) from due_work where key like $1", order.OrderId + "%") == 0, Long);
        Of(order).Count().ShouldBe(7);
        Of(order).Select(m => m.MessageId).Distinct().Count().ShouldBe(7);
    }

    [Fact]
    public async Task English_readers_get_english()
    {
        var order = await PlaceAsync(host.Anonymous, host.Basket((await host.ShopAsync(), OfferId.New(), 2)) with { Locale = "en" });
        var mail = await MailAsync(order, "confirmed");
        mail.Text.ShouldContain("Your pickup code:");
        mail.Text.ShouldContain("€9.00");
        mail.Html.ShouldContain("lang=\"en\"");
    }

    [Fact]
    public async Task A_mail_server_that_is_away_gets_its_mails_later()
    {
        host.Mails.Refusing = new SmtpException(SmtpStatusCode.ServiceNotAvailable, "away");
        var order = await PlaceAsync(host.Anonymous, host.Basket((await host.ShopAsync(), OfferId.New(), 1)));
        await Eventually.BecomesAsync(() => host.Mails.Refused > 0, Long);
        order.Status.ShouldBe("confirmed", "an order never waits for a mail");
        host.Mails.Refusing = null;
        host.Clock.Pass(TimeSpan.FromMinutes(1));
        await MailAsync(order, "confirmée");
        Of(order).Count().ShouldBe(1);
    }

    [Fact]
    public async Task An_address_that_does_not_exist_is_not_tried_for_ever()
    {
        host.Mails.Refusing = new SmtpFailedRecipientException(SmtpStatusCode.MailboxUnavailable, "claire.durand@exemple.fr");
        var order = await PlaceAsync(host.Anonymous, host.Basket((await host.ShopAsync(), OfferId.New(), 1)));
        await Eventually.BecomesAsync(async () => await host.ScalarAsync<long>("select count(*) from due_work where kind = 'mail' and key like $1", order.OrderId + "%") == 0, Long);
        host.Mails.Refusing = null;
        Of(order).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("shortage", "fr", "rupture de stock"), InlineData("quality", "fr", "pas assez bon"), InlineData("closed", "fr", "doit fermer"), InlineData("Four en panne", "fr", "Four en panne")]
    [InlineData("shortage", "en", "out of stock"), InlineData("quality", "en", "not good enough"), InlineData("closed", "en", "has to close"), InlineData("Four en panne", "en", "Four en panne")]
    public void Reasons_are_words_in_the_readers_language(string reason, string locale, string said)
    {
        var contact = new OrderContact(Sample.Order, null, "Eve", "eve@exemple.fr", null, locale, null);
        foreach (var (kind, happened) in new (NoticeKind, OrderEvent)[]
        {
            (NoticeKind.Declined, new OrderEvent.ShopDeclined(Sample.Bakery, reason)), (NoticeKind.LinesDeclined, new OrderEvent.LinesDeclined(Sample.Bakery, [Sample.Bread], reason, 1080)),
        })
        {
            var history = OrderHistory.None(Sample.Order).With([.. Sample.Standing, happened], Sample.Now);
            var mail = host.App.Services.GetRequiredService<MailComposer>().Compose(new Notice(kind, [Sample.Bakery], 6, Sample.Now), history, contact);
            if (kind == NoticeKind.Declined || reason != "shortage") // a line that is unavailable says so by itself
            {
                mail.Text.ShouldContain(said);
            }

            if (said != reason)
            {
                mail.Text.ShouldNotContain(reason);
            }
        }
    }

    [Theory]
    [InlineData("fr", "Tout au même endroit"), InlineData("en", "All in one place")]
    public void The_confirmation_says_once_where_several_shops_parcels_are_collected(string locale, string said)
    {
        var mail = Confirmation(locale, Sample.BookedThere);
        foreach (var body in new[] { mail.Text, System.Net.WebUtility.HtmlDecode(mail.Html) })
        {
            body.ShouldContain(said);
            body.Split("12 rue de la République").Length.ShouldBe(2, "the address stands once");
            body.ShouldContain("Pain complet");
            body.ShouldContain("L’Étranger");
        }

        mail.Html.ShouldNotContain("<p style=\"margin-top:0\"></p>");
        var longer = Confirmation(locale, Sample.BookedThere with { Bookings = [.. Sample.BookedThere.Bookings.Select((b, i) => b with { Pickup = b.Pickup with { CollectUntil = b.Pickup.CollectUntil.AddDays(i) } })] }).Text;
        longer.ShouldContain(said);
        longer.Split("12 rue de la République").Length.ShouldBe(2, "however long each lets its part lie there, it is one way");
        longer.Split(locale == "fr" ? "Gardée jusqu’au" : "Kept until").Length.ShouldBe(3, longer);
        Confirmation(locale, Sample.Booked).Text.Split("12 rue de la République").Length.ShouldBe(3, "each shop's own address");
    }

    [Fact]
    public void The_mail_and_the_page_tell_of_the_shops_in_the_order_in_which_one_comes_by()
    {
        var sooner = Sample.Booked with { Bookings = [Sample.Booked.Bookings[0], Sample.Booked.Bookings[1] with { Pickup = Sample.Booked.Bookings[1].Pickup with { Start = Sample.SlotStart.AddHours(-1) } }] };
        var mail = Confirmation("fr", sooner).Text;
        mail.IndexOf("La Plume", StringComparison.Ordinal).ShouldBeLessThan(mail.IndexOf("Au bon pain", StringComparison.Ordinal));
        var keepers = host.App.Services.GetRequiredService<PointKeepers>();
        OrderViews.Resident(History(sooner), Eve("fr"), null, keepers).ShopOrders.Select(s => s.Name).ShouldBe(["La Plume", "Au bon pain"]);
        OrderViews.Resident(History(Sample.Booked), Eve("fr"), null, keepers).ShopOrders.Select(s => s.Name).ShouldBe(["Au bon pain", "La Plume"], "at one hour and one place, as they were put into the basket");
    }

    [Fact]
    public void From_each_place_one_goes_to_the_nearest_next_one_of_that_hour()
    {
        var shops = new[] { (0.000, 0), (0.004, 0), (0.001, 0), (0.002, 1) }.Select((at, i) => At(i, at.Item1, at.Item2)).ToList();
        WalkingOrder.Of([shops[3], .. shops.Take(3)]).Select(s => s.Slug).ShouldBe(["s0", "s2", "s1", "s3"]);

        static ShopOrder At(int i, double north, int hours) => ((Order.Confirmed)History(Sample.Booked).State).ShopOrders[0] is var shop
            ? shop with { Slug = $"s{i}", Pickup = shop.Pickup with { Start = Sample.SlotStart.AddHours(hours), Place = shop.Pickup.Place with { Position = new(45.7 + north, 4.8) } } } : null!;
    }

    [Theory]
    [InlineData(nameof(NoticeKind.LinesDeclined), 3270), InlineData(nameof(NoticeKind.Declined), 2190), InlineData(nameof(NoticeKind.Cancelled), 2190), InlineData(nameof(NoticeKind.ShortageLapsed), 3720), InlineData(nameof(NoticeKind.Ready), 3990)]
    public void What_the_order_comes_to_now_is_said_as_its_page_says_it(string notice, long cents)
    {
        var kind = Enum.Parse<NoticeKind>(notice);
        OrderEvent[] happened = kind switch
        {
            NoticeKind.LinesDeclined => [new OrderEvent.LinesDeclined(Sample.Bakery, [Sample.Bread], "shortage", 1080)],
            NoticeKind.Declined => [new OrderEvent.ShopDeclined(Sample.Bakery, "closed")],
            NoticeKind.Cancelled => [new OrderEvent.ShopCancelled(Sample.Bakery)],
            NoticeKind.ShortageLapsed => [new OrderEvent.ShortageProposed(Sample.Bakery, Sample.Proposal(1), Sample.Bread, 1, Sample.Now.AddHours(1)), new OrderEvent.ShortageLapsed(Sample.Bakery, Sample.Proposal(1), Sample.Bread, false, 1530)],
            _ => [Sample.BakeryReady with { Finals = [new(Sample.Bread, 2), new(Sample.Brioche, 500)], TotalCents = 1800 }],
        };
        foreach (var locale in new[] { "fr", "en" })
        {
            var history = OrderHistory.None(Sample.Order).With([.. Sample.Standing, .. happened], Sample.Now);
            OrderViews.Resident(history, Eve(locale), null, host.App.Services.GetRequiredService<PointKeepers>()).TotalCents.ShouldBe(cents);
            var said = locale == "fr" ? "Total de votre commande maintenant\u00a0: " : "Your order now comes to: ";
            var mail = Told(kind, history, locale);
            mail.Text.ShouldContain(said + new MailFormat(locale == "en").Money(cents));
            System.Net.WebUtility.HtmlDecode(mail.Html).ShouldContain(said + new MailFormat(locale == "en").Money(cents));
        }
    }

    [Fact]
    public void No_new_total_is_said_of_an_order_that_is_as_it_was_nor_one_of_nothing()
    {
        Told(NoticeKind.Ready, OrderHistory.None(Sample.Order).With([.. Sample.Standing, Sample.BakeryReady], Sample.Now), "fr").Text.ShouldNotContain("maintenant");
        var nothing = Told(NoticeKind.Declined, OrderHistory.None(Sample.Order).With([.. Sample.Standing, new OrderEvent.ShopDeclined(Sample.Bookshop, "closed"), new OrderEvent.ShopDeclined(Sample.Bakery, "closed")], Sample.Now), "fr").Text;
        nothing.ShouldContain("Il ne reste rien de votre commande\u00a0: plus rien n’est dû.");
        nothing.ShouldNotContain("maintenant");
    }

    [Fact]
    public void Names_and_reasons_cannot_write_html()
    {
        var history = OrderHistory.None(Sample.Order).With([.. Sample.Standing, new OrderEvent.ShopDeclined(Sample.Bakery, "<script>x</script>")], Sample.Now);
        var mail = host.App.Services.GetRequiredService<MailComposer>().Compose(new Notice(NoticeKind.Declined, [Sample.Bakery], 6, Sample.Now), history,
            new OrderContact(Sample.Order, null, "<b>Eve</b>", "eve@exemple.fr", null, "fr", null));
        mail.Html.ShouldNotContain("<script>");
        mail.Html.ShouldNotContain("<b>Eve");
        mail.Text.ShouldContain("<script>x</script>");
    }

    [Fact]
    public void Times_weights_and_prices_are_written_as_people_read_them()
    {
        var (french, english) = (new MailFormat(english: false), new MailFormat(english: true));
        var line = new OrderLine(OfferId.New(), "S", null, "Pain", "pains", SaleUnit.Piece, 1, 450, 5.5m, false, false);
        french.Name(line).ShouldBe("Pain");
        (MailFormat.At("Le Fournil"), MailFormat.At("Chez Zoé")).ShouldBe(("chez Le Fournil", "chez Zoé"));
        french.Name(line with { SecondHand = true, BatchAt = new DateTimeOffset(2026, 12, 12, 6, 0, 0, TimeSpan.Zero) }).ShouldBe("Pain (occasion, fournée de 7\u202Fh)");
        english.Name(line with { BatchAt = new DateTimeOffset(2026, 12, 12, 6, 0, 0, TimeSpan.Zero) }).ShouldBe("Pain (07:00 batch)");
        var pickup = Sample.Booked.Bookings[0].Pickup with { Start = new(2026, 12, 12, 9, 0, 0, TimeSpan.Zero), End = new(2026, 12, 12, 9, 30, 0, TimeSpan.Zero) };
        french.Slot(pickup).ShouldBe("samedi 12 décembre, 10\u202Fh – 10\u202Fh\u202F30");
        english.Slot(pickup).ShouldBe("Saturday 12 December, 10:00 – 10:30");
        french.Moment(new(2026, 8, 1, 17, 0, 0, TimeSpan.Zero)).ShouldBe("samedi 1er août, 19\u202Fh");
        french.Money(123456).ShouldBe("1\u202F234,56\u202F€");
        english.Money(123456).ShouldBe("€1,234.56");
        french.Quantity(SaleUnit.Weight, 540).ShouldBe("540\u202Fg");
        french.Quantity(SaleUnit.Weight, 1250).ShouldBe("1,25\u202Fkg");
        french.Quantity(SaleUnit.Piece, 3).ShouldBe("3\u202F×");
    }

    [Fact]
    public async Task That_goods_are_ready_is_told_once_the_tap_can_no_longer_be_taken_back_and_of_a_tap_taken_back_nothing()
    {
        var shop = await host.ShopAsync();
        using var staff = host.Member(shop);
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        await MailAsync(order, "confirmée");
        var slip = await ActAsync(staff, shop, order.OrderId, "ready");
        (await DueAsync() - slip.ChangedAt!.Value.UtcDateTime).ShouldBe(ShopSteps.MailAfter, TimeSpan.FromMilliseconds(1));
        await ActAsync(staff, shop, order.OrderId, "undo", new TakeBack(slip.Step!.Version));
        await ActAsync(staff, shop, order.OrderId, "ready");
        host.Clock.Pass(ShopSteps.MailAfter);
        await MailAsync(order, "C’est prêt");
        await Eventually.BecomesAsync(async () => await WaitingAsync() == 0, Long);
        Of(order).Count().ShouldBe(2, "the confirmation, and one ready mail");

        Task<DateTime> DueAsync() => host.ScalarAsync<DateTime>("select due_at from due_work where kind = 'mail' and key like $1", order.OrderId + "/%");
        Task<long> WaitingAsync() => host.ScalarAsync<long>("select count(*) from due_work where kind = 'mail' and key like $1", order.OrderId + "/%");
    }

    [Theory]
    [InlineData("handover", 1), InlineData("decline", 2)]
    public async Task Nobody_is_called_to_goods_that_were_handed_over_or_declined_within_those_seconds(string then, int mails)
    {
        var shop = await host.ShopAsync();
        using var staff = host.Member(shop);
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        await MailAsync(order, "confirmée");
        await ActAsync(staff, shop, order.OrderId, "ready");
        await ActAsync(staff, shop, order.OrderId, then, then == "handover" ? new HandOver(order.PickupCode!) : new Decline("Tombée par terre", null));
        host.Clock.Pass(ShopSteps.MailAfter);
        await Eventually.BecomesAsync(async () => await host.ScalarAsync<long>("select count(*) from due_work where kind = 'mail' and key like $1", order.OrderId + "/%") == 0, Long);
        Of(order).Count().ShouldBe(mails);
        Of(order).ShouldNotContain(m => m.Subject.Contains("C’est prêt", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_ready_mail_that_was_under_way_when_its_tap_was_taken_back_does_not_leave()
    {
        var shop = await host.ShopAsync();
        using var staff = host.Member(shop);
        var order = await PlaceAsync(host.Anonymous, host.Basket((shop, OfferId.New(), 1)));
        await MailAsync(order, "confirmée");
        var slip = await ActAsync(staff, shop, order.OrderId, "ready");
        var notice = new Notice(NoticeKind.Ready, [shop.Id], slip.Step!.Version, slip.ChangedAt!.Value);
        var taken = new DueWork(Notice.WorkKind, Notice.KeyOf(order.OrderId, notice.Version), notice.LeavesAt, JsonSerializer.Serialize(notice, NoticeJson.Default.Notice), 1);
        var mails = host.App.Services.GetServices<IDueWorkHandler>().Single(h => h.Kind == Notice.WorkKind);

        await ActAsync(staff, shop, order.OrderId, "undo", new TakeBack(slip.Step.Version));
        (await mails.HandleAsync(taken, TestContext.Current.CancellationToken)).ShouldBeNull();
        Of(order).ShouldHaveSingleItem("the confirmation");

        await ActAsync(staff, shop, order.OrderId, "ready");
        await mails.HandleAsync(taken, TestContext.Current.CancellationToken);
        Of(order).ShouldHaveSingleItem("the second tap has a mail of its own");
    }

    private Mail Confirmation(string locale, OrderEvent.SlotsBooked booked) => host.App.Services.GetRequiredService<MailComposer>().Compose(new Notice(NoticeKind.Confirmed, [], 4, Sample.Now), History(booked), Eve(locale));

    private Mail Told(NoticeKind kind, OrderHistory history, string locale) => host.App.Services.GetRequiredService<MailComposer>().Compose(new Notice(kind, [Sample.Bakery], 6, Sample.Now), history, Eve(locale));

    private static OrderHistory History(OrderEvent.SlotsBooked booked) => OrderHistory.None(Sample.Order).With([Sample.Placed, Sample.Reserved, booked, Sample.Confirmed], Sample.Now);

    private static OrderContact Eve(string locale) => new(Sample.Order, null, "Eve", "eve@exemple.fr", null, locale, null);

    private IEnumerable<Mail> Of(OrderView order) => host.Mails.All.Where(m => m.MessageId.Contains(order.OrderId.ToString(), StringComparison.Ordinal));

    private async Task<Mail> MailAsync(OrderView order, string subject)
    {
        await Eventually.BecomesAsync(() => Of(order).Any(m => m.Subject.Contains(subject, StringComparison.Ordinal)), Long, subject);
        return Of(order).Single(m => m.Subject.Contains(subject, StringComparison.Ordinal));
    }
}
