using Marketplace.Catalog.Offers;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;

namespace Marketplace.Catalog.StockFeeds;

/// <summary>The shop's software that is asked for its stock: how it is reached, and what its readings found.</summary>
internal static class StockFeedEndpoints
{
    private const int RunsTold = 20;
    private const int TrialLines = 50;
    private static readonly TimeSpan TrialPatience = TimeSpan.FromSeconds(8); // somebody waits for the page

    internal static void MapStockFeeds(this RouteGroupBuilder api)
    {
        var feed = api.MapGroup("/shops/{shop}/stock-feed");
        feed.MapGet("/", GetAsync).RequireShop("offers:read", ShopRole.ReadOnly).AnswersETag().Produces<StockFeed>();
        feed.MapPut("/", PutAsync).RequireShop("stock:write", ShopRole.Staff).ReadsIfMatch("the software").ReadsIfNoneMatch("the software").AnswersETag().Produces<StockFeed>().Produces<StockFeed>(StatusCodes.Status201Created);
        feed.MapDelete("/", DeleteAsync).RequireShop("stock:write", ShopRole.Staff).ReadsIfMatch("the software").Produces(StatusCodes.Status204NoContent);
        feed.MapPost("/trials", TryAsync).RequireShop("stock:write", ShopRole.Staff).Produces<StockFeedTrial>();
        feed.MapPost("/runs", RunAsync).RequireShop("stock:write", ShopRole.Staff).Produces<StockFeedRun>(StatusCodes.Status202Accepted);
        feed.MapGet("/runs", RunsAsync).RequireShop("offers:read", ShopRole.ReadOnly).Produces<IReadOnlyList<StockFeedRun>>();
    }

    private static async Task<IResult> GetAsync(HttpContext context, StockFeedTables tables, CancellationToken token) =>
        await tables.FindAsync(context.GetShop().Id, token) is { Removed: false } feed ? Shown(context, feed) : throw Unknown();

    private static async Task<IResult> PutAsync(StockFeedDefinition definition, HttpContext context, StockFeedDesk desk, IConfiguration configuration, IHostEnvironment environment, CancellationToken token)
    {
        var allowPrivate = PublicAddressHandler.AllowsPrivate(configuration, environment);
        var (feed, created) = await desk.PutAsync(context.GetShop(), definition, ETags.Expected(context.Request), context.Request.Headers.IfNoneMatch.ToString() == "*",
            known => StockFeedRules.Check(definition, known, allowPrivate), token);
        return Shown(context, feed, created ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, StockFeedDesk desk, CancellationToken token) =>
        await desk.RemoveAsync(context.GetShop(), ETags.Expected(context.Request), token) ? Results.NoContent() : throw Unknown();

    private static async Task<StockFeedTrial> TryAsync(StockFeedDefinition definition, HttpContext context, StockFeedTables tables, StockFeedDesk desk, StockSoftware software, IConfiguration configuration,
        IHostEnvironment environment, CancellationToken token)
    {
        var known = await tables.FindAsync(context.GetShop().Id, token);
        StockFeedRules.ReservedExcluded(definition);
        var source = StockFeedRules.Check(definition, known is { Removed: false } ? known.Source : null, PublicAddressHandler.AllowsPrivate(configuration, environment));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(TrialPatience);
        try
        {
            var (page, _, trouble) = await software.AskAsync(source, null, null, TrialLines, patience.Token);
            return page is not null ? new StockFeedTrial(true, page.Count, await desk.KnownAsync(context.GetShop(), page, token), page.Total, null, null) : Failed(trouble!.Fault);
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            return Failed(new("timeout", "Votre logiciel n’a pas répondu en huit secondes.", "Your software did not answer within eight seconds."));
        }

        StockFeedTrial Failed(Fault fault) => new(false, 0, 0, null, fault.Reason, context.PrefersEnglish() ? fault.English : fault.French);
    }

    private static async Task<IResult> RunAsync(bool? whole, HttpContext context, StockFeedDesk desk, CancellationToken token)
    {
        var shop = context.GetShop();
        if (!await desk.ReadNowAsync(shop, whole ?? false, token))
        {
            throw Unknown();
        }

        return Results.Accepted($"/api/v1/shops/{shop.Slug}/stock-feed/runs", (await desk.RunsAsync(shop, context.PrefersEnglish(), 1, token))[0]);
    }

    private static async Task<IReadOnlyList<StockFeedRun>> RunsAsync(HttpContext context, StockFeedDesk desk, CancellationToken token) =>
        await desk.RunsAsync(context.GetShop(), context.PrefersEnglish(), RunsTold, token);

    // Never with its secret.
    private static IResult Shown(HttpContext context, Feed feed, int status = StatusCodes.Status200OK)
    {
        context.Response.Headers.ETag = ETags.Of(feed.Version);
        return Results.Json(new StockFeed(feed.Source.Address, feed.Source.Siret, feed.Source.Auth, feed.Source.Secret is not null, feed.ReservedExcluded ? "excluded" : "included", feed.EveryMinutes,
            feed.ChangedAt, feed.NextRunAt, feed.FullAt, feed.Version), statusCode: status);
    }

    private static Refusal Unknown() => Refusal.NotFound("stock-feed", "Aucun logiciel n’est relié au stock de cette boutique.", "No software is connected to this shop’s stock.");
}
