namespace Marketplace.Storefront.Accounts;

/// <summary>Addresses on this site.</summary>
internal static class LocalUrl
{
    /// <summary>The address if it stays on this site, else null: nobody is sent elsewhere by a link to the sign-in page.</summary>
    public static string? OrNull(string? url) =>
        url is ['/', ..] && !(url.Length > 1 && url[1] is '/' or '\\') && !url.Any(char.IsControl) && !url.Contains('\\', StringComparison.Ordinal) ? url : null;

    /// <summary>A query of the values that are there.</summary>
    public static QueryString Query(params ReadOnlySpan<(string Key, string? Value)> values)
    {
        var query = new QueryString();
        foreach (var (key, value) in values)
        {
            if (!string.IsNullOrEmpty(value))
            {
                query = query.Add(key, value);
            }
        }
        return query;
    }
}
