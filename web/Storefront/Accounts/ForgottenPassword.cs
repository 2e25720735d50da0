using Marketplace.Storefront.Accounts.Mails;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Accounts;

/// <summary>
/// <c>/compte/mot-de-passe-oublie</c>: a link by mail, good for a day and for one change. The answer never tells whether the address is known.
/// The link proves the mailbox as well as a confirmation does, so it also opens an account that was never confirmed. Passkeys go with the password:
/// whoever resets it may do so because somebody else was in, and left one behind.
/// </summary>
public static class ForgottenPassword
{
    public sealed record AskForm
    {
        public string? Email { get; set; }
    }

    public sealed record AskModel(string Email, Complaints Complaints);
    public sealed record ResetForm
    {
        public string? P { get; set; }
        public string? Jeton { get; set; }
        public string? Password { get; set; }
    }

    public sealed record ResetModel(string P, string Jeton, Complaints Complaints);

    internal static void MapForgottenPassword(this RouteGroupBuilder account)
    {
        account.MapGet("/mot-de-passe-oublie", () => Page.Of<ForgottenPage, AskModel>(new AskModel("", new Complaints())));
        account.MapPost("/mot-de-passe-oublie", AskAsync).RequireRateLimiting(AccountLimits.Mailing);
        account.MapGet("/mot-de-passe-oublie/suite", () => Page.Of<MailSentPage, string>("forgotten"));
        account.MapGet("/nouveau-mot-de-passe", (string? p, string? jeton) => Page.Of<ResetPage, ResetModel>(new ResetModel(p ?? "", jeton ?? "", new Complaints())));
        account.MapPost("/nouveau-mot-de-passe", ResetAsync).RequireRateLimiting(AccountLimits.SigningIn);
    }

    private static async Task<IResult> AskAsync([FromForm] AskForm form, UserManager<Person> people, AccountLetters letters, Ui ui)
    {
        var email = Inputs.Clean(form.Email);
        var complaints = new Complaints();
        complaints.CheckEmail(ui, nameof(form.Email), email);
        if (complaints.Any)
        {
            return Page.Of<ForgottenPage, AskModel>(new AskModel(email, complaints), StatusCodes.Status422UnprocessableEntity);
        }
        if (await people.FindByEmailAsync(email) is { } person)
        {
            await letters.ResetAsync(person, await people.GeneratePasswordResetTokenAsync(person));
        }
        else
        {
            await letters.NobodyAsync(email);
        }
        return Results.LocalRedirect("/compte/mot-de-passe-oublie/suite");
    }

    private static async Task<IResult> ResetAsync([FromForm] ResetForm form, UserManager<Person> people, AccountLetters letters, Ui ui)
    {
        var person = Guid.TryParse(form.P, out var id) ? await people.FindByIdAsync(id.ToString()) : null;
        if (person is null || !await people.VerifyUserTokenAsync(person, people.Options.Tokens.PasswordResetTokenProvider, UserManager<Person>.ResetPasswordTokenPurpose, form.Jeton ?? ""))
        {
            return Page.Of<DeadLinkPage, string>("reset", StatusCodes.Status410Gone);
        }
        var complaints = new Complaints();
        complaints.CheckPassword(ui, nameof(form.Password), form.Password ?? "");
        if (!complaints.Any)
        {
            person.EmailConfirmed = true; // stored together with the new password, or not at all
            await using var together = await letters.TogetherAsync();
            var result = await people.ResetPasswordAsync(person, form.Jeton!, form.Password!);
            if (result.Succeeded)
            {
                var passkeys = await people.GetPasskeysAsync(person);
                if (await OpenAsync(people, person, passkeys))
                {
                    await letters.PasswordChangedAsync(person);
                    await together.CommitAsync();
                    return Results.LocalRedirect("/compte/connexion?fait=" + (passkeys.Count > 0 ? "reset-passkeys" : "reset"));
                }
            }
            complaints.AddPassword(nameof(form.Password), result.Errors, ui);
            if (!complaints.Any)
            {
                complaints.Add("", ui["account.reset.changed"]); // by somebody else this very moment: nothing of it is kept
            }
        }
        return Page.Of<ResetPage, ResetModel>(new ResetModel(form.P!, form.Jeton!, complaints), StatusCodes.Status422UnprocessableEntity);
    }

    /// <summary>Opens the account to the new password and closes it to every passkey; false when any of it was refused.</summary>
    private static async Task<bool> OpenAsync(UserManager<Person> people, Person person, IEnumerable<UserPasskeyInfo> passkeys)
    {
        if (!(await people.SetLockoutEndDateAsync(person, null)).Succeeded || !(await people.ResetAccessFailedCountAsync(person)).Succeeded)
        {
            return false;
        }
        foreach (var passkey in passkeys)
        {
            if (!(await people.RemovePasskeyAsync(person, passkey.CredentialId)).Succeeded)
            {
                return false;
            }
        }
        return true;
    }
}
