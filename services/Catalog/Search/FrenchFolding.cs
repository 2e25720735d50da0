using System.Buffers;

namespace Marketplace.Catalog.Search;

/// <summary>
/// Letters as people type them in a hurry: lower case, no accents, ligatures apart. A fixed table rather than Unicode normalisation,
/// so that an index means the same on every machine, whatever its globalisation settings.
/// </summary>
internal static class FrenchFolding
{
    private const int TableSize = 0x250;
    private static readonly char[] Table = CreateTable();

    /// <summary>Folds one character into <paramref name="output"/>: nothing for a combining accent, two letters for a ligature.</summary>
    public static void Fold(char c, ArrayBufferWriter<char> output)
    {
        if (c < TableSize)
        {
            var folded = Table[c];
            switch (folded)
            {
                case 'œ': Add('o', 'e', output); break;
                case 'æ': Add('a', 'e', output); break;
                case 'ß': Add('s', 's', output); break;
                case 'þ': Add('t', 'h', output); break;
                default: Add(folded, output); break;
            }
        }
        else if (!IsCombining(c))
        {
            Add(char.ToLowerInvariant(c), output);
        }
    }

    public static string Fold(ReadOnlySpan<char> text)
    {
        var output = new ArrayBufferWriter<char>(Math.Max(text.Length, 8));
        foreach (var c in text)
        {
            Fold(c, output);
        }

        return output.WrittenSpan.ToString();
    }

    public static bool IsApostrophe(char c) => c is '\'' or '’' or '‘' or 'ʼ' or '´' or '`' or '＇';

    public static bool IsHyphen(char c) => c is '-' or '‐' or '‑' or '‒' or '–' or '—' or '−' or '\u00AD';

    /// <summary>Accents written as characters of their own, as macOS file names and some exports have them.</summary>
    public static bool IsCombining(char c) => c is >= '\u0300' and <= '\u036F';

    private static void Add(char c, ArrayBufferWriter<char> output)
    {
        output.GetSpan(1)[0] = c;
        output.Advance(1);
    }

    private static void Add(char first, char second, ArrayBufferWriter<char> output)
    {
        Add(first, output);
        Add(second, output);
    }

    private static char[] CreateTable()
    {
        var table = new char[TableSize];
        for (var c = 0; c < TableSize; c++)
        {
            table[c] = char.ToLowerInvariant((char)c);
        }

        string[] rows =
        [
            "aàáâãäåāăąª", "cçćĉċč", "dďđð", "eèéêëēĕėęě", "gĝğġģ", "hĥħ", "iìíîïĩīĭįı", "jĵ", "kķĸ", "lĺļľŀł", "nñńņňŉŋ", "oòóôõöøōŏőº",
            "rŕŗř", "sśŝşšſș", "tţťŧț", "uùúûüũūŭůűų", "wŵ", "yýÿŷ", "zźżž", "1¹", "2²", "3³",
        ];
        foreach (var row in rows)
        {
            foreach (var c in row.AsSpan(1))
            {
                table[c] = row[0];
                var upper = char.ToUpperInvariant(c);
                if (upper < TableSize)
                {
                    table[upper] = row[0];
                }
            }
        }

        table['İ'] = 'i';
        table['Œ'] = 'œ';
        table['Æ'] = 'æ';
        return table;
    }
}
