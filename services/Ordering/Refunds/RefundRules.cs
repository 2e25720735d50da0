using Marketplace.Contracts;
using Marketplace.Ordering.Commissions;
using Marketplace.Ordering.Orders;
using Marketplace.Ordering.Payments;
using Marketplace.Ordering.Purchases;
using Marketplace.Ordering.Withdrawals;
using Marketplace.ServiceDefaults;
using static Marketplace.Ordering.Orders.OrderEvent;

namespace Marketplace.Ordering.Refunds;

/// <summary>
/// The rules of what goes back (decision 0022). Of a line never more than was paid for it, however many give back at once; each refund once, by its id; and it comes out
/// of who sold. Pure.
/// </summary>
internal static class RefundRules
{
    internal const string Withdrawal = "withdrawal";
    private const int MostWords = 200;
    internal static readonly string[] Reasons = ["defective", "missing", "gesture"];

    internal static IReadOnlyList<OrderEvent> Decide(OrderCommand command, Order order) => (command, order) switch
    {
        (OrderCommand.GiveBack c, Order.Confirmed o) => Request(c, o),
        (OrderCommand.GiveBack, _) => throw OrderRefusals.Unknown(),
        (OrderCommand.SendAgain c, Order.Confirmed o) => SendAgain(c, o),
        (OrderCommand.SendAgain, _) => throw OrderRefusals.Unknown(),
        (OrderCommand.NoteGivenOtherwise c, Order.Confirmed o) => GivenOtherwise(c, o),
        (OrderCommand.NoteGivenOtherwise, _) => throw OrderRefusals.Unknown(),
        (OrderCommand.TryRefundAgain c, Order.Confirmed o) when Find(o, c.Refund) is { State: RefundState.Asked } r && c.Attempt == r.Attempt + 1 => [new RefundTriedAgain(c.Refund, c.Attempt)],
        (OrderCommand.NoteRefundMade c, Order.Confirmed o) when Find(o, c.Refund) is { State: RefundState.Asked } r && !r.Ids.Contains(c.Id) => Made(c, r.ShopId),
        (OrderCommand.NoteRefundSettled c, Order.Confirmed o) when Find(o, c.Refund) is { State: RefundState.UnderWay } r && r.Ids[^1] == c.Id => [new RefundSettled(r.ShopId, c.Refund)],
        // It may fail after it was through.
        (OrderCommand.NoteRefundFailed c, Order.Confirmed o) when Find(o, c.Refund) is { State: RefundState.UnderWay or RefundState.Settled, AtCounter: false } r && r.Ids[^1] == c.Id => [new RefundFailed(r.ShopId, c.Refund, c.Id)],
        (OrderCommand.NoteRefundRefused c, Order.Confirmed o) when Find(o, c.Refund) is { State: RefundState.Asked } r => [new RefundRefused(r.ShopId, c.Refund, c.Code, IsOwed(o, r) ? true : null)],
        (OrderCommand.AskReversal c, Order.Confirmed o) => Fetch(c, o),
        (OrderCommand.NoteReversed c, Order.Confirmed o) when o.Fetched.Any(f => f.ShopId == c.ShopId && f.Number == c.Number && f.Reversal is null) => [new PaymentReversed(c.ShopId, c.Number, c.Reversal)],
        _ => [],
    };

    internal static GivenBack? Find(Order.Confirmed order, Guid refund) => order.Refunds.FirstOrDefault(r => r.Refund == refund);

    /// <summary>What of a shop's offer can be given back still: not what is owed to who withdrew from it.</summary>
    internal static long LeftOf(Order.Confirmed order, ShopOrder shop, OfferId offer) =>
        shop.Standing.Where(l => l.Sold.OfferId == offer).Sum(l => l.TotalCents) - order.Refunds.Where(r => r.ShopId == shop.ShopId && r.Stands).Sum(r => r.Of(offer))
        - WithdrawalRules.SetApart(order, shop.ShopId, offer);

    /// <summary>How a shop's part can be given back: <c>card</c>, <c>counter</c>, <c>later</c> (it is to be taken from the card still), or null: nothing of it was paid.</summary>
    internal static string? HowOf(Order.Confirmed order, ShopOrder shop) => shop.Status is not ShopOrderStatus.Collected || shop.TotalCents == 0 ? null
        : !order.ByCard(shop.ShopId) ? "counter"
        : order.Purchase!.Taking is not { } taking || taking is { Charge: null, FailedFor: null } ? "later"
        : taking.Charge is not null ? "card" : null;

    /// <summary>What of a charge can go back still, all shops together, where somebody took less by hand than was to be taken. Else the lines say it.</summary>
    internal static long TakenLeft(Order.Confirmed order) => order.Purchase?.Taking is { FailedFor: not null, Charge: not null } taking
        ? taking.TakenCents - order.Refunds.Where(r => r is { Stands: true, AtCounter: false }).Sum(r => r.Cents) : long.MaxValue;

