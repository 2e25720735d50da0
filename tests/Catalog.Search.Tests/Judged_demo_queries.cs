using System.Globalization;

namespace Marketplace.Catalog.Search.Tests;

/// <summary>
/// Queries made from the demo towns' own offers, each with the offers that answer it; how many come first is printed for every kind.
/// Offers whose words are the same truly tie, and count for each other.
/// </summary>
public sealed class Judged_demo_queries(ITestOutputHelper output)
{
    /// <param name="Found">Whether an offer may stand first (or among the first five).</param>
    private sealed record Judged(string Text, Func<DemoOffer, bool> Found);

    [Fact]
    public void Find_what_was_meant_first()
    {
        var offers = DemoCatalogue.Offers;
        var ids = offers.ToDictionary(o => o.Id);
        using var index = DemoCatalogue.Index(Synonyms.Shipped);
        offers.Count.ShouldBeGreaterThan(1_500);

        Judge("exact", 1.00, offers.Select(o => new Judged(o.Title, f => Same(f, o))));
        Judge("accents and capitals dropped", 1.00, offers.Select(o => new Judged(FrenchFolding.Fold(o.Title), f => Same(f, o))));
        Judge("shouted", 1.00, offers.Select(o => new Judged(o.Title.ToUpperInvariant(), f => Same(f, o))));
        Judge("two words swapped", 0.90, offers.Where(o => Long(o).Length >= 2).Select(o => new Judged(Swapped(o), f => Same(f, o))));
        Judge("one typing mistake", 0.98, offers.Where(o => Long(o).Any(w => w.Length >= 5)).Select((o, i) => new Judged(Mistyped(o, i), f => Same(f, o))));
        Judge("author or brand and a word", 0.97, offers.Where(o => o.Brand.Length > 0 && Long(o).Length > 0)
            .Select(o => new Judged($"{o.Brand} {Long(o)[0]}", f => f.Brand == o.Brand && Stems(f).Contains(Stem(Long(o)[0])))));
        Judge("the last word begun", 0.80, offers.Where(o => Words.Of(o.Title).Count >= 2).Select(o => new Judged(Begun(o), f => Prefixed(f, o))));
        Judge("code", 1.00, offers.Where(o => o.Ean is not null).Select(o => new Judged(o.Ean!, f => f.Ean == o.Ean)));
        Judge("code with hyphens", 1.00, offers.Where(o => o.Ean is not null).Select(o => new Judged($"{o.Ean![..3]}-{o.Ean[3]}-{o.Ean[4..8]}-{o.Ean[8..12]}-{o.Ean[12]}", f => f.Ean == o.Ean)));

        void Judge(string kind, double first, IEnumerable<Judged> queries)
        {
            var (count, hits, inFive) = (0, 0, 0);
            var missed = new List<string>();
            foreach (var query in queries)
            {
                var found = index.Search(new OfferQuery(Market.Now, Text: query.Text, PageSize: 5)).Ids.Select(id => ids[id]).ToList();
                count++;
                inFive += found.Exists(o => query.Found(o)) ? 1 : 0;
                if (found.Count > 0 && query.Found(found[0]))
                {
                    hits++;
                }
                else
                {
                    missed.Add($"{query.Text} → {(found.Count == 0 ? "nothing" : found[0].Title)}");
                }
            }

            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind}: {count} queries, {100.0 * hits / count:0.00} % first, {100.0 * inFive / count:0.00} % in the first five"));
            foreach (var miss in missed.Take(12))
            {
                output.WriteLine($"    {miss}");
            }

            (hits / (double)count).ShouldBeGreaterThanOrEqualTo(first, kind);
            (inFive / (double)count).ShouldBeGreaterThanOrEqualTo(0.97, $"{kind}, in the first five");
        }
    }

    private static bool Same(DemoOffer found, DemoOffer meant) => Stems(found).SetEquals(Stems(meant));

    private static bool Prefixed(DemoOffer found, DemoOffer meant)
    {
        var typed = Words.Of(Begun(meant)).Where(w => w.Kind == WordKind.Plain).ToList();
        var has = Words.Of(found.Title).Concat(Words.Of(found.Brand)).ToList();
        return typed.TrueForAll(t => has.Exists(w => w.Folded.StartsWith(t.Folded, StringComparison.Ordinal) || w.Term == t.Term));
    }

    private static HashSet<string> Stems(DemoOffer offer) => [.. Words.Of(offer.Title).Where(w => w.Kind == WordKind.Plain).Select(w => w.Term)];

    private static string Stem(string word) => Words.Of(word)[0].Term;

    // Words of a title that tell something: no number, no stop word.
    private static string[] Long(DemoOffer offer) =>
        [.. Words.Of(offer.Title).Where(w => w is { Kind: WordKind.Plain, Length: >= 4 } && w.Folded.All(char.IsLetter)).Select(w => w.Folded)];

    private static string Swapped(DemoOffer offer)
    {
        var words = Words.Of(offer.Title).Where(w => w.Kind != WordKind.Joined).Select(w => w.Folded).ToList();
        return string.Join(' ', words.Skip(1).Append(words[0]));
    }

    private static string Begun(DemoOffer offer)
    {
        var words = Words.Of(offer.Title).Where(w => w.Kind == WordKind.Plain).Select(w => w.Folded).ToList();
        return string.Join(' ', words.SkipLast(1).Append(words[^1][..Math.Min(words[^1].Length, 4)]));
    }

    // Left out, doubled, replaced or swapped, in turn; in the longest word of the title.
    private static string Mistyped(DemoOffer offer, int turn)
    {
        var words = Words.Of(offer.Title).Where(w => w.Kind != WordKind.Joined).Select(w => w.Folded).ToList();
        var longest = words.FindIndex(w => w == Long(offer).MaxBy(l => l.Length));
        var (word, at) = (words[longest], 1 + (turn % (words[longest].Length - 2)));
        words[longest] = (turn % 4) switch
        {
            0 => word.Remove(at, 1),
            1 => word.Insert(at, word[at].ToString()),
            2 => word[..at] + (word[at] == 'i' ? 'o' : 'i') + word[(at + 1)..],
            _ => word[..at] + word[at + 1] + word[at] + word[(at + 2)..],
        };
        return string.Join(' ', words);
    }
}
