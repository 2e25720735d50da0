using Marketplace.Contracts;
using Marketplace.Ordering.Orders;
using Marketplace.Ordering.Refunds;
using Marketplace.Ordering.Withdrawals;
using Marketplace.ServiceDefaults.Shops;

namespace Marketplace.Ordering.Notifications;

/// <summary>Writes the mail of a notice, in the resident's language: the same order and notice give the same mail, as long as the same points are kept.</summary>
internal sealed class MailComposer(AccessTokens tokens, PointKeepers keepers, IShopDirectory directory, IConfiguration configuration)
{
    private readonly Uri _storefront = new(configuration["Storefront:PublicUrl"] ?? "http://localhost:8080", UriKind.Absolute);

    internal Mail Compose(Notice notice, OrderHistory history, OrderContact contact)
    {
        var english = contact.Locale == "en";
        var format = new MailFormat(english);
        var order = history.State as Order.Confirmed;
        var reference = OrderReference.Of(history.Id);
        var shops = order is null ? [] : WalkingOrder.Of(order.ShopOrders.Where(s => notice.Shops.Count == 0 || notice.Shops.Contains(s.ShopId)));
        var said = Say(notice, reference, shops, history, format);
        var collect = notice.Kind is NoticeKind.Confirmed or NoticeKind.Ready or NoticeKind.Deposited or NoticeKind.Reminder;
        var body = new MailBody(
            format.T($"Bonjour {contact.Name},", $"Hello {contact.Name},"), [.. said.Paragraphs, .. TermsOf(notice.Kind, history, format)],
            collect && order is not null ? new(format.T("Votre code de retrait :", "Your pickup code:"), order.PickupCode) : null,
            RefundMails.LinesOf(notice, shops, history, format) ?? WithdrawalMails.LinesOf(notice, shops, history, format) ?? [.. collect ? shops.GroupBy(StopOf).SelectMany(stop => SectionsOf([.. stop], order, format)) : shops.Select(s => new MailBody.Section(s.Name, [], RowsOf(s, format, order?.ByCard(s.ShopId) is true)))],
            order is null ? null : TotalOf(notice.Kind, order, shops, format),
            new(said.Follow, new Uri(_storefront, $"commandes/{history.Id}?jeton={tokens.Of(history.Id)}").ToString()),
            format.T("Ce message automatique concerne votre commande " + reference + ". Pour toute question, adressez-vous à la boutique.",
                "This automatic message is about your order " + reference + ". For any question, please ask the shop."));
        return new Mail(contact.Name, contact.Email, said.Subject, body.ToText(), body.ToHtml(english ? "en" : "fr", said.Subject),
            $"<{history.Id}.{notice.Version}@{_storefront.Host}>", english ? "en" : "fr");
    }

    // What was accepted with a purchase, in the mail that confirms it: it is to keep.
    private IEnumerable<string> TermsOf(NoticeKind kind, OrderHistory history, MailFormat f) => kind is NoticeKind.Confirmed && history.Placed is { Payment: PaymentKind.Card, Terms: { } version }
        ? [f.T($"Conditions acceptées avec cette commande : version {version}, {new Uri(_storefront, history.Placed.Town + "/conditions")}", $"Terms accepted with this order: version {version}, {new Uri(_storefront, history.Placed.Town + "/conditions")}")] : [];

    // As the order's page says it: of all its shops, whichever the mail is about.
    private static string? TotalOf(NoticeKind kind, Order.Confirmed order, IReadOnlyList<ShopOrder> shops, MailFormat f)
    {
        var now = order.ShopOrders.Sum(s => s.TotalCents);
        var became = f.T("Total de votre commande maintenant :", "Your order now comes to:") + " " + f.Money(now);
        return kind switch
        {
            NoticeKind.Confirmed => shops.Count > 1 ? f.T("Total :", "Total:") + " " + f.Money(shops.Sum(s => s.TotalCents)) : null,
            NoticeKind.LinesDeclined or NoticeKind.ShortageLapsed or NoticeKind.Declined when now > 0 => became,
            NoticeKind.Cancelled when shops.Count > 0 && now > 0 => became,
            // Weighed, missing or replaced, or another shop's part has gone since the last mail.
            NoticeKind.Ready when now > 0 && now != order.ShopOrders.Sum(s => s.OrderedCents) => became,
            NoticeKind.Declined when order.ShopOrders.Count > 1 => f.T("Il ne reste rien de votre commande : plus rien n’est dû.", "Nothing is left of your order: nothing is due any more."),
            _ => null,
        };
    }

