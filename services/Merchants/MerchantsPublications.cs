using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Contracts.Merchants;
using Marketplace.EventStore;

namespace Marketplace.Merchants;

/// <summary>The facts of this service. Its tables are the truth and its log is an outbox, so a fact is stored as the message it becomes.</summary>
internal sealed class MerchantsPublications : IPublication
{
    public static EventTypes Facts { get; } = new EventTypes(FactsJson.Default)
        .Map<ShopChanged>("shop-changed.v1")
        .Map<PickupOutlookChanged>("pickup-outlook-changed.v1")
        .Map<ApiKeyIssued>("api-key-issued.v1")
        .Map<ApiKeyRevoked>("api-key-revoked.v1")
        .Map<PickupSlotsBooked>("pickup-slots-booked.v1")
        .Map<PickupSlotsRefused>("pickup-slots-refused.v1")
        .Map<SlotHoldOverdue>("slot-hold-overdue.v1")
        .Map<PickupDeadlineMoved>("pickup-deadline-moved.v1")
        .Map<PickupSlotShut>("pickup-slot-shut.v1");

    /// <summary>An answer is said when it is written, and again whenever it is asked for again; all else is relayed.</summary>
    public IEnumerable<object> Publish(StoredEvent happened) => happened.Data is PickupSlotsBooked or PickupSlotsRefused ? [] : [happened.Data];

    /// <summary>Other services build copies and orders upon every one of them.</summary>
    public bool NeedsConsumer(Type message) => true;
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(PickupSlotsBooked))]
[JsonSerializable(typeof(PickupSlotsRefused))]
[JsonSerializable(typeof(SlotHoldOverdue))]
[JsonSerializable(typeof(PickupDeadlineMoved))]
[JsonSerializable(typeof(PickupSlotShut))]
internal sealed partial class FactsJson : JsonSerializerContext;
