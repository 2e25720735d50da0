using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Directory;
using Marketplace.Merchants.Towns;
using Marketplace.ServiceDefaults;

namespace Marketplace.Merchants.Shops;

/// <summary>A shop that says itself where it is stands in its town: at a postcode of its communes, and not far away.</summary>
internal static class Whereabouts
{
    /// <param name="towns">One of them is enough.</param>
    public static void CheckPostcode(IEnumerable<TownRecord> towns, string postcode, DateOnly today)
    {
        var postcodes = towns.SelectMany(t => t.Definition.Communes).Where(c => TownViews.IsValid(c, today)).SelectMany(c => c.Postcodes).Distinct().Order(StringComparer.Ordinal).ToArray();
        if (!postcodes.Contains(postcode))
        {
            throw Refusal.Invalid("not-in-town", $"Ce code postal n’est pas celui d’une commune de la ville : {string.Join(", ", postcodes)}.", $"This postcode is of no commune of the town: {string.Join(", ", postcodes)}.")
                .With("field", "postcode").With("postcodes", postcodes);
        }
    }

    public static void CheckPosition(IEnumerable<TownRecord> towns, Position position)
    {
        if (!towns.Any(t => IsNear(t, position)))
        {
            throw Refusal.Invalid("too-far", "Ce point est trop loin de la ville.", "This place is too far from the town.").With("field", "position");
        }
    }

    public static bool IsNear(TownRecord town, Position position) => TownViews.DistanceKm(town.Definition.Position, position) <= ShopPlaces.FarthestKm;
}
