using Marketplace.Ordering.Notifications;
using Marketplace.Ordering.Orders;

namespace Marketplace.Ordering.Refunds;

/// <summary>What the mails about money that goes back say.</summary>
internal static class RefundMails
{
    /// <summary>Null: another mail.</summary>
    internal static (string Subject, IReadOnlyList<string> Paragraphs, string Follow)? Say(Notice notice, string reference, IReadOnlyList<ShopOrder> shops, OrderHistory history, MailFormat f)
    {
        if (Of(notice, history) is not { } refund)
        {
            return null;
        }

        var (sum, shop, see) = (f.Money(refund.Cents), shops[0].Name, f.T("Voir la commande", "See the order"));
        return notice.Kind switch
        {
            NoticeKind.Refunded => (f.T($"Commande {reference} : {sum} vous sont remboursés", $"Order {reference}: {sum} are refunded to you"),
            [
                f.T($"La boutique {shop} vous rembourse {sum}{Why(refund, f)}. La somme revient sur la carte qui a payé : les banques la montrent en cinq à dix jours ouvrés.",
                    $"{shop} refunds you {sum}{Why(refund, f)}. The sum goes back to the card that paid: banks show it within five to ten business days."),
            ], see),
            NoticeKind.RefundedAtCounter => (f.T($"Commande {reference} : {sum} remboursés au comptoir", $"Order {reference}: {sum} refunded at the counter"),
            [
                f.T($"La boutique {shop} a noté vous avoir rendu {sum} au comptoir{Why(refund, f)}. Si vous ne les avez pas reçus, dites-le-lui.",
                    $"{shop} has noted that it gave you {sum} back at its counter{Why(refund, f)}. If you have not received them, please tell it."),
            ], see),
            NoticeKind.RefundNotSent => (f.T($"Commande {reference} : votre remboursement n’a pas pu partir", $"Order {reference}: your refund could not be sent"),
            [
                f.T($"Les {sum} de votre rétractation n’ont pas pu être renvoyés sur la carte qui a payé : le service de paiement le refuse. Votre carte n’y est pour rien. Cette somme vous reste due par la boutique {shop}, qui est prévenue : elle l’envoie à nouveau, ou vous la rend autrement. Si vous avez contesté ce paiement auprès de votre banque, dites-le-lui : ses coordonnées sont sur sa page.",
                    $"The {sum} of your withdrawal could not be sent back to the card that paid: the payment service refuses. Your card is not to blame. {shop} still owes you this sum, and knows: it sends it again, or gives it back to you in another way. If you have disputed this payment with your bank, tell the shop: how to reach it is on its page."),
            ], see),
            NoticeKind.RefundedOtherwise => (f.T($"Commande {reference} : {sum} remboursés autrement que sur votre carte", $"Order {reference}: {sum} refunded otherwise than to your card"),
            [
                f.T($"Il est noté que {sum} de la boutique {shop} vous ont été rendus le {f.Date(Otherwise(notice, history).On)} : {Otherwise(notice, history).Word}. Si vous ne les avez pas reçus, dites-le à la boutique ou à l’équipe de la place de marché (mentions légales).",
                    $"It is written down that {sum} of {shop} were given back to you on {f.Date(Otherwise(notice, history).On)}: {Otherwise(notice, history).Word}. If you have not received them, tell the shop or the marketplace’s team (legal notice)."),
            ], see),
            _ => (f.T($"Commande {reference} : votre remboursement n’a pas abouti", $"Order {reference}: your refund did not go through"),
            [
                f.T($"Votre banque a renvoyé les {sum} que la boutique {shop} vous remboursait : la carte est peut-être fermée. Cette somme vous reste due. Si la carte peut de nouveau la recevoir, dites-le à la boutique, qui la renverra. Si elle est fermée, écrivez à l’équipe de la place de marché, qui détient cette somme : ses coordonnées sont dans les mentions légales du site.",
                    $"Your bank has sent back the {sum} that {shop} was refunding to you: the card may be closed. The sum is still owed to you. If the card can receive it again, tell the shop, which will send it once more. If it is closed, write to the marketplace’s team, which holds the sum: how to reach it is in the site’s legal notice."),
            ], see),
        };
    }

    /// <summary>Of which goods how much; null: another mail, with other lines.</summary>
    internal static IReadOnlyList<MailBody.Section>? LinesOf(Notice notice, IReadOnlyList<ShopOrder> shops, OrderHistory history, MailFormat f) => Of(notice, history) is not { } refund ? null
        : [new MailBody.Section(shops[0].Name, [], [.. refund.Lines.Select(l => new MailBody.Row(f.Name(shops[0].Lines.First(s => s.Sold.OfferId == l.OfferId).Sold), f.Money(l.Cents), false))])];

    private static GivenBack? Of(Notice notice, OrderHistory history) => notice.Kind is NoticeKind.Refunded or NoticeKind.RefundFailed or NoticeKind.RefundNotSent or NoticeKind.RefundedOtherwise or NoticeKind.RefundedAtCounter
        ? RefundRules.Find((Order.Confirmed)history.State, history.Events[(int)notice.Version - 1].Data is OrderEvent.RefundRequested asked ? asked.Refund : GivenBack.IdOf(history.Events[(int)notice.Version - 1].Data)!.Value)
        : null;

    private static OrderEvent.RefundGivenOtherwise Otherwise(Notice notice, OrderHistory history) => (OrderEvent.RefundGivenOtherwise)history.Events[(int)notice.Version - 1].Data;

    private static string Why(GivenBack refund, MailFormat f) => refund.Reason switch
    {
        "defective" => f.T(", pour un article défectueux", ", for a defective item"),
        "missing" => f.T(", pour un article manquant", ", for a missing item"),
        RefundRules.Withdrawal => f.T(", à la suite de votre rétractation", ", following your withdrawal"),
        _ => f.T(", à titre de geste", ", as a gesture"),
    };
}
