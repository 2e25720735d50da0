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

    /// <summary>How much of it one order can have now: of what is sold in pieces of about so many grams, as many as are whole.</summary>
    internal static long Available(Level level, DateTimeOffset now, long? pieceGrams = null) => level.Batches?.Available(now) ?? PieceWeights.Whole(level.Available, pieceGrams);

    /// <summary>When what is shown of a figure changes although nobody touches it: it grows old, or orders for a batch end.</summary>
    internal static DateTimeOffset ShownUntil(Level level, DateTimeOffset now) => level.Batches?.ChangesAt(now) ?? (PromisedUntil(level) is var promised && promised > now ? promised : DateTimeOffset.MaxValue);

    internal static DateTimeOffset PromisedUntil(Level level) => level.FreshHours switch
    {
        null => level.AsOf + (IsFed(level.Source) ? FedLimit : CountedLimit),
        0 => DateTimeOffset.MaxValue,
        { } hours => level.AsOf.AddHours(hours),
    };

    internal static bool Promised(Level level, DateTimeOffset now) => now < PromisedUntil(level);

    internal static bool AcceptsByItself(Level level, DateTimeOffset now) => IsFed(level.Source) && now < level.AsOf + AcceptedByItself;

    internal static StockState State(Level level, SaleUnit unit, DateTimeOffset now, long? pieceGrams = null) =>
        Available(level, now, pieceGrams) is var available && available <= 0 ? StockState.OutOfStock
        : level.Batches is null && !Promised(level, now) ? StockState.ToConfirm
        : available <= (pieceGrams * LastPieces ?? (unit == SaleUnit.Weight ? LastGrams : LastPieces)) ? StockState.LastOnes
        : StockState.InStock;

    /// <summary>As the index knows it: what is made for another day is ranked as what has to be confirmed, and is not to be had today.</summary>
    internal static StockState Indexed(Level level, SaleUnit unit, DateTimeOffset now, long? pieceGrams = null) =>
        State(level, unit, now, pieceGrams) is var state && level.Batches is { } batches && state is not StockState.OutOfStock && !batches.IsForToday(now) ? StockState.ToConfirm : state;
}
