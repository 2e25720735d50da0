using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Merchants.HandOver;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Merchants.Orders;

/// <summary><c>/pro/{shop}/commandes/{order}</c>: one order whole, with its final weights, what is missing, and refusing all or part of it.</summary>
public static class OrderDetail
{
    public const string Missing = "manque";

    /// <param name="Typed">What was typed into the preparation form, by field, after a refusal.</param>
    /// <param name="Wrong">Sentences by field.</param>
    public sealed record Model(ProShop Shop, ShopOrderCard Order, Said? Said, IReadOnlyDictionary<string, string> Typed, IReadOnlyList<(string Field, string Message)> Wrong)
    {
        public string? ErrorOf(string field) => Wrong.FirstOrDefault(w => w.Field == field).Message;
    }

    private static readonly Dictionary<string, string> _nothing = [];

    internal static void MapOrderDetail(this RouteGroupBuilder shop)
    {
        shop.MapGet("/commandes/{order:guid}", ShowAsync);
        shop.MapPost("/commandes/{order:guid}/prete", ReadyAsync);
        shop.MapPost("/commandes/{order:guid}/refus", DeclineAsync);
        shop.MapPost("/commandes/{order:guid}/remise", HandOverAsync);
    }

    private static async Task<IResult> ShowAsync(Guid order, HttpContext http, ShopOrdersClient orders, CancellationToken token) =>
        await orders.OrderAsync(http.ProShop().Slug, new OrderId(order), token) is { } found
            ? Page.Of<OrderDetailPage, Model>(new Model(http.ProShop(), found, Said.From(http.Request), _nothing, []))
            : Trouble.NotFound(null);

    private static async Task<IResult> ReadyAsync(Guid order, HttpContext http, ShopOrdersClient orders, Ui ui, CancellationToken token)
    {
        var shop = http.ProShop();
        if (await orders.OrderAsync(shop.Slug, new OrderId(order), token) is not { } found)
        {
            return Trouble.NotFound(null);
        }
        var form = await http.Request.ReadFormAsync(token);
        var (finals, wrong) = Read(found, form, ui);
        if (wrong.Count > 0)
        {
            var typed = form.ToDictionary(f => f.Key, f => f.Value.ToString());
            return Page.Of<OrderDetailPage, Model>(new Model(shop, found, null, typed, wrong), StatusCodes.Status422UnprocessableEntity);
        }
        var answer = await orders.ReadyAsync(shop.Slug, found.OrderId, new MarkReady(finals), token);
        return Results.LocalRedirect(answer.Ok ? $"/pro/{shop.Slug}" + Said.After(answer, answer.Value!.Status == "declined" ? "declined" : "ready") : Address(shop, found.OrderId, Said.Refused(answer.Problem!)));
    }

    // A weight left empty is an error, not "as ordered": the resident pays what the scale said.
    internal static (IReadOnlyList<MarkReady.Final> Finals, IReadOnlyList<(string Field, string Message)> Wrong) Read(ShopOrderCard order, IFormCollection form, Ui ui)
    {
        var finals = new List<MarkReady.Final>();
        var wrong = new List<(string, string)>();
        foreach (var line in order.Lines.Where(l => l.State == "ok"))
        {
            var field = $"final-{line.OfferId}";
            if (form[$"{Missing}-{line.OfferId}"].Count > 0)
            {
                finals.Add(new MarkReady.Final(line.OfferId, 0));
            }
            else if (!long.TryParse(string.Concat(form[field].ToString().Where(c => !char.IsWhiteSpace(c))), NumberStyles.None, CultureInfo.InvariantCulture, out var quantity) || quantity == 0)
            {
                wrong.Add((field, ui.T(line.Unit == SaleUnit.Weight ? "pro.ready.weight.missing" : "pro.ready.pieces.missing", line.Title)));
            }
            else if (quantity > line.Quantity)
            {
                wrong.Add((field, ui.T("pro.ready.toomuch", line.Title, ui.Quantity(line.Unit, line.Quantity))));
            }
            else
            {
                finals.Add(new MarkReady.Final(line.OfferId, quantity));
            }
        }
        return (finals, wrong);
    }

    private static async Task<IResult> DeclineAsync(Guid order, HttpContext http, ShopOrdersClient orders, CancellationToken token)
    {
        var shop = http.ProShop();
        var form = await http.Request.ReadFormAsync(token);
        var reason = form["reason"].ToString() switch
        {
            "other" => string.Join(' ', form["reasonText"].ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
            var code and ("shortage" or "quality" or "closed") => code, // told to each in their own language
            _ => "",
        };
        if (reason.Length is 0 or > 300)
        {
            return Results.LocalRedirect(Address(shop, new OrderId(order), QueryString.Create("refus", "reason-invalid")) + "#refuser");
        }
        var lines = form["lines"].Select(l => OfferId.TryParse(l, null, out var id) ? id : (OfferId?)null).OfType<OfferId>().ToList();
        var all = form["scope"] != "lines";
        if (!all && lines.Count == 0)
        {
            return Results.LocalRedirect(Address(shop, new OrderId(order), QueryString.Create("refus", "unknown-line")) + "#refuser");
        }
        var answer = await orders.DeclineAsync(shop.Slug, new OrderId(order), new Decline(reason, all ? null : lines), token);
        return Results.LocalRedirect(answer.Ok && answer.Value!.Status == "declined"
            ? $"/pro/{shop.Slug}" + Said.After(answer, "declined")
            : Address(shop, new OrderId(order), new QueryString(Said.After(answer, "lines-declined"))));
    }

    // Found by its name, the order still opens only to its code.
    private static async Task<IResult> HandOverAsync(Guid order, [FromForm] HandingOver.CodeForm form, HttpContext http, ShopOrdersClient orders, CancellationToken token)
    {
        var shop = http.ProShop();
        var id = new OrderId(order);
        if (ScannedText.Read(form.Code).Code is not { } code)
        {
            return Results.LocalRedirect(Address(shop, id, QueryString.Create("refus", "wrong-code")));
        }
        var answer = await orders.HandOverAsync(shop.Slug, id, code, token);
        return Results.LocalRedirect(answer.Ok ? $"/pro/{shop.Slug}" + Said.After(answer, "collected") : Address(shop, id, Said.Refused(answer.Problem!)));
    }

    private static string Address(ProShop shop, OrderId order, QueryString said) => $"/pro/{shop.Slug}/commandes/{order}{said}";
}
