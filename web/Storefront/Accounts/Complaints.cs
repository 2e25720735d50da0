using Marketplace.Storefront.Languages;
using Microsoft.AspNetCore.Identity;

namespace Marketplace.Storefront.Accounts;

/// <summary>What is wrong with a form, field by field, in the order found.</summary>
public sealed class Complaints
{
    private readonly List<(string Field, string Message)> _all = [];

    public bool Any => _all.Count > 0;

    /// <summary>For the summary: element ids as the fields make them.</summary>
    public IReadOnlyList<(string Target, string Message)> Summary => [.. _all.Select(c => (c.Field.Length == 0 ? "" : "champ-" + c.Field, c.Message))];

    public string? For(string field) => _all.FirstOrDefault(c => c.Field == field).Message;

    public Complaints Add(string field, string message)
    {
        _all.Add((field, message));
        return this;
    }

    /// <summary>Identity's refusals of a password, in the page's words.</summary>
    internal Complaints AddPassword(string field, IEnumerable<IdentityError> errors, Ui ui)
    {
        var codes = errors.Select(e => e.Code).ToHashSet();
        if (codes.Contains("PasswordTooShort"))
        {
            Add(field, ui["account.password.short"]);
        }
        else if (codes.Contains(CommonPasswords.Code) || codes.Contains("PasswordRequiresUniqueChars"))
        {
            Add(field, ui["account.password.common"]);
        }
        return this;
    }
}
