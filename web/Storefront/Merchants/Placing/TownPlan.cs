using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;

namespace Marketplace.Storefront.Merchants.Placing;

/// <summary>The plan of a town as it is drawn for one shop: where one finds one's way by the shops that are there already.</summary>
/// <param name="Point">Where the shop is; null: nowhere yet.</param>
/// <param name="Found">What its address could be, to choose from.</param>
/// <param name="TooFar">What was pressed is no place for a shop of the town: how far from its centre, in kilometres.</param>
/// <param name="MayKeep">The point was another address's.</param>
public sealed record TownPlan(Town Town, PlanView View, Position? Point, IReadOnlyList<TownPlan.Landmark> Landmarks, IReadOnlyList<FoundAddress> Found, int Step, double? TooFar = null, bool MayKeep = false)
{
    /// <param name="Kind"><c>shop</c> or <c>point</c>.</param>
    public sealed record Landmark(string Name, Position Position, string Kind);

    /// <param name="Text">Null: no room for it.</param>
    /// <param name="Anchor">As SVG has it.</param>
    internal sealed record Mark(double X, double Y, string Kind, string? Text = null, double TextX = 0, double TextY = 0, string Anchor = "start");

    internal static readonly int[] Steps = [10, 100, 500];

    private const int MostLabels = 7;
    private const int LongestLabel = 20;

    // Of a letter and a line as they are written at 360 px, where the picture is half as large.
    private const double Letter = 14;
    private const double Line = 30;
    private const double Beside = 14;
    private const double Dot = 9;
    private const double NearMetres = 250;

    /// <summary>As much of the town as is seen around a shop.</summary>
    internal const double MetresAround = 1200;

    private static readonly int[] _nice = [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000];

    /// <summary>A shop that has its place, to be looked at.</summary>
    internal static TownPlan Of(Town town, Position point, IEnumerable<ShopSummary> others) => new(town, PlanView.Of(point, MetresAround), point,
        [.. town.PickupPoints.Select(p => new Landmark(p.Name, p.Position, "point")), .. others.Select(s => new Landmark(s.Name, s.Position, "shop"))], [], Steps[1]);

    /// <summary>What is drawn, with as many names as there is room for: the town's own first, then those next to what is looked at.</summary>
    internal IReadOnlyList<Mark> Marks()
    {
        var (marks, taken) = (new List<Mark>(), new List<(double Left, double Top, double Right, double Bottom)>());
        if (Point is { } pin)
        {
            var (x, y) = View.At(pin);
            taken.Add((x - 24, y - 56, x + 24, y + 6));
        }
        taken.Add((0, Side - 52, 210, Side)); // the scale
        taken.Add((Side - 56, 0, Side, 70)); // the north
        var from = Point ?? View.Centre;
        var all = Landmarks.Where(l => View.Shows(l.Position)).OrderBy(l => l.Kind == "point" ? 0 : 1).ThenBy(l => PlanView.Between(from, l.Position)).ToList();
        List<Landmark> drawn = [.. all.Prepend(new Landmark(Town.Name, Town.Position, "centre")).Where(l => View.Shows(l.Position))];
        // No name is written over another's dot.
        taken.AddRange(drawn.Select(l => View.At(l.Position)).Select(at => (at.X - Dot, at.Y - Dot, at.X + Dot, at.Y + Dot)));
        foreach (var (name, position, kind) in drawn)
        {
            var (x, y) = View.At(position);
            var text = marks.Count(m => m.Text is not null) < MostLabels ? Short(name) : null;
            marks.Add(text is not null && Room(x, y, text.Length * Letter, taken) is var (textX, textY, anchor) ? new Mark(x, y, kind, text, textX, textY, anchor) : new Mark(x, y, kind));
        }
        return marks;
    }

    /// <summary>A length that is a round number and fits into the lower corner.</summary>
    internal int Scale => _nice.LastOrDefault(n => n <= View.Span * 0.33, _nice[0]);

    /// <summary>Circles around the centre that cross the picture, in metres.</summary>
    internal IEnumerable<int> Rings => _nice.Where(n => n >= View.Span * 0.12 && n <= View.Span * 0.6).Take(3);

    internal Landmark? Nearest => Point is { } point ? Landmarks.Where(l => PlanView.Between(point, l.Position) <= NearMetres).MinBy(l => PlanView.Between(point, l.Position)) : null;

    private const int Side = PlanView.Side;

    private static string Short(string name) => name.Length <= LongestLabel ? name : name[..(LongestLabel - 1)].TrimEnd() + "…";

    private static (double X, double Y, string Anchor)? Room(double x, double y, double width, List<(double Left, double Top, double Right, double Bottom)> taken)
    {
        foreach (var (left, baseline, anchor) in new[] { (x + Beside, y + 9, "start"), (x - Beside - width, y + 9, "end"), (x - (width / 2), y - 16, "middle"), (x - (width / 2), y + 38, "middle") })
        {
            var box = (Left: left, Top: baseline - Line + 6, Right: left + width, Bottom: baseline + 6);
            if (box.Left >= 4 && box.Right <= Side - 4 && box.Top >= 4 && box.Bottom <= Side - 4
                && taken.TrueForAll(t => t.Right < box.Left || t.Left > box.Right || t.Bottom < box.Top || t.Top > box.Bottom))
            {
                taken.Add(box);
                return (anchor switch { "start" => left, "end" => left + width, _ => x }, baseline, anchor);
            }
        }
        return null;
    }
}
