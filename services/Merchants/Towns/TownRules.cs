using System.Text.RegularExpressions;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Shops;
using Marketplace.ServiceDefaults;

namespace Marketplace.Merchants.Towns;

internal static partial class TownRules
{
    public static void Check(string slug, TownDefinition town)
    {
        ShopRules.CheckSlug(slug);
        ShopRules.CheckName(town.Name, "name");
        ShopRules.CheckText(town.Intro, "intro");
        ShopRules.CheckPosition(town.Position);
        Demand(Accent().IsMatch(town.Accent), "bad-accent", "accent", "La couleur s’écrit « #9A3B26 ».", "A colour is written “#9A3B26”.");
        Demand(town.Communes.Count > 0, "no-commune", "communes", "Une ville correspond à une commune au moins.", "A town maps to at least one commune.");
        foreach (var commune in town.Communes)
        {
            Demand(CommuneCode().IsMatch(commune.Code), "bad-commune-code", "communes", "Un code commune (INSEE) a cinq caractères.", "A commune code (INSEE) has five characters.");
            ShopRules.CheckName(commune.Name, "communes");
            Demand(commune.Postcodes.All(p => p.Length == 5 && p.All(char.IsAsciiDigit)), "bad-postcode", "communes", "Un code postal a cinq chiffres.", "A postcode has five digits.");
            Demand(commune.ValidTo is null || commune.ValidFrom < commune.ValidTo, "bad-dates", "communes", "La validité d’une commune finit après son début.", "A commune’s validity ends after it starts.");
        }

        ShopRules.CheckSiret(town.Operator.Siret);
        ShopRules.CheckEmail(town.Operator.Email);
        Demand(town.PickupPoints.DistinctBy(p => p.Slug).Count() == town.PickupPoints.Count, "slug-taken", "pickupPoints", "Deux points de retrait ont le même identifiant.", "Two pickup points have the same slug.");
        foreach (var point in town.PickupPoints)
        {
            ShopRules.Check(point);
        }

        foreach (var news in town.News)
        {
            ShopRules.CheckText(news, "news");
        }
    }

    private static void Demand(bool holds, string code, string field, string sentence, string english)
    {
        if (!holds)
        {
            throw Refusal.Invalid(code, sentence, english).With("field", field);
        }
    }

    [GeneratedRegex("^#[0-9A-Fa-f]{6}$", RegexOptions.CultureInvariant)]
    private static partial Regex Accent();

    // Corsica's begin with 2A and 2B.
    [GeneratedRegex("^(\\d{2}|2[AB])\\d{3}$", RegexOptions.CultureInvariant)]
    private static partial Regex CommuneCode();
}
