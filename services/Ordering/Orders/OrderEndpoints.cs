using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using Marketplace.ServiceDefaults.Limits;
using Npgsql;
using Request = Marketplace.Contracts.Ordering.Api.PlaceOrder;

namespace Marketplace.Ordering.Orders;

/// <summary>What a resident does with orders: place, look, cancel, list.</summary>
internal static class OrderEndpoints
{
    internal static RouteGroupBuilder MapOrders(this RouteGroupBuilder api)
    {
        api.MapPost("/orders", (Request request, HttpContext context, OrderPlacing place) =>
                place.HandleAsync(request, KeyOf(context), context))
            .AllowAnyone()
            .RequireRateLimiting(CallerLimits.Orders)
            .WithSummary("Places an order over one or several shops. Send an Idempotency-Key: for a week the same key and body answer with the same order, "
                + "also once its slot has passed; the same key with another body with 422. A key of at least 22 letters and digits, drawn at random, is "
                + "the same for a person and for nobody signed in. Without a key every call is an order. A refusal with an orderId is that order's; any other placed nothing.")
            .WithMetadata(HeaderRead.IdempotencyKey("Drawn at random, once for each order that is meant. Without it every call is an order."))
            .AnswersETag().Produces<OrderView>(201).Produces<OrderView>(202).ProducesProblem(409).ProducesProblem(422);
        api.MapPost("/orders/by-key", (Request request, HttpContext context, OrderPlacing place) => place.FindAsync(request, KeyOf(context), context))
            .AllowAnyone()
            .WithSummary("Finds what an Idempotency-Key and body became, without placing anything: 404 where no order stands under them.")
            .WithMetadata(HeaderRead.IdempotencyKey("The key under which the order was sent.", required: true))
            .AnswersETag().Produces<OrderView>(201).Produces<OrderView>(202).ProducesProblem(409).ProducesProblem(422);
        api.MapGet("/orders/{orderId}", GetAsync).AllowAnyone().AnswersETag().Produces<OrderView>()
            .WithSummary("The order, for who holds its token or is signed in as who placed it.");
        api.MapPost("/orders/{orderId}/cancellation", CancelAsync).AllowAnyone().ReadsIfMatch("the order").AnswersETag().Produces<OrderView>().ProducesProblem(409)
            .WithSummary("Cancels the order, or one shop's part of it, until that shop starts to prepare.");
        api.MapPost("/orders/{orderId}/shortages/{proposalId:guid}/answer", AnswerAsync).AllowAnyone().ReadsIfMatch("the order").AnswersETag().Produces<OrderView>().ProducesProblem(404).ProducesProblem(409).ProducesProblem(422)
            .WithSummary("Answers a shop that lacks some of a line: the substitute for it, only what there is, or nothing of that line. Once, and in time; the same answer again is the answer.");
        api.MapGet("/me/orders", ListAsync).RequirePerson().WithSummary("The signed-in resident’s orders, newest first.");
        return api;
    }

    private static string? KeyOf(HttpContext context) => context.Request.Headers.TryGetValue("Idempotency-Key", out var key) ? key.ToString() : null;

    private static async Task<IResult> GetAsync(OrderId orderId, string? token, HttpContext context, OrderLog orders, Contacts contacts, AccessTokens tokens, PointKeepers keepers)
    {
        var (history, contact) = await OpenAsync(orderId, token, context, orders, contacts, tokens);
        context.Response.Headers.ETag = ETags.Of(history.Version);
        context.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(OrderViews.Resident(history, contact, tokens.Of(orderId), keepers));
    }

