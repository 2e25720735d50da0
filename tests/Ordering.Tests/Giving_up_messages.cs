using System.Diagnostics.Metrics;
using System.Net;
using System.Text.Json;
using RabbitMQ.Client;

namespace Marketplace.Ordering.Tests;

/// <summary>A message that fails for good is kept, and seen: an effect that has not happened must not lie in a queue that nobody looks into.</summary>
public sealed class Giving_up_messages(OrderingHost host) : IClassFixture<OrderingHost>
{
    private const string Queue = "ordering-order-replies";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Is_told_by_ready_which_stays_ready_and_by_a_metric()
    {
        var (status, _) = await QueuesAsync(check => check.TryGetProperty("data", out var data) && data.TryGetProperty(Queue, out _));
        status.ShouldBe("Healthy");

        await using (var connection = await new ConnectionFactory { Uri = host.Broker }.CreateConnectionAsync(TestContext.Current.CancellationToken))
        {
            await using var channel = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken);
            await channel.BasicPublishAsync("", Queue, "{ no envelope"u8.ToArray(), TestContext.Current.CancellationToken);
        }

        var (after, check) = await QueuesAsync(c => c.GetProperty("data").TryGetProperty(Queue + "_error", out var depth) && depth.GetInt64() == 1);
        after.ShouldBe("Degraded");
        check.GetProperty("description").GetString()!.ShouldContain($"1 in {Queue}_error");
        check.GetProperty("description").GetString()!.ShouldContain("retry-errors");
        Depths().ShouldContain((Queue + "_error", 1L));
        Depths().ShouldContain(d => d.Queue == Queue);
    }

    private async Task<(string Status, JsonElement Check)> QueuesAsync(Func<JsonElement, bool> once)
    {
        var check = await Eventually.GetAsync(async () =>
        {
            using var answer = await host.Anonymous.GetAsync("/ready", TestContext.Current.CancellationToken);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, "the orders that go well go on");
            return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("checks").GetProperty("queues");
        }, once, Patience);
        return (check.GetProperty("status").GetString()!, check);
    }

    private static List<(string Queue, long Messages)> Depths()
    {
        var seen = new List<(string, long)>();
        using var meters = new MeterListener();
        meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "marketplace.queue.messages")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        meters.SetMeasurementEventCallback<long>((_, depth, tags, _) => seen.Add(((string)tags[0].Value!, depth)));
        meters.Start();
        meters.RecordObservableInstruments();
        return seen;
    }
}
