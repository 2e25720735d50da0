using System.Net.Mail;
using System.Text.RegularExpressions;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Slots;
using Marketplace.ServiceDefaults;

namespace Marketplace.Merchants.Shops;

/// <summary>What a shop or a pickup point must be before it is stored.</summary>
internal static partial class ShopRules
{
    public static void Check(ShopDefinition shop) => CheckAll(RulesOf(shop));

    public static void Check(PickupPointDefinition point) => CheckAll(
    [
        () => CheckSlug(point.Slug),
        () => CheckName(point.Name, "name"),
        .. RulesOfAddress(point.Street, point.Postcode, point.City),
        () => CheckPosition(point.Position),
        () => HoursRules.Check(point.Hours),
        () => HoursRules.Check(point.Slots),
    ]);

    /// <summary>Every rule is looked at before anything is refused: who typed it mends all of it at once. Of a field the first finding is told.</summary>
    public static void CheckAll(IEnumerable<Action> rules)
    {
        var found = new Dictionary<string, Refusal>();
        foreach (var rule in rules)
        {
            try
            {
                rule();
            }
            catch (Refusal wrong)
            {
                found.TryAdd(wrong.Extensions.GetValueOrDefault("field") as string ?? wrong.Code, wrong);
            }
        }

        if (found.Count > 0)
        {
            throw Refusal.Together([.. found.Values]);
        }
    }

    public static IEnumerable<Action> RulesOf(ShopDefinition shop) =>
    [
        () => CheckSlug(shop.Slug),
        () => CheckName(shop.Name, "name"),
        .. RulesOf(new ShopDetails(shop.Kind, shop.Description, shop.Street, shop.Postcode, shop.City, shop.Position, shop.Phone ?? "", shop.Email)),
        .. LegalRules(shop.Legal),
        () => HoursRules.Check(shop.Hours),
        () => HoursRules.Check(shop.Slots),

        // Trader traceability (DOMAIN §3, 21): nobody sells here whom a customer cannot reach.
        () => Demand(!shop.Published || shop.Email is not null || !string.IsNullOrWhiteSpace(shop.Phone), "shop-incomplete", "phone",
            "Une boutique publiée indique un téléphone ou une adresse mail.", "A published shop gives a telephone number or an email address."),
    ];

    /// <summary>What holds for every shop; the telephone number is <see cref="CheckPhone"/>'s.</summary>
    public static IEnumerable<Action> RulesOf(ShopDetails details) =>
    [
        () => CheckName(details.Kind, "kind"),
        () => CheckText(details.Description, "description"),
        .. RulesOfAddress(details.Street, details.Postcode, details.City),
        () => CheckPosition(details.Position),
        .. details.Email is { } email ? (Action[])[() => CheckEmail(email)] : [],
    ];

    public static void CheckPhone(string phone) =>
        Demand(phone.Count(char.IsAsciiDigit) is >= 9 and <= 15 && phone.Length <= 30, "bad-phone", "phone", "Indiquez un numéro de téléphone complet.", "Give a whole telephone number.");

    public static void CheckSlug(string slug) =>
        Demand(Slug.IsValid(slug), "bad-slug", "slug", "L’identifiant n’a que des lettres minuscules, des chiffres et des tirets.", "The slug has lower-case letters, digits and hyphens only.");

    public static void CheckName(string name, string field) =>
        Demand(IsLine(name, 120), "bad-name", field, "Indiquez un nom de 120 caractères au plus, sur une ligne.", "Give a name of at most 120 characters, on one line.");

    public static void CheckText(Text text, string field) =>
        Demand(text.Fr.Length <= 4000 && text.En is not { Length: > 4000 }, "too-long", field, "Le texte tient en 4 000 caractères.", "A text has at most 4,000 characters.");

    public static void CheckEmail(string email) =>
        Demand(email.Length <= 254 && MailAddress.TryCreate(email, out var address) && address.Address == email, "bad-email", "email",
            "Cette adresse mail n’est pas valable.", "This email address is not valid.");

    public static void CheckPosition(Position position) =>
        Demand(position is { Lat: >= -90 and <= 90, Lon: >= -180 and <= 180 } && position is not { Lat: 0, Lon: 0 }, "bad-position", "position",
            "La position n’est pas sur la carte : latitude et longitude en degrés.", "The position is not on the map: latitude and longitude in degrees.");

    public static void CheckSiret(string siret) =>
        Demand(Siret.IsValid(siret), "bad-siret", "siret", "Ce numéro SIRET n’existe pas : vérifiez ses 14 chiffres.", "There is no such SIRET number: check its 14 digits.");

    private static IEnumerable<Action> LegalRules(ShopLegal legal) =>
    [
        () => CheckSiret(legal.Siret),
        () => Demand(legal.VatNumber is null || !Siret.IsValid(legal.Siret) || VatNumber.IsOf(legal.VatNumber, legal.Siret), "bad-vat-number", "vatNumber",
            "Ce numéro de TVA n’est pas celui de ce SIREN.", "This VAT number does not belong to this SIREN."),
        () => Demand(ActivityCode().IsMatch(legal.ActivityCode) && !string.IsNullOrWhiteSpace(legal.ActivityNomenclature), "bad-activity-code", "activityCode",
            "Le code d’activité s’écrit « 10.71C », avec sa nomenclature.", "An activity code is written “10.71C”, with its nomenclature."),
    ];

    public static IEnumerable<Action> RulesOfAddress(string street, string postcode, string city) =>
    [
        () => Demand(IsLine(street, 200), "bad-address", "street", "Indiquez le numéro et la rue.", "Give the number and the street."),
        () => Demand(IsLine(city, 120), "bad-address", "city", "Indiquez la commune.", "Give the town."),
        () => Demand(postcode is { Length: 5 } && postcode.All(char.IsAsciiDigit), "bad-postcode", "postcode", "Un code postal a cinq chiffres.", "A postcode has five digits."),
    ];

    // A line break in a name would end a mail's subject in its middle.
    private static bool IsLine(string text, int longest) => !string.IsNullOrWhiteSpace(text) && text.Length <= longest && !text.Any(char.IsControl);

    private static void Demand(bool holds, string code, string field, string sentence, string english)
    {
        if (!holds)
        {
            throw Refusal.Invalid(code, sentence, english).With("field", field);
        }
    }

    [GeneratedRegex(@"^\d{2}\.\d{2}[A-Z]$", RegexOptions.CultureInvariant)]
    private static partial Regex ActivityCode();
}
