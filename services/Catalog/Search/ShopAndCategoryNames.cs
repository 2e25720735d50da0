namespace Marketplace.Catalog.Search;

/// <summary>The words that offers get from the names of their shop and categories.</summary>
internal sealed class ShopAndCategoryNames(SearchShops shops, SearchCategories categories)
{
    public IReadOnlyList<(string Term, string Surface, TextField Field)> Of(int shop, int category)
    {
        var terms = new List<(string Term, string Surface, TextField Field)>();
        if (shops[shop] is { } known)
        {
            terms.AddRange(OfferText.TermsOf(known.Name, TextField.Shop));
        }

        foreach (var above in categories.Path(category))
        {
            terms.AddRange(OfferText.TermsOf(categories[above].NameFr, TextField.Category));
            terms.AddRange(OfferText.TermsOf(categories[above].NameEn ?? "", TextField.Category));
        }

        return terms;
    }
}
