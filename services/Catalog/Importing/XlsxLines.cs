using System.Globalization;
using System.Text;
using System.Xml;
using Marketplace.Catalog.Exporting;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Catalog.Importing;

/// <summary>The rows of a workbook's first visible sheet, one at a time; what is shown as a date, a share or a number is read as one writes it.</summary>
internal sealed class XlsxLines : ImportLines
{
    private const int MostSharedTexts = 2_000_000;
    internal const int LongestCell = 32_767;

    private readonly WorkbookFile _book;
    private readonly XmlReader _sheet;
    private readonly List<string> _shared;
    private readonly XlsxStyles _styles;
    private readonly string?[] _cells = new string?[MostColumns];
    private readonly StringBuilder _text = new();
    private readonly char[] _chunk = new char[4096];
    private int _line;
    private long _letters;

    private XlsxLines(WorkbookFile book, XmlReader sheet, List<string> shared, XlsxStyles styles)
    {
        (_book, _sheet, _shared, _styles) = (book, sheet, shared, styles);
    }

    internal static async Task<XlsxLines> OpenAsync(Stream file, CancellationToken token)
    {
        var book = await WorkbookFile.OpenAsync(file, token);
        try
        {
            var root = (await book.RelationsAsync("", token)).Values.FirstOrDefault(r => r.Kind == "officeDocument").Part ?? "xl/workbook.xml";
            var relations = await book.RelationsAsync(root, token);
            var (sheet, from1904) = await SheetAsync(book, root, relations, token);
            var styles = relations.Values.FirstOrDefault(r => r.Kind == "styles").Part;
            var strings = relations.Values.FirstOrDefault(r => r.Kind == "sharedStrings").Part;
            return new XlsxLines(book, await book.ReadAsync(sheet, WorkbookFile.MostOfSheet, token),
                strings is not null && book.Has(strings) ? await SharedAsync(book, strings, token) : [],
                styles is not null && book.Has(styles) ? await XlsxStyles.ReadAsync(await book.SmallAsync(styles, token), from1904) : XlsxStyles.None);
        }
        catch (Exception failure)
        {
            await book.DisposeAsync();
            if (WorkbookFile.IsOfTheFile(failure))
            {
                throw ImportTrouble.Truncated();
            }

            throw;
        }
    }

