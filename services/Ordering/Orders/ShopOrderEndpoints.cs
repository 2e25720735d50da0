using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Ordering.Orders;

/// <summary>What a shop does with its part of orders. Every query and command names the shop, so another shop's order is simply not there.</summary>
internal static class ShopOrderEndpoints
{
    internal static RouteGroupBuilder MapShopOrders(this RouteGroupBuilder api)
    {
        var shop = api.MapGroup("/shops/{shop}/orders");
        shop.MapGet("", ListAsync).RequireShop("orders:read", ShopRole.ReadOnly, coordinators: true)
            .WithSummary("Open orders by pickup time, then ended ones, latest first; those withdrawn-from by refundBy, the most urgent first. status takes several, separated by commas; to-bring-back among them finds those whose parcel was left at a shared pickup point, withdrawn-from those whose customer withdrew and of which you have not said that the goods are back, and those to whom a refund is owed that did not get there. q finds a reference or a name; for who may hand over also a code, from four of its characters on.");
        shop.MapPost("/search", (FindOrders wanted, HttpContext context, ShopOrders orders, WrongCodes wrong) =>
                ListAsync(context, orders, wrong, wanted.Status, wanted.Q, wanted.Page, wanted.PageSize))
            .RequireShop("orders:read", ShopRole.ReadOnly, coordinators: true)
            .WithSummary("The same list, with what is looked for in the body: names and codes stay out of addresses, and so out of logs.");
        shop.MapPost("/named", (NameOrders wanted, HttpContext context, ShopOrders orders) => orders.NamedAsync(context.GetShop().Id, wanted.Names ?? [], context.RequestAborted))
            .RequireShop("orders:read", ShopRole.ReadOnly, coordinators: true)
            .WithSummary("Which of these names, as the stock’s ledger has them, are orders of the shop, at most 100 at once. A try that was refused or never confirmed is none, and a substitute’s name leads to its order.");
        shop.MapGet("/{orderId:guid}", GetAsync).RequireShop("orders:read", ShopRole.ReadOnly, coordinators: true).AnswersETag().Produces<ShopOrderCard>();
        shop.MapPost("/by-code", FindByCodeAsync).RequireShop("orders:read", ShopRole.Staff).AnswersETag().Produces<ShopOrderCard>().ProducesProblem(404).ProducesProblem(429)
            .WithSummary("The order that the resident’s code opens. Case, spaces and hyphens do not count.");
        shop.MapGet("/events", ShopOrderFeed.Stream).RequireShop("orders:read", ShopRole.ReadOnly, coordinators: true).Produces<string>(200, "text/event-stream")
            .WithSummary("Server-sent events: \"order\" with orderId, status and version when one of the shop’s orders changed; \"ping\" now and then.");
        var act = shop.MapGroup("/{orderId:guid}");
        Act(act.MapPost("/accept", (Guid orderId, HttpContext context, ShopOrders orders) =>
            orders.HandleAsync(orderId, new OrderCommand.Accept(context.GetShop().Id), context)));
        Act(act.MapPost("/preparation", (Guid orderId, HttpContext context, ShopOrders orders) =>
            orders.HandleAsync(orderId, new OrderCommand.StartPreparing(context.GetShop().Id), context)))
            .WithSummary("Preparation starts: the resident can no longer cancel. Accepts the order if that was not done. The status stays accepted, preparingSince is set.");
        Act(act.MapPost("/ready", (Guid orderId, MarkReady? ready, HttpContext context, ShopOrders orders, TimeProvider clock) =>
            orders.HandleAsync(orderId, new OrderCommand.MakeReady(context.GetShop().Id,
                [.. (ready?.Lines ?? []).Select(l => new OfferQuantity(l.OfferId, l.Quantity))], clock.GetUtcNow()), context)))
            .WithSummary("Ready to be collected. Final weights or counts may be given, never above what the customer accepted; 0 declines the line.");
        Act(act.MapPost("/deposit", DepositAsync))
            .WithSummary("The parcel is at the shared pickup point: whoever keeps that may hand it over. The status stays ready, depositedAt is set. Of a parcel that is being looked for there it says that it is there now.");
        Act(act.MapPost("/brought-back", (Guid orderId, HttpContext context, ShopOrders orders) =>
            orders.HandleAsync(orderId, new OrderCommand.BringBack(context.GetShop().Id), context)))
            .WithSummary("The parcel that was left at the shared pickup point (toBringBack) is in the shop again: only then are its goods for sale. Not taken back.");
        Act(act.MapPost("/decline", (Guid orderId, Decline decline, HttpContext context, ShopOrders orders) =>
            orders.HandleAsync(orderId, new OrderCommand.Decline(context.GetShop().Id, ReasonOf(decline), decline.Lines), context)))
            .WithSummary("Declines some lines, or without lines the whole shop order. The other shops’ parts go on. "
                + "reason: shortage, quality or closed, told in the reader's language, or the shop's own words. What is declined is for sale again, except for shortage (not there) and quality (unfit to sell): that leaves the figure, until the shop counts again.");
        Act(act.MapPut("/shortages/{proposalId:guid}", ProposeAsync)).ProducesProblem(422)
            .WithSummary("Less of a line is there than was ordered: the customer is asked, by mail and on the order's page, whether to take what there is, with a substitute for the rest if one is offered, "
                + "or nothing of it. The id is yours, a new one for each question. Until the answer, or the end of its time, the order cannot be made ready; without an answer what is missing lapses.");
        Act(act.MapDelete("/shortages/{proposalId:guid}", (Guid orderId, Guid proposalId, HttpContext context, ShopOrders orders) =>
            orders.HandleAsync(orderId, new OrderCommand.WithdrawProposal(context.GetShop().Id, proposalId), context)))
            .WithSummary("Withdraws the question while nobody has answered it: the line stands as it was ordered, and a substitute is for sale again.");
        Act(act.MapPost("/handover", HandOverAsync)).ProducesProblem(422).ProducesProblem(429)
            .WithSummary("Hands over against the resident’s code. With the payment that was shown it is refused (payment-changed) where that is another by now: a purchase may come to be paid at the counter.");
        Act(act.MapPost("/paid-at-counter", (Guid orderId, HttpContext context, ShopOrders orders) =>
            orders.HandleAsync(orderId, new OrderCommand.NotePaidAtCounter(context.GetShop().Id), context)))
            .WithSummary("The card could not be charged for what was handed over (payment: unpaid), and the customer has paid at the counter since: from now on it is given back there, too.");
        Act(act.MapPost("/undo", (Guid orderId, TakeBack back, HttpContext context, ShopOrders orders) => orders.TakeBackAsync(orderId, back.Version, context)))
            .WithSummary("Takes back the last step (accepted, preparation started, ready, deposited), named by the version that step says: for some seconds, and only while "
                + "nothing has followed. The mails of the last two leave after that time. Declined lines and goods handed over are not taken back.");
        return api;

        static RouteHandlerBuilder Act(RouteHandlerBuilder action) => action.RequireShop("orders:write", ShopRole.Staff).ReadsIfMatch("the order").AnswersETag()
            .Produces<ShopOrderCard>().ProducesProblem(404).ProducesProblem(409);
    }

