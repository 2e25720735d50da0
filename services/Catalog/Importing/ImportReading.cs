using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Catalog.Importing;

/// <summary>How a file's lines are had, and what their columns are called.</summary>
internal sealed record ImportLayout(ImportFormat Format, string[] Header);

/// <summary>Opens a file as its format says, and guesses a format where none is said.</summary>
internal sealed class ImportReading(ImportTables tables)
{
    private const int SampleLines = 200;

    /// <summary>As it was agreed, for the lines that follow the header.</summary>
    internal async Task<ImportLines> OpenAsync(Guid import, ImportFormat format, CancellationToken token)
    {
        var lines = await OpenAsync(import, format.Kind, format.Encoding, format.Separator, token);
        if (format.Header)
        {
            await lines.ReadAsync(token);
        }

        return lines;
    }

    /// <summary>A file sent to be taken at once: its first line names the columns.</summary>
    internal async Task<ImportLayout> StrictAsync(Guid import, CancellationToken token)
    {
        var (kind, encoding, separator) = await KindAsync(import, token);
        await using var lines = await OpenAsync(import, kind, encoding, separator, token);
        if (await lines.ReadAsync(token) is not { } header || header.Fault is not null)
        {
            throw ImportTrouble.HeaderUnreadable();
        }

        var columns = ImportColumns.Of(header.Fields);
        return ImportColumns.Missing(columns) is { } missing
            ? throw new ImportTrouble(new("column-missing", $"La colonne « {missing} » manque dans l’en-tête.", $"The column “{missing}” is missing in the header."))
            : new ImportLayout(new ImportFormat(kind, encoding, separator, true, columns), header.Fields);
    }

    /// <param name="told">What somebody said of the text already: only the columns are guessed then.</param>
    internal async Task<ImportLayout> GuessAsync(Guid import, ImportFormat? told, CategoryNames categories, CancellationToken token)
    {
        var (kind, encoding, separator) = told is null ? await KindAsync(import, token) : (told.Kind, told.Encoding, told.Separator);
        await using var lines = await OpenAsync(import, kind, encoding, separator, token);
        var sample = new List<string[]>();
        while (sample.Count < SampleLines && await lines.ReadAsync(token) is { } record)
        {
            if (record.Fault is null)
            {
                sample.Add(record.Fields.Length > ImportLines.MostColumns ? record.Fields[..ImportLines.MostColumns] : record.Fields);
            }
        }

        if (sample.Count == 0)
        {
            throw ImportTrouble.HeaderUnreadable();
        }

        var header = told?.Header ?? ImportGuess.IsHeader(sample[0]);
        var names = header ? sample[0] : [];
        var columns = ImportGuess.Columns(names, header ? sample[1..] : sample, categories);
        return new ImportLayout(new ImportFormat(kind, encoding, separator, header, columns, told?.Category), names);
    }

    private async Task<(string Kind, string? Encoding, string? Separator)> KindAsync(Guid import, CancellationToken token)
    {
        await using var file = await tables.OpenAsync(import, token);
        var head = await CsvText.HeadAsync(file, token);
        if (await FileKinds.OfAsync(head, file, token) == FileKinds.Xlsx)
        {
            return (FileKinds.Xlsx, null, null);
        }

        var encoding = CsvText.EncodingOf(head);
        var separator = await CsvText.SeparatorOfAsync(encoding.GetString(head), token);
        return (FileKinds.Csv, encoding.WebName, separator.ToString());
    }

    private async Task<ImportLines> OpenAsync(Guid import, string kind, string? encoding, string? separator, CancellationToken token)
    {
        var file = await tables.OpenAsync(import, token);
        return kind == FileKinds.Xlsx
            ? await XlsxLines.OpenAsync(file, token)
            : new CsvLines(new StreamReader(file, CsvText.Named(encoding!), detectEncodingFromByteOrderMarks: true), separator![0]);
    }
}
