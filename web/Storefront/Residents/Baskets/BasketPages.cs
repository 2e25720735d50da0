using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;
using Marketplace.Storefront.Residents.Checkout;
using Marketplace.Storefront.Residents.Offers;
using Marketplace.Storefront.Residents.Towns;

namespace Marketplace.Storefront.Residents.Baskets;

internal static class BasketPages
{
    public static void MapBasket(this RouteGroupBuilder town)
    {
        town.MapGet("/panier", ShowAsync).WithMetadata(new ShowsOnesOwn()); // an order that was found is linked there
        town.MapGet("/panier/nombre", CountAsync);
        town.MapPost("/panier/ajouter", AddAsync);
        town.MapPost("/panier/ligne", ChangeAsync);
        town.MapPost("/panier/remettre", PutBackAsync);
    }

    private static async Task<IResult> ShowAsync(string? ajoute, string? retire, string? quantite, string? souci, HttpContext http, EarlierCheckout earlier, BasketReview review, CatalogClient catalog, Ui ui,
        CancellationToken token)
    {
        http.Response.Headers.CacheControl = "no-store";
        // First: what an order took is no longer in the basket.
        var before = await earlier.FindAsync(BasketCookie.Key(http), http.Town().Slug, http.User.SignedIn()?.Id, token);
        var basket = await review.ReviewAsync(BasketCookie.Key(http), http.Town().Slug, token);
        var lines = basket.Shops.SelectMany(s => s.Lines).Select(l => l.Line).ToList();
        var added = Guid.TryParse(ajoute, out var offer) ? lines.FirstOrDefault(l => l.Offer.Value == offer)?.Title : null;
        var removed = OfferId.TryParse(retire, CultureInfo.InvariantCulture, out var gone) && Quantity(quantite) is { } many && lines.TrueForAll(l => l.Offer != gone)
            ? new RemovedLine(gone, many, await catalog.OfferAsync(gone, http.Town().Slug, token)) : null;
        var notice = before?.Notice(http.Town().Slug);
        var trouble = souci == "reserve" && notice is { Own: false } ? null : TroubleOf(souci, ui); // said once
        return Page.Of<BasketPage, BasketModel>(new BasketModel(http.Town(), basket, added, removed, notice, trouble));
    }

    private static async Task<IResult> CountAsync(HttpContext http, BasketStore store, CancellationToken token)
    {
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(new { count = BasketCookie.Key(http) is { } key ? await store.CountAsync(key, http.Town().Slug, token) : 0 });
    }

    private static async Task<IResult> AddAsync(HttpContext http, BasketStore store, CatalogClient catalog, TownDirectory towns, Ui ui, CancellationToken token)
    {
        var town = http.Town().Slug;
        var form = await http.Request.ReadFormAsync(token);
        if (!OfferId.TryParse(form["offre"], CultureInfo.InvariantCulture, out var id) || await catalog.OfferAsync(id, town, token) is not { } offer
            || OwnTown.Of(offer.Towns, town) is not { } own || await towns.TownAsync(own, token) is not { } sells)
        {
            return Trouble.NotFound(Design.TownFrame.Of(http.Town()));
        }
        if (own != town)
        {
            // It goes into that town's basket, and that is for the resident to decide: they are shown it there.
            return Answer(http, ui.T("basket.add.elsewhere", ui.In(sells.Name)), OfferLinks.To(own, id, offer.Title), ui["basket.see.offer"]);
        }
        if (WhyNot(offer) is { } why)
        {
            return Answer(http, TroubleOf(why, ui)!, $"/{town}/panier?souci={why}");
        }
        // A form without the field asks for what the field would have shown; what stands in the field is taken as it is, or not at all.
        var asked = form.TryGetValue("quantite", out var typed) ? Quantity(typed) : BasketQuantity.First(offer.Unit, offer.Available);
        if (asked is not { } quantity || !BasketQuantity.CanBe(offer.Unit, quantity, offer.Available))
        {
            var impossible = Impossible(offer.Unit);
            return Answer(http, TroubleOf(impossible, ui)!, $"/{town}/panier?souci={impossible}", status: StatusCodes.Status422UnprocessableEntity);
        }
        var key = BasketCookie.KeyOrNew(http);
        var more = new BasketLine(id, offer.Shop.Slug, offer.Title, offer.Unit, quantity, offer.PriceCents);
        if (await store.AddAsync(key, town, more, offer.Available, token) is not { } added)
        {
            return Answer(http, TroubleOf("plein", ui)!, $"/{town}/panier?souci=plein");
        }
        if (added.Quantity >= added.Asked)
        {
            return Answer(http, ui.T("basket.added", offer.Title), $"/{town}/panier?ajoute={id}");
        }
        return added.Quantity < offer.Available
            ? Answer(http, TroubleOf("plafond", ui)!, $"/{town}/panier?ajoute={id}&souci=plafond")
            : Answer(http, ui.T("basket.add.less", ui.Quantity(offer.Unit, added.Quantity)), $"/{town}/panier?ajoute={id}&souci=reste");

        IResult Answer(HttpContext context, string text, string href, string? seeOffer = null, int? status = null) => context.Request.Headers.Accept.ToString().Contains("application/json", StringComparison.Ordinal)
            ? Results.Json(new { message = text, href = seeOffer is null ? $"/{town}/panier" : href, link = seeOffer ?? ui["basket.see"] }, statusCode: status)
            : Seen(href);
    }

