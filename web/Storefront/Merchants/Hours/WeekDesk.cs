using System.Globalization;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;

namespace Marketplace.Storefront.Merchants.Hours;

/// <summary><c>/pro/{shop}/horaires/semaine</c>: the week in one form, saved whole. Its other buttons only fill it in.</summary>
public static class WeekDesk
{
    private const string Copy = "Copier";
    private const string CopyFrom = "CopierDe";
    private const string More = "Plage";

    /// <param name="WasClosed">Closed when the page was made: hours that are filled in since are meant.</param>
    public sealed record Day(int Number, bool Closed, bool WasClosed, TypedBlocks Blocks)
    {
        public string ClosedName => $"jour{Number}-ferme";

        public string WasClosedName => $"jour{Number}-etait";
    }

    /// <param name="Version">Of the shop whose week was seen.</param>
    /// <param name="CopyDay">The day that is offered to be copied.</param>
    /// <param name="Stored">What somebody else saved meanwhile; null: nobody did.</param>
    /// <param name="Copied">Filled in from another day, and not saved yet.</param>
    public sealed record Model(ProShop Shop, IReadOnlyList<Day> Days, long Version, int CopyDay, IReadOnlyList<(string Target, string Message)> Complaints, WeeklyHours? Stored, bool Copied);

    internal static void MapWeek(this RouteGroupBuilder shop)
    {
        shop.MapGet("/horaires/semaine", ShowAsync);
        shop.MapPost("/horaires/semaine", SaveAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, MerchantsClient merchants, CancellationToken token)
    {
        var shop = http.ProShop();
        if (!shop.MayAct)
        {
            return Results.LocalRedirect($"/pro/{shop.Slug}/horaires");
        }
        return await merchants.ShopAsync(shop.Slug, token) is { } now ? Page.Of<WeekPage, Model>(new Model(shop, Of(now.Hours), now.Version, 1, [], null, false)) : Results.NotFound();
    }

    private static async Task<IResult> SaveAsync(HttpContext http, MerchantsClient merchants, ShopHoursClient hours, Ui ui, CancellationToken token)
    {
        var (shop, form) = (http.ProShop(), http.Request.Form);
        var copyDay = Number(form[CopyFrom]) is >= 1 and <= 7 and var chosen ? (int)chosen : 1;
        var typed = new Model(shop, Read(form), Number(form["Version"]), copyDay, [], null, false);
        if (form.ContainsKey(Copy))
        {
            return Page.Of<WeekPage, Model>(typed with { Days = Copied(typed.Days, copyDay), Copied = true });
        }
        if (Number(form[More]) is >= 1 and <= 7 and var more)
        {
            return Page.Of<WeekPage, Model>(typed with { Days = [.. typed.Days.Select(d => d.Number == more ? d with { Closed = false, Blocks = d.Blocks.WithOneMore() } : d)] });
        }
        var complaints = new List<(string, string)>();
        var week = Check(typed.Days, ui, complaints);
        if (complaints.Count > 0)
        {
            return Page.Of<WeekPage, Model>(typed with { Complaints = complaints }, StatusCodes.Status422UnprocessableEntity);
        }
        var answer = await hours.SetWeekAsync(shop.Slug, week, typed.Version, token);
        if (answer.Ok)
        {
            return new SeeOther($"/pro/{shop.Slug}/horaires?fait=week");
        }
        if (answer.Problem!.Code == "changed-meanwhile" && await merchants.ShopAsync(shop.Slug, token) is { } now)
        {
            return Page.Of<WeekPage, Model>(typed with { Version = now.Version, Stored = now.Hours }, StatusCodes.Status409Conflict);
        }
        return Page.Of<WeekPage, Model>(typed with { Complaints = [("", answer.Problem.Detail ?? ui["pro.hours.refused"])] }, StatusCodes.Status422UnprocessableEntity);
    }

    private static List<Day> Of(WeeklyHours hours) => [.. Enumerable.Range(1, 7).Select(day =>
    {
        var blocks = hours.Days.FirstOrDefault(d => d.Day == day)?.Blocks ?? [];
        return new Day(day, blocks.Count == 0, blocks.Count == 0, TypedBlocks.Of($"jour{day}", blocks));
    })];

    private static List<Day> Read(IFormCollection form) => [.. Enumerable.Range(1, 7).Select(day =>
        new Day(day, form.ContainsKey($"jour{day}-ferme"), form.ContainsKey($"jour{day}-etait"), TypedBlocks.Read($"jour{day}", form)))];

    // Days off stay days off: copying Tuesday's hours must not open Sunday.
    private static List<Day> Copied(IReadOnlyList<Day> days, int from)
    {
        var pattern = days[from - 1];
        return [.. days.Select(d => d.Number == from || d.Closed ? d : d with { Closed = pattern.Closed, Blocks = pattern.Blocks.Named($"jour{d.Number}") })];
    }

    private static WeeklyHours Check(IReadOnlyList<Day> days, Ui ui, List<(string, string)> complaints) => new([.. days.Select(day =>
    {
        var name = Ui.Capital(ui.WeekDay(day.Number));
        if (day is { Closed: true, WasClosed: true, Blocks.Blank: false })
        {
            complaints.Add((day.ClosedName, ui.T("pro.hours.wrong.closed", name)));
        }
        else if (day is { Closed: false, Blocks.Blank: true })
        {
            complaints.Add((day.Blocks.FromName(0), ui.T("pro.hours.wrong.blank", name)));
        }
        return new DayHours(day.Number, day.Closed ? [] : day.Blocks.Check(name, ui, complaints));
    })]);

    private static long Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
}
