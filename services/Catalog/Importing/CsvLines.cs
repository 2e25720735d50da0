using System.Text;
using Marketplace.Catalog.Exporting;

namespace Marketplace.Catalog.Importing;

/// <summary>
/// Reads CSV (RFC 4180, any one-character separator) a record at a time, in bounded memory whatever comes: an endless line is cut off, and a quote
/// that is never closed costs its own line, not the rest of the file.
/// </summary>
internal sealed class CsvLines(TextReader text, char separator) : ImportLines
{
    internal const int LongestLine = 32 * 1024;
    private const int MostLinesOfRecord = 40;
    private const int KeptOfLongLine = 1000;

    private readonly LinkedList<FileLine> _ahead = [];
    private readonly char[] _buffer = new char[16 * 1024];
    private int _at;
    private int _end;
    private int _number;

    private sealed record FileLine(int Number, string Text, bool CutOff, bool Unended);

    internal override async ValueTask<ImportRecord?> ReadAsync(CancellationToken token)
    {
        while (await NextAsync(token) is { } line)
        {
            if (line.CutOff)
            {
                return new ImportRecord(line.Number, [line.Text], "line-too-long");
            }

            if (line.Text.AsSpan().Trim().Trim(separator).IsEmpty)
            {
                continue;
            }

            return await RecordAsync(line, token);
        }

        return null;
    }

    public override ValueTask DisposeAsync()
    {
        text.Dispose();
        return ValueTask.CompletedTask;
    }

    private async ValueTask<ImportRecord> RecordAsync(FileLine first, CancellationToken token)
    {
        var (number, record, unended) = (first.Number, first.Text, first.Unended);
        var taken = new List<FileLine>();
        string[]? fields;
        while ((fields = Split(record, out var fault)) is null)
        {
            var next = fault is null && taken.Count < MostLinesOfRecord && record.Length < LongestLine ? await NextAsync(token) : null;
            if (next is null || next.CutOff)
            {
                // Give back what was read in search of the closing quote: those lines may be good ones.
                if (next is not null)
                {
                    taken.Add(next);
                }

                for (var i = taken.Count - 1; i >= 0; i--)
                {
                    _ahead.AddFirst(taken[i]);
                }

                return new ImportRecord(number, [first.Text.Replace('\0', ' ')], taken.Count > 0 || fault is null ? "quote-unclosed" : fault);
            }

            taken.Add(next);
            record = record + "\n" + next.Text;
            unended = next.Unended;
        }

        return new ImportRecord(number, Array.ConvertAll(fields, f => SafeCells.Read(f.Replace('\0', ' '))), Unended: unended); // which no table takes
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

    private async ValueTask<FileLine?> NextAsync(CancellationToken token)
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
                    return any ? new(++_number, line.ToString(), cutOff, Unended: true) : null;
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
            else if (line.Length > KeptOfLongLine)
            {
                line.Length = KeptOfLongLine;
            }

            _at += newLine < 0 ? rest.Length : newLine + 1;
            if (newLine >= 0)
            {
                if (line.Length > 0 && line[^1] == '\r')
                {
                    line.Length--;
                }

                return new(++_number, line.ToString(), cutOff, Unended: false);
            }
        }
    }
}
