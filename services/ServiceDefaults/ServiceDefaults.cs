using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Marketplace.ServiceDefaults.Auth;
using Marketplace.ServiceDefaults.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using NodaTime;

namespace Marketplace.ServiceDefaults;

/// <summary>What this process is: <c>catalog</c>, <c>merchants</c>, <c>ordering</c> or <c>storefront</c>.</summary>
public sealed record ServiceName(string Value);

/// <summary>What every host does, in two calls.</summary>
public static class ServiceDefaults
{
    /// <summary>The settings that must be there, JSON, problem details, logging, telemetry, health, sign-in, OpenAPI and the clock.</summary>
    /// <param name="settings">What this host needs beyond what every host does.</param>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder, string name, params IReadOnlyList<Setting> settings)
    {
        Settings.Check(builder, name, settings);
        var services = builder.Services;
        services.AddSingleton(new ServiceName(name));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IClock>(s => new TimeProviderClock(s.GetRequiredService<TimeProvider>()));
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter());
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip;
            json.SerializerOptions.RespectNullableAnnotations = true;
            json.SerializerOptions.RespectRequiredConstructorParameters = true;
        });
        services.PostConfigure<JsonOptions>(json => json.SerializerOptions.TypeInfoResolver =
            (json.SerializerOptions.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver()).WithAddedModifier(NullMayBeLeftOut).WithAddedModifier(ListsHoldNoNull));
        // Else only Development throws what cannot be read, and everywhere else a bare status goes out.
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddRefusals();
        services.AddApiDocument();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1024 * 1024; // an endpoint that takes files raises it for itself
        });
        builder.AddLogs();
        builder.AddTelemetry(name);
        builder.AddAuth();
        services.AddHealthChecks();
        services.AddSingleton<ReadyLog>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(10));
        return builder;
    }

    /// <summary>Errors, sign-in, limits, <c>/live</c>, <c>/ready</c> and <c>/openapi/v1.json</c>. The health pages tell no secrets and are always there.</summary>
    public static WebApplication MapServiceDefaults(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages(bare => Refusals.AnswerAsync(bare.HttpContext, HttpRefusals.Of(bare.HttpContext.Response.StatusCode)));
        app.Use(BodyLimit.KeepAsync);
        app.UseAuthentication();
        app.UseCallerLimits();
        app.UseAuthorization();
        app.Use(Access.EnforceAsync);
        app.MapHealth();
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        return app;
    }

    /// <summary>The group of the public HTTP API, within its callers' limits.</summary>
    public static RouteGroupBuilder MapApi(this WebApplication app) => app.MapGroup("/api/v1").RequireRateLimiting(CallerLimits.Calls);

    /// <summary>A member that may be null may be missing: <c>{"sku":"A1","onHand":3}</c> need not say <c>"ean13":null</c>.</summary>
    private static void NullMayBeLeftOut(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (property.IsRequired && property.AssociatedParameter is { IsNullable: true })
            {
                property.IsRequired = false;
            }
        }
    }

    /// <summary><c>[null]</c> is as malformed as a missing member: the serializer checks members only, not items.</summary>
    private static void ListsHoldNoNull(JsonTypeInfo type)
    {
        if (type is { Kind: JsonTypeInfoKind.Enumerable, ElementType.IsValueType: false })
        {
            type.OnDeserialized = list =>
            {
                foreach (var item in (IEnumerable)list)
                {
                    _ = item ?? throw new JsonException(UnreadableJson.NullItem);
                }
            };
        }
    }

    private sealed class TimeProviderClock(TimeProvider time) : IClock
    {
        public Instant GetCurrentInstant() => Instant.FromDateTimeOffset(time.GetUtcNow());
    }
}
