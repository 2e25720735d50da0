using Marketplace.Contracts.Ordering.Api;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using Marketplace.ServiceDefaults.Shops;

namespace Marketplace.Ordering.Commissions;

/// <summary>What the platform keeps of a town's sales by card: agreed with the town, set by who runs the platform, never for what was ordered before.</summary>
internal static class CommissionEndpoints
{
    private const decimal MostPercent = 30;
    private const long MostFixedCents = 1_000;

    internal static RouteGroupBuilder MapCommissions(this RouteGroupBuilder api)
    {
        api.MapGet("/towns/{town}/commission", ListAsync).RequireTown().OfKnownTown()
            .WithSummary("What the platform keeps of this town’s sales by card, VAT excluded, and since when; the oldest first. None, or one of nought: nothing.");
        api.MapPut("/towns/{town}/commission/{from}", SetAsync).RequireOperator().OfKnownTown().ProducesProblem(409).ProducesProblem(422)
            .WithSummary("Sets what is kept of orders that are placed from this day on (in Paris; today at the earliest): per cent of what each shop’s goods come to, VAT included, and cents of the whole order, shared by its shops. VAT comes on top. Orders that were placed keep what they were placed with.");
        return api;
    }

    private static Task<IReadOnlyList<CommissionRule>> ListAsync(string town, CommissionRules rules, CancellationToken token) => rules.ListAsync(town, token);

    private static async Task<IReadOnlyList<CommissionRule>> SetAsync(string town, DateOnly from, SetCommission set, CommissionRules rules, CancellationToken token)
    {
        if (set.Percent is < 0 or > MostPercent || set.Percent * 100 != decimal.Truncate(set.Percent * 100) || set.FixedCents is < 0 or > MostFixedCents)
        {
            throw Refusal.Invalid("commission-invalid", "La commission va de 0 à 30\u00a0%, avec deux décimales au plus, et de 0 à 10\u00a0€ par commande.", "The commission is from 0 to 30 %, with two decimals at most, and from 0 to €10 an order.")
                .With("field", set.FixedCents is < 0 or > MostFixedCents ? "fixedCents" : "percent");
        }

        if (from < rules.Today)
        {
            throw new Refusal("commission-past", StatusCodes.Status409Conflict, "Une commission ne se change pas pour le passé : donnez une date à partir d’aujourd’hui.", "A commission is not changed for the past: give a date from today on.").With("field", "from");
        }

        await rules.SetAsync(town, from, (int)(set.Percent * 100), set.FixedCents, token);
        return await rules.ListAsync(town, token);
    }
}

/// <summary>What is of a town is asked for of one that is on the marketplace, whoever asks.</summary>
internal static class KnownTowns
{
    internal static RouteHandlerBuilder OfKnownTown(this RouteHandlerBuilder route) => route.ProducesProblem(404).AddEndpointFilter((context, next) =>
        context.HttpContext.RequestServices.GetRequiredService<IShopDirectory>().All.Any(s => s.Towns.Contains((string)context.HttpContext.Request.RouteValues["town"]!)) ? next(context)
            : throw Refusal.NotFound("town", "Cette ville n’est pas sur la place de marché.", "This town is not on the marketplace."));
}
