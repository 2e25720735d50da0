using System.Collections.Concurrent;
using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Ordering.Orders;
using Marketplace.Ordering.Payments;
using Marketplace.ServiceDefaults;

namespace Marketplace.Ordering.Purchases;

/// <summary>
/// Which shops can receive money that is paid by card: those with an account on the other side to which it can be passed on (decision 0024). Asked before anything is
/// held, and remembered for a while by each process: that an account is closed between two looks is no loss, its part waits as it always has.
/// </summary>
/// <param name="find">Looks for a shop's accounts; null: there is no payment by card here.</param>
internal sealed class ReceivingShops(Func<ShopId, CancellationToken, Task<PaymentAnswer<IReadOnlyList<MerchantAccount>>>>? find, TimeProvider clock)
{
    /// <summary>Long enough that orders do not wait for it, short enough that nobody orders for days from a shop that was closed out.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);

    /// <summary>Whoever has just opened an account, or waits for an other side that was away, is not kept waiting.</summary>
    private static readonly TimeSpan KeptBriefly = TimeSpan.FromSeconds(5);

    /// <summary>The page that asks is waited for by a person.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<ShopId, Look> _looks = new();

    internal bool Open => find is not null;

    /// <summary>The shop's accounts as the other side lists them; null: there is no payment by card here.</summary>
    internal async Task<PaymentAnswer<IReadOnlyList<MerchantAccount>>?> FindAsync(ShopId shop, CancellationToken token) => find is null ? null : await find(shop, token);

    /// <summary>Null: nobody knows at the moment.</summary>
    internal async Task<bool?> CanReceiveAsync(ShopId shop)
    {
        var now = clock.GetUtcNow();
        // Those who ask at the same moment ask once: the one whose look is kept is the one who asks.
        var look = _looks.AddOrUpdate(shop, Ask, (_, last) => last.IsGood(now) ? last : Ask(shop));
        return await look.Answer;

        Look Ask(ShopId of) => new(new Lazy<Task<bool?>>(() => AskAsync(of)), now);
    }

    /// <summary>Refuses an order by card of which a shop could never be paid: nobody's money is taken in for somebody who cannot have it.</summary>
    internal async Task CheckAsync(IReadOnlyList<PlacedShop> shops)
    {
        var receives = await Task.WhenAll(shops.Select(s => CanReceiveAsync(s.ShopId)));
        if (Array.IndexOf(receives, false) is >= 0 and var without)
        {
            var names = string.Join(", ", shops.Where((_, i) => receives[i] is false).Select(s => s.Name));
            throw new Refusal("shop-without-card", StatusCodes.Status409Conflict,
                    $"Le paiement par carte n’est pas encore possible pour\u00a0: {names}. Rien n’est réservé : payez au retrait, ou retirez ces produits du panier.",
                    $"Payment by card is not possible yet for: {names}. Nothing is held: pay when collecting, or remove these items from the basket.")
                .With("field", string.Create(CultureInfo.InvariantCulture, $"shopOrders[{without}].shop")).With("shops", shops.Where((_, i) => receives[i] is false).Select(s => s.Slug).ToArray());
        }

        if (receives.Contains(null))
        {
            throw PlacingRefusal.Unavailable();
        }
    }

    private async Task<bool?> AskAsync(ShopId shop)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            return await find!(shop, patience.Token) is { IsDone: true } accounts ? accounts.Value.Any(a => a.CanReceive) : null;
        }
        catch (OperationCanceledException)
        {
            return null; // the other side is slow: not known, and asked again soon
        }
    }

    private sealed record Look(Lazy<Task<bool?>> Asked, DateTimeOffset At)
    {
        internal Task<bool?> Answer => Asked.Value;

        internal bool IsGood(DateTimeOffset now) => !Answer.IsCompleted || now - At < (Answer is { IsCompletedSuccessfully: true, Result: true } ? Kept : KeptBriefly);
    }
}
