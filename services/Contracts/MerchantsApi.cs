namespace Marketplace.Contracts.Merchants.Api;

// The HTTP shapes of the Merchants service under /api/v1 (camelCase JSON). Times with offset; local hours as "HH:mm".

/// <summary>A text in the storefront's two languages; English may be missing.</summary>
public sealed record Text(string Fr, string? En);

// GET /towns?q=&near=lat,lon&page=&pageSize= (sorted by distance when near is given, else by name)
public sealed record TownPage(IReadOnlyList<TownSummary> Items, int Total, int Page, int PageSize);
public sealed record TownSummary(string Slug, string Name, Position Position, IReadOnlyList<string> Postcodes, IReadOnlyList<string> Communes, int Shops, string Accent, double? DistanceKm);

// GET /towns/{town} · PUT /towns/{town} (operator) takes TownDefinition
public sealed record Town(string Slug, string Name, Text Intro, string Accent, Position Position, IReadOnlyList<TownCommune> Communes,
    TownOperator Operator, IReadOnlyList<PickupPoint> PickupPoints, IReadOnlyList<Text> News, int Shops);
public sealed record TownDefinition(string Name, Text Intro, string Accent, Position Position, IReadOnlyList<TownCommune> Communes,
    TownOperator Operator, IReadOnlyList<PickupPointDefinition> PickupPoints, IReadOnlyList<Text> News);

/// <summary>A town is not a commune: it is mapped to communes, each for a time (Oullins is part of Oullins-Pierre-Bénite since 2024).</summary>
/// <param name="ValidTo">The first day on which it no longer holds.</param>
public sealed record TownCommune(string Code, string Name, IReadOnlyList<string> Postcodes, DateOnly ValidFrom, DateOnly? ValidTo);

/// <summary>Who runs the town's storefront (LCEN art. 6 and 19): shown on the legal pages.</summary>
public sealed record TownOperator(string Name, string LegalForm, string Address, string Siret, string Email, string? Phone, string? Mediator, string? Host);

public sealed record PickupPoint(string Slug, string Name, string Street, string Postcode, string City, Position Position, string? Instructions, WeeklyHours Hours);
public sealed record PickupPointDefinition(string Slug, string Name, string Street, string Postcode, string City, Position Position, string? Instructions, WeeklyHours Hours, SlotRules Slots);

/// <summary>Opening hours of a week, ISO days (1 Monday … 7 Sunday), several blocks a day.</summary>
public sealed record WeeklyHours(IReadOnlyList<DayHours> Days);
public sealed record DayHours(int Day, IReadOnlyList<HoursBlock> Blocks);

/// <summary>A block "08:30"–"12:30" in local time; the end may be "24:00".</summary>
public sealed record HoursBlock(string From, string To);

/// <param name="Minutes">Length of a slot.</param>
/// <param name="Capacity">Orders per slot.</param>
/// <param name="LeadMinutes">Least time between order and slot.</param>
/// <param name="CutOff">"HH:mm": orders for a day close at this local time on the same day; null: none.</param>
/// <param name="HoldOpeningDays">Opening days for which uncollected goods are kept after the slot.</param>
/// <param name="CutOffs">Days of the week with a cut-off of their own, instead of <paramref name="CutOff"/>; null: none.</param>
public sealed record SlotRules(int Minutes, int Capacity, int LeadMinutes, string? CutOff = null, int HoldOpeningDays = 3, IReadOnlyList<DayCutOff>? CutOffs = null);

/// <summary>The cut-off for slots on a day of the week (ISO: 1 Monday … 7 Sunday).</summary>
public sealed record DayCutOff(int Day, string At);

/// <summary>A dated exception: closed (no blocks) or with other hours.</summary>
public sealed record ExceptionalHours(DateOnly From, DateOnly To, string? Reason, IReadOnlyList<HoursBlock> Blocks);

// GET /towns/{town}/shops?page=&pageSize= (by name)
public sealed record ShopPage(IReadOnlyList<ShopSummary> Items, int Total, int Page, int PageSize);
public sealed record ShopSummary(ShopId Id, string Slug, string Name, string Kind, string Street, string Postcode, string City, Position Position,
    Text Description, bool OpenNow, string? OpenUntil, DateTimeOffset? OpensNext, DateTimeOffset? EarliestPickup, bool Demo);

// GET /shops/{shop}
public sealed record Shop(ShopId Id, string Slug, IReadOnlyList<string> Towns, string Name, string Kind, string Status, Text Description, string? Owner,
    string Street, string Postcode, string City, Position Position, string? Phone, string? Email, WeeklyHours Hours,
    IReadOnlyList<ExceptionalHours> Exceptions, IReadOnlyList<DayHoursOn> NextDays, SlotRules Slots, bool OpenNow, string? OpenUntil, DateTimeOffset? OpensNext,
    DateTimeOffset? EarliestPickup, ShopLegal Legal, bool Demo, long Version, string? KeepsPoint = null);

