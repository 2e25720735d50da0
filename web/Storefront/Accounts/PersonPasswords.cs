using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Marketplace.Storefront.Accounts;

/// <summary>
/// Hashes passwords slowly (PBKDF2, Identity's figure), for people choose guessable ones. Those of a demonstration are made by a machine of letters that nobody
/// guesses, fifty at a time while somebody waits for the demo, and open nothing but the demo: a tenth of the work is enough for them, and that is not raised later.
/// </summary>
internal sealed class PersonPasswords(IOptions<PasswordHasherOptions> options) : PasswordHasher<Person>(options)
{
    private readonly PasswordHasher<Person> _demonstration = new(Options.Create(new PasswordHasherOptions { IterationCount = Math.Max(1, options.Value.IterationCount / 10) }));

    public override string HashPassword(Person user, string password) =>
        user.Demonstration ? _demonstration.HashPassword(user, password) : base.HashPassword(user, password);

    public override PasswordVerificationResult VerifyHashedPassword(Person user, string hashedPassword, string providedPassword) =>
        user.Demonstration ? _demonstration.VerifyHashedPassword(user, hashedPassword, providedPassword) : base.VerifyHashedPassword(user, hashedPassword, providedPassword);
}
