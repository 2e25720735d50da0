using System.Threading.Channels;
using Marketplace.Catalog.Offers;
using Marketplace.Catalog.Search;
using Marketplace.Contracts;
using Marketplace.ServiceDefaults.Shops;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Marketplace.Catalog.Display;

/// <summary>
/// Fills the display at start and keeps it: it listens first and loads then, so nothing falls between. When the connection was lost
/// everything is loaded again. Other replicas' changes are seen within milliseconds; this one's own at once.
/// </summary>
internal sealed partial class DisplayFeed(NpgsqlDataSource database, OfferDisplay display, ShopViews views, ShopDirectory shops, ChangeHints hints, TimeProvider clock, ILogger<DisplayFeed> log)
    : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan Ageing = TimeSpan.FromMinutes(1);
    private volatile bool _following;
    private bool _loadedBefore;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        shops.Changed += ShopsChanged;
        ShopsChanged([.. shops.All.Select(s => s.Id)]);
        await base.StartAsync(cancellationToken);
    }

    public override Task StopAsync(CancellationToken cancellationToken)
    {
        shops.Changed -= ShopsChanged;
        return base.StopAsync(cancellationToken);
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(_following
        ? HealthCheckResult.Healthy($"{display.Count} offers are shown.")
        : HealthCheckResult.Unhealthy("The offers are not loaded, or changes are not being followed."));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                LogInterrupted(failure); // /ready says so too, until it has been made good
                await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            finally
            {
                _following = false;
            }
        }
    }

    private async Task FollowAsync(CancellationToken token)
    {
        var notes = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
        await using var session = await database.OpenConnectionAsync(token);
        session.Notification += (_, note) => notes.Writer.TryWrite(note.Payload);
        await using (var listen = new NpgsqlCommand("listen " + DisplayNotes.Channel, session))
        {
            await listen.ExecuteNonQueryAsync(token);
        }

        await LoadAsync(token);
        _following = true;
        var aged = clock.GetUtcNow();
        while (true)
        {
            await ApplyAsync(notes.Reader, token);
            var now = clock.GetUtcNow();
            if (now - aged > Ageing)
            {
                hints.Note(display.Age(aged, now));
                aged = now;
            }

            if (!await session.WaitAsync(Ageing, token))
            {
                // A session that only listens would never learn that its server is gone.
                await using var still = new NpgsqlCommand("select", session) { CommandTimeout = 10 };
                await still.ExecuteNonQueryAsync(token);
            }
        }
    }

    private async Task ApplyAsync(ChannelReader<string> notes, CancellationToken token)
    {
        var stale = new HashSet<Guid>();
        while (notes.TryRead(out var note))
        {
            switch (note[0])
            {
                case 'L': display.Apply(DisplayNotes.ReadLevels(note)); break;
                case 'O': stale.UnionWith(DisplayNotes.ReadOffers(note)); break;
                case 'C': await LoadCategoriesAsync(token); break;
            }
        }

        foreach (var some in stale.Chunk(1000))
        {
            var rows = await OfferRow.ReadAsync(database, some, token);
            display.Apply(rows);
            hints.Note(rows.Where(r => r.Level.Batches is not null).Select(r => r.OfferId)); // nobody has told of their places before they were read here
        }
    }

    private async Task LoadAsync(CancellationToken token)
    {
        var started = clock.GetTimestamp();
        await LoadCategoriesAsync(token);
        var sold = await SoldAsync(token);
        display.Index.BeginLoad();
        try
        {
            await LoadOffersAsync(sold, token);
        }
        finally
        {
            display.Index.EndLoad();
        }

        if (!_loadedBefore)
        {
            // Loading leaves as much behind as it keeps: given back before the first request, not kept for a peak that does not come again. In the middle of
            // service nobody may be kept waiting for that.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            _loadedBefore = true;
        }

        var took = clock.GetElapsedTime(started);
        LogLoaded(display.Count, took);
    }

    private async Task LoadOffersAsync(Dictionary<Guid, int> sold, CancellationToken token)
    {
        // After an interruption the archived ones matter too: they may have been archived meanwhile.
        await using var command = database.CreateCommand(OfferRow.Select + (display.Count > 0 ? "" : " where o.status = 'active'") + " order by o.offer_id");
        await using var reader = await command.ExecuteReaderAsync(token);
        var some = new List<OfferRow>(1000);
        while (await reader.ReadAsync(token))
        {
            some.Add(OfferRow.Read(reader));
            if (some.Count == 1000)
            {
                display.Apply(some, sold);
                some.Clear();
            }
        }

        display.Apply(some, sold);
    }

    private async Task LoadCategoriesAsync(CancellationToken token) => display.SetCategories(await CategoryTables.ReadAsync(database, token));

    private async Task<Dictionary<Guid, int>> SoldAsync(CancellationToken token)
    {
        await using var command = database.CreateCommand(
            """
            select offer_id, least(sum(sold), 1000000)::int
            from (select offer_id, -on_hand_delta as sold from stock_movements where kind = 'sale' and at > $1
                  union all select offer_id, taken from offer_batches where batch_at > $1 and batch_at <= $2) s
            group by offer_id
            """);
        command.Parameters.Add(new() { Value = clock.GetUtcNow().AddDays(-30) });
        command.Parameters.Add(new() { Value = clock.GetUtcNow() });
        var sold = new Dictionary<Guid, int>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            sold[reader.GetGuid(0)] = reader.GetInt32(1);
        }

        return sold;
    }

    private void ShopsChanged(IReadOnlyCollection<ShopId> changed)
    {
        views.Refresh(changed);
        foreach (var id in changed)
        {
            if (shops.Find(id) is { } shop)
            {
                display.Index.SetShop(new IndexedShop(id.Value, shop.Slug, shop.Name, shop.Towns, shop.Position.Lat, shop.Position.Lon, shop.IsPublished));
            }

            display.Index.SetPickups(id.Value, [.. shops.Outlook(id).Select(s => new PickupWindow(s.Start, s.BookableUntil))]);
        }

        var moved = display.Collect(changed.ToHashSet());
        display.Index.Refresh();
        hints.Note(changed);
        hints.Note(moved);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Offers} offers loaded in {Took}")]
    private partial void LogLoaded(int offers, TimeSpan took);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Changes of offers are not being followed; everything will be loaded again")]
    private partial void LogInterrupted(Exception failure);
}
