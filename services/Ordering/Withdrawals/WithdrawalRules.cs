using Marketplace.Contracts;
using Marketplace.Ordering.Orders;
using Marketplace.Ordering.Refunds;
using Marketplace.ServiceDefaults;
using static Marketplace.Ordering.Orders.OrderEvent;

namespace Marketplace.Ordering.Withdrawals;

/// <summary>
/// The rules of withdrawing (decision 0023). Who bought at a distance may, line by line, until the term is over; what was paid for it is set apart from then on, so that
/// no other refund takes it, and goes back once, under the withdrawal's id: when the goods are back, or at the end of its own term. Pure.
/// </summary>
internal static class WithdrawalRules
{
    // Why there is no right to withdraw from goods (L221-28), as Catalog says it of a line.
    internal const string Perishable = "perishable";
    internal const string Press = "press";
    internal const string MadeToMeasure = "made-to-measure";

    // Of these there is, as long as they were not opened.
    internal const string Hygiene = "hygiene";
    internal const string Recording = "recording";

    internal static bool OnlyUnopened(string? exception) => exception is Hygiene or Recording;

    internal static IReadOnlyList<OrderEvent> Decide(OrderCommand command, Order order) => (command, order) switch
    {
        (OrderCommand.Withdraw c, Order.Confirmed o) => Declare(c, o),
        (OrderCommand.NoteGoodsBack c, Order.Confirmed o) => Return(c, o),
        (OrderCommand.WithholdRefund c, Order.Confirmed o) => Withhold(c, o),
        (OrderCommand.SayGoods c, Order.Confirmed o) => Say(c, o),
        _ => throw OrderRefusals.Unknown(),
    };

    internal static Withdrawn? Find(Order.Confirmed order, Guid withdrawal) => order.Withdrawals.FirstOrDefault(w => w.Withdrawal == withdrawal);

    /// <summary>How many of a line its resident has not withdrawn from; 0 where there is no such right.</summary>
    internal static long LeftOf(Order.Confirmed order, ShopOrder shop, ShopOrder.Line line) =>
        order.Placed.Payment is not PaymentKind.Card || shop.Status is not ShopOrderStatus.Collected || !line.Stands || (line.Sold.NoWithdrawal is { } why && !OnlyUnopened(why)) ? 0
            : line.Quantity - order.Withdrawals.Where(w => w.ShopId == shop.ShopId).Sum(w => w.QuantityOf(line.Sold.OfferId));

    /// <summary>Those of which the shop has not said that the goods are back, and may still.</summary>
    internal static IEnumerable<Withdrawn> Awaited(Order.Confirmed order, ShopId shop) => order.Withdrawals.Where(w => w.ShopId == shop && w.Back is null && w.IsOpen(order));

    /// <summary>What of an offer's price is set apart for who withdrew from it.</summary>
    internal static long SetApart(Order.Confirmed order, ShopId shop, OfferId offer) => order.Withdrawals.Where(w => w.ShopId == shop && w.IsOpen(order)).Sum(w => w.Of(offer));

    /// <summary>What is to be refunded by itself by now.</summary>
    internal static IReadOnlyList<OrderEvent> Due(Order.Confirmed order, DateTimeOffset now)
    {
        var happened = new List<OrderEvent>();
        foreach (var withdrawn in order.Withdrawals)
        {
            // Two of one line share its VAT: the second counts from where the first left off.
            var then = (Order.Confirmed)happened.Aggregate((Order)order, Order.Evolve);
            if (DueAt(then, withdrawn, now) <= now)
            {
                happened.Add(RefundOf(then, withdrawn));
            }
        }

        return happened;
    }

    /// <summary>When something is to be refunded if nobody acts; null: nothing is, or not before something else happens.</summary>
    internal static DateTimeOffset? DueAt(Order.Confirmed order, DateTimeOffset now) => order.Withdrawals.Count == 0 ? null : order.Withdrawals.Min(w => DueAt(order, w, now));