    private static async Task<ShopOrderPage> ListAsync(HttpContext context, ShopOrders orders, WrongCodes wrong, string? status = null, string? q = null, int page = 1, int pageSize = 50)
    {
        Paging.Check(page, pageSize);
        var shop = context.GetShop().Id;
        // A part that nothing has counts as a wrong code: the list must not spell codes out, letter by letter.
        var code = MayHandOver(new Caller(context.User), shop) ? PickupCodes.PartOf(q) : null;
        return code is null ? await FoundAsync() : await wrong.CountAsync(shop, null, FoundAsync, found => found.Total == 0);

        Task<ShopOrderPage> FoundAsync() => orders.ListAsync(shop, status, q, code, page, pageSize, context.RequestAborted);
    }

    private static bool MayHandOver(Caller caller, ShopId shop) => caller.IsOperator || caller.RoleIn(shop) >= ShopRole.Staff || caller.HasKey(shop, "orders:read");

    private static async Task<IResult> GetAsync(Guid orderId, HttpContext context, ShopOrders orders) =>
        orders.Answer(await orders.FindAsync(new OrderId(orderId), context.GetShop().Id, context.RequestAborted), context);

    private static async Task<IResult> FindByCodeAsync(FindByCode wanted, HttpContext context, ShopOrders orders, WrongCodes wrong)
    {
        var shop = context.GetShop().Id;
        if (await wrong.CountAsync(shop, null, () => orders.FindByCodeAsync(shop, wanted.Code, context.RequestAborted), found => found is null) is { } opened)
        {
            return orders.Answer(opened, context);
        }

        throw OrderRefusals.UnknownCode();
    }

    private static async Task<IResult> DepositAsync(Guid orderId, HttpContext context, ShopOrders orders, PointOrders points)
    {
        var shop = context.GetShop().Id;
        await points.DemandKeeperAsync(new OrderId(orderId), shop, context.RequestAborted);
        return await orders.HandleAsync(orderId, new OrderCommand.Deposit(shop), context);
    }

