using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Directory;
using Marketplace.Merchants.Shops;
using Marketplace.Merchants.Slots;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Marketplace.Merchants.Towns;

internal static class TownEndpoints
{
    public static RouteGroupBuilder MapTowns(this RouteGroupBuilder api)
    {
        api.MapGet("/towns", List).AllowAnyone();
        api.MapGet("/towns/{town}", Get).AllowAnyone();
        api.MapPut("/towns/{town}", DefineAsync).RequireOperator();
        api.MapPut("/towns/{town}/pickup-points/{point}/exceptions", SetPointExceptionsAsync).RequireTown();
        return api;
    }

    public static Refusal UnknownTown() => Refusal.NotFound("town", "Cette ville n’est pas sur la place de marché.", "This town is not on the marketplace.");

    public static Refusal UnknownPoint() => Refusal.NotFound("pickup-point", "Ce point de retrait n’existe pas.", "There is no such pickup point.");

    private static TownPage List(LocalDirectory directory, IClock clock, string? q, string? near, int page = 1, int pageSize = 50)
    {
        Paging.Check(page, pageSize);
        var (now, from, today) = (directory.Now, near is null ? null : ParsePosition(near), Paris.DateOf(clock.GetCurrentInstant()).ToDateOnly());
        var query = Slug.Fold(q ?? "");
        var towns = now.Towns.Values.Where(t => query.Length == 0 || t.Search.Matches(query)).Select(t => TownViews.Summarise(t, now.ShopsOf(t.Slug).Count, today, from));
        List<TownSummary> sorted = from is null
            ? [.. towns.OrderBy(t => t.Name, StringComparer.Create(Snapshot.French, ignoreCase: true)).ThenBy(t => t.Slug, StringComparer.Ordinal)]
            : [.. towns.OrderBy(t => t.DistanceKm).ThenBy(t => t.Slug, StringComparer.Ordinal)];
        return new TownPage(Paging.Of(sorted, page, pageSize), sorted.Count, page, pageSize);
    }

    private static Town Get(LocalDirectory directory, string town)
    {
        var now = directory.Now;
        return TownViews.Show(now.Towns.GetValueOrDefault(town) ?? throw UnknownTown(), now.ShopsOf(town).Count);
    }

    private static async Task<Results<Created<Town>, Ok<Town>>> DefineAsync(DirectoryChanges changes, LocalDirectory directory, string town, TownDefinition definition, CancellationToken token)
    {
        TownRules.Check(town, definition);
        var isNew = await changes.RunAsync(change => TownWriting.DefineAsync(change, town, definition), token);
        var shown = Get(directory, town);
        return isNew ? TypedResults.Created($"/api/v1/towns/{town}", shown) : TypedResults.Ok(shown);
    }

    /// <summary>Holidays of the place that lends its room, works in the street: what closes or opens a shared point on some dates.</summary>
    private static async Task<IReadOnlyList<DayHoursOn>> SetPointExceptionsAsync(
        DirectoryChanges changes, LocalDirectory directory, IClock clock, string town, string point, IReadOnlyList<ExceptionalHours> exceptions, CancellationToken token)
    {
        HoursRules.Check(exceptions);
        await changes.RunAsync(change => TownWriting.SetExceptionsAsync(change, town, point, exceptions), token);
        return NextDays.Of(directory.Now.Points[point].Place.Calendar.Opening, clock.GetCurrentInstant());
    }

    private static Position ParsePosition(string near)
    {
        var parts = near.Split(',');
        if (parts.Length == 2
            && double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var lat)
            && double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var lon))
        {
            var position = new Position(lat, lon);
            ShopRules.CheckPosition(position);
            return position;
        }

        throw Refusal.Invalid("bad-position", "La position s’écrit « latitude,longitude », en degrés.", "A position is written “latitude,longitude”, in degrees.");
    }
}
