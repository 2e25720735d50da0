using Marketplace.Storefront.Merchants.Orders;
using Marketplace.Storefront.Merchants.Scales;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>400 g of a cheese at 24 € a kilo were ordered.</summary>
public sealed class Reading_a_scale_label
{
    private const string Gtin = "3012345678900";

    [Theory]
    [InlineData("01030123456789003103000412", 412L)]
    [InlineData("]C101030123456789003103000412", 412L)]
    [InlineData("(01)03012345678900(3103)000412", 412L)]
    [InlineData("(3102)000041", 410L)]
    [InlineData("3103000412", 412L), InlineData("]C13103000412", 412L), InlineData("3103000412\u001d375", 412L)]
    [InlineData("(3105)041257", 413L)]
    [InlineData("10LOT7\u001d3103000385", 385L)]
    [InlineData("1526113010LOT7\u001d3103000385392200924", 385L)]
    [InlineData("\u001d3103000385\u001d10LOT7", 385L)]
    public void Tells_the_net_weight_of_a_gs1_element_string(string label, long grams) => Read(label).ShouldBe(new ScaleLabel(grams, null));

    [Theory]
    [InlineData("210001000390", 80_00, 390L, null)] // as a price, 3,90 € at 80 € a kilo, it would be 49 g
    [InlineData("210001003120", 80_00, 390L, 31_20L)] // 31,20 €: as a weight, three kilos, out of the question
    public void Tells_weight_or_price_of_a_number_of_the_shops_own_where_the_other_is_out_of_the_question(string first12, long priceCents, long grams, long? price) =>
        ScaleLabel.Read(WithCheckDigit(first12), 400, priceCents, null).ShouldBe(new ScaleLabel(grams, null, PriceCents: price));

    [Theory]
    [InlineData("210001000800", 500, 16_00, 800, 500)] // 800 g, cut too much; or 8,00 €, 500 g
    [InlineData("210001000400", 500, 5_00, 400, 800)] // 400 g; or 4,00 €, 800 g
    [InlineData("210001000480", 500, 24_50, 480, 196)] // 480 g; or 4,80 €, 196 g
    [InlineData("210001001176", 500, 24_50, 1176, 480)] // 1176 g; or 11,76 €, 480 g
    public void Asks_where_a_weight_and_a_price_would_both_be_possible(string first12, long ordered, long priceCents, long value, long byPrice)
    {
        ScaleLabel.Read(WithCheckDigit(first12), ordered, priceCents, null).ShouldBe(new ScaleLabel(null, "which", new ScaleReadings(value, byPrice)));
        ScaleLabel.Read(WithCheckDigit(first12), ordered, priceCents, null, ScaleHolds.Weight).ShouldBe(new ScaleLabel(value, null), "asked no more once the shop has said it");
        ScaleLabel.Read(WithCheckDigit(first12), ordered, priceCents, null, ScaleHolds.Price).ShouldBe(new ScaleLabel(byPrice, null, PriceCents: value));
    }

    [Theory]
    [InlineData("210001003120", ScaleHolds.Weight, 3120, 390)] // three kilos of four hundred grams ordered; 31,20 € would be right
    [InlineData("210001000390", ScaleHolds.Price, 390, 49)]
    public void Asks_again_where_only_that_is_possible_which_the_shop_says_its_labels_do_not_hold(string first12, ScaleHolds holds, long value, long byPrice) =>
        ScaleLabel.Read(WithCheckDigit(first12), 400, 80_00, null, holds).ShouldBe(new ScaleLabel(null, "which", new ScaleReadings(value, byPrice)));

    [Theory]
    [InlineData("210001099999", null, null, null)]
    [InlineData("210001099999", ScaleHolds.Weight, 99999L, null)] // too much, which the page says
    [InlineData("210001000010", ScaleHolds.Weight, 10L, null)] // less than half, which the page asks about
    [InlineData("210001099999", ScaleHolds.Price, 41666L, 999_99L)]
    [InlineData("210001000000", ScaleHolds.Weight, null, null), InlineData("210001000000", ScaleHolds.Price, null, null)]
    public void Leaves_what_neither_makes_possible_to_what_the_shop_says(string first12, ScaleHolds? holds, long? grams, long? price) =>
        ScaleLabel.Read(WithCheckDigit(first12), 400, 24_00, null, holds).ShouldBe(new ScaleLabel(grams, grams is null ? "unclear" : null, PriceCents: price));

    [Theory]
    [InlineData(null), InlineData(ScaleHolds.Weight), InlineData(ScaleHolds.Price)]
    public void Takes_what_both_say(ScaleHolds? holds) => ScaleLabel.Read(WithCheckDigit("210001000390"), 400, 10_00, null, holds).ShouldBe(new ScaleLabel(390, null));

    [Fact]
    public void Knows_an_article_by_its_number_also_where_it_is_sold_by_measure() =>
        ScaleLabel.Read("(01)93012345678903(3103)000412", 400, 2400, Gtin).ShouldBe(new ScaleLabel(412, null));

    [Theory]
    [InlineData("(01)03499999999999(3103)000412", Gtin)]
    [InlineData("2100010003904", "2200010000000")]
    public void Refuses_the_label_of_another_article(string label, string ean13) =>
        ScaleLabel.Read(label.StartsWith('2') ? WithCheckDigit(label[..12]) : label, 400, 2400, ean13).ShouldBe(new ScaleLabel(null, "other"));

    [Theory]
    [InlineData("2100010003901")] // wrong check digit
    [InlineData("01030123456789003103000")] // cut
    [InlineData("(3109)000412"), InlineData("(31030)00412"), InlineData("3103abcdef99"), InlineData("5901234123457")]
    public void Says_that_it_cannot_be_read(string label) => Read(label).ShouldBe(new ScaleLabel(null, "unreadable"));

    [Theory]
    [InlineData(""), InlineData("385"), InlineData("0,385"), InlineData("1 250")]
    public void Leaves_a_typed_weight_alone(string typed) => Read(typed).ShouldBeNull();

    private static ScaleLabel? Read(string label) => ScaleLabel.Read(label, 400, 2400, null);

    internal static string WithCheckDigit(string first12) =>
        first12 + (10 - first12.Select((c, i) => (c - '0') * (i % 2 == 0 ? 1 : 3)).Sum() % 10) % 10;
}
