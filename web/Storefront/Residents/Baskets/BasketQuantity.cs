using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Storefront.Residents.Baskets;

/// <summary>What is counted of an offer where it is asked for: pieces; grams; or pieces of about so many grams, which are kept, set aside and priced as grams.</summary>
/// <param name="PieceGrams">Of goods by weight: what one piece weighs; null: they are asked for in grams.</param>
public readonly record struct Measure(SaleUnit Unit, long? PieceGrams = null)
{
    // More than anybody can ask for, and little enough to be multiplied.
    private const long Countless = 1_000_000;

    public static Measure Of(OfferSummary offer) => new(offer.Unit, offer.PieceGrams);

    public static Measure Of(Offer offer) => new(offer.Unit, offer.PieceGrams);

    public bool InGrams => Unit == SaleUnit.Weight && PieceGrams is null;

    /// <summary>How much is kept of one that is counted.</summary>
    public long Each => Unit == SaleUnit.Weight ? PieceGrams ?? 1 : 1;

    /// <summary>What stands in a field for a quantity that is kept.</summary>
    public long Counted(long quantity) => quantity / Each;

    /// <summary>What is kept for what was typed.</summary>
    public long Kept(long counted) => counted > Countless ? long.MaxValue : counted * Each;
}

/// <summary>What can be asked of one offer: pieces, or grams in steps of fifty; of what is sold by weight in pieces whole ones, in grams. All quantities as they are kept.</summary>
public static class BasketQuantity
{
    private const long MostPieces = 99;
    private const long MostGrams = 20_000;
    private const long StepGrams = 50;

    public static long Step(Measure measure) => measure.InGrams ? StepGrams : measure.Each;

    public static long First(Measure measure, long available) => measure.InGrams ? Fit(measure, 300, available) : measure.Each;

    public static long Least(Measure measure, long available) => measure.InGrams ? Math.Min(StepGrams, Math.Max(1, available)) : measure.Each;

    public static long Most(Measure measure, long available) => Math.Min(Whole(measure, available), Most(measure));

    /// <summary>The most that is asked of one offer at once, however much the shop has; one piece can always be.</summary>
    public static long Most(Measure measure) => measure.InGrams ? MostGrams
        : measure.Unit == SaleUnit.Weight ? Math.Min(MostPieces * measure.Each, Math.Max(measure.Each, Whole(measure, MostGrams))) : MostPieces;

    /// <summary>Whether this may be asked at all; whether the shop has so much is another question.</summary>
    public static bool CanBe(Measure measure, long asked, long available) => asked >= Least(measure, available) && asked <= Most(measure) && asked % measure.Each == 0;

    /// <summary>The quantity nearest to what was asked that may be asked.</summary>
    public static long Fit(Measure measure, long asked, long available) =>
        Math.Clamp(Whole(measure, asked), Least(measure, available), Math.Max(Least(measure, available), Most(measure, available)));

    /// <summary>What becomes of a quantity whose offer is measured otherwise by now: as many pieces as there were; of grams the nearest number of them. 350 grams are no 350 pieces.</summary>
    public static long Moved(Measure from, Measure to, long quantity, long available) =>
        from.Unit != to.Unit ? First(to, available)
        : to.InGrams ? Fit(to, quantity, available)
        : from.InGrams ? Fit(to, (quantity + (to.Each / 2)) / to.Each * to.Each, available)
        : Fit(to, to.Kept(from.Counted(quantity)), available);

    private static long Whole(Measure measure, long quantity) => quantity / measure.Each * measure.Each;
}
