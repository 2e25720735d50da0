using Marketplace.ServiceDefaults;
using Marketplace.Storefront.Languages;

namespace Marketplace.Storefront.Accounts;

/// <summary>The few rules of what people type about themselves.</summary>
internal static class Inputs
{
    private const int LongestPassword = 200; // hashing a megabyte is work for us and nothing for who sends it

    public static string Clean(string? text) => string.Join(' ', (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    public static void CheckEmail(this Complaints complaints, Ui ui, string field, string email)
    {
        if (email.Length == 0)
        {
            complaints.Add(field, ui["account.email.missing"]);
        }
        else if (!MailAddressForm.IsWhole(email))
        {
            complaints.Add(field, ui["account.email.wrong"]);
        }
    }

    public static void CheckName(this Complaints complaints, Ui ui, string field, string name)
    {
        if (name.Length == 0)
        {
            complaints.Add(field, ui["account.name.missing"]);
        }
        else if (name.Length > 100)
        {
            complaints.Add(field, ui["account.name.long"]);
        }
    }

    public static void CheckPassword(this Complaints complaints, Ui ui, string field, string password)
    {
        if (password.Length == 0)
        {
            complaints.Add(field, ui["account.password.missing"]);
        }
        else if (password.Length > LongestPassword)
        {
            complaints.Add(field, ui["account.password.long"]);
        }
    }
}
