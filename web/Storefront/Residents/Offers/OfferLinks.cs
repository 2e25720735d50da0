using System.Globalization;
using System.Text;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;

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

    /// <summary>A photo in the widths that it is kept in; nothing of a drawing, which has all.</summary>
    public static string? Widths(string imageUrl, int least = 0) =>
        ProductPhoto.Is(imageUrl) ? string.Join(", ", ProductPhoto.Widths.Where(w => w >= least).Select(w => $"{Picture(imageUrl, w)} {w}w")) : null;

    /// <summary>Pictures come from this site only: a drawing as it is, a picture of Catalog's through <c>/images</c>.</summary>
    public static string Picture(string imageUrl, int width = 480)
    {
        if (ProductPhoto.Is(imageUrl))
        {
            return $"/images/photos/{imageUrl.Split('/')[^2]}/{width}.webp";
        }
        if (imageUrl.StartsWith("/dessins/", StringComparison.Ordinal))
        {
            return imageUrl;
        }
        var at = imageUrl.IndexOf("/api/v1/", StringComparison.Ordinal);
        return at >= 0 ? "/images/" + imageUrl[(at + "/api/v1/".Length)..] : "/dessins/default.svg";
    }
}
