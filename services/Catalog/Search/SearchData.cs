namespace Marketplace.Catalog.Search;

/// <summary>The word lists that ship with the service, embedded: one entry a line, # begins a comment.</summary>
internal static class SearchData
{
    public static IEnumerable<string> Lines(string name)
    {
        var assembly = typeof(SearchData).Assembly;
        using var stream = assembly.GetManifestResourceStream($"Marketplace.Catalog.Search.{name}")
            ?? throw new InvalidOperationException($"The word list {name} is not embedded.");
        using var reader = new StreamReader(stream);
        return [.. Lines(reader)];
    }

    public static IEnumerable<string> Lines(TextReader reader)
    {
        while (reader.ReadLine() is { } line)
        {
            var entry = line.Trim();
            if (entry.Length > 0 && entry[0] != '#')
            {
                yield return entry;
            }
        }
    }
}
