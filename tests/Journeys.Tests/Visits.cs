using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Provisioning.Servers;
using Microsoft.Playwright;
using Npgsql;

namespace Marketplace.Journeys.Tests;

/// <summary>
/// Every kind of page, ready to be looked at: a filled basket, orders in their states, a town without shops, and the people whose pages they are,
/// each signed in once. A place is an address as its visitor sees it: <c>pro:/stock</c>, <c>compte:/compte</c>; <c>{ready}</c> and the like are what
/// was prepared, and <c> !</c> at the end sends the page's form as it stands, to see what it complains of; behind it may stand what is typed as the code first.
/// </summary>
public sealed class Visits(DemoPlatform platform)
{
    private const string NewTown = "condrieu";
    private Task? _prepared;
    private readonly Dictionary<string, string?> _known = [];
    private readonly Dictionary<string, string> _paths = [];
    private readonly Dictionary<(string, bool, string), IBrowserContext> _browsers = [];

    internal async Task<IPage> GoAsync(string place, bool javaScript = true, string locale = "fr-FR")
    {
        await PrepareAsync();
        var (who, path) = place[0] is '/' or '{' ? ("", place) : place.Split(':', 2) is [var name, var rest] ? (name, rest) : throw new ArgumentException("No place: " + place, nameof(place));
        var page = await PageOfAsync(who, javaScript, locale);
        foreach (var (prepared, there) in _paths)
        {
            path = path.Replace($"{{{prepared}}}", there, StringComparison.Ordinal);
        }

        var sent = path.Split(" !");
        path = (who == "pro" && !path.StartsWith("/pro/", StringComparison.Ordinal) ? $"/pro/{_paths["boutique"]}" : "") + sent[0];
        await page.GotoAsync(path);
        if (sent is [_, var code])
        {
            if (code.Length > 0)
            {
                await page.FillAsync("[name=Code]", code);
            }

            // Past the browser's own checks: what the server complains of is what is looked at.
            await page.Locator($"main form[action='{path}'], main form[action='{path}/fichier']").Last.EvaluateAsync("form => { window.before = true; HTMLFormElement.prototype.submit.call(form) }");
            await Eventually.BecomesAsync(() => IsAnotherAsync(page), TimeSpan.FromSeconds(45));
            if (code.Length > 0)
            {
                await Assertions.Expect(page.Locator(".give")).ToBeVisibleAsync();
            }
        }

        return page;
    }

    // Asked of the document itself: Playwright's own wait for a load sometimes misses the one it waits for.
    private static async Task<bool> IsAnotherAsync(IPage page)
    {
        try
        {
            return await page.EvaluateAsync<bool>("() => !window.before && document.readyState === 'complete'");
        }
        catch (PlaywrightException)
        {
            return false; // between two documents
        }
    }

    private async Task<IPage> PageOfAsync(string who, bool javaScript, string locale)
    {
        if (!_browsers.TryGetValue((who, javaScript, locale), out var browser))
        {
            var first = await platform.OpenAsync(360, 900, javaScript, locale, known: _known.GetValueOrDefault(who));
            _browsers[(who, javaScript, locale)] = first.Context;
            return first;
        }

        return await browser.NewPageAsync();
    }

    // The tests of one class come one after the other.
    private Task PrepareAsync()
    {
        return _prepared ??= PrepareOnceAsync();

        async Task PrepareOnceAsync()
        {
            await OpenTownAsync();
            await OrderAsync();
            await AskToComeInAsync();
        }
    }

