using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Directory;

namespace Marketplace.Merchants.Towns;

/// <summary>Towns as the API shows them.</summary>
internal static class TownViews
{
    private const double EarthKm = 6371.0088;

    public static TownSummary Summarise(TownRecord town, int shops, DateOnly today, Position? near)
    {
        var communes = town.Definition.Communes.Where(c => IsValid(c, today)).ToList();
        return new TownSummary(town.Slug, town.Definition.Name, town.Definition.Position,
            [.. communes.SelectMany(c => c.Postcodes).Distinct().Order(StringComparer.Ordinal)], [.. communes.Select(c => c.Name)],
            shops, town.Definition.Accent, near is null ? null : Math.Round(DistanceKm(near, town.Definition.Position), 2));
    }

    public static Town Show(TownRecord town, int shops)
    {
        var definition = town.Definition;
        return new Town(town.Slug, definition.Name, definition.Intro, definition.Accent, definition.Position, definition.Communes, definition.Operator,
            [.. town.Points.Select(p => p.Definition).Select(p => new PickupPoint(p.Slug, p.Name, p.Street, p.Postcode, p.City, p.Position, p.Instructions, p.Hours))],
            definition.News, shops);
    }

    /// <summary>Great-circle distance (haversine).</summary>
    public static double DistanceKm(Position a, Position b)
    {
        var (latA, latB) = (double.DegreesToRadians(a.Lat), double.DegreesToRadians(b.Lat));
        var (lat, lon) = ((latB - latA) / 2, double.DegreesToRadians(b.Lon - a.Lon) / 2);
        var h = (Math.Sin(lat) * Math.Sin(lat)) + (Math.Cos(latA) * Math.Cos(latB) * Math.Sin(lon) * Math.Sin(lon));
        return 2 * EarthKm * Math.Asin(Math.Min(1, Math.Sqrt(h)));
    }

    // Half-open, as registers write it: the last date is the first on which it no longer holds.
    internal static bool IsValid(TownCommune commune, DateOnly day) => commune.ValidFrom <= day && (commune.ValidTo is null || day < commune.ValidTo);
}
