using Marketplace.Contracts;
using Marketplace.Contracts.Ordering;

namespace Marketplace.Catalog.Stock;

/// <summary>What can be asked of the stock on behalf of an order. Each may come twice, late, or before what it follows.</summary>
internal abstract record StockCommand(OrderId OrderId)
{
    internal sealed record Reserve(ReserveStock Message) : StockCommand(Message.OrderId);

    internal sealed record Confirm(OrderId OrderId) : StockCommand(OrderId);

    /// <param name="At">When they were given back; null: as late as it is heard.</param>
    /// <param name="Missing">What of it the shop did not find.</param>
    internal sealed record Release(OrderId OrderId, ShopId? Shop, IReadOnlyList<OfferId>? Offers, DateTimeOffset? At = null, IReadOnlyList<MissingGoods>? Missing = null)
        : StockCommand(OrderId);

    /// <param name="At">When the goods left; null: as late as it is heard.</param>
    /// <param name="Missing">What of the rest the shop did not find.</param>
    internal sealed record Issue(OrderId OrderId, ShopId Shop, IReadOnlyList<IssueStock.Line> Lines, DateTimeOffset? At = null, IReadOnlyList<MissingGoods>? Missing = null)
        : StockCommand(OrderId);
}
