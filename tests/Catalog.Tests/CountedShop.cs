using Marketplace.Catalog.Stock;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering;

namespace Marketplace.Catalog.Tests;

/// <summary>Something that happens in a shop, or is heard of.</summary>
internal sealed record Happening(Happening.What Kind, int Which, long Quantity)
{
    internal enum What
    {
        Ordered,
        Ended,
        Heard,
        Counted,
        CountedBesideOrders,
        Delivered,
        Lost,
    }
}

/// <summary>A shop's shelf as it is, and the stock that hears of it, some of it later and in any order.</summary>
internal sealed class CountedShop
{
    private static readonly ShopId Shop = ShopId.New();
    private static readonly OfferId Offer = OfferId.New();

    private readonly Dictionary<OrderId, Reservation> _reservations = [];
    private readonly List<(Movement Movement, DateTimeOffset At)> _ledger = [];
    private readonly List<Action> _unheard = [];
    private DateTimeOffset _now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
    private bool _lostUnnoticed;
    private int _losses;
    private int _lossesKnown;

    internal CountedShop() => Item = new StockItem(new StockItem.Sold(Offer, Shop, "A", null, "Lampe", "maison", SaleUnit.Piece, 500, 20m, false, false, true),
        new Level(There, 0, 1, StockSource.Feed, _now) { CountedAt = _now });

    /// <summary>Orders whose goods are still set aside there.</summary>
    internal Dictionary<OrderId, long> Open { get; } = [];

    /// <summary>How many really stand in the shop.</summary>
    internal long There { get; private set; } = 8;

    internal StockItem Item { get; private set; }

    /// <summary>What really stands there for each of them: of some a piece was lost.</summary>
    private readonly Dictionary<OrderId, long> _aside = [];

    private long Free => There - _aside.Values.Sum();

    /// <summary>A figure without what is set aside came in of a time when some of that was known to be missing: of which order, it does not say, so fewer may be for sale than there are.</summary>
    internal bool IsCareful { get; private set; }

    internal void Happens(Happening happening)
    {
        _now = _now.AddMinutes(1);
        switch (happening.Kind)
        {
            case Happening.What.Ordered: Order(happening.Quantity); break;
            case Happening.What.Ended when Open.Count > 0: End(Open.Keys.ElementAt(happening.Which % Open.Count), happening.Quantity); break;
            case Happening.What.Heard when _unheard.Count > 0: Hear(happening.Which % _unheard.Count); break;
            case Happening.What.Counted: Count(There, reservedExcluded: false, later: happening.Which % 2 == 0); break;
            // No piece can be left out of a figure that is not there, unless somebody has found so.
            case Happening.What.CountedBesideOrders when _aside.Values.Sum() == Open.Values.Sum() || _lossesKnown == _losses:
                Count(Free, reservedExcluded: true, later: happening.Which % 2 == 0);
                break;
            case Happening.What.Delivered: Deliver(happening.Quantity); break;
            case Happening.What.Lost when There > 0: Lose(happening.Which); break;
        }
    }

    /// <summary>Whoever lost a piece counts at last; then all that is on its way arrives.</summary>
    internal void HearsAll(int from)
    {
        _now = _now.AddMinutes(1);
        if (_lostUnnoticed)
        {
            Count(There, reservedExcluded: false, later: false);
        }

        while (_unheard.Count > 0)
        {
            Hear(from % _unheard.Count);
        }
    }

    private void Order(long quantity)
    {
        var order = OrderId.New();
        Tell(new StockCommand.Reserve(new ReserveStock(order, _now.AddMinutes(15), [new(Shop, [new(Offer, quantity, null)])])));
        if (_reservations[order].Status == ReservationStatus.Held)
        {
            Open[order] = quantity;
            _aside[order] = 0;
            SetAside();
            if (_aside[order] < quantity)
            {
                (_lostUnnoticed, _losses) = (true, _losses + 1);
            }
        }
    }

