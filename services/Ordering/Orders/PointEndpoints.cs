using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using Npgsql;

namespace Marketplace.Ordering.Orders;

/// <summary>
/// What the shop that keeps a shared pickup point does there for all shops: find what a code opens, and hand over what has been brought. Which
/// point it keeps is Merchants' word; of another point's orders it sees nothing.
/// </summary>
internal static class PointEndpoints
{
    // Its own: a key that a till got for the shop's orders opens nothing of other shops when the shop is named keeper.
    private const string Scope = "point:write";

    internal static RouteGroupBuilder MapPoint(this RouteGroupBuilder api)
    {
        var point = api.MapGroup("/shops/{shop}/point");
        point.MapPost("/by-code", FindAsync).RequireShop(Scope, ShopRole.Staff).AnswersETag().Produces<PointOrder>().ProducesProblem(404).ProducesProblem(429)
            .WithSummary("What the code opens at the shared pickup point that this shop keeps: each shop's parcel, there or not, and what is to be paid for it.");
        point.MapPost("/orders/{orderId:guid}/handover", HandOverAsync).RequireShop(Scope, ShopRole.Staff).ReadsIfMatch("the order").AnswersETag()
            .Produces<PointOrder>().ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).ProducesProblem(429)
            .WithSummary("Hands over the parcels named, all or none, against the resident’s code. They must lie at the point, unchanged since the look whose versions are given. What was not found, or is still to be brought, stays open.");
        point.MapGet("/left", (HttpContext context, PointOrders orders, int page = 1, int pageSize = 50) => orders.LeftAsync(KeptBy(context).Point, page, pageSize, context.RequestAborted))
            .RequireShop(Scope, ShopRole.Staff).ProducesProblem(404)
            .WithSummary("The parcels that nobody collected here in time and whose shops have not fetched them yet, longest first. Their goods are not for sale until then.");
        return api;
    }

    private static async Task<IResult> FindAsync(FindByCode wanted, HttpContext context, PointOrders orders, WrongCodes wrong)
    {
        var (keeper, point) = KeptBy(context);
        var found = await wrong.CountAsync(keeper, null, () => orders.FindByCodeAsync(point, wanted.Code, context.RequestAborted), history => history is null);
        return await orders.AnswerAsync(found ?? throw OrderRefusals.UnknownCode(), point, context);
    }

    private static async Task<IResult> HandOverAsync(Guid orderId, HandOverParcels parcels, HttpContext context, PointOrders orders, WrongCodes wrong)
    {
        var (keeper, point) = KeptBy(context);
        var order = new OrderId(orderId);
        await orders.DemandAsync(order, point, context.RequestAborted); // before any code is tried on it
        return await orders.AnswerAsync(await wrong.CountAsync(keeper, order, () => orders.HandOverAsync(order, point, parcels, keeper, context)), point, context);
    }

    private static (ShopId Keeper, string Point) KeptBy(HttpContext context)
    {
        var shop = context.GetShop();
        return (shop.Id, PointKeepers.PointOf(shop) ?? throw OrderRefusals.NoPoint());
    }
}

/// <summary>Orders with parcels at a shared pickup point: read and changed only through the point.</summary>
internal sealed class PointOrders(OrderLog orders, Contacts contacts, PointKeepers keepers, NpgsqlDataSource database)
{
    /// <summary>Somebody must be there to hand a parcel over.</summary>
    internal async Task DemandKeeperAsync(OrderId order, ShopId shop, CancellationToken token)
    {
        var place = ((await orders.ReadAsync(order, token)).State as Order.Confirmed)?.Find(shop)?.Pickup.Place;
        if (place is not null && keepers.Kept(place) is false)
        {
            throw OrderRefusals.PointNotKept(place.Name);
        }
    }

    internal async Task DemandAsync(OrderId order, string point, CancellationToken token)
    {
        if (ParcelsOf(await orders.ReadAsync(order, token), point).Count == 0)
        {
            throw OrderRefusals.Unknown();
        }
    }

    /// <summary>The live order with this code, else the last one that had it, if any of it is collected at the point.</summary>
    internal async Task<OrderHistory?> FindByCodeAsync(string point, string code, CancellationToken token)
    {
        await using var command = database.CreateCommand("select order_id from orders where pickup_code = $1 order by status = 'confirmed' desc, placed_at desc limit 1");
        command.Parameters.Add(new() { Value = PickupCodes.Normalize(code) });
        return await command.ExecuteScalarAsync(token) is Guid found && await orders.ReadAsync(new OrderId(found), token) is var history && ParcelsOf(history, point).Count > 0
            ? history
            : null;
    }

    internal async Task<LeftParcelPage> LeftAsync(string point, int page, int pageSize, CancellationToken token)
    {
        Paging.Check(page, pageSize);
        var left = new List<(OrderId Order, ShopId Shop)>();
        var total = 0;
        // Behind the last page no row says how many there are.
        await using var command = database.CreateCommand(
            """
            select n.total, s.order_id, s.shop_id
            from (select count(*)::int as total from shop_orders where left_at = $1) n
            left join (select order_id, shop_id, changed_at from shop_orders where left_at = $1 order by changed_at, order_id, shop_id limit $2 offset $3) s on true
            order by s.changed_at, s.order_id, s.shop_id
            """);
        command.Parameters.Add(new() { Value = point });
        command.Parameters.Add(new() { Value = pageSize });
        command.Parameters.Add(new() { Value = (page - 1) * pageSize });
        await using (var reader = await command.ExecuteReaderAsync(token))
        {
            while (await reader.ReadAsync(token))
            {
                total = reader.GetInt32(0);
                if (!reader.IsDBNull(1))
                {
                    left.Add((new OrderId(reader.GetGuid(1)), new ShopId(reader.GetGuid(2))));
                }
            }
        }

        var histories = (await orders.ReadAsync([.. left.Select(l => l.Order).Distinct()], token)).ToDictionary(h => h.Id);
        return new LeftParcelPage([.. left.Select(l => OrderViews.LeftAtPoint(histories[l.Order], ((Order.Confirmed)histories[l.Order].State).Find(l.Shop)!))], total, page, pageSize);
    }

    internal Task<OrderHistory> HandOverAsync(OrderId order, string point, HandOverParcels parcels, ShopId keeper, HttpContext context)
    {
        // The log keeps which shop gave out the others' goods and took in what they cost.
        var caller = new Caller(context.User);
        return orders.HandleAsync(order, (before, _) => PointParcels.HandOver(before, point, parcels), caller.Person is null ? caller.Actor : "keeper:" + keeper, ETags.Expected(context.Request), context.RequestAborted);
    }

    internal async Task<IResult> AnswerAsync(OrderHistory history, string point, HttpContext context)
    {
        context.Response.Headers.ETag = ETags.Of(history.Version);
        context.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(OrderViews.AtPoint(history, ParcelsOf(history, point), await contacts.FindAsync(history.Id, context.RequestAborted)));
    }

    private static List<ShopOrder> ParcelsOf(OrderHistory history, string point) =>
        [.. (history.State as Order.Confirmed)?.ShopOrders.Where(s => s.AtPoint(point)) ?? []];
}
