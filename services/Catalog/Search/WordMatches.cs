using System.Numerics;
using System.Runtime.InteropServices;

namespace Marketplace.Catalog.Search;

/// <summary>The words of a query in one segment: which offers have them all, and what a word of an offer is worth to the query.</summary>
internal sealed class WordMatches
{
    private const int CheapUnion = 512;
    private const int SoMuchCheaper = 8;
    private readonly List<PostingList> _lists = [];
    private readonly List<PostingList> _phraseLists = [];
    private readonly List<ArraySegment<int>> _parts = [];
    private readonly List<Answer> _answers = [];
    private readonly List<Phrase> _phrases = [];
    private int[] _driverValues = [];
    private int[] _phraseValues = [];
    private int[] _found = [];
    private ulong[] _any = [];
    private ulong[] _strong = [];
    private int _count;

    /// <param name="Phrase">Which one it is a part of; -1 when it stands alone.</param>
    private readonly record struct Answer(int Start, int Length, int Word, int Quality, Accents Accents, int Phrase);

    /// <summary>An answer of several terms.</summary>
    /// <param name="Postings">Where they stand together, which an offer's words do not say.</param>
    private readonly record struct Phrase(int Word, int Terms, int[] Postings);

    public void Reset(Segment segment, IReadOnlyList<QueryWord> words)
    {
        _answers.Clear();
        _phrases.Clear();
        _count = words.Count;
        for (var word = 0; word < words.Count; word++)
        {
            _parts.Clear();
            var areSorted = true;
            foreach (var alternative in words[word].Alternatives)
            {
                areSorted &= Add(segment, alternative, word);
            }

            Pooled(_lists, word).Reset(_parts, areSorted, segment.Count);
        }
    }

    /// <summary>Postings of the offers that have every word, in rank order; those that have all but one if <paramref name="exceptOne"/>.</summary>
    public ReadOnlySpan<int> Find(Segment segment, IReadOnlyList<QueryWord> words, bool exceptOne)
    {
        if (!exceptOne)
        {
            return Intersect(segment, _lists, _count, -1, ref _found);
        }

        Array.Resize(ref _any, (segment.Count + 63) >> 6);
        Array.Resize(ref _strong, _any.Length);
        Array.Clear(_any);
        Array.Clear(_strong);
        for (var left = 0; left < _count; left++)
        {
            if (!words.Where((_, word) => word != left).Any(w => StopWords.IsTelling(w.Folded)))
            {
                continue;
            }

            Reset(segment, words);
            foreach (var posting in Intersect(segment, _lists, _count, left, ref _found))
            {
                Bits.Set(_any, posting >> 1, true);
                _strong[posting >> 7] |= (ulong)(posting & 1) << (posting >> 1 & 63);
            }
        }

        return FromBits();
    }

    /// <summary>What the offer's words are worth to the query: the sums that <see cref="Ranking"/> takes.</summary>
    public RankingFacts Weigh(Segment segment, int offer)
    {
        Span<int> own = stackalloc int[_count];
        Span<int> department = stackalloc int[_count];
        Span<int> qualities = stackalloc int[_count];
        Span<bool> inTitleOrBrand = stackalloc bool[_count];
        var titleWords = Weigh(segment.Columns.TermsOf(offer), offer, own, qualities, inTitleOrBrand);
        Weigh(segment.CellTerms[segment.Cells.Of[offer]], offer, department, qualities, inTitleOrBrand);
        var (pointSum, qualitySum) = (0, 0);
        for (var word = 0; word < _count; word++)
        {
            pointSum += own[word] + department[word];
            qualitySum += qualities[word];
        }

        return new RankingFacts(_count, pointSum, qualitySum, !inTitleOrBrand.Contains(false), titleWords, segment.Columns.TitleLength[offer], default, null);
    }

    private int Weigh(ReadOnlySpan<TermEntry> entries, int offer, Span<int> points, Span<int> qualities, Span<bool> inTitleOrBrand)
    {
        var titleWords = 0;
        Span<int> together = stackalloc int[_phrases.Count];
        foreach (var entry in entries)
        {
            var (term, found) = (entry.Term, false);
            foreach (ref readonly var answer in CollectionsMarshal.AsSpan(_answers))
            {
                if ((uint)(term - answer.Start) < (uint)answer.Length && StandsTogether(answer.Phrase, offer))
                {
                    var agrees = AccentsOf.Agree(answer.Accents, entry.Accents);
                    var quality = agrees ? answer.Quality : answer.Quality * Ranking.OtherAccentsPercent / Ranking.Percent;
                    var worth = Ranking.Points(entry.Fields) * quality;
                    if (answer.Phrase < 0)
                    {
                        points[answer.Word] = Math.Max(points[answer.Word], worth);
                    }
                    else
                    {
                        together[answer.Phrase] += worth;
                    }

                    qualities[answer.Word] = Math.Max(qualities[answer.Word], quality);
                    inTitleOrBrand[answer.Word] |= agrees && entry.Has(TextField.InTitleOrBrand);
                    found |= agrees;
                }
            }

            titleWords += found && entry.Has(TextField.Title) ? 1 : 0;
        }

        for (var phrase = 0; phrase < together.Length; phrase++)
        {
            // Several words are worth their average, as those of a query are.
            ref var word = ref points[_phrases[phrase].Word];
            word = Math.Max(word, together[phrase] / _phrases[phrase].Terms);
        }

        return titleWords;
    }