    internal override async ValueTask<ImportRecord?> ReadAsync(CancellationToken token)
    {
        try
        {
            return await RowAsync(token);
        }
        catch (Exception failure) when (WorkbookFile.IsOfTheFile(failure))
        {
            throw ImportTrouble.Truncated();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        _sheet.Dispose();
        await _book.DisposeAsync();
    }

    private async Task<ImportRecord?> RowAsync(CancellationToken token)
    {
        var (column, width, kind, style, takes) = (-1, 0, default(string), 0, false);
        while (await WorkbookFile.NextAsync(_sheet))
        {
            switch (_sheet.NodeType)
            {
                case XmlNodeType.Element when _sheet.LocalName == "row":
                    _line = int.TryParse(_sheet.GetAttribute("r"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : _line + 1;
                    (column, width) = (-1, 0);
                    if (_line % 4096 == 0)
                    {
                        token.ThrowIfCancellationRequested();
                    }

                    break;
                case XmlNodeType.Element when _sheet.LocalName == "c":
                    column = ColumnOf(_sheet.GetAttribute("r")) ?? column + 1;
                    kind = _sheet.GetAttribute("t");
                    style = int.TryParse(_sheet.GetAttribute("s"), NumberStyles.None, CultureInfo.InvariantCulture, out var s) ? s : 0;
                    _text.Clear();
                    break;
                case XmlNodeType.Element when _sheet.LocalName is "v" or "t":
                    takes = !_sheet.IsEmptyElement;
                    break;
                case XmlNodeType.Element when _sheet.LocalName is "rPh" or "f":
                    await PassOverAsync(_sheet);
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace when takes:
                    await WorkbookFile.TakeAsync(_sheet, _text, _chunk);
                    break;
                case XmlNodeType.EndElement when _sheet.LocalName is "v" or "t":
                    takes = false;
                    break;
                case XmlNodeType.EndElement when _sheet.LocalName == "c" && column is >= 0 and < MostColumns:
                    if (ValueOf(kind, style) is { Length: > 0 } value)
                    {
                        _cells.AsSpan(width, Math.Max(0, column - width)).Clear();
                        _cells[column] = value;
                        width = Math.Max(width, column + 1);
                    }

                    break;
                case XmlNodeType.EndElement when _sheet.LocalName == "row" && width > 0:
                    var record = new ImportRecord(_line, Array.ConvertAll(_cells[..width], c => SafeCells.Read(c ?? "")));
                    // One text of a few bytes may stand in every cell: what comes of a workbook is no more than a file may have.
                    return (_letters += record.Letters) > Import.MostBytes ? throw ImportTrouble.TooLarge() : record;
                case XmlNodeType.EndElement when _sheet.LocalName == "sheetData":
                    return null;
            }
        }

        return null;
    }

    private string? ValueOf(string? kind, int style)
    {
        if (_text.Length == 0)
        {
            return null;
        }

        var text = _text.Length > LongestCell ? _text.ToString(0, LongestCell) : _text.ToString();
        return kind switch
        {
            "s" => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < _shared.Count ? _shared[index] : null,
            "inlineStr" or "str" or "e" or "b" or "d" => text.Replace('\0', ' '),
            _ => _styles.Written(text, style),
        };
    }

    private static int? ColumnOf(string? reference)
    {
        var column = 0;
        foreach (var c in reference ?? "")
        {
            if (!char.IsAsciiLetter(c) || column > 20_000)
            {
                break;
            }

            column = (column * 26) + char.ToUpperInvariant(c) - 'A' + 1;
        }

        return column == 0 ? null : column - 1;
    }

    private static async Task<(string Part, bool From1904)> SheetAsync(WorkbookFile book, string root, Dictionary<string, (string Kind, string Part)> relations, CancellationToken token)
    {
        using var xml = await book.SmallAsync(root, token);
        var from1904 = false;
        while (await WorkbookFile.NextAsync(xml))
        {
            if (xml is { NodeType: XmlNodeType.Element, LocalName: "workbookPr" })
            {
                from1904 = xml.GetAttribute("date1904") is "1" or "true";
            }

            if (xml is { NodeType: XmlNodeType.Element, LocalName: "sheet" } && xml.GetAttribute("state") is null or "visible" && Id(xml) is { } id
                && relations.TryGetValue(id, out var sheet) && sheet.Kind == "worksheet")
            {
                return (sheet.Part, from1904);
            }
        }

        throw ImportTrouble.NotATable();
    }

    private static string? Id(XmlReader xml)
    {
        string? id = null;
        while (xml.MoveToNextAttribute())
        {
            id = xml.LocalName == "id" ? xml.Value : id;
        }

        xml.MoveToElement();
        return id;
    }

    private static async Task<List<string>> SharedAsync(WorkbookFile book, string part, CancellationToken token)
    {
        using var xml = await book.ReadAsync(part, WorkbookFile.MostOfStrings, token);
        var shared = new List<string>();
        var (text, chunk, takes) = (new StringBuilder(), new char[4096], false);
        while (await WorkbookFile.NextAsync(xml))
        {
            switch (xml.NodeType)
            {
                case XmlNodeType.Element when xml.LocalName == "si":
                    text.Clear();
                    if (xml.IsEmptyElement)
                    {
                        shared.Add("");
                    }

                    break;
                case XmlNodeType.Element when xml.LocalName == "t":
                    takes = !xml.IsEmptyElement;
                    break;
                case XmlNodeType.Element when xml.LocalName == "rPh":
                    await PassOverAsync(xml);
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace when takes:
                    await WorkbookFile.TakeAsync(xml, text, chunk);
                    break;
                case XmlNodeType.EndElement when xml.LocalName == "t":
                    takes = false;
                    break;
                case XmlNodeType.EndElement when xml.LocalName == "si":
                    shared.Add(text.ToString(0, Math.Min(text.Length, LongestCell)).Replace('\0', ' '));
                    break;
            }

            if (shared.Count > MostSharedTexts)
            {
                throw ImportTrouble.TooLarge();
            }
        }

        return shared;
    }

    // To the end of this element; the reader's own way of skipping stands on the node after it.
    private static async Task PassOverAsync(XmlReader xml)
    {
        var depth = xml.Depth;
        while (!xml.IsEmptyElement && await WorkbookFile.NextAsync(xml) && xml.Depth > depth)
        {
        }
    }
}
