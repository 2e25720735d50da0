using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Residents.Baskets;
using Marketplace.Storefront.Residents.Orders;

namespace Marketplace.Storefront.Residents.Checkout;

/// <summary>
/// Finds out what became of a basket's last press of "Réserver" whose answer did not reach the browser, before anything new is offered: the order
/// that came of it, that it was decided against, or that nobody knows yet. Looks only; asks for a moment only, so that no page waits for a service
/// that is away. Somebody else at the same browser learns that there is one, and nothing of what it says.
/// </summary>
internal sealed class EarlierCheckout(CheckoutAttempts attempts, OrderingClient ordering, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Longer than a press can be on its way.</summary>
    private static readonly TimeSpan OnItsWay = TimeSpan.FromMinutes(5);

    public async Task<Earlier?> FindAsync(byte[]? basket, string town, PersonId? person, CancellationToken token) =>
        basket is null ? null : await FindAsync(basket, town, person, await attempts.OfAsync(basket, token), token);

    public async Task<Earlier?> FindAsync(byte[] basket, string town, PersonId? person, IReadOnlyList<CheckoutAttempt> known, CancellationToken token)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(Patience);
        foreach (var placed in known.Where(a => a.Order is not null && !a.Settled && a.Town == town))
        {
            var order = await AskAsync(() => ordering.OrderAsync(placed.Order!.Value, placed.AccessToken, patience.Token), token);
            if (order is null || Undecided(order))
            {
                return new Earlier(placed, EarlierOutcome.Pending, OrderPages.Href(placed.Order!.Value.Value, placed.AccessToken), placed.Person == person);
            }
            await SettleAsync(basket, order);
        }
        return known.FirstOrDefault(a => a.IsOpenIn(town)) is { } open ? await FindAsync(basket, open, person, patience.Token, token) : null;
    }

    /// <summary>Whether goods that were in the basket since then are an order's by now, which was settled while they were out of it.</summary>
    public async Task<bool> TookAsync(byte[] basket, string town, OfferId offer, DateTimeOffset since, CancellationToken token)
    {
        foreach (var (id, accessToken) in await attempts.SettledAsync(basket, town, since, token))
        {
            if (await ordering.OrderAsync(id, accessToken, token) is { Status: "confirmed" or "completed" } order && order.ShopOrders.Any(s => s.Lines.Any(l => l.OfferId == offer)))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Where the order is decided the basket learns it: what it took is no longer in it.</summary>
    public Task SettleAsync(byte[] basket, OrderView order) =>
        Undecided(order) ? Task.CompletedTask : attempts.SettleAsync(basket, order, order.Status is "confirmed" or "completed");

    private async Task<Earlier> FindAsync(byte[] basket, CheckoutAttempt open, PersonId? person, CancellationToken patience, CancellationToken token)
    {
        var (unknown, own) = (false, open.LastOf(person) is not null);
        foreach (var sent in open.Sent.Reverse())
        {
            var answer = await AskAsync<Answer<OrderView>>(async () => await ordering.FindPlacedAsync(sent.Order, open.Key, patience), token);
            if (answer?.Value is { } order)
            {
                await attempts.PlacedAsync(basket, open.Key, sent, order);
                await SettleAsync(basket, order);
                return new Earlier(open, Undecided(order) ? EarlierOutcome.Pending : EarlierOutcome.Stands, OrderPages.Href(order.OrderId.Value, order.AccessToken), sent.Person == person);
            }
            if (answer?.Problem?.Decides == true)
            {
                await attempts.RefusedAsync(basket, open.Key);
                return new Earlier(open, EarlierOutcome.Refused, null, own);
            }
            unknown |= answer is null;
        }
        return new Earlier(open, open.Waiting && (unknown || clock.GetUtcNow() - open.SentAt < OnItsWay) ? EarlierOutcome.Unanswered : EarlierOutcome.None, null, own);
    }

    // Whoever is still to pay has nothing yet: what they chose stays in their basket.
    private static bool Undecided(OrderView order) => order.Status is "pending" or "paying";

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

public enum EarlierOutcome
{
    /// <summary>No order, and nobody waits.</summary>
    None,

    /// <summary>No order is found, and one may still come: nobody knows.</summary>
    Unanswered,

    /// <summary>The order is there and not decided yet.</summary>
    Pending,

    Stands,

    /// <summary>Decided against: under its key none will stand. Found once, for the attempt is gone with it.</summary>
    Refused,
}

/// <param name="Attempt">Under whose key the basket goes on while nothing is decided.</param>
/// <param name="Order">The page of the order, when there is one. It shows who ordered.</param>
/// <param name="Own">Sent by who asks now.</param>
internal sealed record Earlier(CheckoutAttempt Attempt, EarlierOutcome Outcome, string? Order, bool Own)
{
    /// <summary>Where an order is shown before the same goods are reserved again; null when there is none.</summary>
    public string? PageIn(string town) => Order is null ? null : Own ? Order : BasketPages.Reserved(town);

    public EarlierNotice? Notice(string town) => Outcome switch
    {
        EarlierOutcome.None => null,
        EarlierOutcome.Refused when !Own => null,
        _ => new EarlierNotice(town, Attempt.Key, Outcome, Own ? Order : null, Own, Attempt.SentAt),
    };
}

/// <summary>What became of an earlier press, as the pages tell it.</summary>
public sealed record EarlierNotice(string Town, string Key, EarlierOutcome Outcome, string? Order, bool Own, DateTimeOffset SentAt);
