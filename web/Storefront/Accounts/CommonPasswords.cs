using System.Collections.Frozen;
using Microsoft.AspNetCore.Identity;

namespace Marketplace.Storefront.Accounts;

/// <summary>Refuses what an attacker tries first: the usual passwords, and the person's own name or address.</summary>
internal sealed class CommonPasswords : IPasswordValidator<Person>
{
    public const string Code = "PasswordTooCommon";

    // Their common core: digits, signs and repetitions around it are set aside before comparing.
    private static readonly FrozenSet<string> _cores = new[]
    {
        "", "motdepasse", "password", "azerty", "azertyuiop", "qwerty", "qwertyuiop", "bonjour", "soleil", "doudou", "loulou", "chouchou", "marseille", "iloveyou",
        "jetaime", "welcome", "admin", "administrateur", "administrator", "letmein", "football", "princesse", "princess", "superman", "camille", "nicolas", "panier",
        "marche", "boutique", "commerce", "passw", "abcdefgh", "abcdefghij", "changeme", "changezmoi", "secret", "vacances", "printemps", "automne", "chocolat",
    }.ToFrozenSet(StringComparer.Ordinal);

    public Task<IdentityResult> ValidateAsync(UserManager<Person> manager, Person user, string? password)
    {
        var core = Letters(password ?? "");
        var tooCommon = _cores.Contains(core)
            || core.Length % 2 == 0 && core.AsSpan(0, core.Length / 2).SequenceEqual(core.AsSpan(core.Length / 2)) && _cores.Contains(core[..(core.Length / 2)])
            || core.Length > 3 && (core == Letters(user.Name) || core == Letters(user.Email?.Split('@')[0] ?? ""));
        return Task.FromResult(tooCommon ? IdentityResult.Failed(new IdentityError { Code = Code }) : IdentityResult.Success);
    }

    private static string Letters(string text) => string.Concat(text.Where(char.IsLetter)).ToLowerInvariant();
}
