using Marketplace.Catalog.Batches;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering;

namespace Marketplace.Catalog.Stock;

/// <summary>A row of the ledger to be written.</summary>
/// <param name="At">When it happened, where that was before now.</param>
/// <param name="Source">Of a count: whose it was.</param>
internal sealed record Movement(OfferId OfferId, string Kind, long OnHandDelta, long ReservedDelta, long OnHandAfter, long ReservedAfter,
    OrderId? OrderId = null, string? Note = null, bool Counted = false, string? RequestKey = null, DateTimeOffset? At = null, StockSource? Source = null)
{
    /// <summary>Of what was found missing, which stands in the figure because orders wait for it.</summary>
    internal (long Delta, long After) Missing { get; init; }
}

/// <summary>
/// The rules of setting aside, over rows that are locked: commands are applied in turn, each seeing what the ones before it did.
/// Pure; what it leaves in <see cref="Movements"/>, <see cref="Facts"/>, items and reservations is written in the same transaction.
/// </summary>
/// <param name="now">The moment.</param>
/// <param name="sells">Whether a shop does.</param>
/// <param name="noWithdrawal">What stands against withdrawing from goods, by that day’s rules; null: nothing is said of it.</param>
internal sealed class StockBook(DateTimeOffset now, Func<ShopId, bool> sells, Func<StockItem.Sold, DateTimeOffset, string?>? noWithdrawal = null)
{
    private readonly Dictionary<OfferId, StockItem> _items = [];
    private readonly Dictionary<OrderId, Reservation> _reservations = [];

    internal IReadOnlyCollection<StockItem> Items => _items.Values;
    internal IEnumerable<BatchItem> Batches => _items.Values.SelectMany(i => i.Batches.Values);
    internal IReadOnlyCollection<Reservation> Reservations => _reservations.Values;
    internal List<Movement> Movements { get; } = [];
    internal List<(OrderId Order, object Fact)> Facts { get; } = [];

    /// <summary>Goods that were handed over although nothing was set aside for their order, by its last word here: the figures do not know of it.</summary>
    internal List<(OrderId Order, ShopId Shop)> NotSetAside { get; } = [];

    /// <summary>All rows are ours by now.</summary>
    internal void BeginAt(DateTimeOffset at) => now = at;

    internal void Add(StockItem item) => _items.Add(item.Offer.OfferId, item);

    internal void Add(BatchItem batch) => _items[batch.OfferId].Batches[batch.At] = batch;

    internal void Add(Reservation reservation) => _reservations.Add(reservation.OrderId, reservation);

    internal StockItem? Find(OfferId offer) => _items.GetValueOrDefault(offer);

    internal Reservation? Find(OrderId order) => _reservations.GetValueOrDefault(order);

    internal void Apply(StockCommand command)
    {
        switch (command)
        {
            case StockCommand.Reserve reserve: Reserve(reserve.Message); break;
            case StockCommand.Confirm confirm: Confirm(confirm); break;
            case StockCommand.Release release: Release(release); break;
            case StockCommand.Issue issue: Issue(issue); break;
            default: throw new InvalidOperationException($"{command.GetType().Name} is not for the stock.");
        }
    }

    private void Reserve(ReserveStock wanted)
    {
        var known = Find(wanted.OrderId);
        if (known is { Status: not ReservationStatus.Awaited })
        {
            return;
        }

        var lines = Summed(wanted);
        var refusals = lines.ConvertAll(Refusal).FindAll(r => r is not null);
        var reservation = known ?? new Reservation(wanted.OrderId, ReservationStatus.Held, wanted.ExpiresAt, now) { IsNew = true };
        reservation.IsTouched = true;
        reservation.ExpiresAt = wanted.ExpiresAt;
        if (known is null)
        {
            Add(reservation);
        }

        if (refusals.Count > 0)
        {
            reservation.Status = ReservationStatus.Refused;
            Facts.Add((wanted.OrderId, new StockHoldRefused(wanted.OrderId, refusals!)));
            return;
        }

        reservation.Status = ReservationStatus.Held;
        foreach (var line in lines)
        {
            var item = _items[line.OfferId];
            if (line.Batch is { } batch)
            {
                item.Batches[batch.At].Take(batch, line.Quantity);
                item.Moved();
            }
            else
            {
                Move(item, "reservation", 0, line.Quantity, wanted.OrderId);
            }

            reservation.Lines.Add(new ReservationLine(line.OfferId, line.ShopId, line.Quantity, line.Quantity, 0, item.Offer.PriceCents, line.Batch?.At) { IsNew = true });
        }

        Facts.Add((wanted.OrderId, new StockHeld(wanted.OrderId,
            [.. lines.GroupBy(l => l.ShopId).Select(shop => new StockHeld.Shop(shop.Key,
                shop.All(l => StockFreshness.AcceptsByItself(_items[l.OfferId].Now, now)), [.. shop.Select(Snapshot)]))])));

        foreach (var early in reservation.Early)
        {
            GiveBack(reservation, early, null);
        }
    }

