using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Merchants.Joining;
using Marketplace.Storefront.Residents.Towns;

namespace Marketplace.Storefront.Merchants.Placing;

/// <summary>Where a shop is put (decision 18): by its address, where the geocoder is sure of it; else on a plan of the town, which is pressed on. Both are done in the form itself.</summary>
internal sealed class Placer(MerchantsClient merchants, TownDirectory towns)
{
    /// <summary>As the two pictures of the plan are shown, one on a phone and one where there is room: a press says where on it it was, in their pixels.</summary>
    internal static readonly (string Name, int Pixels)[] Pictures = [("PlanS", 256), ("PlanL", 512)];

    private const double Padding = 2.6;
    private const double Edge = 0.12;
    private const double MetresOfCentre = 30;
    private const double MetresOfOnePlace = 50;

    /// <summary>Whether two are the same place, as a page says it.</summary>
    internal static bool IsAtCentre(Town town, Position point) => PlanView.Between(town.Position, point) < MetresOfCentre;

    /// <summary>A press on the plan, or beside it: the form with what it changed, and nothing sent. Null: something else was pressed.</summary>
    internal async Task<TownPlan?> PressedAsync(ShopForm form, HttpRequest request, Town town, string? own, CancellationToken token)
    {
        var landmarks = await LandmarksAsync(town, own, token);
        var view = PlanView.Parse(form.View) ?? Start(form, town, landmarks);
        var point = form.Point;
        var step = TownPlan.Steps.FirstOrDefault(s => s.ToString(CultureInfo.InvariantCulture) == form.Step, TownPlan.Steps[1]);
        Position? to = null;
        if (Touched(await request.ReadFormAsync(token)) is var (x, y))
        {
            to = view.From(x, y);
        }
        else
        {
            switch (form.Do)
            {
                case "closer":
                    view = view.Closer with { Centre = point is not null && view.Shows(point) ? point : view.Centre };
                    break;
                case "wider":
                    view = view.Wider;
                    break;
                case "north" or "south" or "east" or "west":
                    var (east, north) = form.Do switch { "north" => (0, step), "south" => (0, -step), "east" => (step, 0), _ => (-step, 0) };
                    to = PlanView.Moved(point ?? view.Centre, east, north);
                    break;
                case "keep" or "show":
                    to = point;
                    break;
                default:
                    return null;
            }
        }
        double? tooFar = null;
        if (to is not null)
        {
            var km = PlanView.Between(town.Position, to) / 1000;
            if (km > ShopPlaces.FarthestKm)
            {
                tooFar = km;
            }
            else
            {
                point = to;
                form.Put(to);
            }
        }
        if (point is not null && to is not null && !view.Shows(point, Edge))
        {
            view = view with { Centre = point };
        }
        // Who looks closer at what there is to choose from has not chosen yet.
        var found = to is null || tooFar is not null ? form.Offered : [];
        form.Offer(found);
        return new TownPlan(town, view, point, landmarks, found, step, tooFar, MayKeep: point is not null && !form.Stands);
    }

    /// <summary>
    /// Looks for the address where the point is not its own: one that is certain is taken, unless the shop stood somewhere already; of others, and then, somebody who knows the
    /// shop chooses. What the geocoder does not say is never in the way.
    /// </summary>
    internal async Task<IReadOnlyList<FoundAddress>> FindAsync(ShopForm form, Town town, CancellationToken token)
    {
        if (PlanView.Point(form.Found) is { } chosen)
        {
            form.Put(chosen);
        }
        if (form.Stands || !form.HasAddress || (form.Point is null && !string.IsNullOrWhiteSpace(form.Position)))
        {
            return [];
        }
        var answer = await merchants.FindAddressAsync(town.Slug, form.Sought, token);
        // Refused: what is wrong with the address is said with all else that is.
        var found = answer.Value?.Places ?? [];
        if (answer.Value is { Certain: true } && found is [var place, ..])
        {
            if (form is not { Stood: "oui", Point: { } stood })
            {
                form.PutByAddress(place.Position);
                found = [];
            }
            else if (PlanView.Between(stood, place.Position) < MetresOfOnePlace)
            {
                form.KeepForAddress();
                found = [];
            }
        }
        form.Offer(found);
        return found;
    }

    /// <summary>As a page shows it first, and again after everything that is no press on it.</summary>
    internal async Task<TownPlan> ShowAsync(ShopForm form, Town town, string? own, IReadOnlyList<FoundAddress> found, CancellationToken token)
    {
        var landmarks = await LandmarksAsync(town, own, token);
        var view = found is [var first, ..] ? PlanView.Of(first.Position, Math.Max(600, Padding * found.Max(f => PlanView.Between(first.Position, f.Position))))
            : PlanView.Parse(form.View) ?? Start(form, town, landmarks);
        var step = TownPlan.Steps.FirstOrDefault(s => s.ToString(CultureInfo.InvariantCulture) == form.Step, TownPlan.Steps[1]);
        return new TownPlan(town, form.Point is { } point && found.Count == 0 && !view.Shows(point) ? view with { Centre = point } : view, form.Point, landmarks, found, step, MayKeep: form.Point is not null && !form.Stands);
    }

    // Around the shop, or the middle of the town; as wide as most of the town's shops are spread.
    private static PlanView Start(ShopForm form, Town town, IReadOnlyList<TownPlan.Landmark> landmarks)
    {
        var far = landmarks.Select(l => PlanView.Between(town.Position, l.Position)).Order().ToList();
        return form.Point is { } point ? PlanView.Of(point, TownPlan.MetresAround) : PlanView.Of(town.Position, Math.Max(2500, far.Count == 0 ? 0 : Padding * far[far.Count * 3 / 4]));
    }

    // A key pressed on a picture says its corner: taken for its middle.
    private static (double X, double Y)? Touched(IFormCollection sent)
    {
        foreach (var (name, pixels) in Pictures)
        {
            if (int.TryParse(sent[name + ".x"], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var x) && int.TryParse(sent[name + ".y"], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var y))
            {
                return (x, y) == (0, 0) ? (0.5, 0.5) : (Math.Clamp((double)x / pixels, 0, 1), Math.Clamp((double)y / pixels, 0, 1));
            }
        }
        return null;
    }

    // They help to find one's way: none are shown while Merchants does not say them.
    private async Task<IReadOnlyList<TownPlan.Landmark>> LandmarksAsync(Town town, string? own, CancellationToken token)
    {
        var points = town.PickupPoints.Select(p => new TownPlan.Landmark(p.Name, p.Position, "point"));
        try
        {
            return [.. points, .. (await towns.ShopsAsync(town.Slug, token)).Where(s => s.Slug != own).Select(s => new TownPlan.Landmark(s.Name, s.Position, "shop"))];
        }
        catch (Exception failure) when (failure is ServiceUnavailable or ServiceRefusal)
        {
            return [.. points];
        }
    }
}
