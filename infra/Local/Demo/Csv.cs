using System.Text;

namespace Marketplace.Local.Demo;

/// <summary>Reads RFC 4180 with semicolons: quoted fields may hold separators, line ends and doubled quotes.</summary>
internal static class Csv
{
    private const char Separator = ';';

    /// <summary>Each line as its fields by the names of the header.</summary>
    public static IEnumerable<IReadOnlyDictionary<string, string>> Read(string text)
    {
        var lines = Lines(text);
        var header = lines.FirstOrDefault() ?? [];
        return lines.Skip(1).Where(line => line.Count > 1)
            .Select(line => header.Zip(line).ToDictionary(pair => pair.First, pair => pair.Second.Trim()));
    }

    private static List<List<string>> Lines(string text)
    {
        var (lines, line, field, quoted) = (new List<List<string>>(), new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"' when quoted && i + 1 < text.Length && text[i + 1] == '"':
                    field.Append('"');
                    i++;
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case Separator when !quoted:
                    line.Add(field.ToString());
                    field.Clear();
                    break;
                case '\n' when !quoted:
                    line.Add(field.ToString());
                    field.Clear();
                    lines.Add(line);
                    line = [];
                    break;
                case '\r' when !quoted:
                    break;
                default:
                    field.Append(text[i]);
                    break;
            }
        }

        if (line.Count > 0 || field.Length > 0)
        {
            line.Add(field.ToString());
            lines.Add(line);
        }

        return lines;
    }
}
