using Marketplace.Storefront.Accounts;
using Microsoft.AspNetCore.Http.Features;

namespace Marketplace.Storefront.Merchants.Orders;

/// <summary><c>/pro/{shop}/evenements</c>: Ordering's news of the shop's orders, passed through to the board as long as its reader is a member; before each piece the door is asked again, which knows within half a minute. It ends by itself too, for sessions that ended; the browser comes back.</summary>
internal static class OrderEvents
{
    public const string Client = "order-events";
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public static void MapOrderEvents(this RouteGroupBuilder shop) => shop.MapGet("/evenements", PassOnAsync);

    private static async Task<IResult> PassOnAsync(HttpContext http, IHttpClientFactory clients, ShopDoor door, IHostApplicationLifetime host, TimeProvider clock)
    {
        using var patience = new CancellationTokenSource(Longest, clock);
        using var until = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, host.ApplicationStopping, patience.Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"shops/{Uri.EscapeDataString(http.ProShop().Slug)}/orders/events");
        request.Headers.Accept.ParseAdd("text/event-stream");
        try
        {
            using var response = await clients.CreateClient(Client).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, until.Token);
            if (!response.IsSuccessStatusCode)
            {
                return Results.StatusCode((int)response.StatusCode is 401 or 403 ? (int)response.StatusCode : StatusCodes.Status503ServiceUnavailable);
            }
            http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            http.Response.ContentType = "text/event-stream";
            http.Response.Headers["X-Accel-Buffering"] = "no";
            await using var news = await response.Content.ReadAsStreamAsync(until.Token);
            await CopyAsync(news, http, door, until.Token);
        }
        catch (OperationCanceledException)
        {
            // The reader left, or it is time to ask for the way in again.
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            if (!http.Response.HasStarted)
            {
                return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
            }
        }
        return Results.Empty;
    }

    private static async Task CopyAsync(Stream news, HttpContext http, ShopDoor door, CancellationToken token)
    {
        var (reader, shop) = (http.User.SignedIn()!, http.ProShop().Slug);
        var buffer = new byte[4096];
        int read;
        while ((read = await news.ReadAsync(buffer, token)) > 0 && await door.StaysOpenAsync(reader, shop, token))
        {
            await http.Response.Body.WriteAsync(buffer.AsMemory(0, read), token);
            await http.Response.Body.FlushAsync(token);
        }
    }
}
