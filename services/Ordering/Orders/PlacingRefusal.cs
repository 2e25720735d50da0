using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Purchases;
using Marketplace.ServiceDefaults;

namespace Marketplace.Ordering.Orders;

/// <summary>Why an order was not taken, as a problem for the browser: one code for the gravest reason, every line and slot beside it.</summary>
internal sealed record PlacingRefusal(OrderRefusal Details, Refusal Problem)
{
    // The first that occurs names the problem: first what can never work, then what the resident can mend.
    private static readonly (string Reason, int Status, string French, string English)[] Reasons =
    [
        ("unknown-offer", 422, "Un article n’existe pas dans cette boutique.", "An item does not exist in this shop."),
        ("unknown-slot", 422, "Un créneau n’existe pas, ou n’est pas celui de cette boutique.", "A pickup slot does not exist, or is not this shop’s."),
        ("shop-closed", 409, "Une boutique ne prend pas de commande pour le moment.", "A shop takes no orders at the moment."),
        ("not-for-sale", 409, "Un article n’est plus en vente.", "An item is no longer for sale."),
        ("out-of-stock", 409, "Il n’en reste pas assez : voyez ce qui est encore disponible et ajustez votre panier.", "Not enough is left: see what is still available and adjust your basket."),
        ("batch-closed", 409, "Un article se fait sur commande : pour ce retrait, aucune fournée ne peut plus être commandée. Choisissez un autre créneau.", "An item is made to order, and no batch can still be ordered for this pickup: choose another slot."),
        ("pieces-changed", 409, "Le poids d’une pièce a changé depuis que vous l’avez vu : vérifiez la nouvelle quantité et confirmez.", "The weight of a piece has changed since you saw it: check the new quantity and confirm."),
        ("price-changed", 409, "Un prix a changé depuis que vous l’avez vu : vérifiez le nouveau prix et confirmez.", "A price has changed since you saw it: check the new price and confirm."),
        ("slot-past", 409, "Un créneau est passé : choisissez-en un autre.", "A pickup slot has passed: choose another one."),
        ("slot-closed", 409, "La boutique sera fermée à ce créneau : choisissez-en un autre.", "The shop will be closed at this slot: choose another one."),
        ("slot-full", 409, "Un créneau est complet : choisissez-en un autre.", "A pickup slot is full: choose another one."),
    ];

    internal static PlacingRefusal Of(Order.Failed order, OrderEvent.Refused refused)
    {
        var code = ReasonOf(refused);
        var (reason, status, french, english) = Reasons.FirstOrDefault(r => r.Reason == code);
        if (reason is null)
        {
            (status, french, english) = (409, "La commande n’a pas pu être prise.", "The order could not be taken.");
        }

        var details = new OrderRefusal(code,
            [.. refused.Lines.Select(l => new OrderRefusal.Line(l.OfferId, l.Title, l.Reason, l.Requested, l.Available, l.PriceCents, l.PieceGrams, l.Unit ?? SaleUnit.Piece))],
            [.. refused.Slots.Select(s => new OrderRefusal.Slot(order.Placed.Shops.FirstOrDefault(p => p.ShopId == s.ShopId)?.Slug ?? "", s.SlotId, s.Reason))]);
        return new PlacingRefusal(details, new Refusal(code, status, french, english)
            .With("orderId", order.Placed.Order).With("lines", details.Lines).With("slots", details.Slots));
    }

    internal static string ReasonOf(OrderEvent.Refused refused)
    {
        var occurring = refused.Lines.Select(l => l.Reason).Concat(refused.Slots.Select(s => s.Reason)).ToHashSet();
        return Reasons.FirstOrDefault(r => occurring.Contains(r.Reason)).Reason ?? occurring.FirstOrDefault() ?? "not-available";
    }

    /// <summary>The problem of an order that was placed and did not come to stand.</summary>
    internal static Refusal For(Order.Failed order) => order switch
    {
        { Refusal: { } refused } => Of(order, refused).Problem,
        { Purchase.Closing: Purchase.Unavailable } => Unavailable().With("orderId", order.Placed.Order),
        { Purchase.Closing: Purchase.TooSmall } => TooSmall().With("orderId", order.Placed.Order),
        { Status: "cancelled" } => new Refusal("already-cancelled", 409, "Cette commande a été annulée.", "This order was cancelled.").With("orderId", order.Placed.Order),
        _ => new Refusal("hold-expired", 409, "La commande n’a pas pu être confirmée à temps. Rien n’est réservé ; recommencez.",
            "The order could not be confirmed in time. Nothing is held; please try again.").With("orderId", order.Placed.Order),
    };

    internal static Refusal Unavailable() => new("payment-unavailable", 409, "Le paiement par carte ne répond pas en ce moment. Rien n’est réservé ni débité ; recommencez plus tard, ou payez au retrait.",
        "Payment by card does not answer at the moment. Nothing is held or charged; try again later, or pay when collecting.");

    internal static Refusal TooSmall() => new("amount-too-small", 409, "Le paiement par carte commence à 0,50\u00a0€. Rien n’est réservé : ajoutez un article, ou payez au retrait.",
        "Payment by card starts at €0.50. Nothing is held: add an item, or pay when collecting.");
}
