namespace Marketplace.Contracts.Tests;

/// <summary>Sizes stand where people look for them.</summary>
public sealed class Ordering_sizes
{
    [Theory]
    [InlineData("XXL,S,M,XS,L,XL,XXS", "XXS,XS,S,M,L,XL,XXL")]
    [InlineData("3XL,XXL,XL,4xl,m", "m,XL,XXL,3XL,4xl")]
    [InlineData("42,38,9,38.5,40 2/3", "9,38,38.5,40 2/3,42")]
    [InlineData("2 ans,6 mois,18 mois,4 ans", "6 mois,18 mois,2 ans,4 ans")]
    [InlineData("taille unique,40,L,Énorme,grand", "L,40,Énorme,grand,taille unique")]
    [InlineData("M,m, M", "M")]
    public void From_small_to_large_then_numbers_then_words(string given, string expected) =>
        string.Join(',', VariantOrder.Sizes(given.Split(',').Select(s => s.Trim()))).ShouldBe(expected);

    [Fact]
    public void Colours_stand_by_name_and_once() => VariantOrder.Colours(["vert", null, "Écru", "bleu", "écru"]).ShouldBe(["bleu", "Écru", "vert"]);
}