/// <summary>The hours that hold on a date, holidays and exceptions counted; no blocks: closed, with the reason if known.</summary>
public sealed record DayHoursOn(DateOnly Date, IReadOnlyList<HoursBlock> Blocks, string? Reason);

/// <param name="LegalName">Who sells, as the register names them; null: the shop's own name.</param>
public sealed record ShopLegal(string Siret, string? LegalForm, string? VatNumber, bool VatExempt, string ActivityCode, string ActivityNomenclature, string? LegalName = null);

// POST /towns/{town}/shops (operator, coordinator of the town): 201 Shop; the same slug again replaces it (PUT /shops/{shop})
/// <param name="KeepsPoint">Slug of the shared pickup point at whose counter this shop hands over for all; null: as it was, "": none. Said by who coordinates the point's town; a point has one keeper.</param>
public sealed record ShopDefinition(string Slug, string Name, string Kind, Text Description, string? Owner, string Street, string Postcode, string City, Position Position,
    string? Phone, string? Email, WeeklyHours Hours, SlotRules Slots, ShopLegal Legal, bool Demo, bool Published, string? KeepsPoint = null);

// PUT /shops/{shop}/details (owner, operator): what its owner changes of it; If-Match with the shop's version is optional. Who sells there, by law, is not among it.
/// <param name="Description">As it is to be from now on, in both languages.</param>
/// <param name="Email">Null only where the shop never had one.</param>
public sealed record ShopDetails(string Kind, Text Description, string Street, string Postcode, string City, Position Position, string Phone, string? Email);

// GET /shops/{shop}/pickup-slots?days=7 · GET /towns/{town}/pickup-points/{point}/pickup-slots?days=7&shops=a,b
public sealed record PickupSlot(string SlotId, DateTimeOffset Start, DateTimeOffset End, int CapacityLeft);

// PUT /shops/{shop}/hours (WeeklyHours) · PUT /shops/{shop}/slot-rules (SlotRules) · PUT /shops/{shop}/exceptions (ExceptionalHours[]): owner, staff, coordinator, operator; If-Match with the shop's version is optional
// POST /shops/{shop}/exceptions · POST /shops/{shop}/exceptions/removal take one ExceptionalHours each: added and removed whatever others add and remove meanwhile

// GET /shops/{shop}/public-holidays → PublicHoliday[]: those of the coming year
/// <param name="Blocks">As the shop is open on it; none: closed, which it is unless an exception says otherwise.</param>
/// <param name="Usual">What its week would have on that day.</param>
public sealed record PublicHoliday(DateOnly Date, string Name, IReadOnlyList<HoursBlock> Blocks, IReadOnlyList<HoursBlock> Usual);

// POST /shops/{shop}/api-keys {name, scopes} → 201 ApiKeyCreated (the key is shown once) · GET → ApiKey[] · DELETE /shops/{shop}/api-keys/{keyId}
public sealed record ApiKeyRequest(string Name, IReadOnlyList<string> Scopes);
public sealed record ApiKeyCreated(Guid KeyId, string Key, IReadOnlyList<string> Scopes);
/// <param name="LastUsedAt">To the hour; null where no use is known.</param>
public sealed record ApiKey(Guid KeyId, string Name, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? RevokedAt, DateTimeOffset? LastUsedAt = null);

// PUT /shops/{shop}/staff (StaffMember) · GET → StaffMember[] · DELETE /shops/{shop}/staff/{email}: owner, coordinator, operator
/// <param name="Role"><c>owner</c>, <c>staff</c> or <c>read-only</c>.</param>
/// <param name="Name">As the shop calls them, never as their account does: an address tells nobody whose it is. Put as null: as it was; "": none.</param>
public sealed record StaffMember(string Email, string Role, string? Name = null);

// PUT /towns/{town}/coordinators (Coordinator): operator
public sealed record Coordinator(string Email);

// GET /memberships?email= (the storefront only): what a person with this verified address may do
public sealed record Memberships(IReadOnlyList<Memberships.OfShop> Shops, IReadOnlyList<string> Towns)
{
    /// <param name="Role">Of the staff, or <c>assistant</c>: a coordinator of a town that the shop asked for help.</param>
    /// <param name="Until">When an assistant's part ends.</param>
    public sealed record OfShop(ShopId ShopId, string Slug, string Name, string Role, DateTimeOffset? Until = null);
}

