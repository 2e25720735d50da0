using System.Diagnostics.Metrics;
using Marketplace.Catalog.Batches;
using Marketplace.Catalog.Display;
using Marketplace.Catalog.Offers;
using Marketplace.Contracts;
using Marketplace.EventStore;
using Marketplace.EventStore.Postgres;
using Marketplace.EventStore.Relay;
using Marketplace.ServiceDefaults.Shops;
using Npgsql;

namespace Marketplace.Catalog.Stock;

/// <summary>
/// Where the commands about orders' stock come together: whatever waits is done in one transaction. Residents wait for what is reserved and nobody for the
/// rest, which does not stand in their way. No inbox row is written, for the
/// reservation's own row is a stronger one: it knows the order under whatever message id it comes again.
/// </summary>
internal sealed partial class StockDesk : IAsyncDisposable
{
    private static readonly Meter Meter = new("Marketplace.Catalog");
    private static readonly Counter<long> Outcomes = Meter.CreateCounter<long>("marketplace.catalog.reservations");
    private static readonly Counter<long> Conflicts = Meter.CreateCounter<long>("marketplace.reservations.conflicts", description: "Orders whose goods could not be set aside, by reason");

    private readonly NpgsqlDataSource _database;
    private readonly EventTypes _types;
    private readonly IShopDirectory _shops;
    private readonly OfferDisplay _display;
    private readonly ChangeHints _hints;
    private readonly RepeatablePublisher _answers;
    private readonly TimeProvider _clock;
    private readonly ILogger<StockDesk> _log;
    private readonly Drain<Asked> _reserving;
    private readonly Drain<Asked> _settling;

    public StockDesk(NpgsqlDataSource database, EventTypes types, IShopDirectory shops, OfferDisplay display, ChangeHints hints, RepeatablePublisher answers, TimeProvider clock, ILogger<StockDesk> log)
    {
        (_database, _types, _shops, _display, _hints, _answers, _clock, _log) = (database, types, shops, display, hints, answers, clock, log);
        _reserving = new Drain<Asked>(HandleAsync);
        _settling = new Drain<Asked>(HandleAsync, gathering: Gathering.AtLeisure);
    }

    /// <summary>The stream that holds the answer to an order's reservation, first event.</summary>
    internal static string StreamOf(OrderId order) => "reservation-" + order;

    /// <summary>Completes when the command's effect is committed. True when the order's reservation had been answered before this command.</summary>
    internal async Task<bool> HandleAsync(StockCommand command, CancellationToken token)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var asked = new Asked(command);
                await (command is StockCommand.Reserve ? _reserving : _settling).AddAsync(asked, token);
                return asked.AnsweredBefore;
            }
            catch (PostgresException race) when (attempt < 5 && race.SqlState is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DeadlockDetected)
            {
                // The order's first row was written by somebody else at this very moment: it is there now, look again.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _reserving.DisposeAsync();
        await _settling.DisposeAsync();
    }

    private async Task HandleAsync(IReadOnlyList<Asked> batch, CancellationToken token)
    {
        var book = new StockBook(_clock.GetUtcNow(), shop => _shops.Find(shop) is { IsPublished: true }, (sold, day) => WithdrawalExceptions.Of(_display.Categories.Find(sold.Category), Day.In(day)));
        await using var session = await _database.OpenConnectionAsync(token);
        await using var transaction = await session.BeginTransactionAsync(token);
        await StockTables.LoadAsync(book, [.. batch.Select(a => a.Command)], session, transaction, token);
        // What moves is dated from when its rows are ours: a sale that waited behind a count comes after it, and a repeat of that count must see it. And who waited
        // beyond the end of orders is late.
        var now = _clock.GetUtcNow();
        book.BeginAt(now);
        foreach (var asked in batch)
        {
            asked.AnsweredBefore = book.Find(asked.Command.OrderId) is { Status: not ReservationStatus.Awaited };
            book.Apply(asked.Command);
        }

        var levels = await WriteAsync(book, TraceOf, session, transaction, now, token);
        await transaction.CommitAsync(token);

        _display.Apply(levels);
        _hints.Note(levels.Select(l => l.OfferId));
        _answers.Say([.. book.Facts.Select(f => (CatalogPublications.AnswerOf(f.Fact), TraceOf(f.Order)))], CatalogPublications.Together);
        foreach (var (_, fact) in book.Facts)
        {
            Outcomes.Add(1, new KeyValuePair<string, object?>("outcome", fact is StockHeld ? "held" : "refused"));
            foreach (var reason in (fact as StockHoldRefused)?.Lines.Select(l => l.Reason).Distinct() ?? [])
            {
                Conflicts.Add(1, new KeyValuePair<string, object?>("reason", reason));
            }
        }

        foreach (var (order, shop) in book.NotSetAside)
        {
            Outcomes.Add(1, new KeyValuePair<string, object?>("outcome", "issued-without-hold"));
            LogNotSetAside(order, shop);
        }

        string? TraceOf(OrderId order) => batch.FirstOrDefault(a => a.Trace is not null && a.Command.OrderId == order)?.Trace;
    }

    private async Task<List<LevelChange>> WriteAsync(
        StockBook book, Func<OrderId, string?> traceOf, NpgsqlConnection session, NpgsqlTransaction transaction, DateTimeOffset now, CancellationToken token)
    {
        // Of what is made in batches the places matter, which are read again: their offers alone are told of.
        var moved = book.Items.Where(i => i.Now != i.Before).ToLookup(i => i.Plan is null && i.Batches.Count == 0);
        var levels = moved[true].Select(i => new LevelChange(i.Offer.OfferId, i.Now)).ToList();
        await using var writes = new NpgsqlBatch(session, transaction);
        var moves = writes.MoveLevels(book.Items);
        var batches = writes.WriteBatches(book.Batches);
        writes.AddMovements(book.Movements, now);
        writes.AddReservations(book.Reservations, now);
        if (book.Facts.Count > 0)
        {
            writes.AppendFirstFacts(_types, [.. book.Facts.Select(f => (StreamOf(f.Order), f.Fact, traceOf(f.Order)))], now);
        }

        writes.NoteLevels(levels);
        writes.NoteOffers(moved[false].Select(i => i.Offer.OfferId.Value));
        if (writes.BatchCommands.Count > 0)
        {
            await writes.ExecuteNonQueryAsync(token);
            StockWrites.DemandAllMoved(moves, book.Items);
            BatchTables.DemandAllWritten(batches, book.Batches);
        }

        return levels;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Shop {ShopId} handed over goods of order {OrderId} for which nothing is set aside here: its figures do not know of them and need a count")]
    private partial void LogNotSetAside(OrderId orderId, ShopId shopId);

    private sealed class Asked(StockCommand command)
    {
        internal StockCommand Command { get; } = command;
        internal string? Trace { get; } = TraceParent.Current;
        internal bool AnsweredBefore { get; set; }
    }
}
