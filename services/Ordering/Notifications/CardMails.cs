using Marketplace.Ordering.Orders;
using Marketplace.Ordering.Purchases;
using Marketplace.Ordering.Withdrawals;

namespace Marketplace.Ordering.Notifications;

/// <summary>What the mails of an order that is paid by card say otherwise: nothing is paid at the counter, and nothing is taken before.</summary>
internal static class CardMails
{
    /// <summary>Beside a shop's sum.</summary>
    internal static string Paid(MailFormat f) => f.T("Par carte, rien à régler sur place", "By card, nothing to pay there");

    /// <summary>Null: as for any order.</summary>
    internal static (string Subject, IReadOnlyList<string> Paragraphs, string Follow)? Say(Notice notice, string reference, IReadOnlyList<ShopOrder> shops, OrderHistory history, MailFormat f)
    {
        var (purchase, see) = (PurchaseOf(history.State), f.T("Voir la commande", "See the order"));
        return (notice.Kind, history.State) switch
        {
            _ when purchase is null => null,
            (NoticeKind.Confirmed, Order.Confirmed order) => (f.T($"Commande {reference} confirmée, payée par carte", $"Order {reference} confirmed, paid by card"),
            [
                f.T($"Votre commande est enregistrée. {f.Money(purchase.AmountCents)} au plus sont réservés sur votre carte : rien n’est débité avant le retrait, et seulement ce qui vous est remis, au prix du poids réel. Vous n’avez rien à régler sur place.",
                    $"Your order is made. At most {f.Money(purchase.AmountCents)} are reserved on your card: nothing is charged before you collect, and only what is handed over to you, at the price of its real weight. There is nothing to pay when you collect."),
                .. order.ShopOrders.SelectMany(s => s.TooLate.Select(l => MailComposer.TooLate(l.Sold, s, f))),
                f.T("Nous vous écrirons dès que chaque boutique aura tout préparé.", "We will write to you as soon as each shop has everything ready."),
                f.T("Vous pouvez annuler depuis la page de la commande, jusqu’au début de la préparation. Ensuite, prévenez la boutique : ses coordonnées sont sur sa page.",
                    "You can cancel from the order page, until preparation starts. After that, tell the shop: how to reach it is on its page."),
                .. WithdrawalMails.Inform(shops, f),
            ], f.T("Suivre ou annuler ma commande", "Follow or cancel my order")),
            (NoticeKind.NotConfirmed, _) => (f.T($"Commande {reference} : elle n’a pas été confirmée", $"Order {reference} was not confirmed"), [WhyNot(purchase, f), Nothing(purchase, f)], see),
            (NoticeKind.Cancelled, Order.Failed) when purchase.Payment is not null => (f.T($"Commande {reference} annulée", $"Order {reference} cancelled"),
                [f.T("Votre commande est annulée, comme vous l’avez demandé.", "Your order is cancelled, as you asked."), Nothing(purchase, f)], see),
            (NoticeKind.PaidForNothing, _) => (f.T($"Commande {reference} : votre paiement est annulé", $"Order {reference}: your payment is cancelled"),
                [f.T("Votre paiement par carte est arrivé après la fin de la commande : rien n’est plus réservé pour vous.", "Your card payment came after the order had ended: nothing is held for you any more."), Nothing(purchase, f)], see),
            (NoticeKind.PaidAtTheCounter, _) => (f.T($"Commande {reference} : à régler sur place", $"Order {reference}: to be paid when you collect"),
            [
                LostEarly(notice, history) ? f.T("La somme réservée sur votre carte ne l’est plus : votre banque ou la plateforme l’a libérée. Ce que vous n’avez pas encore retiré n’est pas débité de votre carte : vous le réglerez sur place, en venant le chercher.",
                    "The sum reserved on your card is no longer reserved: your bank or the platform has released it. What you have not collected yet is not charged to your card: you pay for it when you come for it.")
                : f.T("Une somme ne peut rester réservée sur une carte que quelques jours. Ce que vous n’avez pas encore retiré n’est pas débité de votre carte : vous le réglerez sur place, en venant le chercher.",
                    "A sum can stay reserved on a card for some days only. What you have not collected yet is not charged to your card: you pay for it when you come for it."),
            ], f.T("Suivre ma commande", "Follow my order")),
            (NoticeKind.NotCharged, _) => (f.T($"Commande {reference} : votre carte n’a pas pu être débitée", $"Order {reference}: your card could not be charged"),
            [
                f.T($"Vous avez retiré votre commande, mais {f.Money(shops.Sum(s => s.TotalCents))} n’ont pas pu être débités de votre carte : la somme n’y est plus réservée, ou votre banque a refusé. Rien n’a été pris. Réglez cette somme à la boutique ({string.Join(", ", shops.Select(s => s.Name))}), ou dites-lui comment vous la payez.",
                    $"You have collected your order, but {f.Money(shops.Sum(s => s.TotalCents))} could not be charged to your card: the sum is no longer reserved there, or your bank refused. Nothing was taken. Please pay it in the shop ({string.Join(", ", shops.Select(s => s.Name))}), or tell it how you will pay."),
            ], see),
            (NoticeKind.Charged, Order.Confirmed { Purchase.Taking: { } less }) when less.TakenCents < less.AmountCents => (f.T($"Commande {reference} : {f.Money(less.TakenCents)} débités", $"Order {reference}: {f.Money(less.TakenCents)} charged"),
            [
                f.T($"Vous avez retiré votre commande. {f.Money(less.TakenCents)} sont débités de votre carte : c’est moins que les {f.Money(less.AmountCents)} de ce qui vous a été remis. L’équipe de la place de marché doit voir pourquoi ; ne payez rien de plus sans qu’elle ou la boutique vous le demande.",
                    $"You have collected your order. {f.Money(less.TakenCents)} are charged to your card: that is less than the {f.Money(less.AmountCents)} of what was handed over to you. The marketplace’s team has to see why; pay nothing more unless it or the shop asks you to."),
            ], see),
            (NoticeKind.Charged, Order.Confirmed { Purchase.Taking: { } taking }) => (f.T($"Commande {reference} : {f.Money(taking.TakenCents)} débités", $"Order {reference}: {f.Money(taking.TakenCents)} charged"),
            [
                f.T($"Vous avez retiré votre commande. {f.Money(taking.TakenCents)} sont débités de votre carte : {(taking.TakenCents > taking.AmountCents ? $"c’est plus que les {f.Money(taking.AmountCents)} de ce qui vous a été remis. L’équipe de la place de marché doit vous rendre la différence ; si elle tarde, écrivez-lui (mentions légales)." : "ce qui vous a été remis, rien d’autre.")}",
                    $"You have collected your order. {f.Money(taking.TakenCents)} are charged to your card: {(taking.TakenCents > taking.AmountCents ? $"that is more than the {f.Money(taking.AmountCents)} of what was handed over to you. The marketplace’s team has to give you the difference back; if it takes long, write to it (legal notice)." : "what was handed over to you, and nothing else.")}"),
                .. purchase.AuthorisedCents > taking.TakenCents
                    ? [f.T($"Le reste de la somme réservée ({f.Money(purchase.AuthorisedCents - taking.TakenCents)}) est libéré ; selon les banques, cela se voit après quelques jours.",
                        $"The rest of what was reserved ({f.Money(purchase.AuthorisedCents - taking.TakenCents)}) is released; with some banks this shows after some days.")] : Array.Empty<string>(),
            ], see),
            _ => null,
        };
    }

