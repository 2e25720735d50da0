using System.Globalization;
using System.Net;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Merchants.HandOver;
using Marketplace.Storefront.Merchants.Orders;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Merchants.Point;

/// <summary>
/// <c>/pro/{shop}/point</c>: the counter of a shared pickup point, for the shop that keeps it. A code shows every shop's parcel, there or not, and
/// what to ask for; one tap hands over what was shown to be there. A parcel that cannot be found is left out, and the sum is shown anew before
/// anything is handed over. The code is posted, never in an address.
/// </summary>
public static class AtThePoint
{
    private const int MostLeft = 50;

    /// <summary>A code alone looks; with an order and its parcels it hands over.</summary>
    public sealed record PointForm
    {
        public string? Code { get; set; }
        public Guid? Order { get; set; }
        /// <summary>All parcels that were shown to be there, as they were: each a shop and a version, separated by commas.</summary>
        public string? Shown { get; set; }
        /// <summary>Those whose sum was shown.</summary>
        public string? Asked { get; set; }
    }

    /// <param name="Order">What the code opened, if anything.</param>
    /// <param name="Refusal">Key of what is wrong with the code.</param>
    /// <param name="Left">Whose parcels were not found.</param>
    public sealed record Model(ProShop Shop, string? Code, PointOrder? Order, string? Refusal, Said? Said, IReadOnlyCollection<ShopId> Left)
    {
        /// <summary>What nobody collected here and its shop is to fetch; with no order only.</summary>
        public LeftParcelPage? ToFetch { get; init; }
        public IReadOnlyList<PointParcel> There => [.. Order?.Parcels.Where(IsThere) ?? []];
        public IReadOnlyList<PointParcel> Chosen => [.. There.Where(p => !Left.Contains(p.ShopId))];
        /// <summary>Whatever is said to lie here is looked for already: there is nothing new to tell of it.</summary>
        public bool StillSought => There.All(p => p.SoughtSince is not null);
        public int Coming => Order?.Parcels.Count(IsComing) ?? 0;
        public static bool IsThere(PointParcel parcel) => parcel is { Status: "ready", DepositedAt: not null };
        public static bool IsComing(PointParcel parcel) => parcel.Status is "requested" or "accepted" or "ready" && !IsThere(parcel);
    }

    internal static void MapPoint(this RouteGroupBuilder shop)
    {
        shop.MapGet("/point", ShowAsync);
        shop.MapPost("/point", PostAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, ShopOrdersClient orders, CancellationToken token) => http.ProShop() is { MayAct: true, KeepsPoint: true } shop
        ? Page.Of<PointPage, Model>(new Model(shop, null, null, null, Said.From(http.Request), []) { ToFetch = await orders.LeftAtPointAsync(shop.Slug, MostLeft, token) })
        : Results.LocalRedirect($"/pro/{http.ProShop().Slug}");

    private static async Task<IResult> PostAsync([FromForm] PointForm form, HttpContext http, ShopOrdersClient orders, CancellationToken token)
    {
        var shop = http.ProShop();
        if (ScannedText.Read(form.Code).Code is not { } code)
        {
            return Wrong(shop, form.Code?.Trim(), "not-a-code");
        }

        Problem? refused = null;
        var ticked = Read(http.Request.Form["Parcels"].ToString());
        IReadOnlyList<HandOverParcels.Seen> left = [.. Read(form.Shown).Except(ticked)];
        // Money is asked for what is handed over: other parcels than those of the sum that was shown are shown with theirs first.
        if (form.Order is { } order && Read(form.Asked).ToHashSet().SetEquals(ticked))
        {
            var given = await orders.HandOverAtPointAsync(shop.Slug, new OrderId(order), new HandOverParcels(code, ticked, left), token);
            if (given.Ok)
            {
                return Results.LocalRedirect($"/pro/{shop.Slug}/point" + Said.Done(ticked.Count == 0 ? "sought" : left.Count == 0 ? "point" : "point-sought", given.Value!.Reference));
            }
            if (given.Status != HttpStatusCode.Conflict)
            {
                return Results.LocalRedirect($"/pro/{shop.Slug}/point{Said.Refused(given.Problem!)}");
            }
            refused = given.Problem; // what stands now shows why
        }

        var found = await orders.AtPointAsync(shop.Slug, code, token);
        if (!found.Ok)
        {
            return Wrong(shop, code, found.Problem!.Code == "code-not-found" ? "unknown-code.point" : Said.Code(found.Problem));
        }
        // What was not found before is given out by whoever says that it is there.
        var without = form.Order is null ? [.. found.Value!.Parcels.Where(p => p.SoughtSince is not null).Select(p => p.ShopId)] : left.Select(p => p.ShopId).ToList();
        return Page.Of<PointPage, Model>(new Model(shop, code, found.Value, null, refused is null ? null : new Said("pro.refused." + Said.Code(refused), null, Bad: true), without),
            refused is null ? StatusCodes.Status200OK : StatusCodes.Status409Conflict);
    }

    public static string Write(IEnumerable<PointParcel> parcels) =>
        string.Join(',', parcels.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.ShopId}:{p.Version}")));

    // What nobody wrote here makes a hand-over of nothing, which is refused.
    private static IReadOnlyList<HandOverParcels.Seen> Read(string? parcels) =>
    [
        .. (parcels ?? "").Split(',').Select(p => p.Split(':') is [var id, var seen] && ShopId.TryParse(id, null, out var shop)
            && long.TryParse(seen, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? new HandOverParcels.Seen(shop, version) : null).OfType<HandOverParcels.Seen>(),
    ];

    private static IResult Wrong(ProShop shop, string? code, string refusal) =>
        Page.Of<PointPage, Model>(new Model(shop, code, null, refusal, null, []), StatusCodes.Status422UnprocessableEntity);
}
