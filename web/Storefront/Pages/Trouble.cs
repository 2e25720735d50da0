using System.Diagnostics;
using System.Globalization;
using System.Net;
using Marketplace.ServiceDefaults;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Design;
using Marketplace.Storefront.Residents.Towns;
using Npgsql;

namespace Marketplace.Storefront.Pages;

/// <summary>On a post that may be sent again as it is: where it fails, the page carries its form, so that one press repeats it and nothing typed is lost.</summary>
/// <param name="Words">Beginning of the keys of its title and text.</param>
internal sealed record RepeatableForm(string Words);

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
            http.Response.Clear();
            http.Response.Headers.CacheControl = "no-store";
            await PageOf(http, failure).ExecuteAsync(http);
        }
    });

    private static IResult PageOf(HttpContext http, Exception failure)
    {
        var log = http.RequestServices.GetRequiredService<ILogger<Program>>();
        if (failure is ServiceUnavailable or NpgsqlException { IsTransient: true } or InvalidOperationException { InnerException: NpgsqlException { IsTransient: true } })
        {
            ServiceDown(log, failure is ServiceUnavailable down ? down.Service : "the storefront's database", http.Request.Path, failure);
            http.Response.Headers.RetryAfter = "10";
            return PageFor(http, "down", StatusCodes.Status503ServiceUnavailable, null);
        }
        switch (failure)
        {
            case ServiceRefusal { Status: HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity }:
                return NotFound(null);
            case ServiceRefusal { Status: HttpStatusCode.TooManyRequests } often:
                http.Response.Headers.RetryAfter = (often.Problem?.RetryAfterSeconds ?? 1).ToString(CultureInfo.InvariantCulture);
                return PageFor(http, "often", StatusCodes.Status429TooManyRequests, null);
            default:
                // A refused token or role among them: whoever reports the reference must be found in the log.
                Unexpected(log, http.Request.Path, failure);
                return PageFor(http, "error", StatusCodes.Status500InternalServerError, Activity.Current?.TraceId.ToString()[..8]);
        }
    }

    /// <summary>Whatever no other endpoint serves; under a town's address, with that town's search.</summary>
    public static void MapNotFoundPage(this WebApplication app) => app.MapFallback("{*path}", async (string? path, TownDirectory towns, CancellationToken token) =>
        NotFound(await TownOfAsync(path, towns, token))).ExcludeFromDescription();

    // Of the towns that are known anyway: an address that nobody serves asks nobody for it.
    private static async Task<TownFrame?> TownOfAsync(string? path, TownDirectory towns, CancellationToken token)
    {
        try
        {
            return (await towns.TownsAsync(token)).FirstOrDefault(t => t.Slug == path?.Split('/')[0]) is { } town ? new TownFrame(town.Slug, town.Name, town.Accent) : null;
        }
        catch (Exception failure) when (failure is ServiceUnavailable or ServiceRefusal)
        {
            return null;
        }
    }

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
        ["Repeat"] = status is >= 500 or StatusCodes.Status429TooManyRequests ? FormOf(http) : null,
        ["RetryHref"] = Again(http),
        ["ComesBack"] = status == StatusCodes.Status503ServiceUnavailable && HttpMethods.IsGet(http.Request.Method),
    }, status);

    private static string Again(HttpContext http)
    {
        var (path, query) = HereAddress.Of(http);
        return path + query;
    }

    // Read before routing; nothing but this page needs it now.
    private static RepeatedForm? FormOf(HttpContext http) =>
        HttpMethods.IsPost(http.Request.Method) && http.GetEndpoint()?.Metadata.GetMetadata<RepeatableForm>() is { } form
            ? new RepeatedForm(form.Words, http.Request.Path, [.. http.Request.Form.SelectMany(f => f.Value.Select(v => (f.Key, v ?? "")))])
            : null;

    private static bool WantsPage(HttpRequest request) => !request.Path.StartsWithSegments("/api", StringComparison.Ordinal) && !request.Headers.Accept.ToString().Contains("application/json", StringComparison.Ordinal)
        && !request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.Ordinal);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Service} did not answer for {Path}")]
    private static partial void ServiceDown(ILogger log, string service, string path, Exception failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "Unexpected failure at {Path}")]
    private static partial void Unexpected(ILogger log, string path, Exception failure);
}
