using Marketplace.Merchants.Shops;

namespace Marketplace.Merchants.Tests.Shops;

public sealed class Legal_numbers
{
    [Theory]
    [InlineData("73282932000074", true)]
    [InlineData("73282932000075", false)]
    [InlineData("35600000000048", true)]  // La Poste, head office: Luhn holds
    [InlineData("35600000049837", true)]  // La Poste: Luhn fails, the digit sum is 45
    [InlineData("35600000049838", false)]
    [InlineData("73282932000", false)]
    [InlineData("732829320 00074", false)]
    [InlineData("7328293200007４", false)] // a full-width digit is no digit here
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Siret_holds_its_check_digit_or_La_Postes_sum(string? siret, bool valid) => Siret.IsValid(siret).ShouldBe(valid);

    [Fact]
    public void Vat_number_follows_from_the_siren()
    {
        VatNumber.Of("73282932000074").ShouldBe("FR44732829320");
        VatNumber.IsOf("FR 44 732 829 320", "73282932000074").ShouldBeTrue();
        VatNumber.IsOf("FR45732829320", "73282932000074").ShouldBeFalse();
    }

    [Theory]
    [InlineData("au-bon-pain", true)]
    [InlineData("l-epi-2", true)]
    [InlineData("Au-bon-pain", false)]
    [InlineData("-pain", false)]
    [InlineData("pain-", false)]
    [InlineData("au--bon", false)]
    [InlineData("épi", false)]
    [InlineData("a~b", false)]
    [InlineData("", false)]
    public void Slugs_are_plain(string slug, bool valid) => Slug.IsValid(slug).ShouldBe(valid);

    [Theory]
    [InlineData("Pierre-Bénite", "pierre benite")]
    [InlineData("  L’Œuf à la Coque ", "l oeuf a la coque")]
    [InlineData("SAINT-ÉTIENNE", "saint etienne")]
    public void Names_fold_to_what_people_type(string name, string folded) => Slug.Fold(name).ShouldBe(folded);
}