    private bool StandsTogether(int phrase, int offer)
    {
        if (phrase < 0)
        {
            return true;
        }

        var postings = _phrases[phrase].Postings;
        var at = Array.BinarySearch(postings, offer << 1);
        return at >= 0 || (~at < postings.Length && postings[~at] >> 1 == offer);
    }

    // False when what was added is not one sorted list: a prefix is one stretch of postings, but of several terms.
    private bool Add(Segment segment, Alternative alternative, int word)
    {
        var ranges = Array.ConvertAll(alternative.Terms, term => alternative.Kind == MatchKind.Prefix ? segment.Prefix(term) : segment.Term(term));
        if (Array.Exists(ranges, r => r.IsEmpty))
        {
            return true;
        }

        var phrase = -1;
        if (ranges.Length == 1)
        {
            _parts.Add(segment.Postings(ranges[0]));
        }
        else if (Together(segment, ranges) is { Length: > 0 } postings)
        {
            phrase = _phrases.Count;
            _phrases.Add(new Phrase(word, ranges.Length, postings));
            _parts.Add(postings);
        }
        else
        {
            return true;
        }

        foreach (var range in ranges)
        {
            _answers.Add(new Answer(range.Start, range.End - range.Start, word, Ranking.Quality(alternative.Kind), alternative.Accents, phrase));
        }

        return ranges.Length > 1 || ranges[0].End - ranges[0].Start == 1;
    }

    // "Quatre-heures" is not in the description of what the Heures calmes sell: its words stand in one place, or nowhere.
    private int[] Together(Segment segment, TermRange[] ranges)
    {
        for (var i = 0; i < ranges.Length; i++)
        {
            var postings = segment.Postings(ranges[i]);
            Pooled(_phraseLists, i).Reset(postings.Array!, postings.Offset, postings.Offset + postings.Count);
        }

        var found = Intersect(segment, _phraseLists, ranges.Length, -1, ref _phraseValues);
        var together = new List<int>(found.Length);
        foreach (var posting in found)
        {
            if (ranges.Aggregate(TextPlaces.All, (places, range) => places & TextPlaces.Of(segment, posting >> 1, range)) != 0)
            {
                together.Add(posting);
            }
        }

        return [.. together];
    }

    private ReadOnlySpan<int> Intersect(Segment segment, List<PostingList> lists, int count, int without, ref int[] found)
    {
        var driver = -1;
        for (var i = 0; i < count; i++)
        {
            if (i != without && (driver < 0 || lists[i].Size < lists[driver].Size))
            {
                driver = i;
            }
        }

        if (driver < 0)
        {
            return [];
        }

        lists[driver].Unite();
        var values = lists[driver].Values(ref _driverValues);
        if (count - (without >= 0 ? 1 : 0) == 1)
        {
            return values;
        }

        for (var i = 0; i < count; i++)
        {
            if (i != without && !IsReadFromOffers(lists[i], values.Length))
            {
                lists[i].Unite();
            }
        }

        if (found.Length < values.Length)
        {
            found = new int[values.Length];
        }

        var at = 0;
        foreach (var posting in values)
        {
            var both = posting;
            for (var i = 0; i < count && both >= 0; i++)
            {
                if (i != driver && i != without)
                {
                    var other = lists[i].IsPending ? Read(segment, posting >> 1, i) : lists[i].Find(posting >> 1);
                    both = other < 0 ? -1 : both & (other | ~1);
                }
            }

            if (both >= 0)
            {
                found[at++] = both;
            }
        }

        return found.AsSpan(0, at);
    }

    // The first letters of half the catalogue, beside a word that few offers have: those few are looked at instead.
    private bool IsReadFromOffers(PostingList list, int offers) => list.IsPending && list.Size > CheapUnion && list.Size / SoMuchCheaper > offers && _phrases.Count == 0;

    private int Read(Segment segment, int offer, int word)
    {
        var fields = Read(segment.Columns.TermsOf(offer), word) | Read(segment.CellTerms[segment.Cells.Of[offer]], word);
        return fields == TextField.None ? -1 : (offer << 1) | ((fields & TextField.Naming) != 0 ? 1 : 0);
    }

    private TextField Read(ReadOnlySpan<TermEntry> entries, int word)
    {
        var fields = TextField.None;
        foreach (var entry in entries)
        {
            foreach (ref readonly var answer in CollectionsMarshal.AsSpan(_answers))
            {
                if (answer.Word == word && (uint)(entry.Term - answer.Start) < (uint)answer.Length)
                {
                    fields |= entry.Fields;
                }
            }
        }

        return fields;
    }

    private ReadOnlySpan<int> FromBits()
    {
        var at = 0;
        for (var word = 0; word < _any.Length; word++)
        {
            for (var bits = _any[word]; bits != 0; bits &= bits - 1)
            {
                if (at == _found.Length)
                {
                    Array.Resize(ref _found, Math.Max(64, 2 * at));
                }

                var offer = (word << 6) | BitOperations.TrailingZeroCount(bits);
                _found[at++] = (offer << 1) | (Bits.Has(_strong, offer) ? 1 : 0);
            }
        }

        return _found.AsSpan(0, at);
    }

    private static PostingList Pooled(List<PostingList> pool, int index)
    {
        while (pool.Count <= index)
        {
            pool.Add(new PostingList());
        }

        return pool[index];
    }
}
