using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Marketplace.EventStore;

/// <summary>Names of this library's traces and metrics: <c>Marketplace.EventStore</c>.</summary>
internal static class EventStoreTelemetry
{
    internal const string Name = "Marketplace.EventStore";
    internal static readonly ActivitySource Source = new(Name);
    internal static readonly Meter Meter = new(Name);
    internal static readonly Counter<long> Relayed = Meter.CreateCounter<long>("marketplace.relay.published", description: "Messages confirmed by the broker");
    internal static readonly Counter<long> Unsaid = Meter.CreateCounter<long>("marketplace.questions.dropped", description: "Questions and answers given up while the broker was away; they are asked again");
}
