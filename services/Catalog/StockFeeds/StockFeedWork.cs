using Marketplace.Catalog.Offers;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.EventStore.Postgres;
using Marketplace.ServiceDefaults.Shops;
using Npgsql;

namespace Marketplace.Catalog.StockFeeds;

/// <summary>
/// Reads the shops' software on their timers, a page a transaction, each with the mark of how far it came. A figure is as old as the question for its page: what is reserved, handed over
/// or counted after that is neither brought back nor taken by it. What fails leaves every figure as it was.
/// </summary>
internal sealed partial class StockFeedWork(StockFeedTables tables, StockSoftware software, PutStock stock, IShopDirectory shops, IConfiguration configuration, TimeProvider clock, ILogger<StockFeedWork> log)
    : IDueWorkHandler
{
    internal const string WorkKind = "stock-feed";
    private const int PageLines = 1000;
    private const int MostLines = 500_000;
    private const int MostAttempts = 8;
    private const string Gone = "absent du relevé complet";
    private const string Expired = "date de validité passée";
    private const string Unplugged = "logiciel débranché";
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);
    private readonly TimeSpan _firstWait = configuration.GetValue("StockFeeds:RetryAfter", TimeSpan.FromSeconds(30));

    public string Kind => WorkKind;

    // A slice, and one question that is answered at the last moment.
    public TimeSpan Lease => TimeSpan.FromMinutes(3);

    public async Task<DateTimeOffset?> HandleAsync(DueWork work, CancellationToken token)
    {
        var now = clock.GetUtcNow();
        if (await tables.FindAsync(new(Guid.Parse(work.Key)), token) is not { } feed)
        {
            return null;
        }

        if (shops.Find(feed.ShopId) is not { } shop)
        {
            return now.AddMinutes(1); // not heard of yet by this process
        }

        if (feed.ResetAsOf is { } reset)
        {
            await SellNoMoreAsync(shop, () => tables.FedBeforeAsync(feed.ShopId, reset, unnamed: false, PageLines, token), Unplugged, reset, reservedExcluded: true, null, token);
            return await tables.ResetDoneAsync(feed, token) ? null : now; // set up anew meanwhile
        }

        await SellNoMoreAsync(shop, () => tables.ExpiredAsync(feed.ShopId, now, PageLines, token), Expired, now, reservedExcluded: true,
            (batch, skus) => StockFeedTables.EndExpiries(batch, feed.ShopId, skus, now), token);
        var run = await tables.OpenRunAsync(feed, now, token);
        if (run is null && feed.NextRunAt <= now)
        {
            run = await tables.BeginAsync(feed, StockFeedTimes.IsWholeDue(feed.ShopId.Value, feed.FullAt, now), now, token);
        }

        var next = run is null ? feed.NextRunAt : run.RetryAt > now ? run.RetryAt.Value : await ReadAsync(feed, shop, run, token);
        return await tables.NextExpiryAsync(feed.ShopId, token) is { } expiry && expiry < next ? expiry : next;
    }

    private async Task<DateTimeOffset> ReadAsync(Feed feed, ShopEntry shop, FeedRun run, CancellationToken token)
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            var asked = clock.GetUtcNow();
            var (page, serverTime, trouble) = await software.AskAsync(feed.Source, run.Cursor, run.ModifiedSince, PageLines, token);
            var now = clock.GetUtcNow();
            trouble ??= await TroubleOfAsync(run, page!, token);
            if (trouble is not null)
            {
                return await StopAsync(feed, run, trouble, now, token);
            }

            var since = run.NextSince ?? StockFeedTimes.NextSince(run.StartedAt, serverTime, now);
            if (page!.Count == 0)
            {
                return await EndAsync(feed, shop, run with { NextSince = since }, now, token);
            }

            try
            {
                await TakeAsync(feed, shop, run, page, asked, since, token);
            }
            catch (PostgresException overtaken) when (StockFeedTables.IsOvertaken(overtaken))
            {
                LogOvertaken(run.Id);
                return now;
            }

            if (clock.GetElapsedTime(started) > Slice || await tables.AgainAsync(run, token) is not { } further)
            {
                return now;
            }

            run = further;
        }
    }

    // A page that leads back to where the run was, or nowhere, would be asked for for ever.
    private async Task<FeedTrouble?> TroubleOfAsync(FeedRun run, StockFeedPage page, CancellationToken token) =>
        page.Count == 0 ? null
        : run.Lines + page.Count > MostLines ? new(new("too-many-lines", $"Votre logiciel donne plus de {MostLines} lignes ; les premières sont prises.", $"Your software gives more than {MostLines} lines; the first ones are taken."))
        : page.LastRef is not { } last ? new(new("no-reference", "Une page entière n’a aucune référence : la lecture ne peut pas aller plus loin.", "A whole page has no reference: the reading cannot go on."))
        : last == run.Cursor || await tables.WasAtAsync(run, last, token)
            ? new(new("repeated-page", "Votre logiciel redonne une page déjà lue : la lecture s’est arrêtée là. Ce qui a été lu avant est pris.",
                "Your software gives a page again that was read already: the reading stopped there. What was read before is taken."))
        : null;

    private async Task TakeAsync(Feed feed, ShopEntry shop, FeedRun run, StockFeedPage page, DateTimeOffset asked, DateTimeOffset since, CancellationToken token)
    {
        // A software that gives more lines than it was asked for keeps no order waiting longer than any other shop's figures do.
        var parts = page.Lines.Chunk(PutStock.MostLines).DefaultIfEmpty([]).ToList();
        var (skipped, changed, untold) = (page.Skipped.ToList(), 0, 0);
        foreach (var (n, part) in parts.Index())
        {
            await stock.TakeAsync(shop, [.. part.Select(LineOf)], new Counting(StockSource.Feed, asked, feed.ReservedExcluded) { OfPieces = true }, (batch, taken) =>
            {
                skipped.AddRange(taken.Faults.Where(f => f.Fault.Reason != "unknown-offer").Select(f => new SkippedLine(part[f.Index].Ref, f.Fault)));
                (changed, untold) = (changed + taken.Changed, untold + taken.Faults.Count(f => f.Fault.Reason == "unknown-offer"));
                // First: who reads the same page beside us waits here, and takes none of the rows below.
                if (n < parts.Count - 1)
                {
                    StockFeedTables.AddPart(batch, feed, run);
                }
                else
                {
                    StockFeedTables.AddProgress(batch, feed, run, new(asked, page.LastRef!, since, page.Count, changed, untold, page.Total, skipped));
                }

                StockFeedTables.AddExpiries(batch, feed.ShopId, [.. taken.Items.Zip(part).Where(t => t.First is not null && t.First.Now.AsOf == asked).Select(t => (t.First!.Offer.Sku, t.Second.Until))]);
                StockFeedTables.AddFed(batch, OffersOf(taken, asked), asked);
            }, token);
        }
    }

    // Those whose figure is now as of then: a later one was not touched.
    private static List<OfferId> OffersOf(TakenLines taken, DateTimeOffset asOf) => [.. taken.Items.OfType<StockItem>().Where(i => i.Now.AsOf == asOf).Select(i => i.Offer.OfferId)];

    private static StockLine LineOf(FedLine line) =>
        Gtin.Normalise(line.Ref).Ean13 is { } ean && !Gtin.IsInStore(ean) ? new StockLine(null, ean, line.Available) : new StockLine(line.Ref, null, line.Available);

    private async Task<DateTimeOffset> EndAsync(Feed feed, ShopEntry shop, FeedRun run, DateTimeOffset now, CancellationToken token)
    {
        // What a whole reading does not name any more has gone from the shelf; not when it named nothing, or fewer than it said: then it was no whole one. It is as if it had told
        // none of them: whether that counts what is set aside is the software's convention.
        if (run is { Whole: true, Lines: > 0 } && (run.Announced is null || run.Lines >= run.Announced))
        {
            await SellNoMoreAsync(shop, () => tables.FedBeforeAsync(feed.ShopId, run.StartedAt, unnamed: true, PageLines, token), Gone, run.StartedAt, feed.ReservedExcluded, null, token);
        }

        var next = run.StartedAt.AddMinutes(feed.EveryMinutes) is var regular && regular > now ? regular : now.AddSeconds(30);
        await tables.EndAsync(feed, run, null, now, next, token);
        return next;
    }

    private async Task<DateTimeOffset> StopAsync(Feed feed, FeedRun run, FeedTrouble trouble, DateTimeOffset now, CancellationToken token)
    {
        LogTrouble(run.Id, feed.ShopId.Value, trouble.Fault.Reason, run.Attempts + 1);
        if (trouble.Passes && run.Attempts + 1 < MostAttempts)
        {
            var wait = _firstWait * Math.Pow(2, run.Attempts) is var longer && longer < LongestWait ? longer : LongestWait;
            var until = now + (trouble.After is { } asked && asked > wait ? asked : wait);
            await tables.WaitAsync(run, trouble.Fault, until, token);
            return until;
        }

        var next = now.AddMinutes(feed.EveryMinutes);
        await tables.EndAsync(feed, run, trouble.Fault, now, next, token);
        return next;
    }

    /// <summary>Down to what is set aside, a few hundred a transaction: nothing more is for sale, and no order loses anything.</summary>
    /// <param name="reservedExcluded">Nothing was said of what is set aside: once its order ends it is for sale again. Else it is not there either.</param>
    private async Task SellNoMoreAsync(ShopEntry shop, Func<Task<List<string>>> some, string note, DateTimeOffset asOf, bool reservedExcluded, Action<NpgsqlBatch, List<string>>? alongside,
        CancellationToken token)
    {
        for (string? before = null; await some() is { Count: > 0 } skus; before = skus[0])
        {
            if (skus[0] == before)
            {
                throw new InvalidOperationException("A figure of the feed does not go down.");
            }

            await stock.TakeAsync(shop, [.. skus.Select(s => new StockLine(s, null, 0))], new Counting(StockSource.Feed, asOf, reservedExcluded) { Note = note, OnlyFed = true },
                (batch, taken) =>
                {
                    StockFeedTables.AddFed(batch, OffersOf(taken, asOf), asOf);
                    alongside?.Invoke(batch, skus);
                }, token);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Stock feed run {Run} of shop {ShopId} stopped at attempt {Attempt}: {Reason}")]
    private partial void LogTrouble(Guid run, Guid shopId, string reason, int attempt);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stock feed run {Run} was carried on or ended elsewhere")]
    private partial void LogOvertaken(Guid run);
}
