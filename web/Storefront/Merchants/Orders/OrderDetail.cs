using System.Globalization;
using System.Net;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Merchants.HandOver;
using Marketplace.Storefront.Merchants.Scales;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Merchants.Orders;

/// <summary><c>/pro/{shop}/commandes/{order}</c>: one order whole, with its final weights, what is missing, and refusing all or part of it.</summary>
public static class OrderDetail
{
    public const string Missing = "manque";
    public const string Confirmed = "confirme";

    /// <summary>The button that says what labels hold, and before each line's number the field that keeps its label till then.</summary>
    public const string Holds = "porte", Label = "etiquette";

    /// <param name="Typed">What was sent in one of the page's forms, by field, after a refusal; what was scanned stands there in grams.</param>
    /// <param name="Wrong">Sentences by the id of their field.</param>
    /// <param name="Scanned">What labels told, to be looked at before "ready" is pressed.</param>
    /// <param name="Confirm">What a tap on the weights that are asked about confirms; null: none is.</param>
    /// <param name="Asked">Labels that could hold a weight or a price.</param>
    public sealed record Model(ProShop Shop, ShopOrderCard Order, Said? Said, IReadOnlyDictionary<string, string> Typed, IReadOnlyList<(string Field, string Message)> Wrong,
        IReadOnlyList<string>? Scanned = null, string? Confirm = null, IReadOnlyList<AskedLabel>? Asked = null)
    {
        public bool Open => Order.Status is "requested" or "accepted";

        public bool MayBeDeclined => Open || Order.Status == "ready";

        /// <summary>Where the page begins: at what is to be mended, or where the next label goes.</summary>
        public string? Focus => Scanned is null ? (Wrong.Count > 0 ? Wrong[0].Field : null) : Order.Lines.Where(l => l is { State: "ok", Unit: SaleUnit.Weight }).Select(l => FieldOf(l))
            .FirstOrDefault(f => string.IsNullOrWhiteSpace(Typed.GetValueOrDefault(f)) || ErrorOf(f) is not null);

        public string? ErrorOf(string field) => Wrong.FirstOrDefault(w => w.Field == field).Message;

        /// <summary>Whether it is chosen: as it was sent, else as the form begins.</summary>
        public bool Chosen(string field, string value, string? first = null) => (Typed.GetValueOrDefault(field) ?? first)?.Split(',').Contains(value) is true;
    }

    /// <param name="Field">Where it was scanned to.</param>
    /// <param name="Label">As it was scanned.</param>
    /// <param name="Value">Grams, or cents.</param>
    /// <param name="ByPrice">Grams, should those be cents.</param>
    public sealed record AskedLabel(string Field, string Label, long Value, long ByPrice);

    /// <summary>Where refusals of what was chosen and written stand.</summary>
    public const string LinesField = "champ-lines", ReasonField = "champ-reasonText", CodeField = "champ-Code";

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
            // The stock's account names a substitute's hold: that is its order's page.
            ? found.OrderId.Value != order ? Results.LocalRedirect(Address(http.ProShop(), found.OrderId, QueryString.Empty)) : Page.Of<OrderDetailPage, Model>(new Model(http.ProShop(), found, Said.From(http.Request), _nothing, []))
            : Trouble.NotFound(null);

