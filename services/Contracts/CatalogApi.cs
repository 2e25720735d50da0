namespace Marketplace.Contracts.Catalog.Api;

// The HTTP shapes of the Catalog service under /api/v1 (camelCase JSON).

// GET /towns/{town}/offers?q=&category=&shop=&availableToday=&minPrice=&maxPrice=&sort=&page=&pageSize=
// sort: relevance (default with q), availability (default), price, -price, newest, distance (with near=lat,lon)
public sealed record OfferPage(IReadOnlyList<OfferSummary> Items, int Total, bool TotalIsLowerBound, int Page, int PageSize, OfferFacets Facets, string? CorrectedQuery);
public sealed record OfferFacets(IReadOnlyList<FacetCount> Categories, IReadOnlyList<FacetCount> Shops, int AvailableToday, long? MinPriceCents, long? MaxPriceCents);
public sealed record FacetCount(string Slug, string Name, int Count);

/// <param name="Title">With its size and colour, where it has them.</param>
/// <param name="PriceCents">Per piece, or per kilogram when sold by weight.</param>
/// <param name="Available">Pieces or grams that can be reserved now; of goods made in batches, the most that is left in one of the next two weeks'.</param>
/// <param name="Batches">Of goods that are made to order: the batches that can be ordered from, the earliest first. Null: sold from the shelf.</param>
/// <param name="PieceGrams">Sold by weight in whole pieces of about so many grams: ordered in multiples of it, of which <paramref name="Available"/> is one. Null: ordered as it is counted.</param>
/// <param name="StockState"><c>in-stock</c>, <c>last-ones</c> (three pieces or fewer), <c>out-of-stock</c>, <c>to-confirm</c> (past its freshness limit).</param>
/// <param name="StockAt">As of when the shop last gave this figure.</param>
public sealed record OfferSummary(OfferId OfferId, string Sku, string? Ean13, string Title, string? Brand, OfferShop Shop, string Category, SaleUnit Unit,
    long PriceCents, UnitPrice? UnitPrice, decimal VatRate, long Available, string StockState, DateTimeOffset StockAt,
    DateTimeOffset? EarliestPickup, bool SecondHand, bool Alcohol, string ImageUrl, long? PriorPriceCents = null, IReadOnlyList<OfferBatch>? Batches = null, OfferModel? Model = null, long? PieceGrams = null);

/// <summary>A coming batch of goods that are made to order: who collects on its day, from its time on, has a place in it, ordered before <paramref name="OrderBefore"/>.</summary>
/// <param name="Left">Pieces that can be had of it yet.</param>
public sealed record OfferBatch(DateTimeOffset At, DateTimeOffset OrderBefore, long Left);

/// <summary>Which model an offer belongs to, and in what it differs from the others of it; each is an offer of its own, with its stock, price and numbers.</summary>
/// <param name="Group">The shop's own name for the model; left out where a size or colour is told: the offer's sku.</param>
/// <param name="Size">In the shop's words; at least one of the two.</param>
public sealed record Variant(string? Group = null, string? Size = null, string? Colour = null);

/// <summary>The model of an offer, as a list shows it once.</summary>
/// <param name="Title">Without size and colour.</param>
/// <param name="Sizes">How many of them the shop has on sale.</param>
/// <param name="LowestCents">Of the prices of all of them.</param>
public sealed record OfferModel(Variant Variant, string Title, int Sizes, int Colours, long LowestCents, long HighestCents);

/// <summary>One of the offers of a model.</summary>
public sealed record OfferVariant(OfferId OfferId, string Title, string? Size, string? Colour, long PriceCents, long Available, string StockState);

// PUT /shops/{shop}/offers/{sku}/photo (staff; API key offers:write) takes image/jpeg, image/png or image/webp; with ?of={sku}, no body: the photo of that offer; with ?again={photo}: that which it showed before. DELETE takes it away.
// GET /photos/{photo}/{width}.webp: the address never changes its content
/// <summary>Where the picture of an offer is, and in which widths: an <c>imageUrl</c> is a drawing of the storefront's (<c>/dessins/…</c>) or such an address.</summary>
public static class ProductPhoto
{
    public const long MostBytes = 15 * 1024 * 1024;
    private const string Place = "/api/v1/photos/";

    /// <summary>Smallest first; of a smaller picture the larger ones are the same.</summary>
    public static readonly IReadOnlyList<int> Widths = [160, 480, 960];

