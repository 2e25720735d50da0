using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Merchants.Orders;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Merchants.Hours;

/// <summary>
/// Days on which the shop is closed, or open otherwise: first which orders that touches, then, pressed again, it is so. "Fermé aujourd'hui" names its day:
/// pressed after midnight it closes neither the day that is over nor, unasked, the new one.
/// </summary>
public static class ClosingDesk
{
    private const int LongestDays = 366;

    public sealed record Form
    {
        public string? From { get; set; }
        public string? To { get; set; }
        /// <summary><c>ferme</c> or <c>ouvert</c>.</summary>
        public string? Kind { get; set; }
        public string? Reason { get; set; }
        public string? Vacation { get; set; }
        /// <summary>Seen what it touches: now it is meant.</summary>
        public string? Confirmed { get; set; }
        /// <summary>Back to the form.</summary>
        public string? Again { get; set; }
        public string? More { get; set; }
    }

    public sealed record Model(ProShop Shop, Form Typed, TypedBlocks Blocks, DateOnly Today, IReadOnlyList<(string Target, string Message)> Complaints)
    {
        public bool Vacation => Typed.Vacation == "1";
    }

    /// <param name="IsToday">Closing today, and nothing else.</param>
    /// <param name="Touched">Null: Ordering did not answer.</param>
    /// <param name="DayOver">The day that was asked for is over: nothing was closed.</param>
    /// <param name="Reopens">The hours of the day after, where it is open.</param>
    public sealed record ConfirmModel(ProShop Shop, ExceptionalHours Hours, Form Typed, TypedBlocks Blocks, bool IsToday, TouchedOrders? Touched, DateOnly? DayOver, DayHoursOn? Reopens);

    internal static void MapClosing(this RouteGroupBuilder shop)
    {
        shop.MapGet("/horaires/fermer", AskTodayAsync);
        shop.MapPost("/horaires/fermer", CloseTodayAsync);
        shop.MapGet("/horaires/date", ShowAsync);
        shop.MapPost("/horaires/date", SaveAsync);
    }

    private static async Task<IResult> AskTodayAsync(HttpContext http, MerchantsClient merchants, ShopOrdersClient orders, TimeProvider clock, CancellationToken token) =>
        http.ProShop().MayAct ? await AskAsync(http, merchants, orders, Closed(Today(clock), null), new Form(), TypedBlocks.Of("plage", []), true, null, token) : ToHours(http);

    private static async Task<IResult> CloseTodayAsync([FromForm] Form form, HttpContext http, MerchantsClient merchants, ShopHoursClient hours, ShopOrdersClient orders, TimeProvider clock, Ui ui, CancellationToken token)
    {
        var (today, meant) = (Today(clock), HoursWords.ParseDate(form.From));
        if (meant != today)
        {
            return await AskAsync(http, merchants, orders, Closed(today, null), form, TypedBlocks.Of("plage", []), true, meant ?? today, token, StatusCodes.Status409Conflict);
        }
        var answer = await hours.AddAsync(http.ProShop().Slug, Closed(today, ReasonOf(form)), token);
        return answer.Ok ? new SeeOther($"/pro/{http.ProShop().Slug}/horaires?fait=closed-today") : ToHours(http, "?refus=1");
    }

    private static async Task<IResult> ShowAsync(HttpContext http, ShopHoursClient hours, TimeProvider clock, Ui ui, CancellationToken token, string? conges = null, string? jour = null, string? ouvert = null)
    {
        var shop = http.ProShop();
        if (!shop.MayAct)
        {
            return ToHours(http);
        }
        var day = HoursWords.ParseDate(jour);
        var usual = ouvert == "1" && day is not null ? (await hours.HolidaysAsync(shop.Slug, token)).FirstOrDefault(h => h.Date == day)?.Usual ?? [] : [];
        var form = new Form
        {
            From = day is { } date ? HoursWords.Iso(date) : null,
            To = day is { } same ? HoursWords.Iso(same) : null,
            Kind = ouvert == "1" ? "ouvert" : "ferme",
            Vacation = conges == "1" ? "1" : null,
            Reason = conges == "1" ? ui["pro.vacation.reason"] : null,
        };
        return Page.Of<ClosingPage, Model>(new Model(shop, form, TypedBlocks.Of("plage", usual), Today(clock), []));
    }

