namespace Marketplace.ServiceDefaults;

/// <summary>Words as somebody types them in haste: without accents, whichever letter is large. For a search in SQL over the rows of one shop.</summary>
public static class PlainText
{
    private const string Accented = "àáâãäåçèéêëìíîïñòóôõöùúûüýÿ";
    private const string Bare = "aaaaaaceeeeiiiinooooouuuuyy";

    // Large letters by hand too: what lower() knows depends on the locale with which a server was made.
    private static readonly string From = Accented + Accented.ToUpperInvariant() + "’";
    private static readonly string To = Bare + Bare + "''";

    /// <summary>The SQL of a text's plain form.</summary>
    /// <param name="sql">A column or parameter, never anything that somebody typed.</param>
    public static string Of(string sql) => $"translate(replace(replace(lower({sql}), 'œ', 'oe'), 'Œ', 'oe'), '{From}', '{To}')";
}
