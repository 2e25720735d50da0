using Marketplace.Catalog.Search;
using Marketplace.Contracts;

namespace Marketplace.Catalog.Stock;

/// <summary>
/// How long a figure may be promised. A shop that feeds its stock is expected to keep feeding it; a figure counted by hand stands longer,
/// since every sale of ours is taken off it; a shop may say another limit. Past its limit an offer is "à confirmer" and cannot be reserved.
/// </summary>
internal static class StockFreshness
{
    internal static readonly TimeSpan FedLimit = TimeSpan.FromDays(7);
    internal static readonly TimeSpan CountedLimit = TimeSpan.FromDays(45);

    /// <summary>Younger than this, a fed figure is good enough to accept an order without asking the shop.</summary>
    internal static readonly TimeSpan AcceptedByItself = TimeSpan.FromHours(24);

    internal const long LastPieces = 3;
    internal const long LastGrams = 500;

    internal static bool IsFed(StockSource source) => source is StockSource.Api or StockSource.Feed;

    internal static DateTimeOffset PromisedUntil(Level level) => level.FreshHours switch
    {
        null => level.AsOf + (IsFed(level.Source) ? FedLimit : CountedLimit),
        0 => DateTimeOffset.MaxValue,
        { } hours => level.AsOf.AddHours(hours),
    };

    internal static bool Promised(Level level, DateTimeOffset now) => now < PromisedUntil(level);

    internal static bool AcceptsByItself(Level level, DateTimeOffset now) => IsFed(level.Source) && now < level.AsOf + AcceptedByItself;

    internal static StockState State(Level level, SaleUnit unit, DateTimeOffset now) =>
        level.Available <= 0 ? StockState.OutOfStock
        : !Promised(level, now) ? StockState.ToConfirm
        : level.Available <= (unit == SaleUnit.Weight ? LastGrams : LastPieces) ? StockState.LastOnes
        : StockState.InStock;
}
