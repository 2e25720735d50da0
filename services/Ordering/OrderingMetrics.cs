using System.Diagnostics.Metrics;

namespace Marketplace.Ordering;

internal sealed class OrderingMetrics
{
    private static readonly Meter Meter = new("Marketplace.Ordering");
    private readonly Counter<long> _orders = Meter.CreateCounter<long>("marketplace.orders", description: "Orders answered, by outcome");
    private readonly Histogram<double> _answer = Meter.CreateHistogram<double>("marketplace.orders.answer", "ms", "From the request to the outcome");
    private readonly Counter<long> _mails = Meter.CreateCounter<long>("marketplace.mails", description: "Mails by kind and outcome");

    internal void Answered(string outcome, TimeSpan took)
    {
        _orders.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        _answer.Record(took.TotalMilliseconds);
    }

    internal void Mailed(string kind, string outcome) => _mails.Add(1, new("kind", kind), new("outcome", outcome));
}
