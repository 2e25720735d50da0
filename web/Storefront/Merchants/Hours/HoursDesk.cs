using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Merchants.Orders;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Merchants.Hours;

/// <summary><c>/pro/{shop}/horaires</c>: today, the week, how goods are collected, and the days on which it is otherwise.</summary>
public static class HoursDesk
{
    private static readonly string[] _said = ["week", "slots", "closed-today", "date", "removed"];

    /// <param name="TodayBy">The exception that decides on today, if one does.</param>
    /// <param name="Open">The shop's open orders; null where Ordering did not answer.</param>
    /// <param name="Said">What was just done.</param>
    public sealed record Model(ProShop Shop, Shop Now, DateOnly Today, ExceptionalHours? TodayBy, IReadOnlyList<PublicHoliday> Holidays,
        IReadOnlyList<Contracts.Ordering.Api.ShopOrderCard>? Open, string? Said, bool Refused)
    {
        public DayHoursOn DayOf(int days) => Now.NextDays.FirstOrDefault(d => d.Date == Today.AddDays(days)) ?? new DayHoursOn(Today.AddDays(days), [], null);

        public TouchedOrders? TouchedBy(ExceptionalHours hours) => Open is null ? null : TouchedOrders.By(hours, [.. Now.Exceptions.Where(e => e != hours)], Open);
    }

    /// <summary>A dated exception as a form carries it.</summary>
    public sealed record ExceptionForm
    {
        public string? From { get; set; }
        public string? To { get; set; }
        public string? Reason { get; set; }
        public string? Blocks { get; set; }

        internal ExceptionalHours? Read() => HoursWords.ParseDate(From) is { } from && HoursWords.ParseDate(To) is { } to
            ? new ExceptionalHours(from, to, string.IsNullOrEmpty(Reason) ? null : Reason, HoursWords.Unpacked(Blocks)) : null;
    }

    internal static void MapHours(this RouteGroupBuilder shop)
    {
        shop.MapGet("/horaires", ShowAsync);
        shop.MapPost("/horaires/retirer", RemoveAsync);
        shop.MapWeek();
        shop.MapSlotRules();
        shop.MapClosing();
    }

    private static async Task<IResult> ShowAsync(HttpContext http, MerchantsClient merchants, ShopHoursClient hours, ShopOrdersClient orders, TimeProvider clock, CancellationToken token, string? fait = null, string? refus = null)
    {
        var shop = http.ProShop();
        var (now, holidays, open) = (merchants.ShopAsync(shop.Slug, token), hours.HolidaysAsync(shop.Slug, token), orders.OpenAsync(shop.Slug, token));
        await Task.WhenAll(now, holidays, open);
        if (await now is not { } known)
        {
            return Results.NotFound();
        }
        var today = Ui.LocalDate(clock.GetUtcNow());
        return Page.Of<HoursPage, Model>(new Model(shop, known, today, DecidingOn(today, known.Exceptions), await holidays, await open, _said.Contains(fait) ? fait : null, refus is not null));
    }

    private static async Task<IResult> RemoveAsync([FromForm] ExceptionForm form, HttpContext http, ShopHoursClient hours, CancellationToken token)
    {
        var shop = http.ProShop().Slug;
        var removed = form.Read() is { } exception && (await hours.RemoveAsync(shop, exception, token)).Ok;
        return new SeeOther($"/pro/{shop}/horaires" + (removed ? "?fait=removed" : "?refus=1"));
    }

    /// <summary>Of several exceptions for a date the shortest holds, of equal ones the later in the list: as Merchants reads them.</summary>
    internal static ExceptionalHours? DecidingOn(DateOnly date, IReadOnlyList<ExceptionalHours> exceptions) =>
        exceptions.Where(e => e.From <= date && date <= e.To).Reverse().MinBy(e => e.To.DayNumber - e.From.DayNumber);
}
