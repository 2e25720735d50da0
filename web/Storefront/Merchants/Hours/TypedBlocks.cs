using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Languages;

namespace Marketplace.Storefront.Merchants.Hours;

/// <summary>One row of two time fields, as typed.</summary>
public sealed record TypedBlock(string From, string To)
{
    public bool Blank => From.Length == 0 && To.Length == 0;
}

/// <summary>The rows of a day in a form. Their fields are named after it: <c>lundi-0-de</c>, <c>lundi-0-a</c>.</summary>
public sealed record TypedBlocks(string Name, IReadOnlyList<TypedBlock> Rows)
{
    /// <summary>As many as the service takes.</summary>
    public const int Most = 6;

    public bool Blank => Rows.All(r => r.Blank);

    public string FromName(int row) => $"{Name}-{row}-de";

    public string ToName(int row) => $"{Name}-{row}-a";

    // A time field knows no 24:00: midnight at the end of a day is the 00:00 it ends with.
    internal static TypedBlocks Of(string name, IReadOnlyList<HoursBlock> blocks) =>
        new TypedBlocks(name, [.. blocks.Select(b => new TypedBlock(b.From, b.To == "24:00" ? "00:00" : b.To))]).Padded(2);

    internal static TypedBlocks Read(string name, IFormCollection form)
    {
        var rows = new List<TypedBlock>();
        for (var row = 0; row < Most && form.ContainsKey($"{name}-{row}-de"); row++)
        {
            rows.Add(new TypedBlock(Short(form[$"{name}-{row}-de"]), Short(form[$"{name}-{row}-a"])));
        }
        return new TypedBlocks(name, rows).Padded(2);
    }

    internal TypedBlocks WithOneMore() => Padded(Math.Min(Most, Rows.Count + 1));

    internal TypedBlocks Named(string name) => this with { Name = name };

    /// <summary>The hours meant by the rows that are filled in; what is wrong with them is added to the complaints, each with its field.</summary>
    internal IReadOnlyList<HoursBlock> Check(string day, Ui ui, ICollection<(string Target, string Message)> complaints)
    {
        var (blocks, before) = (new List<HoursBlock>(), complaints.Count);
        for (var row = 0; row < Rows.Count; row++)
        {
            if (Rows[row].Blank)
            {
                continue;
            }
            var (from, to) = (HoursWords.ParseTime(Rows[row].From), HoursWords.ParseTime(Rows[row].To));
            to = to == "00:00" ? "24:00" : to;
            if (from is null || to is null)
            {
                complaints.Add((from is null ? FromName(row) : ToName(row), ui.T("pro.hours.wrong.time", day)));
            }
            else if (string.CompareOrdinal(from, to) >= 0)
            {
                complaints.Add((ToName(row), ui.T("pro.hours.wrong.order", day, ui.Clock(from), ui.Clock(to))));
            }
            else if (blocks.Find(b => string.CompareOrdinal(from, b.To) < 0 && string.CompareOrdinal(b.From, to) < 0) is { } other)
            {
                complaints.Add((FromName(row), ui.T("pro.hours.wrong.overlap", day, ui.Block(other), ui.Block(new HoursBlock(from, to)))));
            }
            else
            {
                blocks.Add(new HoursBlock(from, to));
            }
        }
        return complaints.Count > before ? [] : [.. blocks.OrderBy(b => b.From, StringComparer.Ordinal)];
    }

    private TypedBlocks Padded(int rows) => Rows.Count >= rows ? this : this with { Rows = [.. Rows, .. Enumerable.Repeat(new TypedBlock("", ""), rows - Rows.Count)] };

    private static string Short(string? typed) => typed is null ? "" : typed.Trim() is { Length: <= 10 } kept ? kept : typed.Trim()[..10];
}