    private (string Subject, IReadOnlyList<string> Paragraphs, string Follow) Say(
        Notice notice, string reference, IReadOnlyList<ShopOrder> shops, OrderHistory history, MailFormat f)
    {
        if (RefundMails.Say(notice, reference, shops, history, f) is { } ofMoneyBack)
        {
            return ofMoneyBack;
        }

        if (WithdrawalMails.Say(notice, reference, shops, history, f, directory) is { } ofWithdrawal)
        {
            return ofWithdrawal;
        }

        if (CardMails.Say(notice, reference, shops, history, f) is { } ofTheCard)
        {
            return ofTheCard;
        }

        var kind = notice.Kind;
        var names = string.Join(", ", shops.Select(s => s.Name));
        var follow = f.T("Suivre ma commande", "Follow my order");
        return kind switch
        {
            NoticeKind.Confirmed => (f.T($"Réservation {reference} confirmée", $"Reservation {reference} confirmed"),
            [
                shops.All(s => s.Shared)
                    ? f.T("Votre réservation est enregistrée. Vous ne payez rien maintenant : vous réglerez au point retrait, quand vous viendrez.",
                        "Your reservation is made. You pay nothing now: you will pay at the pickup point when you collect.")
                    : f.T("Votre réservation est enregistrée. Vous ne payez rien maintenant : vous réglerez dans chaque boutique, au retrait.",
                        "Your reservation is made. You pay nothing now: you will pay in each shop when you collect."),
                .. shops.SelectMany(s => s.TooLate.Select(l => TooLate(l.Sold, s, f))),
                f.T("Nous vous écrirons dès que chaque boutique aura tout préparé.", "We will write to you as soon as each shop has everything ready."),
                f.T("Vous pouvez annuler depuis la page de la commande, jusqu’au début de la préparation. Ensuite, prévenez la boutique : ses coordonnées sont sur sa page.",
                    "You can cancel from the order page, until preparation starts. After that, tell the shop: how to reach it is on its page."),
            ], f.T("Suivre ou annuler ma commande", "Follow or cancel my order")),

            NoticeKind.NotConfirmed => (f.T($"Commande {reference} : elle n’a pas pu être confirmée", $"Order {reference} could not be confirmed"),
            [
                history.State is Order.Failed { Refusal: not null }
                    ? f.T("Un article ou un créneau n’était plus disponible : rien n’est réservé et rien n’est dû.", "An item or a pickup slot was no longer available: nothing is reserved and nothing is due.")
                    : f.T("La confirmation n’est pas arrivée à temps : rien n’est réservé et rien n’est dû. Vous pouvez recommencer.",
                        "The confirmation did not come in time: nothing is reserved and nothing is due. You can try again."),
            ], f.T("Voir la commande", "See the order")),

            NoticeKind.SlotShut => ShutMails.Say(shops, f),

            NoticeKind.BatchMoved => Moved((OrderEvent.ShopBatchMoved)history.Events[(int)notice.Version - 1].Data, shops[0], f),

            NoticeKind.Ready when shops.All(s => keepers.Kept(s.Pickup.Place) is true) => (f.T($"C’est prêt {MailFormat.At(names)}, bientôt au point retrait", $"Ready at {names}, soon at the pickup point"),
            [
                .. shops.Select(s => f.T($"La boutique {s.Name} a tout préparé et l’apporte à l’endroit choisi pour votre créneau : {s.Pickup.Place.Name}.",
                    $"{s.Name} has everything ready and brings it to the place you chose, for your time: {s.Pickup.Place.Name}.")),
            ], follow),

            // Nobody is there to bring it to beforehand.
            NoticeKind.Ready when shops.All(s => s.Shared) => (f.T($"C’est prêt {MailFormat.At(names)} : venez au point retrait", $"Ready at {names}: come to the pickup point"),
            [
                .. shops.Select(s => f.T($"La boutique {s.Name} a tout préparé et vous remet elle-même votre commande, pendant votre créneau, ici : {s.Pickup.Place.Name}. Donnez-lui votre code.",
                    $"{s.Name} has everything ready and hands it over to you itself, during your time slot, here: {s.Pickup.Place.Name}. Give it your code.")),
            ], follow),

            // Who kept the point has left since: the parcel opens to its shop alone.
            NoticeKind.Deposited or NoticeKind.Reminder when shops.All(s => s.Lies && keepers.Kept(s.Pickup.Place) is false) =>
                (f.T($"{names} : prévenez la boutique avant de venir", $"{names}: tell the shop before you come"),
            [
                .. shops.Select(s => f.T($"Votre commande de {s.Name} se retire jusqu’au {f.Moment(s.Pickup.CollectUntil)}, mais plus personne ne tient le point retrait : {s.Pickup.Place.Name}. La boutique vous la remet elle-même : prévenez-la avant de venir, ses coordonnées sont sur sa page. Après, elle sera remise en rayon.",
                    $"Your order from {s.Name} is to be collected until {f.Moment(s.Pickup.CollectUntil)}, but nobody keeps the pickup point any more: {s.Pickup.Place.Name}. The shop hands it over to you itself: tell it before you come, how to reach it is on its page. After that, it goes back on the shelf.")),
            ], follow),

            NoticeKind.Deposited => (f.T($"{names} : votre commande est au point retrait", $"{names}: your order is at the pickup point"),
            [
                .. shops.Select(s => f.T($"Votre commande de {s.Name} vous attend ici : {s.Pickup.Place.Name}. Donnez votre code pour la retirer.",
                    $"Your order from {s.Name} is waiting here: {s.Pickup.Place.Name}. Give your code to collect it.")),
            ], follow),

            NoticeKind.NotFound => (f.T($"{names} : on cherche votre colis", $"{names}: your parcel is being looked for"),
            [
                .. shops.Select(s => f.T($"Votre commande de {s.Name} a été déposée ici : {s.Pickup.Place.Name}, mais le colis n’y a pas été retrouvé. On le cherche, et la boutique le voit. Il reste à vous et rien n’en est payé.",
                    $"Your order from {s.Name} was brought here: {s.Pickup.Place.Name}, but the parcel was not found. It is being looked for, and the shop sees that. It stays yours, and nothing of it is paid.")),
            ], follow),

            NoticeKind.Ready => (f.T($"C’est prêt {MailFormat.At(names)}", $"Ready at {names}"),
            [f.T($"Votre commande vous attend {MailFormat.At(names)}. Présentez votre code pour la retirer.", $"Your order is waiting at {names}. Show your code to collect it.")], follow),

            NoticeKind.Shortage => (f.T($"{names} : il manque un article, que souhaitez-vous ?", $"{names}: an item is short, what would you like?"),
                [.. Question(shops[0], Notices.ProposalOf(history.Events[(int)notice.Version - 1].Data), f)], f.T("Répondre maintenant", "Answer now")),

            NoticeKind.ShortageLapsed => (f.T($"{names} : ce qui manquait a été retiré de votre commande", $"{names}: what was missing has been taken off your order"),
            [
                f.T($"La boutique {names} vous avait demandé que faire d’un article qui manquait. Sans réponse de votre part, elle prépare ce qu’il y a, et ce qui manque est retiré. Le total est corrigé.",
                    $"{names} had asked you what to do about an item that was short. Without an answer it prepares what there is, and what is missing is taken off. The total is corrected."),
            ], follow),

            NoticeKind.ShortageWithdrawn => (f.T($"{names} : vous n’avez plus à répondre", $"{names}: no answer is needed any more"),
            [
                f.T($"La boutique {names} a retiré sa question : votre article est maintenu comme vous l’aviez commandé.", $"{names} has withdrawn its question: your item stands as you ordered it."),
            ], follow),

            NoticeKind.LinesDeclined => (f.T($"{names} : un article manque à votre commande", $"{names}: an item is missing from your order"),
            [
                f.T($"La boutique {names} ne peut pas fournir tout ce que vous aviez réservé. Le reste est maintenu, et le total est corrigé.",
                    $"{names} cannot supply all that you had reserved. The rest stands, and the total is corrected."),
            ], follow),

            NoticeKind.Declined => (f.T($"{names} ne peut pas préparer votre commande", $"{names} cannot prepare your order"),
            [
                shops.All(s => s.Reason == SuspendedShops.Reason)
                    ? f.T($"Nous sommes désolés : la boutique {names} n’est plus sur la place de marché et ne prépare pas sa part de votre commande. Rien ne lui est dû.",
                        $"We are sorry: {names} is no longer on the marketplace and does not prepare its part of your order. You owe it nothing.")
                    : f.T($"Nous sommes désolés : la boutique {names} a refusé sa part de votre commande. Rien ne lui est dû.",
                        $"We are sorry: {names} has declined its part of your order. You owe it nothing."),
                .. shops.Where(s => s.Reason is not null and not SuspendedShops.Reason).Select(s => f.T("Sa raison : ", "Its reason: ") + Reason(s.Reason!, f)),
                .. history.State is Order.Confirmed { Outcome: null }
                    ? [f.T("Les autres boutiques continuent à préparer la leur.", "The other shops go on preparing theirs.")] : Array.Empty<string>(),
            ], follow),

            NoticeKind.Cancelled => (shops.Count == 0 ? f.T($"Commande {reference} annulée", $"Order {reference} cancelled")
                : f.T($"Commande {reference} annulée {MailFormat.At(names)}", $"Order {reference} cancelled at {names}"),
            [
                shops.Count == 0
                    ? f.T("Votre commande est annulée, comme vous l’avez demandé. Rien n’est dû.", "Your order is cancelled, as you asked. Nothing is due.")
                    : f.T($"Votre commande {MailFormat.At(names)} est annulée, comme vous l’avez demandé. Rien n’y est dû.", $"Your order at {names} is cancelled, as you asked. Nothing is due there."),
            ], f.T("Voir la commande", "See the order")),

            NoticeKind.Reminder when shops.All(s => s.Lies) => (f.T($"N’oubliez pas : votre commande de {names} est au point retrait", $"Do not forget: your order from {names} is at the pickup point"),
            [
                .. shops.Select(s => f.T($"Votre commande de {s.Name} vous attend jusqu’au {f.Moment(s.Pickup.CollectUntil)} ici : {s.Pickup.Place.Name}. Après, elle sera remise en rayon.",
                    $"Your order from {s.Name} waits until {f.Moment(s.Pickup.CollectUntil)} here: {s.Pickup.Place.Name}. After that, it goes back on the shelf.")),
            ], follow),

            // Not there yet, or nobody keeps that point: its shop is not where to go.
            NoticeKind.Reminder when shops.All(s => s.Shared) => (f.T($"N’oubliez pas : votre commande de {names} se retire au point retrait", $"Do not forget: your order from {names} is to be collected at the pickup point"),
            [
                .. shops.Select(s => f.T($"Votre commande de {s.Name} se retire jusqu’au {f.Moment(s.Pickup.CollectUntil)} ici : {s.Pickup.Place.Name}. Après, elle sera remise en rayon.",
                    $"Your order from {s.Name} is to be collected until {f.Moment(s.Pickup.CollectUntil)} here: {s.Pickup.Place.Name}. After that, it goes back on the shelf.")),
                .. shops.Where(s => keepers.Kept(s.Pickup.Place) is true).Select(s => f.T($"Elle n’y est pas encore. Nous vous écrirons dès que la boutique {s.Name} l’aura apportée.",
                    $"It is not there yet. We will write to you as soon as {s.Name} has brought it.")),
            ], follow),

            NoticeKind.Reminder => (f.T($"N’oubliez pas : votre commande vous attend {MailFormat.At(names)}", $"Do not forget: your order is waiting at {names}"),
            [
                .. shops.Select(s => f.T($"La boutique {s.Name} garde votre commande jusqu’au {f.Moment(s.Pickup.CollectUntil)}. Après, elle sera remise en rayon.",
                    $"{s.Name} keeps your order until {f.Moment(s.Pickup.CollectUntil)}. After that, it goes back on the shelf.")),
            ], follow),

            NoticeKind.Expired => (shops.All(s => s.Lost)
                ? f.T($"Commande {reference} : le colis n’a pas été retrouvé", $"Order {reference}: the parcel was not found")
                : f.T($"Commande {reference} : le délai de retrait est passé", $"Order {reference}: the time to collect has passed"),
            [
                .. shops.Select(s => s.Reason == "not-prepared"
                    ? f.T($"La boutique {s.Name} n’a pas préparé votre commande à temps. Elle est close ; rien n’est dû.", $"{s.Name} did not prepare your order in time. It is closed; nothing is due.")
                    : s.Lost
                    ? f.T($"Le colis de {s.Name} n’a pas été retrouvé au point retrait. Votre commande y est close ; rien n’est dû.",
                        $"The parcel of {s.Name} was not found at the pickup point. Your order there is closed; nothing is due.")
                    : s.LeftAt is not null
                    ? f.T($"Votre commande de {s.Name} n’a pas été retirée au point retrait : la boutique la reprend. Rien n’est dû.",
                        $"Your order from {s.Name} was not collected at the pickup point: the shop takes it back. Nothing is due.")
                    : f.T($"Votre commande {MailFormat.At(s.Name)} n’a pas été retirée : elle est remise en rayon. Rien n’est dû.",
                        $"Your order at {s.Name} was not collected: it is back on the shelf. Nothing is due.")),
            ], f.T("Voir la commande", "See the order")),

            NoticeKind.PaidForNothing or NoticeKind.PaidAtTheCounter or NoticeKind.Charged or NoticeKind.NotCharged
                or NoticeKind.Refunded or NoticeKind.RefundFailed or NoticeKind.RefundNotSent or NoticeKind.RefundedOtherwise or NoticeKind.RefundedAtCounter or NoticeKind.Withdrawn or NoticeKind.RefundWithheld => throw new InvalidOperationException($"A mail of a card that paid nothing: {kind}."),
        };
    }

