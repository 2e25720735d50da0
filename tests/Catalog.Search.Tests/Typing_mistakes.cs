namespace Marketplace.Catalog.Search.Tests;

public sealed class Typing_mistakes
{
    [Theory]
    [InlineData("chocolat", "chocolt", 1)]
    [InlineData("chocolat", "chocoalt", 1)]
    [InlineData("chocolat", "chocolart", 1)]
    [InlineData("chocolat", "shocolat", 1)]
    [InlineData("chocolat", "shocolas", 2)]
    [InlineData("chocolat", "chocolat", 0)]
    [InlineData("chocolat", "tacolhoc", -1)]
    public void Are_counted_by_letter(string one, string other, int distance) => EditDistance.Within(one, other, 2).ShouldBe(distance);

    [Fact]
    public void Are_found_exactly_as_by_comparing_with_every_word()
    {
        var random = new Random(11);
        var terms = Enumerable.Range(0, 1_500).Select(_ => RandomWord(random, 3, 14)).Distinct().Order(StringComparer.Ordinal).ToArray();
        var typos = new TypoDictionary(terms, _ => true);
        for (var i = 0; i < 3_000; i++)
        {
            var word = i % 2 == 0 ? Mistype(random, terms[random.Next(terms.Length)]) : RandomWord(random, 2, 14);
            var found = new List<(int Term, int Distance)>();
            typos.Find(word, found);
            var most = word.Length < 4 ? 0 : word.Length < 8 ? 1 : 2;
            var expected = terms.Select((term, n) => (Term: n, Distance: EditDistance.Within(word, term, 2)))
                .Where(t => t.Distance > 0 && (t.Distance <= most || (word.Length >= 6 && Singled(word) == Singled(terms[t.Term]))));
            found.Order().ShouldBe(expected.Order(), word);
        }
    }

    [Theory]
    [InlineData("carrot", "carott", true), InlineData("courron", "couronn", true), InlineData("pommme", "pome", true)]
    [InlineData("carrot", "parott", false), InlineData("karrot", "carott", false), InlineData("bale", "balle", true), InlineData("ballo", "bbalo", false)]
    public void Of_doubling_another_letter_are_found_from_six_letters(string word, string term, bool finds)
    {
        var found = new List<(int Term, int Distance)>();
        new TypoDictionary([term], _ => true).Find(word, found);
        found.Count.ShouldBe(finds ? 1 : 0);
    }

    private static string Singled(string word) => string.Concat(word.Where((c, i) => i == 0 || c != word[i - 1]));

    private static string RandomWord(Random random, int shortest, int longest) =>
        string.Concat(Enumerable.Range(0, random.Next(shortest, longest)).Select(_ => "aeiorst"[random.Next(7)]));

    private static string Mistype(Random random, string word)
    {
        var at = random.Next(word.Length);
        return random.Next(3) switch
        {
            0 => word.Remove(at, 1),
            1 => word.Insert(at, "e"),
            _ => word[..at] + "z" + word[(at + 1)..],
        };
    }
}
