using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Ordering.Purchases;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Shops;
using Request = Marketplace.Contracts.Ordering.Api.PlaceOrder;

namespace Marketplace.Ordering.Orders;

/// <summary>What a request must be before an order comes of it. Everything that only Catalog or Merchants can know is left to them.</summary>
internal sealed class PlacingRules(IShopDirectory directory, PurchaseTerms purchases)
{
    private const int MostLines = 200;
    private const int MostOfAVersion = 40;
    private const long MostOfOneOffer = 100_000; // pieces, or 100 kg

    internal OrderCommand.Place Check(Request request, OrderId order, DateTimeOffset now, TimeSpan hold)
    {
        CheckContact(request);
        var payment = request.Payment is "card" && purchases.Open ? PaymentKind.Card : PaymentKind.InShop;
        if (payment is PaymentKind.InShop && request.Payment != "in-shop")
        {
            throw Invalid("payment-not-available", "Le paiement se fait au retrait, dans la boutique.", "Payment is made in the shop when collecting.", "payment");
        }

        if (request.ShopOrders.Count == 0 || request.ShopOrders.Any(s => s is null || s.Lines.Count == 0))
        {
            throw Invalid("empty-order", "Le panier est vide.", "The basket is empty.", "shopOrders");
        }

        if (request.ShopOrders.Count > OrderLimits.MostShops || request.ShopOrders.Sum(s => s.Lines.Count) > MostLines)
        {
            throw Invalid("order-too-large", "Cette commande compte trop d’articles : faites-en plusieurs.", "This order has too many items: please split it.", "shopOrders");
        }

        if (request.Terms is { } terms && (terms.Length is 0 or > MostOfAVersion || terms.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '-')))
        {
            throw Invalid("terms-unknown", "La version des conditions compte 40 lettres, chiffres et tirets au plus.", "The version of the terms is at most 40 letters, digits and hyphens.", "terms");
        }

        if (!directory.All.Any(s => s.Towns.Contains(request.Town)))
        {
            throw Invalid("unknown-town", "Cette ville n’est pas sur la place de marché.", "This town is not on the marketplace.", "town");
        }

        var shops = request.ShopOrders.Select((s, i) => ShopOf(s, request.Town, $"shopOrders[{i}]", now)).ToList();
        if (shops.DistinctBy(s => s.ShopId).Count() != shops.Count)
        {
            throw Invalid("shop-twice", "Une boutique figure deux fois dans la commande.", "A shop appears twice in the order.", "shopOrders");
        }

