using System.Net.Mail;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Residents.Baskets;

namespace Marketplace.Storefront.Residents.Checkout;

/// <summary>What was typed and chosen, kept exactly as it came so that nothing is lost when the page comes back.</summary>
public sealed record CheckoutForm(string Name, string Email, string Phone, bool OfAge, string? Point, IReadOnlyDictionary<string, string> Slots, IReadOnlyDictionary<string, string> Notes, string Key)
{
    private const string SlotPrefix = "creneau.";
    private const string PointPrefix = "point.";
    private const string NotePrefix = "mot.";

    public static CheckoutForm Empty(string? name, string? email) => new(name ?? "", email ?? "", "", false, null, new Dictionary<string, string>(), new Dictionary<string, string>(), NewKey());

    public static string NewKey() => Guid.NewGuid().ToString("N");

    public static CheckoutForm From(IFormCollection form) => new(
        Text(form["nom"], 120), Text(form["courriel"], 200), Text(form["telephone"], 40), form["majeur"] == "1",
        form["lieu"].ToString() is { Length: > 0 and < 120 } point && point.StartsWith(PointPrefix, StringComparison.Ordinal) ? point[PointPrefix.Length..] : null,
        Prefixed(form, SlotPrefix, 200), Prefixed(form, NotePrefix, 500), Text(form["cle"], 64) is { Length: >= 16 } key ? key : NewKey());

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
        if (!MailAddress.TryCreate(Email, out var mail) || mail.Address != Email || !mail.Host.Contains('.', StringComparison.Ordinal))
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
        }
        else
        {
            errors.AddRange(basket.Orderable.Where(s => SlotOf(s.Slug) is null).Select(s => (SlotAnchor(s.Slug), ui.T("checkout.error.slot", s.Name))));
        }
        if (basket.Alcohol && !OfAge)
        {
            errors.Add(("majeur", ui["checkout.error.age"]));
        }
        return errors;
    }

    private static string Text(string? value, int most) => value?.Trim() is { } text ? text[..Math.Min(text.Length, most)] : "";

    private static Dictionary<string, string> Prefixed(IFormCollection form, string prefix, int most) =>
        form.Where(f => f.Key.StartsWith(prefix, StringComparison.Ordinal) && !f.Key.EndsWith(".jour", StringComparison.Ordinal) && f.Value.ToString().Trim().Length > 0).Take(60)
            .ToDictionary(f => f.Key[prefix.Length..], f => Text(f.Value, most));
}
