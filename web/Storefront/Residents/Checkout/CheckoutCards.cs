using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Residents.Baskets;

namespace Marketplace.Storefront.Residents.Checkout;

/// <summary>Whether this basket can be paid now, by card. A comfort: where nobody says, it is paid when it is collected.</summary>
internal sealed class CheckoutCards(OrderingClient ordering)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    public async Task<CardChoice> OfAsync(BasketView basket, CancellationToken token)
    {
        if (basket.Orderable.Count == 0)
        {
            return CardChoice.None;
        }
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(Patience);
        try
        {
            var said = await ordering.CardAsync(basket.Orderable.Select(s => s.Slug), patience.Token);
            return said.State switch
            {
                "open" => new CardChoice(true, [.. basket.Orderable.Where(s => said.Without.Contains(s.Slug)).Select(s => s.Name)]),
                "away" => CardChoice.None with { Away = true },
                _ => CardChoice.None,
            };
        }
        catch (Exception failure) when (failure is ServiceUnavailable or ServiceRefusal || (failure is OperationCanceledException && !token.IsCancellationRequested))
        {
            return CardChoice.None;
        }
    }
}

/// <param name="Open">Cards are taken here.</param>
/// <param name="Without">The shops of the basket that cannot receive money so, by name.</param>
public sealed record CardChoice(bool Open, IReadOnlyList<string> Without)
{
    public static CardChoice None { get; } = new(false, []);

    /// <summary>Cards are taken here, and who takes them does not answer.</summary>
    public bool Away { get; init; }

    public bool Offered => Open && Without.Count == 0;
}