    internal static string TooLate(OrderLine line, ShopOrder shop, MailFormat f) => shop.Shared ? TooLateAtPoint(line, shop, f) : f.T(
        $"{line.Title} : la fournée sort {f.Moment(line.BatchAt!.Value)}, et votre retrait commence à {f.Time(shop.Pickup.Start)}. Venez après la fournée : votre commande est gardée jusqu’au {f.Moment(shop.Pickup.CollectUntil)}.",
        $"{line.Title}: the batch is ready {f.Moment(line.BatchAt!.Value)}, and your pickup begins at {f.Time(shop.Pickup.Start)}. Come after the batch: your order is kept until {f.Moment(shop.Pickup.CollectUntil)}.");

    private static string TooLateAtPoint(OrderLine line, ShopOrder shop, MailFormat f) => f.T(
        $"{line.Title} : la fournée sort {f.Moment(line.BatchAt!.Value)} et doit encore être portée au point retrait, où votre retrait commence à {f.Time(shop.Pickup.Start)}. Venez une demi-heure après la fournée : votre commande est gardée jusqu’au {f.Moment(shop.Pickup.CollectUntil)}.",
        $"{line.Title}: the batch is ready {f.Moment(line.BatchAt!.Value)} and has yet to be carried to the pickup point, where your pickup begins at {f.Time(shop.Pickup.Start)}. Come half an hour after the batch: your order is kept until {f.Moment(shop.Pickup.CollectUntil)}.");

