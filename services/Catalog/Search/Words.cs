using System.Buffers;

namespace Marketplace.Catalog.Search;

/// <param name="Term">What is indexed and looked up.</param>
/// <param name="Folded">The same before stemming: what the beginning of a longer word is compared with.</param>
/// <param name="Start">Where it stands in the text.</param>
internal readonly record struct Word(string Term, string Folded, int Start, int Length, WordKind Kind);

internal enum WordKind : byte
{
    Plain,
    /// <summary>The parts of a compound once more in one word: porte-monnaie is found as portemonnaie too.</summary>
    Joined,
    /// <summary>Too common to tell offers apart.</summary>
    Stop,
}

/// <summary>Cuts French text into words: elisions, compounds, initials, quantities with their unit.</summary>
internal ref struct Words
{
    private readonly ReadOnlySpan<char> _text;
    private readonly List<Word> _words;
    private readonly ArrayBufferWriter<char> _folded = new(32);
    private int _at;

    private Words(ReadOnlySpan<char> text, List<Word> words)
    {
        _text = text;
        _words = words;
    }

    /// <summary>The words of <paramref name="text"/> in order, a joined compound after its parts.</summary>
    public static List<Word> Of(ReadOnlySpan<char> text)
    {
        var words = new List<Word>();
        new Words(text, words).Read();
        return words;
    }

    private void Read()
    {
        while (_at < _text.Length)
        {
            if (char.IsAsciiDigit(_text[_at]))
            {
                ReadNumber();
            }
            else if (char.IsLetterOrDigit(_text[_at]))
            {
                ReadCompound();
            }
            else
            {
                _at++;
            }
        }
    }

    private void ReadNumber()
    {
        var start = _at;
        if (Quantity.TryRead(_text[start..], out var quantity, out var length))
        {
            _at += length;
            Add(quantity, start, WordKind.Plain);
            return;
        }

        ReadRun();
        AddFolded(start, WordKind.Plain);
    }

    private void ReadCompound()
    {
        var start = _at;
        var joined = "";
        var parts = 0;
        while (true)
        {
            var partStart = _at;
            if (!ReadInitials())
            {
                ReadWord();
            }

            if (IsElision(out var next))
            {
                _at = next;
                if (parts == 0)
                {
                    start = next;
                }

                if (_at < _text.Length && char.IsAsciiDigit(_text[_at]))
                {
                    return;
                }

                continue;
            }

            var folded = _folded.WrittenSpan.ToString();
            AddFolded(partStart, WordKind.Plain);
            joined += folded;
            parts++;
            var atHyphen = _at < _text.Length - 1 && FrenchFolding.IsHyphen(_text[_at]) && char.IsLetter(_text[_at + 1]);
            if (!atHyphen)
            {
                break;
            }

            _at++;
        }

        if (parts > 1)
        {
            Add(FrenchStemmer.Stem(joined), joined, start, WordKind.Joined);
        }
    }

    // Letters, digits and accents; an apostrophe that elides nothing is inside the word: aujourd'hui, O'Brien.
    private void ReadWord()
    {
        ReadRun();
        while (_at < _text.Length - 1 && FrenchFolding.IsApostrophe(_text[_at]) && char.IsLetter(_text[_at + 1]) && !IsElided(_folded.WrittenSpan))
        {
            _at++;
            ReadMore();
        }
    }

    private void ReadRun()
    {
        _folded.ResetWrittenCount();
        ReadMore();
    }

    private void ReadMore()
    {
        for (; _at < _text.Length && (char.IsLetterOrDigit(_text[_at]) || FrenchFolding.IsCombining(_text[_at])); _at++)
        {
            FrenchFolding.Fold(_text[_at], _folded);
        }
    }

    // J. R. R. Tolkien, S.N.C.F.: letters each followed by a point are one word.
    private bool ReadInitials()
    {
        var at = _at;
        var letters = 0;
        _folded.ResetWrittenCount();
        while (at < _text.Length - 1 && char.IsLetter(_text[at]) && _text[at + 1] == '.')
        {
            FrenchFolding.Fold(_text[at], _folded);
            letters++;
            at += 2;
            var next = at;
            while (next < _text.Length && (char.IsWhiteSpace(_text[next]) || FrenchFolding.IsHyphen(_text[next])))
            {
                next++;
            }

            if (next >= _text.Length - 1 || !char.IsLetter(_text[next]) || _text[next + 1] != '.')
            {
                break;
            }

            at = next;
        }

        if (letters < 2)
        {
            return false;
        }

        _at = at;
        return true;
    }

    // l'été, and "l été" as typed in a hurry.
    private readonly bool IsElision(out int next)
    {
        next = _at;
        if (_at >= _text.Length - 1 || !IsElided(_folded.WrittenSpan))
        {
            return false;
        }

        if (FrenchFolding.IsApostrophe(_text[_at]))
        {
            next = _at + 1;
            while (next < _text.Length && _text[next] == ' ')
            {
                next++;
            }

            return next < _text.Length && char.IsLetterOrDigit(_text[next]);
        }

        next = _at + 1;
        return _folded.WrittenCount == 1 && _text[_at] == ' ' && IsVowelSound(_text[next]);
    }

    private static bool IsElided(ReadOnlySpan<char> folded) =>
        folded is "l" or "d" or "j" or "m" or "t" or "s" or "c" or "n" or "qu" or "jusqu" or "lorsqu" or "puisqu" or "quoiqu";

    private static bool IsVowelSound(char c) => FrenchFolding.Fold([c]) is ['a' or 'e' or 'i' or 'o' or 'u' or 'y' or 'h', ..];

    private readonly void AddFolded(int start, WordKind kind)
    {
        if (_folded.WrittenCount > 0)
        {
            var folded = _folded.WrittenSpan.ToString();
            Add(FrenchStemmer.Stem(folded), folded, start, kind);
        }
    }

    private readonly void Add(string word, int start, WordKind kind) => Add(word, word, start, kind);

    private readonly void Add(string term, string folded, int start, WordKind kind) =>
        _words.Add(new Word(term, folded, start, _at - start, kind == WordKind.Plain && StopWords.Contains(_text[start.._at]) ? WordKind.Stop : kind));
}
