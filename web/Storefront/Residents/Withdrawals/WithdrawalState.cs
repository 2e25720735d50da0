using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Languages;

namespace Marketplace.Storefront.Residents.Withdrawals;

/// <summary>Where a withdrawal stands, in a sentence.</summary>
internal static class WithdrawalState
{
    internal static string Say(WithdrawalView withdrawn, ShopOrderView shop, Ui ui) => withdrawn.State switch
    {
        "awaited" => ui.T(shop.Payment switch { "card" => "withdrawn.awaited", "unpaid" => "withdrawn.awaited.unpaid", _ => "withdrawn.awaited.counter" }, ui.LongDay(WithdrawalPages.LastDayOf(withdrawn.ReturnBy)), ui.LongDay(Ui.LocalDate(withdrawn.RefundBy)), Where(shop)),
        "withheld" => ui["withdrawn.withheld"],
        "back" => ui["withdrawn.back"],
        "owed" => ui[shop.Payment == "card" ? "withdrawn.owed" : "withdrawn.owed.counter"],
        "unpaid" => ui["withdrawn.unpaid"],
        "refunded" => ui["withdrawn.refunded"],
        _ => ui[withdrawn.Lines.All(l => shop.Lines.First(s => s.OfferId == l.OfferId) is var line && WithdrawalPages.CentsOf(line, l.Quantity) == 0) ? "withdrawn.settled.free" : "withdrawn.settled"],
    };

    // At a point that several shops share nobody takes anything back.
    private static string Where(ShopOrderView shop) => shop.Pickup?.Place is { Kind: "shop" } place ? $"{shop.Name}, {place.Street}, {place.Postcode} {place.City}" : shop.Name;
}
