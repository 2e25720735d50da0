using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Residents.Offers;

namespace Marketplace.Storefront.Residents.Shops;

/// <summary>What a shop calls its trade, in the reader's language where that trade is known; else in the shop's own words.</summary>
internal static class Trades
{
    public static string Trade(this Ui ui, string kind) => Key(kind) is var key && ui.Has(key) ? ui[key] : kind;

    /// <summary>The same for every way of writing it.</summary>
    internal static string Key(string kind) => "trade." + OfferLinks.Slug(kind);
}
