using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Commissions;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;

namespace Marketplace.Ordering.Ledger;

/// <summary>A shop's money, for its owners: who works there sells, and need not know what it earns.</summary>
internal static class MoneyEndpoints
{
    // No key has this scope: people alone.
    private const string PeopleOnly = "people-only";

    internal static RouteGroupBuilder MapMoney(this RouteGroupBuilder api)
    {
        var money = api.MapGroup("/shops/{shop}/money").RequireShop(PeopleOnly, ShopRole.Owner);
        money.MapGet("", (HttpContext context, ShopBooks books, CancellationToken token) => books.ReadAsync(context.GetShop(), token))
            .WithSummary("What the shop is owed of what was paid by card, order by order, the oldest first, at most a hundred; what became of it month by month, the last first; and what the platform keeps. Seconds may pass before what happened stands here.");
        money.MapGet("/months/{month}", MonthAsync).ProducesProblem(422)
            .WithSummary("A month (2026-11, in Paris), line by line: what was sold, kept, given back, passed on and fetched, and what was owed behind each line; with all=true every line of it, read in one moment, on one page.");
        api.MapGet("/towns/{town}/money", (string town, TownBooks books, CancellationToken token) => books.ReadAsync(town, token)).RequireTown().OfKnownTown()
            .WithSummary("What was paid by card on this town’s pages: month by month, what is owed to its shops and set aside for them now, what the platform keeps, and what somebody has to see to, the oldest first, at most a hundred.");
        return api;
    }

    private static Task<ShopStatement> MonthAsync(string month, HttpContext context, ShopBooks books, CancellationToken token, int page = 1, int pageSize = 50, bool all = false)
    {
        (page, pageSize) = all ? (1, ShopBooks.All) : (page, pageSize);
        if (!all)
        {
            Paging.Check(page, pageSize);
        }

        return ShopBooks.MonthOf(month) is { } first ? books.MonthAsync(context.GetShop().Id, first, page, pageSize, token)
            : throw Refusal.Invalid("month-invalid", "Donnez un mois ainsi\u00a0: 2026-11.", "Give a month like this: 2026-11.").With("field", "month");
    }
}
