using System.Text;
using Marketplace.Catalog.Display;
using Marketplace.Catalog.Offers;
using Marketplace.Catalog.Stock;
using Marketplace.EventStore.Postgres;
using Marketplace.ServiceDefaults.Shops;
using Npgsql;

namespace Marketplace.Catalog.Importing;

/// <summary>
/// Reads uploaded files in the background, a few hundred records a transaction, each with the mark of how far it came. It works in slices shorter
/// than the timer's lease, and a killed process' import goes on in another.
/// </summary>
internal sealed partial class ImportWork(NpgsqlDataSource database, ImportTables tables, OfferUpsert upsert, OfferDisplay display, IShopDirectory shops, TimeProvider clock, ILogger<ImportWork> log)
    : IDueWorkHandler
{
    internal const string WorkKind = "import";
    private const int RecordsAtOnce = 200;
    private const int MostRecords = 200_000;
    private const int MostAttempts = 8;
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(20);

    public string Kind => WorkKind;

    public async Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token)
    {
        var id = Guid.Parse(work.Key);
        if (await tables.StartAsync(id, token) is not { } job)
        {
            return null;
        }

        if (work.Attempts > MostAttempts || shops.Find(job.ShopId) is not { } shop)
        {
            LogGivenUp(id);
            await tables.EndAsync(id, new("given-up", "L’import a échoué plusieurs fois ; les lignes déjà lues sont enregistrées.", "The import failed several times; the lines read before are taken."), token);
            return null;
        }

        var (ended, error) = await ReadAsync(job, shop, token);
        if (!ended)
        {
            return clock.GetUtcNow();
        }

        await tables.EndAsync(id, error, token);
        return null;
    }

    private async Task<(bool Ended, Fault? Error)> ReadAsync(ImportJob job, ShopEntry shop, CancellationToken token)
    {
        await using var head = new ImportedFile(tables, job.Id);
        var sample = await CsvText.HeadAsync(head, token);
        var encoding = CsvText.EncodingOf(sample);
        await using var file = new ImportedFile(tables, job.Id);
        using var text = new StreamReader(file, encoding, detectEncodingFromByteOrderMarks: true);
        var separator = CsvText.SeparatorOf(encoding.GetString(sample).Split('\n')[0]);
        var lines = new CsvLines(text, separator);
        if (await lines.ReadAsync(token) is not { } header || header.Fault is not null)
        {
            return (true, new("header-unreadable", "La première ligne n’est pas une ligne d’en-tête lisible.", "The first line is not a readable header."));
        }

        var (columns, missing) = ImportColumns.Of(header.Fields);
        if (columns is null)
        {
            return (true, new("column-missing", $"La colonne « {missing} » manque dans l’en-tête.", $"The column “{missing}” is missing in the header."));
        }

        return await ReadRecordsAsync(new Reading(job, shop, columns, Day.In(clock.GetUtcNow())), lines, token);
    }

    private async Task<(bool Ended, Fault? Error)> ReadRecordsAsync(Reading reading, CsvLines lines, CancellationToken token)
    {
        var started = clock.GetTimestamp();
        while (await lines.ReadAsync(token) is { } record)
        {
            if (reading.Read == MostRecords)
            {
                await FlushAsync(reading, token);
                return (true, new("too-many-lines", $"Le fichier compte plus de {MostRecords} lignes ; les premières sont enregistrées. Envoyez la suite à part.",
                    $"The file has more than {MostRecords} lines; the first ones are taken. Send the rest apart."));
            }

            reading.Take(record, display.Categories);
            if (reading.Pending >= RecordsAtOnce)
            {
                await FlushAsync(reading, token);
                if (clock.GetElapsedTime(started) > Slice)
                {
                    return (false, null);
                }
            }
        }

        await FlushAsync(reading, token);
        return (true, null);
    }

    private async Task FlushAsync(Reading reading, CancellationToken token)
    {
        if (reading.Pending == 0)
        {
            return;
        }

        if (reading.Offers.Count > 0)
        {
            await upsert.ApplyAsync(reading.Shop, reading.Offers.ConvertAll(o => o.Offer), new Counting(StockSource.Import, reading.Job.AsOf), (batch, results) =>
            {
                // Of a file sent twice, a figure that a newer one has replaced is not a fault: it has been heard already.
                reading.Rejected.AddRange(reading.Offers.Zip(results).Where(r => r.Second.StockFault is { Reason: not StockCount.OlderThanKnown })
                    .Select(r => new RejectedLine(r.First.Line, r.Second.StockFault!)));
                var unchanged = results.Count(r => r.Effect == UpsertEffect.Unchanged);
                ImportTables.AddProgress(batch, reading.Job.Id, reading.Flushed, reading.Read, results.Count - unchanged, unchanged, reading.Rejected);
            }, token);
        }
        else
        {
            await using var session = await database.OpenConnectionAsync(token);
            await using var batch = new NpgsqlBatch(session);
            ImportTables.AddProgress(batch, reading.Job.Id, reading.Flushed, reading.Read, 0, 0, reading.Rejected);
            await batch.ExecuteNonQueryAsync(token);
        }

        reading.Flush();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Import {Import} was given up")]
    private partial void LogGivenUp(Guid import);

    /// <summary>Where the reading of one file stands.</summary>
    private sealed class Reading(ImportJob job, ShopEntry shop, ImportColumns columns, DateOnly today)
    {
        private readonly HashSet<ulong> _skus = [];

        internal ImportJob Job { get; } = job;
        internal ShopEntry Shop { get; } = shop;
        internal int Read { get; private set; }
        internal int Flushed { get; private set; } = job.RecordsRead;
        internal int Pending => Read - Flushed;
        internal List<(int Line, CheckedOffer Offer)> Offers { get; } = [];
        internal List<RejectedLine> Rejected { get; } = [];

        internal void Take(CsvRecord record, CategoryTree categories)
        {
            Read++;
            var (offer, fault) = Check(record, categories);
            if (Read <= Flushed)
            {
                return; // done before the interruption; read again only to know its reference
            }

            if (offer is null)
            {
                Rejected.Add(new(record.Line, fault!));
            }
            else
            {
                Offers.Add((record.Line, offer));
            }
        }

        internal void Flush()
        {
            Flushed = Read;
            Offers.Clear();
            Rejected.Clear();
        }

        private (CheckedOffer? Offer, Fault? Fault) Check(CsvRecord record, CategoryTree categories)
        {
            if (record.Fault is { } broken)
            {
                return (null, broken switch
                {
                    "line-too-long" => new(broken, "La ligne est trop longue.", "The line is too long."),
                    "quote-unclosed" => new(broken, "Un guillemet ouvert n’est pas refermé.", "An opened quotation mark is not closed."),
                    _ => new(broken, "Un guillemet est mal placé.", "A quotation mark is misplaced."),
                });
            }

            var (definition, unreadable) = columns.Read(record.Fields);
            if (definition is null)
            {
                return (null, unreadable);
            }

            var (offer, fault) = OfferRules.Check(definition, categories, today);
            return offer is not null && !_skus.Add(Fingerprint(offer.Sku))
                ? (null, StockCount.Duplicate())
                : (offer, fault);
        }

        // FNV-1a: eight bytes a reference instead of the reference, for files of any size.
        private static ulong Fingerprint(string sku)
        {
            var hash = 14695981039346656037UL;
            foreach (var b in Encoding.UTF8.GetBytes(sku))
            {
                hash = unchecked((hash ^ b) * 1099511628211UL);
            }

            return hash;
        }
    }
}
