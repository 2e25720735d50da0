using System.Net;
using Marketplace.Contracts.Ordering.Api;

namespace Marketplace.Storefront.Tests.Residents;

public sealed class An_order_page(ResidentsHost host) : IClassFixture<ResidentsHost>
{
    [Fact]
    public async Task Opens_with_its_token_only()
    {
        var order = Placed();
        (await host.Visitor().OpenAsync($"/commandes/{order.OrderId}?jeton=faux")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await host.Visitor().OpenAsync($"/commandes/{order.OrderId}")).Status.ShouldBe(HttpStatusCode.NotFound);
        var visitor = await host.Visitor().OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.Status.ShouldBe(HttpStatusCode.OK);
        visitor.Words.ShouldContain("C'est réservé !");
        visitor.Answer.Headers.GetValues("Referrer-Policy").Single().ShouldBe("same-origin", "the token stays on this site");
    }

    [Fact]
    public async Task Says_that_the_code_is_every_shops_where_there_are_several()
    {
        (await host.Visitor().OpenAsync($"/commandes/{Placed().OrderId}?jeton=jeton-secret")).Words.ShouldContain("Le même pour toutes les boutiques.");
        var one = Placed(o => o with { ShopOrders = [o.ShopOrders[0]] });
        var visitor = await host.Visitor().OpenAsync($"/commandes/{one.OrderId}?jeton=jeton-secret");
        visitor.Words.ShouldContain("Montrez ce code ou dites-le au comptoir.");
        visitor.Words.ShouldNotContain("toutes les boutiques");
    }

    [Theory]
    [InlineData("fr", 1, true, "Le Fournil : fermé à l'heure de votre retrait", "Votre commande n'est pas annulée. Venez à partir du", "Cela ne vous convient pas ? Vous pouvez annuler")]
    [InlineData("fr", 9, false, "Le Fournil : fermé à l'heure de votre retrait", "Prévenez la boutique pour convenir d'une autre heure", "La préparation a commencé")]
    [InlineData("en", 1, true, "Le Fournil: closed at your pickup time", "Your order is not cancelled. Come from", "You can cancel")]
    public async Task Says_that_the_shop_is_closed_at_its_time_and_what_can_be_done(string language, int days, bool cancellable, params string[] said)
    {
        var reopens = DateTimeOffset.UtcNow.AddDays(1 + days);
        var order = Placed(o => o with { ShopOrders = [o.ShopOrders[0] with { Cancellable = cancellable, Pickup = o.ShopOrders[0].Pickup! with { Shut = true, Reopens = reopens } }] });
        var visitor = await host.Visitor(language).OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        said.ShouldAllBe(words => visitor.Words.Contains(words, StringComparison.Ordinal), visitor.Words);
        (await host.Visitor(language).OpenAsync($"/commandes/{Placed().OrderId}?jeton=jeton-secret")).Words.ShouldNotContain(said[0]);
        // Once it is open again there is nothing to say any more.
        var open = Placed(o => o with { ShopOrders = [o.ShopOrders[0] with { Pickup = o.ShopOrders[0].Pickup! with { Shut = true, Reopens = DateTimeOffset.UtcNow.AddMinutes(-1) } }] });
        (await host.Visitor(language).OpenAsync($"/commandes/{open.OrderId}?jeton=jeton-secret")).Words.ShouldNotContain(said[0]);
    }

