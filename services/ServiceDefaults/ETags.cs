using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Marketplace.ServiceDefaults;

/// <summary>The version of what is shown, as it travels to the browser and back.</summary>
public static class ETags
{
    public static string Of(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>The version of If-Match; null when the caller does not mind (none, or <c>*</c>).</summary>
    public static long? Expected(HttpRequest request)
    {
        var given = request.Headers.IfMatch.ToString();
        if (given is "" or "*")
        {
            return null;
        }

        return long.TryParse(given.Replace("W/", "", StringComparison.Ordinal).Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw new Refusal("malformed", StatusCodes.Status400BadRequest, "L’en-tête If-Match n’est pas lisible.", "The If-Match header cannot be read.");
    }
}
