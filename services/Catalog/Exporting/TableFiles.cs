using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using SpreadCheetah;
using SpreadCheetah.Styling;
using SpreadCheetah.Worksheets;

namespace Marketplace.Catalog.Exporting;

/// <summary>A cell of a table that is handed out: words, or a number with at most so many decimals.</summary>
internal readonly record struct TableCell(string? Text, decimal? Number = null)
{
    public static implicit operator TableCell(string? text) => new(text);

    public static implicit operator TableCell(decimal? number) => new(null, number);
}

/// <summary>Tables that are handed out, row by row as they are read: CSV as spreadsheets of the country open it, or XLSX.</summary>
internal abstract class TableFiles : IAsyncDisposable
{
    internal const string Csv = "csv";
    internal const string Xlsx = "xlsx";
    internal const string XlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    /// <summary>Begins the answer. Numbers in a CSV have the comma or point of the language.</summary>
    internal static async Task<TableFiles> BeginAsync(HttpContext http, string kind, string name, bool english, CancellationToken token)
    {
        http.Response.ContentType = kind == Xlsx ? XlsxType : "text/csv; charset=utf-8";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}.{kind}\"";
        http.Response.Headers.CacheControl = "no-store";
        return kind == Xlsx ? await Workbook.BeginAsync(http, token) : new Text(http.Response.Body, english);
    }

    internal abstract Task WriteAsync(IReadOnlyList<TableCell> cells, CancellationToken token);

    /// <summary>Without this a file is seen to be cut off.</summary>
    internal abstract Task EndAsync(CancellationToken token);

    public abstract ValueTask DisposeAsync();

    private sealed class Text(Stream body, bool english) : TableFiles
    {
        // With its mark: without it spreadsheets take UTF-8 for what Windows wrote in 1995.
        private readonly StreamWriter _text = new(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), 32 * 1024, leaveOpen: true);
        private readonly NumberFormatInfo _numbers = new() { NumberDecimalSeparator = english ? "." : "," };
        private static readonly SearchValues<char> Quoted = SearchValues.Create(";\"\r\n,\t|");
        private readonly StringBuilder _line = new();

        internal override async Task WriteAsync(IReadOnlyList<TableCell> cells, CancellationToken token)
        {
            _line.Clear();
            for (var i = 0; i < cells.Count; i++)
            {
                _line.Append(i == 0 ? "" : ";");
                var text = cells[i].Number is { } number ? number.ToString("0.####", _numbers) : SafeCells.Write(cells[i].Text ?? "");
                if (text.AsSpan().ContainsAny(Quoted) || text.StartsWith(' ') || text.EndsWith(' '))
                {
                    _line.Append('"').Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
                }
                else
                {
                    _line.Append(text);
                }
            }

            await _text.WriteAsync(_line.Append("\r\n"), token);
        }

        internal override Task EndAsync(CancellationToken token) => _text.FlushAsync(token);

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask; // what was not ended is not flushed
    }

    private sealed class Workbook(Spreadsheet book, StyleId words) : TableFiles
    {
        private readonly List<Cell> _row = [];

        internal static async Task<Workbook> BeginAsync(HttpContext http, CancellationToken token)
        {
            if (http.Features.Get<IHttpBodyControlFeature>() is { } control)
            {
                control.AllowSynchronousIO = true; // the end of a zip is written so
            }

            var book = await Spreadsheet.CreateNewAsync(http.Response.Body, new SpreadCheetahOptions(), token);
            // Shown as text: what begins with = stays one, also when somebody edits it.
            var words = book.AddStyle(new Style { Format = NumberFormat.Custom("@") });
            await book.StartWorksheetAsync("Produits", new WorksheetOptions { FrozenRows = 1 }, token);
            return new Workbook(book, words);
        }

        internal override async Task WriteAsync(IReadOnlyList<TableCell> cells, CancellationToken token)
        {
            _row.Clear();
            foreach (var cell in cells)
            {
                _row.Add(cell.Number is { } number ? new Cell(number) : string.IsNullOrEmpty(cell.Text) ? new Cell() : new Cell(Clean(SafeCells.WriteText(cell.Text)), words));
            }

            await book.AddRowAsync(_row, token);
        }

        internal override async Task EndAsync(CancellationToken token) => await book.FinishAsync(token);

        public override ValueTask DisposeAsync() => book.DisposeAsync();

        // What XML cannot hold, and more than a cell can.
        private static string Clean(string text)
        {
            text = text.Length > 32_767 ? text[..32_767] : text;
            return text.AsSpan().ContainsAnyInRange('\0', '\b') || text.AsSpan().ContainsAnyInRange('\u000B', '\u001F') || text.Any(c => char.IsSurrogate(c) || c is '\uFFFE' or '\uFFFF')
                ? string.Concat(text.EnumerateRunes().Select(r => r.Value is < 32 and not ('\t' or '\n' or '\r') or 0xFFFE or 0xFFFF ? " " : r.ToString()))
                : text;
        }
    }
}
