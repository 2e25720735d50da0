using System.Security.Cryptography;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.ServiceDefaults;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Residents.Baskets;

namespace Marketplace.Storefront.Residents.Checkout;

/// <summary>What was typed and chosen, kept exactly as it came so that nothing is lost when the page comes back.</summary>
public sealed record CheckoutForm(string Name, string Email, string Phone, bool OfAge, string? Point, IReadOnlyDictionary<string, string> Slots, IReadOnlyDictionary<string, string> Notes, string Key,
    IReadOnlyDictionary<string, string> Shown, bool Card = false)
{
    /// <summary>The field that says how it is paid, and its value for who pays now; the one of whoever has seen the summary and orders, and of whoever goes back from it.</summary>
    public const string PaymentField = "paiement";
    public const string ByCard = "carte";
    public const string ConfirmField = "confirme";
    public const string ChangeField = "modifier";

    /// <summary>Which version of the terms the summary showed.</summary>
    public const string TermsField = "conditions";

    private const string SlotPrefix = "creneau.";
    private const string PointPrefix = "point.";
    private const string NotePrefix = "mot.";
    private const int KeyLength = 32;

    public static CheckoutForm Empty(string? name, string? email) => new(name ?? "", email ?? "", "", false, null, new Dictionary<string, string>(), new Dictionary<string, string>(), NewKey(), new Dictionary<string, string>());

    /// <summary>128 random bits: Ordering takes such a key for the attempt's own, whoever sends it.</summary>
    public static string NewKey() => RandomNumberGenerator.GetHexString(KeyLength, lowercase: true);

    /// <summary>What was sent and not answered, to be sent again or changed.</summary>
    internal static CheckoutForm Of(PlaceOrder order, Town town)
    {
        var places = order.ShopOrders.Select(s => s.PickupSlotId.Split('~')[0]).Distinct().ToList();
        var point = places.Count == 1 && town.PickupPoints.Any(p => p.Slug == places[0]) ? places[0] : null;
        return new CheckoutForm(order.Contact.Name, order.Contact.Email, order.Contact.Phone ?? "", false, point,
            order.ShopOrders.GroupBy(s => point ?? s.Shop).ToDictionary(g => g.Key, g => g.First().PickupSlotId),
            order.ShopOrders.Where(s => s.Note is not null).ToDictionary(s => s.Shop, s => s.Note!), NewKey(), new Dictionary<string, string>(), order.Payment == "card");
    }

    public static CheckoutForm From(IFormCollection form) => new(
        Text(form["nom"], 120), Text(form["courriel"], MailAddressForm.Longest), Text(form["telephone"], 40), form["majeur"] == "1",
        form["lieu"].ToString() is { Length: > 0 and < 120 } point && point.StartsWith(PointPrefix, StringComparison.Ordinal) ? point[PointPrefix.Length..] : null,
        Prefixed(form, SlotPrefix, 200), Prefixed(form, NotePrefix, 500), Text(form["cle"], 64) is { Length: >= KeyLength } key ? key : NewKey(),
        Prefixed(form, ShownLines.Prefix, 40), form[PaymentField] == ByCard);

    /// <summary>All of it as fields, as it came: the summary carries it to the order, or back.</summary>
    internal IEnumerable<(string Name, string Value)> Fields() =>
    [
        ("cle", Key), ("nom", Name), ("courriel", Email), ("telephone", Phone), ("lieu", Point is null ? "boutiques" : PointValue(Point)), (PaymentField, Card ? ByCard : ""),
        .. OfAge ? [("majeur", "1")] : Array.Empty<(string, string)>(),
        .. Slots.Select(s => (SlotField(s.Key), s.Value)), .. Notes.Select(n => (NoteField(n.Key), n.Value)), .. Shown.Select(s => (ShownLines.Prefix + s.Key, s.Value)),
    ];

    /// <summary>The name of the slot field of a shop, or of a shared point.</summary>
    public static string SlotField(string slug) => SlotPrefix + slug;

    public static string SlotAnchor(string slug) => "creneau-" + slug;

    public static string NoteField(string slug) => NotePrefix + slug;

    public static string PointValue(string slug) => PointPrefix + slug;

    public string? SlotOf(string slug) => Slots.GetValueOrDefault(slug);

    /// <summary>What is missing or cannot be, with the element to go to.</summary>
    internal List<(string Target, string Message)> Check(Ui ui, BasketView basket)
    {
        var errors = new List<(string, string)>();
        if (Name.Length < 2)
        {
            errors.Add(("champ-nom", ui["checkout.error.name"]));
        }
        if (!MailAddressForm.IsWhole(Email))
        {
            errors.Add(("champ-courriel", ui["checkout.error.email"]));
        }
        if (Phone.Length > 0 && (Phone.Count(char.IsAsciiDigit) is < 6 or > 15 || Phone.Any(c => !char.IsAsciiDigit(c) && !" +.-()\u00a0\u202f".Contains(c, StringComparison.Ordinal))))
        {
            errors.Add(("champ-telephone", ui["checkout.error.phone"]));
        }
        if (Point is { } point)
        {
            if (SlotOf(point) is null)
            {
                errors.Add((SlotAnchor(point), ui["checkout.error.slot.shared"]));
            }
            else if (PickupBatches.Wrong(basket.Orderable.SelectMany(s => s.Orderable), SlotOf(point)!, atPoint: true, ui) is { } unmade)
            {
                errors.Add((SlotAnchor(point), unmade));
            }
        }
        else
        {
            errors.AddRange(basket.Orderable.Where(s => SlotOf(s.Slug) is null).Select(s => (SlotAnchor(s.Slug), ui.T("checkout.error.slot", ui.At(s.Name)))));
            errors.AddRange(basket.Orderable.Where(s => SlotOf(s.Slug) is not null).Select(s => (SlotAnchor(s.Slug), PickupBatches.Wrong(s.Orderable, SlotOf(s.Slug)!, atPoint: false, ui)!)).Where(e => e.Item2 is not null));
        }
        if (basket.Alcohol && !OfAge)
        {
            errors.Add(("majeur", ui["checkout.error.age"]));
        }
        return errors;
    }

    // A line break counts once, as in the browser.
    private static string Text(string? value, int most) => (value?.Trim().Replace("\r\n", "\n", StringComparison.Ordinal) ?? "").AtMost(most);

    private static Dictionary<string, string> Prefixed(IFormCollection form, string prefix, int most) =>
        form.Where(f => f.Key.StartsWith(prefix, StringComparison.Ordinal) && !f.Key.EndsWith(".jour", StringComparison.Ordinal) && f.Value.ToString().Trim().Length > 0).Take(BasketStore.MostLines)
            .ToDictionary(f => f.Key[prefix.Length..], f => Text(f.Value, most));
}
