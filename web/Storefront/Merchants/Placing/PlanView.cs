using System.Globalization;
using Marketplace.Contracts;

namespace Marketplace.Storefront.Merchants.Placing;

/// <summary>A square piece of the town, north up: which point of the ground is at which place of it. At a town's size the earth is flat enough.</summary>
/// <param name="Span">Metres from side to side.</param>
public sealed record PlanView(Position Centre, int Span)
{
    /// <summary>Units from side to side, as it is drawn.</summary>
    public const int Side = 512;

    private const double MetresOfDegree = 111_195;
    private const double Steepest = 85; // towards the poles a degree of longitude is nothing
    private static readonly int[] _spans = [300, 600, 1200, 2500, 5000, 10_000, 20_000, 40_000, 80_000];

    /// <summary>The closest one that shows at least so many metres.</summary>
    internal static PlanView Of(Position centre, double metres) => new(centre, _spans.FirstOrDefault(s => s >= metres, _spans[^1]));

    internal PlanView Closer => this with { Span = _spans.LastOrDefault(s => s < Span, _spans[0]) };

    internal PlanView Wider => this with { Span = _spans.FirstOrDefault(s => s > Span, _spans[^1]) };

    internal bool IsClosest => Span == _spans[0];

    internal bool IsWidest => Span == _spans[^1];

    /// <summary>Where a point is drawn.</summary>
    internal (double X, double Y) At(Position point)
    {
        var (east, north) = Metres(Centre, point);
        return (Side * (0.5 + (east / Span)), Side * (0.5 - (north / Span)));
    }

    /// <summary>The point at a place of the picture: 0, 0 its corner in the north-west, 1, 1 the one in the south-east.</summary>
    internal Position From(double x, double y) => Moved(Centre, (x - 0.5) * Span, (0.5 - y) * Span);

    /// <param name="margin">Part of the picture at its edges that does not count.</param>
    internal bool Shows(Position point, double margin = 0)
    {
        var (x, y) = At(point);
        var (least, most) = (Side * margin, Side * (1 - margin));
        return x >= least && x <= most && y >= least && y <= most;
    }

    internal static Position Moved(Position from, double east, double north) => new(
        Math.Round(Math.Clamp(from.Lat + (north / MetresOfDegree), -90, 90), 5),
        Math.Round(Math.Clamp(from.Lon + (east / (MetresOfDegree * Shrunk(from.Lat))), -180, 180), 5));

    /// <summary>How far east and north of the one the other is.</summary>
    internal static (double East, double North) Metres(Position from, Position to) =>
        ((to.Lon - from.Lon) * MetresOfDegree * Shrunk((from.Lat + to.Lat) / 2), (to.Lat - from.Lat) * MetresOfDegree);

    internal static double Between(Position from, Position to)
    {
        var (east, north) = Metres(from, to);
        return Math.Sqrt((east * east) + (north * north));
    }

    /// <summary>Of the eight: <c>n</c>, <c>ne</c>, <c>e</c> …</summary>
    internal static string Direction(Position from, Position to)
    {
        var (east, north) = Metres(from, to);
        string[] all = ["n", "ne", "e", "se", "s", "so", "o", "no"];
        return all[(int)Math.Round(Math.Atan2(east, north) / (Math.PI / 4) + 8) % 8];
    }

    internal static Position? Point(string? text) => (text ?? "").Split(',') is [var north, var east]
        && double.TryParse(north, NumberStyles.Float, CultureInfo.InvariantCulture, out var lat) && double.TryParse(east, NumberStyles.Float, CultureInfo.InvariantCulture, out var lon)
        && lat is >= -90 and <= 90 && lon is >= -180 and <= 180 ? new Position(lat, lon) : null;

    internal static string Write(Position position) => string.Create(CultureInfo.InvariantCulture, $"{position.Lat:0.#####}, {position.Lon:0.#####}");

    /// <summary>As a page had it.</summary>
    internal static PlanView? Parse(string? text) => text?.LastIndexOf(',') is > 0 and var last && Point(text[..last]) is { } centre
        && int.TryParse(text[(last + 1)..], NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var span) && _spans.Contains(span) ? new PlanView(centre, span) : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Write(Centre)}, {Span}");

    private static double Shrunk(double lat) => Math.Cos(double.DegreesToRadians(Math.Clamp(lat, -Steepest, Steepest)));
}
