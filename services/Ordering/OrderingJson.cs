using System.Text.Json.Serialization;
using Marketplace.Contracts.Ordering.Api;

namespace Marketplace.Ordering;

/// <summary>The HTTP shapes, generated: they are on the hot path.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(OrderView))]
[JsonSerializable(typeof(ShopOrderCard))]
[JsonSerializable(typeof(ShopOrderPage))]
[JsonSerializable(typeof(OrderPage))]
[JsonSerializable(typeof(CardPayment))]
[JsonSerializable(typeof(Cancellation))]
[JsonSerializable(typeof(MarkReady))]
[JsonSerializable(typeof(Decline))]
[JsonSerializable(typeof(HandOver))]
[JsonSerializable(typeof(GiveBack))]
[JsonSerializable(typeof(GivenOtherwise))]
[JsonSerializable(typeof(Withdraw))]
[JsonSerializable(typeof(GoodsBack))]
[JsonSerializable(typeof(GoodsSaid))]
[JsonSerializable(typeof(RecordWithdrawal))]
[JsonSerializable(typeof(FindByCode))]
[JsonSerializable(typeof(TakeBack))]
[JsonSerializable(typeof(FindOrders))]
[JsonSerializable(typeof(NameOrders))]
[JsonSerializable(typeof(IReadOnlyList<NamedOrder>))]
[JsonSerializable(typeof(ProposeForShortage))]
[JsonSerializable(typeof(AnswerShortage))]
[JsonSerializable(typeof(OrderMails))]
[JsonSerializable(typeof(WebhookDefinition))]
[JsonSerializable(typeof(IReadOnlyList<Webhook>))]
[JsonSerializable(typeof(WebhookSecret))]
[JsonSerializable(typeof(WebhookDelivery))]
[JsonSerializable(typeof(WebhookDeliveryPage))]
[JsonSerializable(typeof(ShopFigures))]
[JsonSerializable(typeof(IReadOnlyList<SalesDay>))]
[JsonSerializable(typeof(ShopMoney))]
[JsonSerializable(typeof(ShopStatement))]
[JsonSerializable(typeof(TownMoney))]
[JsonSerializable(typeof(PayoutAccount))]
[JsonSerializable(typeof(PayoutAccountLink))]
[JsonSerializable(typeof(SetCommission))]
[JsonSerializable(typeof(IReadOnlyList<CommissionRule>))]
[JsonSerializable(typeof(PointOrder))]
[JsonSerializable(typeof(HandOverParcels))]
[JsonSerializable(typeof(IReadOnlyList<OrderRefusal.Line>))]
[JsonSerializable(typeof(IReadOnlyList<OrderRefusal.Slot>))]
internal sealed partial class OrderingJson : JsonSerializerContext;

/// <summary>The request alone: its parts have names that the answer's parts have too.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(PlaceOrder))]
internal sealed partial class PlaceOrderJson : JsonSerializerContext;
