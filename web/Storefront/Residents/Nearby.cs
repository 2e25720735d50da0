using System.Globalization;
using Marketplace.Contracts;

namespace Marketplace.Storefront.Residents;

/// <summary>A visitor's position as it stands in an address (<c>?pres=45.71,4.81</c>): no finer than what it is for.</summary>
internal static class Nearby
{
    /// <summary>About a kilometre: enough to sort towns.</summary>
    internal const int OfTowns = 2;

    /// <summary>About a street: enough to sort a town's shops.</summary>
    internal const int OfShops = 3;

    internal static Position? Parse(string? text, int digits) =>
        text?.Split(',') is [var lat, var lon]
        && double.TryParse(lat, NumberStyles.Float, CultureInfo.InvariantCulture, out var y) && double.TryParse(lon, NumberStyles.Float, CultureInfo.InvariantCulture, out var x)
        && Math.Abs(y) <= 90 && Math.Abs(x) <= 180
            ? new Position(Math.Round(y, digits), Math.Round(x, digits)) : null;

    internal static string Text(Position position) => string.Create(CultureInfo.InvariantCulture, $"{position.Lat},{position.Lon}");
}
