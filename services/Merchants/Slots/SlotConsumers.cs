using Marketplace.Contracts.Ordering;
using Marketplace.EventStore.Relay;
using MassTransit;

namespace Marketplace.Merchants.Slots;

/// <summary>Takes one place in every slot of an order, or none.</summary>
internal sealed class BookSlotsConsumer(SlotBooking booking) : IConsumer<BookPickupSlots>, IConsumer<BookPickupSlotsBatch>
{
    public Task Consume(ConsumeContext<BookPickupSlots> context) => booking.BookAsync(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<BookPickupSlotsBatch> context) =>
        Parts.HandleAsync(context.Message.Orders, order => booking.BookAsync(order, context.CancellationToken));
}

/// <summary>The order stands, so its places are its own: told by the fact, and once more when an overdue hold was asked about.</summary>
internal sealed class ConfirmSlotsConsumer(SlotSettling settling) : IConsumer<OrderConfirmed>, IConsumer<ConfirmPickupSlots>
{
    public Task Consume(ConsumeContext<OrderConfirmed> context) => settling.ConfirmAsync(context.Message.OrderId, context.CancellationToken);

    public Task Consume(ConsumeContext<ConfirmPickupSlots> context) => settling.ConfirmAsync(context.Message.OrderId, context.CancellationToken);
}

internal sealed class ReleaseSlotsConsumer(SlotSettling settling) : IConsumer<ReleasePickupSlots>
{
    public Task Consume(ConsumeContext<ReleasePickupSlots> context) => settling.ReleaseAsync(context.Message, context.CancellationToken);
}