    [Theory]
    [InlineData("fr", "Votre nom et vos coordonnées sont effacés de cette commande.")]
    [InlineData("en", "Your name and how to reach you are erased from this order.")]
    public async Task Says_that_it_no_longer_knows_whose_it_was(string language, string said)
    {
        var order = Placed(o => o with { Status = "completed", Contact = null });
        (await host.Visitor(language).OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret")).Words.ShouldContain(said);
        (await host.Visitor(language).OpenAsync($"/commandes/{Placed().OrderId}?jeton=jeton-secret")).Words.ShouldNotContain(said);
    }

    [Theory]
    [InlineData("fr", "occasion", "fournée de 7 h")]
    [InlineData("en", "second-hand", "07:00 batch")]
    public async Task Says_beside_its_price_what_was_owned_before_and_of_which_batch_a_thing_is(string language, params string[] said)
    {
        var morning = new DateTimeOffset(2026, 12, 12, 6, 0, 0, TimeSpan.Zero);
        var order = Placed(o => o with { ShopOrders = [o.ShopOrders[0] with { Lines = [o.ShopOrders[0].Lines[0] with { SecondHand = true, BatchAt = morning }] }] });
        var visitor = await host.Visitor(language).OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        said.ShouldAllBe(word => visitor.Words.Contains(word));
    }

    [Theory]
    [InlineData(true, "Vous pouvez annuler, jusqu'au début de la préparation.")]
    [InlineData(false, "La préparation a commencé : prévenez la boutique")]
    public async Task Says_that_the_batch_is_ready_after_the_pickup_begins_and_what_can_be_done(bool cancellable, string what)
    {
        var order = Placed(o => o with { ShopOrders = [o.ShopOrders[0] with { Status = "accepted", Cancellable = cancellable, Lines = [o.ShopOrders[0].Lines[0] with { BatchAt = o.ShopOrders[0].Pickup!.Start.AddHours(1) }] }] });
        var visitor = await host.Visitor().OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.Words.ShouldContain("après le début de votre retrait");
        visitor.Words.ShouldContain("Venez après la fournée");
        visitor.Words.ShouldContain(what);
        var well = Placed(o => o with { ShopOrders = [o.ShopOrders[0] with { Status = "accepted", Lines = [o.ShopOrders[0].Lines[0] with { BatchAt = o.ShopOrders[0].Pickup!.Start }] }] });
        (await host.Visitor().OpenAsync($"/commandes/{well.OrderId}?jeton=jeton-secret")).Words.ShouldNotContain("après le début de votre retrait");

        // At a shared point it has to be carried first.
        var shared = Placed(o => o with { ShopOrders = [o.ShopOrders[0] with { Status = "accepted", Pickup = o.ShopOrders[0].Pickup! with { Place = o.ShopOrders[0].Pickup!.Place with { Kind = "shared", Slug = "halles" } }, Lines = [o.ShopOrders[0].Lines[0] with { BatchAt = o.ShopOrders[0].Pickup!.Start }] }] });
        (await host.Visitor().OpenAsync($"/commandes/{shared.OrderId}?jeton=jeton-secret")).Words.ShouldContain("elle arrive au point retrait après le début de votre retrait");
    }

    [Fact]
    public async Task Is_honest_while_the_order_is_being_confirmed()
    {
        var order = Placed(o => o with { Status = "pending", PickupCode = null });
        var visitor = await host.Visitor().OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.Page.QuerySelector("meta[http-equiv=refresh]").ShouldNotBeNull();
        visitor.Page.QuerySelector(".code").ShouldBeNull();
    }

    [Fact]
    public async Task Is_cancelled_after_asking_once_more()
    {
        var order = Placed();
        var visitor = await host.Visitor().OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        await visitor.OpenAsync(visitor.Page.QuerySelector("a.danger")!.GetAttribute("href")!);
        visitor.Words.ShouldContain("Rien n'est dû");
        await visitor.SubmitAsync($"/commandes/{order.OrderId}/annuler");
        visitor.Status.ShouldBe(HttpStatusCode.SeeOther);
        (await visitor.FollowAsync()).Words.ShouldContain("Commande annulée");
        visitor.Page.QuerySelector(".code").ShouldBeNull();
    }

    [Fact]
    public async Task Gives_its_pickups_as_a_calendar()
    {
        var order = Placed();
        var visitor = await host.Visitor().OpenAsync($"/commandes/{order.OrderId}/agenda.ics?jeton=jeton-secret");
        visitor.Answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/calendar");
        var lines = visitor.Html.Split("\r\n");
        lines.ShouldContain("BEGIN:VEVENT");
        lines.ShouldContain(l => l.StartsWith("DTSTART:", StringComparison.Ordinal) && l.EndsWith('Z'));
        lines.ShouldAllBe(l => System.Text.Encoding.UTF8.GetByteCount(l) <= 75);
    }

    [Fact]
    public async Task Fills_a_basket_with_the_same_again()
    {
        var order = Placed();
        var visitor = await host.Visitor().OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        await visitor.SubmitAsync($"/commandes/{order.OrderId}/recommencer");
        (await visitor.FollowAsync()).Words.ShouldContain("Pain complet");
    }

    [Theory]
    [InlineData("refused"), InlineData("expired"), InlineData("completed"), InlineData("cancelled")]
    public async Task Says_how_it_ended(string status)
    {
        var order = Placed(o => o with { Status = status, Refusal = status == "refused" ? new OrderRefusal("out-of-stock", [new(TownSamples.Bread.OfferId, "Pain complet", "out-of-stock", 2, 0, 320)], []) : null });
        var visitor = await host.Visitor("en").OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.Status.ShouldBe(HttpStatusCode.OK);
        visitor.Page.QuerySelectorAll("h1").Length.ShouldBe(1);
        visitor.Page.QuerySelector(".code").ShouldBeNull();
    }

    [Theory]
    [InlineData("fr", "Total réservé, dont plus rien n'est dû"), InlineData("en", "Total that was reserved; nothing of it is due")]
    public async Task Says_what_it_came_to_once_it_is_cancelled_and_that_nothing_is_due(string language, string said)
    {
        var order = Placed(o => o with { Status = "cancelled", TotalCents = 0, ShopOrders = [.. o.ShopOrders.Select(s => s with { Status = "cancelled", Cancellable = false, TotalCents = 0 })] });
        var visitor = await host.Visitor(language).OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.Page.QuerySelector(".total s").ShouldNotBeNull("struck").TextContent.ShouldNotBeEmpty();
        visitor.Words.ShouldContain(said);
        visitor.Page.QuerySelector(".total strong").ShouldBeNull();
        (await host.Visitor(language).OpenAsync($"/commandes/{Placed().OrderId}?jeton=jeton-secret")).Words.ShouldNotContain(said);
    }

    [Fact]
    public async Task Says_that_the_shop_takes_back_what_lay_at_the_point()
    {
        var order = Placed(o => o with { ShopOrders = [o.ShopOrders[0] with { Status = "expired", Reason = "not-collected", DepositedAt = DateTimeOffset.UtcNow, Cancellable = false, TotalCents = 0 }, o.ShopOrders[1]] });
        var visitor = await host.Visitor().OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.Words.ShouldContain("Non retirée à temps : la boutique la reprend");

        // Its resident came, and it could not be found.
        host.Town.Orders[order.OrderId] = order with
        {
            ShopOrders = [order.ShopOrders[0] with { SoughtSince = DateTimeOffset.UtcNow }, order.ShopOrders[1]],
            Timeline = [.. order.Timeline, new(DateTimeOffset.UtcNow, "expired", "le-fournil", "not-found")],
        };
        (await visitor.OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret")).Words.ShouldContain("Le colis n'a pas été retrouvé au point retrait : rien n'est dû");
        visitor.Words.ShouldContain("Le Fournil : colis non retrouvé au point retrait");
        visitor.Words.ShouldNotContain("retirée à temps", Case.Insensitive);
    }

    [Theory]
    [InlineData("fr", "expired", "not-prepared", "La boutique ne l'a pas préparée à temps", "Le Fournil : non préparée à temps par la boutique")]
    [InlineData("en", "expired", "not-prepared", "The shop did not prepare it in time", "Le Fournil: not prepared in time by the shop")]
    [InlineData("fr", "expired", "not-collected", "Non retirée à temps, remise en rayon", "Le Fournil : non retirée à temps")]
    [InlineData("en", "expired", "not-collected", "Not collected in time, back on the shelf", "Le Fournil: not collected in time")]
    [InlineData("fr", "declined", "shortage", "Refusée par la boutique — rupture de stock", "Le Fournil : refusée (rupture de stock)")]
    [InlineData("en", "declined", "shortage", "Declined by the shop — out of stock", "Le Fournil: declined (out of stock)")]
    [InlineData("fr", "declined", "quality", "le produit n'est pas assez bon aujourd'hui", "refusée (le produit n'est pas assez bon aujourd'hui)")]
    [InlineData("en", "declined", "closed", "the shop has to close", "declined (the shop has to close)")]
    [InlineData("fr", "declined", "Four en panne", "Refusée par la boutique — Four en panne", "refusée (Four en panne)")]
    public async Task Says_why_in_words(string language, string status, string reason, string shown, string told)
    {
        var order = Placed(o => o with
        {
            ShopOrders = [o.ShopOrders[0] with { Status = status, Reason = reason, Cancellable = false, TotalCents = 0 }, o.ShopOrders[1] with { Lines = [o.ShopOrders[1].Lines[0] with { State = "declined", Reason = reason }] }],
            Timeline = [.. o.Timeline, new(DateTimeOffset.UtcNow, status, "le-fournil", reason)],
        });
        var visitor = await host.Visitor(language).OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.Words.ShouldContain(shown);
        visitor.Words.ShouldContain(told);
        if (!reason.Contains(' ', StringComparison.Ordinal))
        {
            visitor.Words.ShouldNotContain(reason);
        }
    }

    [Fact]
    public async Task Can_be_cancelled_until_each_shop_starts_to_prepare_and_says_so()
    {
        var order = Placed();
        var visitor = await host.Visitor().OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.Words.ShouldContain("Acceptée par la boutique");
        visitor.Words.ShouldContain("Vous pouvez annuler tant que la boutique n'a pas commencé à préparer.");
        visitor.Words.ShouldNotContain("La préparation a commencé");

        host.Town.Orders[order.OrderId] = order = order with { ShopOrders = [order.ShopOrders[0] with { PreparingSince = DateTimeOffset.UtcNow, Cancellable = false }, order.ShopOrders[1]] };
        await visitor.OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.Words.ShouldContain("En préparation");
        visitor.Words.ShouldContain("La préparation a commencé : pour annuler, prévenez la boutique, ses coordonnées sont sur sa page.");
        visitor.Page.QuerySelectorAll("a[href*='annuler?boutique=']").Select(a => a.GetAttribute("href")!.Split('=')[1].Split('&')[0]).ShouldBe(["la-fromagerie"]);
        await visitor.OpenAsync($"/commandes/{order.OrderId}/annuler?jeton=jeton-secret");
        visitor.Words.ShouldContain("Ce qui est déjà en préparation ou prêt reste réservé");

        host.Town.Orders[order.OrderId] = order with { ShopOrders = [.. order.ShopOrders.Select(s => s with { PreparingSince = DateTimeOffset.UtcNow, Cancellable = false })] };
        (await visitor.OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret")).Page.QuerySelector("a.danger").ShouldBeNull();
        visitor.Words.ShouldContain("La préparation a commencé : pour annuler, prévenez la boutique, ses coordonnées sont sur sa page.");
    }

    [Fact]
    public async Task Says_where_a_parcel_for_a_shared_point_is()
    {
        var order = Placed(o => o with
        {
            ShopOrders =
            [
                .. o.ShopOrders.Select((s, i) => s with
                {
                    Status = "ready",
                    Cancellable = false,
                    DepositedAt = i == 0 ? DateTimeOffset.UtcNow : null,
                    PointKept = true,
                    Pickup = s.Pickup! with { Place = s.Pickup.Place with { Kind = "shared", Name = "Les Halles" } },
                }),
            ],
        });
        var visitor = await host.Visitor().OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.Words.ShouldContain("Au point retrait : vous pouvez passer");
        visitor.Words.ShouldContain("Prête, bientôt au point retrait");
        visitor.Words.ShouldContain("Arrivés au point retrait (Les Halles) : 1 colis sur 2");

        host.Town.Orders[order.OrderId] = order with { ShopOrders = [.. order.ShopOrders.Select(s => s with { DepositedAt = DateTimeOffset.UtcNow })] };
        (await visitor.OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret")).Words.ShouldContain("Les Halles : tout y est, vous pouvez passer avec votre code.");

        host.Town.Orders[order.OrderId] = order with { ShopOrders = [.. order.ShopOrders.Select((s, i) => s with { DepositedAt = DateTimeOffset.UtcNow, SoughtSince = i == 0 ? null : DateTimeOffset.UtcNow })] };
        (await visitor.OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret")).Words.ShouldContain("Arrivés au point retrait (Les Halles) : 1 colis sur 2");
        visitor.Words.ShouldNotContain("tout y est");

        host.Town.Orders[order.OrderId] = order with { ShopOrders = [.. order.ShopOrders.Select(s => s with { DepositedAt = DateTimeOffset.UtcNow, PointKept = false })] };
        (await visitor.OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret")).Words.ShouldNotContain("vous pouvez passer", Case.Insensitive, "its keeper has gone since");

        host.Town.Orders[order.OrderId] = order with { ShopOrders = [.. order.ShopOrders.Select(s => s with { DepositedAt = DateTimeOffset.UtcNow, SoughtSince = DateTimeOffset.UtcNow })] };
        (await visitor.OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret")).Words.ShouldContain("le colis n'a pas été retrouvé");
        visitor.Words.ShouldNotContain("vous pouvez passer");

        host.Town.Orders[order.OrderId] = order with { ShopOrders = [.. order.ShopOrders.Select(s => s with { DepositedAt = null, PointKept = false })] };
        (await visitor.OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret")).Words.ShouldContain("Prête : la boutique vous la remet au point retrait, pendant votre créneau");
        visitor.Words.ShouldNotContain("bientôt au point retrait");
        visitor.Page.QuerySelectorAll(".shop-group .status.good").Length.ShouldBe(2, "there is nothing to wait for");
    }

    [Theory]
    [InlineData("fr", "Un seul endroit pour 2 boutiques", "Votre retrait"), InlineData("en", "One place for 2 shops", "Your pickup")]
    public async Task Says_once_where_several_shops_parcels_are_collected(string language, string said, string heading)
    {
        var order = Placed(o => o with { ShopOrders = [.. o.ShopOrders.Select(s => s with { Pickup = AtTheHalles(o.ShopOrders[0].Pickup!) })] });
        var visitor = await host.Visitor(language).OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.Words.ShouldContain(said);
        visitor.Page.QuerySelectorAll("main h2").Select(h => h.TextContent).ShouldContain(heading);
        visitor.Words.Split("2 rue des Halles").Length.ShouldBe(2, "the address stands once");
        visitor.Words.Split("Sonnez à la porte bleue.").Length.ShouldBe(2);
        visitor.Page.QuerySelectorAll(".stop .shop-group h3").Length.ShouldBe(2, "whose goods they are is said of each");

        // However long each lets its part lie there, it is one way: until when all of it is there is said above, and of what lies longer how long.
        PickupView[] kept = [.. order.ShopOrders.Select((s, i) => s.Pickup! with { CollectUntil = s.Pickup!.CollectUntil.AddDays(2 - 2 * i) })];
        host.Town.Orders[order.OrderId] = order with { ShopOrders = [.. order.ShopOrders.Select((s, i) => s with { Pickup = kept[i] })] };
        (await visitor.OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret")).Page.QuerySelectorAll(".stop .buy").Length.ShouldBe(1);
        visitor.Words.Split(language == "fr" ? "ardé jusqu" : "ept until").Length.ShouldBe(3, visitor.Words);
        visitor.Page.QuerySelectorAll(".stop .shop-group").Select(s => s.TextContent.Contains(language == "fr" ? "Gardé jusqu" : "Kept until", StringComparison.Ordinal)).ShouldBe([true, false]);

        // What is over is not collected there any more, and another hour is another way.
        host.Town.Orders[order.OrderId] = order = order with { ShopOrders = [order.ShopOrders[0], order.ShopOrders[1] with { Status = "declined", Reason = "shortage" }] };
        (await visitor.OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret")).Page.QuerySelector(".stop").ShouldBeNull();
        visitor.Words.Split("2 rue des Halles").Length.ShouldBe(2);
        var later = order.ShopOrders[0].Pickup! with { Start = order.ShopOrders[0].Pickup!.Start.AddHours(1), End = order.ShopOrders[0].Pickup!.End.AddHours(1) };
        host.Town.Orders[order.OrderId] = order with { ShopOrders = [order.ShopOrders[0], order.ShopOrders[1] with { Status = "ready", Pickup = later }] };
        (await visitor.OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret")).Page.QuerySelector(".stop").ShouldBeNull();
        visitor.Words.Split("2 rue des Halles").Length.ShouldBe(3);
    }

    [Fact]
    public async Task Says_that_a_part_only_is_reserved_where_a_shop_declined_its_own()
    {
        var order = Placed(o => o with { ShopOrders = [o.ShopOrders[0], o.ShopOrders[1] with { Status = "declined", Reason = "shortage", Cancellable = false }] });
        var visitor = await host.Visitor().OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.Page.QuerySelector("h1")!.TextContent.ShouldContain("Une partie est réservée");
        visitor.Page.QuerySelectorAll($"[aria-labelledby='c-{order.ShopOrders[1].Shop}'] .num").ShouldAllBe(sum => sum.TextContent == "—", "nothing of it is to be paid");
    }

    [Fact]
    public async Task Shows_the_shops_as_ordering_gives_them_the_cancellation_too()
    {
        var order = Placed();
        host.Town.Orders[order.OrderId] = order = order with { ShopOrders = [.. order.ShopOrders.Reverse()] };
        var visitor = await host.Visitor().OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.Page.QuerySelectorAll(".shop-group h3").Select(h => h.TextContent).ShouldBe([TownSamples.LongName, "Le Fournil"]);
        await visitor.OpenAsync($"/commandes/{order.OrderId}/annuler?jeton=jeton-secret");
        visitor.Page.QuerySelectorAll("main li strong").Select(h => h.TextContent).ShouldBe([TownSamples.LongName, "Le Fournil"]);
    }

    [Fact]
    public async Task Says_that_it_is_a_demonstration_and_stands_without_merchants()
    {
        var order = Placed();
        var visitor = await host.Visitor().OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.Page.QuerySelector(".demo")!.TextContent.ShouldContain("aucune commande n\u2019est réelle");
        (await visitor.OpenAsync($"/commandes/{order.OrderId}/annuler?jeton=jeton-secret")).Page.QuerySelector(".demo").ShouldNotBeNull();

        var real = Placed(o => o with { ShopOrders = [.. o.ShopOrders.Select(s => s with { Shop = s.Shop + "-ailleurs" })] });
        (await visitor.OpenAsync($"/commandes/{real.OrderId}?jeton=jeton-secret")).Page.QuerySelector(".demo").ShouldBeNull();
        await using var fresh = host.Start();
        host.Town.Away.Add("merchants");
        visitor = await host.Visitor(app: fresh).OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        host.Town.Away.Clear();
        visitor.Words.ShouldContain("C'est réservé !");
    }

    private static PickupView AtTheHalles(PickupView pickup) =>
        pickup with { Place = new("shared", "halles", "Les Halles", "2 rue des Halles", "38200", "Vienne", pickup.Place.Position, "Sonnez à la porte bleue.") };

    [Fact]
    public async Task Gives_no_thanks_when_nothing_was_handed_over()
    {
        var order = Placed(o => o with { Status = "completed", ShopOrders = [.. o.ShopOrders.Select(s => s with { Status = "expired", Reason = "not-prepared", Cancellable = false })] });
        var visitor = await host.Visitor().OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.Words.ShouldContain("Aucun produit ne vous a été remis");
        visitor.Words.ShouldNotContain("Merci");
    }

    [Theory]
    [InlineData("ready", "ready", "Tout est prêt", 2)]
    [InlineData("ready", "collected", "Il reste une boutique où passer", 2)]
    [InlineData("ready", "declined", "Tout est prêt", 1)]
    [InlineData("ready", "accepted", "C\u2019est réservé\u202f!", 2)]
    public async Task Says_what_can_be_fetched_now_and_asks_no_money_for_what_came_to_nothing(string first, string second, string heading, int sums)
    {
        var order = Placed(o => o with { ShopOrders = [.. o.ShopOrders.Select((s, i) => s with { Status = i == 0 ? first : second })] });
        var visitor = await host.Visitor().OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.Page.QuerySelector("h1")!.TextContent.ShouldBe(heading);
        visitor.Page.QuerySelectorAll(".sum-row strong.num").Length.ShouldBe(sums);
    }

    [Theory]
    [InlineData("fr", "Il reste une boutique où passer", "Encore à retirer : Le Fournil. Montrez le code à la remise.", "Il reste à passer au point retrait")]
    [InlineData("en", "One shop still to visit", "Still to collect: Le Fournil. Show the code when you collect.", "Still to visit: the pickup point")]
    public async Task Says_what_is_left_once_something_was_fetched(string language, string heading, string lead, string atPoint)
    {
        var order = Placed(o => o with { ShopOrders = [o.ShopOrders[0] with { Status = "ready" }, o.ShopOrders[1] with { Status = "collected" }, o.ShopOrders[1] with { Shop = "la-cave", Name = "La Cave", Status = "collected" }] });
        var visitor = await host.Visitor(language).OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.Page.QuerySelector("h1")!.TextContent.ShouldBe(heading);
        visitor.Words.ShouldContain(lead);

        host.Town.Orders[order.OrderId] = order with { ShopOrders = [order.ShopOrders[0] with { Pickup = AtTheHalles(order.ShopOrders[0].Pickup!) }, order.ShopOrders[1]] };
        (await visitor.OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret")).Page.QuerySelector("h1")!.TextContent.ShouldBe(atPoint);
    }

    [Theory]
    [InlineData("fr", "Il reste 2 endroits où passer", "Encore à retirer : Le Fournil, La Cave, Le Primeur.")]
    [InlineData("en", "2 places still to visit", "Still to collect: Le Fournil, La Cave, Le Primeur.")]
    public async Task Counts_the_ways_that_are_left_where_not_all_lead_to_the_point(string language, string heading, string lead)
    {
        var order = Placed(o => o with
        {
            ShopOrders = [o.ShopOrders[0] with { Status = "ready", Pickup = AtTheHalles(o.ShopOrders[0].Pickup!) }, o.ShopOrders[1] with { Status = "collected" },
            o.ShopOrders[0] with { Shop = "la-cave", Name = "La Cave", Status = "ready" }, o.ShopOrders[0] with { Shop = "le-primeur", Name = "Le Primeur", Status = "ready", Pickup = AtTheHalles(o.ShopOrders[0].Pickup!) }]
        });
        var visitor = await host.Visitor(language).OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.Page.QuerySelector("h1")!.TextContent.ShouldBe(heading);
        visitor.Words.ShouldContain(lead);
    }

    [Theory]
    [InlineData("fr", "Il reste 2 boutiques où passer", "Encore à retirer : Le Fournil, La Cave. Plus bas, vous voyez ce qui est prêt.")]
    [InlineData("en", "2 shops still to visit", "Still to collect: Le Fournil, La Cave. Below you see what is ready.")]
    public async Task Does_not_say_of_what_is_left_that_it_is_ready_before_it_is(string language, string heading, string lead)
    {
        var order = Placed(o => o with { ShopOrders = [o.ShopOrders[0] with { Status = "ready" }, o.ShopOrders[1] with { Status = "collected" }, o.ShopOrders[0] with { Shop = "la-cave", Name = "La Cave", Status = "accepted" }] });
        var visitor = await host.Visitor(language).OpenAsync($"/commandes/{order.OrderId}?jeton=jeton-secret");
        visitor.Page.QuerySelector("h1")!.TextContent.ShouldBe(heading);
        visitor.Words.ShouldContain(lead);
    }

    private OrderView Placed(Func<OrderView, OrderView>? change = null)
    {
        var order = TownSamples.Order(new PlaceOrder("vienne", new Contact("Camille Perrin", "camille@example.org", null),
            [new("le-fournil", TownSamples.Slots("le-fournil")[0].SlotId, [new(TownSamples.Bread.OfferId, 2, 320)]), new("la-fromagerie", TownSamples.Slots("la-fromagerie")[1].SlotId, [new(TownSamples.Comte.OfferId, 300, 2690)])], "in-shop"), host.Town.Offers);
        order = change?.Invoke(order) ?? order;
        host.Town.Orders[order.OrderId] = order;
        return order;
    }
}
