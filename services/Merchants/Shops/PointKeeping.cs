using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Directory;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;

namespace Marketplace.Merchants.Shops;

/// <summary>
/// Which shop keeps a shared pickup point: one at most, of the point's town, named by who coordinates that town. Its people hand over the goods of
/// every shop there, so a shop neither takes a point nor is given one from another town.
/// </summary>
internal static class PointKeeping
{
    /// <summary>What the shop is to be, with the point that it then keeps: a definition that says nothing of one leaves it as it was, and "" takes it away.</summary>
    /// <param name="now">As it stands: changes of the directory come one at a time.</param>
    /// <param name="wanted">As it was sent.</param>
    /// <param name="towns">The shop's towns with this change.</param>
    /// <param name="caller">Who says so.</param>
    internal static ShopDefinition Settle(Snapshot now, ShopDefinition wanted, IEnumerable<string> towns, Caller caller)
    {
        var before = now.Shop(wanted.Slug)?.Definition.KeepsPoint;
        var settled = wanted with { KeepsPoint = wanted.KeepsPoint switch { null => before, "" => null, var point => point } };
        if (before != settled.KeepsPoint)
        {
            Check(now, before, settled.KeepsPoint, towns, caller);
        }

        return settled;
    }

    private static void Check(Snapshot now, string? before, string? wanted, IEnumerable<string> towns, Caller caller)
    {
        if (before is not null && now.Points.TryGetValue(before, out var left))
        {
            DemandCoordinator(left, caller);
        }

        if (wanted is not { } slug)
        {
            return;
        }

        if (!now.Points.TryGetValue(slug, out var point) || !towns.Contains(point.Town))
        {
            throw Refusal.Invalid("unknown-point", "Ce point de retrait n’est dans aucune ville de la boutique.", "This pickup point is in none of the shop’s towns.").With("field", "keepsPoint");
        }

        DemandCoordinator(point, caller);
        if (now.Shops.Values.FirstOrDefault(s => s.Definition.KeepsPoint == slug) is { } keeper)
        {
            throw new Refusal("point-kept", StatusCodes.Status409Conflict,
                $"Le point de retrait est déjà tenu par la boutique « {keeper.Definition.Name} » : retirez-le-lui d’abord.",
                $"The pickup point is kept by the shop “{keeper.Definition.Name}” already: take it from that one first.")
                .With("field", "keepsPoint").With("shop", keeper.Slug);
        }
    }

    private static void DemandCoordinator(PointRecord point, Caller caller)
    {
        if (!caller.Coordinates(point.Town))
        {
            throw new Refusal("point-of-another-town", StatusCodes.Status403Forbidden,
                "La coordination de la ville du point de retrait décide qui le tient.", "Who coordinates the pickup point’s town decides who keeps it.").With("town", point.Town);
        }
    }
}
