using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Contracts;

/// <summary>Price per kilogram or litre (arrêté of 16 November 1999): 250 g at 3,45 € are 13,80 €/kg. The one place where it is computed.</summary>
public static class UnitPrices
{
    // Per unit of net quantity: how many of them make the unit of display.
    private static readonly Dictionary<string, (long PerDisplay, string Display)> Units = new(StringComparer.Ordinal)
    {
        ["g"] = (1000, "kg"),
        ["kg"] = (1, "kg"),
        ["mg"] = (1_000_000, "kg"),
        ["ml"] = (1000, "l"),
        ["cl"] = (100, "l"),
        ["l"] = (1, "l"),
        ["piece"] = (1, "piece"),
    };

    public static bool Knows(string netUnit) => Units.ContainsKey(netUnit);

    public static UnitPrice? Of(SaleUnit unit, long priceCents, long? netQuantity, string? netUnit)
    {
        if (unit == SaleUnit.Weight)
        {
            return new UnitPrice(priceCents, "kg");
        }

        if (netQuantity is not { } net || netUnit is null || !Units.TryGetValue(netUnit, out var measure) || (measure.Display == "piece" && net == 1))
        {
            return null;
        }

        return new UnitPrice((long)Math.Round((decimal)priceCents * measure.PerDisplay / net, MidpointRounding.AwayFromZero), measure.Display);
    }
}
