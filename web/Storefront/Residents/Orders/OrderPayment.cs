using Marketplace.Contracts;
using Marketplace.Storefront.Clients;

namespace Marketplace.Storefront.Residents.Orders;

/// <summary>
/// The way to the payment page and back. Who holds the order's token may see and cancel it, so the payment's side is not told: the browser that leaves keeps it, for this
/// order alone, and shows it on its return. One that comes back elsewhere is sent to its mail, or signs in.
/// </summary>
internal static class OrderPayment
{
    private const string Cookie = "retour";

    /// <summary>Longer than any payment page stays open.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromHours(4);

    internal static async Task<IResult> LeaveAsync(Guid order, HttpContext http, OrderingClient ordering, CancellationToken token)
    {
        http.Response.Headers.CacheControl = "no-store";
        var jeton = OrderPages.Token(http.Request);
        if (await ordering.OrderAsync(OrderId.From(order), jeton, token) is not { } found)
        {
            return OrderPages.Unknown();
        }
        if (found.PaymentUrl is not { Length: > 0 } page)
        {
            return Results.Redirect(OrderPages.Href(order, jeton)); // paid or given up meanwhile: its page says which
        }
        if (jeton is not null)
        {
            http.Response.Cookies.Append(Cookie, jeton, Options(http, order, Kept));
        }
        return Results.Redirect(page);
    }

    /// <summary>Back from there, which proves nothing: it is looked what stands.</summary>
    internal static async Task<IResult> ReturnAsync(Guid order, HttpContext http, OrderingClient ordering, CancellationToken token)
    {
        http.Response.Headers.CacheControl = "no-store";
        var jeton = http.Request.Cookies[Cookie] is { Length: > 0 and < 200 } kept ? kept : null;
        if (!await ordering.LookAsync(OrderId.From(order), jeton, token))
        {
            return OrderPages.Unknown();
        }
        return Results.Redirect(OrderPages.Href(order, jeton));
    }

    // Lax: coming back from another site is following a link.
    private static CookieOptions Options(HttpContext http, Guid order, TimeSpan kept) => new()
    {
        Path = $"/commandes/{order}",
        HttpOnly = true,
        Secure = http.Request.IsHttps,
        SameSite = SameSiteMode.Lax,
        MaxAge = kept,
        IsEssential = true,
    };
}
