using System.Numerics;
using System.Runtime.InteropServices;

namespace Marketplace.Catalog.Search;

/// <summary>The words of a query in one segment: which offers have them all, and what a word of an offer is worth to the query.</summary>
internal sealed class WordMatches
{
    private const int CheapUnion = 512;
    private const int SoMuchCheaper = 8;
    private readonly List<PostingList> _lists = [];
    private readonly List<PostingList> _phrase = [];
    private readonly List<ArraySegment<int>> _parts = [];
    private readonly List<Answer> _answers = [];
    private int[] _driverValues = [];
    private int[] _phraseValues = [];
    private int[] _found = [];
    private ulong[] _any = [];
    private ulong[] _strong = [];
    private int _count;
    // Answers of several terms that must stand together; an offer's words do not say that they do.
    private int _phrases;

    private readonly record struct Answer(int Start, int Length, int Word, int Quality);

    public void Reset(Segment segment, IReadOnlyList<QueryWord> words)
    {
        _answers.Clear();
        (_count, _phrases) = (words.Count, 0);
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
        Span<int> points = stackalloc int[_count];
        Span<int> qualities = stackalloc int[_count];
        Span<bool> strong = stackalloc bool[_count];
        var titleWords = Weigh(segment.Columns.TermsOf(offer), points, qualities, strong);
        Weigh(segment.CellTerms[segment.Cells.Of[offer]], points, qualities, strong);
        var (pointSum, qualitySum) = (0, 0);
        for (var word = 0; word < _count; word++)
        {
            pointSum += points[word];
            qualitySum += qualities[word];
        }

        return new RankingFacts(_count, pointSum, qualitySum, !strong.Contains(false), titleWords, segment.Columns.TitleLength[offer], default, null);
    }

    private int Weigh(ReadOnlySpan<int> entries, Span<int> points, Span<int> qualities, Span<bool> strong)
    {
        var titleWords = 0;
        foreach (var entry in entries)
        {
            var term = entry >> OfferColumns.FieldBits;
            var found = false;
            foreach (ref readonly var answer in CollectionsMarshal.AsSpan(_answers))
            {
                if ((uint)(term - answer.Start) < (uint)answer.Length)
                {
                    found = true;
                    var fields = (TextField)(entry & OfferColumns.FieldMask);
                    points[answer.Word] = Math.Max(points[answer.Word], Ranking.Points(fields) * answer.Quality);
                    qualities[answer.Word] = Math.Max(qualities[answer.Word], answer.Quality);
                    strong[answer.Word] |= (fields & TextField.Strong) != 0;
                }
            }

            titleWords += found && (entry & (int)TextField.Title) != 0 ? 1 : 0;
        }

        return titleWords;
    }

    // False when what was added is not one sorted list: a prefix is one stretch of postings, but of several terms.
    private bool Add(Segment segment, Alternative alternative, int word)
    {
        var start = _answers.Count;
        var ranges = Array.ConvertAll(alternative.Terms, term => alternative.Kind == MatchKind.Prefix ? segment.Prefix(term) : segment.Term(term));
        if (Array.Exists(ranges, r => r.IsEmpty))
        {
            return true;
        }

        foreach (var range in ranges)
        {
            _answers.Add(new Answer(range.Start, range.End - range.Start, word, Ranking.Quality(alternative.Kind)));
        }

        if (ranges.Length == 1)
        {
            _parts.Add(segment.Postings(ranges[0]));
            return ranges[0].End - ranges[0].Start == 1;
        }

        _phrases++;
        for (var i = 0; i < ranges.Length; i++)
        {
            var postings = segment.Postings(ranges[i]);
            Pooled(_phrase, i).Reset(postings.Array!, postings.Offset, postings.Offset + postings.Count);
        }

        var found = Intersect(segment, _phrase, ranges.Length, -1, ref _phraseValues);
        if (found.IsEmpty)
        {
            _answers.RemoveRange(start, _answers.Count - start);
        }
        else
        {
            _parts.Add(found.ToArray());
        }

        return true;
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
    private bool IsReadFromOffers(PostingList list, int offers) => list.IsPending && list.Size > CheapUnion && list.Size / SoMuchCheaper > offers && _phrases == 0;

    private int Read(Segment segment, int offer, int word)
    {
        var fields = Read(segment.Columns.TermsOf(offer), word) | Read(segment.CellTerms[segment.Cells.Of[offer]], word);
        return fields == TextField.None ? -1 : (offer << 1) | ((fields & TextField.Strong) != 0 ? 1 : 0);
    }

    private TextField Read(ReadOnlySpan<int> entries, int word)
    {
        var fields = TextField.None;
        foreach (var entry in entries)
        {
            foreach (ref readonly var answer in CollectionsMarshal.AsSpan(_answers))
            {
                if (answer.Word == word && (uint)((entry >> OfferColumns.FieldBits) - answer.Start) < (uint)answer.Length)
                {
                    fields |= (TextField)(entry & OfferColumns.FieldMask);
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
