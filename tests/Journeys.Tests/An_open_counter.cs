using System.Diagnostics;
using Marketplace.Contracts.Ordering.Api;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Marketplace.Journeys.Tests;

/// <summary>A counter whose pages stay open while residents order elsewhere: what the scripts add to them.</summary>
public sealed class An_open_counter(DemoPlatform platform)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Sees_a_ticket_arrive_and_takes_it_to_its_end()
    {
        var offer = (await platform.OffersOfShopsAsync(1))[0];
        var (board, colleague) = (await platform.AtTheCounterAsync(offer.Shop.Slug, 360), await platform.AtTheCounterAsync(offer.Shop.Slug));
        await Expect(board.Locator("[data-live].on")).ToBeVisibleAsync();
        await board.EvaluateAsync("window.never = 'reloaded'");

        var order = await platform.OrdersAsync("Delphine Arrivée", offer);
        var placed = Stopwatch.GetTimestamp();
        var ticket = board.Locator($"[data-order='{order.OrderId}']");
        await Expect(ticket).ToBeVisibleAsync(new() { Timeout = (float)Soon.TotalMilliseconds });
        TestContext.Current.TestOutputHelper?.WriteLine($"on the board after {Stopwatch.GetElapsedTime(placed).TotalMilliseconds:0} ms");
        await Expect(board.Locator("[data-news]")).ToHaveTextAsync("Nouvelle commande\u00a0: Delphine A.");
        await Pictures.TakeAsync(board, "comptoir-direct-360");

        // What one does the other sees, without touching anything.
        var theirs = colleague.Locator($"[data-order='{order.OrderId}']");
        if (await theirs.GetAttributeAsync("data-status") == "requested")
        {
            await theirs.GetByRole(AriaRole.Button, new() { Name = "Accepter" }).ClickAsync();
        }

        await Expect(board.Locator(".column-accepted").Locator(ticket)).ToBeVisibleAsync();
        await theirs.GetByRole(AriaRole.Button, new() { Name = "Commencer" }).ClickAsync();
        await Expect(board.Locator(".column-preparing").Locator(ticket)).ToBeVisibleAsync();
        await ticket.GetByRole(AriaRole.Button, new() { Name = "est prête" }).ClickAsync();
        await Expect(colleague.Locator(".column-ready").Locator(theirs)).ToBeVisibleAsync();

        // A scanner types wherever the page has the focus.
        await colleague.GotoAsync($"/pro/{offer.Shop.Slug}/remise");
        await colleague.Locator("h1").ClickAsync();
        await colleague.Keyboard.TypeAsync(order.PickupCode!);
        await colleague.Keyboard.PressAsync("Enter");
        await colleague.Locator("form[action$='/remise/faite'] button").ClickAsync();
        await Expect(board.Locator(".column-collected").Locator(ticket)).ToBeVisibleAsync();
        (await board.EvaluateAsync<string>("window.never")).ShouldBe("reloaded", "the page was never loaded again");
    }

    [Fact]
    public async Task Keeps_its_board_through_an_outage_and_comes_back_by_itself()
    {
        var offer = (await platform.OffersOfShopsAsync(1))[0];
        var board = await platform.AtTheCounterAsync(offer.Shop.Slug);
        var away = false;
        await board.RouteAsync($"**/pro/{offer.Shop.Slug}**", route => away ? route.FulfillAsync(new() { Status = 503, ContentType = "text/html", Body = "<h1>Panne</h1>" }) : route.ContinueAsync());
        await board.RouteAsync("**/evenements", route => route.FulfillAsync(new() { Status = 503 })); // ends the stream for good
        await board.ReloadAsync();
        away = true;
        await board.EvaluateAsync("window.before = true");
        await Task.Delay(TimeSpan.FromSeconds(17)); // asked at least twice
        await Expect(board.Locator("[data-board]")).ToBeVisibleAsync();
        (await board.EvaluateAsync<bool>("window.before")).ShouldBeTrue("it was not loaded into the outage");
        await board.UnrouteAsync("**/evenements");
        away = false;
        await Expect(board.Locator("[data-live].on")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        (await board.EvaluateAsync<bool?>("window.before ?? null")).ShouldBeNull("it was loaded anew, by itself");
    }

    // No order of the demo presses when this runs: the server's word for it is put into its pages on their way.
    [Fact]
    public async Task Looks_again_when_the_server_said_that_an_order_presses_and_once_more_where_that_failed()
    {
        var shop = (await platform.OffersOfShopsAsync(1))[0].Shop.Slug;
        var board = await platform.AtTheCounterAsync(shop, 360);
        var looks = 0;
        await board.RouteAsync("**/evenements", _ => Task.CompletedTask); // no news
        await board.RouteAsync($"**/pro/{shop}", async route =>
        {
            var look = Interlocked.Increment(ref looks);
            var page = await (await route.FetchAsync()).TextAsync();
            await route.FulfillAsync(new()
            {
                Status = look == 2 ? 503 : 200,
                ContentType = "text/html; charset=utf-8",
                Body = look < 3 ? page.Replace("<div data-board", "<div data-next=\"500\" data-board", StringComparison.Ordinal)
                    : page.Replace("<div class=\"board\">", "<p id=\"presse\">à préparer</p><div class=\"board\">", StringComparison.Ordinal),
            });
        });
        await board.ReloadAsync(new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        await board.EvaluateAsync("window.never = 'reloaded'");
        await Expect(board.Locator("#presse")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        looks.ShouldBe(3);
        (await board.EvaluateAsync<string>("window.never")).ShouldBe("reloaded", "the page was never loaded again");
    }

    [Fact]
    public async Task Takes_a_slip_of_the_finger_back_where_it_stands()
    {
        var offer = (await platform.OffersOfShopsAsync(1))[0];
        var (board, colleague) = (await platform.AtTheCounterAsync(offer.Shop.Slug, 360), await platform.AtTheCounterAsync(offer.Shop.Slug));
        await Expect(board.Locator("[data-live].on")).ToBeVisibleAsync();
        await board.EvaluateAsync("window.never = 'reloaded'");
        var order = await platform.OrdersAsync("Gaspard Glisse", offer);
        var ticket = board.Locator($"[data-order='{order.OrderId}']");
        await Expect(ticket).ToBeVisibleAsync();
        var (column, tap, done) = await ticket.GetAttributeAsync("data-status") == "requested"
            ? ("requested", "Accepter", "accepted") : ("accepted", "Commencer", "preparing");

        await ticket.GetByRole(AriaRole.Button, new() { Name = tap }).ClickAsync();
        await Expect(board.Locator($".column-{done}").Locator(ticket)).ToBeVisibleAsync();
        var back = board.Locator("[data-tapped] button");
        await Expect(back).ToBeInViewportAsync();
        await Pictures.TakeAsync(board, "comptoir-retour-360");
        await back.ClickAsync();
        await Expect(board.Locator($".column-{column}").Locator(ticket)).ToBeVisibleAsync();
        await Expect(board.Locator("[data-tapped]")).ToContainTextAsync("Aucun mail n’est parti");
        await Expect(ticket.Locator("h3 a")).ToBeFocusedAsync(); // not on the tap, which a second Enter would make again
        await Expect(colleague.Locator($".column-{column}").Locator($"[data-order='{order.OrderId}']")).ToBeVisibleAsync();

        // Not taken back, it stands, and the offer goes by itself.
        await ticket.GetByRole(AriaRole.Button, new() { Name = tap }).ClickAsync();
        await Expect(back).ToBeVisibleAsync();
        await Expect(back).ToHaveCountAsync(0, new() { Timeout = (float)TimeSpan.FromSeconds(20).TotalMilliseconds });
        await Expect(board.Locator($".column-{done}").Locator(ticket)).ToBeVisibleAsync();
        (await board.EvaluateAsync<string>("window.never")).ShouldBe("reloaded", "the page was never loaded again");
    }

    [Fact]
    public async Task Follows_the_order_it_shows_and_loses_nothing_that_is_ticked()
    {
        var (offer, another) = await platform.TwoOfAShopAsync();
        var shop = offer.Shop.Slug;
        var (gone, order) = (await platform.OrdersAsync("Régis Renonce", offer), await platform.OrdersAsync("Irène Suit", [offer, another], null));
        var counter = await platform.AtTheCounterAsync(shop, 360);

        // Its customer cancels: nothing is typed, so it is shown.
        await counter.GotoAsync($"/pro/{shop}/commandes/{gone.OrderId}");
        await counter.EvaluateAsync("window.never = 'reloaded'");
        await Expect(counter.Locator("#preparer")).ToBeVisibleAsync();
        await platform.CancelsAsync(gone);
        await Expect(counter.Locator("#preparer")).ToHaveCountAsync(0, new() { Timeout = (float)Soon.TotalMilliseconds });
        await Expect(counter.Locator(".order-head .chip")).ToContainTextAsync("nnulée");
        await Expect(counter.Locator("[data-shown]")).ToBeVisibleAsync();
        (await counter.EvaluateAsync<string>("window.never")).ShouldBe("reloaded", "the page was never loaded again");

        // A colleague takes a line off while the other one is ticked: said, and shown when it is asked for.
        await counter.GotoAsync($"/pro/{shop}/commandes/{order.OrderId}");
        await counter.EvaluateAsync("window.never = 'reloaded'");
        var (ticked, taken) = (counter.Locator($"[name='manque-{offer.OfferId}']"), counter.Locator($"[name='manque-{another.OfferId}']"));
        await ticked.FocusAsync();
        await counter.Keyboard.PressAsync("Space");
        await platform.ActsAsync(shop, order, "decline", new Decline("quality", [another.OfferId]));
        var see = counter.Locator("[data-see]");
        await Expect(see).ToBeInViewportAsync(new() { Timeout = (float)Soon.TotalMilliseconds });
        await Expect(ticked).ToBeCheckedAsync();
        await Expect(taken).ToHaveCountAsync(1);
        await Pictures.TakeAsync(counter, "commande-changee-360");
        await see.FocusAsync();
        await counter.Keyboard.PressAsync("Enter");
        await Expect(taken).ToHaveCountAsync(0);
        await Expect(see).ToBeHiddenAsync();
        await Expect(ticked).ToBeCheckedAsync();
        await Expect(counter.Locator("h1")).ToBeFocusedAsync();

        // What is ticked no more is in nobody's way.
        await ticked.UncheckAsync();
        await counter.SetViewportSizeAsync(1280, 900);
        await platform.ActsAsync(shop, order, "ready");
        await Expect(counter.Locator("#remettre")).ToBeVisibleAsync(new() { Timeout = (float)Soon.TotalMilliseconds });
        await Pictures.TakeAsync(counter, "commande-suivie-1280");
        (await counter.EvaluateAsync<string>("window.never")).ShouldBe("reloaded", "the page was never loaded again");
    }

    [Fact]
    public async Task Notes_a_code_without_network_and_records_it_when_that_is_back()
    {
        var offer = (await platform.OffersOfShopsAsync(1))[0];
        var order = await platform.OrdersAsync("Nadège Tunnel", offer);
        var counter = await platform.AtTheCounterAsync(offer.Shop.Slug, 360);
        var ticket = counter.Locator($"[data-order='{order.OrderId}']");
        if (await ticket.GetAttributeAsync("data-status") == "requested")
        {
            await ticket.GetByRole(AriaRole.Button, new() { Name = "Accepter" }).ClickAsync();
        }

        await ticket.GetByRole(AriaRole.Button, new() { Name = "est prête" }).ClickAsync();
        await Expect(counter.Locator(".column-ready").Locator(ticket)).ToBeVisibleAsync();
        await counter.GotoAsync($"/pro/{offer.Shop.Slug}/remise");
        await counter.Context.SetOfflineAsync(true);
        await counter.FillAsync("#champ-Code", order.PickupCode!);
        await counter.PressAsync("#champ-Code", "Enter");
        var noted = counter.Locator("[data-later] li");
        await Expect(noted).ToContainTextAsync("en attente du réseau");
        await Expect(counter.Locator("#champ-Code")).ToHaveValueAsync("");
        await Pictures.TakeAsync(counter, "remise-sans-reseau-360");

        await counter.Context.SetOfflineAsync(false);
        await Expect(noted).ToContainTextAsync($"Commande {order.Reference}\u00a0: remise enregistrée.");
        await counter.GotoAsync($"/pro/{offer.Shop.Slug}");
        await Expect(counter.Locator(".column-collected").Locator(ticket)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Shows_a_cancelled_ticket_until_it_is_noted()
    {
        var offer = (await platform.OffersOfShopsAsync(1))[0];
        var board = await platform.AtTheCounterAsync(offer.Shop.Slug, 360);
        await Expect(board.Locator("[data-live].on")).ToBeVisibleAsync();
        var order = await platform.OrdersAsync("Émile Renonce", offer);
        var ticket = board.Locator($"[data-order='{order.OrderId}']");
        await Expect(ticket).ToBeVisibleAsync();

        await platform.CancelsAsync(order);
        await Expect(board.Locator(".column-cancelled").Locator(ticket)).ToBeVisibleAsync();
        await Expect(board.Locator("[data-news]")).ToContainTextAsync("Commande annulée par le client\u00a0: Émile R."); // beside what another journey orders meanwhile
        await ticket.GetByRole(AriaRole.Button, new() { NameRegex = new("annulation") }).ClickAsync();
        await Expect(ticket).ToBeHiddenAsync();
        await board.ReloadAsync();
        await Expect(ticket).ToBeHiddenAsync();
        await board.FillAsync("#chercher", order.Reference);
        await board.Locator(".pro-search button").ClickAsync();
        await Expect(board.Locator(".found-row")).ToContainTextAsync("annulée");
    }

    [Fact]
    public async Task Steps_a_stock_figure_where_it_stands()
    {
        var offer = (await platform.OffersOfShopsAsync(1))[0];
        var page = await platform.AtTheCounterAsync(offer.Shop.Slug, 360);
        await page.GotoAsync($"/pro/{offer.Shop.Slug}/stock?q={Uri.EscapeDataString(offer.Sku)}");
        await page.EvaluateAsync("window.never = 'reloaded'");
        var row = page.Locator(".stock-row").First;
        var figure = row.Locator("[name=OnHand]");
        var before = int.Parse(await figure.InputValueAsync(), System.Globalization.CultureInfo.InvariantCulture);

        // Taps follow each other, however fast.
        for (var tap = 0; tap < 3; tap++)
        {
            await row.Locator("button[name=Delta]").Last.ClickAsync();
        }

        await Expect(figure).ToHaveValueAsync((before + 3).ToString(System.Globalization.CultureInfo.InvariantCulture));
        await Expect(row.Locator(".row-said")).ToContainTextAsync("enregistré");
        await row.Locator("button[name=Delta]").First.ClickAsync();
        await Expect(figure).ToHaveValueAsync((before + 2).ToString(System.Globalization.CultureInfo.InvariantCulture));
        await figure.FillAsync(before.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await figure.PressAsync("Enter");
        await Expect(page.Locator("[data-said]")).ToContainTextAsync($": {before} en boutique");

        await figure.FillAsync("douze");
        await figure.PressAsync("Enter");
        await Expect(row.Locator(".row-said.bad")).ToContainTextAsync("nombre entier");
        (await page.EvaluateAsync<string>("window.never")).ShouldBe("reloaded", "the page was never loaded again");
        await page.ReloadAsync();
        await Expect(figure).ToHaveValueAsync(before.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    // No camera here: a canvas plays it, and a detector that sees the code the canvas would show.
    [Fact]
    public async Task Reads_the_code_with_the_camera()
    {
        var offer = (await platform.OffersOfShopsAsync(1))[0];
        var page = await platform.AtTheCounterAsync(offer.Shop.Slug, 360);
        var order = await platform.OrdersAsync("Fanny Caméra", offer);
        await page.AddInitScriptAsync($$"""
            Object.defineProperty(navigator.mediaDevices, "getUserMedia", { value: async () => { const film = document.createElement("canvas"); film.getContext("2d").fillRect(0, 0, 9, 9); return film.captureStream(5); } });
            window.BarcodeDetector = class { static async getSupportedFormats() { return ["qr_code", "ean_13"]; } async detect() { return [{ rawValue: "{{order.PickupCode}}" }]; } };
            """);
        await page.GotoAsync($"/pro/{offer.Shop.Slug}/remise");
        await page.Locator("[data-camera]").ClickAsync();
        await Expect(page.Locator(".give")).ToContainTextAsync("Fanny");
        await Expect(page.Locator(".give .ref")).ToHaveTextAsync(order.Reference);
    }

    [Fact]
    public async Task Says_that_the_camera_is_not_to_be_had()
    {
        var offer = (await platform.OffersOfShopsAsync(1))[0];
        var page = await platform.AtTheCounterAsync(offer.Shop.Slug, 360);
        await page.AddInitScriptAsync("""
            Object.defineProperty(navigator.mediaDevices, "getUserMedia", { value: async () => { throw new DOMException("no", "NotAllowedError"); } });
            window.BarcodeDetector = class { static async getSupportedFormats() { return ["qr_code"]; } };
            """);
        await page.GotoAsync($"/pro/{offer.Shop.Slug}/remise");
        await page.Locator("[data-camera]").ClickAsync();
        await Expect(page.Locator("[data-camera-error]")).ToBeVisibleAsync();
        await Expect(page.Locator("[name=Code]")).ToBeFocusedAsync();
    }
}
