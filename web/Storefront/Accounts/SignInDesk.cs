using System.Security.Claims;
using Marketplace.Storefront.Accounts.Mails;
using Marketplace.Storefront.Accounts.Passkeys;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

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
internal sealed class SignInDesk(UserManager<Person> people, SignInManager<Person> signIn, IPasswordHasher<Person> hasher, AccountLetters letters, AccountsDb db, TimeProvider clock)
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

    /// <summary>
    /// Whether it is this person's password. Wrong ones count; the fifth in a row closes the account to all passwords for a while. Each try is counted
    /// before it is looked at, and given back when it was right: however many come at once, no more are looked at.
    /// </summary>
    public async Task<bool> AcceptsAsync(Person person, string password)
    {
        var (counted, closed) = await CountAsync(person);
        var right = await people.CheckPasswordAsync(person, password); // of a closed account too: the time taken tells nothing
        if (!counted)
        {
            return false;
        }
        if (right)
        {
            return await GiveBackAsync(person, closed);
        }
        if (closed && person.EmailConfirmed)
        {
            await letters.LockedAsync(person);
        }
        return false;
    }

    // One statement counts and, at the last try, closes: whoever comes at the same moment finds it counted, and whoever dies here leaves it closed.
    private async Task<(bool Counted, bool Closed)> CountAsync(Person person)
    {
        var (now, most, stamp) = (clock.GetUtcNow(), people.Options.Lockout.MaxFailedAccessAttempts, Guid.NewGuid().ToString());
        var until = now + people.Options.Lockout.DefaultLockoutTimeSpan;
        var closed = await db.Database.SqlQuery<bool>($"""
            update people set concurrency_stamp = {stamp},
                access_failed_count = case when access_failed_count + 1 < {most} then access_failed_count + 1 else 0 end,
                lockout_end = case when access_failed_count + 1 < {most} then lockout_end else {until} end
            where id = {person.Id} and (lockout_end is null or lockout_end <= {now})
            returning access_failed_count = 0 as "Value"
            """).ToListAsync();
        await db.Entry(person).ReloadAsync();
        return (closed.Count > 0, closed is [true]);
    }

    // False when the password was replaced, or the account deleted, while this one was looked at: it opens nothing any more.
    private async Task<bool> GiveBackAsync(Person person, bool closed)
    {
        var (stamp, checkedAgainst) = (Guid.NewGuid().ToString(), person.SecurityStamp);
        var stands = await db.Database.ExecuteSqlAsync($"""
            update people set concurrency_stamp = {stamp}, access_failed_count = 0, lockout_end = case when {closed} then null else lockout_end end
            where id = {person.Id} and security_stamp = {checkedAgainst}
            """) == 1;
        await db.Entry(person).ReloadAsync(); // what is written of it next is written on this stamp
        return stands;
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

    /// <summary>Who has just shown their password for something else: not asked for it twice.</summary>
    public Task SignInAsync(Person person) => signIn.SignInAsync(person, isPersistent: false, "pwd");

    public Task SignOutAsync() => signIn.SignOutAsync();

    /// <summary>After a change of name, address or password: this browser stays, all others are signed out.</summary>
    public Task RefreshAsync(Person person) => signIn.RefreshSignInAsync(person);

    /// <summary>The account behind the cookie; null when it was deleted meanwhile.</summary>
    public Task<Person?> PersonAsync(ClaimsPrincipal user) => people.GetUserAsync(user);
}
