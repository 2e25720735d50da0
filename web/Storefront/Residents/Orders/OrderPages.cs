using System.Net;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Design;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;
using Marketplace.Storefront.Residents.Baskets;
using Marketplace.Storefront.Residents.Checkout;
using Marketplace.Storefront.Residents.Towns;

namespace Marketplace.Storefront.Residents.Orders;

/// <summary>An order as its resident sees it, opened by the link of its mail or by its signed-in owner.</summary>
internal static class OrderPages
{
    public static void MapOrders(this WebApplication app)
    {
        var order = app.MapGroup("/commandes/{order:guid}").WithMetadata(new ShowsOnesOwn());
        order.MapGet("/", ShowAsync);
        order.MapGet("/annuler", AskCancelAsync);
        order.MapPost("/annuler", CancelAsync);
        order.MapPost("/manque/{proposal:guid}", AnswerAsync);
        order.MapGet("/agenda.ics", CalendarAsync);
        order.MapPost("/recommencer", AgainAsync);
        order.MapGet("/payer", OrderPayment.LeaveAsync);
        order.MapGet("/retour", OrderPayment.ReturnAsync);
    }

    private const string ToPay = "payer";

    /// <summary>The token as the address carries it; mails of other hands say <c>token</c>.</summary>
    internal static string? Token(HttpRequest request) => request.Query["jeton"].ToString() is { Length: > 0 } jeton ? jeton : request.Query["token"].ToString() is { Length: > 0 } other ? other : null;

    private static async Task<IResult> ShowAsync(Guid order, string? probleme, HttpContext http, OrderingClient ordering, EarlierCheckout earlier, TownDirectory towns, Ui ui, CancellationToken token)
    {
        http.Response.Headers.CacheControl = "private, no-cache";
        if (await ordering.OrderAsync(OrderId.From(order), Token(http.Request), token) is not { } found)
        {
            return Unknown();
        }
        // Decided only after the checkout had to let go: what this basket ordered is still in it. Who was sent the link has ordered nothing.
        if (BasketCookie.Key(http) is { } key)
        {
            await earlier.SettleAsync(key, found);
        }
        var problem = probleme is not null && ui.Has("order.problem." + probleme) ? ui["order.problem." + probleme] : null;
        return Page.Of<OrderPage, OrderModel>(await ModelAsync(found, problem, http, towns, token));
    }

    private static async Task<IResult> AskCancelAsync(Guid order, string? boutique, HttpContext http, OrderingClient ordering, TownDirectory towns, CancellationToken token)
    {
        http.Response.Headers.CacheControl = "private, no-cache";
        return await ordering.OrderAsync(OrderId.From(order), Token(http.Request), token) is { } found
            ? Page.Of<OrderCancelPage, OrderCancelModel>(new OrderCancelModel(await ModelAsync(found, null, http, towns, token), boutique))
            : Unknown();
    }

    private static async Task<IResult> CancelAsync(Guid order, HttpContext http, OrderingClient ordering, CancellationToken token)
    {
        var form = await http.Request.ReadFormAsync(token);
        var jeton = form["jeton"].ToString() is { Length: > 0 } given ? given : null;
        var shop = form["boutique"].ToString() is { Length: > 0 } slug ? slug : null;
        var answer = await ordering.CancelAsync(OrderId.From(order), jeton, shop, token);
        if (answer.Status == HttpStatusCode.NotFound)
        {
            return Unknown();
        }
        var problem = answer.Problem is null ? null
            : answer.Status is HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed ? "annulation"
            : answer.Status == HttpStatusCode.TooManyRequests ? "trop" : "refus";
        return new SeeOther(Href(order, jeton) + (problem is null ? "" : (jeton is null ? "?" : "&") + "probleme=" + problem));
    }

    /// <summary>What the resident wants instead of what is missing. Of a dearer article they agree to its price, which the form names.</summary>
    private static async Task<IResult> AnswerAsync(Guid order, Guid proposal, HttpContext http, OrderingClient ordering, CancellationToken token)
    {
        var form = await http.Request.ReadFormAsync(token);
        var jeton = form["jeton"].ToString() is { Length: > 0 } given ? given : null;
        long? agreed = long.TryParse(form["accord"], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var cents) ? cents : null;
        var answer = await ordering.AnswerAsync(OrderId.From(order), jeton, proposal, form["reponse"].ToString(), agreed, token);
        if (answer.Status is HttpStatusCode.NotFound or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            return Unknown();
        }
        var problem = answer.Problem switch
        {
            null => null,
            { Code: "price-not-agreed" } => "prix",
            { Code: "answered-too-late" } => "tard",
            { Code: "already-answered" } => "repondu",
            _ when answer.Status == HttpStatusCode.TooManyRequests => "trop-reponse",
            _ => "question",
        };
        return new SeeOther(Href(order, jeton) + (problem is null ? "" : (jeton is null ? "?" : "&") + "probleme=" + problem) + "#manque-" + proposal);
    }