    private static async Task<IResult> SaveAsync([FromForm] Form form, HttpContext http, MerchantsClient merchants, ShopHoursClient hours, ShopOrdersClient orders, TimeProvider clock, Ui ui, CancellationToken token)
    {
        var (shop, blocks) = (http.ProShop(), TypedBlocks.Read("plage", http.Request.Form));
        var typed = new Model(shop, form, form.More is null ? blocks : blocks.WithOneMore(), Today(clock), []);
        if (form.More is not null || form.Again is not null)
        {
            return Page.Of<ClosingPage, Model>(typed);
        }
        var complaints = new List<(string, string)>();
        if (Check(typed, ui, complaints) is not { } exception)
        {
            return Page.Of<ClosingPage, Model>(typed with { Complaints = complaints }, StatusCodes.Status422UnprocessableEntity);
        }
        if (form.Confirmed != "1")
        {
            return await AskAsync(http, merchants, orders, exception, form, blocks, false, null, token);
        }
        var answer = await hours.AddAsync(shop.Slug, exception, token);
        return answer.Ok ? new SeeOther($"/pro/{shop.Slug}/horaires?fait=date#dates")
            : Page.Of<ClosingPage, Model>(typed with { Complaints = [("", answer.Problem!.Detail ?? ui["pro.hours.refused"])] }, StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> AskAsync(HttpContext http, MerchantsClient merchants, ShopOrdersClient orders, ExceptionalHours hours, Form form, TypedBlocks blocks, bool isToday, DateOnly? dayOver, CancellationToken token, int status = StatusCodes.Status200OK)
    {
        var shop = http.ProShop();
        var (now, open) = (merchants.ShopAsync(shop.Slug, token), orders.OpenAsync(shop.Slug, token));
        await Task.WhenAll(now, open);
        if (await now is not { } known)
        {
            return Results.NotFound();
        }
        if (isToday && known.NextDays.FirstOrDefault(d => d.Date == hours.From) is { Blocks.Count: 0 })
        {
            return ToHours(http); // closed already: the page says why
        }
        var touched = await open is { } all ? TouchedOrders.By(hours, known.Exceptions, all) : null;
        return Page.Of<ClosingConfirmPage, ConfirmModel>(new ConfirmModel(shop, hours, form, blocks, isToday, touched, dayOver,
            known.NextDays.FirstOrDefault(d => d.Date > hours.To && d.Blocks.Count > 0)), status);
    }

    private static ExceptionalHours? Check(Model typed, Ui ui, List<(string, string)> complaints)
    {
        var form = typed.Typed;
        var from = HoursWords.ParseDate(form.From);
        var to = string.IsNullOrWhiteSpace(form.To) && !typed.Vacation ? from : HoursWords.ParseDate(form.To);
        if (from is null)
        {
            complaints.Add(("champ-From", ui["pro.date.wrong.from"]));
        }
        else if (from < typed.Today)
        {
            complaints.Add(("champ-From", ui["pro.date.wrong.past"]));
        }
        if (to is null && (from is not null || !string.IsNullOrWhiteSpace(form.To)))
        {
            complaints.Add(("champ-To", ui["pro.date.wrong.to"]));
        }
        else if (from is { } first && to is { } last && (last < first || last.DayNumber - first.DayNumber > LongestDays))
        {
            complaints.Add(("champ-To", ui[last < first ? "pro.date.wrong.order" : "pro.date.wrong.long"]));
        }
        var open = form.Kind == "ouvert" && !typed.Vacation;
        var blocks = open ? typed.Blocks.Check(ui["pro.date.hours"], ui, complaints) : [];
        if (open && typed.Blocks.Blank)
        {
            complaints.Add((typed.Blocks.FromName(0), ui["pro.date.wrong.hours"]));
        }
        return complaints.Count > 0 ? null : new ExceptionalHours(from!.Value, to!.Value, ReasonOf(form), blocks);
    }

    private static string? ReasonOf(Form form) => form.Reason?.Trim() is { Length: > 0 } reason ? reason[..Math.Min(reason.Length, 200)] : null;

    private static ExceptionalHours Closed(DateOnly day, string? reason) => new(day, day, reason, []);

    private static DateOnly Today(TimeProvider clock) => Ui.LocalDate(clock.GetUtcNow());

    private static SeeOther ToHours(HttpContext http, string query = "") => new SeeOther($"/pro/{http.ProShop().Slug}/horaires{query}");
}
