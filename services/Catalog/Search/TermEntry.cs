namespace Marketplace.Catalog.Search;

/// <summary>Where a word of an offer stands. Several may hold for one word.</summary>
[Flags]
internal enum TextField : short
{
    None = 0,
    Title = 1,
    /// <summary>The title begins with it: it is what the goods are, what follows says more of them.</summary>
    Head = 2,
    /// <summary>A compound of the title or brand in one word: found, but not counted as one of the title's words.</summary>
    Joined = 4,
    Brand = 8,
    /// <summary>Other words that the shop has for it.</summary>
    Alias = 16,
    /// <summary>The whole name of its department.</summary>
    Category = 32,
    /// <summary>One word of several of its department's name, or of those above it.</summary>
    CategoryPart = 64,
    Shop = 128,
    Words = 256,

    All = 511,

    /// <summary>The title or brand say it.</summary>
    InTitleOrBrand = Title | Brand | Joined,

    /// <summary>Where a match says what the offer is; elsewhere the word may be mentioned in passing.</summary>
    Naming = InTitleOrBrand | Alias | Category | CategoryPart,
}

/// <summary>A word of an offer (or of its shop and department), in four bytes: the number of its term, where it stands, which accents it has there.</summary>
internal readonly record struct TermEntry
{
    /// <summary>Numbers are below it.</summary>
    public const int MostTerms = 1 << (32 - AccentBits - FieldBits);
    private const int FieldBits = 9;
    private const int AccentBits = 2;
    private readonly uint _bits;

    public TermEntry(int term, TextField fields, Accents accents) =>
        _bits = ((uint)term << (FieldBits + AccentBits)) | ((uint)accents << FieldBits) | (uint)fields;

    public int Term => (int)(_bits >> (FieldBits + AccentBits));

    public TextField Fields => (TextField)(_bits & ((1 << FieldBits) - 1));

    public Accents Accents => (Accents)(_bits >> FieldBits & ((1 << AccentBits) - 1));

    public bool Has(TextField any) => (Fields & any) != 0;

    /// <summary>The same word in one place more. Its accents stay those of the first place.</summary>
    public TermEntry With(TextField more) => new(Term, Fields | more, Accents);

    public TermEntry Renumbered(int term) => new(term, Fields, Accents);
}
