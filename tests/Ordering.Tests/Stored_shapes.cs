using System.Reflection;
using Marketplace.Ordering.Orders;
using Marketplace.Testing.OfEveryService;

namespace Marketplace.Ordering.Tests;

/// <summary>An order's stored events, for ever readable.</summary>
public sealed class Stored_shapes
{
    public static TheoryData<string> Names => [.. OrderEventTypes.Create().Known.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_event_keeps_its_name_and_shape(string name) => StoredShape.Verify(OrderEventTypes.Create(), name, "Ordering.Tests");

    [Fact]
    public void No_event_loses_its_name() => StoredShape.VerifyNoneIsGone(OrderEventTypes.Create(), "Ordering.Tests");

    [Fact]
    public void What_was_missing_is_read_also_where_nobody_wrote_down_why()
    {
        var old = (OrderEvent.ShopDeclined)OrderEventTypes.Create().Deserialize("shop-order-declined.v1",
            """{"shopId":"01980000-0000-7000-8000-000000000001","reason":"shortage","missing":[{"offerId":"01980000-0000-7000-8000-000000000001","quantity":2}]}""");
        old.Missing!.Single().ShouldSatisfyAllConditions(m => m.Quantity.ShouldBe(2), m => m.Reason.ShouldBeNull());
    }

    [Fact]
    public void What_was_missing_is_read_also_where_it_was_written_down_when_the_shop_had_looked()
    {
        var ready = (OrderEvent.ShopReady)OrderEventTypes.Create().Deserialize("shop-order-ready.v1",
            """{"shopId":"01980000-0000-7000-8000-000000000001","finals":[],"totalCents":450,"remindAt":null,"lookedAt":"2026-11-26T08:30:00+00:00"}""");
        ready.TotalCents.ShouldBe(450);
        var declined = (OrderEvent.ShopDeclined)OrderEventTypes.Create().Deserialize("shop-order-declined.v1",
            """{"shopId":"01980000-0000-7000-8000-000000000001","reason":"shortage","missing":[{"offerId":"01980000-0000-7000-8000-000000000001","quantity":2,"at":"2026-11-26T08:30:00+00:00","reason":null}]}""");
        declined.Missing!.Single().Quantity.ShouldBe(2);
    }

    [Fact]
    public void A_confirmation_is_read_also_where_it_did_not_say_who_had_accepted()
    {
        var old = (OrderEvent.Confirmed)OrderEventTypes.Create().Deserialize("order-confirmed.v1",
            """{"pickupCode":"H7K2PM","town":"vienne","shops":[{"shopId":"01980000-0000-7000-8000-000000000001","totalCents":1234,"lines":3,"pickupStart":"2026-11-23T09:30:00+00:00","pickupEnd":"2026-11-23T10:00:00+00:00"}]}""");
        old.Shops.Single().ShouldSatisfyAllConditions(s => s.TotalCents.ShouldBe(1234), s => s.Accepted.ShouldBeFalse());
    }

    [Fact]
    public void An_order_from_before_there_were_commissions_has_none()
    {
        var placed = (OrderEvent.Placed)OrderEventTypes.Create().Deserialize("order-placed.v1",
            """{"order":"01980000-0000-7000-8000-000000000001","town":"vienne","payment":"card","holdExpiresAt":"2026-11-23T09:30:00+00:00","shops":[]}""");
        placed.Commission.ShouldBeNull();
        var taken = (OrderEvent.PaymentCaptureRequested)OrderEventTypes.Create().Deserialize("order-payment-capture-requested.v1",
            """{"amountCents":450,"parts":[{"shopId":"01980000-0000-7000-8000-000000000001","cents":450}]}""");
        taken.Parts.Single().ShouldSatisfyAllConditions(p => p.Cents.ShouldBe(450), p => p.Commission.ShouldBeNull());
    }

    [Fact]
    public void Every_event_has_a_stored_name() =>
        typeof(OrderEvent).GetNestedTypes(BindingFlags.NonPublic).Where(t => t.IsAssignableTo(typeof(OrderEvent)))
            .ShouldBe(OrderEventTypes.Create().Known.Values, ignoreOrder: true);
}
