using Marketplace.Storefront.Languages;

namespace Marketplace.Storefront.Merchants.Placing;

/// <summary>What the plan shows, in words: who cannot see it knows as much.</summary>
internal static class PlanWords
{
    public static string Place(this Ui ui, TownPlan plan)
    {
        if (plan.Point is not { } point)
        {
            return ui["plan.none"];
        }
        var (town, centre) = (ui.Of(plan.Town.Name), plan.Town.Position);
        var text = Placer.IsAtCentre(plan.Town, point) ? ui.T("plan.at.centre", town)
            : ui.T("plan.at", ui.Metres(PlanView.Between(centre, point)), ui["plan.towards." + PlanView.Direction(centre, point)], town);
        return plan.Nearest is { } near ? text + " " + ui.T("plan.near", near.Name, ui.Metres(PlanView.Between(point, near.Position))) : text;
    }
}
