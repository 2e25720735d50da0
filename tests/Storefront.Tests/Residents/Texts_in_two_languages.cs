using System.Text.Json;
using System.Text.RegularExpressions;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Residents.Shops;

namespace Marketplace.Storefront.Tests.Residents;

public sealed partial class Texts_in_two_languages
{
    private static readonly Words _words = new();

    [Fact]
    public void Every_text_exists_in_both() => _words.Keys(Lang.Fr).Order().ShouldBe(_words.Keys(Lang.En).Order());

    [Fact]
    public void Both_take_the_same_values()
    {
        foreach (var key in _words.Keys(Lang.Fr))
        {
            Slots(_words[Lang.En, key]).ShouldBe(Slots(_words[Lang.Fr, key]), key);
        }
    }

    [Fact]
    public void French_has_its_typography()
    {
        foreach (var key in _words.Keys(Lang.Fr))
        {
            PlainSpaceBeforePunctuation().IsMatch(_words[Lang.Fr, key]).ShouldBeFalse(key);
            _words[Lang.Fr, key].ShouldNotContain("'", Case.Sensitive, key);
        }
    }

    [Fact]
    public void Every_trade_of_the_demonstration_has_its_name_in_english()
    {
        using var shops = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "infra", "demo", "shops.json")));
        var (french, english) = (new Ui(_words, Lang.Fr, TimeProvider.System), new Ui(_words, Lang.En, TimeProvider.System));
        foreach (var kind in shops.RootElement.EnumerateArray().Select(s => s.GetProperty("kind").GetString()!).Distinct())
        {
            french.Trade(kind).ShouldBe(kind);
            english.Trade(kind).ShouldNotBe(kind);
        }
        english.Trade("Luthier").ShouldBe("Luthier", "a trade that nobody translated stays in its shop's words");
    }

    [Theory]
    [InlineData(1240, "12,40\u202f€"), InlineData(123456789, "1\u202f234\u202f567,89\u202f€"), InlineData(5, "0,05\u202f€")]
    public void Prices_are_written_as_in_France(long cents, string expected) => new Ui(_words, Lang.Fr, TimeProvider.System).Money(cents).ShouldBe(expected);

    [Theory]
    [InlineData("Oullins", "d\u2019Oullins"), InlineData("Vienne", "de Vienne"), InlineData("Le Puy", "du Puy"), InlineData("Les Vans", "des Vans")]
    public void Towns_are_declined(string name, string expected) => new Ui(_words, Lang.Fr, TimeProvider.System).Of(name).ShouldBe(expected);

    private static string Slots(string text) => string.Concat(Placeholder().Matches(text).Select(m => m.Value).Distinct().Order());

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@" [;:!?»]|« ")]
    private static partial Regex PlainSpaceBeforePunctuation();
}
