using Marketplace.Contracts;
using Marketplace.ServiceDefaults;

namespace Marketplace.Ordering.Orders;

/// <summary>What an order refuses to do, with its stable code and a sentence in both languages.</summary>
internal static class OrderRefusals
{
    // The same for an order that does not exist and for one that is not yours: ids must not be probed.
    internal static Refusal Unknown() => Refusal.NotFound("order",
        "Cette commande est introuvable. Ouvrez-la depuis le lien reçu par mail ou depuis votre compte.",
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

    internal static Refusal NotShared() => new("not-shared", 409,
        "Cette commande se retire dans la boutique, pas à un point retrait.",
        "This order is collected in the shop, not at a pickup point.");

    internal static Refusal PointNotKept(string point) => new("point-not-kept", 409,
        $"Aucune boutique ne tient le point retrait « {point} » : remettez-y vous-même la commande.",
        $"No shop keeps the pickup point “{point}”: hand the order over there yourself.");

    internal static Refusal NothingLeft() => new("nothing-left", 409,
        "De cette commande, rien n’est à rapporter d’un point retrait.",
        "Nothing of this order is to be brought back from a pickup point.");

    internal static Refusal ParcelNotThere(string shop) => new("parcel-not-there", 409,
        $"Le colis de {shop} n’est pas encore au point retrait.",
        $"The parcel of {shop} is not at the pickup point yet.");

    internal static Refusal ParcelsChanged() => new("parcels-changed", 409,
        "Les colis de cette commande ont changé entre-temps : regardez-les de nouveau avant de les remettre.",
        "The parcels of this order have changed meanwhile: look at them again before you hand them over.");

    // The sum may be the same; who pays it, and where, is not.
    internal static Refusal PaymentChanged(string now, long cents) => new Refusal("payment-changed", 409,
        now is "card" ? "Cette commande est payée par carte : n’encaissez rien, puis remettez-la." : "Le paiement par carte n’est plus réservé pour cette commande : encaissez la somme au comptoir, puis remettez-la.",
        now is "card" ? "This order is paid by card: ask for nothing, then hand it over." : "The card payment is no longer set aside for this order: take the money at the counter, then hand it over.")
        .With("payment", now).With("totalCents", cents);

    internal static Refusal NoParcel() => Refusal.Invalid("no-parcel",
        "Dites quels colis sont remis.",
        "Say which parcels are handed over.").With("field", "parcels");

    internal static Refusal UnknownParcel(ShopId shop) => Refusal.Invalid("unknown-parcel",
        "Ce colis ne fait pas partie de ce que la commande a à ce point retrait.",
        "This parcel is not part of what the order has at this pickup point.").With("shopId", shop);

    internal static Refusal NoPoint() => Refusal.NotFound("point",
        "Cette boutique ne tient aucun point retrait.",
        "This shop keeps no pickup point.");

    internal static Refusal WrongCode() => Refusal.Invalid("wrong-code",
        "Ce code n’est pas celui de la commande. Relisez les six caractères.",
        "This is not the order’s code. Check the six characters.");

    internal static Refusal UnknownCode() => Refusal.NotFound("code",
        "Aucune commande n’a ce code ici. Relisez les six caractères : il n’y a ni 0, ni O, ni 1, ni I.",
        "No order has this code here. Check the six characters: there is no 0, O, 1 or I.");

    internal static Refusal UnknownLine(OfferId offer) => Refusal.Invalid("unknown-line",
        "Cet article ne fait pas partie de la commande.",
        "This item is not part of the order.").With("offerId", offer);

    internal static Refusal FinalGivenTwice(OfferId offer) => Refusal.Invalid("line-given-twice",
        "Cet article figure deux fois, avec deux quantités différentes : n’en donnez qu’une.",
        "This item is there twice, with two different quantities: give one of them.").With("offerId", offer);

    internal static Refusal FinalOutOfRange(OrderLine line, long quantity, long most) => Refusal.Invalid("final-quantity-out-of-range",
        "La quantité finale ne peut pas dépasser celle que le client a acceptée, ni être négative.",
        "The final quantity can neither exceed what the customer accepted nor be negative.")
        .With("offerId", line.OfferId).With("ordered", line.Quantity).With("atMost", most).With("final", quantity);

    internal static Refusal WaitsForAnswer(DateTimeOffset until) => new Refusal("waits-for-answer", 409,
        "Le client n’a pas encore répondu à votre proposition : attendez sa réponse ou la fin du délai, ou retirez la proposition.",
        "The customer has not answered your proposal yet: wait for the answer or the end of its time, or withdraw it.").With("answerBy", until);

    internal static Refusal AlreadyAnswered() => new("already-answered", 409,
        "Il a déjà été répondu à cette proposition : la réponse est définitive.",
        "This proposal has been answered already: the answer stands.");

    internal static Refusal AnsweredTooLate() => new("answered-too-late", 409,
        "Le délai de réponse est passé : ce qui manquait a été retiré de la commande.",
        "The time to answer has passed: what was missing has been taken off the order.");

    internal static Refusal ProposalGone() => new("proposal-gone", 409,
        "Cette proposition n’attend plus de réponse : regardez de nouveau la commande.",
        "This proposal awaits no answer any more: look at the order again.");

    internal static Refusal ProposalKnown() => new("proposal-known", 409,
        "Une autre proposition porte déjà cet identifiant : donnez-en un nouveau.",
        "Another proposal has this id already: give it a new one.");

    internal static Refusal UnknownProposal() => Refusal.NotFound("proposal",
        "Cette proposition est introuvable.",
        "This proposal cannot be found.");

    internal static Refusal TooLateToAsk() => new("too-late-to-ask", 409,
        "Le client n’aurait plus le temps de répondre avant la fin du retrait : refusez ce qui manque, ou appelez-le.",
        "The customer would have no time to answer before pickup ends: decline what is missing, or call.");

    internal static Refusal FoundOutOfRange(OrderLine line, long found) => Refusal.Invalid("found-out-of-range",
        "Indiquez une quantité plus petite que celle qui a été commandée.",
        "Give a quantity below what was ordered.").With("field", "found").With("offerId", line.OfferId).With("ordered", line.Quantity).With("found", found);

    internal static Refusal NothingProposed() => Refusal.Invalid("nothing-proposed",
        "Indiquez combien vous pouvez donner, ou proposez un autre article. S’il n’y en a plus du tout, refusez la ligne.",
        "Say how much you can give, or propose another item. If there is none at all, decline the line.").With("field", "found");

    internal static Refusal DeadlineOutOfRange(DateTimeOffset latest) => Refusal.Invalid("answer-by-out-of-range",
        "Laissez au client au moins cinq minutes pour répondre, et pas plus que la fin de son retrait.",
        "Give the customer at least five minutes to answer, and no longer than pickup lasts.").With("field", "answerBy").With("latest", latest);

    internal static Refusal SubstituteQuantityInvalid(OfferId offer) => Refusal.Invalid("substitute-quantity-invalid",
        "Indiquez la quantité de l’article proposé.",
        "Give the quantity of the proposed item.").With("field", "substitute.quantity").With("offerId", offer);

    internal static Refusal SubstituteInOrder(OfferId offer) => Refusal.Invalid("substitute-in-order",
        "Cet article fait déjà partie de la commande : proposez-en un autre.",
        "This item is part of the order already: propose another one.").With("field", "substitute.offerId").With("offerId", offer);

    internal static Refusal SubstituteRefused(string reason, long available) => new Refusal("substitute-" + reason, 409,
        reason switch
        {
            "out-of-stock" => "L’article proposé n’est plus disponible en cette quantité : rien n’a été demandé au client.",
            Lacking.DearerThanPaid => "La commande est payée par carte : l’article proposé ne peut pas coûter plus que ce qui manque. Proposez-le sans supplément, ou un autre. Rien n’a été demandé au client.",
            "pieces-changed" => "L’article proposé se vend par pièces entières d’un poids estimé : donnez un multiple de ce poids. Rien n’a été demandé au client.",
            _ => "L’article proposé ne peut pas être vendu : rien n’a été demandé au client.",
        },
        reason switch
        {
            "out-of-stock" => "The proposed item is not available in this quantity: the customer has not been asked.",
            Lacking.DearerThanPaid => "The order is paid by card: the proposed item cannot cost more than what is missing. Propose it at no extra charge, or another one. The customer has not been asked.",
            "pieces-changed" => "The proposed item is sold in whole pieces of an estimated weight: give a multiple of that weight. The customer has not been asked.",
            _ => "The proposed item cannot be sold: the customer has not been asked.",
        })
        .With("field", "substitute.offerId").With("available", available);

    internal static Refusal AnswerNotOffered() => Refusal.Invalid("answer-not-offered",
        "Cette réponse n’est pas proposée : choisissez-en une autre.",
        "This answer is not offered: choose another one.").With("field", "answer");

    internal static Refusal PriceNotAgreed(long offered, long missing) => Refusal.Invalid("price-not-agreed",
        "L’article proposé coûte plus cher que ce qui manque : confirmez son prix.",
        "The proposed item costs more than what is missing: confirm its price.").With("field", "agreedCents").With("offeredCents", offered).With("missingCents", missing);

    internal static Refusal Ended(ShopOrderStatus status) => status switch
    {
        ShopOrderStatus.Collected => new("already-collected", 409, "Cette commande a déjà été retirée.", "This order has been collected already."),
        ShopOrderStatus.Declined => new("already-declined", 409, "Cette commande a été refusée par le commerce.", "This order was declined by the shop."),
        ShopOrderStatus.Expired => new("already-expired", 409, "Le délai de retrait de cette commande est passé.", "The time to collect this order has passed."),
        ShopOrderStatus.Cancelled => new("already-cancelled", 409, "Cette commande a été annulée par le client.", "This order was cancelled by the customer."),
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };

    internal static Refusal NotUnpaid() => new("not-unpaid", 409, "Cette commande n’attend pas de paiement au comptoir : la carte est débitée ou va l’être, ou rien n’a été remis.",
        "No payment at the counter is awaited for this order: the card is charged or will be, or nothing was handed over.");
}
