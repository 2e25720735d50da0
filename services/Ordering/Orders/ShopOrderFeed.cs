using System.Collections.Concurrent;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Marketplace.Contracts;
using Marketplace.EventStore;
using Marketplace.ServiceDefaults.Auth;
using Marketplace.ServiceDefaults.Shops;

namespace Marketplace.Ordering.Orders;

/// <summary>What a board needs to know: this order of yours changed. The board then asks for it.</summary>
internal sealed record ShopOrderNews(OrderId OrderId, string Status, long Version);

/// <summary>
/// Server-sent events of a shop's orders. Follows the log, so it tells what any process wrote. Not durable: a board that reconnects reads its
/// list again. Who may no longer see them hears nothing more, and the stream ends: the right is looked at again before anything is told, at each heartbeat,
/// and when a key or the shop has changed.
/// </summary>
internal sealed class ShopOrderFeed : ILogFollower
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(20);
    private readonly TimeProvider _clock;

    // Null among the news: nothing of an order, only look whether this board may go on.
    private readonly ConcurrentDictionary<ShopId, ConcurrentDictionary<Channel<ShopOrderNews?>, byte>> _boards = new();

    public ShopOrderFeed(ShopDirectory shops, TimeProvider clock)
    {
        _clock = clock;
        shops.Changed += LookAgain;
        shops.KeysChanged += LookAgain;
    }

    public ValueTask SeenAsync(IReadOnlyList<StoredEvent> events, CancellationToken token)
    {
        if (_boards.IsEmpty)
        {
            return ValueTask.CompletedTask;
        }

        foreach (var stored in events)
        {
            foreach (var (shop, status) in NewsOf(stored.Data))
            {
                Tell(shop, new ShopOrderNews(Order.IdOf(stored.Stream), status, stored.Version));
            }
        }

        return ValueTask.CompletedTask;
    }

    internal static IResult Stream(HttpContext context, ShopOrderFeed feed, IHostApplicationLifetime host)
    {
        context.Response.Headers["X-Accel-Buffering"] = "no"; // a proxy that collects would defeat the purpose
        return TypedResults.ServerSentEvents(feed.ReadAsync(context, host.ApplicationStopping, context.RequestAborted));
    }

    private void LookAgain(IReadOnlyCollection<ShopId> changed)
    {
        foreach (var shop in changed)
        {
            Tell(shop, null);
        }
    }

    private void Tell(ShopId shop, ShopOrderNews? news)
    {
        if (_boards.TryGetValue(shop, out var boards))
        {
            foreach (var board in boards.Keys)
            {
                board.Writer.TryWrite(news);
            }
        }
    }

    private async IAsyncEnumerable<SseItem<ShopOrderNews?>> ReadAsync(HttpContext context, CancellationToken stopping, [EnumeratorCancellation] CancellationToken token)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, token);
        // A board that does not read loses the oldest news; it will see the newest versions.
        var channel = Channel.CreateBounded<ShopOrderNews?>(new BoundedChannelOptions(256) { FullMode = BoundedChannelFullMode.DropOldest });
        var boards = _boards.GetOrAdd(context.GetShop().Id, _ => new ConcurrentDictionary<Channel<ShopOrderNews?>, byte>());
        boards.TryAdd(channel, 0);
        try
        {
            // Said at once, so that the browser knows that it is connected, and again so that proxies do not hang up.
            yield return new SseItem<ShopOrderNews?>(null, "ping");
            Task<bool>? waiting = null; // one wait, however many heartbeats it lasts: each new one would stay behind in the channel
            while (!either.IsCancellationRequested)
            {
                ShopOrderNews? news = null;
                var told = false;
                try
                {
                    waiting ??= channel.Reader.WaitToReadAsync(either.Token).AsTask();
                    if (await waiting.WaitAsync(UntilLooking(context), either.Token))
                    {
                        told = channel.Reader.TryRead(out news);
                    }

                    waiting = null;
                }
                catch (TimeoutException)
                {
                    // Nothing happened for a while.
                }
                catch (OperationCanceledException)
                {
                    yield break;
                }

                if (!context.IsStillAllowed(_clock.GetUtcNow()))
                {
                    yield break;
                }

                if (news is not null || !told)
                {
                    yield return new SseItem<ShopOrderNews?>(news, news is null ? "ping" : "order");
                }
            }
        }
        finally
        {
            boards.TryRemove(channel, out _);
        }
    }

    // A token is not outlived by a quiet board either.
    private TimeSpan UntilLooking(HttpContext context)
    {
        var left = context.AllowedUntil() - _clock.GetUtcNow() ?? Heartbeat;
        return TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(left.TotalMilliseconds), 0, Heartbeat.TotalMilliseconds));
    }

    private static IEnumerable<(ShopId Shop, string Status)> NewsOf(object happened) => happened switch
    {
        OrderEvent.Confirmed e => e.Shops.Select(s => (s.ShopId, "requested")),
        OrderEvent.ShopAccepted e => [(e.ShopId, "accepted")],
        OrderEvent.ShopPreparationStarted e => [(e.ShopId, "preparing")],
        OrderEvent.ShopReady e => [(e.ShopId, "ready")],
        OrderEvent.ShopStepTakenBack e => [(e.ShopId, e.InPreparation ? "preparing" : e.Status)],
        OrderEvent.ShopParcelDeposited e => [(e.ShopId, "deposited")],
        OrderEvent.ShopParcelNotFound e => [(e.ShopId, "not-found")],
        OrderEvent.ShopDepositTakenBack e => [(e.ShopId, "ready")],
        OrderEvent.ShopLeftAtPoint e => [(e.ShopId, e.Status)],
        OrderEvent.ShopParcelBroughtBack e => [(e.ShopId, "brought-back")],
        OrderEvent.LinesDeclined e => [(e.ShopId, "line-declined")],
        OrderEvent.ShortageProposed e => [(e.ShopId, "shortage-proposed")],
        OrderEvent.SubstituteHeld e => [(e.ShopId, "shortage-asked")],
        OrderEvent.SubstituteRefused e => [(e.ShopId, "shortage-withdrawn")],
        OrderEvent.ShortageAnswered e => [(e.ShopId, "shortage-answered")],
        OrderEvent.ShortageLapsed e => [(e.ShopId, "shortage-lapsed")],
        OrderEvent.ShortageWithdrawn e => [(e.ShopId, "shortage-withdrawn")],
        OrderEvent.ShopDeclined e => [(e.ShopId, "declined")],
        OrderEvent.ShopCollected e => [(e.ShopId, "collected")],
        OrderEvent.ShopExpired e => [(e.ShopId, "expired")],
        OrderEvent.ShopCancelled e => [(e.ShopId, "cancelled")],
        OrderEvent.PaymentCaptureRequested { Left: { } left } => left.Select(s => (s, "payment-changed")),
        OrderEvent.RefundRequested e => [(e.ShopId, "refund-asked")],
        OrderEvent.RefundMade e => [(e.ShopId, "refunded")],
        OrderEvent.WithdrawalDeclared e => [(e.ShopId, "withdrawn-from")],
        OrderEvent.WithdrawalReturned e => [(e.ShopId, "withdrawal-" + e.How)],
        OrderEvent.WithdrawalWithheld e => [(e.ShopId, "withdrawal-withheld")],
        OrderEvent.RefundGivenOtherwise e => [(e.ShopId, "refunded")],
        OrderEvent.ShopPaidAtCounter e => [(e.ShopId, "payment-changed")],
        OrderEvent.WithdrawalGoodsSaid e => [(e.ShopId, "withdrawal-said")],
        OrderEvent.RefundSettled e => [(e.ShopId, "refunded")],
        OrderEvent.RefundFailed e => [(e.ShopId, "refund-failed")],
        OrderEvent.RefundRefused e => [(e.ShopId, "refund-failed")],
        OrderEvent.PaymentNotCaptured { Shops: { } shops } => shops.Select(s => (s, "payment-lost")),
        _ => [],
    };
}
