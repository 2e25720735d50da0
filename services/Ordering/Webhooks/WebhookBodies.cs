using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Contracts;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Orders;

namespace Marketplace.Ordering.Webhooks;

/// <summary>What is told of an event: the shop's part of the order as it stood when the event had happened. Nobody's name, address or telephone, and no words typed by people.</summary>
internal sealed class WebhookBodies(PointKeepers keepers)
{
    private static readonly string[] Codes = ["shortage", "quality", "closed", "not-collected", "not-prepared", "replaced", "dropped"];
    private static readonly WebhookJson Json = new(new JsonSerializerOptions(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <param name="history">The order, also with what came later.</param>
    /// <param name="version">The event.</param>
    internal string Of(string type, OrderHistory history, long version, ShopId shop)
    {
        var then = history.Events.TakeWhile(e => e.Version <= version).Aggregate(OrderHistory.None(history.Id), (order, e) => order.With([e.Data], e.At));
        var at = then.Events[^1].At;
        var part = ((Order.Confirmed)then.State).Find(shop)!;
        var card = OrderViews.Shop(then, part, contact: null, opened: false, at, keepers);
        return Write(new WebhookEvent(type, at, new WebhookOrder(card.OrderId, card.Reference, shop, part.Slug, then.Placed.Town, card.Status, Coded(card.Reason), card.PlacedAt, card.Pickup,
            [.. card.Lines.Select(l => l with { Reason = Coded(l.Reason) })], card.TotalCents, card.PreparingSince, card.DepositedAt, card.Version, card.Payment)));
    }

    internal static string OfTest(DateTimeOffset at) => Write(new WebhookEvent(WebhookTypes.Test, at, null));

    /// <summary>The same at every attempt and for every endpoint of the shop, and another for each shop: a program may listen for several.</summary>
    internal static string IdOf(Guid happened, ShopId shop)
    {
        Span<byte> both = stackalloc byte[32];
        happened.TryWriteBytes(both);
        shop.Value.TryWriteBytes(both[16..]);
        return "msg_" + Convert.ToHexStringLower(SHA256.HashData(both)[..16]);
    }

    private static string Write(WebhookEvent happened) => JsonSerializer.Serialize(happened, Json.WebhookEvent);

    private static string? Coded(string? reason) => reason is null || Codes.Contains(reason) ? reason : "other";
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(WebhookEvent))]
internal sealed partial class WebhookJson : JsonSerializerContext;