    private void Confirm(StockCommand.Confirm confirm)
    {
        if (Find(confirm.OrderId) is { Status: ReservationStatus.Held } reservation)
        {
            reservation.Status = ReservationStatus.Confirmed;
            reservation.IsTouched = true;
        }
    }

    private void Release(StockCommand.Release release)
    {
        var what = new EarlyRelease(release.Shop, release.Offers, release.Missing);
        var whole = release is { Shop: null, Offers: null };
        switch (Find(release.OrderId))
        {
            case null:
                // Before its reservation: the row stands in the way of the late one.
                Add(new Reservation(release.OrderId, whole ? ReservationStatus.Released : ReservationStatus.Awaited, null, now)
                {
                    IsNew = true,
                    IsTouched = true,
                    Early = whole ? [] : [what],
                });
                break;
            case { Status: ReservationStatus.Awaited } awaited:
                awaited.IsTouched = true;
                awaited.Early.Add(what);
                awaited.Status = whole ? ReservationStatus.Released : ReservationStatus.Awaited;
                break;
            case { Status: ReservationStatus.Held or ReservationStatus.Confirmed } held:
                GiveBack(held, what, release.At);
                break;
        }
    }

    private void Issue(StockCommand.Issue issue)
    {
        if (Find(issue.OrderId) is not { Status: ReservationStatus.Held or ReservationStatus.Confirmed } reservation)
        {
            if (issue.Lines.Any(l => l.Quantity > 0) && Find(issue.OrderId)?.Lines.Exists(l => l.ShopId == issue.Shop && l.Issued > 0) != true)
            {
                NotSetAside.Add((issue.OrderId, issue.Shop));
            }

            return;
        }

        var final = issue.Lines.GroupBy(l => l.OfferId).ToDictionary(g => g.Key, g => g.Max(l => l.Quantity));
        foreach (var line in reservation.Lines.Where(l => l.ShopId == issue.Shop && l.Held > 0))
        {
            // Of what was set aside; what weighed more than that comes off the shelf besides, as far as it is nobody else's.
            var asked = final.GetValueOrDefault(line.OfferId);
            var left = Math.Clamp(asked, 0, line.Held);
            var rest = line.Held - left;
            if (line.BatchAt is not null)
            {
                GiveBackPlaces(line, rest, issue.Missing); // what is handed over keeps its place
            }
            else
            {
                var over = Math.Max(0, asked - line.Held);
                TakeFromShelf(reservation, line, left, issue);
                TakeOverweight(_items[line.OfferId], over, issue);
            }

            line.Issued += left;
            line.Held = 0;
            line.IsTouched = reservation.IsTouched = true;
        }

        reservation.EndIfEmpty();
    }

    private void TakeFromShelf(Reservation reservation, ReservationLine line, long left, StockCommand.Issue issue)
    {
        var item = _items[line.OfferId];
        if (left > 0)
        {
            Sell(item, left, issue);
        }

        if (line.Held > left)
        {
            PutBack(item, line.Held - left, reservation, issue.At, issue.Missing);
        }
    }

    // What the shop keeps back may go, what is set aside for others may not. A count made since has weighed what is left without it; one as of before has not.
    private void TakeOverweight(StockItem item, long over, StockCommand.Issue issue)
    {
        if (Math.Min(over, item.Now.OnHand - item.Now.Reserved) is > 0 and var grams && item.Offer.Unit == SaleUnit.Weight && !(issue.At <= item.Now.CountedAt))
        {
            Correct(item, -grams, issue.OrderId, "pesé au-dessus de la commande", issue.At, counted: false);
        }
    }

    // What the shop does not have of a batch, or found unfit, is no place for somebody else.
    private void GiveBackPlaces(ReservationLine line, long quantity, IReadOnlyList<MissingGoods>? missing)
    {
        if (quantity > 0)
        {
            var unmade = Math.Min(quantity, (missing ?? []).Where(m => m.OfferId == line.OfferId && m.Quantity > 0).Sum(m => m.Quantity));
            var item = _items[line.OfferId];
            var batch = item.Batches[line.BatchAt!.Value];
            batch.GiveBack(quantity, unmade, item.Plan?.Find(batch.At));
            item.Moved();
        }
    }