    public static string Address(string photo, int width = 480) => $"{Place}{photo}/{width}.webp";

    /// <summary>Whose address it is; null of a drawing.</summary>
    public static string? Of(string? imageUrl) => Is(imageUrl) ? imageUrl![Place.Length..].Split('/')[0] : null;

    public static bool Is(string? imageUrl) => imageUrl?.StartsWith(Place, StringComparison.Ordinal) == true;
}

public sealed record OfferShop(ShopId Id, string Slug, string Name);

/// <param name="Per"><c>kg</c>, <c>l</c> or <c>piece</c> (arrêté of 16 November 1999).</param>
public sealed record UnitPrice(long Cents, string Per);

// GET /offers/{offerId}?town= · GET /offers?ids=a,b,c (≤ 100; unknown ones are left out) answers OfferSummary[]
/// <param name="Towns">Where its shop sells; a shop may stand in several towns.</param>
/// <param name="StockSource"><c>hand</c>, <c>api</c>, <c>import</c> or <c>feed</c>.</param>
/// <param name="ReducedUntil">The last day of the reduction, where its shop gave one.</param>
/// <param name="PieceGrams">As of <see cref="OfferSummary"/>.</param>
/// <param name="EarliestPickupPoint">Slug of the shared pickup point where the earliest pickup is; null: at the shop.</param>
/// <param name="AlsoAt">The same product in other shops of the town asked for; without one, of any town of the offer's shop.</param>
/// <param name="Variants">What the shop sells of the same model, this offer too: sizes as people expect them, then colours by name. None where it is of no model.</param>
public sealed record Offer(OfferId OfferId, string Sku, string? Ean13, string Title, string? Brand, OfferShop Shop, IReadOnlyList<string> Towns, string Category, IReadOnlyList<Category> CategoryPath,
    string? Description, SaleUnit Unit, long PriceCents, UnitPrice? UnitPrice, decimal VatRate, long? NetQuantity, string? NetUnit,
    IReadOnlyList<string>? Allergens, string? Origin, bool Alcohol, bool SecondHand, long Available, string StockState, string StockSource, DateTimeOffset StockAt,
    DateTimeOffset? EarliestPickup, string ImageUrl, IReadOnlyList<OfferSummary> AlsoAt, string Status, long? PriorPriceCents = null, IReadOnlyList<OfferBatch>? Batches = null, DateOnly? ReducedUntil = null, OfferModel? Model = null, IReadOnlyList<OfferVariant>? Variants = null, long? PieceGrams = null, string? EarliestPickupPoint = null);

// GET /categories · PUT /categories (operator, the whole tree) takes CategoryDefinition[]
public sealed record Category(string Slug, string NameFr, string? NameEn, string? Parent, string Drawing);
public sealed record CategoryDefinition(string Slug, string NameFr, string? NameEn, string? Parent, string Drawing, decimal DefaultVatRate, bool Food, bool Perishable, bool Alcohol = false);

// GET /selling-rules: what an offer is asked for, as the law stands today
/// <param name="VatRates">In per cent, those that may stand on an offer today.</param>
/// <param name="Allergens">The fourteen to be declared.</param>
public sealed record SellingRules(IReadOnlyList<decimal> VatRates, IReadOnlyList<string> Allergens, IReadOnlyList<CategoryRule> Categories);

/// <param name="VatRate">Taken where an offer names none.</param>
/// <param name="Food">Its offers declare their allergens; by the piece, what bears a global article number its net quantity, and what bears none whether it is pre-packed.</param>
/// <param name="Alcohol">Most of its offers are alcoholic drinks.</param>
public sealed record CategoryRule(string Slug, decimal VatRate, bool Food, bool Alcohol);

// GET /towns/{town}/suggestions?q= (≤ 10)
/// <param name="Kind"><c>query</c>, <c>offer</c>, <c>category</c> or <c>shop</c>.</param>
/// <param name="Target">Offer id, category slug or shop slug; the text itself for a query.</param>
public sealed record Suggestion(string Kind, string Text, string Target);

