using Marketplace.Contracts;

namespace Marketplace.Ordering.Orders;

internal enum ShopOrderStatus
{
    Requested,
    Accepted,
    Ready,
    Collected,
    Declined,
    Expired,
    Cancelled,
}

/// <summary>One shop's part of an order.</summary>
/// <param name="InPreparation">The shop has begun, or is done.</param>
/// <param name="Deposited">Its parcel was brought to the shared pickup point.</param>
/// <param name="RemindAt">When to remind who has not come; null: not ready yet, reminded, or too late to.</param>
internal sealed record ShopOrder(ShopId ShopId, string Slug, string Name, ShopOrderStatus Status, string? Reason, Pickup Pickup, bool AcceptsItself,
    bool InPreparation, bool Deposited, DateTimeOffset? RemindAt, IReadOnlyList<ShopOrder.Line> Lines)
{
    /// <param name="Sold">As it was reserved.</param>
    /// <param name="Final">Weighed or counted when it was made ready; null before.</param>
    /// <param name="DeclinedFor">The shop's reason; null while the line stands.</param>
    internal sealed record Line(OrderLine Sold, long? Final, string? DeclinedFor)
    {
        internal bool Stands => DeclinedFor is null;
        internal long Quantity => Final ?? Most;

        /// <summary>What of the shelf's figure goes with it: of what is sold in pieces by weight the pieces, whatever they weighed; the rest of their grams is no piece that somebody could have.</summary>
        internal long Leaves => Sold.PieceGrams is null ? Quantity : Most;

        /// <summary>Of goods by weight: up to so many grams the resident has accepted; null: not one more than ordered.</summary>
        internal long? Accepted { get; init; }

        /// <summary>What it may come to on the scale: of what was said to lack some, no more than there was.</summary>
        internal long Ceiling => Lack is { Waits: false } ? Most : Accepted ?? Sold.Quantity;

        /// <summary>What it may cost in the end.</summary>
        internal long CeilingCents => Stands ? Money.LineTotal(Sold.Unit, Final ?? Ceiling, Sold.PriceCents) : 0;

        /// <summary>What the shop said that it lacks, and what became of that; null: nothing was said, or it took it back.</summary>
        internal Lack? Lack { get; init; }

        /// <summary>Under which name it is set aside, where it is not under the order's: a substitute's.</summary>
        internal OrderId? Hold { get; init; }

        /// <summary>Of the last move of the batch that it is of; 0: it is where it was sold for.</summary>
        internal long BatchVersion { get; init; }

        /// <summary>The line whose missing goods it stands for.</summary>
        internal OfferId? InsteadOf { get; init; }

        /// <summary>What is to be prepared: as ordered, or what there is where the resident knows of it.</summary>
        internal long Most => Lack is { Waits: false } agreed ? agreed.Found : Sold.Quantity;

        /// <summary>What of the order's price its missing goods would have cost.</summary>
        internal long MissingCents => Lack is { } said ? Money.LineTotal(Sold.Unit, Sold.Quantity, Sold.PriceCents) - Money.LineTotal(Sold.Unit, said.Found, Sold.PriceCents) : 0;
        internal long TotalCents => Stands ? Money.LineTotal(Sold.Unit, Quantity, Sold.PriceCents) : 0;

        /// <summary>Declined while its parcel lay at the point: whether it is in there nobody has looked.</summary>
        internal bool Away { get; init; }

        // Pieces counted short, or what was said to lack; of goods by weight what was not cut is there.
        private long Short => Sold.Unit is SaleUnit.Piece && Final is { } final ? Sold.Quantity - final : Lack is { } said ? Sold.Quantity - said.Found : 0;

        /// <param name="endedFor">Why the whole part was declined, where its parcel lay at the point.</param>
        internal IEnumerable<MissingQuantity> Missing(string? endedFor)
        {
            var reason = DeclinedFor ?? endedFor;
            var spoiled = reason is Quality;
            // Declined for the lack of it or unseen; or unfit to sell, as much of it as had been taken off the shelf.
            var gone = DeclinedFor is Shortage || Away ? Sold.Quantity - Short : spoiled ? Math.Min(Quantity, Sold.Quantity) : 0;
            return new[] { new MissingQuantity(Sold.OfferId, Short), new MissingQuantity(Sold.OfferId, gone, spoiled ? Quality : null) }.Where(m => m.Quantity > 0);
        }
    }

    /// <summary>The questions it ever asked: none is asked twice, and none of them is somebody else's.</summary>
    internal IReadOnlyList<(Guid Proposal, OfferId OfferId, string? Outcome)> Asked { get; init; } = [];

    /// <summary>The first moment at which a question that waits lapses; null: none waits.</summary>
    internal DateTimeOffset? AnswerBy { get; init; }

    /// <summary>The place is shut at the pickup's hour, as was said since it was booked; and when it opens next, where that is known.</summary>
    internal bool Shut { get; init; }
    internal DateTimeOffset? Reopens { get; init; }

    /// <summary>Of what was last told of that; 0: nothing was.</summary>
    internal int ShutVersion { get; init; }

    /// <summary>Its parcel was looked for at the point and not found.</summary>
    internal bool Sought { get; init; }

    /// <summary>The point at which its parcel lay when it ended without having been handed over.</summary>
    internal string? LeftAt { get; init; }

    internal bool BroughtBack { get; init; }

    /// <summary>It ended while its parcel was still being looked for at the point: its resident could not be given it.</summary>
    internal bool Lost => Sought && LeftAt is not null;

    /// <summary>Its goods are set aside still, though nobody wants them any more: they lie at the point.</summary>
    internal bool ToBringBack => LeftAt is not null && !BroughtBack;

    /// <summary>The reason of a shop that did not find what it had set aside.</summary>
    internal const string Shortage = "shortage";

    /// <summary>The reason of a shop that found it spoiled or damaged: nobody is to buy it.</summary>
    internal const string Quality = "quality";

    internal bool Open => Status is ShopOrderStatus.Requested or ShopOrderStatus.Accepted or ShopOrderStatus.Ready;

    /// <summary>The resident may cancel until preparation starts: nothing is cut, weighed or wrapped for nothing.</summary>
    internal bool Cancellable => Status is ShopOrderStatus.Requested or ShopOrderStatus.Accepted && !InPreparation;

    /// <summary>Collected at a point that several shops share.</summary>
    internal bool Shared => Pickup.Place.Kind == "shared";

    internal bool AtPoint(string point) => Shared && Pickup.Place.Slug == point;

    /// <summary>Its parcel lies at the point, to be handed over there.</summary>
    internal bool Lies => Deposited && Status is ShopOrderStatus.Ready;

    /// <summary>What is owed: nothing for a shop order that ended without goods.</summary>
    internal long TotalCents => Open || Status is ShopOrderStatus.Collected ? Lines.Sum(l => l.TotalCents) : 0;

    /// <summary>What it may come to once all is weighed.</summary>
    internal long CeilingCents => Lines.Sum(l => l.CeilingCents);

    /// <summary>What it came to when it was ordered.</summary>
    internal long OrderedCents => Lines.Where(l => l.InsteadOf is null).Sum(l => Money.LineTotal(l.Sold.Unit, l.Sold.Quantity, l.Sold.PriceCents));

    internal IEnumerable<Line> Standing => Lines.Where(l => l.Stands);

    /// <summary>What of the goods that were set aside the shop did not find, or found unfit to sell; null: all is for sale again once it is given back.</summary>
    internal IReadOnlyList<MissingQuantity>? Missing => Lines.SelectMany(l => l.Missing(LeftAt is null ? null : Reason)).ToList() is { Count: > 0 } missing ? missing : null;

    /// <summary>When something is to be done about it if nobody acts.</summary>
    internal DateTimeOffset? DueAt(DateTimeOffset now) => Open ? AnswerBy ?? RemindsAt(now) ?? ExpiresAt : null;

    /// <summary>Late, once the door is closed, a reminder would name a time that has passed.</summary>
    internal DateTimeOffset? RemindsAt(DateTimeOffset now) => now < Pickup.CollectUntil ? RemindAt : null;

    /// <summary>Who stood at the counter when the door closed is still served.</summary>
    internal DateTimeOffset ExpiresAt => Pickup.CollectUntil + Grace;

    internal static readonly TimeSpan Grace = TimeSpan.FromMinutes(30);

    internal static ShopOrder Of(PlacedShop placed, OrderEvent.StockReserved stock, OrderEvent.SlotsBooked slots)
    {
        var reserved = stock.Shops.Single(s => s.ShopId == placed.ShopId);
        var booking = slots.Bookings.Single(b => b.ShopId == placed.ShopId);
        return new ShopOrder(placed.ShopId, placed.Slug, placed.Name, ShopOrderStatus.Requested, null, booking.Pickup, reserved.AcceptedByItself, false, false, null,
            [.. reserved.Lines.Select(l => new Line(l, null, null) { Accepted = l.Unit is SaleUnit.Weight ? placed.Lines.FirstOrDefault(p => p.OfferId == l.OfferId)?.AtMost : null })]);
    }

    internal ShopOrder Ready(OrderEvent.ShopReady made) => this with
    {
        Status = ShopOrderStatus.Ready,
        InPreparation = true,
        RemindAt = made.RemindAt,
        Lines = [.. Lines.Select(l => l with { Final = made.Finals.FirstOrDefault(f => f.OfferId == l.Sold.OfferId)?.Quantity })],
    };

    /// <summary>As before the step: none of those that can be taken back comes after a weighing or a reminder.</summary>
    internal ShopOrder Back(OrderEvent.ShopStepTakenBack back) => this with
    {
        Status = back.Status is "accepted" ? ShopOrderStatus.Accepted : ShopOrderStatus.Requested,
        InPreparation = back.InPreparation,
        RemindAt = null,
        Lines = [.. Lines.Select(l => l with { Final = null })],
    };

    internal ShopOrder Left(OrderEvent.ShopLeftAtPoint left) => this with
    {
        Status = left.Status is "declined" ? ShopOrderStatus.Declined : ShopOrderStatus.Expired,
        Reason = left.Reason,
        LeftAt = left.Point,
    };

    /// <summary>Who was reminded of the earlier day is reminded once more.</summary>
    internal ShopOrder KeptLonger(OrderEvent.ShopKeptLonger kept) => this with
    {
        Pickup = Pickup with { CollectUntil = kept.CollectUntil, RemindAt = kept.RemindAt },
        RemindAt = Status is ShopOrderStatus.Ready ? kept.RemindAt : null,
    };

    /// <summary>What of an offer is made in a batch, with the last move that was heard of it: a line, a substitute's too, or what is offered and waits. An offer is one of these alone.</summary>
    internal (OrderLine Sold, long Version)? InBatch(OfferId offer)
    {
        foreach (var line in Standing)
        {
            if (line.Sold.OfferId == offer && line.Sold.BatchAt is not null)
            {
                return (line.Sold, line.BatchVersion);
            }

            if (AnswerBy is not null && line.Lack is { Waits: true, Offered: { BatchAt: not null } offered } asked && offered.OfferId == offer)
            {
                return (offered, asked.BatchVersion);
            }
        }

        return null;
    }

    /// <summary>The question by which it is offered; null: it is a line.</summary>
    internal Lack? OfferedBy(OfferId offer) => Waiting.Select(l => l.Lack!).FirstOrDefault(l => l.Wanted?.OfferId == offer);

    /// <summary>Of what is set aside in this name (null: the order's own) the last move of its batch; null: nothing that is made in one.</summary>
    internal long? LastMoveOf(OfferId offer, OrderId? hold) =>
        Lines.Where(l => l.Hold == hold && l.Sold.OfferId == offer && l.Sold.BatchAt is not null).Select(l => (long?)l.BatchVersion).FirstOrDefault()
        ?? (OfferedBy(offer) is { } asked && asked.Wanted!.Hold == hold ? asked.BatchVersion : null);

    internal ShopOrder Moved(OrderEvent.ShopBatchMoved moved) => this with
    {
        Lines = [.. Lines.Select(l => l.Sold.OfferId == moved.OfferId && l.Sold.BatchAt is not null && moved.Version > l.BatchVersion
            ? l with { Sold = l.Sold with { BatchAt = moved.To }, BatchVersion = moved.Version }
            : l.Lack is { Waits: true } asked && asked.Wanted?.OfferId == moved.OfferId && moved.Version > asked.BatchVersion ? l with { Lack = asked.Moved(moved) } : l)],
    };

    /// <summary>What is made only after its customer may come for it: their time stayed, and the shop makes it later than it said.</summary>
    internal IEnumerable<Line> TooLate => Standing.Where(l => Misses(l.Sold.BatchAt));

    /// <summary>A batch of that hour is not there when its customer may come.</summary>
    internal bool Misses(DateTimeOffset? batch) => batch is { } at && BatchPickups.Misses(at, Pickup.Start, Shared);

    /// <summary>Everything is there: whenever the shop makes more of it.</summary>
    internal bool Made => Status is ShopOrderStatus.Ready;

    internal ShopOrder Without(OrderEvent.LinesDeclined declined) => (this with
    {
        Lines = [.. Lines.Select(l => declined.Offers.Contains(l.Sold.OfferId) && l.Stands ? l with { DeclinedFor = declined.Reason, Away = Lies } : l)],
    }).StillAsking();

    /// <summary>What waits for an answer.</summary>
    internal IEnumerable<Line> Waiting => AnswerBy is null ? [] : Lines.Where(l => l is { Stands: true, Lack.Waits: true });

    /// <summary>The substitutes that are set aside, taken or only offered; null: none.</summary>
    internal IReadOnlyList<HeldSubstitute>? Substitutes => Held([.. Standing.Select(l => l.Sold.OfferId)]);

    /// <summary>Those among some lines.</summary>
    internal IReadOnlyList<HeldSubstitute>? Held(IReadOnlyList<OfferId> offers)
    {
        if (Asked.Count == 0)
        {
            return null;
        }

        var held = Standing.Where(l => offers.Contains(l.Sold.OfferId)).SelectMany(l => new[]
        {
            l.Hold is { } taken ? new HeldSubstitute(taken, l.Sold.OfferId) : null,
            l.Lack is { Waits: true, Wanted: { } offered } ? new HeldSubstitute(offered.Hold, offered.OfferId) : null,
        }).OfType<HeldSubstitute>().ToList();
        return held.Count == 0 ? null : held;
    }

    internal ShopOrder Asking(OrderEvent.ShortageProposed asked) => (this with
    {
        Asked = [.. Asked, (asked.Proposal, asked.OfferId, null)],
        Lines = [.. Lines.Select(l => l.Sold.OfferId == asked.OfferId ? l with { Lack = Lack.Of(asked) } : l)],
    }).StillAsking();

    internal ShopOrder Offering(OrderEvent.SubstituteHeld held) => this with
    {
        Lines = [.. Lines.Select(l => l.Lack?.Proposal == held.Proposal ? l with { Lack = l.Lack.Offering(held.Line) } : l)],
    };

    internal ShopOrder Settled(Guid proposal, string outcome, bool gone) => (this with
    {
        Asked = [.. Asked.Select(a => a.Proposal == proposal ? a with { Outcome = outcome } : a)],
        Lines = [.. Lines.SelectMany(l => l.Lack is { } asked && asked.Proposal == proposal ? After(l, asked, outcome, gone) : [l])],
    }).StillAsking();

    private static IEnumerable<Line> After(Line line, Lack asked, string outcome, bool gone)
    {
        yield return outcome is Lack.Withdrawn or Lack.Refused ? line with { Lack = null }
            : line with { Lack = asked with { Outcome = outcome }, DeclinedFor = gone ? Lack.ReasonOf(outcome) : null };
        if (outcome is Lack.Substitute)
        {
            yield return new Line(asked.Offered!, null, null) { Hold = asked.Wanted!.Hold, InsteadOf = line.Sold.OfferId, BatchVersion = asked.BatchVersion };
        }
    }

    // Written down, so that an order of which nothing is asked looks at no line of its own.
    private ShopOrder StillAsking() => Asked.Count == 0 ? this : this with { AnswerBy = Lines.Where(l => l is { Stands: true, Lack.Waits: true }).Min(l => (DateTimeOffset?)l.Lack!.AnswerBy) };
}