    // At the counter nobody but the shop can give back: there it is only shown as due.
    private static DateTimeOffset? DueAt(Order.Confirmed order, Withdrawn withdrawn, DateTimeOffset now) =>
        !withdrawn.IsOpen(order) || RefundRules.HowOf(order, order.Find(withdrawn.ShopId)!) is not "card" || !Covered(order, withdrawn) ? null
            : withdrawn.Back is not null ? now
            : withdrawn.Withheld ? null : withdrawn.RefundBy;

    /// <summary>Somebody withdrew from these goods and is owed less than their price for the sake of this refund: without it they would have less than that.</summary>
    internal static bool Rests(Order.Confirmed order, GivenBack refund) => order.Find(refund.ShopId) is { } shop && shop.Standing.Any(line => refund.Of(line.Sold.OfferId) > 0
        && order.Withdrawals.Where(w => w.ShopId == refund.ShopId).ToList() is var own && own.Sum(w => w.QuantityOf(line.Sold.OfferId)) is > 0 and var quantity
        && Money.LineTotal(line.Sold.Unit, quantity, line.Sold.PriceCents) > own.Sum(w => w.Of(line.Sold.OfferId))
            + order.Refunds.Where(r => r.ShopId == refund.ShopId && r.Refund != refund.Refund && r.Stands && r.Reason is not RefundRules.Withdrawal).Sum(r => r.Of(line.Sold.OfferId)));

    private static IReadOnlyList<OrderEvent> Declare(OrderCommand.Withdraw command, Order.Confirmed order)
    {
        var shop = order.Find(command.ShopId) ?? throw OrderRefusals.Unknown();
        var asked = command.Lines.Where(l => l.Quantity != 0).ToList();
        if (Find(order, command.Withdrawal) is { } known)
        {
            return known.ShopId == command.ShopId && known.Lines.Count == asked.Count && known.Lines.Select(l => (l.OfferId, l.Quantity)).ToHashSet().SetEquals(asked.Select(l => (l.OfferId, l.Quantity))) ? [] : throw WithdrawalRefusals.Known();
        }

        if (RefundRules.Find(order, command.Withdrawal) is not null)
        {
            throw WithdrawalRefusals.Known();
        }

        if (order.Placed.Payment is not PaymentKind.Card)
        {
            throw WithdrawalRefusals.BoughtInTheShop();
        }

        if (shop.Status is not ShopOrderStatus.Collected || command.Until is not { } until)
        {
            throw WithdrawalRefusals.NotCollected(shop.Cancellable);
        }

        var said = command.ReceivedAt ?? command.Now;
        if (said > command.Now)
        {
            throw WithdrawalRefusals.NotReceivedYet();
        }

        if (said > until)
        {
            throw WithdrawalRefusals.TooLate(until);
        }

        if (asked.Count == 0 || asked.GroupBy(l => l.OfferId).Any(g => g.Count() > 1))
        {
            throw WithdrawalRefusals.NothingChosen();
        }

        return [new WithdrawalDeclared(shop.ShopId, command.Withdrawal, [.. asked.Select(l => LineOf(order, shop, l.OfferId, l.Quantity, l.Unopened))], WithdrawalTerm.RefundBy(said), command.ReceivedAt)];
    }

    private static WithdrawnLine LineOf(Order.Confirmed order, ShopOrder shop, OfferId offer, long quantity, bool unopened)
    {
        var line = shop.Standing.FirstOrDefault(l => l.Sold.OfferId == offer) ?? throw OrderRefusals.UnknownLine(offer);
        if (line.Sold.NoWithdrawal is { } why && !(OnlyUnopened(why) && unopened))
        {
            throw OnlyUnopened(why) ? WithdrawalRefusals.Opened(offer) : WithdrawalRefusals.Excepted(offer, why);
        }

        var left = LeftOf(order, shop, line);
        if (quantity < 0 || quantity > left)
        {
            throw WithdrawalRefusals.TooMuch(offer, left);
        }

        // From what was withdrawn from before to what is by now: so the parts of a line add up to its price. What went back of it already is not owed again.
        var before = line.Quantity - left;
        var worth = Money.LineTotal(line.Sold.Unit, before + quantity, line.Sold.PriceCents) - Money.LineTotal(line.Sold.Unit, before, line.Sold.PriceCents);
        return new WithdrawnLine(offer, quantity, Math.Min(worth, RefundRules.LeftOf(order, shop, offer)));
    }