    /// <summary>Whoever looks gives the orders what stands there.</summary>
    private void SetAside()
    {
        foreach (var (order, wanted) in Open)
        {
            _aside[order] += Math.Min(wanted - _aside[order], Free);
        }
    }

    private void Lose(int which)
    {
        if (Free == 0 || which % 2 == 0)
        {
            var orders = _aside.Where(a => a.Value > 0).Select(a => a.Key).ToList();
            if (orders.Count > 0)
            {
                _aside[orders[which % orders.Count]]--;
            }
        }

        (There, _lostUnnoticed, _losses) = (There - 1, true, _losses + 1);
    }

    private void End(OrderId order, long wanted)
    {
        Open.Remove(order, out var held);
        _aside.Remove(order);
        var left = Math.Min(Math.Min(wanted, held), Free); // what stood there for it, or another one
        There -= left;
        StockCommand ended = left == 0 ? new StockCommand.Release(order, Shop, null, _now) : new StockCommand.Issue(order, Shop, [new(Offer, left)], _now);
        _unheard.Add(() => Tell(ended));
    }

    private void Count(long counted, bool reservedExcluded, bool later)
    {
        var counting = new Counting(StockSource.Feed, _now, reservedExcluded);
        if (!reservedExcluded)
        {
            SetAside();
        }

        _lostUnnoticed &= reservedExcluded;
        var losses = _losses;
        _unheard.Add(() =>
        {
            _lossesKnown = reservedExcluded || counting.AsOf < Item.Now.AsOf ? _lossesKnown : losses;
            var since = _ledger.Where(m => m.At > counting.AsOf).Select(m => m.Movement).ToList();
            var moved = new MovedSince(since.Where(m => !m.Counted).Sum(m => m.OnHandDelta), since.Sum(m => m.ReservedDelta),
                since.Where(m => m is { Counted: true, OrderId: not null, Note: StockCount.WasMissing }).Sum(m => m.OnHandDelta));
            IsCareful |= reservedExcluded && (Item.Now.Lacking > 0 || moved.Lacked < 0);
            var (movement, _) = StockCount.Apply(Item, counted, counting, moved);
            Write(movement is null ? [] : [movement]);
        });
        if (!later)
        {
            Hear(_unheard.Count - 1);
        }
    }

    private void Deliver(long quantity)
    {
        There += quantity;
        Write(AdjustStock.Move(Item, new Movement(Offer, "delivery", quantity, 0, Item.Now.OnHand + quantity, Item.Now.Reserved)));
    }

    private void Hear(int which)
    {
        var heard = _unheard[which];
        _unheard.RemoveAt(which);
        heard();
    }

    private void Tell(StockCommand command)
    {
        var book = new StockBook(_now, _ => true);
        book.Add(Item);
        if (_reservations.TryGetValue(command.OrderId, out var reservation))
        {
            book.Add(reservation);
        }

        book.Apply(command);
        _reservations[command.OrderId] = book.Find(command.OrderId)!;
        Write(book.Movements);
    }

    private void Write(IEnumerable<Movement> movements)
    {
        var (onHand, reserved, missing) = (Item.Before.OnHand, Item.Before.Reserved, Item.Before.Missing);
        foreach (var movement in movements)
        {
            (movement.OnHandAfter, movement.ReservedAfter).ShouldBe((onHand += movement.OnHandDelta, reserved += movement.ReservedDelta));
            movement.Missing.After.ShouldBe(missing += movement.Missing.Delta);
            reserved.ShouldBeInRange(0, onHand);
            _ledger.Add((movement, movement.At ?? _now));
        }

        Item.Now.ShouldSatisfyAllConditions(
            l => (l.OnHand, l.Reserved, l.Missing).ShouldBe((onHand, reserved, missing)),
            l => l.Assumed.ShouldBeInRange(0, l.Reserved),
            l => l.Missing.ShouldBeInRange(0, l.Available == 0 ? l.Assumed : 0));
        Item = new StockItem(Item.Offer, Item.Now);
    }
}
