using System.Diagnostics.Metrics;
using System.Globalization;
using Marketplace.EventStore;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
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
/// <param name="english">The same in English, for those whose Accept-Language prefers it; null: the French one.</param>
public sealed class Refusal(string code, int status, string sentence, string? english = null) : Exception(sentence)
{
    /// <summary>Prefix of every problem type. Stable, whether or not a page is served there.</summary>
    public const string TypePrefix = "https://panier-local.example/problems/";

    /// <summary>Member of a problem that passes by itself: whole seconds until it is worth trying again, also said in the Retry-After header.</summary>
    public const string RetryAfterSeconds = "retryAfterSeconds";

    private readonly Dictionary<string, object?> _extensions = [];

    public string Code { get; } = code;
    public int Status { get; } = status;
    public string? English { get; } = english;
    public IReadOnlyDictionary<string, object?> Extensions => _extensions;

    /// <summary>Adds a member to the problem, for example the lines that are out of stock.</summary>
    public Refusal With(string name, object? value)
    {
        _extensions[name] = value;
        return this;
    }

    public static Refusal NotFound(string what, string sentence, string? english = null) => new(what + "-not-found", StatusCodes.Status404NotFound, sentence, english);

    public static Refusal Invalid(string code, string sentence, string? english = null) => new(code, StatusCodes.Status422UnprocessableEntity, sentence, english);

    /// <summary>The problem as it goes out, in the caller's language.</summary>
    public ProblemDetails ToProblem(HttpContext context)
    {
        var problem = new ProblemDetails { Type = TypePrefix + Code, Status = Status, Title = Code, Detail = context.PrefersEnglish() ? English ?? Message : Message };
        foreach (var (name, value) in _extensions)
        {
            problem.Extensions[name] = value;
        }

        return problem;
    }
}

/// <summary>Turns refusals and known failures into problems, counts them by code, and tells nothing of unknown ones.</summary>
internal sealed partial class RefusalHandler(ILogger<RefusalHandler> log) : IExceptionHandler
{
    public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var refusal = exception switch
        {
            Refusal known => known,
            ConcurrencyException => new Refusal("changed-meanwhile", StatusCodes.Status412PreconditionFailed,
                "Quelqu’un a modifié cet élément entre-temps. Rechargez la page et recommencez.", "Someone changed this meanwhile. Reload and try again."),
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new Refusal("too-large", StatusCodes.Status413PayloadTooLarge,
                "L’envoi est trop volumineux.", "The request is too large."),
            NpgsqlException away when Bus.IsOutage(away) => new Refusal("unavailable", StatusCodes.Status503ServiceUnavailable,
                "Le service ne peut rien enregistrer pour l’instant. Rien n’a été perdu ; réessayez dans un instant.", "The service cannot record anything just now. Nothing was lost; try again in a moment."),
            BadHttpRequestException => new Refusal("malformed", StatusCodes.Status400BadRequest,
                "La demande n’est pas lisible : vérifiez sa forme.", "The request cannot be read: check its shape."),
            _ => null,
        };
        if (refusal is null or { Status: StatusCodes.Status503ServiceUnavailable })
        {
            LogUnexpected(httpContext.Request.Path, exception);
            refusal ??= new Refusal("unexpected", StatusCodes.Status500InternalServerError,
                "Une erreur inattendue est survenue. Rien n’a été perdu ; réessayez dans un instant.", "Something unexpected happened. Nothing was lost; try again in a moment.");
        }

        return Refusals.AnswerAsync(httpContext, refusal, exception);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Unexpected failure at {Path}")]
    private partial void LogUnexpected(string path, Exception failure);
}

public static class Refusals
{
    private static readonly Meter Meter = new("Marketplace.ServiceDefaults");
    private static readonly Counter<long> Refused = Meter.CreateCounter<long>("marketplace.refusals");

    /// <summary>Answers with the refusal's problem; false when the caller takes no such answer.</summary>
    internal static ValueTask<bool> AnswerAsync(HttpContext context, Refusal refusal, Exception? cause = null)
    {
        Refused.Add(1, new KeyValuePair<string, object?>("code", refusal.Code));
        context.Response.StatusCode = refusal.Status;
        if (refusal.Extensions.TryGetValue(Refusal.RetryAfterSeconds, out var wait))
        {
            context.Response.Headers.RetryAfter = Convert.ToString(wait, CultureInfo.InvariantCulture);
        }

        return context.RequestServices.GetRequiredService<IProblemDetailsService>()
            .TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = refusal.ToProblem(context), Exception = cause });
    }

    internal static IServiceCollection AddRefusals(this IServiceCollection services) =>
        services.AddExceptionHandler<RefusalHandler>().AddProblemDetails(options => options.CustomizeProblemDetails = problem =>
        {
            if (problem.ProblemDetails.Type is null || !problem.ProblemDetails.Type.StartsWith(Refusal.TypePrefix, StringComparison.Ordinal))
            {
                var code = problem.HttpContext.Response.StatusCode switch
                {
                    400 => "malformed",
                    401 => "sign-in-needed",
                    403 => "not-allowed",
                    404 => "not-found",
                    405 => "method-not-allowed",
                    415 => "unsupported-media-type",
                    429 => "too-many-requests",
                    _ => "unexpected",
                };
                problem.ProblemDetails.Type = Refusal.TypePrefix + code;
            }
        });

    /// <summary>French unless the caller's Accept-Language puts English first.</summary>
    public static bool PrefersEnglish(this HttpContext context)
    {
        var first = context.Request.GetTypedHeaders().AcceptLanguage.OrderByDescending(l => l.Quality ?? 1).FirstOrDefault();
        return first is not null && first.Value.StartsWith("en", StringComparison.OrdinalIgnoreCase);
    }
}