// PUT /shops/{shop}/offers/{sku} (owner, staff, API key offers:write, operator): 201 or 200 Offer; with If-None-Match: * only where there is no such sku, with If-Match only the version that was seen · DELETE archives
// GET /shops/{shop}/offers/{sku} (staff; API key offers:read): OfferSheet
// PUT /shops/{shop}/offers/{sku}/status (owner, staff, API key offers:write, operator) takes OfferStatus answers MerchantOffer
// POST /shops/{shop}/offers takes OfferDefinition[] (≤ 500) answers BatchAnswer
// GET /shops/{shop}/offers?q=&status=&group=&page=&pageSize= (staff; API key offers:read): MerchantOffer page; with group, of that model alone
/// <param name="Reduced">Whether the shop announces its price as a reduction: the price before is shown crossed out. Null: as it was. Refused (<c>not-reduced</c>) where the price is none, or was cut more than thirty days ago; in a batch the offer is taken without, and named among the rejected.</param>
/// <param name="ReducedUntil">With <c>reduced: true</c>: the last day of the reduction, in Paris, within a year; after it the announcement ends by itself. None: until the shop ends it.</param>
/// <param name="PriceAfterCents">With a last day: what the price becomes after it, unless another one is asked meanwhile. None: it stays.</param>
/// <param name="Batches">Made to order: sold by places in these batches, no longer from the shelf. Null: as it was; empty: from the shelf. By the piece only (<c>batches-by-weight</c>).</param>
/// <param name="Status"><c>active</c> where nothing is said, or <c>draft</c>: seen by nobody else, and so taken without allergens or net quantity.</param>
/// <param name="Variant">Null: as it was; an empty one: of no model any more. Refused (<c>variant-taken</c>) where the shop sells that size and colour of the model under another reference; in a batch the offer is left as it was.</param>
/// <param name="PieceGrams">Of what is sold by weight and ordered in pieces (a cheese, a chicken): what one weighs, about, from 20 g to 30 kg. 0: ordered in grams; null: as it was. Refused (<c>piece-weight-invalid</c>) of what is sold by the piece.</param>
/// <param name="Prepacked">Of food by the piece that bears no global article number: packed before it is offered for sale, and so with its net quantity (<c>net-quantity-missing</c>), or not (loose, packed at the customer’s request or to be sold at once). Refused (<c>prepacked-unsaid</c>) where it goes on sale without; null: as it was. What bears such a number is pre-packed, what is weighed is not: of those it is not read.</param>
public sealed record OfferDefinition(string Sku, string? Ean13, string Title, string? Brand, string Category, string? Description, SaleUnit Unit, long PriceCents,
    decimal? VatRate, long? NetQuantity, string? NetUnit, IReadOnlyList<string>? Allergens, string? Origin, bool Alcohol, bool SecondHand, long? OnHand, IReadOnlyList<string>? Synonyms = null, string? Status = null,
    bool? Reduced = null, IReadOnlyList<WeeklyBatch>? Batches = null, DateOnly? ReducedUntil = null, long? PriceAfterCents = null, Variant? Variant = null, long? PieceGrams = null, bool? Prepacked = null);

/// <summary>A batch that the shop makes every week on some days, by the town's clock (« 07:00 »).</summary>
/// <param name="Days">ISO days, 1 Monday … 7 Sunday.</param>
/// <param name="Quantity">Pieces.</param>
/// <param name="OrderDaysBefore">Orders for it end so many days before, from 0 to 7, at <paramref name="OrderUntil"/>.</param>
public sealed record WeeklyBatch(IReadOnlyList<int> Days, string At, long Quantity, int OrderDaysBefore, string OrderUntil);
public sealed record MerchantOfferPage(IReadOnlyList<MerchantOffer> Items, int Total, int Page, int PageSize);
/// <param name="Title">With its size and colour, where it has them; its definition tells them apart.</param>
/// <param name="OnHand">What the figure says, with all that orders have set aside.</param>
/// <param name="Safety">What the shop keeps back for its counter; <paramref name="OwnSafety"/>: of this offer alone, else as of all.</param>
/// <param name="ReducedAt">When its reduction was announced; <paramref name="ReducedUntil"/>: its last day, where the shop gave one.</param>
/// <param name="MadeInBatches">Sold by places in batches, whatever the figure of the shelf.</param>
/// <param name="PieceGrams">As of <see cref="OfferSummary"/>; the figures are grams all the same.</param>
/// <param name="Missing">How much of that the shop has found missing: <c>OnHand</c> less this is what there is, in the shop and in its parcels at a shared point, and what a count is to say.</param>
public sealed record MerchantOffer(OfferId OfferId, string Sku, string? Ean13, string Title, string Category, SaleUnit Unit, long PriceCents, decimal VatRate,
    long OnHand, long Reserved, string StockSource, DateTimeOffset StockAt, string Status, long Missing = 0, UnitPrice? UnitPrice = null, bool SecondHand = false, string? ImageUrl = null, long Safety = 0, bool OwnSafety = false,
    long? PriorPriceCents = null, DateOnly? ReducedUntil = null, DateTimeOffset? ReducedAt = null, Variant? Variant = null, bool MadeInBatches = false, long? PieceGrams = null);