    private static async Task<IResult> CancelAsync(OrderId orderId, string? token, Cancellation? cancellation, HttpContext context, OrderLog orders, Contacts contacts, AccessTokens tokens, PointKeepers keepers)
    {
        var (before, contact) = await OpenAsync(orderId, token, context, orders, contacts, tokens);
        ShopId? shop = cancellation?.Shop is { } slug
            ? before.Placed.Shops.FirstOrDefault(s => s.Slug == slug)?.ShopId
                ?? throw Refusal.Invalid("unknown-shop", "Cette boutique ne fait pas partie de la commande.", "This shop is not part of the order.").With("field", "shop")
            : null;
        var after = await orders.HandleAsync(orderId, new OrderCommand.Cancel(shop), new Caller(context.User).Actor is "anonymous" ? "token" : new Caller(context.User).Actor,
            ETags.Expected(context.Request), context.RequestAborted);
        context.Response.Headers.ETag = ETags.Of(after.Version);
        return TypedResults.Ok(OrderViews.Resident(after, contact, tokens.Of(orderId), keepers));
    }

    private static async Task<IResult> AnswerAsync(
        OrderId orderId, Guid proposalId, string? token, AnswerShortage answer, HttpContext context, OrderLog orders, Contacts contacts, AccessTokens tokens, PointKeepers keepers, TimeProvider clock)
    {
        var (_, contact) = await OpenAsync(orderId, token, context, orders, contacts, tokens);
        var actor = new Caller(context.User).Actor;
        var after = await orders.HandleAsync(orderId, new OrderCommand.AnswerProposal(proposalId, answer.Answer, answer.AgreedCents, clock.GetUtcNow()), actor is "anonymous" ? "token" : actor,
            ETags.Expected(context.Request), context.RequestAborted);
        context.Response.Headers.ETag = ETags.Of(after.Version);
        return TypedResults.Ok(OrderViews.Resident(after, contact, tokens.Of(orderId), keepers));
    }

    private static async Task<OrderPage> ListAsync(HttpContext context, NpgsqlDataSource database, int page = 1, int pageSize = 20)
    {
        Paging.Check(page, pageSize);
        await using var command = database.CreateCommand(
            """
            select o.order_id, o.reference, o.town, o.status, o.placed_at, o.total_cents, o.shops, count(*) over ()
            from contacts c join orders o on o.order_id = c.order_id
            where c.person_id = $1 order by o.placed_at desc, o.order_id limit $2 offset $3
            """);
        command.Parameters.Add(new() { Value = new Caller(context.User).Person!.Value.Value });
        command.Parameters.Add(new() { Value = pageSize });
        command.Parameters.Add(new() { Value = (page - 1) * pageSize });
        var items = new List<OrderListItem>();
        var total = 0;
        await using var reader = await command.ExecuteReaderAsync(context.RequestAborted);
        while (await reader.ReadAsync(context.RequestAborted))
        {
            items.Add(new OrderListItem(new OrderId(reader.GetGuid(0)), reader.GetString(1), reader.GetString(2), reader.GetString(3),
                reader.GetFieldValue<DateTimeOffset>(4), reader.GetInt64(5), reader.GetFieldValue<string[]>(6)));
            total = (int)reader.GetInt64(7);
        }

        await reader.DisposeAsync();
        if (items.Count == 0 && page > 1)
        {
            total = (await ListAsync(context, database, 1, 1)).Total; // behind the last page no row says how many there are
        }

        return new OrderPage(items, total, page, pageSize);
    }

    // One answer for "no such order" and "not yours": ids must not be probed. Who shows nothing at all is asked to sign in.
    internal static async Task<(OrderHistory History, OrderContact? Contact)> OpenAsync(
        OrderId orderId, string? token, HttpContext context, OrderLog orders, Contacts contacts, AccessTokens tokens)
    {
        var caller = new Caller(context.User);
        if (token is null && !caller.IsSignedIn)
        {
            throw new Refusal("sign-in-needed", StatusCodes.Status401Unauthorized,
                "Ouvrez la commande depuis le lien reçu par mail, ou connectez-vous.", "Open the order from the link in your e-mail, or sign in.");
        }

        var contact = await contacts.FindAsync(orderId, context.RequestAborted);
        if (!tokens.Opens(token, orderId) && !caller.IsOperator && (caller.Person is null || contact?.Person != caller.Person))
        {
            throw OrderRefusals.Unknown();
        }

        var history = await orders.ReadAsync(orderId, context.RequestAborted);
        return history.Exists ? (history, contact) : throw OrderRefusals.Unknown();
    }
}