    private static Task<IResult> HandOverAsync(Guid orderId, HandOver handOver, HttpContext context, ShopOrders orders, WrongCodes wrong)
    {
        var shop = context.GetShop().Id;
        return wrong.CountAsync(shop, new OrderId(orderId), () => orders.HandleAsync(orderId, new OrderCommand.HandOver(shop, handOver.Code, handOver.Payment), context));
    }

    private static async Task<IResult> ProposeAsync(Guid orderId, Guid proposalId, ProposeForShortage proposal, HttpContext context, ShopOrders orders, TimeProvider clock) =>
        await orders.ProposeAsync(orderId, new OrderCommand.ProposeForShortage(context.GetShop().Id, proposalId, proposal.OfferId, proposal.Found,
            proposal.Substitute is { } other ? new OfferQuantity(other.OfferId, other.Quantity) : null, proposal.Substitute?.NoDearer is true, proposal.AnswerBy, clock.GetUtcNow()), context);

    private static string ReasonOf(Decline decline) => decline.Reason.Trim() is { Length: > 0 and <= 300 } reason
        ? reason
        : throw Refusal.Invalid("reason-invalid", "Donnez une raison, en 300 caractères au plus : le client la lira.", "Give a reason in at most 300 characters: the customer will read it.")
            .With("field", "reason");
}

