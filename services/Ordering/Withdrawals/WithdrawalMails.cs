using Marketplace.Ordering.Notifications;
using Marketplace.Ordering.Orders;
using Marketplace.Ordering.Refunds;
using Marketplace.ServiceDefaults.Shops;

namespace Marketplace.Ordering.Withdrawals;

/// <summary>What mails say about the right to withdraw, and the acknowledgement of who did: with day, hour and content, as the law asks (L221-21).</summary>
internal static class WithdrawalMails
{
    /// <summary>Null: another mail.</summary>
    internal static (string Subject, IReadOnlyList<string> Paragraphs, string Follow)? Say(Notice notice, string reference, IReadOnlyList<ShopOrder> shops, OrderHistory history, MailFormat f, IShopDirectory directory)
    {
        if (Of(notice, history) is not { } withdrawn)
        {
            return null;
        }

        var (shop, at, see) = (shops[0], WithdrawalViews.AtOf(history, withdrawn.Withdrawal), f.T("Voir la commande", "See the order"));
        var returnBy = f.Day(WithdrawalTerm.EndOf(at, shop.Pickup.Place.Postcode).AddSeconds(-1));
        var order = (Order.Confirmed)history.State;
        var owed = withdrawn.Cents == 0 ? Nothing(order, shop, withdrawn, f)
            // The card could not be charged: neither the card nor nothing is promised, for nobody but the two of them knows whether it was paid.
            : order.Unpaid(shop.ShopId)
                ? f.T($"Votre carte n’a pas pu être débitée de cette commande. Si vous l’avez réglée à la boutique, elle vous rend {f.Money(withdrawn.Cents)} au retour des articles, au plus tard le {f.Day(withdrawn.RefundBy)} : demandez-lui de noter votre paiement. Si vous ne l’avez pas réglée, vous ne devez rien pour ces articles une fois qu’ils sont rendus.",
                    $"Your card could not be charged for this order. If you have paid it in the shop, the shop gives you {f.Money(withdrawn.Cents)} back when the items are returned, by {f.Day(withdrawn.RefundBy)} at the latest: ask it to write your payment down. If you have not paid, you owe nothing for these items once they are returned.")
            : order.ByCard(shop.ShopId)
                ? f.T($"{f.Money(withdrawn.Cents)} vous seront remboursés sur la carte qui a payé, dès que la boutique a les articles ou la preuve de leur envoi, au plus tard le {f.Day(withdrawn.RefundBy)} ; si la boutique dit n’avoir rien reçu d’ici là, elle attend leur retour ou cette preuve.",
                    $"{f.Money(withdrawn.Cents)} will be refunded to the card that paid, as soon as the shop has the items or the proof that they were sent, by {f.Day(withdrawn.RefundBy)} at the latest; should the shop say by then that it has received nothing, it waits for them or for that proof.")
                : f.T($"La boutique vous doit {f.Money(withdrawn.Cents)}, que vous lui avez payés : elle vous les rend au retour des articles, au plus tard le {f.Day(withdrawn.RefundBy)}.",
                    $"The shop owes you {f.Money(withdrawn.Cents)}, which you paid there: it gives them back when the items are returned, by {f.Day(withdrawn.RefundBy)} at the latest.");
        return notice.Kind switch
        {
            NoticeKind.Withdrawn => (f.T($"Commande {reference} : accusé de réception de votre rétractation", $"Order {reference}: your withdrawal is received"),
            [
                f.T($"Votre rétractation est enregistrée : {f.Dated(at)}. Vous renoncez au contrat avec la boutique {shop.Name} pour les articles ci-dessous. Vous n’avez pas à donner de raison ; gardez ce message.",
                    $"Your withdrawal is recorded: {f.Dated(at)}. You withdraw from the contract with {shop.Name} over the items below. You need not give a reason; keep this message."),
                f.T($"Rapportez-les à la boutique, ou envoyez-les lui, au plus tard le {returnBy} : {Address(shop, directory)}. Le renvoi est à vos frais ; les rapporter n’en coûte pas.",
                    $"Bring them back to the shop, or send them to it, by {returnBy} at the latest: {Address(shop, directory)}. Sending them is at your expense; bringing them costs nothing."),
                owed,
            ], see),
            _ => (f.T($"Commande {reference} : la boutique attend vos articles", $"Order {reference}: the shop waits for your items"),
            [
                f.T($"La boutique {shop.Name} dit ne pas avoir reçu les articles de votre rétractation du {f.Dated(at)}. Votre remboursement de {f.Money(withdrawn.Cents)} attend leur retour, comme la loi le permet.",
                    $"{shop.Name} says that it has not received the items of your withdrawal of {f.Dated(at)}. Your refund of {f.Money(withdrawn.Cents)} waits for them, as the law allows."),
                f.T($"Vous les avez envoyés, ou rapportés ? Dites-le sur la page de la commande : elle doit alors regarder de nouveau, et vous êtes remboursé si elle ne dit plus rien. Ou montrez-lui la preuve de l’envoi : ses coordonnées sont sur sa page. {Address(shop, directory)}.",
                    $"You have sent them, or brought them back? Say so on the order’s page: it then has to look again, and you are refunded if it says nothing more. Or show it the proof of sending: how to reach it is on its page. {Address(shop, directory)}."),
            ], see),
        };
    }

