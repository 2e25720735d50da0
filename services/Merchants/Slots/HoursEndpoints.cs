using Marketplace.Contracts.Merchants.Api;
using Marketplace.EventStore;
using Marketplace.Merchants.Directory;
using Marketplace.Merchants.Shops;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using NodaTime;

namespace Marketplace.Merchants.Slots;

/// <summary>
/// When a shop is open and how its goods are collected. What is replaced whole may name the version that it replaces; one date is added or removed by
/// itself, so that two people who do so at once both have what they wanted.
/// </summary>
internal static class HoursEndpoints
{
    /// <summary>Ended exceptions are kept for as long as a slot that was booked on them can matter, and no longer: a list that only grows is full one day.</summary>
    private const int KeptDays = SlotCalendar.HorizonDays;

    private const int HolidayDays = 366;

    public static RouteGroupBuilder MapHours(this RouteGroupBuilder api)
    {
        var shop = api.MapGroup("/shops/{shop}");
        Change(shop.MapPut("/hours", SetHoursAsync)).WithSummary("The week.");
        Change(shop.MapPut("/slot-rules", SetSlotRulesAsync)).WithSummary("Slots, capacity, lead time, cut-offs.");
        Change(shop.MapPut("/exceptions", SetExceptionsAsync)).WithSummary("All dated exceptions, as they are to be from now on.");
        Change(shop.MapPost("/exceptions", AddExceptionAsync))
            .WithSummary("Adds one dated exception, after those that are there: of equally long ones for a day it holds. The same again changes nothing.");
        Change(shop.MapPost("/exceptions/removal", RemoveExceptionAsync))
            .WithSummary("Removes the exception that is equal to this one. One that is not there, or no longer, changes nothing.");
        shop.MapGet("/public-holidays", Holidays).AllowAnyoneInShop();
        return api;

        static RouteHandlerBuilder Change(RouteHandlerBuilder change) => change.RequireShop("shop:write", ShopRole.Staff, coordinators: true).ReadsIfMatch("the shop").AnswersETag();
    }

    private static Task<Shop> SetHoursAsync(HttpContext context, DirectoryChanges changes, ShopViews views, string shop, WeeklyHours hours)
    {
        HoursRules.Check(hours);
        return ChangeAsync(context, changes, views, shop, s => (s.Definition with { Hours = hours }, s.Exceptions));
    }

    private static Task<Shop> SetSlotRulesAsync(HttpContext context, DirectoryChanges changes, ShopViews views, string shop, SlotRules rules)
    {
        HoursRules.Check(rules);
        return ChangeAsync(context, changes, views, shop, s => (s.Definition with { Slots = rules }, s.Exceptions));
    }

    private static Task<Shop> SetExceptionsAsync(HttpContext context, DirectoryChanges changes, ShopViews views, string shop, IReadOnlyList<ExceptionalHours> exceptions)
    {
        HoursRules.Check(exceptions);
        return ChangeAsync(context, changes, views, shop, s => (s.Definition, exceptions));
    }

    private static Task<Shop> AddExceptionAsync(HttpContext context, DirectoryChanges changes, ShopViews views, IClock clock, string shop, ExceptionalHours exception)
    {
        HoursRules.Check([exception]);
        var today = Paris.DateOf(clock.GetCurrentInstant()).ToDateOnly();
        if (exception.To < today)
        {
            throw Refusal.Invalid("date-past", "Cette date est passée.", "This date is past.");
        }

        return ChangeAsync(context, changes, views, shop, s =>
        {
            IReadOnlyList<ExceptionalHours> after = [.. s.Exceptions.Where(e => e.To >= today.AddDays(-KeptDays) && !AreEqual(e, exception)), exception];
            HoursRules.Check(after);
            return (s.Definition, after);
        });
    }

    private static Task<Shop> RemoveExceptionAsync(HttpContext context, DirectoryChanges changes, ShopViews views, string shop, ExceptionalHours exception) =>
        ChangeAsync(context, changes, views, shop, s => (s.Definition, [.. s.Exceptions.Where(e => !AreEqual(e, exception))]));

    private static IEnumerable<PublicHoliday> Holidays(HttpContext context, LocalDirectory directory, IClock clock)
    {
        var shop = directory.Now.Shops[context.GetShop().Id];
        var (opening, region, today) = (shop.Place.Calendar.Opening, PublicHolidays.RegionOf(shop.Definition.Postcode), Paris.DateOf(clock.GetCurrentInstant()));
        return
        [
            .. from day in Enumerable.Range(0, HolidayDays)
               let date = today.PlusDays(day)
               let name = PublicHolidays.NameOf(date, region)
               where name is not null
               select new PublicHoliday(date.ToDateOnly(), name, opening.On(date).ToHours().Blocks, [.. opening.UsualOn(date).Select(b => b.ToHours())]),
        ];
    }

    private static async Task<Shop> ChangeAsync(HttpContext context, DirectoryChanges changes, ShopViews views, string shop, Func<ShopRecord, (ShopDefinition, IReadOnlyList<ExceptionalHours>)> how)
    {
        var (expected, token) = (ETags.Expected(context.Request), context.RequestAborted);
        await changes.RunAsync(
            change => ShopWriting.ChangeAsync(change, shop, s => expected is null || expected == s.Version ? how(s) : throw new ConcurrencyException($"shop-{s.Id}")), token);
        var shown = await views.ShowAsync(shop, token);
        context.Response.Headers.ETag = ETags.Of(shown.Version);
        return shown;
    }

    private static bool AreEqual(ExceptionalHours one, ExceptionalHours other) =>
        one.From == other.From && one.To == other.To && (one.Reason ?? "") == (other.Reason ?? "") && one.Blocks.SequenceEqual(other.Blocks);
}
