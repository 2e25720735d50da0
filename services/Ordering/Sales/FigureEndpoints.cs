using Marketplace.Contracts.Ordering.Api;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;

namespace Marketplace.Ordering.Sales;

/// <summary>What a shop sold: for everybody who may see its orders, but no coordinator.</summary>
internal static class FigureEndpoints
{
    private const int MostDays = 800;
    private const int FirstYear = 2000, LastYear = 2100;

    internal static RouteGroupBuilder MapFigures(this RouteGroupBuilder api)
    {
        var figures = api.MapGroup("/shops/{shop}/figures").RequireShop("orders:read", ShopRole.ReadOnly);
        figures.MapGet("", (HttpContext context, ShopFiguresQuery query, CancellationToken token) => query.ReadAsync(context.GetShop().Id, token))
            .WithSummary("Today, this week beside the last one and the one 52 weeks ago, best sellers, what was refused because not enough was left, shops in the same baskets, and on which towns’ pages it was ordered. "
                + "A sale counts on the day (in Paris) of its hand-over; seconds may pass before it does.");
        figures.MapGet("/days", DaysAsync).WithSummary("Every day on which something was handed over, the oldest first; to included, at most 800 days.");
        return api;
    }

    private static async Task<IReadOnlyList<SalesDay>> DaysAsync(DateOnly from, DateOnly to, HttpContext context, ShopFiguresQuery query, CancellationToken token) =>
        from.Year >= FirstYear && to.Year <= LastYear && from <= to && to.DayNumber - from.DayNumber < MostDays ? await query.DaysAsync(context.GetShop().Id, from, to, token)
            : throw Refusal.Invalid("days-invalid", $"Donnez deux dates dans l’ordre, de {FirstYear} à {LastYear}, {MostDays} jours au plus.", $"Give two dates in order, from {FirstYear} to {LastYear}, at most {MostDays} days.").With("field", "to");
}
