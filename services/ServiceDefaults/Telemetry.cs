using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Marketplace.ServiceDefaults;

/// <summary>Traces and metrics over OTLP, only where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to.</summary>
internal static class Telemetry
{
    private static readonly string[] Sources = ["Microsoft.AspNetCore", "System.Net.Http", "MassTransit", "Npgsql", "Marketplace.*"];
    private static readonly string[] Meters = ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", "MassTransit", "Npgsql", "Marketplace.*"];

    internal static void AddTelemetry(this WebApplicationBuilder builder, string name)
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            return;
        }

        var resource = ResourceBuilder.CreateDefault().AddService("marketplace-" + name);
        var traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Sources).AddOtlpExporter().Build();
        var metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Meters).AddOtlpExporter().Build();
        builder.Services.AddSingleton(traces);
        builder.Services.AddSingleton(metrics);
    }
}
