using System.Security.Claims;
using Marketplace.Storefront.Accounts.Mails;
using Marketplace.Storefront.Accounts.Passkeys;
using Microsoft.AspNetCore.Identity;

namespace Marketplace.Storefront.Accounts;

internal enum SignInOutcome
{
    Done,

    /// <summary>Wrong address, wrong password or locked: said in one sentence, so that nobody learns who has an account.</summary>
    Refused,

    /// <summary>The password is right, the address not confirmed yet.</summary>
    Unconfirmed,
}

/// <summary>Signs in and out. An unknown address costs the same time as a wrong password.</summary>
internal sealed class SignInDesk(UserManager<Person> people, SignInManager<Person> signIn, IPasswordHasher<Person> hasher, AccountLetters letters)
{
    private static readonly Person _nobody = new() { Name = "" };
    private static string? _nobodysPassword;

    public async Task<SignInOutcome> WithPasswordAsync(string email, string password, bool remember)
    {
        var person = await people.FindByEmailAsync(email);
        if (person is null)
        {
            _nobodysPassword ??= hasher.HashPassword(_nobody, Guid.NewGuid().ToString());
            hasher.VerifyHashedPassword(_nobody, _nobodysPassword, password);
            await letters.NobodyAsync(email); // as much writing as counting a wrong password
            return SignInOutcome.Refused;
        }
        if (!await AcceptsAsync(person, password))
        {
            return SignInOutcome.Refused;
        }
        if (!person.EmailConfirmed)
        {
            await letters.ConfirmAsync(person, await people.GenerateEmailConfirmationTokenAsync(person));
            return SignInOutcome.Unconfirmed;
        }
        await signIn.SignInAsync(person, remember, "pwd");
        return SignInOutcome.Done;
    }

    /// <summary>Whether it is this person's password. Wrong ones count; the fifth in a row closes the account to all passwords for a while.</summary>
    public async Task<bool> AcceptsAsync(Person person, string password)
    {
        var wasLocked = await people.IsLockedOutAsync(person);
        var right = await people.CheckPasswordAsync(person, password);
        if (wasLocked)
        {
            return false;
        }
        if (right)
        {
            await people.ResetAccessFailedCountAsync(person);
            return true;
        }
        await using var together = await letters.TogetherAsync();
        await people.AccessFailedAsync(person);
        if (await people.IsLockedOutAsync(person) && person.EmailConfirmed)
        {
            await letters.LockedAsync(person);
        }
        await together.CommitAsync();
        return false;
    }

    /// <summary>
    /// The person whose passkey it is, signed in; null when it is refused. Wrong passwords do not close this way:
    /// a passkey cannot be guessed, and a stranger's tries must not keep the owner out.
    /// </summary>
    public async Task<Person?> WithPasskeyAsync(string? credential, bool remember)
    {
        var assertion = await PasskeyEndpoints.JudgeAsync(credential, signIn.PerformPasskeyAssertionAsync);
        if (assertion is not { Succeeded: true, User.EmailConfirmed: true })
        {
            return null;
        }
        await people.AddOrUpdatePasskeyAsync(assertion.User, assertion.Passkey);
        await signIn.SignInAsync(assertion.User, remember, "hwk");
        return assertion.User;
    }

    public Task SignOutAsync() => signIn.SignOutAsync();

    /// <summary>After a change of name, address or password: this browser stays, all others are signed out.</summary>
    public Task RefreshAsync(Person person) => signIn.RefreshSignInAsync(person);

    /// <summary>The account behind the cookie; null when it was deleted meanwhile.</summary>
    public Task<Person?> PersonAsync(ClaimsPrincipal user) => people.GetUserAsync(user);
}