    private async Task OrderAsync()
    {
        var (offer, another) = await platform.TwoOfAShopAsync();
        var counter = await platform.AtTheCounterAsync(offer.Shop.Slug);
        var (requested, ready, cancelled) = (await platform.OrdersAsync("Hélène Attend", offer), await platform.OrdersAsync("Ivan Prêt", offer), await platform.OrdersAsync("Jeanne Renonce", offer));
        await platform.CancelsAsync(cancelled);
        var lacking = await platform.OrdersAsync("Lucie Manque", offer, 2);
        await platform.LacksAsync(offer.Shop.Slug, lacking, new ProposeForShortage(offer.OfferId, 1, new(another.OfferId, 2)));
        await platform.PreparesAsync(offer.Shop.Slug, ready);
        var collected = await platform.OrdersAsync("Solène Rapporte", offer);
        await platform.PreparesAsync(offer.Shop.Slug, collected);
        await platform.ActsAsync(offer.Shop.Slug, collected, "handover", new HandOver(collected.PickupCode!));
        _known["pro"] = await counter.Context.StorageStateAsync();

        var keeper = await platform.KeeperOfAsync();
        var point = await platform.AtTheCounterAsync(keeper);
        await AtThePointAsync(point, keeper, [offer, (await platform.OffersOfShopsAsync(2)).First(o => o.Shop.Slug != offer.Shop.Slug)]);
        _known["point"] = await point.Context.StorageStateAsync();

        var resident = await platform.OpenAsync();
        await platform.SignInAsync(resident, a => a.Email == "paul.dervaux@example.org");
        await Reserving.FillAsync(resident, [offer], "Paul Dervaux");
        await Reserving.PressAsync(resident);
        await Reserving.CodeAsync(resident);
        _known["compte"] = await resident.Context.StorageStateAsync();

        var together = await platform.OpenAsync();
        await Reserving.FillAsync(together, await platform.OffersOfShopsAsync(2), "Karim Ensemble", together: true);
        await Reserving.PressAsync(together);
        await Reserving.CodeAsync(together);
        _paths["together"] = new Uri(together.Url).PathAndQuery;

        var coordinator = await platform.OpenAsync();
        await platform.SignInAsync(coordinator, a => a.Email == $"coordination-{People.Town}@example.org");
        _known["coordination"] = await coordinator.Context.StorageStateAsync();

        var basket = await platform.OpenAsync();
        await Reserving.PutInBasketAsync(basket, [offer]);
        _known["panier"] = await basket.Context.StorageStateAsync();
        _known["attente"] = await UnansweredAsync(offer, null);
        _known["autrui"] = await UnansweredAsync(offer, Guid.NewGuid());
        foreach (var page in new[] { counter, point, resident, together, coordinator, basket })
        {
            await page.Context.CloseAsync();
        }

        foreach (var (state, order) in new[] { ("requested", requested), ("ready", ready), ("cancelled", cancelled), ("lacking", lacking), ("collected", collected) })
        {
            Keep(state, order);
        }

        (_paths["produit"], _paths["sku"], _paths["boutique"], _paths["gardien"]) = (offer.OfferId.ToString(), Uri.EscapeDataString(offer.Sku), offer.Shop.Slug, keeper);
    }

    /// <summary>
    /// Orders of the same two shops, collected at the shared point: of one only the first shop's parcel is there, of one it cannot be found, and of one it is
    /// left there because its shop declined it.
    /// </summary>
    private async Task AtThePointAsync(IPage counter, string keeper, IReadOnlyList<OfferSummary> offers)
    {
        var at = (await platform.PointAsync()).Slug;
        var (open, sought, left) = (await platform.OrdersAsync("Ninon Arrive", offers, at), await platform.OrdersAsync("Odile Cherche", offers, at), await platform.OrdersAsync("Pierre Attend", offers, at));
        var shop = offers[0].Shop.Slug;
        foreach (var order in new[] { open, sought, left })
        {
            await platform.PreparesAsync(shop, order);
            await platform.ActsAsync(shop, order, "deposit");
        }

        await platform.ActsAsync(shop, left, "decline", new Decline("quality", null));
        await counter.GotoAsync($"/pro/{keeper}/point");
        await counter.FillAsync("[name=Code]", sought.PickupCode!);
        await counter.Keyboard.PressAsync("Enter");
        await counter.UncheckAsync("[name=Parcels]");
        await counter.ClickAsync(".give form button"); // what is to be paid without it is shown first
        await Assertions.Expect(counter.Locator("[name=Parcels]")).Not.ToBeCheckedAsync();
        await counter.ClickAsync(".give form button");
        await Assertions.Expect(counter.Locator(".notice.good")).ToBeVisibleAsync();
        foreach (var (state, order) in new[] { ("there", open), ("sought", sought), ("left", left) })
        {
            Keep(state, order);
            _paths[state + "-code"] = order.PickupCode!;
        }
    }

    private void Keep(string state, OrderView order)
    {
        _paths[state] = $"/commandes/{order.OrderId}?jeton={order.AccessToken}";
        _paths[state + "-annuler"] = $"/commandes/{order.OrderId}/annuler?jeton={order.AccessToken}";
        _paths[state + "-retractation"] = $"/commandes/{order.OrderId}/retractation?boutique={order.ShopOrders[0].Shop}&jeton={order.AccessToken}";
        _paths[state + "-id"] = order.OrderId.ToString();
    }

