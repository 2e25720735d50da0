namespace Marketplace.Contracts;

/// <summary>
/// What is cut or weighed seldom comes to the gram. Who orders by weight sees beforehand what it may come to at most, and accepts that by ordering; what is charged is
/// the weight on the scale, never above it without being asked.
/// </summary>
public static class Overweight
{
    /// <summary>How much above what was ordered.</summary>
    public const int Percent = 15;

    /// <summary>The most that may be weighed of a quantity, in grams; of goods by the piece the quantity itself. For the whole line: pieces that weigh more make up for those that weigh less.</summary>
    public static long AtMost(SaleUnit unit, long quantity) => unit == SaleUnit.Weight ? quantity + (quantity * Percent / 100) : quantity;
}
