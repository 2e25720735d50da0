using System.Collections.Concurrent;
using Marketplace.Contracts.Ordering;
using Marketplace.EventStore;
using Marketplace.EventStore.Relay;
using MassTransit;

namespace Marketplace.Catalog.Stock;

/// <summary>Reserves and answers, and answers a repeated request again with the first answer.</summary>
internal sealed class ReserveStockConsumer(StockDesk desk, IEventStore log, RepeatablePublisher answers) : IConsumer<ReserveStock>, IConsumer<ReserveStockBatch>
{
    public async Task Consume(ConsumeContext<ReserveStock> context)
    {
        if (await ReserveAsync(context.Message, context.CancellationToken) is { } earlier)
        {
            answers.Say(earlier, TraceParent.Current);
        }
    }

    public async Task Consume(ConsumeContext<ReserveStockBatch> context)
    {
        var earlier = new ConcurrentQueue<object>();
        await Parts.HandleAsync(context.Message.Orders, async order =>
        {
            if (await ReserveAsync(order, context.CancellationToken) is { } answer)
            {
                earlier.Enqueue(answer);
            }
        });
        answers.Say([.. earlier.Select(answer => (answer, (string?)null))], CatalogPublications.Together);
    }

    /// <summary>The answer that an order had before; null: it has it now.</summary>
    private async Task<object?> ReserveAsync(ReserveStock order, CancellationToken token) =>
        await desk.HandleAsync(new StockCommand.Reserve(order), token) && (await log.ReadAsync(StockDesk.StreamOf(order.OrderId), token)).Events is [var first, ..]
            ? CatalogPublications.AnswerOf(first.Data)
            : null;
}

/// <summary>The order stands, so its goods are its own: told by the fact, and once more when an overdue hold was asked about.</summary>
internal sealed class ConfirmStockConsumer(StockDesk desk) : IConsumer<OrderConfirmed>, IConsumer<ConfirmStock>
{
    public Task Consume(ConsumeContext<OrderConfirmed> context) => desk.HandleAsync(new StockCommand.Confirm(context.Message.OrderId), context.CancellationToken);

    public Task Consume(ConsumeContext<ConfirmStock> context) => desk.HandleAsync(new StockCommand.Confirm(context.Message.OrderId), context.CancellationToken);
}

internal sealed class ReleaseStockConsumer(StockDesk desk) : IConsumer<ReleaseStock>
{
    public Task Consume(ConsumeContext<ReleaseStock> context) =>
        desk.HandleAsync(new StockCommand.Release(context.Message.OrderId, context.Message.ShopId, context.Message.Offers, context.Message.At, context.Message.Missing), context.CancellationToken);
}

internal sealed class IssueStockConsumer(StockDesk desk) : IConsumer<IssueStock>
{
    public Task Consume(ConsumeContext<IssueStock> context) =>
        desk.HandleAsync(new StockCommand.Issue(context.Message.OrderId, context.Message.ShopId, context.Message.Lines, context.Message.At, context.Message.Missing), context.CancellationToken);
}