    private static async Task<IResult> ReadyAsync(Guid order, HttpContext http, ShopOrdersClient orders, ShopScales scales, Ui ui, CancellationToken token)
    {
        var shop = http.ProShop();
        if (await orders.OrderAsync(shop.Slug, new OrderId(order), token) is not { } found)
        {
            return Trouble.NotFound(null);
        }
        var form = await http.Request.ReadFormAsync(token);
        var typed = Typed(form);
        if (LabelsOf(found, typed) is { Count: > 0 } labels)
        {
            // A scanner ends with Enter, which is no "ready": what it read is shown first.
            var read = ReadLabels(shop, found, labels, typed, await HoldAsync(shop, form, scales, token), ui);
            return Page.Of<OrderDetailPage, Model>(read, read.Wrong.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
        }
        var (finals, wrong) = Read(found, form, ui);
        var (asked, confirm) = wrong.Count > 0 ? (wrong, null) : Confirm(found, finals, form, ui);
        if (asked.Count > 0)
        {
            return Page.Of<OrderDetailPage, Model>(new Model(shop, found, null, typed, asked, Confirm: confirm), StatusCodes.Status422UnprocessableEntity);
        }
        var answer = await orders.ReadyAsync(shop.Slug, found.OrderId, new MarkReady(finals), token);
        return answer.Ok ? Results.LocalRedirect($"/pro/{shop.Slug}" + Said.After(answer, answer.Value!.Status == "declined" ? "declined" : "ready"))
            : await RefusedAsync(answer.Problem!, null, order, http, orders, typed, now => now.Open, token);
    }

    private static Dictionary<string, string> Typed(IFormCollection form) => form.ToDictionary(f => f.Key, f => f.Value.ToString());

    // What was sent stands in the form again as long as the order still has it; what the order does not allow any more, the order says.
    private static async Task<IResult> RefusedAsync(
        Problem problem, (string Field, string Message)? wrong, Guid order, HttpContext http, ShopOrdersClient orders, Dictionary<string, string> typed, Func<Model, bool> offers, CancellationToken token)
    {
        var shop = http.ProShop();
        if (await orders.OrderAsync(shop.Slug, new OrderId(order), token) is not { } now)
        {
            return Trouble.NotFound(null);
        }
        var again = new Model(shop, now, wrong is null ? Said.Of(problem) : null, typed, wrong is { } at ? [at] : []);
        return offers(again) ? Page.Of<OrderDetailPage, Model>(again, StatusCodes.Status422UnprocessableEntity) : Results.LocalRedirect(Address(shop, now.OrderId, Said.Refused(problem)));
    }

    private static string FieldOf(LineView line) => $"final-{line.OfferId}";

    // What was scanned; and what is still asked about, where nothing else was typed and it is not ticked as missing.
    private static List<(LineView Line, string Text)> LabelsOf(ShopOrderCard order, Dictionary<string, string> typed)
    {
        return [.. order.Lines.Where(l => l is { State: "ok", Unit: SaleUnit.Weight }).Select(l => (l, TextOf(l))).Where(l => ScaleLabel.IsLabel(l.Item2))];

        string TextOf(LineView line) => typed.GetValueOrDefault(FieldOf(line)) is { } text && !string.IsNullOrWhiteSpace(text) ? text
            : typed.ContainsKey($"{Missing}-{line.OfferId}") ? "" : typed.GetValueOrDefault($"{Label}-{line.OfferId}") ?? "";
    }

    // One press says what this label holds, and those to come.
    private static async Task<(ScaleHolds? Holds, bool Said)> HoldAsync(ProShop shop, IFormCollection form, ShopScales scales, CancellationToken token)
    {
        if (ShopScales.Read(form[Holds]) is not { } said)
        {
            return (await scales.FindAsync(shop.Id, token), false);
        }
        await scales.KeepAsync(shop.Id, said, token);
        return (said, true);
    }

    // Puts the grams of scanned labels where they were scanned to.
    private static Model ReadLabels(ProShop shop, ShopOrderCard order, List<(LineView Line, string Text)> labels, Dictionary<string, string> typed, (ScaleHolds? Holds, bool Said) scale, Ui ui)
    {
        var scanned = new List<string>();
        var wrong = new List<(string, string)>();
        var asked = new List<AskedLabel>();
        foreach (var (line, text) in labels)
        {
            var field = FieldOf(line);
            var label = ScaleLabel.Read(text, line.Quantity, line.PriceCents, line.Ean13, scale.Holds)!.Value;
            if (label is { Fault: "which" } && scale.Said)
            {
                // Somebody has this very label in front of them: what they say counts, also where it is far from what was ordered.
                label = scale.Holds == ScaleHolds.Weight ? new(label.Either!.Value.Value, null) : new(label.Either!.Value.ByPrice, null, PriceCents: label.Either.Value.Value);
            }
            typed[field] = label.Grams?.ToString(CultureInfo.InvariantCulture) ?? "";
            if (label.Fault is { } fault)
            {
                wrong.Add((field, ui.T("pro.label." + fault, line.Title)));
                if (label.Either is { } either)
                {
                    asked.Add(new AskedLabel(field, text, either.Value, either.ByPrice));
                }
            }
            else if (label.Grams > MostOf(line))
            {
                wrong.Add((field, TooMuch(line, ui)));
            }
            else
            {
                var weight = ui.Quantity(line.Unit, label.Grams!.Value);
                scanned.Add(label.PriceCents is { } price ? ui.T("pro.label.read.price", line.Title, weight, ui.Money(price)) : ui.T("pro.label.read", line.Title, weight));
            }
        }
        if (scale.Said)
        {
            scanned.Add(ui["pro.label.kept." + ShopScales.Write(scale.Holds!.Value)]);
        }
        return new Model(shop, order, null, typed, wrong, scanned, Asked: asked);
    }

    // 3 g typed for 300 g: asked about, and sent once that very weight was confirmed. Another one typed meanwhile is asked about anew.
    private static (IReadOnlyList<(string Field, string Message)> Asked, string? Confirm) Confirm(ShopOrderCard order, IReadOnlyList<MarkReady.Final> finals, IFormCollection form, Ui ui)
    {
        var confirmed = form[Confirmed].ToString().Split(' ');
        var asked = new List<(string, string)>();
        var words = new List<string>();
        foreach (var line in order.Lines.Where(l => l.Unit == SaleUnit.Weight))
        {
            if (finals.FirstOrDefault(f => f.OfferId == line.OfferId)?.Quantity is not (> 0 and var grams) || grams * 2 >= line.Quantity)
            {
                continue;
            }
            words.Add($"{line.OfferId}={grams}");
            if (!confirmed.Contains(words[^1]))
            {
                asked.Add((FieldOf(line), ui.T("pro.ready.weight.far", line.Title, ui.Quantity(line.Unit, grams), ui.Quantity(line.Unit, line.Quantity))));
            }
        }
        return (asked, asked.Count == 0 ? null : string.Join(' ', words));
    }

    /// <summary>What may be in the bag: as ordered, or what the customer has accepted of goods that are weighed.</summary>
    internal static long MostOf(LineView line) => line.AtMost ?? line.Quantity;

    private static string TooMuch(LineView line, Ui ui) => Shortages.EachOf(line) == 1 ? ui.T("pro.ready.toomuch", line.Title, ui.Quantity(line.Unit, MostOf(line)))
        : ui.T("pro.ready.toomuch.pieces", line.Title, ui.Quantity(line.Unit, MostOf(line)), ui.Number(MostOf(line))); // whole pieces are not cut

    // A weight left empty is an error, not "as ordered": the resident pays what the scale said.
    internal static (IReadOnlyList<MarkReady.Final> Finals, IReadOnlyList<(string Field, string Message)> Wrong) Read(ShopOrderCard order, IFormCollection form, Ui ui)
    {
        var finals = new List<MarkReady.Final>();
        var wrong = new List<(string, string)>();
        foreach (var line in order.Lines.Where(l => l.State == "ok"))
        {
            var field = FieldOf(line);
            if (form[$"{Missing}-{line.OfferId}"].Count > 0)
            {
                finals.Add(new MarkReady.Final(line.OfferId, 0));
            }
            else if (!long.TryParse(string.Concat(form[field].ToString().Where(c => !char.IsWhiteSpace(c))), NumberStyles.None, CultureInfo.InvariantCulture, out var quantity) || quantity == 0)
            {
                wrong.Add((field, ui.T(line.Unit == SaleUnit.Weight ? "pro.ready.weight.missing" : "pro.ready.pieces.missing", line.Title)));
            }
            else if (quantity > MostOf(line))
            {
                wrong.Add((field, TooMuch(line, ui)));
            }
            else
            {
                finals.Add(new MarkReady.Final(line.OfferId, quantity));
            }
        }
        return (finals, wrong);
    }

    private static async Task<IResult> DeclineAsync(Guid order, HttpContext http, ShopOrdersClient orders, Ui ui, CancellationToken token)
    {
        var shop = http.ProShop();
        var form = await http.Request.ReadFormAsync(token);
        var (decline, wrong) = ReadDecline(form, ui);
        if (decline is null)
        {
            return await orders.OrderAsync(shop.Slug, new OrderId(order), token) is not { } found ? Trouble.NotFound(null)
                : new Model(shop, found, null, Typed(form), wrong) is { MayBeDeclined: true } again ? Page.Of<OrderDetailPage, Model>(again, StatusCodes.Status422UnprocessableEntity)
                : Results.LocalRedirect(Address(shop, found.OrderId, Said.Refused(new Problem("changed-meanwhile", null, null, null))));
        }
        var answer = await orders.DeclineAsync(shop.Slug, new OrderId(order), decline, token);
        if (!answer.Ok)
        {
            (string, string)? at = answer.Problem!.Code switch
            {
                "unknown-line" => (LinesField, ui["pro.refused.unknown-line"]),
                "reason-invalid" => (ReasonField, ui["pro.refused.reason-invalid"]),
                _ => null,
            };
            return await RefusedAsync(answer.Problem, at, order, http, orders, Typed(form), now => now.MayBeDeclined, token);
        }
        return Results.LocalRedirect(answer.Value!.Status == "declined"
            ? $"/pro/{shop.Slug}" + Said.After(answer, "declined")
            : Address(shop, new OrderId(order), new QueryString(Said.After(answer, "lines-declined"))));
    }

    // It is final, and the reason decides what goes on sale again: of two answers that contradict each other none is guessed.
    private static (Decline? Decline, IReadOnlyList<(string Field, string Message)> Wrong) ReadDecline(IFormCollection form, Ui ui)
    {
        var lines = form["lines"].Select(l => OfferId.TryParse(l, null, out var id) ? id : (OfferId?)null).OfType<OfferId>().ToList();
        var all = form["scope"] == "all";
        var text = string.Join(' ', form["reasonText"].ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var preset = form["reason"].ToString() is var code and ("shortage" or "quality" or "closed") ? code : null; // told to each in their own language
        var wrong = new List<(string, string)>();
        if (all == lines.Count > 0)
        {
            wrong.Add((LinesField, ui[all ? "pro.decline.both" : "pro.refused.unknown-line"]));
        }
        if (preset is not null && text.Length > 0)
        {
            wrong.Add((ReasonField, ui["pro.decline.reason.both"]));
        }
        else if (preset is null && text.Length is 0 or > 300)
        {
            wrong.Add((ReasonField, ui["pro.refused.reason-invalid"]));
        }
        return wrong.Count > 0 ? (null, wrong) : (new Decline(preset ?? text, all ? null : lines), wrong);
    }

    // Found by its name, the order still opens only to its code.
    private static async Task<IResult> HandOverAsync(Guid order, [FromForm] HandingOver.HandOverForm form, HttpContext http, ShopOrdersClient orders, Ui ui, CancellationToken token)
    {
        var shop = http.ProShop();
        var answer = ScannedText.Read(form.Code).Code is { } code
            ? await orders.HandOverAsync(shop.Slug, new OrderId(order), code, form.Payment, token)
            : new Answer<ShopOrderCard>(null, HttpStatusCode.UnprocessableEntity, new Problem("wrong-code", null, null, null));
        if (answer.Ok)
        {
            return Results.LocalRedirect($"/pro/{shop.Slug}" + Said.After(answer, "collected"));
        }
        (string, string)? at = answer.Problem!.Code is "wrong-code" or "too-many-wrong-codes" ? (CodeField, ui["pro.refused." + answer.Problem.Code]) : null;
        return await RefusedAsync(answer.Problem, at, order, http, orders, new() { ["Code"] = form.Code ?? "" }, now => now.Order.Status == "ready", token);
    }

    private static string Address(ProShop shop, OrderId order, QueryString said) => $"/pro/{shop.Slug}/commandes/{order}{said}";
}