    // Dated from when the goods left: a count made after that knows of them, whichever of the two is heard first. One that was heard first has taken them off
    // already, except for those that it did not see and left in the figure because they are set aside.
    private void Sell(StockItem item, long quantity, StockCommand.Issue issue)
    {
        var unseen = quantity;
        if (issue.At <= item.Now.CountedAt)
        {
            unseen = Math.Min(quantity, item.Now.Assumed);
            item.Now = item.Now.WithoutAssumed(unseen);
        }

        HadEnded(item, quantity, issue.At);
        Move(item, "sale", -quantity, -quantity, issue.OrderId, issue.At);
        Correct(item, quantity - unseen, issue.OrderId, "compté après la remise", issue.At);
    }

    // Dated likewise. What a count made since did not see as set aside, it saw among the free goods: there it stands once. And what a count found missing, or
    // the shop itself when it prepared the order, is no more there for being wanted no longer. A count made since has looked by itself. What is spoiled was
    // there to be counted: it is not what the count found missing.
    private void PutBack(StockItem item, long quantity, Reservation from, DateTimeOffset? at, IReadOnlyList<MissingGoods>? notFound)
    {
        at = at < from.CreatedAt ? from.CreatedAt : at; // given up before it was set aside here
        var counted = at <= item.Now.CountedAt;
        var told = counted ? [] : (notFound ?? []).Where(m => m.OfferId == item.Offer.OfferId && m.Quantity > 0).ToList();
        var spoiled = Math.Min(quantity, told.Where(m => m.Reason is MissingGoods.Quality).Sum(m => m.Quantity));
        var missing = item.Now.Missing;
        var absent = Math.Min(quantity - spoiled, counted ? item.Now.Assumed : missing);
        item.Now = counted ? item.Now.WithoutAssumed(absent) : item.Now.WithoutMissing(absent);
        var notThere = told.Where(m => m.Reason is not MissingGoods.Quality).ToList();
        var unseen = Math.Min(quantity - spoiled, notThere.Sum(m => m.Quantity));
        item.Now = item.Now.WithoutLacking(Math.Min(absent, unseen));
        HadEnded(item, quantity, at);
        var lacked = item.Now.Missing;
        Move(item, "release", 0, -quantity, from.OrderId, at, settles: absent + spoiled == 0);
        // Said to be spoiled of what a count had not found: it was not there either, and nobody has to look for it any more.
        item.Now = item.Now.WithoutLacking(lacked - item.Now.Missing);
        Correct(item, -absent, from.OrderId, lacked < missing ? StockCount.WasMissing : "compté en rayon", at);
        Correct(item, -spoiled, from.OrderId, "écarté : qualité", at, counted: false);
        // What the count found missing is first what the shop had looked for. Dated by the end of the order like its goods, though a count of all that was made between
        // the look and the end has seen that they are gone and is lowered once more: a till's figure of those hours counts them in, and one too few is for sale rather
        // than one too many.
        Correct(item, Math.Min(absent, unseen) - unseen, from.OrderId, "manquait à la préparation", at, counted: false);
    }

    // The shop that looked at what is set aside did not miss what was no longer to be there.
    private static void HadEnded(StockItem item, long quantity, DateTimeOffset? at)
    {
        if (at <= item.Now.LookedAt)
        {
            item.Now = item.Now.WithoutLacking(quantity);
        }
    }

    private void GiveBack(Reservation reservation, EarlyRelease what, DateTimeOffset? at)
    {
        foreach (var line in reservation.Lines.Where(l => l.Held > 0 && what.Covers(l)))
        {
            if (line.BatchAt is not null)
            {
                GiveBackPlaces(line, line.Held, what.Missing);
            }
            else
            {
                PutBack(_items[line.OfferId], line.Held, reservation, at, what.Missing);
            }

            line.Held = 0;
            line.IsTouched = reservation.IsTouched = true;
        }

        reservation.EndIfEmpty();
    }

    /// <param name="settles">False: what is missing no longer leaves the figure with a movement of its own, right after this one.</param>
    private void Move(StockItem item, string kind, long onHand, long reserved, OrderId order, DateTimeOffset? at = null, bool settles = true)
    {
        var left = item.Now.Reserved + reserved;
        item.Now = item.Now with
        {
            OnHand = item.Now.OnHand + onHand,
            Reserved = left,
            Version = item.Now.Version + 1,
            Assumed = Math.Min(item.Now.Assumed, left),
            Missing = Math.Min(item.Now.Missing, left),
        };
        Movements.Add(new Movement(item.Offer.OfferId, kind, onHand, reserved, item.Now.OnHand, item.Now.Reserved, order, At: at < now ? at : null) { Missing = settles ? item.TellMissing() : item.MissingAsTold });
    }

