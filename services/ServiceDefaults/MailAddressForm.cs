using System.Net.Mail;

namespace Marketplace.ServiceDefaults;

/// <summary>What counts as a mail address, so that an order takes whatever an account takes.</summary>
public static class MailAddressForm
{
    public const int Longest = 254;

    /// <summary>One address alone, of a host with a dot. Control characters would let it write headers of its own into mails.</summary>
    public static bool IsWhole(string text) => text.Length <= Longest && !text.Any(c => char.IsControl(c) || c is ' ' or ',' or ';' or '<' or '>' or '"')
        && MailAddress.TryCreate(text, out var address) && address.Address == text && address.Host.Contains('.', StringComparison.Ordinal) && !address.Host.EndsWith('.');
}
