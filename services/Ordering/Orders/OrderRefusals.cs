using Marketplace.Contracts;
using Marketplace.ServiceDefaults;

namespace Marketplace.Ordering.Orders;

/// <summary>What an order refuses to do, with its stable code and a sentence in both languages.</summary>
internal static class OrderRefusals
{
    // The same for an order that does not exist and for one that is not yours: ids must not be probed.
    internal static Refusal Unknown() => Refusal.NotFound("order",
        "Cette commande est introuvable. Ouvrez-la depuis le lien reçu par courriel ou depuis votre compte.",
        "This order cannot be found. Open it from the link in your e-mail or from your account.");

    internal static Refusal StillPending() => new("still-pending", 409,
        "La commande est en cours de confirmation : patientez quelques secondes, ou annulez-la tout entière.",
        "The order is still being confirmed: wait a few seconds, or cancel all of it.");

    internal static Refusal TooLateToCancel() => new("too-late-to-cancel", 409,
        "Il est trop tard pour annuler : la préparation a commencé, ou la commande est terminée. Prévenez le commerce directement.",
        "It is too late to cancel: preparation has started, or the order is over. Please tell the shop directly.");

    internal static Refusal TooLateToTakeBack() => new("too-late-to-take-back", 409,
        "Il est trop tard pour revenir en arrière : quelques secondes sont passées, ou autre chose a suivi.",
        "It is too late to go back: some seconds have passed, or something else has followed.");

    internal static Refusal AlreadyReady() => new("already-ready", 409,
        "Cette commande est déjà prête : ses quantités ne changent plus.",
        "This order is ready already: its quantities no longer change.");

    internal static Refusal NotReady() => new("not-ready", 409,
        "Cette commande n’est pas encore prête : marquez-la prête, puis remettez-la.",
        "This order is not ready yet: mark it ready, then hand it over.");

    internal static Refusal WrongCode() => Refusal.Invalid("wrong-code",
        "Ce code n’est pas celui de la commande. Relisez les six caractères.",
        "This is not the order’s code. Check the six characters.");

    internal static Refusal UnknownLine(OfferId offer) => Refusal.Invalid("unknown-line",
        "Cet article ne fait pas partie de la commande.",
        "This item is not part of the order.").With("offerId", offer);

    internal static Refusal FinalGivenTwice(OfferId offer) => Refusal.Invalid("line-given-twice",
        "Cet article figure deux fois, avec deux quantités différentes : n’en donnez qu’une.",
        "This item is there twice, with two different quantities: give one of them.").With("offerId", offer);

    internal static Refusal FinalOutOfRange(OrderLine line, long quantity) => Refusal.Invalid("final-quantity-out-of-range",
        "La quantité finale ne peut pas dépasser celle qui a été commandée, ni être négative.",
        "The final quantity can neither exceed what was ordered nor be negative.")
        .With("offerId", line.OfferId).With("ordered", line.Quantity).With("final", quantity);

    internal static Refusal Ended(ShopOrderStatus status) => status switch
    {
        ShopOrderStatus.Collected => new("already-collected", 409, "Cette commande a déjà été retirée.", "This order has been collected already."),
        ShopOrderStatus.Declined => new("already-declined", 409, "Cette commande a été refusée par le commerce.", "This order was declined by the shop."),
        ShopOrderStatus.Expired => new("already-expired", 409, "Le délai de retrait de cette commande est passé.", "The time to collect this order has passed."),
        ShopOrderStatus.Cancelled => new("already-cancelled", 409, "Cette commande a été annulée par le client.", "This order was cancelled by the customer."),
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };
}
