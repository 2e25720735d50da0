namespace Marketplace.Catalog.Search;

/// <summary>The texts of an offer in which words can stand together: its title, its brand, what the shop calls it, its description, its department's name, its shop's.</summary>
internal static class TextPlaces
{
    public const TextField All = TextField.Title | TextField.Brand | TextField.Alias | TextField.Words | TextField.CategoryPart | TextField.Shop;

    /// <summary>Those that have one of the terms.</summary>
    public static TextField Of(Segment segment, int offer, TermRange terms)
    {
        var fields = FieldsOf(segment.Columns.TermsOf(offer), terms) | FieldsOf(segment.CellTerms[segment.Cells.Of[offer]], terms);
        var department = (fields & TextField.Category) != 0 ? TextField.CategoryPart : TextField.None;
        return (fields | department) & All;
    }

    private static TextField FieldsOf(ReadOnlySpan<TermEntry> entries, TermRange terms)
    {
        var fields = TextField.None;
        foreach (var entry in entries)
        {
            fields |= terms.Contains(entry.Term) ? entry.Fields : TextField.None;
        }

        return fields;
    }
}
