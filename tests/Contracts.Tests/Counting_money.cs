using FsCheck;
using FsCheck.Fluent;

namespace Marketplace.Contracts.Tests;

public sealed class Counting_money
{
    [Theory]
    [InlineData(3, 145, 435)]
    [InlineData(1, 0, 0)]
    public void Pieces_are_multiplied(long quantity, long price, long total) => Money.LineTotal(SaleUnit.Piece, quantity, price).ShouldBe(total);

    [Theory]
    [InlineData(250, 1380, 345)] // 250 g at 13,80 €/kg
    [InlineData(540, 1990, 1075)] // 10,746 € rounds up
    [InlineData(5, 100, 1)] // half a cent rounds away from zero
    [InlineData(4, 100, 0)]
    public void Grams_are_charged_by_the_kilogram(long grams, long pricePerKilogram, long total) => Money.LineTotal(SaleUnit.Weight, grams, pricePerKilogram).ShouldBe(total);

    [Theory]
    [InlineData(360, 5.5, 19)] // 3,60 € TTC is 3,41 € HT
    [InlineData(1200, 20, 200)]
    [InlineData(100, 0, 0)]
    public void Vat_is_taken_out_of_a_price_that_includes_it(long amount, double rate, long vat) => Money.VatIncluded(amount, (decimal)rate).ShouldBe(vat);

    [Fact]
    public void A_weighed_line_is_never_off_by_more_than_half_a_cent() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Choose(1, 100_000).ToArbitrary(), Gen.Choose(1, 50_000).ToArbitrary(), (grams, price) =>
            Math.Abs((Money.LineTotal(SaleUnit.Weight, grams, price) * 1000) - ((long)grams * price)) <= 500));

    [Fact]
    public void An_overflow_is_an_error_not_a_wrong_price() => Should.Throw<OverflowException>(() => Money.LineTotal(SaleUnit.Piece, long.MaxValue, 2));
}