    private static IReadOnlyList<OrderEvent> Return(OrderCommand.NoteGoodsBack command, Order.Confirmed order)
    {
        var withdrawn = Of(order, command.ShopId, command.Withdrawal);
        if (command.How is not (Withdrawn.InShop or Withdrawn.Sent))
        {
            throw WithdrawalRefusals.HowUnknown();
        }

        var how = withdrawn.IsOpen(order) ? RefundRules.HowOf(order, order.Find(command.ShopId)!) : null;
        if (withdrawn.Back is not null)
        {
            // Of what was paid at the counter somebody has to say that the sum was given.
            return how is "counter" && command.How is Withdrawn.InShop ? [RefundOf(order, withdrawn)] : [];
        }

        var returned = new WithdrawalReturned(command.ShopId, command.Withdrawal, command.How);
        return (how, command.How) switch
        {
            ("counter", Withdrawn.Sent) => [returned with { SumOpen = true }],
            ("counter", _) => [returned, RefundOf(order, withdrawn)],
            ("card", _) when Covered(order, withdrawn) => [returned, RefundOf(order, withdrawn)],
            _ => [returned],
        };
    }

    // The shop's "nothing came" is not for ever: who has sent the goods since says so, and the term of the refund runs anew, in which the shop looks again.
    private static IReadOnlyList<OrderEvent> Say(OrderCommand.SayGoods command, Order.Confirmed order)
    {
        var withdrawn = Of(order, command.ShopId, command.Withdrawal);
        if (command.How is not (Withdrawn.Brought or Withdrawn.Sent))
        {
            throw WithdrawalRefusals.SaidUnknown();
        }

        return withdrawn.Back is not null || !withdrawn.IsOpen(order) ? throw WithdrawalRefusals.Settled()
            : withdrawn is { Withheld: false } && withdrawn.Said == command.How ? []
            : [new WithdrawalGoodsSaid(command.ShopId, command.Withdrawal, command.How, withdrawn.Withheld ? WithdrawalTerm.RefundBy(command.Now) : withdrawn.RefundBy)];
    }

    private static IReadOnlyList<OrderEvent> Withhold(OrderCommand.WithholdRefund command, Order.Confirmed order) => Of(order, command.ShopId, command.Withdrawal) switch
    {
        { Withheld: true } => [],
        { Back: null } withdrawn when withdrawn.IsOpen(order) => [new WithdrawalWithheld(command.ShopId, command.Withdrawal)],
        _ => throw WithdrawalRefusals.Settled(),
    };

    // Where somebody took less by hand than was to be taken, no more goes back than that.
    private static bool Covered(Order.Confirmed order, Withdrawn withdrawn) => !order.ByCard(withdrawn.ShopId) || RefundRules.TakenLeft(order) > 0;

    private static OrderEvent RefundOf(Order.Confirmed order, Withdrawn withdrawn)
    {
        var left = order.ByCard(withdrawn.ShopId) ? RefundRules.TakenLeft(order) : long.MaxValue;
        var lines = new List<(OfferId, long)>();
        foreach (var line in withdrawn.Lines)
        {
            var cents = Math.Min(line.Cents, left);
            left -= cents;
            lines.Add((line.OfferId, cents));
        }

        return RefundRules.Decide(new OrderCommand.GiveBack(withdrawn.ShopId, withdrawn.Withdrawal, lines, RefundRules.Withdrawal), order).Single();
    }

    private static Withdrawn Of(Order.Confirmed order, ShopId shop, Guid withdrawal) => order.Find(shop) is null ? throw OrderRefusals.Unknown()
        : Find(order, withdrawal) is { } found && found.ShopId == shop ? found : throw WithdrawalRefusals.Unknown();
}

/// <summary>What a withdrawal is refused for.</summary>
internal static class WithdrawalRefusals
{
    internal static Refusal Known() => new("withdrawal-known", 409, "Une autre rétractation porte déjà cet identifiant : rouvrez la page.", "Another withdrawal has this id already: open the page again.");

