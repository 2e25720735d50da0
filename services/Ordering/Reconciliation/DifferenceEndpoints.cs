using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Commissions;
using Marketplace.Ordering.Ledger;
using Marketplace.ServiceDefaults.Auth;
using Marketplace.ServiceDefaults.Shops;
using Npgsql;

namespace Marketplace.Ordering.Reconciliation;

/// <summary>What the daily comparison found: of a town for its coordination, and all of it for who runs the platform.</summary>
internal static class DifferenceEndpoints
{
    internal static RouteGroupBuilder MapDifferences(this RouteGroupBuilder api)
    {
        api.MapGet("/towns/{town}/money/differences", (string town, OpenDifferences differences, CancellationToken token) => differences.ReadAsync(town, token)).RequireTown().OfKnownTown()
            .WithSummary("What stands otherwise in the books than at the payment provider, of this town’s orders and shops, the oldest first, at most a hundred; and to which day all was compared.");
        api.MapGet("/money/differences", (OpenDifferences differences, CancellationToken token) => differences.ReadAsync(null, token)).RequireOperator()
            .WithSummary("What stands otherwise in the books than at the payment provider, of all towns and of none, the oldest first, at most a hundred; and to which day all was compared.");
        return api;
    }
}

/// <summary>What stands otherwise on the two sides now.</summary>
internal sealed class OpenDifferences(NpgsqlDataSource database, IShopDirectory shops)
{
    private const int MostShown = 100;

    /// <param name="town">Null: of all.</param>
    internal Task<GatewayDifferences> ReadAsync(string? town, CancellationToken token) => BooksMoment.OfAsync(database, async of =>
    {
        var ofTown = town is null ? [] : shops.All.Where(s => s.Towns.Contains(town)).Select(s => s.Id.Value).ToArray();
        var rows = await of.ReadAsync(
            $"""
            select d.what, d.kind, d.reference, d.day, d.order_id, d.shop_id, d.here_cents, d.there_cents, d.here_at, d.there_at, (count(*) over ())::int
            from money_differences d left join orders o using (order_id)
            where d.settled_at is null and ($1 = '' or o.town = $1 or d.order_id is null and d.shop_id = any($2))
            order by d.day, d.what, d.reference limit {MostShown}
            """,
            r => (Total: r.GetInt32(10), View: new GatewayDifference(r.GetString(0), r.GetString(1), r.GetString(2), r.GetFieldValue<DateOnly>(3), r.IsDBNull(4) ? null : new OrderId(r.GetGuid(4)),
                r.IsDBNull(4) ? null : OrderReference.Of(new OrderId(r.GetGuid(4))), r.IsDBNull(5) ? null : shops.Find(new ShopId(r.GetGuid(5)))?.Name, r.IsDBNull(6) ? null : r.GetInt64(6),
                r.IsDBNull(7) ? null : r.GetInt64(7), r.IsDBNull(8) ? null : r.GetFieldValue<DateTimeOffset>(8), r.IsDBNull(9) ? null : r.GetFieldValue<DateTimeOffset>(9))),
            town ?? "", ofTown);
        var (to, nobodys) = (await of.ReadAsync(
            "select (select max(day) from reconciled_days), (select count(*)::int from money_differences d left join orders o using (order_id) where d.settled_at is null and o.town is null and d.shop_id is null)",
            r => (r.IsDBNull(0) ? (DateOnly?)null : r.GetFieldValue<DateOnly>(0), r.GetInt32(1))))[0];
        return new GatewayDifferences(to, [.. rows.Select(r => r.View)], rows.FirstOrDefault().Total, town is null ? 0 : nobodys);
    }, token);
}
