using System.Security.Cryptography;
using Marketplace.ServiceDefaults;
using Microsoft.AspNetCore.DataProtection;

namespace Marketplace.Storefront.Merchants.Orders;

/// <summary>
/// What was typed into a shop's search, as it may stand in an address: names and pickup codes are posted, and only this site can read what the address of
/// the page found says. So they stay out of histories and logs, and the page can still be leafed through, reloaded and gone back to.
/// </summary>
internal sealed class SearchText(IDataProtectionProvider protection)
{
    private const int Longest = 100;

    public string? Hide(string shop, string? typed)
    {
        var text = (typed ?? "").Trim();
        return text.Length == 0 ? null : Of(shop).Protect(text.AtMost(Longest));
    }

    /// <summary>Null: nothing is looked for, or it was not written here for this shop.</summary>
    public string? Read(string shop, string? hidden)
    {
        try
        {
            return string.IsNullOrEmpty(hidden) ? null : Of(shop).Unprotect(hidden);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private IDataProtector Of(string shop) => protection.CreateProtector("order-search", shop);
}