    /// <summary>A browser whose press of "Réserver" was never answered: nobody known's, or somebody's who is not signed in here any more.</summary>
    private async Task<string> UnansweredAsync(OfferSummary offer, Guid? person)
    {
        var page = await platform.OpenAsync();
        await Reserving.PutInBasketAsync(page, [offer]);
        var secret = (await page.Context.CookiesAsync()).Single(c => c.Name == "panier").Value;
        var request = new PlaceOrder(People.Town, new Contact("Léon Attend", "leon@example.org", null),
            [new PlaceOrder.ShopOrder(offer.Shop.Slug, offer.Shop.Slug + "~20300101T0900Z", [new PlaceOrder.Line(offer.OfferId, 1, null)])], "in-shop");
        await using var database = NpgsqlDataSource.Create(LocalServers.AddressesOf(platform.Data)!("storefront"));
        // Waits for longer than the pages are looked at.
        await using var pressed = database.CreateCommand(
            """
            with attempt as (
                insert into checkout_attempts (basket_key, form_key, town, waiting, sent_at) values ($1, $2, $3, true, now() + interval '1 hour') returning basket_key, form_key)
            insert into checkout_requests (basket_key, form_key, form_hash, request, person_id) select basket_key, form_key, $1, $4, $5 from attempt
            """);
        foreach (var value in (object[])[SHA256.HashData(Encoding.ASCII.GetBytes(secret)), Guid.NewGuid().ToString("N"), People.Town, JsonSerializer.Serialize(request, JsonSerializerOptions.Web)])
        {
            pressed.Parameters.Add(new() { Value = value });
        }

        pressed.Parameters.Add(new() { Value = (object?)person ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid });
        await pressed.ExecuteNonQueryAsync();
        var known = await page.Context.StorageStateAsync();
        await page.Context.CloseAsync();
        return known;
    }

    /// <summary>Somebody whose shop waits for the coordination's answer.</summary>
    private async Task AskToComeInAsync()
    {
        var page = await platform.OpenAsync();
        var (email, password) = await platform.NewPersonAsync("candidate@example.org", "Camille Candidate");
        await People.SignInAsync(page, email, password, $"/{People.Town}/rejoindre");
        await page.WaitForSelectorAsync("form.join");
        foreach (var (field, typed) in ((string, string)[])[("Siret", "55208131700034"), ("ActivityCode", "47.61Z"), ("LegalName", "Camille Candidate"), ("LegalForm", "Entreprise individuelle"), ("Name", "La Page Blanche"),
            ("Kind", "Librairie"), ("Description", "Romans, poésie, et un thé."), ("Street", "12 rue Charton"), ("Postcode", "69600"), ("City", "Oullins-Pierre-Bénite"), ("Phone", "04 65 71 44 55")])
        {
            await page.FillAsync($"[name={field}]", typed);
        }

        await page.Locator(".plan input:visible").ClickAsync();
        await page.WaitForSelectorAsync(".plan-pin");
        await page.CheckAsync("[name=Terms]");
        await page.ClickAsync("form.join > button.primary");
        await page.ComesToAsync("**/ouverture**", loaded: false);
        _paths["candidature"] = new Uri(page.Url).Segments[2].TrimEnd('/');
        _known["candidat"] = await page.Context.StorageStateAsync();
        await page.Context.CloseAsync();
    }

    private async Task OpenTownAsync()
    {
        await platform.StartAsync();
        using var http = platform.AsOperator();
        using var answer = await http.PutAsJsonAsync($"{platform.At.Merchants}/api/v1/towns/{NewTown}", new TownDefinition("Condrieu",
            new Text("Entre le Rhône et les vignes.", "Between the Rhône and the vineyards."), "#7A4A1F", new Contracts.Position(45.4633, 4.7684), [new TownCommune("69064", "Condrieu", ["69420"], new DateOnly(1943, 1, 1), null)],
            new TownOperator("Les commerçants de Condrieu", "Association loi 1901", "1 place du Marché, 69420 Condrieu", "73282932000074", "bonjour@condrieu.example", "04 65 71 00 00", null, null), [], []), JsonSerializerOptions.Web);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }
}