    // Nothing of their price is left to refund: for it is back, or asked for, or there was none.
    private static string Nothing(Order.Confirmed order, ShopOrder shop, Withdrawn withdrawn, MailFormat f)
    {
        var refunds = order.Refunds.Where(r => r.ShopId == shop.ShopId && r.Stands && withdrawn.Lines.Any(l => r.Of(l.OfferId) > 0)).ToList();
        return refunds.Count == 0 ? f.T("Ces articles ne vous ont rien coûté : il n’y a rien à rembourser.", "These items cost you nothing: there is nothing to refund.")
            : refunds.All(r => r.State is RefundState.Settled or RefundState.Otherwise) ? f.T("Ces articles vous ont déjà été remboursés.", "These items have been refunded to you already.")
            : f.T("Le remboursement de ces articles est déjà demandé : la page de la commande dit où il en est.", "The refund of these items has been asked for already: the order’s page says how it stands.");
    }

    /// <summary>From which goods; null: another mail, with other lines.</summary>
    internal static IReadOnlyList<MailBody.Section>? LinesOf(Notice notice, IReadOnlyList<ShopOrder> shops, OrderHistory history, MailFormat f) => Of(notice, history) is not { } withdrawn ? null
        : [new MailBody.Section(shops[0].Name, [], [.. withdrawn.Lines.Select(l => new MailBody.Row(f.Amount(shops[0].Lines.First(s => s.Sold.OfferId == l.OfferId).Sold, l.Quantity), f.Money(l.Cents), false))])];

    /// <summary>What is said of the right when it is bought: until when, how, and for which of the goods there is none.</summary>
    internal static IEnumerable<string> Inform(IReadOnlyList<ShopOrder> shops, MailFormat f)
    {
        var lines = shops.SelectMany(s => s.Standing).ToList();
        var excepted = lines.Where(l => l.Sold.NoWithdrawal is { } why && !WithdrawalRules.OnlyUnopened(why)).ToList();
        if (excepted.Count == lines.Count)
        {
            yield return f.T($"Droit de rétractation : la loi n’en prévoit pas pour ces articles ({Reasons(excepted, f)}).", $"Right of withdrawal: the law knows none for these items ({Reasons(excepted, f)}).");
            yield break;
        }

        yield return f.T("Droit de rétractation : vous pouvez renoncer au contrat avec chaque boutique, article par article et sans raison, pendant quatorze jours après le retrait, depuis la page de la commande (« Renoncer au contrat ici »). Vous rapportez l’article, ou l’envoyez à vos frais, et son prix vous est remboursé sous quatorze jours.",
            "Right of withdrawal: you may withdraw from the contract with each shop, item by item and without a reason, for fourteen days after collecting, on the order page (“Withdraw from the contract here”). You bring the item back, or send it at your expense, and its price is refunded within fourteen days.");
        yield return f.T("Pour qui préfère écrire, le modèle de déclaration : « À la boutique (nom et adresse) : je vous notifie ma rétractation du contrat portant sur la vente des articles ci-dessous. Commande numéro …, retirée le … Articles : … Nom : … Adresse : … Date : … »",
            "For who would rather write, the model form: “To the shop (name and address): I hereby give notice that I withdraw from my contract of sale of the following goods. Order number …, collected on … Items: … Name: … Address: … Date: …”");
        if (excepted.Count > 0)
        {
            yield return f.T($"Ce droit n’existe pas pour : {string.Join(", ", excepted.Select(l => f.Name(l.Sold)))} ({Reasons(excepted, f)}).", $"There is no such right for: {string.Join(", ", excepted.Select(l => f.Name(l.Sold)))} ({Reasons(excepted, f)}).");
        }

        if (lines.Where(l => WithdrawalRules.OnlyUnopened(l.Sold.NoWithdrawal)).Select(l => f.Name(l.Sold)).ToList() is { Count: > 0 } sealedOnly)
        {
            yield return f.T($"À rendre sans avoir été ouverts : {string.Join(", ", sealedOnly)}.", $"To be returned unopened: {string.Join(", ", sealedOnly)}.");
        }
    }

    private static string Reasons(IEnumerable<ShopOrder.Line> lines, MailFormat f) => string.Join(", ", lines.Select(l => l.Sold.NoWithdrawal).Distinct().Select(why => why switch
    {
        WithdrawalRules.Perishable => f.T("périssable", "perishable"),
        WithdrawalRules.Press => f.T("presse", "press"),
        _ => f.T("fait sur mesure", "made to measure"),
    }));

    // Where it was collected may be a point that several shops share: there nobody takes anything back, and the shop's own address is the one.
    private static string Address(ShopOrder shop, IShopDirectory directory) => shop.Shared ? directory.Find(shop.ShopId)?.Details is { } own ? $"{shop.Name}, {own.Street}, {own.Postcode} {own.City}" : shop.Name : $"{shop.Name}, {shop.Pickup.Place.Street}, {shop.Pickup.Place.Postcode} {shop.Pickup.Place.City}";

    private static Withdrawn? Of(Notice notice, OrderHistory history) => notice.Kind is NoticeKind.Withdrawn or NoticeKind.RefundWithheld
        ? WithdrawalRules.Find((Order.Confirmed)history.State, history.Events[(int)notice.Version - 1].Data is OrderEvent.WithdrawalDeclared declared ? declared.Withdrawal : Withdrawn.IdOf(history.Events[(int)notice.Version - 1].Data)!.Value)
        : null;
}