    /// <summary>Sets the figure right.</summary>
    /// <param name="counted">By what a count knew already: no other count is to add it.</param>
    private void Correct(StockItem item, long onHand, OrderId order, string note, DateTimeOffset? at, bool counted = true)
    {
        if (onHand != 0)
        {
            item.Now = item.Now with { OnHand = item.Now.OnHand + onHand };
            Movements.Add(new Movement(item.Offer.OfferId, "adjustment", onHand, 0, item.Now.OnHand, item.Now.Reserved, order, note, counted, At: at < now ? at : null) { Missing = item.TellMissing() });
        }
    }

    private StockHoldRefused.RefusedLine? Refusal(Wanted line)
    {
        if (!_items.TryGetValue(line.OfferId, out var item) || item.Offer.ShopId != line.ShopId)
        {
            return new(line.ShopId, line.OfferId, "unknown-offer", null, line.Quantity, 0, null);
        }

        (line.Batch, var places) = item.Choose(line.PickupAt, line.Quantity, now);
        var available = item.Plan is null ? PieceWeights.Whole(item.Now.Available, item.Offer.PieceGrams) : places ?? 0;
        var reason = !item.Offer.Active || !sells(line.ShopId) || line.Quantity <= 0 ? "not-for-sale"
            : item.Plan is not null && places is null ? "batch-closed"
            // Before its quantity: that counts something else by now than was seen.
            : line.PieceWeights.Exists(g => g != (item.Offer.PieceGrams ?? 0)) || line.Quantity % (item.Offer.PieceGrams ?? 1) != 0 ? "pieces-changed"
            : available < line.Quantity ? "out-of-stock"
            : item.Plan is null && !StockFreshness.Promised(item.Now, now) ? "not-for-sale"
            : line.Prices.Exists(p => p != item.Offer.PriceCents) ? "price-changed"
            : null;
        return reason is null ? null
            : new(line.ShopId, line.OfferId, reason, item.Offer.Title, line.Quantity, reason == "not-for-sale" ? 0 : available, item.Offer.PriceCents, item.Offer.Unit, item.Offer.PieceGrams);
    }

    private StockHeld.SoldLine Snapshot(Wanted line)
    {
        var o = _items[line.OfferId].Offer;
        return new(o.OfferId, o.Sku, o.Ean13, o.Title, o.Category, o.Unit, line.Quantity, o.PriceCents, o.VatRate, o.SecondHand, o.Alcohol, line.Batch?.At, o.PieceGrams, noWithdrawal?.Invoke(o, now));
    }

    /// <summary>Two lines of the same offer are one: what counts is their sum.</summary>
    private static List<Wanted> Summed(ReserveStock wanted)
    {
        var lines = new List<Wanted>();
        foreach (var shop in wanted.Shops)
        {
            foreach (var line in shop.Lines)
            {
                var same = lines.Find(l => l.OfferId == line.OfferId && l.ShopId == shop.ShopId);
                if (same is null)
                {
                    lines.Add(same = new Wanted(shop.ShopId, line.OfferId, shop.PickupAt));
                }

                same.Add(line);
            }
        }

        return lines;
    }

    private sealed class Wanted(ShopId shopId, OfferId offerId, DateTimeOffset? pickupAt)
    {
        internal ShopId ShopId { get; } = shopId;
        internal OfferId OfferId { get; } = offerId;
        internal DateTimeOffset? PickupAt { get; } = pickupAt;

        /// <summary>In which it is to have places; null: from the shelf.</summary>
        internal PlannedBatch? Batch { get; set; }

        internal long Quantity { get; private set; }
        internal List<long> Prices { get; } = [];

        /// <summary>What a piece weighs as it was shown; 0: sold in grams.</summary>
        internal List<long> PieceWeights { get; } = [];

        internal void Add(ReserveStock.Line line)
        {
            // A line that is no quantity makes the whole no quantity; a sum beyond any stock is simply not there.
            Quantity = line.Quantity <= 0 || Quantity < 0 ? -1 : Math.Min(Quantity + Math.Min(line.Quantity, long.MaxValue / 4), long.MaxValue / 4);
            if (line.ExpectedPriceCents is { } price)
            {
                Prices.Add(price);
            }

            if (line.ExpectedPieceGrams is { } grams)
            {
                PieceWeights.Add(grams);
            }
        }
    }
}
