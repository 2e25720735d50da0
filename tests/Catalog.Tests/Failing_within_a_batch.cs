using Marketplace.Catalog.Stock;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Ordering;
using MassTransit;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Marketplace.Catalog.Tests;

/// <summary>
/// Orders ask for their stock together, and the database refuses one of them each time (decision 12): it neither takes the others along nor has them set
/// aside twice, whether the message comes again until it goes well or is given up and the order asks again alone.
/// </summary>
[Collection(CatalogHost.Collection)]
public sealed class Failing_within_a_batch(CatalogHost catalog)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_order_comes_again_with_the_others_and_is_reserved_once_its_cause_is_gone()
    {
        var batch = await AskAsync();
        await using var cause = batch.Cause;

        // One try counts it twice at most: with the others, and alone.
        await CatalogHost.EventuallyAsync(async () => await cause.RefusedAsync() > 2, "the message comes again");
        await OthersHaveTheirsAsync(batch);

        await cause.DisposeAsync();

        (await catalog.Answer(batch.Failing.OrderId).WaitAsync(Patience, Token)).ShouldBeOfType<StockReserved>();
        await AllHaveTheirsOnceAsync(batch);
    }

    [Fact]
    public async Task One_order_that_was_given_up_is_reserved_when_it_asks_again_alone_and_nothing_moves_when_the_message_is_put_back()
    {
        var batch = await AskAsync();
        await using var cause = batch.Cause;

        await CatalogHost.EventuallyAsync(() => catalog.Heard.OfType<Fault<ReserveStockBatch>>().Any(f => f.Message.Orders.Any(o => o.OrderId == batch.Failing.OrderId)), "it is given up");
        await OthersHaveTheirsAsync(batch);
        await cause.DisposeAsync();

        (await catalog.AskAsync(batch.Failing)).ShouldBeOfType<StockReserved>();
        await AllHaveTheirsOnceAsync(batch);

        var answered = Answers(batch.Failing);
        await PutBackAsync();
        await CatalogHost.EventuallyAsync(() => Answers(batch.Failing) > answered, "it is answered as the first time");
        await AllHaveTheirsOnceAsync(batch);
    }

    private int Answers(ReserveStock order) => catalog.Heard.OfType<StockReserved>().Count(m => m.OrderId == order.OrderId);

    /// <summary>All want one of the same goods, which suffice; one wants something else too, whose row is refused after its goods have moved.</summary>
    private async Task<Batch> AskAsync()
    {
        var shop = await catalog.ShopAsync();
        var (common, refused) = (await catalog.OfferAsync(shop, 4), await catalog.OfferAsync(shop, 5));
        var others = Enumerable.Range(0, 3).Select(_ => CatalogHost.Reserve((shop, common, 1))).ToList();
        var batch = new Batch(others, CatalogHost.Reserve((shop, common, 1), (shop, refused, 2)), common, refused, await Cause.OfAsync(catalog.Database, refused));
        await catalog.SayAsync(new ReserveStockBatch([others[0], batch.Failing, .. others[1..]]));
        return batch;
    }

    private async Task OthersHaveTheirsAsync(Batch batch)
    {
        (await Task.WhenAll(batch.Others.Select(o => catalog.Answer(o.OrderId))).WaitAsync(Patience, Token)).ShouldAllBe(answer => answer is StockReserved);
        (await catalog.StockAsync(batch.Common)).ShouldBe((4, 3), "each of the others once, though their message came again");
        (await catalog.StockAsync(batch.Refused)).ShouldBe((5, 0));
        (await WrittenAsync(batch.Failing)).ShouldBe((0, 0, 0, 0), "nothing of it");
        Answers(batch.Failing).ShouldBe(0);
        await catalog.LedgerHoldsAsync();
    }

    private async Task AllHaveTheirsOnceAsync(Batch batch)
    {
        (await catalog.StockAsync(batch.Common)).ShouldBe((4, 4));
        (await catalog.StockAsync(batch.Refused)).ShouldBe((5, 2));
        (await WrittenAsync(batch.Failing)).ShouldBe((1, 1, 2, 2));
        foreach (var other in batch.Others)
        {
            (await WrittenAsync(other)).ShouldBe((1, 1, 1, 1));
        }

        await catalog.LedgerHoldsAsync();
    }

    /// <summary>What the tables hold of one order.</summary>
    private async Task<(long Facts, long Reservations, long Lines, long Movements)> WrittenAsync(ReserveStock order) => (
        await catalog.ScalarAsync<long>("select count(*) from events where stream = $1", StockDesk.StreamOf(order.OrderId)),
        await catalog.ScalarAsync<long>("select count(*) from reservations where order_id = $1", order.OrderId.Value),
        await catalog.ScalarAsync<long>("select count(*) from reservation_lines where order_id = $1", order.OrderId.Value),
        await catalog.ScalarAsync<long>("select count(*) from stock_movements where order_id = $1", order.OrderId.Value));

    /// <summary>As the operator does with what was given up, once its cause is mended.</summary>
    private async Task PutBackAsync()
    {
        await using var connection = await new ConnectionFactory { Uri = catalog.Broker }.CreateConnectionAsync(Token);
        var given = await Eventually.GetAsync(() => TakeAsync(connection), message => message is not null, Patience, "the message lies in the error queue");
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);
        await channel.BasicPublishAsync("", "catalog-reserve-stock", mandatory: true, new BasicProperties(given!.BasicProperties) { Headers = null }, given.Body, Token);
    }

    private static async Task<BasicGetResult?> TakeAsync(IConnection connection)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);
        try
        {
            return await channel.BasicGetAsync("catalog-reserve-stock_error", autoAck: true, Token);
        }
        catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return null; // made with its first message
        }
    }

    private sealed record Batch(IReadOnlyList<ReserveStock> Others, ReserveStock Failing, OfferId Common, OfferId Refused, Cause Cause);

    /// <summary>The database refuses to set one offer aside, and counts how often: a sequence keeps its number where all else is rolled back.</summary>
    private sealed class Cause(NpgsqlDataSource database) : IAsyncDisposable
    {
        internal static async Task<Cause> OfAsync(NpgsqlDataSource database, OfferId offer)
        {
            await DoAsync(database,
                $"""
                create sequence refusals;
                create function refuse() returns trigger language plpgsql as
                    'begin perform nextval(''refusals''); raise exception ''This offer is not set aside''; end';
                create trigger refuse before insert on reservation_lines for each row when (new.offer_id = '{offer.Value}') execute function refuse();
                """);
            return new Cause(database);
        }

        internal async Task<long> RefusedAsync()
        {
            await using var command = database.CreateCommand("select coalesce(pg_sequence_last_value('refusals'), 0)");
            return (long)(await command.ExecuteScalarAsync(Token))!;
        }

        public async ValueTask DisposeAsync() => await DoAsync(database, "drop function if exists refuse cascade; drop sequence if exists refusals");

        private static async Task DoAsync(NpgsqlDataSource database, string sql)
        {
            await using var command = database.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(Token);
        }
    }
}
