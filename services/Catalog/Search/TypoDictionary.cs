using System.Numerics;

namespace Marketplace.Catalog.Search;

/// <summary>
/// Terms by what is left of them when one or two letters are left out (symmetric delete): a mistyped word and the right one meet there,
/// without trying any alphabet. Only the first letters are kept that way; the whole words are compared in the end.
/// </summary>
internal sealed class TypoDictionary
{
    public const int ShortestForOne = 4;
    public const int ShortestForTwo = 8;
    private const int PrefixLength = 7;
    private const int ShortestTerm = 3;
    private const int LongestTerm = 24;

    // A word of eight letters may lack two of a term's, or have two more; one of six may double another letter.
    private const int TwoDeletesFrom = ShortestForTwo - 2;
    private readonly string[] _terms;
    private readonly int[] _start;
    private readonly int[] _entries;

    /// <param name="isWanted">By term number: words that only descriptions have are not worth being corrected to.</param>
    public TypoDictionary(string[] terms, Func<int, bool> isWanted)
    {
        _terms = terms;
        var wanted = Enumerable.Range(0, terms.Length).Where(t => IsWord(terms[t]) && isWanted(t)).ToArray();
        Span<uint> hashes = stackalloc uint[32];
        var entries = 0;
        foreach (var term in wanted)
        {
            entries += Deletes(terms[term], DeletesOf(terms[term]), hashes);
        }

        _start = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Max(entries, 16)) + 1];
        foreach (var term in wanted)
        {
            foreach (var hash in hashes[..Deletes(terms[term], DeletesOf(terms[term]), hashes)])
            {
                _start[Bucket(hash) + 1]++;
            }
        }

        for (var bucket = 1; bucket < _start.Length; bucket++)
        {
            _start[bucket] += _start[bucket - 1];
        }

        _entries = new int[entries];
        var next = _start.ToArray();
        foreach (var term in wanted)
        {
            foreach (var hash in hashes[..Deletes(terms[term], DeletesOf(terms[term]), hashes)])
            {
                _entries[next[Bucket(hash)]++] = term;
            }
        }
    }

    /// <summary>Terms at one edit of a word of four letters or more, at two from eight, or from six where only the doubling of letters differs ("carrotes"); never the word itself.</summary>
    public void Find(string word, ICollection<(int Term, int Distance)> found)
    {
        if (word.Length is < ShortestForOne or > LongestTerm || !IsWord(word))
        {
            return;
        }

        var most = word.Length >= ShortestForTwo ? 2 : 1;
        Span<uint> hashes = stackalloc uint[32];
        var seen = new HashSet<int>();
        foreach (var hash in hashes[..Deletes(word, DeletesOf(word), hashes)])
        {
            var bucket = Bucket(hash);
            foreach (var term in _entries.AsSpan(_start[bucket].._start[bucket + 1]))
            {
                if (seen.Add(term) && EditDistance.Within(word, _terms[term], 2) is > 0 and var distance && (distance <= most || (word.Length >= TwoDeletesFrom && OnlyDoublingDiffers(word, _terms[term]))))
                {
                    found.Add((term, distance));
                }
            }
        }
    }

    // What French is mistyped by most: which letter of a word is the double one.
    private static bool OnlyDoublingDiffers(string word, string term)
    {
        var (i, j) = (0, 0);
        while (i < word.Length && j < term.Length && word[i] == term[j])
        {
            i = AfterRun(word, i);
            j = AfterRun(term, j);
        }

        return i == word.Length && j == term.Length;
    }

    private static int AfterRun(string word, int at)
    {
        var letter = word[at];
        while (at < word.Length && word[at] == letter)
        {
            at++;
        }

        return at;
    }

    private int Bucket(uint hash) => (int)(hash & (uint)(_start.Length - 2));

    private static int DeletesOf(string term) => term.Length >= TwoDeletesFrom ? 2 : 1;

    private static bool IsWord(string term)
    {
        foreach (var c in term)
        {
            if (!char.IsLetter(c))
            {
                return false;
            }
        }

        return term.Length is >= ShortestTerm and <= LongestTerm;
    }

    private static int Deletes(string word, int most, Span<uint> hashes)
    {
        var start = word.AsSpan(0, Math.Min(word.Length, PrefixLength));
        var count = 0;
        hashes[count++] = Hash(start, -1, -1);
        for (var i = 0; i < start.Length; i++)
        {
            hashes[count++] = Hash(start, i, -1);
            for (var j = i + 1; most > 1 && j < start.Length; j++)
            {
                hashes[count++] = Hash(start, i, j);
            }
        }

        return count;
    }

    private static uint Hash(ReadOnlySpan<char> letters, int without, int orWithout)
    {
        var hash = 2166136261u;
        for (var i = 0; i < letters.Length; i++)
        {
            if (i != without && i != orWithout)
            {
                hash = (hash ^ letters[i]) * 16777619u;
            }
        }

        return hash ^ (hash >> 15);
    }
}