// GET /shops/{shop}/variants (staff; API key offers:read): the sizes and colours that the shop has told of, to choose from
public sealed record UsedVariants(IReadOnlyList<string> Sizes, IReadOnlyList<string> Colours);

/// <summary>An offer as its shop wrote it: sent back with PUT, nothing changes.</summary>
/// <param name="LowestPriceCents">Of the last thirty days: what a reduction is told against. None where it was not on sale, or spoils so quickly that the law asks for none.</param>
/// <param name="ReducedFromCents">What the price is, or may now be, announced as reduced from; none where it is no reduction.</param>
/// <param name="Version">For If-Match.</param>
public sealed record OfferSheet(OfferDefinition Definition, MerchantOffer Offer, long? LowestPriceCents = null, long? ReducedFromCents = null, long Version = 0);

/// <param name="Status"><c>draft</c>, <c>active</c> or <c>archived</c>.</param>
public sealed record OfferStatus(string Status);

// GET /shops/{shop}/products/{ean13} (staff; API key offers:read): what is known of the product that bears this number
/// <param name="OwnSkus">Under which the shop offers it already.</param>
public sealed record KnownProduct(string Ean13, string Title, string? Brand, string? Category, long? NetQuantity, string? NetUnit, IReadOnlyList<string>? Allergens, string? Origin, bool Alcohol,
    IReadOnlyList<string> OwnSkus);

// PUT /shops/{shop}/stock?source=&asOf=&reserved= (owner, staff, API key stock:write, operator) takes StockLine[] (≤ 1000) answers BatchAnswer.
// source: hand (people), api (default of keys) or feed; asOf: when the figures were taken, with its offset from UTC (default now); reserved: included (default: the figures count all
// there is, in the shop and in its parcels that wait at a shared point) or excluded (copies set aside are left out). A line with the reason below-reserved was taken as far as it could be: nothing is free any more.
public sealed record StockLine(string? Sku, string? Ean13, long OnHand);
public sealed record BatchAnswer(int Accepted, IReadOnlyList<BatchAnswer.Rejection> Rejected)
{
    public sealed record Rejection(int Index, string Reason, string? Detail);
}

// POST /wanted (the storefront only) takes WantedWhileOut[] (≤ 500): 204 · GET /shops/{shop}/wanted (staff; API key offers:read): WantedOffers
/// <summary>An offer that people found by a search with words, or opened, while it was out of stock.</summary>
public sealed record WantedWhileOut(OfferId OfferId, int Times);
public sealed record WantedOffer(OfferId OfferId, string Sku, string Title, long Times);

/// <summary>What was looked for of a shop while it was out of stock: how often, by whom is not known.</summary>
/// <param name="Times">Of all its offers; <paramref name="Offers"/> are the ten that were looked for most.</param>
public sealed record WantedOffers(DateOnly From, DateOnly To, long Times, IReadOnlyList<WantedOffer> Offers);

// GET PUT /shops/{shop}/stock-limits (GET: staff; API key offers:read; PUT: owner, staff, API key stock:write, operator): what a shop keeps back, and how long it stands by a figure
/// <param name="Safety">Pieces of each offer that are not sold online; of goods by weight none.</param>
/// <param name="FreshHours">After which an offer is to be confirmed: 0: never; null: seven days for a till's figure, forty-five for one that was counted.</param>
/// <param name="Version">For If-Match; of a PUT not read.</param>
public sealed record StockLimits(long Safety, int? FreshHours, long Version = 0);

// PUT /shops/{shop}/stock/{sku}/safety (owner, staff, API key stock:write, operator): 200 MerchantOffer
/// <param name="Quantity">Pieces or grams of this offer that are not sold online; null: as of all.</param>
public sealed record OfferSafety(long? Quantity);

