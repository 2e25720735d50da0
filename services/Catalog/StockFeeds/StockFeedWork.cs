using Marketplace.Catalog.Offers;
using Marketplace.Catalog.Stock;
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
            await SellNoMoreAsync(shop, () => tables.FedBeforeAsync(feed.ShopId, reset, PageLines, token), Unplugged, reset, null, token);
            return await tables.ResetDoneAsync(feed, token) ? null : now; // set up anew meanwhile
        }

        await SellNoMoreAsync(shop, () => tables.ExpiredAsync(feed.ShopId, now, PageLines, token), Expired, now,
            (batch, skus) => StockFeedTables.AddExpiries(batch, feed.ShopId, [.. skus.Select(s => (s, (DateTimeOffset?)null))]), token);
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
        List<StockLine> lines = [.. page.Lines.Select(LineOf)];
        await stock.TakeAsync(shop, lines, new Counting(StockSource.Feed, asked, feed.ReservedExcluded) { OfPieces = true }, (batch, taken) =>
        {
            var skipped = page.Skipped.Concat(taken.Faults.Where(f => f.Fault.Reason != "unknown-offer").Select(f => new SkippedLine(page.Lines[f.Index].Ref, f.Fault))).ToList();
            var untold = taken.Faults.Count(f => f.Fault.Reason == "unknown-offer");
            var told = taken.Items.Zip(page.Lines).Where(t => t.First is not null && t.First.Now.AsOf == asked).Select(t => (t.First!.Offer.Sku, t.Second.Until)).ToList();
            StockFeedTables.AddExpiries(batch, feed.ShopId, told);
            StockFeedTables.AddProgress(batch, feed, run, new(page.LastRef!, since, page.Count, taken.Changed, untold, page.Total, skipped));
        }, token);
    }

    private static StockLine LineOf(FedLine line) =>
        Gtin.Normalise(line.Ref).Ean13 is { } ean && !Gtin.IsInStore(ean) ? new StockLine(null, ean, line.Available) : new StockLine(line.Ref, null, line.Available);

    private async Task<DateTimeOffset> EndAsync(Feed feed, ShopEntry shop, FeedRun run, DateTimeOffset now, CancellationToken token)
    {
        // What a whole reading does not name any more has gone from the shelf; not when it named nothing, or fewer than it said: then it was no whole one.
        if (run is { Whole: true, Lines: > 0 } && (run.Announced is null || run.Lines >= run.Announced))
        {
            await SellNoMoreAsync(shop, () => tables.FedBeforeAsync(feed.ShopId, run.StartedAt, PageLines, token), Gone, run.StartedAt, null, token);
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
    private async Task SellNoMoreAsync(ShopEntry shop, Func<Task<List<string>>> some, string note, DateTimeOffset asOf, Action<NpgsqlBatch, List<string>>? alongside, CancellationToken token)
    {
        for (string? before = null; await some() is { Count: > 0 } skus; before = skus[0])
        {
            if (skus[0] == before)
            {
                throw new InvalidOperationException("A figure of the feed does not go down.");
            }

            await stock.TakeAsync(shop, [.. skus.Select(s => new StockLine(s, null, 0))], new Counting(StockSource.Feed, asOf, ReservedExcluded: true) { Note = note, OnlyFed = true },
                (batch, _) => alongside?.Invoke(batch, skus), token);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Stock feed run {Run} of shop {ShopId} stopped at attempt {Attempt}: {Reason}")]
    private partial void LogTrouble(Guid run, Guid shopId, string reason, int attempt);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stock feed run {Run} was carried on or ended elsewhere")]
    private partial void LogOvertaken(Guid run);
}
