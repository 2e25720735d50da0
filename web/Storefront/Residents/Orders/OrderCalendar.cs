using System.Globalization;
using System.Text;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Languages;

namespace Marketplace.Storefront.Residents.Orders;

/// <summary>The pickups as an iCalendar file (RFC 5545): one event per place and hour.</summary>
internal static class OrderCalendar
{
    private const int LineOctets = 75;

    public static byte[] Write(OrderView order, Ui ui, Uri page)
    {
        var text = new StringBuilder();
        Line(text, "BEGIN:VCALENDAR");
        Line(text, "VERSION:2.0");
        Line(text, "PRODID:-//Panier//Commandes//FR");
        foreach (var stop in order.ShopOrders.Where(s => s.Pickup is not null && s.Status is "requested" or "accepted" or "ready").GroupBy(s => s.Pickup!.SlotId))
        {
            var pickup = stop.First().Pickup!;
            var shops = string.Join(", ", stop.Select(s => s.Name));
            Line(text, "BEGIN:VEVENT");
            Line(text, $"UID:{order.OrderId}-{stop.Key}");
            Line(text, "DTSTAMP:" + Utc(ui.Now));
            Line(text, "DTSTART:" + Utc(pickup.Start));
            Line(text, "DTEND:" + Utc(pickup.End));
            Line(text, "SUMMARY:" + Escape(ui.T("ics.summary", shops)));
            Line(text, "LOCATION:" + Escape($"{pickup.Place.Name}, {pickup.Place.Street}, {pickup.Place.Postcode} {pickup.Place.City}"));
            Line(text, "DESCRIPTION:" + Escape(ui.T("ics.description", order.PickupCode ?? "", order.Reference)));
            Line(text, string.Create(CultureInfo.InvariantCulture, $"GEO:{pickup.Place.Position.Lat};{pickup.Place.Position.Lon}"));
            Line(text, "URL:" + page);
            Line(text, "END:VEVENT");
        }
        Line(text, "END:VCALENDAR");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    // Long lines are folded by octets, never inside a character.
    private static void Line(StringBuilder text, string line)
    {
        var octets = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > LineOctets)
            {
                text.Append("\r\n ");
                octets = 1;
            }
            text.Append(rune.ToString());
            octets += rune.Utf8SequenceLength;
        }
        text.Append("\r\n");
    }

    private static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
