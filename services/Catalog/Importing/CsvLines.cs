using System.Text;

namespace Marketplace.Catalog.Importing;

/// <summary>A record of a CSV file, or why the line cannot be one.</summary>
internal sealed record CsvRecord(int Line, string[] Fields, string? Fault = null);

/// <summary>
/// Reads CSV (RFC 4180, any one-character separator) a record at a time, in bounded memory whatever comes: an endless line is cut off, and a quote
/// that is never closed costs its own line, not the rest of the file.
/// </summary>
internal sealed class CsvLines(TextReader text, char separator)
{
    internal const int LongestLine = 32 * 1024;
    private const int MostLinesOfRecord = 40;

    private readonly LinkedList<(int Number, string Text, bool CutOff)> _ahead = [];
    private readonly char[] _buffer = new char[16 * 1024];
    private int _at;
    private int _end;
    private int _number;

    /// <summary>Null at the end. Empty lines are passed over.</summary>
    internal async ValueTask<CsvRecord?> ReadAsync(CancellationToken token)
    {
        while (await NextAsync(token) is { } line)
        {
            if (line.CutOff)
            {
                return new CsvRecord(line.Number, [], "line-too-long");
            }

            if (line.Text.AsSpan().Trim().Trim(separator).IsEmpty)
            {
                continue;
            }

            return await RecordAsync(line.Number, line.Text, token);
        }

        return null;
    }

    private async ValueTask<CsvRecord> RecordAsync(int number, string first, CancellationToken token)
    {
        var record = first;
        var taken = new List<(int, string, bool)>();
        string[]? fields;
        while ((fields = Split(record, out var fault)) is null)
        {
            var next = fault is null && taken.Count < MostLinesOfRecord && record.Length < LongestLine ? await NextAsync(token) : null;
            if (next is not { } more || more.CutOff)
            {
                // Give back what was read in search of the closing quote: those lines may be good ones.
                if (next is { } last)
                {
                    taken.Add(last);
                }

                for (var i = taken.Count - 1; i >= 0; i--)
                {
                    _ahead.AddFirst(taken[i]);
                }

                return new CsvRecord(number, [], taken.Count > 0 || fault is null ? "quote-unclosed" : fault);
            }

            taken.Add(more);
            record = record + "\n" + more.Text;
        }

        return new CsvRecord(number, Array.ConvertAll(fields, f => f.Replace('\0', ' '))); // which no table takes
    }

    /// <summary>The fields; null with a fault when the quoting is wrong, null without one when a quote is still open.</summary>
    private string[]? Split(string record, out string? fault)
    {
        fault = null;
        var fields = new List<string>(20);
        var field = new StringBuilder();
        var at = 0;
        while (true)
        {
            field.Clear();
            if (at < record.Length && record[at] == '"')
            {
                at++;
                while (true)
                {
                    var quote = record.IndexOf('"', at);
                    if (quote < 0)
                    {
                        return null;
                    }

                    field.Append(record, at, quote - at);
                    at = quote + 1;
                    if (at < record.Length && record[at] == '"')
                    {
                        field.Append('"');
                        at++;
                        continue;
                    }

                    break;
                }

                if (at < record.Length && record[at] != separator)
                {
                    fault = "quote-misplaced";
                    return null;
                }
            }
            else
            {
                var end = record.IndexOf(separator, at);
                end = end < 0 ? record.Length : end;
                field.Append(record, at, end - at);
                at = end;
            }

            fields.Add(field.ToString());
            if (at >= record.Length)
            {
                return [.. fields];
            }

            at++; // the separator
        }
    }

    private async ValueTask<(int Number, string Text, bool CutOff)?> NextAsync(CancellationToken token)
    {
        if (_ahead.First is { } ahead)
        {
            _ahead.RemoveFirst();
            return ahead.Value;
        }

        var line = new StringBuilder();
        var (any, cutOff) = (false, false);
        while (true)
        {
            if (_at == _end)
            {
                (_at, _end) = (0, await text.ReadAsync(_buffer, token));
                if (_end == 0)
                {
                    return any ? (++_number, line.ToString(), cutOff) : null;
                }
            }

            any = true;
            var rest = _buffer.AsSpan(_at, _end - _at);
            var newLine = rest.IndexOf('\n');
            var part = newLine < 0 ? rest : rest[..newLine];
            cutOff |= line.Length + part.Length > LongestLine;
            if (!cutOff)
            {
                line.Append(part);
            }

            _at += newLine < 0 ? rest.Length : newLine + 1;
            if (newLine >= 0)
            {
                if (line.Length > 0 && line[^1] == '\r')
                {
                    line.Length--;
                }

                return (++_number, line.ToString(), cutOff);
            }
        }
    }
}
