using FsCheck;
using FsCheck.Fluent;
using Marketplace.Catalog.Offers;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Catalog.Tests;

public sealed class Article_numbers
{
    [Theory]
    [InlineData("3017620422003", "3017620422003")]
    [InlineData(" 978-2-07-036423-7 ", "9782070364237")]
    [InlineData("2-07-036423-2", "9782070364237")]
    [InlineData("080442957X", "9780804429573")]
    [InlineData("080442957x", "9780804429573")]
    [InlineData("979-10-90636-07-1", "9791090636071")]
    public void Are_read_as_people_write_them(string text, string ean13) => Gtin.Normalise(text).ShouldBe((ean13, null));

    [Theory]
    [InlineData("3017620422004", "ean-check-digit")]
    [InlineData("2070364233", "ean-check-digit")]
    [InlineData("12345", "ean-malformed")]
    [InlineData("30176204220033", "ean-malformed")]
    [InlineData("X017620422003", "ean-malformed")]
    [InlineData("978207036X237", "ean-malformed")]
    [InlineData("٣٠١٧٦٢٠٤٢٢٠٠٣", "ean-malformed")]
    public void Are_refused_with_the_reason(string text, string reason) => Gtin.Normalise(text).ShouldBe((null, reason));

    [Fact]
    public void Numbers_that_shops_give_out_themselves_are_told_apart()
    {
        Gtin.IsInStore("2012345678903").ShouldBeTrue();
        Gtin.IsInStore("9791090636071").ShouldBeFalse();
    }

    [Fact]
    public void A_changed_digit_never_goes_unnoticed() => Prop.ForAll(
        Gen.Choose(0, 9).ArrayOf(12).SelectMany(digits => Gen.Choose(0, 12).SelectMany(at => Gen.Choose(1, 9).Select(by => (digits, at, by)))).ToArbitrary(), sample =>
        {
            var first12 = string.Concat(sample.digits);
            var ean = (first12 + Gtin.CheckDigit(first12)).ToCharArray();
            Gtin.Normalise(new string(ean)).Ean13.ShouldBe(new string(ean));
            ean[sample.at] = (char)('0' + ((ean[sample.at] - '0' + sample.by) % 10));
            return Gtin.Normalise(new string(ean)).Reason == "ean-check-digit";
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(345, 250, "g", 1380, "kg")]
    [InlineData(899, 75, "cl", 1199, "l")]
    [InlineData(100, 3, "kg", 33, "kg")]
    [InlineData(500, 6, "piece", 83, "piece")]
    public void A_price_per_measure_is_rounded_to_the_cent(long price, long net, string unit, long cents, string per) =>
        UnitPrices.Of(SaleUnit.Piece, price, net, unit).ShouldBe(new UnitPrice(cents, per));

    [Theory]
    [InlineData("œufs, Lait , GLUTEN", "gluten,œufs,lait")]
    [InlineData("Fruits à coque", "fruits à coque")]
    [InlineData("aucun", "aucun")]
    [InlineData("blé, oeuf", "gluten,œufs")]
    public void Allergens_are_read_as_written_and_kept_as_the_decree_names_them(string text, string names) =>
        string.Join(',', Allergens.Read(text.Split(',')).Names!).ShouldBe(names);

    [Fact]
    public void None_and_some_allergens_contradict_each_other() => Allergens.Read(["aucun", "lait"]).ShouldBe((null, Allergens.None));
}
