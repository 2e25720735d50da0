using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Accounts.Tokens;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Pages;
using Microsoft.Extensions.Caching.Memory;

namespace Marketplace.Storefront.Merchants;

/// <summary>Lets the members of a shop in. A shop that is somebody else's and one that does not exist are answered alike.</summary>
internal sealed class ShopDoor(MembershipDirectory memberships, MerchantsClient merchants, IMemoryCache cache)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);

    public async Task<ProShop?> OpenAsync(SignedIn person, string slug, CancellationToken token)
    {
        var of = await memberships.OfAsync(person.Email, token);
        if (of.Towns.Count > 0 && of.Shops.All(s => s.Slug != slug))
        {
            memberships.Forget(person.Email); // the shop may have asked its town for help this moment
            of = await memberships.OfAsync(person.Email, token);
        }
        if (of.Shops.FirstOrDefault(s => s.Slug == slug) is not { } member)
        {
            return null;
        }
        var (demo, keeps, accent, status, exempt) = await LookAsync(slug, token);
        return new ProShop(member.ShopId, member.Slug, member.Name, member.Role is "owner" or "staff" or "assistant", of.Shops.Count > 1, keeps, demo, accent, status, member.Role == "owner", member.Until, exempt);
    }

    /// <summary>Whether somebody who was let in may stay. While Merchants cannot be asked they may: whatever stays open ends by itself before long.</summary>
    public async Task<bool> StaysOpenAsync(SignedIn person, string slug, CancellationToken token)
    {
        try
        {
            return (await memberships.OfAsync(person.Email, token)).Shops.Any(s => s.Slug == slug);
        }
        catch (ServiceUnavailable)
        {
            return true;
        }
    }

    /// <summary>The shop has changed: published, suspended, renamed. Its pages say so from the next one on.</summary>
    internal static void Forget(IMemoryCache cache, string slug) => cache.Remove(KeyOf(slug));

    internal static object KeyOf(string slug) => (typeof(ShopDoor), slug);

    private async Task<(bool Demo, bool KeepsPoint, string? Accent, string Status, bool VatExempt)> LookAsync(string slug, CancellationToken token) =>
        await cache.GetOrCreateAsync(KeyOf(slug), async entry =>
        {
            entry.AbsoluteExpirationRelativeToNow = KeptFor;
            var shop = await merchants.ShopAsync(slug, token);
            Town? town = shop is { Towns: [var first, ..] } ? await merchants.TownAsync(first, token) : null;
            return (shop?.Demo ?? false, shop?.KeepsPoint is not null, town?.Accent, shop?.Status ?? "published", shop?.Legal.VatExempt ?? false);
        });
}

internal static class ShopDoorFilter
{
    private static readonly object _key = new();

    /// <summary>The shop that the door let this request into.</summary>
    public static ProShop ProShop(this HttpContext http) => (ProShop)http.Items[_key]!;

    public static RouteGroupBuilder OfOwnShop(this RouteGroupBuilder group) => group.AddEndpointFilter(async (context, next) => await RefusalAsync(context.HttpContext) ?? await next(context));

    /// <summary>Who sends a large form is judged before it is read: what a handler is given of a form is read before any filter.</summary>
    public static void UseShopDoor(this WebApplication app) => app.Use(async (http, next) =>
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<JudgedFirst>() is not null && await RefusalAsync(http) is { } refused)
        {
            await refused.ExecuteAsync(http);
            return;
        }
        await next(http);
    });

    private static async Task<IResult?> RefusalAsync(HttpContext http)
    {
        if (http.Items.ContainsKey(_key))
        {
            return null;
        }
        if (http.User.SignedIn() is not { } person || await http.RequestServices.GetRequiredService<ShopDoor>().OpenAsync(person, (string)http.Request.RouteValues["shop"]!, http.RequestAborted) is not { } shop)
        {
            return Refused(null);
        }
        if (!shop.Owns && http.GetEndpoint()?.Metadata.GetMetadata<OwnersAlone>() is not null)
        {
            return Refused(shop, "pro.refused.owner");
        }
        if (!shop.MayAct && !HttpMethods.IsGet(http.Request.Method) && !http.IsOnlyLooking())
        {
            return Refused(shop);
        }
        http.Items[_key] = shop;
        return null;
    }

    /// <summary>A post whose form is read once its sender was let in (<see cref="UseShopDoor"/>).</summary>
    public static RouteHandlerBuilder ReadOnceLetIn(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new JudgedFirst());

    /// <summary>A post that changes nothing: whoever may read the shop's pages may send it.</summary>
    public static void OnlyLooking(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new OnlyLooks());

    /// <summary>What opens a shop to others is its owners' alone, to look at too.</summary>
    public static void OnlyOwners(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new OwnersAlone());

    internal static bool IsOnlyLooking(this HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<OnlyLooks>() is not null;

    private sealed record OnlyLooks;

    private sealed record JudgedFirst;

    internal sealed record OwnersAlone;

    private static IResult Refused(ProShop? shop, string? why = null) =>
        Page.Of<RefusedPage>(new Dictionary<string, object?> { ["Shop"] = shop, ["Why"] = why }, StatusCodes.Status403Forbidden);
}