    private static async Task<IResult> ChangeAsync(HttpContext http, BasketStore store, CancellationToken token)
    {
        var town = http.Town().Slug;
        var form = await http.Request.ReadFormAsync(token);
        if (BasketCookie.Key(http) is { } key && OfferId.TryParse(form["offre"], CultureInfo.InvariantCulture, out var offer)
            && (await store.LinesAsync(key, town, token)).FirstOrDefault(l => l.Offer == offer) is { } line)
        {
            // None of it, written in the field, takes the line out as its button does.
            var asked = form.ContainsKey("retirer") ? 0 : Quantity(form.TryGetValue("quantite.vers", out var step) ? step : form["quantite"]);
            if (asked == 0)
            {
                await store.RemoveAsync(key, town, offer, token);
                return Seen(string.Create(CultureInfo.InvariantCulture, $"/{town}/panier?retire={offer}&quantite={line.Quantity}"));
            }
            // Of a remainder that is less than one step, what stands there stays possible.
            else if (asked is { } quantity && BasketQuantity.CanBe(line.Unit, quantity, line.Quantity))
            {
                await store.ChangeAsync(key, town, line with { Quantity = quantity }, null, token);
            }
            else
            {
                return Seen($"/{town}/panier?souci={Impossible(line.Unit)}");
            }
        }
        return Seen($"/{town}/panier");
    }

    /// <summary>What was taken out, as much of it as there was. Where it is in the basket again by then, that stands: a second press adds nothing.</summary>
    private static async Task<IResult> PutBackAsync(HttpContext http, BasketStore store, CatalogClient catalog, CancellationToken token)
    {
        var town = http.Town().Slug;
        var form = await http.Request.ReadFormAsync(token);
        if (!OfferId.TryParse(form["offre"], CultureInfo.InvariantCulture, out var id) || await catalog.OfferAsync(id, town, token) is not { } offer || !offer.Towns.Contains(town))
        {
            return Seen($"/{town}/panier?souci=disparu");
        }
        if (WhyNot(offer) is { } why)
        {
            return Seen($"/{town}/panier?souci={why}");
        }
        if (Quantity(form["quantite"]) is not { } asked || !BasketQuantity.CanBe(offer.Unit, asked, offer.Available))
        {
            return Seen($"/{town}/panier?souci={Impossible(offer.Unit)}");
        }
        var key = BasketCookie.KeyOrNew(http);
        var quantity = BasketQuantity.Fit(offer.Unit, asked, offer.Available);
        if ((await store.LinesAsync(key, town, token)).All(l => l.Offer != id)
            && !await store.PutAsync(key, town, new BasketLine(id, offer.Shop.Slug, offer.Title, offer.Unit, quantity, offer.PriceCents), token))
        {
            return Seen($"/{town}/panier?souci=plein");
        }
        return Seen($"/{town}/panier?ajoute={id}" + (quantity < asked ? "&souci=reste" : ""));
    }

    /// <summary>Why none of it can be put in the basket; null when it can.</summary>
    internal static string? WhyNot(Offer offer) => offer.StockState == "to-confirm" ? "aconfirmer" : offer.Available <= 0 || offer.StockState == "out-of-stock" ? "epuise" : null;

    /// <summary>The basket of somebody who is not shown the order that took what was in it: another person's, from the same browser.</summary>
    public static string Reserved(string town) => $"/{town}/panier?souci=reserve";

    /// <summary>What a browser without script is told on the basket's page: the product's own comes from the cache.</summary>
    private static string? TroubleOf(string? souci, Ui ui) => souci switch
    {
        "epuise" => ui["basket.add.out"],
        "aconfirmer" => ui["offer.to.confirm"],
        "disparu" => ui["line.gone"],
        "plein" => ui.T("basket.full", BasketStore.MostLines),
        "reste" => ui["basket.add.rest"],
        "plafond" => ui["basket.add.most"],
        "nombre" => QuantityTrouble(SaleUnit.Piece, ui),
        "poids" => QuantityTrouble(SaleUnit.Weight, ui),
        "reserve" => $"{ui["checkout.others.title"]}. {ui["checkout.others.text"]}",
        _ => null,
    };

    private static string Impossible(SaleUnit unit) => unit == SaleUnit.Weight ? "poids" : "nombre";

    private static string QuantityTrouble(SaleUnit unit, Ui ui) => ui.T(unit == SaleUnit.Weight ? "basket.grams.impossible" : "basket.quantity.impossible",
        ui.Quantity(unit, BasketQuantity.Step(unit)), ui.Quantity(unit, BasketQuantity.Most(unit)));

    /// <summary>Null: no whole number, or none that fits.</summary>
    private static long? Quantity(string? text) => long.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var quantity) ? quantity : null;

    // 303: the browser asks the next page with GET, and reloading it sends nothing again.
    private static SeeOther Seen(string href) => new SeeOther(href);
}

/// <param name="Trouble">Why what was asked for is not, or not all, in the basket.</param>
public sealed record BasketModel(Town Town, BasketView Basket, string? Added, RemovedLine? Removed, EarlierNotice? Earlier, string? Trouble);

/// <param name="Offer">As it is now; null when it is no longer sold.</param>
public sealed record RemovedLine(OfferId Id, long Quantity, Offer? Offer)
{
    public bool CanComeBack => Offer is not null && BasketPages.WhyNot(Offer) is null;
}
