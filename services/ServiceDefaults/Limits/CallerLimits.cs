using System.Threading.RateLimiting;
using Marketplace.ServiceDefaults.Auth;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Marketplace.ServiceDefaults.Limits;

/// <summary>
/// How often one caller may call a service: each API key, each person and each address of nobody known has its own measure (<see cref="Allowance"/>).
/// Two callers have none: the operator, who also loads and measures the platform, and the storefront where it relays what a visitor asks, because
/// it limits each visitor at its own door. Counted by each process for itself.
/// </summary>
public sealed class CallerLimits
{
    /// <summary>Policy of the whole API: reads and writes apart.</summary>
    public const string Calls = "calls";

    /// <summary>Policy of placing orders.</summary>
    public const string Orders = "orders";

    /// <summary>Policy of what another platform tells, signed: of few addresses, and many at once.</summary>
    public const string Events = "events";

    /// <summary>Beside a request that the storefront relays for a visitor: the storefront's own token. It says who carries the call and grants nothing.</summary>
    public const string RelayHeader = "Storefront-Token";

    private static readonly Bucket Unlimited = new(CallerKind.Unlimited, 0, CallKind.Read);
    private readonly Func<Bucket, TokenBucketRateLimiterOptions> _filling;

    public CallerLimits(IConfiguration configuration)
    {
        var (address, person, key) = (Allowance.Address(configuration), Allowance.Person(configuration), Allowance.Key(configuration));
        _filling = bucket => Bucket.Filling(bucket.Call, bucket.Caller switch { CallerKind.Key => key, CallerKind.Person => person, _ => address });
    }

    private RateLimitPartition<Bucket> PartitionOf(HttpContext context, CallKind call)
    {
        if (context.Features.Get<RelayedCall>() is not null)
        {
            return RateLimitPartition.GetNoLimiter(Unlimited);
        }

        if (context.User.Identity?.IsAuthenticated != true)
        {
            return RateLimitPartition.GetTokenBucketLimiter(Bucket.Of(context.Connection.RemoteIpAddress, call), _filling);
        }

        var caller = new Caller(context.User);
        return caller.IsOperator || caller.IsStorefront ? RateLimitPartition.GetNoLimiter(Unlimited)
            : RateLimitPartition.GetTokenBucketLimiter(
                caller.Key is { } key ? new Bucket(CallerKind.Key, key, call)
                : caller.Person is { } person ? Bucket.Of(person.Value, call)
                : Bucket.Of(context.Connection.RemoteIpAddress, call), _filling);
    }

    private static CallKind KindOf(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) ? CallKind.Read : CallKind.Write;

    internal static void Configure(RateLimiterOptions limiter, CallerLimits limits)
    {
        limiter.AddPolicy(Calls, context => limits.PartitionOf(context, KindOf(context)));
        limiter.AddPolicy(Orders, context => limits.PartitionOf(context, CallKind.Order));
        limiter.AddPolicy(Events, context => limits.PartitionOf(context, CallKind.Event));
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.OnRejected = (rejected, _) => AnswerAsync(rejected);
    }

    private static async ValueTask AnswerAsync(OnRejectedContext rejected) => await Refusals.AnswerAsync(rejected.HttpContext, RefusalOf(rejected));

    private static Refusal RefusalOf(OnRejectedContext rejected)
    {
        var seconds = WaitOf(rejected.Lease);
        var orders = rejected.HttpContext.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>()?.PolicyName == Orders;
        return (orders
            ? new Refusal("too-many-orders", StatusCodes.Status429TooManyRequests,
                $"Trop de commandes en peu de temps\u202f: réessayez dans {seconds}\u202fs.", $"Too many orders in a short time: try again in {seconds} s.")
            : new Refusal("too-many-requests", StatusCodes.Status429TooManyRequests,
                $"Trop de demandes en peu de temps\u202f: réessayez dans {seconds}\u202fs.", $"Too many requests in a short time: try again in {seconds} s."))
            .With(Refusal.RetryAfterSeconds, seconds);
    }

    /// <summary>Whole seconds until it is worth trying again.</summary>
    public static int WaitOf(RateLimitLease lease) =>
        lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : 1;
}

public static class CallerLimitsSetup
{
    /// <summary>The limits of a service's API, and their mention in its OpenAPI document.</summary>
    public static WebApplicationBuilder AddCallerLimits(this WebApplicationBuilder builder)
    {
        var limits = new CallerLimits(builder.Configuration); // now: a bad setting must stop the start, not the first call
        builder.Services.AddSingleton(limits).AddSingleton<RelayedCalls>().AddRateLimiter(limiter => CallerLimits.Configure(limiter, limits));
        builder.Services.Configure<OpenApiOptions>("v1", document => document.AddOperationTransformer(TellAsync));
        return builder;
    }

    /// <summary>After sign-in, before the access rules: who knocks at closed doors is counted too.</summary>
    internal static void UseCallerLimits(this WebApplication app)
    {
        if (app.Services.GetService<CallerLimits>() is not null)
        {
            app.Use(app.Services.GetRequiredService<RelayedCalls>().RecogniseAsync);
            app.UseRateLimiter();
        }
    }

    private static Task TellAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken token)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<EnableRateLimitingAttribute>().Any())
        {
            operation.Responses ??= [];
            if (!operation.Responses.TryGetValue("429", out var known) || known is not OpenApiResponse response)
            {
                operation.Responses["429"] = response = new OpenApiResponse { Content = ApiDocument.ProblemIn(context.Document) };
            }

            response.Description = "Too many calls of this caller in a short time: a problem of type too-many-requests or too-many-orders. Retry-After says when to try again.";
            response.Headers ??= new Dictionary<string, IOpenApiHeader>();
            response.Headers["Retry-After"] = new OpenApiHeader { Description = "Seconds", Schema = new OpenApiSchema { Type = JsonSchemaType.Integer } };
        }

        return Task.CompletedTask;
    }
}
