using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Languages;

namespace Marketplace.Storefront.Residents.Offers;

internal static class CategoryNames
{
    public static string Name(this Ui ui, Category category) => ui.French ? Typography.French(category.NameFr) : Typography.English(category.NameEn ?? category.NameFr);
}
