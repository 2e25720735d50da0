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

    // In an address that somebody wrote there may be more; in one of ours there hardly are.
    private const int MostRemoved = 10;

    private static async Task<IResult> ShowAsync(string? ajoute, string[] retire, string[] quantite, string[] unite, string[] depuis, string[] ligne, string? souci, string? de, HttpContext http, EarlierCheckout earlier,
        BasketReview review, CatalogClient catalog, Ui ui, CancellationToken token)
    {
        http.Response.Headers.CacheControl = "no-store";
        // First: what an order took is no longer in the basket.
        var before = await earlier.FindAsync(BasketCookie.Key(http), http.Town().Slug, http.User.SignedIn()?.Id, token);
        var basket = await review.ReviewAsync(BasketCookie.Key(http), http.Town().Slug, token);
        var lines = basket.Shops.SelectMany(s => s.Lines).Select(l => l.Line).ToList();
        var added = Guid.TryParse(ajoute, out var offer) ? lines.FirstOrDefault(l => l.Offer.Value == offer)?.Title : null;
        var removed = new List<RemovedLine>();
        for (var i = 0; i < Math.Min(retire.Length, MostRemoved); i++)
        {
            if (RemovedLine.Read(retire[i], quantite.ElementAtOrDefault(i), unite.ElementAtOrDefault(i), depuis.ElementAtOrDefault(i)) is { } gone && lines.TrueForAll(l => l.Offer != gone.Id)
                && await RemovedAsync(gone, http.Town().Slug, catalog, token) is { } said)
            {
                removed.Add(said);
            }
        }
        var notice = before?.Notice(http.Town().Slug);
        var trouble = souci == "reserve" && notice is { Own: false } ? null : await PieceTroubleAsync(souci, de, http.Town().Slug, catalog, ui, token) ?? TroubleOf(souci, ui); // said once
        return Page.Of<BasketPage, BasketModel>(new BasketModel(http.Town(), basket, added, removed, notice, trouble)
        {
            Impossible = [.. lines.Where(l => ligne.Contains(l.Offer.ToString())).Select(l => l.Offer)],
        });
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
        var measure = Measure.Of(offer);
        // The page stood open while the shop changed what a piece weighs: "2" says something else now.
        if (form.ContainsKey("quantite") && PieceGrams(form[PieceField]) != measure.PieceGrams)
        {
            return Answer(http, PiecesMoved(offer, ui), $"/{town}/panier?souci=pieces&de={id}", ui["basket.see.offer"], StatusCodes.Status422UnprocessableEntity, OfferLinks.To(town, id, offer.Title));
        }
        // A form without the field asks for what the field would have shown; what stands in the field is taken as it is, or not at all.
        var asked = form.TryGetValue("quantite", out var typed) ? Quantity(typed) is { } counted ? measure.Kept(counted) : null : (long?)BasketQuantity.First(measure, offer.Available);
        if (asked is not { } quantity || !BasketQuantity.CanBe(measure, quantity, offer.Available))
        {
            var impossible = Impossible(offer.Unit);
            if (measure.PieceGrams is not null)
            {
                return Answer(http, $"{QuantityTrouble(measure, ui)} {ui["basket.unchanged"]}", $"/{town}/panier?souci=nombre&de={id}", status: StatusCodes.Status422UnprocessableEntity);
            }
            return Answer(http, TroubleOf(impossible, ui)!, $"/{town}/panier?souci={impossible}", status: StatusCodes.Status422UnprocessableEntity);
        }
        var key = BasketCookie.KeyOrNew(http);
        var more = new BasketLine(id, offer.Shop.Slug, offer.Title, offer.Unit, quantity, offer.PriceCents, offer.PieceGrams);
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
            : Answer(http, ui.T("basket.add.less", ui.Quantity(offer.Unit, added.Quantity, offer.PieceGrams)), $"/{town}/panier?ajoute={id}&souci=reste");

        IResult Answer(HttpContext context, string text, string href, string? seeOffer = null, int? status = null, string? offerHref = null) => context.Request.Headers.Accept.ToString().Contains("application/json", StringComparison.Ordinal)
            ? Results.Json(new { message = text, href = offerHref ?? (seeOffer is null ? $"/{town}/panier" : href), link = seeOffer ?? ui["basket.see"] }, statusCode: status)
            : Seen(href);
    }

    private static async Task<IResult> ChangeAsync(HttpContext http, BasketStore store, CancellationToken token)
    {
        var town = http.Town().Slug;
        var form = new BasketForm(await http.Request.ReadFormAsync(token));
        var (removed, impossible) = (new List<RemovedLine>(), new List<OfferId>());
        if (BasketCookie.Key(http) is { } key)
        {
            foreach (var line in await store.LinesAsync(key, town, token))
            {
                if (!form.Asks(line, out var asked))
                {
                    continue;
                }
                if (asked == 0)
                {
                    if (await store.RemoveAsync(key, town, line.Offer, token) is { } gone)
                    {
                        removed.Add(gone);
                    }
                }
                // Of a remainder that is less than one step, what stands there stays possible.
                else if (asked is { } quantity && BasketQuantity.CanBe(line.Measure, quantity, line.Quantity))
                {
                    await store.ChangeAsync(key, town, line with { Quantity = quantity }, null, token);
                }
                else
                {
                    impossible.Add(line.Offer);
                }
            }
        }
        // On the way to the hours too: what could not be, and what was taken out, is said first.
        var said = removed.Select(r => string.Create(CultureInfo.InvariantCulture, $"retire={r.Id}&quantite={r.Quantity}&unite={r.SoldBy.Text()}&depuis={r.SinceText}"))
            .Concat(impossible.Select(o => $"ligne={o}")).ToList();
        return Seen(said.Count > 0 ? $"/{town}/panier?{string.Join('&', said)}" + (impossible.Count > 0 ? $"#l-{impossible[0]}" : "")
            : form.Checkout ? $"/{town}/commander" : $"/{town}/panier");
    }

    /// <summary>What was taken out, as much of it as there was and with the date it had. Where it is in the basket again by then, that stands: a second press adds nothing.</summary>
    private static async Task<IResult> PutBackAsync(HttpContext http, EarlierCheckout earlier, BasketStore store, CatalogClient catalog, CancellationToken token)
    {
        var town = http.Town().Slug;
        var form = await http.Request.ReadFormAsync(token);
        if (RemovedLine.Read(form["offre"], form["quantite"], form["unite"], form["depuis"]) is not { } read)
        {
            return Seen($"/{town}/panier?souci=disparu");
        }
        var removed = read.With(await catalog.OfferAsync(read.Id, town, token), town);
        if (removed is not { WhyNot: null, Offer: { } offer })
        {
            return Seen($"/{town}/panier?souci={removed.WhyNot}");
        }
        var (key, line) = (BasketCookie.KeyOrNew(http), removed.Back(offer));
        if (removed.Since is { } since && await earlier.TookAsync(key, town, removed.Id, since, token))
        {
            return Seen($"/{town}/panier?souci=commande");
        }
        if (!await store.PutBackAsync(key, town, line, removed.Since, token))
        {
            return Seen($"/{town}/panier?souci=plein");
        }
        return Seen($"/{town}/panier?ajoute={removed.Id}" + (line.Unit == removed.SoldBy && line.Quantity < removed.Quantity ? "&souci=reste" : ""));
    }

    // Of goods in pieces it says what one weighs, as it is now; where Catalog is away, what it says of all.
    private static async Task<string?> PieceTroubleAsync(string? souci, string? offer, string town, CatalogClient catalog, Ui ui, CancellationToken token)
    {
        if (souci is not ("pieces" or "nombre") || !OfferId.TryParse(offer, CultureInfo.InvariantCulture, out var id))
        {
            return null;
        }
        try
        {
            return await catalog.OfferAsync(id, town, token) is not { } found ? null
                : souci == "pieces" ? PiecesMoved(found, ui) : $"{QuantityTrouble(Measure.Of(found), ui)} {ui["basket.unchanged"]}";
        }
        catch (Exception failure) when (failure is ServiceUnavailable or ServiceRefusal)
        {
            return null;
        }
    }

    // What can be put back is read once more. Where Catalog is away the basket is shown without: an empty one needs nothing of it.
    private static async Task<RemovedLine?> RemovedAsync(RemovedLine removed, string town, CatalogClient catalog, CancellationToken token)
    {
        try
        {
            var found = removed.With(await catalog.OfferAsync(removed.Id, town, token), town);
            return found.CanHaveBeen ? found : null;
        }
        catch (Exception failure) when (failure is ServiceUnavailable or ServiceRefusal)
        {
            return null;
        }
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
        "commande" => ui["basket.back.ordered"],
        "plein" => ui.T("basket.full", BasketStore.MostLines),
        "reste" => ui["basket.add.rest"],
        "plafond" => ui["basket.add.most"],
        "pieces" => ui["basket.add.pieces.some"],
        "nombre" => $"{QuantityTrouble(new(SaleUnit.Piece), ui)} {ui["basket.unchanged"]}",
        "poids" => $"{QuantityTrouble(new(SaleUnit.Weight), ui)} {ui["basket.unchanged"]}",
        "reserve" => $"{ui["checkout.others.title"]}. {ui["checkout.others.text"]}",
        _ => null,
    };

    internal static string Impossible(SaleUnit unit) => unit == SaleUnit.Weight ? "poids" : "nombre";

    internal static string QuantityTrouble(Measure measure, Ui ui) => measure.InGrams
        ? ui.T("basket.grams.impossible", ui.Weight(BasketQuantity.Step(measure)), ui.Weight(BasketQuantity.Most(measure)))
        : ui.T("basket.quantity.impossible", ui.Number(1), ui.Number(measure.Counted(BasketQuantity.Most(measure))));

    /// <summary>Beside a quantity: what a piece weighed on the page, 0 or nothing where it was asked for in grams.</summary>
    internal const string PieceField = "piece";

    internal static long? PieceGrams(string? text) => Quantity(text) is > 0 and var grams ? grams : null;

    internal static string PiecesMoved(Offer offer, Ui ui) => offer.PieceGrams is { } grams ? ui.T("basket.add.pieces", offer.Title, ui.Weight(grams)) : ui.T("basket.add.pieces.none", offer.Title);

    /// <summary>Null: no whole number, or none that fits.</summary>
    internal static long? Quantity(string? text) => long.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var quantity) ? quantity : null;

    // 303: the browser asks the next page with GET, and reloading it sends nothing again.
    private static SeeOther Seen(string href) => new SeeOther(href);
}

/// <param name="Trouble">Why what was asked for is not, or not all, in the basket.</param>
public sealed record BasketModel(Town Town, BasketView Basket, string? Added, IReadOnlyList<RemovedLine> Removed, EarlierNotice? Earlier, string? Trouble)
{
    /// <summary>Lines for which something was typed that cannot be: they have what they had.</summary>
    public IReadOnlyList<OfferId> Impossible { get; init; } = [];
}
