namespace Marketplace.Ordering.Webhooks;

/// <summary>
/// Sends what is due. A few at a time to each endpoint, and those that are failing in a lane of their own, one at a time: who answers late or not at all holds up
/// nobody but those who do so too. The order of an endpoint's deliveries is not promised.
/// </summary>
internal sealed partial class WebhookSender(WebhookDeliveries deliveries, WebhookPost post, OrderingMetrics metrics, TimeProvider clock, ILogger<WebhookSender> log) : BackgroundService
{
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan CleaningEvery = TimeSpan.FromMinutes(10);
    private readonly Lane[] _lanes = [new(Failing: false, Most: 32, MostOfOne: 4), new(Failing: true, Most: 8, MostOfOne: 1)];
    private readonly SemaphoreSlim _ended = new(0);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var cleaned = DateTimeOffset.MinValue;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                foreach (var lane in _lanes.Where(l => l.Room > 0))
                {
                    foreach (var delivery in await deliveries.TakeAsync(lane.Failing, lane.Room, lane.MostOfOne, stoppingToken))
                    {
                        lane.Begin();
                        _ = RunAsync(lane, delivery, stoppingToken); // ends by itself whatever happens, and says so
                    }
                }

                if (clock.GetUtcNow() - cleaned > CleaningEvery)
                {
                    await deliveries.CleanAsync(stoppingToken);
                    cleaned = clock.GetUtcNow();
                }

                // Soon after one has ended: its endpoint has room again. What ends together is answered together.
                if (await _ended.WaitAsync(Idle, stoppingToken))
                {
                    await Task.Delay(Breath, stoppingToken);
                    while (_ended.Wait(0, CancellationToken.None))
                    {
                    }
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failure)
            {
                LogInterrupted(failure);
                await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        while (_lanes.Any(l => l.UnderWay > 0))
        {
            await _ended.WaitAsync(Idle, CancellationToken.None);
        }
    }

    public override void Dispose()
    {
        _ended.Dispose();
        base.Dispose();
    }

    private async Task RunAsync(Lane lane, LeasedDelivery delivery, CancellationToken stopping)
    {
        await Task.Yield();
        try
        {
            await AttemptAsync(delivery, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await GiveBackAsync(delivery);
        }
        catch (Exception failure)
        {
            LogUntold(delivery.Id, delivery.Endpoint, failure); // its lease runs out, and it is sent again under the same id
        }
        finally
        {
            lane.End();
            _ended.Release();
        }
    }

    private async Task AttemptAsync(LeasedDelivery delivery, CancellationToken stopping)
    {
        var answer = await post.SendAsync(delivery, stopping);
        try
        {
            await WriteDownAsync(delivery, answer);
        }
        catch (Exception failure) when (answer.Text is not null)
        {
            // The words are a stranger's. What came of the call counts without them: unwritten, it would be made again every minute, with no end.
            LogWithoutWords(delivery.Id, delivery.Endpoint, failure);
            await WriteDownAsync(delivery, answer with { Text = null });
        }
    }

    // Heard is heard: what came of it is written down, also while the process stops.
    private async Task WriteDownAsync(LeasedDelivery delivery, WebhookAnswer answer)
    {
        var now = clock.GetUtcNow();
        if (answer.Taken)
        {
            await deliveries.DeliveredAsync(delivery, answer, CancellationToken.None);
            metrics.Called("delivered");
            return;
        }

        var since = delivery.FailingSince ?? now;
        if (!answer.Gone && WebhookRetries.Next(delivery.Attempts, since, now, Random.Shared.NextDouble(), answer.RetryAfter) is { } next)
        {
            await deliveries.FailedAsync(delivery, answer, since, now, next, CancellationToken.None);
            metrics.Called("put-off");
            LogPutOff(delivery.Shop, delivery.Endpoint, delivery.Attempts, answer.Problem!, answer.Status, next);
            return;
        }

        await deliveries.GivenUpAsync(delivery, answer, since, now, answer.Gone, CancellationToken.None);
        metrics.Called("given-up");
        LogGivenUp(delivery.Shop, delivery.Endpoint, delivery.Attempts, answer.Problem!, answer.Status);
    }

    private async Task GiveBackAsync(LeasedDelivery delivery)
    {
        try
        {
            await deliveries.GiveBackAsync(delivery, CancellationToken.None);
        }
        catch (Exception failure)
        {
            LogUntold(delivery.Id, delivery.Endpoint, failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sending webhooks was interrupted and goes on")]
    private partial void LogInterrupted(Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What came of delivery {DeliveryId} to webhook {WebhookId} could not be written down; it is sent again")]
    private partial void LogUntold(Guid deliveryId, Guid webhookId, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What came of delivery {DeliveryId} to webhook {WebhookId} could not be written down with the words of its answer; it is, without them")]
    private partial void LogWithoutWords(Guid deliveryId, Guid webhookId, Exception failure);

    [LoggerMessage(Level = LogLevel.Information, Message = "Webhook {WebhookId} of shop {ShopId} did not take a delivery at attempt {Attempt} ({Problem}, {Status}); next at {Next}")]
    private partial void LogPutOff(Contracts.ShopId shopId, Guid webhookId, int attempt, string problem, int? status, DateTimeOffset next);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Webhook {WebhookId} of shop {ShopId} did not take a delivery in {Attempts} attempts ({Problem}, {Status}); it is given up")]
    private partial void LogGivenUp(Contracts.ShopId shopId, Guid webhookId, int attempts, string problem, int? status);

    /// <param name="Failing">Which endpoints.</param>
    /// <param name="Most">Under way at once in this process.</param>
    /// <param name="MostOfOne">The same to one endpoint, from all processes.</param>
    private sealed record Lane(bool Failing, int Most, int MostOfOne)
    {
        private int _underWay;

        internal int UnderWay => Volatile.Read(ref _underWay);

        internal int Room => Most - UnderWay;

        internal void Begin() => Interlocked.Increment(ref _underWay);

        internal void End() => Interlocked.Decrement(ref _underWay);
    }
}