    internal static Refusal BoughtInTheShop() => new("bought-in-the-shop", 409,
        "Cette commande est une réservation, payée dans la boutique : la vente s’y est faite, et la loi n’y prévoit pas de rétractation. Adressez-vous à la boutique.",
        "This order is a reservation that was paid in the shop: the sale was made there, and the law knows no withdrawal from it. Please ask the shop.");

    internal static Refusal NotCollected(bool cancellable) => new("not-collected-yet", 409,
        "Vous n’avez pas retiré cette commande : ce qui n’est pas retiré n’est pas débité. " + (cancellable ? "Annulez-la, ou ne la retirez pas." : "Ne la retirez pas, et prévenez la boutique."),
        "You have not collected this order: what is not collected is not charged. " + (cancellable ? "Cancel it, or do not collect it." : "Do not collect it, and tell the shop."));

    internal static Refusal NotReceivedYet() => Refusal.Invalid("received-later", "Donnez le moment où la déclaration est arrivée : maintenant, ou avant.", "Give the moment at which the declaration came: now, or before.").With("field", "receivedAt");

    internal static Refusal TooLate(DateTimeOffset until) => new Refusal("withdrawal-too-late", 409, "Le délai de rétractation est passé.", "The time to withdraw has passed.").With("until", until);

    internal static Refusal NothingChosen() => Refusal.Invalid("nothing-to-withdraw", "Choisissez au moins un article, chacun une fois.", "Choose at least one item, each once.").With("field", "lines");

    internal static Refusal Excepted(OfferId offer, string why) => Refusal.Invalid("withdrawal-excepted",
        why switch
        {
            WithdrawalRules.Perishable => "La loi ne prévoit pas de rétractation pour ce qui se périme ou se détériore vite.",
            WithdrawalRules.Press => "La loi ne prévoit pas de rétractation pour les journaux et les magazines.",
            WithdrawalRules.MadeToMeasure => "La loi ne prévoit pas de rétractation pour ce qui est fait sur mesure.",
            _ => "La loi ne prévoit pas de rétractation pour cet article.",
        },
        why switch
        {
            WithdrawalRules.Perishable => "The law knows no withdrawal from what spoils or expires rapidly.",
            WithdrawalRules.Press => "The law knows no withdrawal from newspapers and magazines.",
            WithdrawalRules.MadeToMeasure => "The law knows no withdrawal from what is made to measure.",
            _ => "The law knows no withdrawal from this item.",
        }).With("field", "lines").With("offerId", offer).With("exception", why);

    internal static Refusal Opened(OfferId offer) => Refusal.Invalid("withdrawal-only-unopened",
        "Cet article ne peut être rendu que s’il n’a pas été ouvert : dites qu’il ne l’est pas.", "This item can only be returned unopened: say that it is.").With("field", "lines").With("offerId", offer);

    internal static Refusal TooMuch(OfferId offer, long left) => new Refusal("withdrawal-too-large", 409, "C’est plus que ce que vous pouvez encore rendre de cet article.", "That is more than you can still return of this item.")
        .With("field", "lines").With("offerId", offer).With("left", Math.Max(0, left));

    internal static Refusal HowUnknown() => Refusal.Invalid("return-unknown", "Dites si les articles sont revenus (back) ou si leur envoi est prouvé (sent).", "Say whether the goods are back (back) or were shown to have been sent (sent).").With("field", "how");

    internal static Refusal SaidUnknown() => Refusal.Invalid("goods-said-unknown", "Dites si vous avez rapporté les articles (brought) ou si vous les avez envoyés (sent).", "Say whether you have brought the goods back (brought) or sent them (sent).").With("field", "how");

    internal static Refusal Settled() => new("withdrawal-settled", 409, "Cette rétractation est déjà réglée : les articles sont revenus, ou le remboursement est parti.", "This withdrawal is settled already: the goods are back, or the refund has left.");

    internal static Refusal Unknown() => Refusal.NotFound("withdrawal", "Cette rétractation est introuvable.", "This withdrawal cannot be found.");
}
