using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Directory;
using Marketplace.Merchants.Shops;
using Marketplace.Merchants.Slots;
using Marketplace.Merchants.Towns;
using Marketplace.ServiceDefaults.Auth;
using NodaTime;

namespace Marketplace.Merchants.Addresses;

/// <summary>Where an address of a town is. Posted, since what stands in an address line ends up in logs.</summary>
internal static class FindingAddress
{
    /// <summary>At a house number and as sure as this, it is the place.</summary>
    internal const double Certain = 0.8;

    /// <summary>Less sure than this, it is not even asked about.</summary>
    internal const double Worthless = 0.4;

    /// <summary>Two that are as sure are one place when they are this close.</summary>
    private const double SamePlaceKm = 0.05;

    private const double AsSure = 0.05;

    public static RouteGroupBuilder MapAddresses(this RouteGroupBuilder api)
    {
        api.MapPost("/towns/{town}/addresses", FindAsync).RequirePersonOrOperator()
            .WithSummary("Where an address of the town is, as far as the public geocoder knows. Nothing is found where none is set up, where it does not answer, and outside the town’s communes.");
        return api;
    }

    private static async Task<FoundAddresses> FindAsync(LocalDirectory directory, IAddressFinder finder, IClock clock, string town, SoughtAddress address, CancellationToken token)
    {
        var within = directory.Now.Towns.GetValueOrDefault(town) ?? throw TownEndpoints.UnknownTown();
        var (street, postcode, city) = (address.Street.Trim(), address.Postcode.Trim(), address.City.Trim());
        ShopRules.CheckAll(ShopRules.RulesOfAddress(street, postcode, city));
        var communes = within.Definition.Communes.Where(c => TownViews.IsValid(c, Paris.DateOf(clock.GetCurrentInstant()).ToDateOnly())).ToList();
        var possible = communes.Where(c => c.Postcodes.Contains(postcode)).Select(c => c.Code).Distinct().ToList();
        if (possible.Count == 0)
        {
            return FoundAddresses.None;
        }

        var known = await finder.FindAsync(new WantedAddress(street, postcode, city, possible is [var only] ? only : null), token);
        return Judge(known ?? [], within, [.. communes.Select(c => c.Code)]);
    }

    /// <summary>What may be taken of it: in the town's communes, and near enough for one of its shops.</summary>
    internal static FoundAddresses Judge(IEnumerable<KnownPlace> known, TownRecord town, HashSet<string> communes)
    {
        var places = new List<KnownPlace>();
        foreach (var place in known.OrderByDescending(p => p.Score))
        {
            if (place.Score >= Worthless && place.Kind != "municipality" && communes.Contains(place.Commune) && Whereabouts.IsNear(town, place.Position)
                && places.TrueForAll(p => TownViews.DistanceKm(p.Position, place.Position) > SamePlaceKm))
            {
                places.Add(place);
            }
        }

        return new FoundAddresses(
            places is [{ Kind: "housenumber", Score: >= Certain } first, .. var others] && others.TrueForAll(p => p.Score < first.Score - AsSure),
            [.. places.Select(p => new FoundAddress(p.Label, p.Position))]);
    }
}