    /// <summary>What a shop has more than it should: what was passed on to it, less what was fetched back, above what is its own.</summary>
    internal static long ExcessOf(Order.Confirmed order, ShopId shop) =>
        order.Purchase?.Taking is { FailedFor: null } taking && taking.TransferOf(shop) is { Transfer: not null } passed
            ? passed.Cents - order.Fetched.Where(f => f.ShopId == shop).Sum(f => f.Cents) - OwedTo(order.Refunds, taking, shop) : 0;

    /// <summary>A shop's part of what was taken, less what went back of it and what the platform keeps of the rest.</summary>
    internal static long OwedTo(IReadOnlyList<GivenBack> refunds, PurchaseTaking taking, ShopId shop) =>
        taking.Parts.FirstOrDefault(p => p.ShopId == shop) is { } part && BackOf(refunds, shop) is var back ? part.Cents - back - CommissionShares.Kept(part, back).Total : 0;

    /// <summary>What went back of a shop's part, out of it.</summary>
    internal static long BackOf(IReadOnlyList<GivenBack> refunds, ShopId shop) => refunds.Where(r => r.ShopId == shop && r.Counts).Sum(r => r.Cents);

    private static IReadOnlyList<OrderEvent> Request(OrderCommand.GiveBack command, Order.Confirmed order)
    {
        var shop = order.Find(command.ShopId) ?? throw OrderRefusals.Unknown();
        var asked = command.Lines.Where(l => l.Cents != 0).ToList();
        if (Find(order, command.Refund) is { } known)
        {
            return known.ShopId == command.ShopId && known.Reason == command.Reason && known.Lines.Select(l => (l.OfferId, l.Cents)).ToHashSet().SetEquals(asked) ? [] : throw RefundRefusals.Known();
        }

        var withdrawn = WithdrawalRules.Find(order, command.Refund);
        if (withdrawn is null == command.Reason is Withdrawal)
        {
            throw RefundRefusals.Known();
        }

        if (withdrawn is null && !Reasons.Contains(command.Reason))
        {
            throw RefundRefusals.ReasonUnknown();
        }

        if (asked.Count == 0 || asked.GroupBy(l => l.OfferId).Any(g => g.Count() > 1))
        {
            throw RefundRefusals.NothingGiven();
        }

        var how = HowOf(order, shop);
        if (how is not ("card" or "counter"))
        {
            throw how is null ? RefundRefusals.NothingPaid() : RefundRefusals.NotTakenYet();
        }

        if (how is "card" && TakenLeft(order) is var most && asked.Sum(l => l.Cents) > most)
        {
            throw RefundRefusals.TooMuch(asked[0].OfferId, most);
        }

        var lines = new List<RefundedLine>();
        foreach (var (offer, cents) in asked)
        {
            if (shop.Standing.FirstOrDefault(l => l.Sold.OfferId == offer) is not { } line)
            {
                throw OrderRefusals.UnknownLine(offer);
            }

            var left = LeftOf(order, shop, offer) + (withdrawn?.Of(offer) ?? 0);
            if (cents < 0 || cents > left)
            {
                throw RefundRefusals.TooMuch(offer, left);
            }

            // Of all that went back by now, less what the parts before it took: so they add up to the line's VAT, to the cent, also where one of them was refused.
            var before = order.Refunds.Where(r => r.ShopId == shop.ShopId && r.Stands).SelectMany(r => r.Lines).Where(l => l.OfferId == offer).ToList();
            lines.Add(new RefundedLine(offer, cents, Money.VatIncluded(before.Sum(l => l.Cents) + cents, line.Sold.VatRate) - before.Sum(l => l.VatCents)));
        }

        return [new RefundRequested(shop.ShopId, command.Refund, lines, command.Reason, how is "counter")];
    }

    private static IReadOnlyList<OrderEvent> SendAgain(OrderCommand.SendAgain command, Order.Confirmed order) => Find(order, command.Refund) is { } found && found.ShopId == command.ShopId
        ? found.State switch
        {
            RefundState.Failed => [new RefundTriedAgain(command.Refund, found.Attempt + 1)],
            RefundState.Asked when found.Attempt > 1 => [], // pressed twice: it is being sent
            _ => throw RefundRefusals.NotFailed(),
        }
        : throw RefundRefusals.Unknown();

    // Without it somebody would have less than the law owes them, or than they were told.
    private static bool IsOwed(Order.Confirmed order, GivenBack refused) => refused.Ids.Count > 0 || refused.Reason is Withdrawal || WithdrawalRules.Rests(order, refused);

