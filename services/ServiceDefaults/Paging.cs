namespace Marketplace.ServiceDefaults;

/// <summary>Lists come in pages: <c>page</c> from 1, <c>pageSize</c> from 1 to 100, and <c>total</c> beside the items.</summary>
public static class Paging
{
    public const int MostItems = 100;

    public static void Check(int page, int pageSize)
    {
        if (page is < 1 or > 100_000 || pageSize is < 1 or > MostItems)
        {
            throw Refusal.Invalid("page-out-of-range", "Pages à partir de 1, de 1 à 100 éléments.", "Pages from 1, with 1 to 100 items.");
        }
    }

    /// <summary>One page of what is held in memory anyway.</summary>
    public static IReadOnlyList<T> Of<T>(IReadOnlyList<T> all, int page, int pageSize) => [.. all.Skip((page - 1) * pageSize).Take(pageSize)];
}
