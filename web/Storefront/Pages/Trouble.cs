using System.Diagnostics;
using Marketplace.ServiceDefaults;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Design;

namespace Marketplace.Storefront.Pages;

/// <summary>Failures as pages: a service that is down, a read that was refused, a fault of ours. Programs asking for JSON get the problem of the service defaults.</summary>
internal static partial class Trouble
{
    public static void UseTroublePages(this WebApplication app) => app.Use(async (http, next) =>
    {
        try
        {
            await next(http);
            if (http.Response is { HasStarted: false, StatusCode: StatusCodes.Status400BadRequest or StatusCodes.Status413PayloadTooLarge or StatusCodes.Status415UnsupportedMediaType, ContentType: null } && WantsPage(http.Request))
            {
                await RefuseAsync(http, http.Response.StatusCode); // a value that is not what its field asks for
            }
        }
        catch (BadHttpRequestException unreadable) when (!http.Response.HasStarted && WantsPage(http.Request))
        {
            http.Response.Clear();
            await RefuseAsync(http, unreadable.StatusCode);
        }
        catch (Exception failure) when (!http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested && failure is not (BadHttpRequestException or Refusal) && WantsPage(http.Request))
        {
            var log = http.RequestServices.GetRequiredService<ILogger<Program>>();
            http.Response.Clear();
            var page = failure switch
            {
                ServiceUnavailable => PageFor(http, "down", StatusCodes.Status503ServiceUnavailable, null),
                ServiceRefusal { Status: System.Net.HttpStatusCode.NotFound or System.Net.HttpStatusCode.BadRequest or System.Net.HttpStatusCode.UnprocessableEntity } => NotFound(null),
                ServiceRefusal { Status: System.Net.HttpStatusCode.TooManyRequests } => PageFor(http, "often", StatusCodes.Status429TooManyRequests, null),
                _ => PageFor(http, "error", StatusCodes.Status500InternalServerError, Activity.Current?.TraceId.ToString()[..8]),
            };
            if (failure is ServiceUnavailable down)
            {
                ServiceDown(log, down.Service, http.Request.Path, down);
                http.Response.Headers.RetryAfter = "10";
            }
            else if (failure is ServiceRefusal { Status: System.Net.HttpStatusCode.TooManyRequests } often)
            {
                http.Response.Headers.RetryAfter = (often.Problem?.RetryAfterSeconds ?? 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
            }
            else if (failure is not ServiceRefusal)
            {
                Unexpected(log, http.Request.Path, failure);
            }
            await page.ExecuteAsync(http);
        }
    });

    /// <summary>Whatever no other endpoint serves.</summary>
    public static void MapNotFoundPage(this WebApplication app) => app.MapFallback("{*path}", () => NotFound(null)).ExcludeFromDescription();

    public static IResult NotFound(TownFrame? town) => Page.Of<NotFoundPage>(new Dictionary<string, object?> { ["Town"] = town }, StatusCodes.Status404NotFound);

    /// <summary>A request that cannot be taken, before any page looks at it: a sentence for people, a problem for programs.</summary>
    public static Task RefuseAsync(HttpContext http, int status) => WantsPage(http.Request)
        ? PageFor(http, RefusalKind(status), status, null).ExecuteAsync(http)
        : Results.Problem(statusCode: status).ExecuteAsync(http);

    private static string RefusalKind(int status) => status switch
    {
        StatusCodes.Status403Forbidden => "elsewhere",
        StatusCodes.Status413PayloadTooLarge => "toolarge",
        _ => "unreadable",
    };

    private static IResult PageFor(HttpContext http, string kind, int status, string? reference) => Page.Of<TroublePage>(new Dictionary<string, object?>
    {
        ["Kind"] = kind,
        ["Reference"] = reference,
        ["RetryHref"] = HttpMethods.IsGet(http.Request.Method) ? http.Request.Path + http.Request.QueryString : CameFrom(http.Request),
    }, status);

    // Many forms go to addresses that are no pages: back to where the form stood.
    private static string CameFrom(HttpRequest request) =>
        Uri.TryCreate(request.Headers.Referer.ToString(), UriKind.Absolute, out var from) && string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase) ? from.PathAndQuery : "/";

    private static bool WantsPage(HttpRequest request) => !request.Path.StartsWithSegments("/api", StringComparison.Ordinal) && !request.Headers.Accept.ToString().Contains("application/json", StringComparison.Ordinal)
        && !request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.Ordinal);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Service} did not answer for {Path}")]
    private static partial void ServiceDown(ILogger log, string service, string path, Exception failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "Unexpected failure at {Path}")]
    private static partial void Unexpected(ILogger log, string path, Exception failure);
}