    private static (string Subject, IReadOnlyList<string> Paragraphs, string Follow) Moved(OrderEvent.ShopBatchMoved moved, ShopOrder shop, MailFormat f)
    {
        var line = shop.InBatch(moved.OfferId)!.Value.Sold;
        if (shop.OfferedBy(moved.OfferId) is { } asked)
        {
            return (f.T($"{shop.Name} : la fournée de l’article proposé a changé d’heure", $"{shop.Name}: the batch of the item on offer has changed its time"),
            [
                f.T($"La boutique {shop.Name} a changé l’heure d’une fournée : celle de l’article qu’elle vous propose à la place de ce qui manque.", $"{shop.Name} has changed the time of a batch: that of the item it offers you for what is missing."),
                shop.Misses(moved.To) ? TooLate(line, shop, f) : f.T($"{line.Title} sort {f.Moment(moved.To)}, avant votre retrait : {f.Slot(shop.Pickup)}.", $"{line.Title} is ready {f.Moment(moved.To)}, before your pickup: {f.Slot(shop.Pickup)}."),
                f.T($"Dites ce que vous préférez avant le {f.Moment(asked.AnswerBy)}.", $"Say what you prefer before {f.Moment(asked.AnswerBy)}."),
            ], f.T("Voir la question et répondre", "See the question and answer"));
        }

        return shop.Misses(moved.To)
            ? (f.T($"{shop.Name} : votre fournée sort après le début de votre retrait", $"{shop.Name}: your batch is ready after your pickup begins"),
            [
                f.T($"La boutique {shop.Name} a changé l’heure d’une fournée.", $"{shop.Name} has changed the time of a batch."), TooLate(line, shop, f),
                shop.Cancellable
                    ? f.T("Cela ne vous convient pas ? Vous pouvez annuler depuis la page de la commande, jusqu’au début de la préparation.", "That does not suit you? You can cancel from the order page, until preparation starts.")
                    : f.T("Cela ne vous convient pas ? La préparation a commencé : prévenez la boutique, ses coordonnées sont sur sa page.", "That does not suit you? Preparation has started: tell the shop, how to reach it is on its page."),
            ], shop.Cancellable ? f.T("Suivre ou annuler ma commande", "Follow or cancel my order") : f.T("Suivre ma commande", "Follow my order"))
            : (f.T($"{shop.Name} : votre fournée est prête avant votre retrait", $"{shop.Name}: your batch is ready before your pickup"),
            [
                f.T($"La boutique {shop.Name} a de nouveau changé l’heure d’une fournée. {line.Title} sort {f.Moment(moved.To)}, avant votre retrait : {f.Slot(shop.Pickup)}. Vous n’avez rien à faire.",
                    $"{shop.Name} has changed the time of a batch again. {line.Title} is ready {f.Moment(moved.To)}, before your pickup: {f.Slot(shop.Pickup)}. There is nothing to do."),
            ], f.T("Suivre ma commande", "Follow my order"));
    }

