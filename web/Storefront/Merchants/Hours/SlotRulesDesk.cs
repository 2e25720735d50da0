using System.Globalization;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Merchants.Hours;

/// <summary><c>/pro/{shop}/horaires/creneaux</c>: how goods are collected in the shop.</summary>
public static class SlotRulesDesk
{
    public sealed record Form
    {
        public string? Version { get; set; }
        public string? Minutes { get; set; }
        public string? Capacity { get; set; }
        public string? Lead { get; set; }
        /// <summary>Minutes in the unit that <see cref="Lead"/> is written in.</summary>
        public string? LeadUnit { get; set; }
        public string? CutOff { get; set; }
        public string? Hold { get; set; }
    }

    /// <param name="CutOffs">As typed, Monday first; empty: as on the other days.</param>
    /// <param name="Stored">What somebody else saved meanwhile; null: nobody did.</param>
    public sealed record Model(ProShop Shop, Form Typed, IReadOnlyList<string> CutOffs, Complaints Complaints, SlotRules? Stored);

    public static string CutOffName(int day) => $"CutOff-{day}";

    internal static void MapSlotRules(this RouteGroupBuilder shop)
    {
        shop.MapGet("/horaires/creneaux", ShowAsync);
        shop.MapPost("/horaires/creneaux", SaveAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, MerchantsClient merchants, CancellationToken token)
    {
        var shop = http.ProShop();
        if (!shop.MayAct)
        {
            return Results.LocalRedirect($"/pro/{shop.Slug}/horaires");
        }
        if (await merchants.ShopAsync(shop.Slug, token) is not { } now)
        {
            return Results.NotFound();
        }
        var rules = now.Slots;
        var unit = HoursWords.LeadUnit(rules.LeadMinutes);
        return Page.Of<SlotRulesPage, Model>(new Model(shop, new Form
        {
            Version = Text(now.Version),
            Minutes = Text(rules.Minutes),
            Capacity = Text(rules.Capacity),
            Lead = Text(rules.LeadMinutes / unit),
            LeadUnit = Text(unit),
            CutOff = rules.CutOff,
            Hold = Text(rules.HoldOpeningDays),
        }, [.. Enumerable.Range(1, 7).Select(day => rules.CutOffs?.FirstOrDefault(c => c.Day == day)?.At ?? "")], new Complaints(), null));
    }

    private static async Task<IResult> SaveAsync([FromForm] Form form, HttpContext http, MerchantsClient merchants, ShopHoursClient hours, Ui ui, CancellationToken token)
    {
        var shop = http.ProShop();
        var typed = new Model(shop, form, [.. Enumerable.Range(1, 7).Select(day => http.Request.Form[CutOffName(day)].ToString())], new Complaints(), null);
        var rules = Check(typed, ui);
        if (typed.Complaints.Any)
        {
            return Page.Of<SlotRulesPage, Model>(typed, StatusCodes.Status422UnprocessableEntity);
        }
        var answer = await hours.SetSlotsAsync(shop.Slug, rules, Number(form.Version, long.MaxValue) ?? 0, token);
        if (answer.Ok)
        {
            return new SeeOther($"/pro/{shop.Slug}/horaires?fait=slots");
        }
        if (answer.Problem!.Code == "changed-meanwhile" && await merchants.ShopAsync(shop.Slug, token) is { } now)
        {
            return Page.Of<SlotRulesPage, Model>(typed with { Typed = form with { Version = Text(now.Version) }, Stored = now.Slots }, StatusCodes.Status409Conflict);
        }
        typed.Complaints.Add("", answer.Problem.Detail ?? ui["pro.hours.refused"]);
        return Page.Of<SlotRulesPage, Model>(typed, StatusCodes.Status422UnprocessableEntity);
    }

    private static SlotRules Check(Model typed, Ui ui)
    {
        var (form, complaints) = (typed.Typed, typed.Complaints);
        var minutes = Between(form.Minutes, 5, 720, "Minutes", "pro.slots.wrong.minutes");
        var capacity = Between(form.Capacity, 1, 10_000, "Capacity", "pro.slots.wrong.capacity");
        var unit = Number(form.LeadUnit, 1440) is (1 or 60 or 1440) and var chosen ? (int)chosen : 60;
        var lead = Between(form.Lead, 0, 14 * 1440 / unit, "Lead", "pro.slots.wrong.lead") * unit;
        var hold = Between(form.Hold, 0, 30, "Hold", "pro.slots.wrong.hold");
        var cutOff = Time(form.CutOff, "CutOff", ui["pro.slots.cutoff"]);
        var own = typed.CutOffs.Select((at, index) => (Day: index + 1, At: Time(at, CutOffName(index + 1), Ui.Capital(ui.WeekDay(index + 1)))))
            .Where(c => c.At is not null).Select(c => new DayCutOff(c.Day, c.At!)).ToList();
        return new SlotRules(minutes, capacity, lead, cutOff, hold, own.Count == 0 ? null : own);

        int Between(string? text, int least, int most, string field, string wrong)
        {
            if (Number(text, most) is { } number && number >= least)
            {
                return (int)number;
            }
            complaints.Add(field, ui[wrong]);
            return least;
        }

        string? Time(string? text, string field, string of)
        {
            if (string.IsNullOrWhiteSpace(text))
            {
                return null;
            }
            var time = HoursWords.ParseTime(text);
            if (time is null)
            {
                complaints.Add(field, ui.T("pro.hours.wrong.time", of));
            }
            return time;
        }
    }

    private static long? Number(string? text, long most) =>
        long.TryParse(string.Concat((text ?? "").Where(c => !char.IsWhiteSpace(c))), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most ? number : null;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
