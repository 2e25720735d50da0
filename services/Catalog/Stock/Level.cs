using Marketplace.Catalog.Batches;
using Marketplace.Catalog.Search;
using Marketplace.Contracts;

namespace Marketplace.Catalog.Stock;

/// <summary>Who gave the figure: a person, a program through the API, a file, or the till's feed.</summary>
internal enum StockSource
{
    Hand,
    Api,
    Import,
    Feed,
}

/// <summary>How much there is of an offer, in pieces or grams.</summary>
/// <param name="Version">Rises with every change; whoever follows levels drops the older.</param>
/// <param name="AsOf">When the shop last gave its own figure.</param>
internal sealed record Level(long OnHand, long Reserved, long Version, StockSource Source, DateTimeOffset AsOf)
{
    internal long Available => Math.Max(OnHand - Reserved - Safety, 0);

    /// <summary>What the shop keeps back for its counter: never sold online.</summary>
    internal long Safety { get; init; }

    /// <summary>For how many hours the shop stands by a figure; 0: until it gives another; null: as the platform has it.</summary>
    internal int? FreshHours { get; init; }

    /// <summary>Of goods that are made to order: their batches as they were read, not as they are under lock. It is these that are for sale then, and nothing from the shelf.</summary>
    internal BatchBoard? Batches { get; init; }

    /// <summary>As of when the shop last counted: a difference makes the figure fresh, but is no count.</summary>
    internal DateTimeOffset? CountedAt { get; init; }

    /// <summary>How much of <see cref="OnHand"/> was not in that count, and stands in the figure because it is set aside.</summary>
    internal long Assumed { get; init; }

    /// <summary>How much of <see cref="Assumed"/> that count found missing. Until it is there again, or its order has ended, nothing is for sale.</summary>
    internal long Missing { get; init; }

    /// <summary>How many of what was set aside then the shop did not have when it last looked there: a figure that leaves out what is set aside does not know of it.</summary>
    internal long Lacking { get; init; }

    /// <summary>As of when the shop last counted what is set aside with the rest.</summary>
    internal DateTimeOffset? LookedAt { get; init; }

    /// <summary>An order ended: of what lacks, as much as the shop had no more to look for, or said that it had not found.</summary>
    internal Level WithoutLacking(long quantity) => this with { Lacking = Math.Max(Lacking - quantity, 0) };

    /// <summary>Some of what the count did not see is told of: of what it left out first, for that had been set aside by then.</summary>
    internal Level WithoutAssumed(long quantity) => this with { Assumed = Assumed - quantity, Missing = Math.Min(Missing, Assumed - quantity) };

    /// <summary>Some of what was missing is there again, or is wanted no longer.</summary>
    internal Level WithoutMissing(long quantity) => this with { Assumed = Assumed - quantity, Missing = Missing - quantity };
}

/// <summary>Names of stored and shown values.</summary>
internal static class StockWords
{
    internal static string Text(this StockState state) => state switch
    {
        StockState.InStock => "in-stock",
        StockState.LastOnes => "last-ones",
        StockState.ToConfirm => "to-confirm",
        StockState.OutOfStock => "out-of-stock",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    internal static string Text(this StockSource source) => source switch
    {
        StockSource.Hand => "hand",
        StockSource.Api => "api",
        StockSource.Import => "import",
        StockSource.Feed => "feed",
        _ => throw new ArgumentOutOfRangeException(nameof(source)),
    };

    internal static StockSource Source(string text) => text switch
    {
        "hand" => StockSource.Hand,
        "api" => StockSource.Api,
        "import" => StockSource.Import,
        "feed" => StockSource.Feed,
        _ => throw new ArgumentOutOfRangeException(nameof(text), text, "No stock source."),
    };

    internal static SaleUnit Unit(string text) => SaleUnits.Of(text);
}