        return new OrderCommand.Place(order, request.Town, payment, now + (payment is PaymentKind.Card ? CheckCard(shops, now, hold) : hold), shops, request.Terms);
    }

    // The hold ends before the first of the slots begins, with room to pay; and the last is collected while the bank keeps the money.
    private static TimeSpan CheckCard(List<PlacedShop> shops, DateTimeOffset now, TimeSpan hold)
    {
        // Whether a line is sold by weight only Catalog knows: counted in pieces it costs no less. What is known to be too little is refused before anything is held.
        if (shops.All(s => s.Lines.All(l => l.ExpectedPriceCents is not null)) && shops.Sum(s => s.Lines.Sum(l => (double)l.Quantity * l.ExpectedPriceCents!.Value)) is > 0 and < PurchaseTerms.LeastCents)
        {
            throw PlacingRefusal.TooSmall();
        }

        var starts = shops.ConvertAll(s => PickupTimes.Of(s.SlotId)!.Value);
        if (starts.FindIndex(s => s - now > PurchaseTerms.Farthest) is >= 0 and var far)
        {
            throw new Refusal("too-far-for-card", 409, "Par carte, le retrait a lieu dans les cinq jours : choisissez un créneau plus proche, ou payez au retrait.",
                "Paid by card, an order is collected within five days: choose an earlier slot, or pay when collecting.").With("field", SlotField(far)).With("latest", now + PurchaseTerms.Farthest);
        }

        var soonest = starts.Min();
        return soonest - now >= PurchaseTerms.Shortest
            ? soonest - now < hold ? soonest - now : hold
            : throw new Refusal("too-soon-for-card", 409, "Ce créneau commence dans moins de cinq minutes : choisissez-en un autre, ou payez au retrait.",
                "This slot begins in less than five minutes: choose another one, or pay when collecting.").With("field", SlotField(starts.IndexOf(soonest)));
    }

    private static string SlotField(int shop) => string.Create(CultureInfo.InvariantCulture, $"shopOrders[{shop}].pickupSlotId");

    internal OrderContact ContactOf(Request request, OrderId order, PersonId? person, bool english)
    {
        var notes = request.ShopOrders.Where(s => !string.IsNullOrWhiteSpace(s.Note)).ToDictionary(s => directory.Find(s.Shop)!.Id, s => s.Note!.Trim());
        return new OrderContact(order, person, request.Contact.Name.Trim(), request.Contact.Email.Trim(),
            string.IsNullOrWhiteSpace(request.Contact.Phone) ? null : request.Contact.Phone.Trim(), request.Locale ?? (english ? "en" : "fr"), notes.Count == 0 ? null : notes);
    }

    private PlacedShop ShopOf(Request.ShopOrder shop, string town, string field, DateTimeOffset now)
    {
        var entry = directory.Find(shop.Shop) ?? throw Invalid("unknown-shop", "Cette boutique n’existe pas.", "There is no such shop.", field + ".shop");
        if (!entry.IsPublished)
        {
            throw new Refusal("shop-closed", 409, "Cette boutique ne prend pas de commande pour le moment.", "This shop takes no orders at the moment.").With("field", field + ".shop");
        }

        if (!entry.Towns.Contains(town))
        {
            throw Invalid("shop-elsewhere", "Cette boutique ne vend pas dans cette ville.", "This shop does not sell in this town.", field + ".shop");
        }

        if (shop.Note is { Length: > 500 })
        {
            throw Invalid("note-too-long", "Le mot pour la boutique est limité à 500 caractères.", "The note for the shop is limited to 500 characters.", field + ".note");
        }

        // PostgreSQL keeps no such character in a text, and nobody types one.
        if (shop.Note?.Contains('\0', StringComparison.Ordinal) == true)
        {
            throw Invalid("note-unreadable", "Le mot pour la boutique contient un caractère illisible.", "The note for the shop holds an unreadable character.", field + ".note");
        }

        CheckSlot(shop.PickupSlotId, field + ".pickupSlotId", now);
        return new PlacedShop(entry.Id, entry.Slug, entry.Name, shop.PickupSlotId, LinesOf(shop, field));
    }

    // One line per offer: two lines of the same would each fit a stock that their sum does not.
    private static List<PlacedLine> LinesOf(Request.ShopOrder shop, string field)
    {
        var lines = new List<PlacedLine>(shop.Lines.Count);
        foreach (var (line, index) in shop.Lines.Select((l, i) => (l, i)))
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{field}.lines[{index}]");
            if (line is not { Quantity: > 0 and <= MostOfOneOffer })
            {
                throw QuantityOutOfRange(at);
            }

            if (line.ExpectedPriceCents < 0)
            {
                throw Invalid("price-out-of-range", "Le prix attendu ne peut pas être négatif.", "The expected price cannot be negative.", at + ".expectedPriceCents");
            }

            if (line.ExpectedPieceGrams is < 0 or > PieceWeights.Most)
            {
                throw Invalid("piece-weight-out-of-range", "Le poids attendu d’une pièce va de 0 à 30 000 grammes.", "The expected weight of a piece is from 0 to 30,000 grams.", at + ".expectedPieceGrams");
            }

            if (line.AtMost is { } most && (most < line.Quantity || most > Overweight.AtMost(SaleUnit.Weight, line.Quantity)))
            {
                throw Invalid("at-most-out-of-range", $"Le poids accepté va de la quantité commandée à {Overweight.Percent}\u00a0% de plus.", $"The accepted weight is from the quantity ordered to {Overweight.Percent} % more.", at + ".atMost");
            }

            var same = lines.FindIndex(l => l.OfferId == line.OfferId);
            if (same < 0)
            {
                lines.Add(new PlacedLine(line.OfferId, line.Quantity, line.ExpectedPriceCents, line.ExpectedPieceGrams, line.AtMost));
                continue;
            }

            if (lines[same].ExpectedPriceCents is { } one && line.ExpectedPriceCents is { } other && one != other)
            {
                throw Invalid("lines-disagree", "Le même article figure à deux prix différents.", "The same item appears at two different prices.", at + ".expectedPriceCents");
            }

            if (lines[same].ExpectedPieceGrams is { } weight && line.ExpectedPieceGrams is { } another && weight != another)
            {
                throw Invalid("lines-disagree", "Le même article figure avec deux poids de pièce différents.", "The same item appears with two different weights of a piece.", at + ".expectedPieceGrams");
            }

            var sum = lines[same].Quantity + line.Quantity;
            lines[same] = sum <= MostOfOneOffer
                ? lines[same] with { Quantity = sum, ExpectedPriceCents = lines[same].ExpectedPriceCents ?? line.ExpectedPriceCents, ExpectedPieceGrams = lines[same].ExpectedPieceGrams ?? line.ExpectedPieceGrams, AtMost = lines[same].AtMost is null && line.AtMost is null ? null : (lines[same].AtMost ?? lines[same].Quantity) + (line.AtMost ?? line.Quantity) }
                : throw QuantityOutOfRange(at);
        }

        return lines;
    }

    // The id tells its start, which saves asking Merchants about a slot that is plainly past.
    private static void CheckSlot(string slotId, string field, DateTimeOffset now)
    {
        if (PickupTimes.Of(slotId) is not { } start || slotId.Length > 120 || slotId.Contains('\0', StringComparison.Ordinal) || start > now.AddYears(1))
        {
            throw Invalid("unknown-slot", "Ce créneau n’existe pas.", "There is no such pickup slot.", field);
        }

        if (start <= now)
        {
            throw new Refusal("slot-past", 409, "Ce créneau est passé : choisissez-en un autre.", "This pickup slot has passed: choose another one.").With("field", field);
        }
    }

    private static void CheckContact(Request request)
    {
        var contact = request.Contact;
        if (string.IsNullOrWhiteSpace(contact.Name) || contact.Name.Length > 120 || contact.Name.Any(char.IsControl))
        {
            throw Invalid("contact-name-invalid", "Indiquez votre nom (120 caractères au plus).", "Enter your name (at most 120 characters).", "contact.name");
        }

        if (!MailAddressForm.IsWhole(contact.Email.Trim()))
        {
            throw Invalid("contact-email-invalid", "Cette adresse mail n’est pas valable.", "This e-mail address is not valid.", "contact.email");
        }

        if (!string.IsNullOrWhiteSpace(contact.Phone)
            && (contact.Phone.Length > 25 || contact.Phone.Count(char.IsAsciiDigit) < 6 || contact.Phone.Any(c => !char.IsAsciiDigit(c) && !" +-./()\u00A0\u202F".Contains(c, StringComparison.Ordinal))))
        {
            throw Invalid("contact-phone-invalid", "Ce numéro de téléphone n’est pas valable.", "This phone number is not valid.", "contact.phone");
        }

        if (request.Locale is not (null or "fr" or "en"))
        {
            throw Invalid("unknown-locale", "Langues possibles : fr et en.", "Possible languages: fr and en.", "locale");
        }
    }

    private static Refusal QuantityOutOfRange(string field) => Invalid("quantity-out-of-range",
        "La quantité doit être positive et raisonnable.", "The quantity must be positive and reasonable.", field + ".quantity");

    private static Refusal Invalid(string code, string french, string english, string field) => Refusal.Invalid(code, french, english).With("field", field);
}
