using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Orders;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using Marketplace.ServiceDefaults.Limits;
using Marketplace.ServiceDefaults.Shops;

namespace Marketplace.Ordering.Purchases;

/// <summary>Who tells that something has happened to a payment: the resident's browser that comes back, and the other side itself.</summary>
internal static class PurchaseEndpoints
{
    /// <summary>Far above what an event holds.</summary>
    private const int MostBytes = 256 * 1024;

    /// <summary>Nobody looks at a white page for longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    internal static RouteGroupBuilder MapPurchases(this RouteGroupBuilder api)
    {
        api.MapPost("/orders/{orderId}/payment/look", LookAsync).AllowAnyone().AnswersETag().Produces<OrderView>().ProducesProblem(404)
            .WithSummary("Looks now whether the order has been paid, rather than in some seconds: for who comes back from the payment page. Answers with the order as it stands then.");
        api.MapGet("/payments/card", OfferedAsync).AllowAnyone().Produces<CardPayment>().ProducesProblem(422)
            .WithSummary("Whether a basket of these shops (their slugs, separated by commas) can be paid by card, before it is ordered.");
        // Its body is read as it comes: what is signed are its bytes.
        api.MapPost("/payments/events", (Delegate)HearAsync).AllowAnyone().RequireRateLimiting(CallerLimits.Events).Produces(204).ProducesProblem(400)
            .WithSummary("Stripe’s webhooks, signed by its scheme. What they say is not believed but looked up; what cannot be kept is answered by an error, and sent again.");
        return api;
    }

    private static async Task<CardPayment> OfferedAsync(string shops, IShopDirectory directory, ReceivingShops receivers)
    {
        var named = shops.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct().ToList();
        if (named.Count > OrderLimits.MostShops)
        {
            throw Refusal.Invalid("order-too-large", "Cette commande compte trop d’articles : faites-en plusieurs.", "This order has too many items: please split it.").With("field", "shops");
        }

        if (!receivers.Open)
        {
            return new CardPayment("closed", []);
        }

        var receive = await Task.WhenAll(named.Select(async slug => (slug, receives: directory.Find(slug) is { } shop ? await receivers.CanReceiveAsync(shop.Id) : false)));
        return new CardPayment(receive.Any(r => r.receives is null) ? "away" : "open", [.. receive.Where(r => r.receives is false).Select(r => r.slug)]);
    }

    private static async Task<IResult> LookAsync(OrderId orderId, string? token, HttpContext context, OrderLog orders, Contacts contacts, AccessTokens tokens, PointKeepers keepers)
    {
        var (before, contact) = await OrderEndpoints.OpenAsync(orderId, token, context, orders, contacts, tokens);
        if (context.RequestServices.GetService<PurchaseDesk>() is { } desk && PurchaseSteps.Of(before.State) is not PurchaseStep.None)
        {
            var looks = context.RequestServices.GetRequiredService<PurchaseLooks>();
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            patience.CancelAfter(Patience);
            try
            {
                // Who has just paid may have come by a moment before without: they are not shown what stood then.
                for (var wait = looks.WaitOf(orderId); wait > TimeSpan.Zero; wait = looks.WaitOf(orderId))
                {
                    await Task.Delay(wait, patience.Token);
                }

                await desk.AdvanceAsync(orderId, patience.Token);
            }
            catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
            {
                // The other side is slow, or many look at once: shown is what stands, and the payment's own timer goes on.
            }
        }

        var after = await orders.ReadAsync(orderId, context.RequestAborted);
        context.Response.Headers.ETag = ETags.Of(after.Version);
        context.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(OrderViews.Resident(after, contact, tokens.Of(orderId), keepers));
    }

    private static async Task<IResult> HearAsync(HttpContext context)
    {
        var events = context.RequestServices.GetService<PaymentEvents>() ?? throw Refusal.NotFound("payments", "Le paiement par carte n’est pas ouvert ici.", "Payment by card is not open here.");
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0;)
        {
            if (body.Length + read > MostBytes)
            {
                throw new Refusal("event-too-large", StatusCodes.Status413PayloadTooLarge, "Cet événement est trop grand.", "This event is too large.");
            }

            body.Write(buffer, 0, read);
        }

        var bytes = body.GetBuffer().AsMemory(0, (int)body.Length);
        // By this machine's own time: a signature is as old as the other machine says.
        if (!events.IsSigned(bytes.Span, context.Request.Headers["Stripe-Signature"], TimeProvider.System.GetUtcNow()))
        {
            throw new Refusal("signature-refused", StatusCodes.Status400BadRequest, "La signature de cet appel n’est pas valable.", "The signature of this call is not valid.");
        }

        await events.KeepAsync(PaymentEvent.Read(bytes), context.RequestAborted);
        return TypedResults.NoContent();
    }
}
