using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Merchants.Orders;

namespace Marketplace.Storefront.Merchants.Hours;

/// <summary>Open orders that dated hours concern.</summary>
/// <param name="WithSlot">Whose slot in the shop lies outside those hours.</param>
/// <param name="ToBring">To be brought on such a day to a shared point, which has hours of its own.</param>
/// <param name="Waiting">Whose slot was earlier: their customers could still come on such a day.</param>
public sealed record TouchedOrders(IReadOnlyList<ShopOrderCard> WithSlot, IReadOnlyList<ShopOrderCard> ToBring, IReadOnlyList<ShopOrderCard> Waiting)
{
    public int Count => WithSlot.Count + ToBring.Count + Waiting.Count;

    /// <param name="others">The shop's other exceptions: of two for a day the shorter one holds.</param>
    internal static TouchedOrders By(ExceptionalHours hours, IReadOnlyList<ExceptionalHours> others, IReadOnlyList<ShopOrderCard> open)
    {
        var touched = open.Where(o => o.Pickup is not null).ToLookup(o => KindOf(o.Pickup!, hours, others));
        return new TouchedOrders([.. touched[Kind.WithSlot]], [.. touched[Kind.ToBring]], [.. touched[Kind.Waiting]]);
    }

    private static Kind KindOf(PickupView pickup, ExceptionalHours hours, IReadOnlyList<ExceptionalHours> others)
    {
        var (day, here) = (Ui.LocalDate(pickup.Start), pickup.Place.Kind == "shop");
        if (hours.From <= day && day <= hours.To)
        {
            return others.Any(o => o.From <= day && day <= o.To && Days(o) < Days(hours)) ? Kind.None
                : here ? hours.Blocks.Any(b => Holds(b, pickup)) ? Kind.None : Kind.WithSlot
                : hours.Blocks.Count == 0 ? Kind.ToBring : Kind.None;
        }
        return here && hours.Blocks.Count == 0 && day < hours.From && Ui.LocalDate(pickup.CollectUntil) >= hours.From ? Kind.Waiting : Kind.None;
    }

    // Written alike, hours compare as texts; a slot that ends with the day ends at 24:00.
    private static bool Holds(HoursBlock block, PickupView pickup)
    {
        var (start, end) = (Clock(pickup.Start), Ui.LocalDate(pickup.End) > Ui.LocalDate(pickup.Start) ? "24:00" : Clock(pickup.End));
        return string.CompareOrdinal(block.From, start) <= 0 && string.CompareOrdinal(end, block.To) <= 0;
    }

    private static string Clock(DateTimeOffset at) => Ui.Local(at).ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture);

    private static int Days(ExceptionalHours hours) => hours.To.DayNumber - hours.From.DayNumber;

    private enum Kind { None, WithSlot, ToBring, Waiting }
}

internal static class OpenOrders
{
    private const string Open = "requested,accepted,ready";
    private const int PageSize = 100;
    private const int MostPages = 20;

    /// <summary>All open orders of the shop, by pickup time; null while Ordering cannot be asked: what is not known is not said to be none.</summary>
    public static async Task<IReadOnlyList<ShopOrderCard>?> OpenAsync(this ShopOrdersClient orders, string shop, CancellationToken token)
    {
        var all = new List<ShopOrderCard>();
        try
        {
            for (var page = 1; page <= MostPages; page++)
            {
                var found = await orders.ListAsync(shop, Open, page, PageSize, token);
                all.AddRange(found.Items);
                if (found.Items.Count == 0 || all.Count >= found.Total)
                {
                    break;
                }
            }
        }
        catch (ServiceUnavailable)
        {
            return null;
        }
        return [.. all.DistinctBy(o => o.OrderId)];
    }
}
