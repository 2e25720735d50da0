using Marketplace.Catalog.Offers;
using Marketplace.Contracts;

namespace Marketplace.Catalog.StockFeeds;

/// <summary>Whom to ask, and with what.</summary>
/// <param name="Auth"><c>none</c>, <c>basic</c> or <c>bearer</c>.</param>
internal sealed record FeedSource(string Address, string Siret, string Auth, string? Secret)
{
    /// <summary>Whether both tell of the same stock; only then may a secret given for the one go to the other: behind one host there may be many shops.</summary>
    internal bool IsSameStock(FeedSource other) => Address == other.Address && Siret == other.Siret;
}

/// <summary>A shop's feed as it is set.</summary>
internal sealed record Feed(ShopId ShopId, long Version, FeedSource Source, bool ReservedExcluded, int EveryMinutes, DateTimeOffset ChangedAt, DateTimeOffset NextRunAt,
    DateTimeOffset? ModifiedSince, DateTimeOffset? FullAt, DateTimeOffset? ResetAsOf, bool Removed);

/// <summary>A reading that is under way.</summary>
/// <param name="Whole">All is read, not only what changed.</param>
/// <param name="NextSince">From when the run after this one will ask for what changed.</param>
internal sealed record FeedRun(Guid Id, long FeedVersion, bool Whole, DateTimeOffset StartedAt, DateTimeOffset? ModifiedSince, DateTimeOffset? NextSince, string? Cursor, int Pages, int Lines,
    int Skipped, int? Announced, int Attempts, DateTimeOffset? RetryAt);

/// <summary>What a page changed in a run.</summary>
/// <param name="Asked">When.</param>
internal sealed record FeedProgress(DateTimeOffset Asked, string Cursor, DateTimeOffset? NextSince, int Lines, int Changed, int Unknown, int? Announced, IReadOnlyList<SkippedLine> Skipped);

/// <summary>Why a reading stopped.</summary>
/// <param name="Passes">It may well pass by itself: asked again before long.</param>
/// <param name="After">Not before this time has passed, as the other side asked.</param>
internal sealed record FeedTrouble(Fault Fault, bool Passes = false, TimeSpan? After = null);