// PUT /shops/{shop}/assistance (owner): the shop's towns act at its counter for so many days · GET → Assistance · DELETE ends it
public sealed record AssistanceRequest(int Days);

/// <summary>Both null: nobody was asked, or it is over.</summary>
public sealed record Assistance(DateTimeOffset? Since, DateTimeOffset? Until);

// GET /towns/{town}/assistance (operator, coordinator of the town): the shops that asked for help
public sealed record AssistedShop(string Slug, string Name, DateTimeOffset Until);

// POST /towns/{town}/addresses (a signed-in person, the operator): where the address is, as far as the public geocoder knows
public sealed record SoughtAddress(string Street, string Postcode, string City);

/// <param name="Certain">The first of them is the place; else whoever knows the shop is asked which, or shows it on the map.</param>
/// <param name="Places">The likeliest first; none: not found, or nobody could be asked.</param>
public sealed record FoundAddresses(bool Certain, IReadOnlyList<FoundAddress> Places)
{
    public static FoundAddresses None { get; } = new(false, []);
}

public sealed record FoundAddress(string Label, Position Position);

/// <summary>Where a shop of a town can be.</summary>
public static class ShopPlaces
{
    /// <summary>From the town's position.</summary>
    public const double FarthestKm = 30;
}

// POST /towns/{town}/applications (a signed-in person; the operator for one): 201 ShopOpening, the shop is there as a draft and the person owns it; the same again 200.
// What its owner sends again for the same SIRET corrects the application while it waits, and asks anew after a refusal.
/// <param name="Terms">The version of the terms that the applicant accepts: <see cref="MerchantTerms.Current"/>.</param>
/// <param name="Language"><c>fr</c> or <c>en</c>: of the mails about the application.</param>
public sealed record ShopApplication(string Siret, string Name, string Kind, Text Description, string LegalName, string LegalForm, bool VatExempt, string ActivityCode,
    string Street, string Postcode, string City, Position Position, string Phone, string Email, WeeklyHours Hours, string Terms, string Language);

/// <summary>The terms for merchants: an application names the version that was read.</summary>
public static class MerchantTerms
{
    public const string Current = "2026-11";
}

// GET /shops/{shop}/opening (its members, coordinators): how the shop stands and what is missing for its publication
/// <param name="Status"><c>draft</c>, <c>published</c> or <c>suspended</c>.</param>
/// <param name="Application"><c>pending</c>, <c>approved</c> or <c>refused</c>; null: the town put the shop in place itself.</param>
/// <param name="Reason">Why it was refused.</param>
/// <param name="Version">Of the application: a decision names the one that it decides.</param>
/// <param name="Suspended">Why it is suspended, where that was said.</param>
public sealed record ShopOpening(string Slug, string Name, string Town, string Status, string? Application, string? Reason, int Version, DateTimeOffset? AskedAt, IReadOnlyList<ShopOpening.Item> Checklist,
    string? Suspended = null)
{
    /// <param name="Name"><c>identity</c>, <c>contact</c>, <c>terms</c>, <c>products</c> or <c>hours</c>.</param>
    public sealed record Item(string Name, bool Done);
}

// GET /towns/{town}/applications (operator, coordinator of the town): those that wait for a decision, the longest waiting first
/// <param name="Applicant">The confirmed address of the person who asks.</param>
public sealed record PendingApplication(ShopOpening Opening, Shop Shop, string Applicant, string Terms, DateTimeOffset TermsAcceptedAt);

// POST /shops/{shop}/application/decision (operator, coordinator): 200 ShopOpening; 409 already-decided when somebody else was first
/// <param name="Reason">Demanded of a refusal; the applicant reads it.</param>
public sealed record ApplicationDecision(int Version, bool Approved, string? Reason);

// PUT /shops/{shop}/suspension (operator, coordinator): a reason, which the shop reads · DELETE lifts it
public sealed record Suspension(string? Reason);

// GET /towns/{town}/suspensions (operator, coordinator of the town)
public sealed record SuspendedShop(string Slug, string Name, string? Reason, DateTimeOffset? Since);

// GET /letters (the storefront only): mails about shops that are to be written, the oldest first, 50 at a time, `?after=` the id of one · DELETE /letters/{letter}: it is written
/// <param name="Kind"><c>applied</c>, <c>approved</c>, <c>refused</c>, <c>published</c>, <c>suspended</c>, <c>lifted</c>, to the coordinators <c>asking</c> (a shop asks to come in) and <c>helping</c> or, to who is new in the team, <c>joined</c> (its reason is the role).</param>
public sealed record ShopLetter(Guid LetterId, string To, string Language, string Kind, string Town, string Slug, string Name, string? Reason);