    private static bool LostEarly(Notice notice, OrderHistory history) => history.Events[(int)notice.Version - 1].Data is OrderEvent.PaymentCaptureRequested { Reason: Purchase.Cancelled };

    private static Purchase? PurchaseOf(Order state) => state switch
    {
        Order.Confirmed order => order.Purchase,
        Order.Failed order => order.Purchase,
        _ => null,
    };

    private static string WhyNot(Purchase purchase, MailFormat f) => purchase.Closing switch
    {
        Purchase.Late => f.T("Votre paiement nous est parvenu après la fin du créneau choisi : la commande n’a pas pu être préparée, et rien n’est réservé.",
            "Your payment reached us after the end of the slot you chose: the order could not be prepared, and nothing is held."),
        Purchase.Short => f.T("Votre banque ne garde pas la somme jusqu’à votre retrait : la commande n’est pas confirmée, et rien n’est réservé. Vous pouvez la refaire pour un retrait plus proche, ou payer au retrait.",
            "Your bank does not keep the sum until you collect: the order is not confirmed, and nothing is held. You can order again for an earlier pickup, or pay when collecting."),
        Purchase.Less => f.T("Votre banque n’a pas accordé toute la somme : la commande n’est pas confirmée, et rien n’est réservé.", "Your bank did not grant the whole sum: the order is not confirmed, and nothing is held."),
        Purchase.Unavailable => f.T("Le paiement par carte n’a pas répondu : la commande n’est pas confirmée, et rien n’est réservé. Vous pouvez recommencer, ou payer au retrait.",
            "Payment by card did not answer: the order is not confirmed, and nothing is held. You can try again, or pay when collecting."),
        Purchase.TooSmall => f.T($"Le paiement par carte commence à {f.Money(PurchaseTerms.LeastCents)} : la commande n’est pas confirmée, et rien n’est réservé.", $"Payment by card starts at {f.Money(PurchaseTerms.LeastCents)}: the order is not confirmed, and nothing is held."),
        _ => f.T("Le paiement n’est pas arrivé à temps : la commande n’est pas confirmée, et rien n’est réservé. Vous pouvez recommencer.",
            "The payment did not come in time: the order is not confirmed, and nothing is held. You can try again."),
    };

    // What was never set aside need not be given back.
    private static string Nothing(Purchase purchase, MailFormat f) => purchase.Payment is null
        ? f.T("Rien n’est débité.", "Nothing is charged.")
        : f.T("Rien n’est débité : la somme réservée sur votre carte est libérée ; selon les banques, cela se voit après quelques jours.",
            "Nothing is charged: the sum reserved on your card is released; with some banks this shows after some days.");
}
