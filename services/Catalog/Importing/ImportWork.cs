using Marketplace.Catalog.Display;
using Marketplace.Catalog.Offers;
using Marketplace.Catalog.Stock;
using Marketplace.EventStore.Postgres;
using Marketplace.ServiceDefaults.Shops;
using Npgsql;

namespace Marketplace.Catalog.Importing;

/// <summary>
/// Reads uploaded files in the background: those to be looked at without a change, the others a few hundred records a transaction, each with the mark of how far it came.
/// It works in slices, so that others get their turn, and a killed process' import goes on in another.
/// </summary>
internal sealed partial class ImportWork(NpgsqlDataSource database, ImportTables tables, ImportReading files, ImportPreviews previews, KnownOffers known, OfferUpsert upsert, OfferDisplay display,
    IShopDirectory shops, TimeProvider clock, ILogger<ImportWork> log) : IDueWorkHandler
{
    internal const string WorkKind = "import";
    internal const int MostRecords = 200_000;
    private const int RecordsAtOnce = 500;

    /// <summary>Lines may be long: of those fewer are held at once.</summary>
    internal const int LettersAtOnce = 1_000_000;
    private const int MostAttempts = 8;
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(20);

    public string Kind => WorkKind;

    /// <summary>A killed process' import stands still for so long. A large file takes its time, so the lease is renewed while it is read.</summary>
    public TimeSpan Lease => TimeSpan.FromSeconds(20);

    /// <summary>Carried on elsewhere by mistake, the second one undoes what the first has done already.</summary>
    public bool RenewsLease => true;

    public async Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token)
    {
        var id = Guid.Parse(work.Key);
        if (await tables.StartAsync(id, token) is not { } job)
        {
            return null;
        }

        if (work.Attempts > MostAttempts)
        {
            LogGivenUp(id);
            await tables.EndAsync(job, new("given-up", "L’import a échoué plusieurs fois ; les lignes déjà lues sont enregistrées.", "The import failed several times; the lines read before are taken."), token);
            return null;
        }

        // The process that took the file knew the shop; this one hears of it in a moment, and the file waits as long.
        var shop = shops.Find(job.ShopId) ?? throw new InvalidOperationException($"Shop {job.ShopId} is not known here yet");
        try
        {
            if (job.Status == "checking")
            {
                await tables.SayPreviewAsync(job, await previews.LookAsync(job, shop, token), token);
                return null;
            }

            var (ended, error) = await ReadAsync(job, shop, token);
            if (!ended)
            {
                return clock.GetUtcNow();
            }

            await tables.EndAsync(job, error, token);
        }
        catch (ImportTrouble trouble)
        {
            await tables.EndAsync(job, trouble.Fault, token);
        }

        return null;
    }

    private async Task<(bool Ended, Fault? Error)> ReadAsync(ImportJob job, ShopEntry shop, CancellationToken token)
    {
        var format = job.Format;
        if (format is null)
        {
            var layout = await files.StrictAsync(job.Id, token);
            await tables.SayLayoutAsync(job, layout, token);
            format = layout.Format;
        }

        await using var lines = await files.OpenAsync(job.Id, format, token);
        var check = new ImportCheck(known, shop, new LineReading(format.Columns, format.Category, new CategoryNames(display.Categories, format.Families)), display.Categories, Day.In(clock.GetUtcNow()));
        return await ReadRecordsAsync(job, shop, check, lines, token);
    }

    private async Task<(bool Ended, Fault? Error)> ReadRecordsAsync(ImportJob job, ShopEntry shop, ImportCheck check, ImportLines lines, CancellationToken token)
    {
        var (read, done) = (0, job.RecordsRead);
        var records = new List<ImportRecord>(RecordsAtOnce);
        var letters = 0;
        var started = clock.GetTimestamp();
        while (await lines.ReadAsync(token) is { } record)
        {
            if (read == MostRecords)
            {
                await TakeAsync(job, shop, check, done, records, token);
                return (true, new("too-many-lines", $"Le fichier compte plus de {MostRecords} lignes ; les premières sont enregistrées. Envoyez la suite à part.",
                    $"The file has more than {MostRecords} lines; the first ones are taken. Send the rest apart."));
            }

            if (++read <= done)
            {
                check.Remember(record); // done before the interruption
                started = clock.GetTimestamp();
                continue;
            }

            records.Add(record);
            letters += record.Letters;
            if (records.Count >= RecordsAtOnce || letters >= LettersAtOnce)
            {
                letters = 0;
                done = await TakeAsync(job, shop, check, done, records, token);
                if (clock.GetElapsedTime(started) > Slice)
                {
                    return (false, null);
                }
            }
        }

        await TakeAsync(job, shop, check, done, records, token);
        return (true, null);
    }

    private async Task<int> TakeAsync(ImportJob job, ShopEntry shop, ImportCheck check, int done, List<ImportRecord> records, CancellationToken token)
    {
        if (records.Count == 0)
        {
            return done;
        }

        // Figures that were taken at different times are put in place apart; mostly all of a file are of one.
        var run = new List<CheckedLine>();
        var asOf = job.AsOf;
        foreach (var line in await check.CheckAsync(records, compare: false, token))
        {
            var at = line.StockAt is { } told && told < job.AsOf ? told : job.AsOf;
            if (line.Offer?.OnHand is not null && at != asOf && run.Exists(l => l.Offer?.OnHand is not null))
            {
                await PutAsync(job, shop, asOf, done, run, token);
                done += run.Count;
                run.Clear();
            }

            asOf = line.Offer?.OnHand is null ? asOf : at;
            run.Add(line);
        }

        await PutAsync(job, shop, asOf, done, run, token);
        records.Clear();
        return done + run.Count;
    }

    private async Task PutAsync(ImportJob job, ShopEntry shop, DateTimeOffset asOf, int done, List<CheckedLine> lines, CancellationToken token)
    {
        var good = lines.FindAll(l => l.Offer is not null);
        var unread = lines.Where(l => l.Offer is null).Select(l => new RejectedLine(l.Record.Line, l.Fault!, l.Record.Fields)).ToList();
        if (good.Count > 0)
        {
            await upsert.ApplyAsync(shop, good.ConvertAll(l => l.Offer!), new Counting(StockSource.Import, asOf), (batch, results) =>
            {
                // Of a file sent twice, a figure that a newer one has replaced is not a fault: it has been heard already. One that somebody wrote beside our date has not.
                var rejected = unread.Concat(good.Zip(results).Where(r => r.Second.Fault is { } fault && (fault.Reason != StockCount.OlderThanKnown || r.First.StockAt is not null))
                    .Select(r => new RejectedLine(r.First.Record.Line, r.Second.Fault!, r.First.Record.Fields))).ToList();
                var (added, changed) = (results.Count(r => r.Effect == UpsertEffect.Added), results.Count(r => r.Effect == UpsertEffect.Changed));
                ImportTables.AddProgress(batch, job.Id, done, done + lines.Count, added, changed, results.Count - added - changed, rejected);
            }, token);
            return;
        }

        await using var session = await database.OpenConnectionAsync(token);
        await using var batch = new NpgsqlBatch(session);
        ImportTables.AddProgress(batch, job.Id, done, done + lines.Count, 0, 0, 0, unread);
        await batch.ExecuteNonQueryAsync(token);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Import {Import} was given up")]
    private partial void LogGivenUp(Guid import);
}
