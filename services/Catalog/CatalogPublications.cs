using Marketplace.Catalog.Stock;
using Marketplace.Contracts.Catalog;
using Marketplace.EventStore;

namespace Marketplace.Catalog;

/// <summary>Stored facts and the messages that tell of them: the only place that knows both.</summary>
internal sealed class CatalogPublications : IPublication
{
    internal static EventTypes Types() => new EventTypes(CatalogJson.Default)
        .Map<StockHeld>("stock-held.v1")
        .Map<StockHoldRefused>("stock-hold-refused.v1")
        .Map<StockHoldExpired>("stock-hold-expired.v1")
        .Map<ShopAssortmentCounted>("shop-assortment-counted.v1")
        .Map<BatchMoved>("batch-moved.v1");

    /// <summary>Ordering or Merchants waits for each of these: until its queue is there they stay in the log.</summary>
    public bool NeedsConsumer(Type message) => true;

    public IEnumerable<object> Publish(StoredEvent happened) => happened.Data switch
    {
        StockHoldExpired expired => [new StockHoldOverdue(expired.OrderId)],
        ShopAssortmentCounted counted => [counted],
        BatchMoved moved => [moved],
        _ => [], // an answer is said when it is written, and again whenever it is asked for again
    };

    /// <summary>What an order hears of the fact that answers it.</summary>
    internal static object AnswerOf(object fact) => fact switch
    {
        StockHeld held => new StockReserved(held.OrderId,
            [.. held.Shops.Select(s => new StockReserved.ShopLines(s.ShopId, s.AcceptedByItself,
                [.. s.Lines.Select(l => new StockReserved.Line(l.OfferId, l.Sku, l.Ean13, l.Title, l.Category, l.Unit, l.Quantity, l.PriceCents, l.VatRate, l.SecondHand, l.Alcohol, l.BatchAt, l.PieceGrams, l.NoWithdrawal))]))]),
        StockHoldRefused refused => new StockRefused(refused.OrderId,
            [.. refused.Lines.Select(l => new StockRefused.Line(l.ShopId, l.OfferId, l.Reason, l.Title, l.Requested, l.Available, l.PriceCents, l.Unit, l.PieceGrams))]),
        _ => throw new InvalidOperationException($"{fact.GetType().Name} answers nobody."),
    };

    /// <summary>What several orders hear at once.</summary>
    internal static StockAnswerBatch Together(IReadOnlyList<object> answers) => new([.. answers.OfType<StockReserved>()], [.. answers.OfType<StockRefused>()]);
}