// GET /shops/{shop}/batches (staff; API key offers:read): the coming batches of what the shop makes to order, the earliest first
// PUT /shops/{shop}/batches/{offerId}/{at} (owner, staff, API key stock:write, operator) takes BatchQuantity answers ShopBatch; at: the batch's instant, 2026-12-12T06:00:00Z
/// <param name="Quantity">Pieces that are made this time; <paramref name="Planned"/>: what the plan says.</param>
/// <param name="Ordered">Of them, by orders that stand or were collected.</param>
/// <param name="Collectable">False: nobody can collect it, in the shop or at a shared pickup point, on its day and after its hour, so that residents are not shown it.</param>
public sealed record ShopBatch(OfferId OfferId, string Sku, string Title, DateTimeOffset At, DateTimeOffset OrderBefore, long Quantity, long Ordered, long Planned, bool Collectable = true);
public sealed record ShopBatchList(IReadOnlyList<ShopBatch> Items);

/// <param name="Quantity">Of this day's batch alone, 0: not this time; null: as planned. Refused below what is ordered (<c>below-ordered</c>).</param>
public sealed record BatchQuantity(long? Quantity);

// POST /shops/{shop}/stock/{sku}/adjustments {delta, reason} (staff): 200 MerchantOffer
public sealed record StockAdjustment(long Delta, string Reason);

// GET /shops/{shop}/stock/{sku} (staff; API key offers:read): how the figure comes about
/// <param name="Held">The orders that have some of it set aside, at most fifty, the oldest first.</param>
/// <param name="Orders">How many there are.</param>
public sealed record StockAccount(MerchantOffer Offer, IReadOnlyList<StockAccount.HeldFor> Held, int Orders)
{
    public sealed record HeldFor(OrderId OrderId, long Quantity, DateTimeOffset Since);
}

// GET /shops/{shop}/stock/{sku}/movements?page= (staff; API key offers:read)
/// <param name="Kind"><c>delivery sale adjustment feed reservation release return</c>.</param>
/// <param name="Source">Of a count: <c>hand api import feed</c>.</param>
/// <param name="Counted">The figure was set by a count, or by what a count knew already.</param>
/// <param name="MissingAfter">How much of <paramref name="OnHandAfter"/> was found missing, and stands in it because orders wait for it: what is in the shop is the one less the other. Null, as is <paramref name="MissingDelta"/>: of a movement before this was kept nobody knows.</param>
public sealed record StockMovement(DateTimeOffset At, string Kind, long OnHandDelta, long ReservedDelta, long OnHandAfter, long ReservedAfter, OrderId? OrderId, string? Note,
    string? Source = null, bool Counted = false, long? MissingDelta = null, long? MissingAfter = null);
public sealed record StockMovementPage(IReadOnlyList<StockMovement> Items, int Total, int Page, int PageSize);

// POST /shops/{shop}/stock-counts (owner, staff, API key stock:write, operator): 201 StockCountList, or 200 the one that is open: a shop has one at a time, whoever counts
// GET /shops/{shop}/stock-counts/open?newest= and …/{id}?newest= (staff; API key offers:read): the articles, the last counted first · POST …/{id}/scans (Idempotency-Key) takes CountScan answers
// CountedArticle · POST …/{id}/apply (If-Match: the version that was seen): the figures are set, all or none, once · DELETE …/{id}: not wanted
/// <param name="Status"><c>open applied abandoned</c>.</param>
/// <param name="Version">Rises with every scan.</param>
/// <param name="Articles">How many there are; <paramref name="Items"/> may be the newest of them alone.</param>
public sealed record StockCountList(Guid CountId, string Status, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, long Version, int Articles, IReadOnlyList<CountedArticle> Items);

/// <summary>What was counted of an article, beside what is known of it; of an applied list, what became of it.</summary>
/// <param name="Code">As it was scanned last.</param>
/// <param name="State"><c>counted</c>; <c>below-reserved</c>: taken, but orders wait for more. Not taken: <c>to-count</c> (seen, its quantity has yet to be said), <c>newer-known</c> (a figure was given after it
/// was counted), <c>unknown ambiguous archived</c> (the code means no article, several, or one that is put away).</param>
/// <param name="Counted">Pieces or grams.</param>
/// <param name="Since">What came in and left since it was counted.</param>
/// <param name="Known">What the figure says is there.</param>
/// <param name="Becomes">What it says, or said, once this is applied.</param>
public sealed record CountedArticle(string Code, string State, long? Counted, DateTimeOffset At, string? Sku = null, string? Title = null, SaleUnit Unit = SaleUnit.Piece, long Since = 0, long? Known = null,
    long? Becomes = null);

