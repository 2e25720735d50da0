using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Ordering.Webhooks;

/// <summary>A shop's owners say where its programs hear of orders, and see what was sent. As with keys: no key of the shop manages them.</summary>
internal static class WebhookEndpoints
{
    /// <summary>No key has this scope.</summary>
    private const string PeopleOnly = "people-only";

    private static readonly string[] States = ["waiting", "delivered", "given-up"];

    internal static RouteGroupBuilder MapWebhooks(this RouteGroupBuilder api)
    {
        var webhooks = api.MapGroup("/shops/{shop}/webhooks").RequireShop(PeopleOnly, ShopRole.Owner);
        webhooks.MapGet("", (HttpContext context, ShopWebhooks known, CancellationToken token) => known.ListAsync(ShopOf(context), token))
            .WithSummary("Where the shop’s programs are told of its orders.");
        webhooks.MapPost("", AddAsync).ProducesProblem(409)
            .WithSummary("Tells this address of the shop’s orders from now on, and shows the secret of its signatures, once. types: empty for all events. Calls are signed by the Standard Webhooks "
                + "scheme (webhook-id, webhook-timestamp, webhook-signature), answered within 15 seconds by 2xx or sent again for three days at growing distance, under the same webhook-id. "
                + "Their order is not promised: the version in data tells which is later.");
        webhooks.MapPut("/{webhookId:guid}", ReplaceAsync).ReadsIfMatch("the webhook").AnswersETag().Produces<Webhook>().ProducesProblem(409)
            .WithSummary("Another address, other events, paused or in use (again, where it was switched off).");
        webhooks.MapDelete("/{webhookId:guid}", RemoveAsync).WithSummary("Nothing is sent there any more, and what was sent is forgotten. May be repeated.");
        webhooks.MapPost("/{webhookId:guid}/secret", RotateAsync).ReadsIfMatch("the webhook").WithSummary("A new secret, shown once; with If-Match a repeated request makes no other. The one before signs as well for 24 hours: both signatures stand in the header, so that the program can be changed in between.");
        webhooks.MapPost("/{webhookId:guid}/test", TestAsync).ProducesProblem(409).WithSummary("Sends an event of the type test, without data. How it went stands in the deliveries.");
        webhooks.MapGet("/{webhookId:guid}/deliveries", DeliveriesAsync).WithSummary("What was sent in the last thirty days and what waits, latest first. state: waiting, delivered or given-up.");
        webhooks.MapPost("/{webhookId:guid}/deliveries/{deliveryId:guid}/redeliver", RedeliverAsync).ProducesProblem(409)
            .WithSummary("Sends it again, under the same webhook-id and as it was then: from the beginning what was given up or delivered, now what waits.");
        return api;
    }

    private static async Task<Created<WebhookSecret>> AddAsync(WebhookDefinition wanted, HttpContext context, ShopWebhooks known, WebhookSecrets secrets, IConfiguration configuration, IHostEnvironment host, CancellationToken token)
    {
        var added = await known.AddAsync(ShopOf(context), WebhookRules.Check(wanted, PublicAddressHandler.AllowsPrivate(configuration, host)), token);
        NotKept(context);
        return TypedResults.Created($"/api/v1/shops/{context.GetShop().Slug}/webhooks/{added.WebhookId}", new WebhookSecret(added, secrets.Shown(added.WebhookId, 1), null));
    }

    private static async Task<IResult> ReplaceAsync(Guid webhookId, WebhookDefinition wanted, HttpContext context, ShopWebhooks known, IConfiguration configuration, IHostEnvironment host, CancellationToken token)
    {
        var after = await known.ReplaceAsync(ShopOf(context), webhookId, WebhookRules.Check(wanted, PublicAddressHandler.AllowsPrivate(configuration, host)), ETags.Expected(context.Request), token);
        context.Response.Headers.ETag = ETags.Of(after.Version);
        return TypedResults.Ok(after);
    }

    private static async Task<NoContent> RemoveAsync(Guid webhookId, HttpContext context, ShopWebhooks known, CancellationToken token)
    {
        await known.RemoveAsync(ShopOf(context), webhookId, token);
        return TypedResults.NoContent();
    }

    private static async Task<WebhookSecret> RotateAsync(Guid webhookId, HttpContext context, ShopWebhooks known, WebhookSecrets secrets, CancellationToken token)
    {
        var (after, number) = await known.RotateAsync(ShopOf(context), webhookId, ETags.Expected(context.Request), token);
        NotKept(context);
        return new WebhookSecret(after, secrets.Shown(webhookId, number), after.FormerSecretUntil);
    }

    private static async Task<Accepted<WebhookDelivery>> TestAsync(Guid webhookId, HttpContext context, ShopWebhooks known, WebhookDeliveries deliveries, CancellationToken token)
    {
        DemandActive(await known.GetAsync(ShopOf(context), webhookId, token));
        return TypedResults.Accepted((string?)null, await deliveries.TestAsync(webhookId, token));
    }

    private static async Task<WebhookDeliveryPage> DeliveriesAsync(Guid webhookId, HttpContext context, ShopWebhooks known, WebhookDeliveries deliveries, CancellationToken token, string? state = null, int page = 1, int pageSize = 50)
    {
        Paging.Check(page, pageSize);
        if (state is not null && !States.Contains(state))
        {
            throw Refusal.Invalid("unknown-status", $"Statut inconnu : {state}.", $"Unknown status: {state}.").With("field", "state");
        }

        return await deliveries.ListAsync((await known.GetAsync(ShopOf(context), webhookId, token)).WebhookId, state, page, pageSize, token);
    }

    private static async Task<Accepted<WebhookDelivery>> RedeliverAsync(Guid webhookId, Guid deliveryId, HttpContext context, ShopWebhooks known, WebhookDeliveries deliveries, CancellationToken token)
    {
        DemandActive(await known.GetAsync(ShopOf(context), webhookId, token));
        return TypedResults.Accepted((string?)null, await deliveries.SendAgainAsync(webhookId, deliveryId, token)
            ?? throw Refusal.NotFound("delivery", "Cet envoi n’existe pas, ou n’est plus gardé.", "There is no such delivery, or it is no longer kept."));
    }

    private static void DemandActive(Webhook webhook)
    {
        if (webhook.Status is not "active")
        {
            throw new Refusal("webhook-not-active", StatusCodes.Status409Conflict, "Cette adresse est en pause ou arrêtée : remettez-la d’abord en service.", "This address is paused or switched off: put it back in use first.");
        }
    }

    private static void NotKept(HttpContext context) => context.Response.Headers.CacheControl = "private, no-store";

    private static ShopId ShopOf(HttpContext context) => context.GetShop().Id;
}
