using FsCheck;
using FsCheck.Fluent;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering;
using Marketplace.EventStore;
using Marketplace.Ordering.Orders;
using Marketplace.ServiceDefaults;
using static Marketplace.Ordering.Tests.Sample;

namespace Marketplace.Ordering.Tests;

/// <summary>Whatever comes, in whatever order, however often: every order ends, and nothing stays held by mistake.</summary>
public sealed class Random_walks
{
    internal static readonly OrderCommand[] Commands =
    [
        Place, NoteReserved, NoteReserved, NoteOutOfStock, NoteBooked, NoteBookedThere, NoteSlotFull,
        new OrderCommand.AnswerStockHold(Now), new OrderCommand.AnswerStockHold(HoldExpiresAt), new OrderCommand.AnswerSlotHold(HoldExpiresAt),
        new OrderCommand.PassTime(Now), new OrderCommand.PassTime(HoldExpiresAt), new OrderCommand.PassTime(RemindAt), new OrderCommand.PassTime(Over),
        new OrderCommand.NoteDeadline(Bakery, CollectUntil.AddDays(1), RemindAt.AddDays(1), Now), new OrderCommand.NoteDeadline(Bookshop, CollectUntil.AddHours(-1), RemindAt, Now),
        new OrderCommand.NoteSlotShut(Bakery, 1, true, Now.AddDays(1)), new OrderCommand.NoteSlotShut(Bakery, 2, false, null), new OrderCommand.NoteSlotShut(Bookshop, 1, true, null),
        Moved(7, 9, 5), Moved(9, 11, 6), Moved(9, 16, 4), new OrderCommand.NoteBatchMoved(Bakery, Rolls, Now.AddHours(7), Now.AddHours(9), 3, Lack.HoldOf(Sample.Order, Bakery, Proposal(2))), new OrderCommand.NoteBatchMoved(Bookshop, Novel, Now, Now.AddHours(2), 9),
        new OrderCommand.Cancel(null), new OrderCommand.Cancel(Bakery), new OrderCommand.Cancel(Bookshop),
        new OrderCommand.Accept(Bakery), new OrderCommand.Accept(Bookshop), new OrderCommand.StartPreparing(Bakery), new OrderCommand.StartPreparing(Bookshop),
        new OrderCommand.MakeReady(Bakery, [], Now), new OrderCommand.MakeReady(Bakery, [new(Brioche, 540)], Now), new OrderCommand.MakeReady(Bakery, [new(Bread, 0)], Now),
        new OrderCommand.MakeReady(Bakery, [new(Brioche, 900)], Now), new OrderCommand.MakeReady(Bookshop, [], RemindAt), new OrderCommand.MakeReady(Bookshop, [new(Novel, 0)], Now),
        new OrderCommand.Decline(Bakery, "Four en panne", [Bread]), new OrderCommand.Decline(Bakery, "Four en panne", null), new OrderCommand.Decline(Bookshop, "Épuisé", [Novel]),
        Some(1, Bread, 1), Some(2, Bread, 0, Rolls), Some(3, Bread, 1, Rolls), Some(4, Brioche, 300), Some(5, Brioche, 200, Rolls), new OrderCommand.ProposeForShortage(Bookshop, Proposal(6), Novel, 0, new(Comic, 1), true, null, Now),
        Held(2), Held(3), Held(5), new OrderCommand.NoteSubstituteRefused(Bakery, Proposal(3), "out-of-stock", 0), Held(6), Held(2), Held(3),
        .. from n in Enumerable.Range(1, 6) from answer in new[] { "substitute", "partial", "drop" } select new OrderCommand.AnswerProposal(Proposal(n), answer, 900, Now),
        new OrderCommand.AnswerProposal(Proposal(1), "partial", null, Now.AddHours(2)), new OrderCommand.PassTime(Now.AddHours(2)), new OrderCommand.PassTime(Now.AddHours(2)),
        new OrderCommand.WithdrawProposal(Bakery, Proposal(1)), new OrderCommand.WithdrawProposal(Bakery, Proposal(2)), new OrderCommand.WithdrawProposal(Bakery, Proposal(3)), new OrderCommand.WithdrawProposal(Bakery, Proposal(5)),
        new OrderCommand.MakeReady(Bakery, [], Now.AddHours(3)), new OrderCommand.Decline(Bakery, "quality", [Rolls]),
        new OrderCommand.BringBack(Bakery), new OrderCommand.BringBack(Bookshop), new OrderCommand.Deposit(Bakery), new OrderCommand.Deposit(Bookshop), new OrderCommand.HandOverAtPoint(Halles, Code, [Bakery], []), new OrderCommand.HandOverAtPoint(Halles, Code, [Bakery, Bookshop], []),
        new OrderCommand.HandOverAtPoint(Halles, Code, [Bakery], [Bookshop]),
        new OrderCommand.HandOver(Bakery, Code), new OrderCommand.HandOver(Bookshop, Code), new OrderCommand.HandOver(Bakery, "222222"),
    ];

