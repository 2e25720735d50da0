namespace Marketplace.Contracts;

/// <summary>
/// Goods that are sold by weight and ordered in pieces whose weight is estimated: a cheese, a chicken, a roast. Everywhere they are kept, set aside and priced in grams,
/// a multiple of what one piece weighs; how many pieces that is is only said. The one place where grams become pieces.
/// </summary>
public static class PieceWeights
{
    public const long Least = 20;
    public const long Most = 30_000;

    public static bool CanBe(long grams) => grams is >= Least and <= Most;

    /// <summary>How many pieces a quantity is; null of what is ordered otherwise, and where it is no whole number of them: a weight is all that can be said then.</summary>
    public static long? Pieces(SaleUnit unit, long quantity, long? pieceGrams) =>
        unit == SaleUnit.Weight && pieceGrams is > 0 and var grams && quantity > 0 && quantity % grams == 0 ? quantity / grams : null;

    /// <summary>What of a quantity whole pieces can be had of.</summary>
    public static long Whole(long quantity, long? pieceGrams) => pieceGrams is > 0 and var grams ? quantity / grams * grams : quantity;
}