    // What is short, what may be had instead, at which prices and until when: all that is needed to decide, before the page is opened.
    private static IEnumerable<string> Question(ShopOrder shop, Guid proposal, MailFormat f)
    {
        var line = shop.Lines.First(l => l.Lack?.Proposal == proposal);
        var (asked, sold) = (line.Lack!, line.Sold);
        var found = sold.Unit is SaleUnit.Weight ? f.Quantity(sold, asked.Found) : asked.Found.ToString(System.Globalization.CultureInfo.InvariantCulture);
        yield return f.T($"Vous aviez commandé : {f.Amount(sold, sold.Quantity)}. ", $"You ordered: {f.Amount(sold, sold.Quantity)}. ")
            + (asked.Found == 0 ? f.T($"La boutique {shop.Name} n’en a plus.", $"{shop.Name} has none left.") : f.T($"La boutique {shop.Name} n’en a que {found}.", $"{shop.Name} has only {found}."));
        if (asked.Offered is { } other)
        {
            yield return f.T(
                $"Elle vous propose à la place de ce qui manque ({f.Money(line.MissingCents)}) : {f.Amount(other, other.Quantity)}, pour {f.Money(asked.OfferedCents)} ({f.UnitPrice(other)}). L’article est mis de côté pour vous jusqu’à votre réponse.",
                $"For what is missing ({f.Money(line.MissingCents)}) it offers: {f.Amount(other, other.Quantity)}, for {f.Money(asked.OfferedCents)} ({f.UnitPrice(other)}). The item is kept for you until you answer.");
        }

        yield return f.T(
            $"Dites ce que vous préférez avant le {f.Moment(asked.AnswerBy)}. Sans réponse, {(asked.Found > 0 ? "vous aurez ce qu’il y a, et ce qui manque sera retiré" : "l’article sera retiré de votre commande")}.",
            $"Say what you prefer before {f.Moment(asked.AnswerBy)}. Without an answer {(asked.Found > 0 ? "you get what there is, and what is missing is taken off" : "the item is taken off your order")}.");
    }

