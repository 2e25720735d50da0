using System.Globalization;
using Marketplace.ServiceDefaults;

namespace Marketplace.Ordering.Orders;

/// <summary>The stream's version as it travels to the browser and back.</summary>
internal static class ETags
{
    internal static string Of(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>The version of If-Match; null when the caller does not mind (none, or <c>*</c>).</summary>
    internal static long? Expected(HttpRequest request)
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