/// <param name="Code">An article number or the shop's own reference.</param>
/// <param name="Kind"><c>one</c> more (the quantity is not read), <c>add</c> so many, <c>set</c>: there are so many, <c>drop</c>: not counted after all.</param>
/// <param name="Seen">Of a <c>set</c>: the count that it replaces; another one since, and it is refused.</param>
/// <param name="AgoSeconds">How long ago it was scanned, where it had to wait for the network: a device's clock may be wrong, and goes as fast as ours.</param>
public sealed record CountScan(string Code, string Kind = "one", long Quantity = 0, long? Seen = null, long AgoSeconds = 0);

// GET PUT DELETE /shops/{shop}/stock-feed (GET: staff; API key offers:read; the others: owner, staff, API key stock:write, operator): the shop's software that is asked for its stock on a schedule
/// <param name="Address">Of the software, https; <c>/stocks/{siret}</c> is added to it.</param>
/// <param name="Auth"><c>none</c>, <c>basic</c> (name:password, or a token ready made) or <c>bearer</c>.</param>
/// <param name="Secret">Left out, the one that is known stays, as long as the address and the SIRET stay the same. It is never told again.</param>
/// <param name="Reserved">As with PUT /stock: <c>included</c> or <c>excluded</c>.</param>
/// <param name="EveryMinutes">From 5 to 1440. Once a night all is read, else what changed.</param>
public sealed record StockFeedDefinition(string Address, string Siret, string Auth, string? Secret, string Reserved, int EveryMinutes);
/// <param name="WholeAt">When all was last read.</param>
/// <param name="Version">For If-Match.</param>
public sealed record StockFeed(string Address, string Siret, string Auth, bool HasSecret, string Reserved, int EveryMinutes, DateTimeOffset ChangedAt, DateTimeOffset NextRunAt, DateTimeOffset? WholeAt, long Version);

// POST /shops/{shop}/stock-feed/trials takes StockFeedDefinition answers StockFeedTrial: asks once and changes nothing
/// <param name="Lines">On the first page.</param>
/// <param name="Known">How many of them the shop offers.</param>
/// <param name="Total">In all, where the software tells.</param>
public sealed record StockFeedTrial(bool Ok, int Lines, int Known, int? Total, string? Reason, string? Detail);

// POST /shops/{shop}/stock-feed/runs?whole= : 202 StockFeedRun, the one that is under way where there is one · GET: the last twenty, the newest first
/// <param name="Status"><c>running done failed abandoned</c> (the settings changed meanwhile).</param>
/// <param name="Whole">All was read, not only what changed.</param>
/// <param name="Changed">Figures that moved.</param>
/// <param name="Skipped">Lines that could not be taken as they were; <paramref name="Lines"/> tells of the first hundred.</param>
/// <param name="Unknown">Lines of what the shop does not offer here.</param>
/// <param name="RetryAt">When a run that met a passing failure goes on.</param>
/// <param name="Reason">Of the failure, for programs; <paramref name="Detail"/> says it in words.</param>
public sealed record StockFeedRun(Guid Id, string Status, bool Whole, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, int Pages, int Read, int Changed, int Skipped, int Unknown, DateTimeOffset? RetryAt,
    string? Reason, string? Detail, IReadOnlyList<StockFeedRun.Skip> Lines)
{
    public sealed record Skip(string? Ref, string Reason, string? Detail);
}

// GET /ranking: how lists are ordered, in words and in the weights that do it
/// <param name="Weights">By name: points, or per cent for what a word that is not exactly the one looked for counts.</param>
public sealed record RankingFormula(string Fr, string En, IReadOnlyDictionary<string, int> Weights);

