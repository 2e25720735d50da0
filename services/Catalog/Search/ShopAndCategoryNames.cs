namespace Marketplace.Catalog.Search;

/// <summary>The words that offers get from the names of their shop and categories.</summary>
internal sealed class ShopAndCategoryNames(SearchShops shops, SearchCategories categories)
{
    public IReadOnlyList<TextTerm> Of(int shop, int category)
    {
        var terms = new List<TextTerm>();
        if (shops[shop] is { } known)
        {
            terms.AddRange(OfferText.TermsOf(known.Name, TextField.Shop));
        }

        foreach (var above in categories.Path(category))
        {
            foreach (var name in new[] { categories[above].NameFr, categories[above].NameEn ?? "" })
            {
                var words = OfferText.TermsOf(name, TextField.CategoryPart);
                terms.AddRange(above == category && words.Count == 1 ? OfferText.TermsOf(name, TextField.Category) : words);
            }
        }

        return terms;
    }
}
