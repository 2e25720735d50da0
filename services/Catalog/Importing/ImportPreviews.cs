using System.Diagnostics;
using Marketplace.Catalog.Display;
using Marketplace.Catalog.Offers;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults.Shops;
using Npgsql;

namespace Marketplace.Catalog.Importing;

/// <summary>What taking a file would do, as it is kept: what is wrong is kept in both languages.</summary>
internal sealed record StoredPreview(ImportFormat Format, string[] Header, List<StoredLine> Rows, string[] Missing, int Lines, int Added, int Changed, int Unchanged, int Rejected,
    Dictionary<string, int> Reasons, bool Complete, bool Remembered, List<ImportPreview.Family>? Families = null)
{
    internal ImportPreview In(bool english) => new(Format, Header,
        [.. Rows.Select(r => new ImportPreview.Row(r.Line, r.Effect, r.Cells, r.Offer, r.Fault?.Reason, r.Fault is null ? null : english ? r.Fault.English : r.Fault.French))],
        Missing, Lines, Added, Changed, Unchanged, Rejected, Reasons, Complete, Remembered, Families);
}

internal sealed record StoredLine(int Line, string Effect, string[] Cells, OfferDefinition? Offer, Fault? Fault);

/// <summary>Goes through a file as the import would, and changes nothing.</summary>
internal sealed class ImportPreviews(NpgsqlDataSource database, ImportTables tables, ImportReading reading, ImportMappings mappings, KnownOffers offers, OfferDisplay display, TimeProvider clock)
{
    private const int RowsShown = 20;
    private const int LongestCellShown = 120;
    private const int FamiliesShown = 100;
    private const int RecordsAtOnce = 500;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    internal async Task<StoredPreview> LookAsync(ImportJob job, ShopEntry shop, CancellationToken token)
    {
        var (layout, remembered) = await LayoutAsync(job, new CategoryNames(display.Categories), token);
        var format = layout.Format;
        var names = new CategoryNames(display.Categories, format.Families);
        var (variants, families) = (new VariantsOfFile(), new Dictionary<string, (string Written, int Lines)>());
        var reads = new LineReading(format.Columns, format.Category, names);
        await tables.SayLayoutAsync(job, layout, token);
        var check = new ImportCheck(offers, shop, reads, display.Categories, Day.In(clock.GetUtcNow()));
        var preview = new StoredPreview(format, layout.Header, [], [.. MissingOf(format)], 0, 0, 0, 0, 0, [], true, remembered);
        await using var lines = await reading.OpenAsync(job.Id, format, token);
        var started = Stopwatch.GetTimestamp();
        var records = new List<ImportRecord>(RecordsAtOnce);
        var more = true;
        while (more)
        {
            records.Clear();
            var letters = 0;
            while (records.Count < RecordsAtOnce && letters < ImportWork.LettersAtOnce && (more = preview.Lines + records.Count < ImportWork.MostRecords && await lines.ReadAsync(token) is { } record && Add(records, record, ref letters)))
            {
            }

            foreach (var written in records.Where(r => r.Fault is null).Select(r => reads.Category(r.Fields)).OfType<string>().Where(w => w.Length <= ImportFormat.LongestFamily && ImportColumns.Fold(w).Length > 0 && (names.FamilyOf(w) is not null || !names.Knows(w))))
            {
                // In other letters it is the same word: as it is written first.
                var (first, times) = families.GetValueOrDefault(ImportColumns.Fold(written), (written, 0));
                families[ImportColumns.Fold(written)] = (first, times + 1);
            }

            preview = Count(preview with { Families = Shown(families, names), Format = format with { Families = names.Written(families.Values.Select(f => f.Written)) } }, await variants.RefuseAsync(database, shop, await check.CheckAsync(records, compare: true, token), token), job.AsOf);
            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                return preview with { Complete = false };
            }

            await tables.SayLinesAsync(job, preview.Lines, token);
        }