    private static IReadOnlyList<OrderEvent> GivenOtherwise(OrderCommand.NoteGivenOtherwise command, Order.Confirmed order)
    {
        if (Find(order, command.Refund) is not { } found || found.ShopId != command.ShopId)
        {
            throw RefundRefusals.Unknown();
        }

        if (command.Word.Trim() is not { Length: > 0 and <= MostWords } word)
        {
            throw RefundRefusals.WordMissing();
        }

        if (command.On > command.Today)
        {
            throw RefundRefusals.NotThatDay();
        }

        return found.State switch
        {
            RefundState.Otherwise => [],
            RefundState.Failed when found.Unsent || command.ByPlatform => [new RefundGivenOtherwise(command.ShopId, command.Refund, word, command.On)],
            RefundState.Failed => throw RefundRefusals.HeldByPlatform(),
            _ => throw RefundRefusals.NotFailed(),
        };
    }

    private static IReadOnlyList<OrderEvent> Made(OrderCommand.NoteRefundMade command, ShopId shop)
    {
        var made = new RefundMade(shop, command.Refund, command.Id, command.Status is RefundStatus.Succeeded);
        return command.Status is RefundStatus.Failed ? [made, new RefundFailed(shop, command.Refund, command.Id)] : [made];
    }

    // One at a time: what was asked for may have happened.
    private static IReadOnlyList<OrderEvent> Fetch(OrderCommand.AskReversal command, Order.Confirmed order)
    {
        var open = order.Fetched.FirstOrDefault(f => f.ShopId == command.ShopId && f.Reversal is null);
        if (open is not null)
        {
            return command.Number == open.Number && command.Attempt == open.Attempt + 1 ? [new PaymentReversalRequested(open.ShopId, open.Transfer, open.Cents, open.Number, command.Attempt)] : [];
        }

        return command.Number == order.Fetched.Count(f => f.ShopId == command.ShopId) + 1 && command.Attempt == 1 && ExcessOf(order, command.ShopId) is > 0 and var excess
            ? [new PaymentReversalRequested(command.ShopId, order.Purchase!.Taking!.TransferOf(command.ShopId)!.Transfer!, excess, command.Number, 1)]
            : [];
    }
}

/// <summary>What a refund is refused for.</summary>
internal static class RefundRefusals
{
    internal static Refusal Known() => new("refund-known", 409, "Un autre remboursement porte déjà cet identifiant : rouvrez la page.", "Another refund has this id already: open the page again.");

    internal static Refusal ReasonUnknown() => Refusal.Invalid("refund-reason-unknown", "Dites pourquoi vous remboursez.", "Say why you refund.").With("field", "reason");

    internal static Refusal NothingGiven() => Refusal.Invalid("nothing-to-refund", "Donnez, pour au moins un article, la somme à rembourser ; chaque article une fois.", "Give the sum to refund of at least one item; each item once.").With("field", "lines");

    internal static Refusal NothingPaid() => new("nothing-paid", 409, "Rien n’a été payé de cette commande : il n’y a rien à rembourser.", "Nothing of this order was paid: there is nothing to refund.");

    internal static Refusal NotTakenYet() => new("not-taken-yet", 409,
        "La carte n’est pas encore débitée : elle l’est quand toutes les boutiques de la commande ont terminé. Vous pourrez rembourser ensuite.",
        "The card has not been charged yet: that is done once all shops of the order are through. You can refund after that.");

    internal static Refusal TooMuch(OfferId offer, long left) => new Refusal("refund-too-large", 409, "C’est plus qu’il ne reste à rembourser de cet article.", "That is more than is left to refund of this item.")
        .With("field", "lines").With("offerId", offer).With("leftCents", Math.Max(0, left));

    internal static Refusal NotFailed() => new("refund-not-failed", 409, "Ce remboursement n’a pas échoué : il n’y a rien à recommencer.", "This refund has not failed: there is nothing to do again.");

    internal static Refusal WordMissing() => Refusal.Invalid("refund-word-missing", "Dites comment la somme a été rendue, en 200 caractères au plus : le client le lira.", "Say how the sum was given back, in at most 200 characters: the customer will read it.").With("field", "word");

    internal static Refusal NotThatDay() => Refusal.Invalid("refund-day-unknown", "Donnez le jour où la somme a été rendue : aujourd’hui, ou avant.", "Give the day on which the sum was given back: today, or before.").With("field", "on");

    internal static Refusal HeldByPlatform() => new("refund-held-by-platform", 409,
        "La banque du client a renvoyé cette somme à la plateforme, qui la détient : son équipe la rend, et le note.",
        "The customer’s bank sent this sum back to the platform, which holds it: its team gives it back, and writes it down.");

    internal static Refusal Unknown() => Refusal.NotFound("refund", "Ce remboursement est introuvable.", "This refund cannot be found.");
}
