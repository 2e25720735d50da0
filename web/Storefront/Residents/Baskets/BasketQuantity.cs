using Marketplace.Contracts;

namespace Marketplace.Storefront.Residents.Baskets;

/// <summary>What can be asked of one offer: pieces, or grams in steps of fifty.</summary>
public static class BasketQuantity
{
    private const long MostPieces = 99;
    private const long MostGrams = 20_000;
    private const long StepGrams = 50;

    public static long Step(SaleUnit unit) => unit == SaleUnit.Weight ? StepGrams : 1;

    public static long First(SaleUnit unit, long available) => unit == SaleUnit.Weight ? Fit(unit, 300, available) : 1;

    public static long Least(SaleUnit unit, long available) => unit == SaleUnit.Weight ? Math.Min(StepGrams, Math.Max(1, available)) : 1;

    public static long Most(SaleUnit unit, long available) => Math.Min(available, Most(unit));

    /// <summary>The most that is asked of one offer at once, however much the shop has.</summary>
    public static long Most(SaleUnit unit) => unit == SaleUnit.Weight ? MostGrams : MostPieces;

    /// <summary>Whether this may be asked at all; whether the shop has so much is another question.</summary>
    public static bool CanBe(SaleUnit unit, long asked, long available) => asked >= Least(unit, available) && asked <= Most(unit);

    /// <summary>The quantity nearest to what was asked that may be asked.</summary>
    public static long Fit(SaleUnit unit, long asked, long available) => Math.Clamp(asked, Least(unit, available), Math.Max(Least(unit, available), Most(unit, available)));
}
