using System.Diagnostics.Metrics;

namespace Marketplace.Ordering;

/// <summary>Ordering's figures. Orders are counted from the log, where each stands once, whoever asked and however often.</summary>
internal sealed class OrderingMetrics
{
    internal const string MeterName = "Marketplace.Ordering";
    private readonly Counter<long> _orders;
    private readonly Counter<long> _shopOrders;
    private readonly Histogram<double> _answer;
    private readonly Counter<long> _mails;
    private readonly Counter<long> _webhooks;

    public OrderingMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _orders = meter.CreateCounter<long>("marketplace.orders", description: "Orders by outcome: placed, confirmed, refused (with the reason), expired, cancelled, completed");
        _shopOrders = meter.CreateCounter<long>("marketplace.shop_orders", description: "Shops’ parts of orders by what became of them");
        _answer = meter.CreateHistogram<double>("marketplace.orders.answer", "ms", "From the request to the answer, by outcome");
        _mails = meter.CreateCounter<long>("marketplace.mails", description: "Mails by kind and outcome");
        _webhooks = meter.CreateCounter<long>("marketplace.webhooks", description: "Attempts to tell shops’ programs, by outcome: delivered, put-off, given-up");
    }

    internal void Answered(string outcome, TimeSpan took) => _answer.Record(took.TotalMilliseconds, new KeyValuePair<string, object?>("outcome", outcome));

    internal void Became(string outcome, string? reason = null)
    {
        if (reason is null)
        {
            _orders.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        }
        else
        {
            _orders.Add(1, new("outcome", outcome), new("reason", reason));
        }
    }

    internal void ShopPartBecame(string outcome) => _shopOrders.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    internal void Mailed(string kind, string outcome) => _mails.Add(1, new("kind", kind), new("outcome", outcome));

    internal void Called(string outcome) => _webhooks.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
