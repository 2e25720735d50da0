using System.Globalization;
using Marketplace.Ordering.Orders;
using Marketplace.Ordering.Withdrawals;
using static Marketplace.Ordering.Tests.Sample;

namespace Marketplace.Ordering.Tests;

/// <summary>Until when one may withdraw: whole days of Paris, past weekends and public holidays, whatever the clocks do.</summary>
public sealed class Counting_the_term_of_withdrawal
{
    [Theory]
    // A Monday morning: to the end of the Monday in two weeks.
    [InlineData("2026-11-16T10:00+01:00", "69600", "2026-12-01T00:00+01:00")]
    // The same day, a minute before midnight.
    [InlineData("2026-11-16T23:59+01:00", "69600", "2026-12-01T00:00+01:00")]
    // Just after midnight in Paris, the day before in UTC.
    [InlineData("2026-11-17T00:01+01:00", "69600", "2026-12-02T00:00+01:00")]
    // Would end on a Saturday, or a Sunday: with the Monday.
    [InlineData("2026-11-14T10:00+01:00", "69600", "2026-12-01T00:00+01:00")]
    [InlineData("2026-11-15T10:00+01:00", "69600", "2026-12-01T00:00+01:00")]
    // On Christmas, a Friday: past the weekend too; in Alsace and Moselle on Saint Stephen's day, a Saturday here, the same.
    [InlineData("2026-12-11T10:00+01:00", "69600", "2026-12-29T00:00+01:00")]
    // On Saint Stephen's Thursday: a holiday in Strasbourg alone.
    [InlineData("2024-12-12T10:00+01:00", "69600", "2024-12-27T00:00+01:00")]
    [InlineData("2024-12-12T10:00+01:00", "67000", "2024-12-28T00:00+01:00")]
    // On Easter Monday.
    [InlineData("2027-03-15T10:00+01:00", "69600", "2027-03-31T00:00+02:00")]
    // Across the night in March that is an hour shorter, and the one in October that is an hour longer.
    [InlineData("2027-03-24T10:00+01:00", "69600", "2027-04-08T00:00+02:00")]
    [InlineData("2026-10-21T23:30+02:00", "69600", "2026-11-05T00:00+01:00")]
    // In these nights themselves: collected at the hour that comes twice, and ending with the day after the clocks changed.
    [InlineData("2026-10-25T02:30+02:00", "69600", "2026-11-10T00:00+01:00")]
    [InlineData("2026-10-25T02:30+01:00", "69600", "2026-11-10T00:00+01:00")]
    [InlineData("2026-10-12T10:00+02:00", "69600", "2026-10-27T00:00+01:00")]
    public void Ends_with_a_day_on_which_people_work(string from, string postcode, string until) =>
        WithdrawalTerm.EndOf(At(from), postcode).ShouldBe(At(until));

    [Fact]
    public void Who_was_told_nothing_has_a_year_more() =>
        // 30 November 2026, then 30 November 2027, a Tuesday.
        WithdrawalTerm.EndOf(At("2026-11-16T10:00+01:00"), "69600", informed: false).ShouldBe(At("2027-12-01T00:00+01:00"));

    [Theory]
    [InlineData("2026-11-16T10:00+01:00", "2026-11-30T12:00+01:00")]
    [InlineData("2026-11-14T23:59+01:00", "2026-11-28T12:00+01:00")]
    [InlineData("2026-10-20T00:30+02:00", "2026-11-03T12:00+01:00")]
    public void A_refund_is_due_within_fourteen_days_whatever_day_that_is(string declared, string by) => WithdrawalTerm.RefundBy(At(declared)).ShouldBe(At(by));

    [Fact]
    public void Is_counted_for_each_shop_from_its_own_hand_over_and_longer_where_an_order_was_made_without_a_word_of_it()
    {
        var told = Bought(Placed with { Payment = PaymentKind.Card, Information = WithdrawalTerm.Information });
        WithdrawalTerm.Of(told, Bakery).ShouldBe(WithdrawalTerm.EndOf(SlotStart, "69600"));
        WithdrawalTerm.Of(told, Bookshop).ShouldBeNull("it is not collected");
        WithdrawalTerm.Of(told.With([new OrderEvent.ShopCollected(Bookshop, [new(Novel, 1)])], SlotStart.AddDays(3)), Bookshop).ShouldBe(WithdrawalTerm.EndOf(SlotStart.AddDays(3), "69600"));
        WithdrawalTerm.Of(Bought(Placed with { Payment = PaymentKind.Card }), Bakery).ShouldBe(WithdrawalTerm.EndOf(SlotStart, "69600", informed: false));
        WithdrawalTerm.Of(OrderHistory.None(Sample.Order).With([.. AllReady], Now).With([BakeryCollected], SlotStart), Bakery).ShouldBeNull("it was sold in the shop");

        static OrderHistory Bought(OrderEvent.Placed placed) => OrderHistory.None(Sample.Order).With(
            [placed, Reserved, Booked, new OrderEvent.PaymentRequested(4170, HoldExpiresAt), new OrderEvent.PaymentPageOpened("cs_1", "https://pay/cs_1"), new OrderEvent.PaymentAuthorised("pi_1", 4170, null), Confirmed, BookshopAccepted, BakeryAccepted, BakeryReady, BookshopReady], Now)
            .With([BakeryCollected], SlotStart);
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