    private static async Task<IResult> CalendarAsync(Guid order, HttpContext http, OrderingClient ordering, Ui ui, CancellationToken token)
    {
        http.Response.Headers.CacheControl = "private, no-cache";
        return await ordering.OrderAsync(OrderId.From(order), Token(http.Request), token) is { } found
            ? Results.File(OrderCalendar.Write(found, ui, new Uri($"{http.Request.Scheme}://{http.Request.Host}{Href(order, Token(http.Request))}")), "text/calendar; charset=utf-8", $"{found.Reference}.ics")
            : Results.NotFound();
    }

    /// <summary>The same goods again, as they are sold now; the basket says what changed.</summary>
    private static async Task<IResult> AgainAsync(Guid order, HttpContext http, OrderingClient ordering, BasketStore store, CancellationToken token)
    {
        var form = await http.Request.ReadFormAsync(token);
        if (await ordering.OrderAsync(OrderId.From(order), form["jeton"].ToString() is { Length: > 0 } given ? given : null, token) is not { } found)
        {
            return Unknown();
        }
        var key = BasketCookie.KeyOrNew(http);
        var full = false;
        foreach (var shop in found.ShopOrders)
        {
            // What was ordered, not what took its place.
            foreach (var line in shop.Lines.Where(l => l.InsteadOf is null))
            {
                full |= !await store.PutAsync(key, found.Town, new BasketLine(line.OfferId, shop.Shop, line.Title, line.Unit, line.Shortage?.Ordered ?? line.Quantity, line.PriceCents, line.PieceGrams), token);
            }
        }
        return new SeeOther($"/{found.Town}/panier" + (full ? "?souci=plein" : ""));
    }

    internal static IResult Unknown() => Page.Of<OrderUnknownPage>(new Dictionary<string, object?>(), StatusCodes.Status404NotFound);

    /// <summary>The order's page, which leads on to where it is paid as soon as it can be: a form's answer may not lead to another site, a page may.</summary>
    public static string PayHref(Guid order, string? jeton) => Href(order, jeton) + (jeton is null ? "?" : "&") + ToPay + "=1";

    public static string Href(Guid order, string? jeton) => $"/commandes/{order}" + (jeton is null ? "" : "?jeton=" + Uri.EscapeDataString(jeton));

    // The code and the addresses are what counts: the page stands without the town's colours.
    internal static async Task<OrderModel> ModelAsync(OrderView order, string? problem, HttpContext http, TownDirectory towns, CancellationToken token)
    {
        var (town, demo) = ((Town?)null, false);
        try
        {
            town = await towns.TownAsync(order.Town, token);
            demo = (await towns.ShopsAsync(order.Town, token)).Any(s => s.Demo && order.ShopOrders.Any(o => o.Shop == s.Slug));
        }
        catch (Exception failure) when (failure is ServiceUnavailable or ServiceRefusal)
        {
            // Merchants is away, or was asked too often.
        }
        return new OrderModel(order, town, Token(http.Request), problem, demo) { Leads = http.Request.Query.ContainsKey(ToPay) };
    }
}

/// <param name="Demo">Of demonstration shops: said on every page about it.</param>
public sealed record OrderModel(OrderView Order, Town? Town, string? Token, string? Problem, bool Demo)
{
    public TownFrame? Frame => Town is null ? null : TownFrame.Of(Town);
    public string Href => OrderPages.Href(Order.OrderId.Value, Token);
    /// <summary>It was to be paid by card, and nobody has, or what was paid goes back: what was ordered is in the basket as before.</summary>
    public bool Unpaid => Order is { Status: "cancelled" or "expired", Payment: "card", PickupCode: null };
    /// <summary>It was just ordered, to be paid: the page leads on to where that is done.</summary>
    public bool Leads { get; init; }
    public bool Live => Order.Status is "pending" or "paying" or "confirmed";
    /// <summary>What was set aside for nothing, once nothing of the order is due: its lines stand, their shops' parts do not.</summary>
    internal long WasCents => Order.ShopOrders.Where(s => s.Status is "cancelled" or "declined" or "expired").SelectMany(s => s.Lines).Where(l => l.State == "ok").Sum(l => l.TotalCents);

    /// <summary>What a shop's part may come to on the scale; once all is weighed, what it comes to.</summary>
    internal static long AtMostCents(ShopOrderView shop) =>
        shop.Lines.Where(l => l.State == "ok").Sum(l => l.AtMost is { } most ? Money.LineTotal(l.Unit, most, l.PriceCents) : l.TotalCents);

    public bool Cancellable => Order.ShopOrders.Any(s => s.Cancellable);

