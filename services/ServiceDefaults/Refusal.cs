using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json;
using Marketplace.EventStore;
using Marketplace.EventStore.Postgres;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.ServiceDefaults;

/// <summary>
/// A request that is understood and refused. Becomes an RFC 9457 problem with a stable type; the sentence is for people, the code for programs.
/// </summary>
/// <param name="code">Lower-case and stable, for example <c>out-of-stock</c>: the last part of the problem's <c>type</c>.</param>
/// <param name="status">HTTP status.</param>
/// <param name="sentence">What happened and what to do, in French.</param>
/// <param name="english">The same in English, for those whose Accept-Language prefers it.</param>
public sealed class Refusal(string code, int status, string sentence, string english) : Exception(sentence)
{
    /// <summary>Prefix of every problem type. Stable, whether or not a page is served there.</summary>
    public const string TypePrefix = "https://panier-local.example/problems/";

    /// <summary>Member of a problem that passes by itself: whole seconds until it is worth trying again, also said in the Retry-After header.</summary>
    public const string RetryAfterSeconds = "retryAfterSeconds";

    /// <summary>Member of a problem with everything that is wrong with the request, where it was looked at as a whole: <see cref="Finding"/>s.</summary>
    public const string Errors = "errors";

    private readonly Dictionary<string, object?> _extensions = [];
    private IReadOnlyList<Refusal> _together = [];

    public string Code { get; } = code;
    public int Status { get; } = status;
    public string English { get; } = english;
    public IReadOnlyDictionary<string, object?> Extensions => _extensions;

    /// <summary>Adds a member to the problem, for example the lines that are out of stock.</summary>
    public Refusal With(string name, object? value)
    {
        _extensions[name] = value;
        return this;
    }

    /// <summary>Several things that are wrong with one request, told at once: the refusal is the first of them, and its problem names them all.</summary>
    public static Refusal Together(IReadOnlyList<Refusal> found)
    {
        found[0]._together = found;
        return found[0];
    }

    public static Refusal NotFound(string what, string sentence, string english) => new(what + "-not-found", StatusCodes.Status404NotFound, sentence, english);

    public static Refusal Invalid(string code, string sentence, string english) => new(code, StatusCodes.Status422UnprocessableEntity, sentence, english);

    internal string SentenceFor(HttpContext context) => context.PrefersEnglish() ? English : Message;

    /// <summary>The problem as it goes out, in the caller's language.</summary>
    public ProblemDetails ToProblem(HttpContext context)
    {
        var problem = new ProblemDetails { Type = TypePrefix + Code, Status = Status, Title = Code, Detail = SentenceFor(context) };
        foreach (var (name, value) in _extensions)
        {
            problem.Extensions[name] = value;
        }

        if (_together.Count > 0)
        {
            problem.Extensions[Errors] = _together.Select(r => new Finding(r.Code, r.Extensions.GetValueOrDefault("field") as string, r.SentenceFor(context))).ToArray();
        }

        return problem;
    }

    /// <summary>One of several things that are wrong.</summary>
    /// <param name="Field">Which member of the request; null: it is about none alone.</param>
    public sealed record Finding(string Code, string? Field, string? Detail);
}

/// <summary>Turns refusals and known failures into problems, counts them by code, and tells nothing of unknown ones.</summary>
internal sealed partial class RefusalHandler(ILogger<RefusalHandler> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var refusal = exception switch
        {
            Refusal known => known,
            ConcurrencyException => new Refusal("changed-meanwhile", StatusCodes.Status412PreconditionFailed,
                "Quelqu’un a modifié cet élément entre-temps. Rechargez la page et recommencez.", "Someone changed this meanwhile. Reload and try again."),
            BadHttpRequestException { InnerException: JsonException json } unreadable => UnreadableJson.Of(unreadable.StatusCode, json,
                httpContext.Features.Get<IExceptionHandlerFeature>()?.Endpoint?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType),
            BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } unreadable => UnreadableJson.Of(unreadable.StatusCode, unreadable.Message),
            BadHttpRequestException unreadable => HttpRefusals.Of(unreadable.StatusCode),
            // U+0000, which no text of PostgreSQL's holds: the caller's mistake, wherever in the request it stood.
            PostgresException { SqlState: PostgresErrorCodes.UntranslatableCharacter or PostgresErrorCodes.CharacterNotInRepertoire } => HttpRefusals.Of(StatusCodes.Status400BadRequest),
            NpgsqlException away when Outage.Is(away) => HttpRefusals.Of(StatusCodes.Status503ServiceUnavailable),
            _ => null,
        };
        if (refusal is null or { Status: StatusCodes.Status503ServiceUnavailable })
        {
            // The route, not the path: a member's holds their address. The middleware has cleared both and kept them here.
            var failed = httpContext.Features.Get<IExceptionHandlerFeature>();
            using (JsonLines.Begin(log, failed?.RouteValues))
            {
                LogUnexpected((failed?.Endpoint as RouteEndpoint)?.RoutePattern.RawText ?? "no route", exception);
            }

            refusal ??= HttpRefusals.Of(StatusCodes.Status500InternalServerError);
        }

        await Refusals.AnswerAsync(httpContext, refusal);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Unexpected failure at {Route}")]
    private partial void LogUnexpected(string route, Exception failure);
}

public static class Refusals
{
    private static readonly Meter Meter = new("Marketplace.ServiceDefaults");
    private static readonly Counter<long> Refused = Meter.CreateCounter<long>("marketplace.refusals");

    /// <summary>Answers with the refusal's problem, whatever else the caller would rather have: a refusal without its sentence helps nobody.</summary>
    internal static Task AnswerAsync(HttpContext context, Refusal refusal)
    {
        Refused.Add(1, new KeyValuePair<string, object?>("code", refusal.Code));
        if (refusal.Extensions.TryGetValue(Refusal.RetryAfterSeconds, out var wait))
        {
            context.Response.Headers.RetryAfter = Convert.ToString(wait, CultureInfo.InvariantCulture);
        }

        return TypedResults.Problem(refusal.ToProblem(context)).ExecuteAsync(context);
    }

    internal static IServiceCollection AddRefusals(this IServiceCollection services) =>
        services.AddExceptionHandler<RefusalHandler>().AddProblemDetails(options => options.CustomizeProblemDetails = problem =>
        {
            if (problem.ProblemDetails.Type is null || !problem.ProblemDetails.Type.StartsWith(Refusal.TypePrefix, StringComparison.Ordinal))
            {
                var refusal = HttpRefusals.Of(problem.HttpContext.Response.StatusCode);
                problem.ProblemDetails.Type = Refusal.TypePrefix + refusal.Code;
                problem.ProblemDetails.Title = refusal.Code;
                problem.ProblemDetails.Detail ??= refusal.SentenceFor(problem.HttpContext);
            }
        });

    /// <summary>French unless the caller's Accept-Language puts English first.</summary>
    public static bool PrefersEnglish(this HttpContext context)
    {
        var first = context.Request.GetTypedHeaders().AcceptLanguage.OrderByDescending(l => l.Quality ?? 1).FirstOrDefault();
        return first is not null && first.Value.StartsWith("en", StringComparison.OrdinalIgnoreCase);
    }
}