        return preview;
    }

    private static bool Add(List<ImportRecord> records, ImportRecord record, ref int letters)
    {
        records.Add(record);
        letters += record.Letters;
        return true;
    }

    private static List<ImportPreview.Family> Shown(Dictionary<string, (string Written, int Lines)> families, CategoryNames names) =>
        [.. families.OrderByDescending(f => f.Value.Lines).ThenBy(f => f.Key, StringComparer.Ordinal).Take(FamiliesShown).Select(f => new ImportPreview.Family(f.Value.Written, f.Value.Lines, names.FamilyOf(f.Value.Written)))];

    // By article number a product is known as well as by a reference.
    private static IEnumerable<string> MissingOf(ImportFormat format) =>
        ImportColumns.MissingOf(format.Columns).Where(c => (c != "sku" || !format.Columns.Contains("ean13")) && (c != "category" || format.Category is null));

    private async Task<(ImportLayout Layout, bool Remembered)> LayoutAsync(ImportJob job, CategoryNames names, CancellationToken token)
    {
        var said = CategoryNames.Together(await mappings.FamiliesAsync(job.ShopId, token), job.Format?.Families);
        if (job.Format is { Columns.Count: > 0 } agreed)
        {
            // The header is read again: what is called so in another encoding is called otherwise.
            var read = await reading.GuessAsync(job.Id, agreed, names, token);
            return (read with { Format = agreed with { Families = said } }, false);
        }

        var guessed = await reading.GuessAsync(job.Id, job.Format, names, token);
        guessed = guessed with { Format = guessed.Format with { Families = said } };
        if (job.Format is null && await mappings.FindAsync(job.ShopId, ImportColumns.Fingerprint(guessed.Header, guessed.Format.Columns.Count), token) is { } known)
        {
            // Encoding and separator are this file's own; what its columns are is as the shop said of such a file.
            var columns = known.Columns.Concat(Enumerable.Repeat("", Math.Max(0, guessed.Format.Columns.Count - known.Columns.Count))).ToArray();
            return (guessed with { Format = guessed.Format with { Columns = columns, Category = names.Tree.Find(known.Category) is null ? null : known.Category } }, true);
        }

        return (guessed, false);
    }

    private static StoredPreview Count(StoredPreview so, List<CheckedLine> lines, DateTimeOffset asOf)
    {
        var (added, changed, unchanged, rejected) = (so.Added, so.Changed, so.Unchanged, so.Rejected);
        foreach (var line in lines)
        {
            var effect = line.Offer is null ? "rejected" : line.Known is null ? "added" : line.Known.Says(line.Offer, line.StockAt ?? asOf) ? "unchanged" : "changed";
            switch (effect)
            {
                case "added": added++; break;
                case "changed": changed++; break;
                case "unchanged": unchanged++; break;
                default:
                    rejected++;
                    so.Reasons[line.Fault!.Reason] = so.Reasons.GetValueOrDefault(line.Fault.Reason) + 1;
                    break;
            }

            if (so.Rows.Count < RowsShown)
            {
                so.Rows.Add(new(line.Record.Line, effect, [.. line.Record.Fields.Take(ImportLines.MostColumns).Select(f => f.Length > LongestCellShown ? f[..LongestCellShown] + "…" : f)],
                    line.Offer is { } o ? new OfferDefinition(o.Sku, o.Ean13, o.Title, o.Brand, o.Category, null, o.Unit, o.PriceCents, o.VatRate, o.NetQuantity, o.NetUnit, o.Allergens, o.Origin,
                        o.Alcohol, o.SecondHand, o.OnHand, null, o.Status, Variant: o.Variant == Variants.None ? null : o.Variant, PieceGrams: o.Unit != SaleUnit.Weight || o.PieceGrams == 0 ? null : o.PieceGrams ?? line.Known?.Row.PieceGrams,
                        Prepacked: o.AsksPrepacked ? o.Prepacked ?? line.Known?.Row.Prepacked : null) : null, line.Fault));
            }
        }

        return so with { Lines = so.Lines + lines.Count, Added = added, Changed = changed, Unchanged = unchanged, Rejected = rejected };
    }
}