    private static OrderCommand.ProposeForShortage Some(int proposal, OfferId offer, long found, OfferId? substitute = null) =>
        new(Bakery, Proposal(proposal), offer, found, substitute is { } other ? new(other, 2) : null, false, null, Now);

    private static OrderCommand.NoteBatchMoved Moved(int from, int to, long version) => new(Bakery, Bread, Now.AddHours(from), Now.AddHours(to), version);

    private static OrderCommand.NoteSubstituteHeld Held(int proposal) => proposal == 6 ? new(Bookshop, Proposal(6), ComicLine, Now) : new(Bakery, Proposal(proposal), RollsLine, Now);

    private static readonly Gen<List<int>> Walks = Gen.ListOf(Gen.Choose(0, Commands.Length - 1)).Resize(80).Select(w => w.ToList());

    [Fact]
    public void Every_path_ends_with_nothing_held() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(600), Prop.ForAll(Walks.ToArbitrary(), walk =>
    {
        var world = new World();
        world.Do(Place);
        walk.ForEach(step => world.Do(Commands[step]));
        // Whatever was answered is delivered in the end, whatever is held is asked about, and time passes.
        world.Do(new OrderCommand.PassTime(HoldExpiresAt), new OrderCommand.PassTime(Over.AddDays(1)));
        world.Settle();
        world.Do(new OrderCommand.PassTime(Over.AddDays(1)));
        // What is left at the point is held until its shop says that it has fetched it, and then no longer.
        world.Held.ShouldBe(world.Left.SelectMany(World.OffersOf).Intersect(world.Held), ignoreOrder: true);
        world.Do(new OrderCommand.BringBack(Bakery), new OrderCommand.BringBack(Bookshop));

        world.Order.ShouldSatisfyAllConditions(
            o => (o is Orders.Order.Failed or Orders.Order.Confirmed { Outcome: not null }).ShouldBeTrue("the order has ended"),
            _ => world.Held.ShouldBeEmpty(),
            _ => world.Substitutes.ShouldBeEmpty(),
            _ => world.SlotsHeld.ShouldBeEmpty(),
            _ => world.Events.Count(e => e is OrderEvent.Confirmed).ShouldBeLessThanOrEqualTo(1),
            _ => world.Events.Count(e => e is OrderEvent.Completed or OrderEvent.Refused or OrderEvent.HoldExpired or OrderEvent.Abandoned).ShouldBe(1));
    }));

    [Fact]
    public void Goods_leave_each_shop_once_and_only_what_was_reserved() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(600), Prop.ForAll(Walks.ToArbitrary(), walk =>
    {
        var world = new World();
        world.Do(Place, NoteReserved, NoteBookedThere);
        walk.ForEach(step => world.Do(Commands[step]));
        var issued = world.Published.OfType<IssueStock>().ToList();
        issued.DistinctBy(i => (i.OrderId, i.ShopId)).Count().ShouldBe(issued.Count);
        foreach (var line in issued.SelectMany(i => i.Lines))
        {
            line.Quantity.ShouldBeInRange(1, Reserved.Shops.SelectMany(s => s.Lines).Concat([RollsLine, ComicLine]).Single(l => l.OfferId == line.OfferId).Quantity);
        }
    }));

    [Fact]
    public void A_total_is_always_the_sum_of_its_standing_lines() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(600), Prop.ForAll(Walks.ToArbitrary(), walk =>
    {
        var world = new World();
        world.Do(Place, NoteReserved, NoteBooked);
        foreach (var step in walk)
        {
            world.Do(Commands[step]);
            if (world.Order is Orders.Order.Confirmed order)
            {
                var sum = order.ShopOrders.Where(s => s.Open || s.Status is ShopOrderStatus.Collected)
                    .SelectMany(s => s.Standing).Sum(l => Money.LineTotal(l.Sold.Unit, l.Final ?? (l.Lack is { Waits: false } lack ? lack.Found : l.Sold.Quantity), l.Sold.PriceCents));
                order.ShopOrders.Sum(s => s.TotalCents).ShouldBe(sum);
                // Never more than was ordered, but for a dearer substitute that was agreed to.
                order.ShopOrders.Any(s => s.TotalCents > Confirmed.Shops.Single(c => c.ShopId == s.ShopId).TotalCents
                    && s.Lines.All(l => l.InsteadOf is null || Money.LineTotal(l.Sold.Unit, l.Sold.Quantity, l.Sold.PriceCents) <= s.Lines.Single(o => o.Sold.OfferId == l.InsteadOf).MissingCents)).ShouldBeFalse();
            }
        }
    }));

    [Fact]
    public void Nothing_is_cancelled_once_its_preparation_has_started() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(600), Prop.ForAll(Walks.ToArbitrary(), walk =>
    {
        var world = new World();
        world.Do(Place, NoteReserved, NoteBooked);
        walk.ForEach(step => world.Do(Commands[step]));
        foreach (var cancelled in world.Events.OfType<OrderEvent.ShopCancelled>())
        {
            world.Events.TakeWhile(e => e != cancelled).Any(e => e is OrderEvent.ShopPreparationStarted started && started.ShopId == cancelled.ShopId
                || e is OrderEvent.ShopReady ready && ready.ShopId == cancelled.ShopId).ShouldBeFalse();
        }
    }));

    [Fact]
    public void Each_question_is_settled_once_and_nothing_gets_ready_while_one_waits() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(800), Prop.ForAll(Walks.ToArbitrary(), walk =>
    {
        var world = new World();
        world.Do(Place, NoteReserved, NoteBooked);
        foreach (var step in walk)
        {
            world.Do(Commands[step]);
            if (world.Order is Orders.Order.Confirmed order)
            {
                foreach (var part in order.ShopOrders) // no ShouldAllBe: it compiles its condition at each of some hundred thousand steps
                {
                    (part.Status != ShopOrderStatus.Ready || !part.Waiting.Any()).ShouldBeTrue();
                    (part.AnswerBy != null).ShouldBe(part.Lines.Any(l => l.Stands && l.Lack != null && l.Lack.Waits));
                }
            }
        }

        foreach (var settled in world.Events.Select(e => e switch
        {
            OrderEvent.ShortageAnswered x => x.Proposal,
            OrderEvent.ShortageLapsed x => x.Proposal,
            OrderEvent.ShortageWithdrawn x => x.Proposal,
            OrderEvent.SubstituteRefused x => x.Proposal,
            _ => (Guid?)null,
        }).OfType<Guid>().GroupBy(p => p))
        {
            settled.Count().ShouldBe(1);
        }
    }));

    [Fact]
    public void The_same_command_again_changes_nothing() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(400), Prop.ForAll(Walks.ToArbitrary(), walk =>
    {
        var world = new World();
        world.Do(Place);
        foreach (var step in walk)
        {
            var command = Commands[step];
            world.Do(command);
            var before = world.Events.Count;
            world.Do(command);
            // Whoever asks about a hold gets an answer each time; everything else is done once.
            (world.Events.Count == before || command is OrderCommand.AnswerStockHold or OrderCommand.AnswerSlotHold).ShouldBeTrue(command.ToString());
        }
    }));

    /// <summary>The order, and what Catalog and Merchants hold for it as they are told by what its events publish.</summary>
    private sealed class World
    {
        private readonly OrderPublications _publications = new();

        internal Order Order { get; private set; } = new Order.None();
        internal List<OrderEvent> Events { get; } = [];
        internal List<object> Published { get; } = [];
        internal HashSet<OfferId> Held { get; } = [];

        /// <summary>What Catalog set aside in names of their own; what was given back before stays given back.</summary>
        internal HashSet<OrderId> Substitutes { get; } = [];
        private readonly HashSet<OrderId> _returned = [];
        internal HashSet<ShopId> SlotsHeld { get; } = [];
        internal IEnumerable<ShopId> Left => (Order as Order.Confirmed)?.ShopOrders.Where(s => s.ToBringBack).Select(s => s.ShopId) ?? [];
        private bool _stockAnswered;
        private bool _slotsAnswered;

        internal void Do(params OrderCommand[] commands)
        {
            foreach (var command in commands)
            {
                Do(command);
            }
        }

        internal void Settle()
        {
            if (Held.Count > 0)
            {
                Do(new OrderCommand.AnswerStockHold(CollectUntil));
            }

            if (SlotsHeld.Count > 0)
            {
                Do(new OrderCommand.AnswerSlotHold(CollectUntil));
            }
        }

        private void Do(OrderCommand command)
        {
            // Catalog and Merchants answer each order once, one way or the other; later copies are copies.
            if (command is OrderCommand.NoteStockReserved or OrderCommand.NoteStockRefused && !_stockAnswered)
            {
                _stockAnswered = true;
                Held.UnionWith(command is OrderCommand.NoteStockReserved ? Reserved.Shops.SelectMany(s => s.Lines).Select(l => l.OfferId) : []);
            }

            if (command is OrderCommand.NoteSlotsBooked or OrderCommand.NoteSlotsRefused && !_slotsAnswered)
            {
                _slotsAnswered = true;
                SlotsHeld.UnionWith(command is OrderCommand.NoteSlotsBooked ? [Bakery, Bookshop] : []);
            }

            IReadOnlyList<OrderEvent> decided;
            try
            {
                decided = OrderDecider.Decide(command, Order);
            }
            catch (Refusal)
            {
                return;
            }

            foreach (var happened in decided)
            {
                Order = Order.Evolve(Order, happened);
                Events.Add(happened);
                if (happened is OrderEvent.ShortageProposed { Substitute: { } wanted })
                {
                    // Set aside at once, whenever the answer is heard.
                    Substitutes.Add(wanted.Hold);
                }

                if (happened is OrderEvent.SubstituteRefused refused)
                {
                    Substitutes.Remove(Lack.HoldOf(Sample.Order, refused.ShopId, refused.Proposal)); // nothing was
                }

                foreach (var message in _publications.Publish(new StoredEvent(Guid.NewGuid(), Order.StreamOf(Sample.Order), Events.Count, "", happened, Now, new EventMeta(Now))))
                {
                    Published.Add(message);
                    Hear(message);
                }
            }
        }

        private void Hear(object message)
        {
            switch (message)
            {
                case ReleaseStock release when release.OrderId != Sample.Order:
                    Substitutes.Remove(release.OrderId);
                    _returned.Add(release.OrderId);
                    break;
                case IssueStock issue when issue.OrderId != Sample.Order:
                    Substitutes.Remove(issue.OrderId).ShouldBeTrue("only what is held leaves");
                    break;
                case ConfirmStock confirm when confirm.OrderId != Sample.Order:
                    _returned.ShouldNotContain(confirm.OrderId);
                    break;
                case ReleaseStock { ShopId: null }:
                    Held.Clear();
                    break;
                case ReleaseStock release:
                    Held.ExceptWith(release.Offers ?? OffersOf(release.ShopId!.Value));
                    break;
                case IssueStock issue:
                    Held.IsSupersetOf(issue.Lines.Select(l => l.OfferId)).ShouldBeTrue("only what is held leaves");
                    Held.ExceptWith(OffersOf(issue.ShopId));
                    break;
                case ReleasePickupSlots { ShopId: { } shop }:
                    SlotsHeld.Remove(shop);
                    break;
                case ReleasePickupSlots:
                    SlotsHeld.Clear();
                    break;
                case ShopOrderChanged { Status: "collected" or "expired" } used: // the place was used up
                    SlotsHeld.Remove(used.ShopId);
                    break;
            }
        }

        internal static IReadOnlyList<OfferId> OffersOf(ShopId shop) => [.. Reserved.Shops.Single(s => s.ShopId == shop).Lines.Select(l => l.OfferId)];
    }
}
