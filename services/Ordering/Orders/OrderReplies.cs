using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Ordering;
using Marketplace.EventStore.Relay;
using MassTransit;

namespace Marketplace.Ordering.Orders;

/// <summary>What Catalog and Merchants say about an order, turned into commands. The message is acknowledged once its effect is committed.</summary>
internal sealed class OrderReplies(OrderAnswers answers, Substitutes substitutes, TimeProvider clock)
    : IConsumer<StockReserved>, IConsumer<StockRefused>, IConsumer<StockAnswerBatch>, IConsumer<StockHoldOverdue>,
        IConsumer<PickupSlotsBooked>, IConsumer<PickupSlotsRefused>, IConsumer<PickupSlotsAnswerBatch>, IConsumer<SlotHoldOverdue>, IConsumer<PickupDeadlineMoved>,
        IConsumer<PickupSlotShut>, IConsumer<BatchMoved>
{
    public Task Consume(ConsumeContext<StockReserved> context) => TakeAsync(context, context.Message);

    public Task Consume(ConsumeContext<StockRefused> context) => TakeAsync(context, context.Message);

    public Task Consume(ConsumeContext<StockAnswerBatch> context) => Parts.HandleAsync(
        [.. context.Message.Reserved, .. context.Message.Refused],
        (object answer) => answer is StockReserved reserved ? TakeAsync(context, reserved) : TakeAsync(context, (StockRefused)answer));

    public Task Consume(ConsumeContext<StockHoldOverdue> context) =>
        AnswerAsync(context, new OrderCommand.AnswerStockHold(clock.GetUtcNow()), context.Message.OrderId, new ReleaseStock(context.Message.OrderId, null, null));

    public Task Consume(ConsumeContext<PickupSlotsBooked> context) => TakeAsync(context, context.Message);

    public Task Consume(ConsumeContext<PickupSlotsRefused> context) => TakeAsync(context, context.Message);

    public Task Consume(ConsumeContext<PickupSlotsAnswerBatch> context) => Parts.HandleAsync(
        [.. context.Message.Booked, .. context.Message.Refused],
        (object answer) => answer is PickupSlotsBooked booked ? TakeAsync(context, booked) : TakeAsync(context, (PickupSlotsRefused)answer));

    public Task Consume(ConsumeContext<SlotHoldOverdue> context) =>
        AnswerAsync(context, new OrderCommand.AnswerSlotHold(clock.GetUtcNow()), context.Message.OrderId, new ReleasePickupSlots(context.Message.OrderId, null));

    public Task Consume(ConsumeContext<PickupDeadlineMoved> context)
    {
        var message = context.Message;
        return AnswerAsync(context, new OrderCommand.NoteDeadline(message.ShopId, message.CollectUntil, message.RemindAt, clock.GetUtcNow()), message.OrderId, null);
    }

    public Task Consume(ConsumeContext<PickupSlotShut> context)
    {
        var message = context.Message;
        return AnswerAsync(context, new OrderCommand.NoteSlotShut(message.ShopId, message.Version, message.Shut, message.Reopens), message.OrderId, null);
    }

    public Task Consume(ConsumeContext<BatchMoved> context)
    {
        var message = context.Message;
        return AnswerAsync(context, new OrderCommand.NoteBatchMoved(message.ShopId, message.OfferId, message.From, message.To, message.Version), message.OrderId, null);
    }

    private Task TakeAsync(ConsumeContext context, StockReserved message) => TakeAsync(
        context, new OrderCommand.NoteStockReserved(
            [.. message.Shops.Select(s => new ReservedShop(s.ShopId, s.AcceptedByItself, [.. s.Lines.Select(l => new OrderLine(
                l.OfferId, l.Sku, l.Ean13, l.Title, l.Category, l.Unit, l.Quantity, l.PriceCents, l.VatRate, l.SecondHand, l.Alcohol, l.BatchAt, l.PieceGrams, l.NoWithdrawal))]))],
            PickupCodes.New()), message.OrderId, new ReleaseStock(message.OrderId, null, null));

    private Task TakeAsync(ConsumeContext context, StockRefused message) => TakeAsync(
        context, new OrderCommand.NoteStockRefused(
            [.. message.Lines.Select(l => new RefusedLine(l.ShopId, l.OfferId, l.Reason, l.Title, l.Requested, l.Available, l.PriceCents, l.Unit, l.PieceGrams))]), message.OrderId, null);

    private Task TakeAsync(ConsumeContext context, PickupSlotsBooked message) => TakeAsync(
        context, new OrderCommand.NoteSlotsBooked(
            [.. message.Bookings.Select(b => new BookedSlot(b.ShopId, new Pickup(b.SlotId, b.Start, b.End,
                new PickupPlace(b.Place.Kind, b.Place.Slug, b.Place.Name, b.Place.Street, b.Place.Postcode, b.Place.City, b.Place.Position, b.Place.Instructions),
                b.CollectUntil, b.RemindAt)))],
            PickupCodes.New()), message.OrderId, new ReleasePickupSlots(message.OrderId, null));

    private Task TakeAsync(ConsumeContext context, PickupSlotsRefused message) => TakeAsync(
        context, new OrderCommand.NoteSlotsRefused([.. message.Refusals.Select(r => new RefusedSlot(r.ShopId, r.SlotId, r.Reason))]), message.OrderId, null);

    private Task AnswerAsync(ConsumeContext context, OrderCommand command, Contracts.OrderId order, object? release) => TakeAsync(
        context, command, order, release, context.MessageId ?? throw new InvalidOperationException("A message without an id cannot be told from its repeats."));

    private async Task TakeAsync(ConsumeContext context, OrderCommand command, Contracts.OrderId order, object? release, Guid? messageId = null)
    {
        var answer = new OrderAnswer(order, command, messageId);
        await answers.AddAsync(answer, context.CancellationToken);
        if (answer.UnknownOrder && command is OrderCommand.NoteStockReserved or OrderCommand.NoteStockRefused or OrderCommand.AnswerStockHold or OrderCommand.NoteBatchMoved && await substitutes.HearAsync(order, command, context))
        {
            return; // set aside for a question of some order, in a name of its own
        }

        if (answer.UnknownOrder && release is not null)
        {
            // Nobody's hold, after a restore perhaps: given back, or it would be asked about for ever.
            await context.Publish(release, release.GetType(), context.CancellationToken);
        }
    }
}
