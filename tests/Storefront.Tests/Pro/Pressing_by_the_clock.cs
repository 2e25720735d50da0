using Marketplace.Storefront.Merchants.Orders;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>When an order that is not ready presses, and when it is late.</summary>
public sealed class Pressing_by_the_clock
{
    private static readonly DateTimeOffset _slot = new(2026, 11, 27, 17, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(120, 31, "", 1), InlineData(120, 30, "soon", 30), InlineData(120, 1, "soon", 1), InlineData(120, 0, "late", null), InlineData(120, -3000, "late", null)]
    [InlineData(60, 30, "soon", 30), InlineData(60, 31, "", 1)]
    [InlineData(40, 40, "", 20), InlineData(40, 21, "", 1), InlineData(40, 20, "soon", 20)] // the second half of what there was
    [InlineData(10, 10, "", 5), InlineData(10, 5, "soon", 5), InlineData(10, 0, "late", null)]
    [InlineData(0, 0, "late", null), InlineData(-5, -5, "late", null)] // placed for a slot that has begun
    public void Begins_half_an_hour_before_the_slot_or_halfway_there(int placedBefore, int nowBefore, string stands, int? nextIn)
    {
        var now = _slot.AddMinutes(-nowBefore);
        var expected = new Pressing(stands == "soon", stands == "late", nextIn is { } minutes ? now.AddMinutes(minutes) : null);
        foreach (var status in (string[])["requested", "accepted"])
        {
            Pressing.Of(Order(status, placedBefore), now).ShouldBe(expected);
        }
    }

    [Theory]
    [InlineData("ready"), InlineData("collected"), InlineData("cancelled"), InlineData("declined"), InlineData("expired")]
    public void Is_over_once_the_order_is_ready_or_at_its_end(string status) => Pressing.Of(Order(status, 120), _slot.AddMinutes(5)).ShouldBe(default);

    [Fact]
    public void Never_begins_without_a_slot() => Pressing.Of(Order("accepted", 120) with { Pickup = null }, _slot).ShouldBe(default);

    [Fact]
    public void Tells_when_the_first_of_several_changes()
    {
        var now = _slot.AddMinutes(-45).AddMilliseconds(0.3);
        Pressing.NextIn([Order("accepted", 120), Order("requested", 50), Order("ready", 120)], now).ShouldBe(15 * 60_000, "never before it does");
        Pressing.NextIn([Order("ready", 120)], now).ShouldBeNull();
        Pressing.NextIn([], now).ShouldBeNull();
    }

    private static Contracts.Ordering.Api.ShopOrderCard Order(string status, int placedBefore)
    {
        var order = ProSamples.Order(status, "K7M4-QX2B", _slot);
        return order with { PlacedAt = _slot.AddMinutes(-placedBefore), Pickup = order.Pickup! with { Start = _slot, End = _slot.AddMinutes(30) } };
    }
}
