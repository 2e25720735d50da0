using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Residents.Orders;

namespace Marketplace.Storefront.Residents.Checkout;

/// <summary>
/// Finds out what became of a basket's last press of "Réserver" whose answer did not reach the browser, before anything new is offered: the order
/// that came of it, or that nobody knows yet. Looks only; asks for a moment only, so that no page waits for a service that is away.
/// </summary>
internal sealed class EarlierCheckout(CheckoutAttempts attempts, OrderingClient ordering, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Longer than a press can be on its way.</summary>
    private static readonly TimeSpan OnItsWay = TimeSpan.FromMinutes(5);

    public async Task<Earlier?> FindAsync(byte[]? basket, string town, CancellationToken token) =>
        basket is null ? null : await FindAsync(basket, town, await attempts.OfAsync(basket, token), token);

    public async Task<Earlier?> FindAsync(byte[] basket, string town, IReadOnlyList<CheckoutAttempt> known, CancellationToken token)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(Patience);
        foreach (var placed in known.Where(a => a.Order is not null && !a.Settled && a.Town == town))
        {
            var order = await AskAsync(() => ordering.OrderAsync(placed.Order!.Value, placed.AccessToken, patience.Token), token);
            if (order is null or { Status: "pending" })
            {
                return new Earlier(placed, OrderPages.Href(placed.Order!.Value.Value, placed.AccessToken), Pending: true);
            }
            await SettleAsync(basket, order);
        }
        return known.FirstOrDefault(a => a.IsOpenIn(town)) is { } open ? await FindAsync(basket, open, patience.Token, token) : null;
    }

    /// <summary>Where the order is decided the basket learns it: what it took is no longer in it.</summary>
    public Task SettleAsync(byte[] basket, OrderView order) =>
        order.Status == "pending" ? Task.CompletedTask : attempts.SettleAsync(basket, order, order.Status is "confirmed" or "completed");

    private async Task<Earlier?> FindAsync(byte[] basket, CheckoutAttempt open, CancellationToken patience, CancellationToken token)
    {
        var unknown = false;
        foreach (var sent in open.Sent.Reverse())
        {
            var answer = await AskAsync(() => ordering.FindPlacedAsync(sent.Order, open.Key, patience), token);
            if (answer?.Value is { } order)
            {
                await attempts.PlacedAsync(basket, open.Key, order);
                await SettleAsync(basket, order);
                return new Earlier(open, OrderPages.Href(order.OrderId.Value, order.AccessToken), order.Status == "pending");
            }
            if (answer?.Problem?.Decides == true)
            {
                await attempts.RefusedAsync(basket, open.Key);
                return null;
            }
            unknown |= answer is null;
        }
        return new Earlier(open, null, Pending: open.Waiting && (unknown || clock.GetUtcNow() - open.SentAt < OnItsWay));
    }

    // Null: no answer in time.
    private static async Task<T?> AskAsync<T>(Func<Task<T?>> ask, CancellationToken token) where T : class
    {
        try
        {
            return await ask();
        }
        catch (Exception failure) when (failure is ServiceUnavailable or ServiceRefusal || (failure is OperationCanceledException && !token.IsCancellationRequested))
        {
            return null;
        }
    }
}

/// <param name="Attempt">Under whose key the basket goes on while there is no order.</param>
/// <param name="Order">Its page, when there is one.</param>
/// <param name="Pending">Its outcome is not known, and that is to be said.</param>
internal sealed record Earlier(CheckoutAttempt Attempt, string? Order, bool Pending)
{
    public EarlierNotice? Notice(string town) => Pending || Order is not null ? new EarlierNotice(town, Attempt.Key, Order, Pending, Attempt.SentAt) : null;
}

/// <summary>What became of an earlier press, as the pages tell it.</summary>
public sealed record EarlierNotice(string Town, string Key, string? Order, bool Pending, DateTimeOffset SentAt);
