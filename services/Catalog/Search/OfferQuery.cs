namespace Marketplace.Catalog.Search;

/// <param name="Town">Slug; null looks over all towns.</param>
/// <param name="Text">What the resident typed; null or blank browses.</param>
/// <param name="Category">Slug; the categories below it count too.</param>
/// <param name="Shop">Slug.</param>
/// <param name="AvailableToday">Only what is in stock and can still be collected today (local day of the towns).</param>
/// <param name="Sort">Null: relevance with a text, availability without.</param>
/// <param name="Page">From 1.</param>
/// <param name="PageSize">1 to 100.</param>
internal sealed record OfferQuery(
    DateTimeOffset Now, string? Town = null, string? Text = null, string? Category = null, string? Shop = null, bool AvailableToday = false,
    long? MinPriceCents = null, long? MaxPriceCents = null, OfferSort? Sort = null, NearPoint? Near = null, int Page = 1, int PageSize = 24);

internal readonly record struct NearPoint(double Lat, double Lon);

internal enum OfferSort : byte
{
    Relevance,
    Availability,
    /// <summary>Cheapest first.</summary>
    Price,
    /// <summary>Dearest first.</summary>
    PriceDescending,
    Newest,
    /// <summary>Nearest shop first; needs <see cref="OfferQuery.Near"/>, else as <see cref="Availability"/>.</summary>
    Distance,
}

/// <param name="Ids">The page asked for, best first.</param>
/// <param name="TotalIsLowerBound">There are more than were counted.</param>
/// <param name="CorrectedQuery">What was looked for instead, when nothing matched the text as typed.</param>
internal sealed record OfferHits(IReadOnlyList<Guid> Ids, int Total, bool TotalIsLowerBound, OfferHitFacets Facets, string? CorrectedQuery);

/// <summary>Each facet counts what the list would hold if only that one filter were changed.</summary>
/// <param name="Categories">Every category with an offer in or below it, most offers first.</param>
/// <param name="AvailableToday">In stock and collectable today.</param>
internal sealed record OfferHitFacets(IReadOnlyList<OfferFacet> Categories, IReadOnlyList<OfferFacet> Shops, int AvailableToday, long? MinPriceCents, long? MaxPriceCents);

internal readonly record struct OfferFacet(string Slug, string Name, int Count);

/// <param name="Target">Offer id, category slug or shop slug; the text itself for a query.</param>
internal readonly record struct SearchSuggestion(SuggestionKind Kind, string Text, string Target);

internal enum SuggestionKind : byte
{
    Query,
    Offer,
    Category,
    Shop,
}
