using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Tests.Calendar;

namespace Marketplace.Merchants.Tests.Hosting;

internal static class Examples
{
    public static readonly Position Centre = new(45.7143, 4.8082);

    public static TownDefinition Town(string name, params PickupPointDefinition[] points) => new(
        name, new Text("Entre l’Yzeron et le Rhône.", "Between the Yzeron and the Rhône."), "#9A3B26", Centre,
        [
            new TownCommune("69149", "Oullins", ["69600"], new DateOnly(1943, 1, 1), new DateOnly(2024, 1, 1)),
            new TownCommune("69149", "Oullins-Pierre-Bénite", ["69600", "69310"], new DateOnly(2024, 1, 1), null),
        ],
        new TownOperator("Ville d’Oullins-Pierre-Bénite", "Commune", "Place Roger-Salengro, 69600", "73282932000074", "mairie@example.org", null, null, null),
        points, []);

    public static ShopDefinition Shop(string slug) => new(
        slug, "Le Fournil", "Boulangerie", new Text("Du pain.", null), "Amandine Ferrier", "47 Grande Rue", "69600", "Oullins-Pierre-Bénite", Centre,
        "04 65 71 11 10", $"{slug}@example.org", Week.Of((2..6, ["08:30-12:30", "14:00-19:00"])), new SlotRules(30, 4, 60),
        new ShopLegal("73282932000074", "SARL", "FR44732829320", false, "10.71C", "NAFRev2"), Demo: true, Published: true);

    /// <summary>A bakery that asks to come in. Its SIRET is that of no other shop of these tests, unless they say so.</summary>
    public static ShopApplication Application(string siret, string name = "Le Petit Four") => new(
        siret, name, "Boulangerie", new Text("Du pain au levain.", null), "SARL Le Petit Four", "SARL", VatExempt: false, "10.71C", "3 rue de la République", "69600", "Oullins-Pierre-Bénite",
        Centre, "04 65 71 22 33", "bonjour@petit-four.example", Week.Of((2..6, ["08:30-12:30", "14:00-19:00"])), MerchantTerms.Current, "fr");

    public static PickupPointDefinition Point(string slug, int capacity = 2) => new(
        slug, "La Mémo", "8 rue de la République", "69600", "Oullins-Pierre-Bénite", Centre, "Sonnez au comptoir.", Week.Always("17:00-20:00"), new SlotRules(60, capacity, 0));
}
