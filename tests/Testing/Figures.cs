using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Marketplace.Testing;

/// <summary>Reads the metrics of one process as an exporter would. Several hosts share a test process: only the meters of this one's factory count.</summary>
public sealed class Figures : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _counts = new();
    private readonly ConcurrentDictionary<string, double> _gauges = new();

    /// <param name="meters">The process; null: what its static meters say, for all hosts of the test process together.</param>
    public Figures(IMeterFactory? meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meters) && instrument.Name.StartsWith("marketplace.", StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => _counts.AddOrUpdate(NameOf(instrument, tags), value, (_, before) => before + value));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => _gauges[NameOf(instrument, tags)] = value);
        _listener.Start();
    }

    /// <summary>How often a counter counted since this object began to listen. Tags in the order they are given: <c>marketplace.orders outcome=placed</c>.</summary>
    public long Count(string name) => _counts.GetValueOrDefault(name);

    /// <summary>A gauge as it stands now; null when it gives no figure.</summary>
    public double? Gauge(string name)
    {
        _gauges.TryRemove(name, out _);
        _listener.RecordObservableInstruments();
        return _gauges.TryGetValue(name, out var value) ? value : null;
    }

    public void Dispose() => _listener.Dispose();

    private static string NameOf(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var name = instrument.Name;
        foreach (var (tag, value) in tags)
        {
            name += $" {tag}={value}";
        }

        return name;
    }
}
