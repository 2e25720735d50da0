using Marketplace.Ordering.Orders;

namespace Marketplace.Ordering.Notifications;

/// <summary>What is told to who would stand before a shut door: that nothing is cancelled, when to come instead, and what else can be done.</summary>
internal static class ShutMails
{
    /// <summary>What every later mail says beside the hour that was booked, while the door is shut then.</summary>
    internal static IEnumerable<string> Instead(IReadOnlyList<ShopOrder> shops, MailFormat f) =>
        shops.FirstOrDefault(s => s.Shut) is not { } shop ? []
        : [shop.Reopens is { } reopens && reopens < shops.Min(s => s.Pickup.CollectUntil)
            ? f.T($"Fermé à cette heure : venez à partir du {f.Moment(reopens)}", $"Closed at that time: come from {f.Moment(reopens)} on")
            : f.T("Fermé à cette heure : convenez d’une autre avec la boutique", "Closed at that time: agree on another with the shop")];

    internal static (string Subject, IReadOnlyList<string> Paragraphs, string Follow) Say(IReadOnlyList<ShopOrder> shops, MailFormat f)
    {
        // Of one shop, or of several at one point.
        var shop = shops[0];
        var cancellable = shops.All(s => s.Cancellable);
        var until = shops.Min(s => s.Pickup.CollectUntil);
        var (pickup, place) = (shop.Pickup, shop.Shared ? shop.Pickup.Place.Name : shop.Name);
        if (!shop.Shut)
        {
            return (f.T($"{place} : ouvert à l’heure de votre retrait", $"{place}: open at your pickup time"),
                [f.T($"Les horaires ont de nouveau changé : {place} est ouvert à l’heure de votre retrait, {f.Slot(pickup)}. Vous n’avez rien à faire.", $"The opening hours have changed again: {place} is open at your pickup time, {f.Slot(pickup)}. There is nothing to do.")],
                f.T("Suivre ma commande", "Follow my order"));
        }

        return (f.T($"{place} : fermé à l’heure de votre retrait", $"{place}: closed at your pickup time"),
        [
            f.T($"Les horaires ont changé : {place} sera fermé à l’heure de votre retrait, {f.Slot(pickup)}. Votre commande n’est pas annulée.", $"The opening hours have changed: {place} will be closed at your pickup time, {f.Slot(pickup)}. Your order is not cancelled."),
            shop.Reopens is { } reopens && reopens < until
                ? f.T($"Venez plutôt à partir du {f.Moment(reopens)} : elle est gardée jusqu’au {f.Moment(until)}.", $"Come instead from {f.Moment(reopens)} on: it is kept until {f.Moment(until)}.")
                : f.T("Prévenez la boutique pour convenir d’une autre heure : ses coordonnées sont sur sa page.", "Tell the shop, to agree on another time: how to reach it is on its page."),
            cancellable
                ? f.T("Cela ne vous convient pas ? Vous pouvez annuler depuis la page de la commande, jusqu’au début de la préparation.", "That does not suit you? You can cancel from the order page, until preparation starts.")
                : f.T("Cela ne vous convient pas ? La préparation a commencé : prévenez la boutique, ses coordonnées sont sur sa page.", "That does not suit you? Preparation has started: tell the shop, how to reach it is on its page."),
        ], cancellable ? f.T("Suivre ou annuler ma commande", "Follow or cancel my order") : f.T("Suivre ma commande", "Follow my order"));
    }
}