// POST /shops/{shop}/imports?preview=&name= (CSV or XLSX, as the body or in a form; owner, staff, API key offers:write, operator): 202 Import. With preview=true it is only looked at, until
// somebody commits it · GET /shops/{shop}/imports (the last twenty) · GET /shops/{shop}/imports/{id} · PUT …/{id}/format takes ImportFormat: looked at again, read that way · POST …/{id}/commit
// (If-Match: the revision that was seen) · DELETE …/{id}: not wanted · GET …/{id}/rejected.csv and rejected.xlsx: the lines that were not taken, each with its reason, to be corrected and sent again
/// <param name="Status"><c>queued running done failed</c>; of one that is looked at first <c>checking</c>, <c>preview</c> and, not wanted, <c>dropped</c>.</param>
/// <param name="Lines">Of the file, once they are counted.</param>
/// <param name="Reasons">How many lines were rejected for which reason.</param>
/// <param name="RepeatOf">When the same file was taken before.</param>
/// <param name="Revision">Of how the file is read.</param>
public sealed record Import(Guid Id, string Status, int Read, int Accepted, int Unchanged, IReadOnlyList<Import.Rejection> Rejected, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt, string? Error,
    string? ErrorCode = null, string? FileName = null, int? Lines = null, int Added = 0, IReadOnlyDictionary<string, int>? Reasons = null, DateTimeOffset? RepeatOf = null, int Revision = 0,
    ImportPreview? Preview = null)
{
    /// <summary>The largest file taken; whatever stands in front of Catalog must let it through.</summary>
    public const long MostBytes = 200 * 1024 * 1024;

    public sealed record Rejection(int Line, string Reason, string? Detail);
}

/// <summary>How a file is read: guessed, corrected, and remembered by its columns.</summary>
/// <param name="Kind"><c>csv</c> or <c>xlsx</c>: what the file is, not for choice.</param>
/// <param name="Encoding">Of a CSV: one of <see cref="Encodings"/>.</param>
/// <param name="Separator">Of a CSV: one of <see cref="Separators"/>.</param>
/// <param name="Header">Whether the first line names the columns.</param>
/// <param name="Columns">What each column of the file is, one of <see cref="Fields"/>; an empty one is left out.</param>
/// <param name="Category">Of products that are new and whose line names none.</param>
/// <param name="Families">Which category the shop means where its files name one that is none here: by its own words in whatever letters, the category's slug. What is said is remembered for all of its files once this one is taken, and what is left out again is forgotten; null: as it was.</param>
public sealed record ImportFormat(string Kind, string? Encoding, string? Separator, bool Header, IReadOnlyList<string> Columns, string? Category = null, IReadOnlyDictionary<string, string>? Families = null)
{
    public const int MostFamilies = 500;
    public const int LongestFamily = 120;

    public static IReadOnlyList<string> Fields { get; } =
    [
        "sku", "ean13", "title", "brand_author", "category", "description", "sale_unit", "price", "price_cents", "vat_rate", "net_quantity", "net_unit", "allergens", "origin", "alcohol",
        "condition", "stock", "synonyms", "status", "stock_at", "stock_exported", "group", "size", "colour", "piece_weight", "prepacked",
    ];

    public static IReadOnlyList<string> Encodings { get; } = ["utf-8", "windows-1252", "utf-16", "utf-16BE", "ibm850", "macintosh"];

    public static IReadOnlyList<string> Separators { get; } = [";", ",", "\t", "|"];
}

/// <summary>What taking a file would do; nothing has been done.</summary>
/// <param name="Header">The columns' names, or none where the first line names none.</param>
/// <param name="Rows">The first twenty.</param>
/// <param name="Missing">Columns without which no new product can be taken; of a product that is there, what the file does not tell stays as it is.</param>
/// <param name="Complete">False where the file was too long to be looked at to its end.</param>
/// <param name="Remembered">Read as the shop read such a file the last time.</param>
/// <param name="Families">What the file names as categories and are none here, each once, the most frequent first; at most a hundred.</param>
public sealed record ImportPreview(ImportFormat Format, IReadOnlyList<string> Header, IReadOnlyList<ImportPreview.Row> Rows, IReadOnlyList<string> Missing, int Lines, int Added, int Changed,
    int Unchanged, int Rejected, IReadOnlyDictionary<string, int> Reasons, bool Complete, bool Remembered, IReadOnlyList<ImportPreview.Family>? Families = null)
{
    /// <param name="Category">Which one the shop has said that it is; null: it has not.</param>
    public sealed record Family(string Written, int Lines, string? Category);

    /// <param name="Effect"><c>added changed unchanged rejected</c>.</param>
    public sealed record Row(int Line, string Effect, IReadOnlyList<string> Cells, OfferDefinition? Offer, string? Reason, string? Detail);
}

public sealed record ImportList(IReadOnlyList<Import> Items);

// GET /shops/{shop}/export.csv and export.xlsx (staff; API key offers:read): what the shop offers and prepares, as a file that an import takes back without changing anything
