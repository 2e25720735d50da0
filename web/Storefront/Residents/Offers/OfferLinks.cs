using System.Globalization;
using System.Text;
using Marketplace.Contracts;

namespace Marketplace.Storefront.Residents.Offers;

internal static class OfferLinks
{
    public static string To(string town, OfferId offer, string title) => $"/{town}/produits/{offer}/{Slug(title)}";

    /// <summary>The readable end of an offer's address: letters and digits, no accents, short.</summary>
    public static string Slug(string title)
    {
        var slug = new StringBuilder(60);
        foreach (var c in title.Replace("œ", "oe", StringComparison.OrdinalIgnoreCase).Replace("æ", "ae", StringComparison.OrdinalIgnoreCase).Normalize(NormalizationForm.FormD))
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                slug.Append(char.ToLowerInvariant(c));
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark && slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
            if (slug.Length == 60)
            {
                break;
            }
        }
        var text = slug.ToString().Trim('-');
        return text.Length == 0 ? "produit" : text;
    }

    /// <summary>Pictures come from this site only: a drawing as it is, a picture of Catalog's through <c>/images</c>.</summary>
    public static string Picture(string imageUrl)
    {
        if (imageUrl.StartsWith("/dessins/", StringComparison.Ordinal))
        {
            return imageUrl;
        }
        var at = imageUrl.IndexOf("/api/v1/", StringComparison.Ordinal);
        return at >= 0 ? "/images/" + imageUrl[(at + "/api/v1/".Length)..] : "/dessins/default.svg";
    }
}