    /// <summary>A way that is made once: what several shops bring to one shared point for one hour.</summary>
    private static (string Place, DateTimeOffset Start) StopOf(ShopOrder shop) => (shop.Shared ? shop.Pickup.Place.Slug : shop.ShopId.ToString(), shop.Pickup.Start);

    // Where and when is said once, whoever sold what is collected there; and until when all of it is there, then what lies there longer.
    private static IEnumerable<MailBody.Section> SectionsOf(IReadOnlyList<ShopOrder> shops, Order.Confirmed? order, MailFormat f)
    {
        var (pickup, place, until) = (shops[0].Pickup, shops[0].Pickup.Place, shops.Min(s => s.Pickup.CollectUntil));
        string[] facts =
        [
            f.Slot(pickup), .. ShutMails.Instead(shops, f), $"{(shops is [{ Shared: true }] ? place.Name + ", " : "")}{place.Street}, {place.Postcode} {place.City}",
            .. place.Instructions is { Length: > 0 } instructions ? [instructions] : Array.Empty<string>(), Kept(until),
        ];
        return shops is [var only]
            ? [new(only.Name, facts, RowsOf(only, f, order?.ByCard(only.ShopId) is true))]
            : [new(f.T("Tout au même endroit : ", "All in one place: ") + place.Name, facts, []), .. shops.Select(s => new MailBody.Section(s.Name, s.Pickup.CollectUntil > until ? [Kept(s.Pickup.CollectUntil)] : [], RowsOf(s, f, order?.ByCard(s.ShopId) is true)))];

        string Kept(DateTimeOffset to) => f.T("Gardée jusqu’au ", "Kept until ") + f.Moment(to);
    }

