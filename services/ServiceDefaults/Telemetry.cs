using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
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

        // Made by the container, which so disposes of them when the process ends, after everything that was made later: what was recorded last goes out too.
        builder.Services.AddSingleton(_ => Sdk.CreateTracerProviderBuilder().ConfigureServices(Configured).SetResourceBuilder(Resource()).AddSource(Sources).AddOtlpExporter().Build());
        builder.Services.AddSingleton(_ => Sdk.CreateMeterProviderBuilder().ConfigureServices(Configured).SetResourceBuilder(Resource()).AddMeter(Meters).AddOtlpExporter().Build());
        builder.Services.AddHostedService<Recording>();

        ResourceBuilder Resource() => ResourceBuilder.CreateDefault().AddService("marketplace-" + name);

        // Else the exporters would look for their settings in the environment alone.
        void Configured(IServiceCollection exporters) => exporters.AddSingleton<IConfiguration>(builder.Configuration);
    }

    /// <summary>Asks for both before anything else starts: nobody else needs them.</summary>
    private sealed class Recording(TracerProvider traces, MeterProvider metrics) : IHostedService
    {
        private readonly object[] _recording = [traces, metrics];

        public Task StartAsync(CancellationToken token) => Task.CompletedTask;

        public Task StopAsync(CancellationToken token) => Task.CompletedTask;
    }
}
