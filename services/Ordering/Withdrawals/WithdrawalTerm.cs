using Marketplace.Contracts;
using Marketplace.Ordering.Orders;
using Marketplace.ServiceDefaults;
using NodaTime;

namespace Marketplace.Ordering.Withdrawals;

/// <summary>
/// The terms of the law, counted as it counts them (Code de la consommation L221-18 to L221-24, L221-19 by regulation 1182/71): in whole local days, the day that begins
/// one not among them, to the last second of the last; one that would end on a Saturday, a Sunday or a public holiday ends with the next day that is neither.
/// </summary>
internal static class WithdrawalTerm
{
    /// <summary>Which words about the right an order was made under; an order without any was made before there were.</summary>
    internal const string Information = "2026-06-19";

    private const int Days = 14;
    private const int MonthsWhereNothingWasSaid = 12;

    /// <summary>A refund that is due is made by then: within its last day, not after it.</summary>
    private static readonly LocalTime DueOnItsDay = LocalTime.Noon;

    private static readonly DateTimeZone Paris = DateTimeZoneProviders.Tzdb["Europe/Paris"];

    /// <summary>Until when one may withdraw from what a shop handed over; null: nothing was, or it was not bought at a distance.</summary>
    internal static DateTimeOffset? Of(OrderHistory history, ShopId shop) =>
        history.Placed.Payment is PaymentKind.Card && history.State is Order.Confirmed order && order.Find(shop) is { Status: ShopOrderStatus.Collected } part
            ? EndOf(history.Events.Last(e => e.Data is OrderEvent.ShopCollected collected && collected.ShopId == shop).At, part.Pickup.Place.Postcode, history.Placed.Information is not null) : null;

    /// <param name="from">What begins it.</param>
    /// <param name="postcode">Whose public holidays count.</param>
    /// <param name="informed">Who was told nothing of their right has a year more (L221-20).</param>
    internal static DateTimeOffset EndOf(DateTimeOffset from, string postcode, bool informed = true)
    {
        var last = Working(DateOf(from).PlusDays(Days), postcode);
        return StartOf((informed ? last : Working(last.PlusMonths(MonthsWhereNothingWasSaid), postcode)).PlusDays(1));
    }

    /// <summary>When who sold owes what was paid, at the latest: no day is won by a holiday here.</summary>
    internal static DateTimeOffset RefundBy(DateTimeOffset declared) => (DateOf(declared).PlusDays(Days) + DueOnItsDay).InZoneLeniently(Paris).ToDateTimeOffset().ToUniversalTime();

    private static LocalDate Working(LocalDate day, string postcode)
    {
        while (day.DayOfWeek is IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday || PublicHolidays.NameOf(day, PublicHolidays.RegionOf(postcode)) is not null)
        {
            day = day.PlusDays(1);
        }

        return day;
    }

    /// <summary>The local day.</summary>
    internal static LocalDate DateOf(DateTimeOffset at) => Instant.FromDateTimeOffset(at).InZone(Paris).Date;

    private static DateTimeOffset StartOf(LocalDate day) => Paris.AtStartOfDay(day).ToDateTimeOffset().ToUniversalTime();
}
