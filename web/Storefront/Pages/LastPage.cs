using System.Globalization;

namespace Marketplace.Storefront.Pages;

/// <summary>Behind its last page a list has nothing to show: whoever asks for such a page, by an old link or a typed address, is led to the last one there is.</summary>
internal static class LastPage
{
    /// <summary>The number of the page to be led to; none where the page asked for is one of the list's.</summary>
    internal static int? InsteadOf(int page, int shown, int total, int pageSize)
    {
        if (page <= 1 || shown > 0)
        {
            return null;
        }
        // Never to itself: what the list lost between its two questions is behind it.
        var last = Math.Max(1, (total + Math.Max(1, pageSize) - 1) / Math.Max(1, pageSize));
        return Math.Min(last, page - 1);
    }

    /// <summary>As a value of an address: none for the first.</summary>
    internal static string? Text(int page) => page > 1 ? page.ToString(CultureInfo.InvariantCulture) : null;
}
