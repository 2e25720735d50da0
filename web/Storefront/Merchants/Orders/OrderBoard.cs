using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Merchants.Orders;

/// <summary>
/// <c>/pro/{shop}</c>: what is to do now, in the order in which people come. One tap each to accept and to say ready, and for ten seconds one to take it back.
/// </summary>
public static class OrderBoard
{
    private const int MostOpen = 100;
    private const int MostToday = 30;

    /// <param name="Cancelled">Cancelled by their residents today, and not yet taken note of here.</param>
    /// <param name="Left">Collected by nobody, and still to be fetched from the shared point.</param>
    /// <param name="Requested">To accept.</param>
    /// <param name="Accepted">To prepare.</param>
    /// <param name="Preparing">In preparation: their residents can no longer cancel.</param>
    /// <param name="Ready">Waiting for their owners.</param>
    /// <param name="Collected">Handed over today.</param>
    /// <param name="Hidden">Open orders beyond those shown.</param>
    /// <param name="HiddenLeft">Parcels to be fetched beyond those shown.</param>
    /// <param name="Withdrawn">Of which the shop has to say whether what its customers withdrew from is back.</param>
    public sealed record Model(ProShop Shop, IReadOnlyList<ShopOrderCard> Cancelled, IReadOnlyList<ShopOrderCard> Left, IReadOnlyList<ShopOrderCard> Requested, IReadOnlyList<ShopOrderCard> Accepted,
        IReadOnlyList<ShopOrderCard> Preparing, IReadOnlyList<ShopOrderCard> Ready, IReadOnlyList<ShopOrderCard> Collected, int Hidden, int HiddenLeft, ShopOrderPage Withdrawn, Said? Said)
    {
        /// <summary>The order whose step was just said to be done.</summary>
        public ShopOrderCard? Tapped => Said is not { Bad: false, Key: "pro.done.accepted" or "pro.done.started" or "pro.done.ready" or "pro.done.deposited" } ? null
            : Requested.Concat(Accepted).Concat(Preparing).Concat(Ready).FirstOrDefault(o => o.Reference == Said.Reference);
    }

    public sealed record TakeBackForm
    {
        /// <summary>The version of the tap: of two taps the one that was seen is taken back, or none.</summary>
        public long Step { get; set; }
    }

    internal static void MapOrderBoard(this RouteGroupBuilder shop)
    {
        shop.MapGet("", ShowAsync);
        shop.MapPost("/commandes/{order:guid}/accepter", (Guid order, HttpContext http, ShopOrdersClient orders, CancellationToken token) =>
            ActAsync(http, orders.AcceptAsync(http.ProShop().Slug, new OrderId(order), token), "accepted"));
        shop.MapPost("/commandes/{order:guid}/commencer", (Guid order, HttpContext http, ShopOrdersClient orders, CancellationToken token) =>
            ActAsync(http, orders.StartAsync(http.ProShop().Slug, new OrderId(order), token), "started"));
        shop.MapPost("/commandes/{order:guid}/toute-prete", (Guid order, HttpContext http, ShopOrdersClient orders, CancellationToken token) =>
            ActAsync(http, orders.ReadyAsync(http.ProShop().Slug, new OrderId(order), new MarkReady(null), token), "ready"));
        shop.MapPost("/commandes/{order:guid}/retour", ([FromForm] TakeBackForm form, Guid order, HttpContext http, ShopOrdersClient orders, CancellationToken token) =>
            ActAsync(http, orders.TakeBackAsync(http.ProShop().Slug, new OrderId(order), form.Step, token), "taken-back"));
        shop.MapPost("/commandes/{order:guid}/deposer", (Guid order, HttpContext http, ShopOrdersClient orders, CancellationToken token) =>
            ActAsync(http, orders.DepositAsync(http.ProShop().Slug, new OrderId(order), token), "deposited"));
        shop.MapPost("/commandes/{order:guid}/rapportee", (Guid order, HttpContext http, ShopOrdersClient orders, CancellationToken token) =>
            ActAsync(http, orders.BroughtBackAsync(http.ProShop().Slug, new OrderId(order), token), "brought-back"));
        shop.MapPost("/commandes/{order:guid}/vue", TakeNoteAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, ShopOrdersClient orders, Ui ui, CancellationToken token)
    {
        var shop = http.ProShop();
        var open = orders.ListAsync(shop.Slug, "requested,accepted,ready", 1, MostOpen, token);
        var collected = orders.ListAsync(shop.Slug, "collected", 1, MostToday, token);
        var cancelled = orders.ListAsync(shop.Slug, "cancelled", 1, MostToday, token);
        var left = orders.ListAsync(shop.Slug, "to-bring-back", 1, MostToday, token);
        var all = (await open).Items;
        var withdrawn = orders.ListAsync(shop.Slug, "withdrawn-from", 1, MostToday, token);
        var seen = SeenTickets.Of(http);
        return Page.Of<BoardPage, Model>(new Model(shop, [.. Today(await cancelled).Where(o => !seen.Contains(o.Reference))], (await left).Items,
            Of("requested", started: false), Of("accepted", started: false), Of("accepted", started: true), Of("ready", started: true), [.. Today(await collected)],
            (await open).Total - all.Count, (await left).Total - (await left).Items.Count, await withdrawn, Said.From(http.Request)));

        IReadOnlyList<ShopOrderCard> Of(string status, bool started) => [.. all.Where(o => o.Status == status && (o.PreparingSince is not null || status == "ready") == started)];
        IEnumerable<ShopOrderCard> Today(ShopOrderPage page) => page.Items.Where(o => Ui.LocalDate(o.ChangedAt ?? o.PlacedAt) == ui.Today);
    }

    private static async Task<IResult> TakeNoteAsync(Guid order, HttpContext http, ShopOrdersClient orders, CancellationToken token)
    {
        if (await orders.OrderAsync(http.ProShop().Slug, new OrderId(order), token) is { } found)
        {
            SeenTickets.Add(http, found.Reference);
        }
        return Results.LocalRedirect($"/pro/{http.ProShop().Slug}");
    }

    private static async Task<IResult> ActAsync(HttpContext http, Task<Answer<ShopOrderCard>> acting, string done)
    {
        var answer = await acting;
        return Results.LocalRedirect($"/pro/{http.ProShop().Slug}" + Said.After(answer, done));
    }
}
