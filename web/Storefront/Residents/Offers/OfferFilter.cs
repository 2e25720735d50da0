using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Residents.Towns;

namespace Marketplace.Storefront.Residents.Offers;

/// <summary>The filters of a list as they stand in its address: shareable, and the back button works.</summary>
public sealed record OfferFilter(string? Text, string? Category, string? Shop, bool Today, int? MinEuros, int? MaxEuros, string? Sort, int Page, Position? Near = null)
{
    public const int PageSize = 24;
    public const string Distance = "distance";
    private const int LastPage = 400;
    private static readonly HashSet<string> _sorts = ["prix", "-prix", "nouveautes", Distance];

    public static OfferFilter From(IQueryCollection query) => new(
        Short(query["q"]), Slug(query["rayon"]), Slug(query["boutique"]), query["aujourdhui"] == "1", Euros(query["prixmin"]), Euros(query["prixmax"]),
        query["tri"].ToString() is var sort && _sorts.Contains(sort) ? sort : null,
        int.TryParse(query["page"], NumberStyles.None, CultureInfo.InvariantCulture, out var page) ? Math.Clamp(page, 1, LastPage) : 1,
        Nearby.Parse(query["pres"], Nearby.OfShops));

    public bool IsEmpty => this with { Sort = null, Page = 1, Near = null } == new OfferFilter(null, null, null, false, null, null, null, 1);

    /// <summary>The same without one of its filters, each in turn; what is looked for stays. Without a category means in the one above.</summary>
    internal IEnumerable<OfferFilter> WithoutOne(CategoryTree categories)
    {
        var filter = this with { Page = 1 };
        if (Category is not null)
        {
            yield return filter with { Category = categories.Find(Category)?.Parent };
        }
        if (Shop is not null)
        {
            yield return filter with { Shop = null };
        }
        if (Today)
        {
            yield return filter with { Today = false };
        }
        if (MinEuros is not null || MaxEuros is not null)
        {
            yield return filter with { MinEuros = null, MaxEuros = null };
        }
    }

    /// <summary>What is looked for and nothing else.</summary>
    internal OfferFilter TextAlone => this with { Category = null, Shop = null, Today = false, MinEuros = null, MaxEuros = null, Page = 1 };

    /// <summary>The same in another town, which has other shops and another centre.</summary>
    internal OfferFilter Elsewhere => this with { Shop = null, Sort = Sort == Distance ? null : Sort, Near = null, Page = 1 };

    /// <param name="centre">Distances are counted from here where the visitor has not said where they are.</param>
    internal OfferQuery ToQuery(Position centre) => new(Text, Category, Shop, Today, MinEuros * 100L, MaxEuros * 100L, Sort switch
    {
        "prix" => "price",
        "-prix" => "-price",
        "nouveautes" => "newest",
        Distance => "distance",
        _ => null,
    }, Sort == Distance ? Nearby.Text(Near ?? centre) : null, Page, PageSize);

    /// <summary>The list's address with these filters; a changed filter goes back to the first page.</summary>
    public string Href(string town)
    {
        var query = new QueryString();
        Add("q", Text);
        Add("rayon", Category);
        Add("boutique", Shop);
        Add("aujourdhui", Today ? "1" : null);
        Add("prixmin", MinEuros?.ToString(CultureInfo.InvariantCulture));
        Add("prixmax", MaxEuros?.ToString(CultureInfo.InvariantCulture));
        Add("tri", Sort);
        Add("pres", Sort == Distance && Near is { } near ? Nearby.Text(near) : null);
        Add("page", Page > 1 ? Page.ToString(CultureInfo.InvariantCulture) : null);
        return $"/{town}/produits{query.ToUriComponent()}";

        void Add(string key, string? value)
        {
            if (value is not null)
            {
                query = query.Add(key, value);
            }
        }
    }

    private static string? Short(string? text) => text?.Trim() is { Length: > 0 } trimmed ? trimmed[..Math.Min(trimmed.Length, 100)] : null;

    private static string? Slug(string? text) => text is { Length: > 0 and <= 100 } && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') ? text : null;

    private static int? Euros(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var euros) && euros <= 100_000 ? euros : null;
}
