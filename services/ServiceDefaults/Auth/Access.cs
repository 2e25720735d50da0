using Marketplace.ServiceDefaults.Shops;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.ServiceDefaults.Auth;

/// <summary>
/// Who may call an endpoint: said once on it or its group, enforced before anything of the request is read, and readable from the route table
/// (the authorisation matrix fails an endpoint that has none).
/// </summary>
/// <param name="Rule">For people: <c>shop orders:write Staff</c>, <c>town</c>, <c>operator</c>, <c>storefront</c>, <c>person</c> or <c>anyone</c>.</param>
/// <param name="Enforce">Throws a <see cref="Refusal"/> for who may not.</param>
public sealed record AccessRule(string Rule, Action<HttpContext> Enforce);

public static class Access
{
    /// <summary>Code of the refusal of an Authorization header that says nobody known.</summary>
    public const string UnknownCredentials = "credentials-unknown";
    private const string ShopItem = "marketplace.shop";

    /// <summary>
    /// The route's <c>{shop}</c> must exist (404) and the caller must be the operator, a coordinator of one of its towns when
    /// <paramref name="coordinators"/>, a member with at least <paramref name="role"/>, or an API key of this shop with <paramref name="scope"/>
    /// (401 for nobody, 403 for somebody else).
    /// </summary>
    public static TBuilder RequireShop<TBuilder>(this TBuilder builder, string scope, ShopRole role, bool coordinators = false) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new AccessRule($"shop {scope} {role}{(coordinators ? " coordinators" : "")}", context =>
        {
            var shop = FindShop(context);
            var caller = new Caller(context.User);
            Demand(context, caller.IsOperator || caller.RoleIn(shop.Id) >= role || caller.HasKey(shop.Id, scope) || (coordinators && shop.Towns.Any(caller.Coordinates)));
        }));

    /// <summary>The route's <c>{shop}</c> must exist (404) and the caller be the operator or a coordinator of one of its towns: what a shop does not decide alone.</summary>
    public static TBuilder RequireCoordinatorOfShop<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new AccessRule("shop coordinators", context =>
        {
            var shop = FindShop(context);
            var caller = new Caller(context.User);
            Demand(context, caller.IsOperator || shop.Towns.Any(caller.Coordinates));
        }));

    /// <summary>The operator, or a coordinator of the route's <c>{town}</c>.</summary>
    public static TBuilder RequireTown<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.Require("town", (context, caller) => caller.Coordinates((string?)context.Request.RouteValues["town"] ?? ""));

    public static TBuilder RequireOperator<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.Require("operator", (_, caller) => caller.IsOperator);

    /// <summary>The storefront itself (or the operator), asking about people.</summary>
    public static TBuilder RequireStorefront<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.Require("storefront", (_, caller) => caller.IsStorefront || caller.IsOperator);

    /// <summary>A signed-in person.</summary>
    public static TBuilder RequirePerson<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.Require("person", (_, caller) => caller.Person is not null);

    /// <summary>A signed-in person, or the operator for one who does not come themselves.</summary>
    public static TBuilder RequirePersonOrOperator<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.Require("person operator", (_, caller) => caller.Person is not null || caller.IsOperator);

    /// <summary>Open to all, on purpose.</summary>
    public static TBuilder AllowAnyone<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new AccessRule("anyone", _ => { }));

    /// <summary>Open to all; the route's <c>{shop}</c> must be a published shop (404). Its own people see it before that.</summary>
    public static TBuilder AllowAnyoneInShop<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new AccessRule("anyone", context =>
        {
            var shop = FindShop(context);
            var caller = new Caller(context.User);
            if (!shop.IsPublished && !caller.IsOperator && caller.RoleIn(shop.Id) is null && !shop.Towns.Any(caller.Coordinates))
            {
                throw UnknownShop();
            }
        }));

    /// <summary>The shop that the endpoint's rule found.</summary>
    public static ShopEntry GetShop(this HttpContext context) =>
        (ShopEntry?)context.Items[ShopItem] ?? throw new InvalidOperationException("The endpoint declares neither RequireShop nor AllowAnyoneInShop.");

    /// <summary>
    /// Whether who was let in would be let in now. For answers that go on for long: meanwhile a key is revoked, a token runs out, a shop leaves a coordinator's town.
    /// </summary>
    public static bool IsStillAllowed(this HttpContext context, DateTimeOffset now)
    {
        if (context.AllowedUntil() <= now)
        {
            return false;
        }

        if (ShownBy(context)?.Ticket?.AuthenticationScheme == ApiKeys.Scheme)
        {
            if (ApiKeyHandler.Identify(context) is not { } present)
            {
                return false;
            }

            // With the scopes that the key has now. Not User alone: setting it would forget how the caller was told.
            context.Features.GetRequiredFeature<IAuthenticateResultFeature>().AuthenticateResult = AuthenticateResult.Success(new AuthenticationTicket(present, ApiKeys.Scheme));
        }

        try
        {
            Enforce(context, RulesOf(context));
            return true;
        }
        catch (Refusal)
        {
            return false;
        }
    }

    /// <summary>When the caller's token runs out; null for keys, which are good until they are revoked, and for nobody.</summary>
    public static DateTimeOffset? AllowedUntil(this HttpContext context) => ShownBy(context)?.Properties?.ExpiresUtc;

    /// <summary>Enforces the rules of the endpoint that routing chose.</summary>
    internal static async Task EnforceAsync(HttpContext context, RequestDelegate next)
    {
        var rules = RulesOf(context);
        if (rules.Count > 0 && context.Request.Headers.Authorization.Count > 0 && context.User.Identity?.IsAuthenticated != true)
        {
            throw await RefusalOfAsync(context);
        }

        Enforce(context, rules);
        await (context.Request.RouteValues.ContainsKey("orderId") ? WithOrderAsync(context, next) : next(context));
    }

    private static AuthenticateResult? ShownBy(HttpContext context) => context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult is { Succeeded: true } shown ? shown : null;

    private static IReadOnlyList<AccessRule> RulesOf(HttpContext context) => context.GetEndpoint()?.Metadata.GetOrderedMetadata<AccessRule>() ?? [];

    private static void Enforce(HttpContext context, IReadOnlyList<AccessRule> rules)
    {
        foreach (var rule in rules)
        {
            rule.Enforce(context);
        }
    }

    // Who says who they are is never taken for nobody, at open doors neither: an order of theirs would be nobody's, and its repeat another one.
    private static async Task<Refusal> RefusalOfAsync(HttpContext context)
    {
        for (var failure = (await context.AuthenticateAsync()).Failure; failure is not null; failure = failure.InnerException)
        {
            if (failure is SigningKeysAway)
            {
                return HttpRefusals.Of(StatusCodes.Status503ServiceUnavailable);
            }
        }

        return new Refusal(UnknownCredentials, StatusCodes.Status401Unauthorized,
            "Cette clé ou ce jeton n’est pas valable, ou ne l’est plus. Rien n’a été fait.", "This key or token is not valid, or no longer. Nothing was done.");
    }

    private static async Task WithOrderAsync(HttpContext context, RequestDelegate next)
    {
        using (JsonLines.Begin(context.RequestServices.GetRequiredService<ILogger<AccessRule>>(), context.Request.RouteValues))
        {
            await next(context);
        }
    }

    private static TBuilder Require<TBuilder>(this TBuilder builder, string rule, Func<HttpContext, Caller, bool> allowed) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new AccessRule(rule, context => Demand(context, allowed(context, new Caller(context.User)))));

    private static ShopEntry FindShop(HttpContext context)
    {
        var shop = context.RequestServices.GetRequiredService<IShopDirectory>().Find((string?)context.Request.RouteValues["shop"] ?? "") ?? throw UnknownShop();
        context.Items[ShopItem] = shop;
        return shop;
    }

    private static void Demand(HttpContext context, bool allowed)
    {
        if (!allowed)
        {
            throw HttpRefusals.Of(context.User.Identity?.IsAuthenticated == true ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized);
        }
    }

    private static Refusal UnknownShop() => Refusal.NotFound("shop", "Cette boutique n’existe pas, ou n’est plus là.", "There is no such shop here.");
}