    /// <summary>
    /// The key of what heads the page: an order that is over without anything handed over is no reason to say thanks, one of which something was fetched
    /// already says what is left, one of which all can be fetched says so, and one of which a shop declined its part is not all set aside.
    /// </summary>
    private string Outcome => Order.Status switch
    {
        "completed" when Order.ShopOrders.All(s => s.Status != "collected") => "nothing",
        "confirmed" when Left.Any() && Order.ShopOrders.Any(s => s.Status == "collected") => LeftAt,
        "confirmed" when Left.Any() && Left.All(CanBeFetched) => "ready",
        "confirmed" when Order.ShopOrders.Any(s => s.Status == "declined") => "partly",
        "confirmed" when Order.Purchase is { State: "authorised" } && Left.Any() && Left.All(s => s.Payment == "card") => "bought",
        "paying" when Order.PaymentUrl is null => Order.Purchase?.State == "closing" ? "closing" : "opening",
        "expired" when Order.Purchase?.Reason is { } why and not "cancelled" => "unpaid." + why,
        var status => status,
    };

    internal string Heading(Ui ui) => Outcome switch
    {
        "left" => ui.Count("order.heading.left", Left.Count()),
        "left.stops" => ui.T("order.heading.left.stops", Stops().Count(stop => Waits(stop[0]))),
        var outcome when outcome.StartsWith("unpaid.", StringComparison.Ordinal) => ui["order.heading.unpaid"],
        var outcome => ui["order.heading." + outcome],
    };

    internal string Lead(Ui ui) => Unpaid && Outcome == "cancelled" ? ui["order.lead.cancelled.unpaid"] : Outcome is "left" or "left.point" or "left.stops"
        ? ui.T(Left.All(CanBeFetched) ? "order.lead.left.ready" : "order.lead.left", string.Join(", ", Left.Select(s => s.Name)))
        : ui.T("order.lead." + Outcome, Order.Contact?.Email, ui.Time(Order.HoldExpiresAt), ui.Money(Order.Purchase?.AmountCents ?? 0));

    private IEnumerable<ShopOrderView> Left => Order.ShopOrders.Where(Waits);

    // Shops, the one point, or some of each.
    private string LeftAt => Left.Select(s => s.Pickup is { Place: { Kind: "shared" } point } ? point.Slug : null).Distinct().ToList() is [var only] ? only is null ? "left" : "left.point" : "left.stops";

    /// <summary>Where a shop's part stands, and why it ended if it ended badly.</summary>
    internal static string StatusOf(ShopOrderView shop, Ui ui)
    {
        var key = "shop.status." + shop switch
        {
            { Status: "accepted", PreparingSince: not null } => "preparing",
            { Status: "ready", SoughtSince: not null } => "sought",
            { Status: "ready", DepositedAt: not null, PointKept: not false } => "there",
            { Status: "ready" } when StillComing(shop) => "coming",
            { Status: "ready", Pickup.Place.Kind: "shared" } => "by-shop",
            { Status: "expired", Reason: "not-collected", SoughtSince: not null } => "lost",
            { Status: "expired", Reason: "not-collected", DepositedAt: not null } => "left",
            _ => shop.Status,
        };
        return shop.Reason is not { Length: > 0 } reason ? ui[key] : ui.Has($"{key}.{reason}") ? ui[$"{key}.{reason}"] : $"{ui[key]} — {ui.Reason(reason)}";
    }

    /// <summary>Ready, but its parcel is still to be brought to the shared point. Where nobody keeps that, its shop hands it over there itself.</summary>
    internal static bool StillComing(ShopOrderView shop) => shop is { Status: "ready", DepositedAt: null, PointKept: true };

    /// <summary>Of each shared point that has parcels: how many are there, to be had, of how many that are to be collected there.</summary>
    public IEnumerable<(string Place, int There, int All)> AtPoints() => Order.ShopOrders
        .Where(s => s is { Status: "requested" or "accepted" or "ready", Pickup.Place.Kind: "shared" })
        .GroupBy(s => s.Pickup!.Place.Name, (place, parcels) => (place, parcels.Count(s => s is { DepositedAt: not null, SoughtSince: null, PointKept: not false }), parcels.Count()))
        .Where(p => p.Item2 > 0);

    /// <summary>The ways to make, in Ordering's order: each shop's, or one to a shared point for all that is collected there for that hour, however long each shop lets its part lie there.</summary>
    public IEnumerable<IReadOnlyList<ShopOrderView>> Stops() => Order.ShopOrders
        .GroupBy(s => Waits(s) && s.Pickup is { Place: { Kind: "shared" } point } p ? (point.Slug, p.Start) : (s.Shop, default))
        .Select(stop => stop.ToList());

    private static bool CanBeFetched(ShopOrderView shop) => shop is { Status: "ready", SoughtSince: null } && !StillComing(shop);

    /// <summary>Still to be collected.</summary>
    public static bool Waits(ShopOrderView shop) => shop.Status is "requested" or "accepted" or "ready";
}

public sealed record OrderCancelModel(OrderModel Order, string? Shop);
