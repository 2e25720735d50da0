using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Merchants.Orders;

namespace Marketplace.Storefront.Merchants.Products;

/// <summary>Whom a change of a product's batches concerns, asked before it is saved: open orders whose batch moves to an hour at which it misses their pickup (decision 15).</summary>
internal sealed class MovedBatches(ShopOrdersClient orders, TimeProvider clock)
{
    private const int PageSize = 100;
    private const int MostPages = 10;

    /// <param name="To">When its batch is ready by the new plan.</param>
    public sealed record Late(ShopOrderCard Order, DateTimeOffset To, long Quantity);

    /// <summary>Names the plan that somebody has seen the orders of.</summary>
    internal static string KeyOf(IReadOnlyList<WeeklyBatch> plan) => string.Join(';', plan.Select(b => $"{string.Join('.', b.Days)}@{b.At}").Order(StringComparer.Ordinal));

    /// <summary>None while Ordering does not answer: the plan is Catalog's, and is saved all the same. The residents are told by Ordering in any case.</summary>
    internal async Task<IReadOnlyList<Late>> OfAsync(string shop, OfferId offer, IReadOnlyList<WeeklyBatch>? before, IReadOnlyList<WeeklyBatch>? after, CancellationToken token)
    {
        if (before is not { Count: > 0 } || after is not { Count: > 0 } || KeyOf(before) == KeyOf(after))
        {
            return [];
        }
        try
        {
            var found = new List<Late>();
            for (var page = 1; page <= MostPages; page++)
            {
                var listed = await orders.ListAsync(shop, "requested,accepted", page, PageSize, token);
                found.AddRange(from order in listed.Items
                               where order.Pickup is not null
                               from line in order.Lines
                               from made in Made(line, offer)
                               where made.At > clock.GetUtcNow()
                               let to = Moved(made.At, before, after, clock.GetUtcNow())
                               where to is { } later && LateBatches.Misses(later, order.Pickup!)
                               select new Late(order, to.Value, made.Quantity));
                if (page * PageSize >= listed.Total)
                {
                    break;
                }
            }
            return [.. found.OrderBy(l => l.Order.Pickup!.Start)];
        }
        catch (Exception failure) when (failure is ServiceUnavailable or ServiceRefusal)
        {
            return [];
        }
    }

    // A line, or what is offered for what is missing of it: an offer is one of these alone.
    private static IEnumerable<(DateTimeOffset At, long Quantity)> Made(LineView line, OfferId offer) =>
        line is { State: "ok", BatchAt: { } at } && line.OfferId == offer ? [(at, line.Quantity)]
        : line is { State: "ok", Shortage: { State: "open", Substitute: { BatchAt: { } offeredAt } offered } } && offered.OfferId == offer ? [(offeredAt, offered.Quantity)] : [];

    /// <summary>As Catalog moves a batch: hours that come are paired with those that go, in their order; where they are not as many, what is told here is the first of those that come. Those of the day that are over by now are neither. Null: it stays, or is made apart from the plan.</summary>
    internal static DateTimeOffset? Moved(DateTimeOffset at, IReadOnlyList<WeeklyBatch> before, IReadOnlyList<WeeklyBatch> after, DateTimeOffset now)
    {
        var local = Ui.Local(at);
        var hour = TimeOnly.FromDateTime(local.DateTime);
        var (had, has) = (On(before, local.DayOfWeek), On(after, local.DayOfWeek));
        var (gone, come) = (had.Except(has).Where(Comes).ToList(), has.Except(had).Where(Comes).ToList());
        if (has.Contains(hour) || come.Count == 0)
        {
            return null;
        }
        var to = gone.Count == come.Count && gone.IndexOf(hour) is >= 0 and var n ? come[n] : come[0];
        return That(to);

        DateTimeOffset That(TimeOnly of) => Ui.At(DateOnly.FromDateTime(local.DateTime), of);
        bool Comes(TimeOnly of) => That(of) > now;
    }

    private static List<TimeOnly> On(IReadOnlyList<WeeklyBatch> plan, DayOfWeek day) =>
        [.. plan.Where(b => b.Days.Any(d => d % 7 == (int)day)).Select(b => TimeOnly.TryParseExact(b.At, "HH:mm", out var at) ? at : default).Distinct().Order()];
}