    internal static List<MailBody.Row> RowsOf(ShopOrder shop, MailFormat f, bool byCard)
    {
        List<MailBody.Row> rows =
        [
            .. shop.Lines.Select(l => new MailBody.Row(l.Final is { } weighed ? $"{f.Quantity(l.Sold.Unit, weighed)} {f.Name(l.Sold)}" : f.Amount(l.Sold, l.Quantity),
                l.Stands ? f.Money(l.TotalCents) : f.T("indisponible", "unavailable") + (l.DeclinedFor is "shortage" or null ? "" : $" ({Reason(l.DeclinedFor, f)})"), !l.Stands)),
        ];
        if (shop.TotalCents > 0)
        {
            rows.Add(new MailBody.Row(byCard ? CardMails.Paid(f)
                : shop.Shared ? f.T("À régler au point retrait", "To pay at the pickup point") : f.T("À régler à la boutique", "To pay in the shop"), f.Money(shop.TotalCents), false));
        }

        if (shop.Open && shop.CeilingCents > shop.TotalCents)
        {
            rows.Add(new MailBody.Row(f.T("Selon la pesée, au plus", "Depending on the scale, at most"), f.Money(shop.CeilingCents), false));
        }

        return rows;
    }

    // The codes of the API in the reader's language; what a shop wrote stays as it wrote it.
    private static string Reason(string reason, MailFormat f) => reason switch
    {
        "shortage" => f.T("rupture de stock", "out of stock"),
        "quality" => f.T("le produit n’est pas assez bon aujourd’hui", "the product is not good enough today"),
        "closed" => f.T("la boutique doit fermer", "the shop has to close"),
        Lack.Replaced => f.T("remplacé", "replaced"),
        Lack.Dropped => f.T("vous n’en avez pas voulu", "you did without it"),
        SuspendedShops.Reason => f.T("la boutique n’est plus sur la place de marché", "the shop is no longer on the marketplace"),
        _ => reason,
    };
}