/// <summary>A shop's orders: read and changed only through the shop.</summary>
internal sealed class ShopOrders(OrderLog orders, Contacts contacts, NpgsqlDataSource database, PointKeepers keepers, Substitutes substitutes, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly string[] Statuses = ["requested", "accepted", "ready", "collected", "declined", "expired", "cancelled", ToBringBack, WithdrawnFrom];
    private const int MostNames = 100;
    private const string ToBringBack = "to-bring-back";
    private const string WithdrawnFrom = "withdrawn-from";

    internal async Task<IResult> HandleAsync(Guid orderId, OrderCommand command, HttpContext context) =>
        await AnswerAsync(await orders.HandleAsync(new OrderId(orderId), command, new Caller(context.User).ActorIn(context.GetShop().Id), ETags.Expected(context.Request), context.RequestAborted), context);

    /// <summary>With a substitute it is known within moments whether that can be had: whoever asks is told, and no customer of what cannot.</summary>
    internal async Task<IResult> ProposeAsync(Guid orderId, OrderCommand.ProposeForShortage command, HttpContext context)
    {
        var asked = await orders.HandleAsync(new OrderId(orderId), command, new Caller(context.User).ActorIn(context.GetShop().Id), ETags.Expected(context.Request), context.RequestAborted);
        var after = await substitutes.AskAndWaitAsync(asked, command.Proposal, Patience, context.RequestAborted);
        return after.Events.Select(e => e.Data).OfType<OrderEvent.SubstituteRefused>().FirstOrDefault(e => e.ShopId == command.ShopId && e.Proposal == command.Proposal) is { } refused
            ? throw OrderRefusals.SubstituteRefused(refused.Reason, refused.Available)
            : await AnswerAsync(after, context);
    }

    internal async Task<IResult> TakeBackAsync(Guid orderId, long version, HttpContext context)
    {
        var shop = context.GetShop().Id;
        return await AnswerAsync(await orders.HandleAsync(new OrderId(orderId), (before, now) => ShopSteps.TakeBack(before, shop, version, now),
            new Caller(context.User).ActorIn(context.GetShop().Id), ETags.Expected(context.Request), context.RequestAborted), context);
    }

    internal async Task<(OrderHistory History, ShopOrder Shop, OrderContact? Contact)> FindAsync(OrderId order, ShopId shop, CancellationToken token)
    {
        var history = await orders.ReadAsync(order, token);
        if (!history.Exists && await substitutes.OrderOfAsync(order, shop, token) is { } named)
        {
            history = await orders.ReadAsync(named, token); // what the shop's ledger calls by the name of a substitute
        }

        return (history.State as Order.Confirmed)?.Find(shop) is { } found ? (history, found, await contacts.FindAsync(history.Id, token)) : throw OrderRefusals.Unknown();
    }

    /// <summary>The live order with this code, else the last one that had it.</summary>
    internal async Task<(OrderHistory History, ShopOrder Shop, OrderContact? Contact)?> FindByCodeAsync(ShopId shop, string code, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            """
            select o.order_id from orders o join shop_orders s on s.order_id = o.order_id and s.shop_id = $1
            where o.pickup_code = $2 order by o.status = 'confirmed' desc, o.placed_at desc limit 1
            """);
        command.Parameters.Add(new() { Value = shop.Value });
        command.Parameters.Add(new() { Value = PickupCodes.Normalize(code) });
        return await command.ExecuteScalarAsync(token) is Guid found ? await FindAsync(new OrderId(found), shop, token) : null;
    }

    internal async Task<IReadOnlyList<NamedOrder>> NamedAsync(ShopId shop, IReadOnlyList<OrderId> names, CancellationToken token)
    {
        if (names.Count > MostNames)
        {
            throw Refusal.Invalid("too-many-names", $"Au plus {MostNames} commandes à la fois.", $"At most {MostNames} orders at once.").With("field", "names");
        }

        await using var command = database.CreateCommand(
            """
            select n.name, s.order_id, o.reference
            from (select distinct name from unnest($2::uuid[]) name) n
                 left join substitute_holds h on h.hold_id = n.name and h.shop_id = $1
                 join shop_orders s on s.shop_id = $1 and s.order_id = coalesce(h.order_id, n.name)
                 join orders o on o.order_id = s.order_id
            """);
        command.Parameters.Add(new() { Value = shop.Value });
        command.Parameters.Add(new() { Value = names.Select(n => n.Value).ToArray() });
        var found = new List<NamedOrder>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            found.Add(new NamedOrder(new(reader.GetGuid(0)), new(reader.GetGuid(1)), reader.GetString(2)));
        }

        return found;
    }

    internal async Task<ShopOrderPage> ListAsync(ShopId shop, string? status, string? q, string? code, int page, int pageSize, CancellationToken token)
    {
        var statuses = status?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (statuses?.FirstOrDefault(s => !Statuses.Contains(s)) is { } unknown)
        {
            throw Refusal.Invalid("unknown-status", $"Statut inconnu : {unknown}.", $"Unknown status: {unknown}.").With("field", "status");
        }

        var ids = new List<OrderId>();
        var total = 0;
        await using (var command = database.CreateCommand(
            $"""
            select s.order_id, count(*) over ()
            from shop_orders s join orders o on o.order_id = s.order_id left join contacts c on c.order_id = s.order_id
            where s.shop_id = $1 and ($2::text[] is null or s.status = any($2) or (s.left_at is not null and $7 = any($2)) or (cardinality(s.withdrawn) > 0 and $8 = any($2)))
              and ($3::text is null or o.reference ilike $3 or {PlainText.Of("c.name")} like {PlainText.Of("$3")} or o.pickup_code like $6)
            order by case when $8 = any($2) and cardinality(s.withdrawn) > 0 then s.refund_by end,
                     s.status not in ('requested', 'accepted', 'ready'),
                     case when s.status in ('requested', 'accepted', 'ready') then s.pickup_start end,
                     s.changed_at desc, s.order_id
            limit $4 offset $5
            """))
        {
            command.Parameters.Add(new() { Value = shop.Value });
            command.Parameters.Add(new() { Value = (object?)statuses ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
            command.Parameters.Add(new() { Value = string.IsNullOrWhiteSpace(q) ? DBNull.Value : $"%{Escape(q.Trim())}%", NpgsqlDbType = NpgsqlDbType.Text });
            command.Parameters.Add(new() { Value = pageSize });
            command.Parameters.Add(new() { Value = (page - 1) * pageSize });
            command.Parameters.Add(new() { Value = code is null ? DBNull.Value : $"%{code}%", NpgsqlDbType = NpgsqlDbType.Text });
            command.Parameters.Add(new() { Value = ToBringBack });
            command.Parameters.Add(new() { Value = WithdrawnFrom });
            await using var reader = await command.ExecuteReaderAsync(token);
            while (await reader.ReadAsync(token))
            {
                ids.Add(new OrderId(reader.GetGuid(0)));
                total = (int)reader.GetInt64(1);
            }
        }

        if (ids.Count == 0 && page > 1)
        {
            total = (await ListAsync(shop, status, q, code, 1, 1, token)).Total; // behind the last page no row says how many there are
        }

        var histories = await orders.ReadAsync(ids, token);
        var who = await contacts.FindAsync(ids, token);
        var now = clock.GetUtcNow();
        return new ShopOrderPage([.. histories.Select(h => OrderViews.Shop(h, ((Order.Confirmed)h.State).Find(shop)!, who.GetValueOrDefault(h.Id), opened: false, now, keepers))], total, page, pageSize);
    }

    private async Task<IResult> AnswerAsync(OrderHistory after, HttpContext context) =>
        Answer((after, ((Order.Confirmed)after.State).Find(context.GetShop().Id)!, await contacts.FindAsync(after.Id, context.RequestAborted)), context);

    internal IResult Answer((OrderHistory History, ShopOrder Shop, OrderContact? Contact) found, HttpContext context)
    {
        context.Response.Headers.ETag = ETags.Of(found.History.Version);
        context.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(OrderViews.Shop(found.History, found.Shop, found.Contact, opened: true, clock.GetUtcNow(), keepers));
    }

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
}
