using Marketplace.Storefront.Accounts.Mails;
using Marketplace.Storefront.Accounts.Tokens;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Storefront.Accounts;

/// <summary>
/// <c>/compte/inscription</c> and the confirmation of the address. The answer is the same whether the address had an account or not; the
/// address's owner alone learns it, by mail. Confirming takes the link and the password together: mail scanners follow links by themselves,
/// and whoever reads the mail may not be the one who signed up. Who has shown both is signed in.
/// </summary>
public static class SigningUp
{
    public sealed record Form
    {
        public string? Name { get; set; }
        public string? Email { get; set; }
        public string? Password { get; set; }
        public string? Retour { get; set; }
    }

    /// <param name="Return">Where the person was going: kept through the mail to the first sign-in.</param>
    public sealed record Model(string Name, string Email, Complaints Complaints, string? Return = null);
    public sealed record Confirmation
    {
        public string? P { get; set; }
        public string? Jeton { get; set; }
        public string? Password { get; set; }
        public string? Retour { get; set; }
    }

    public sealed record ConfirmationModel(string P, string Jeton, Complaints Complaints, string? Return = null);

    internal static void MapSigningUp(this RouteGroupBuilder account)
    {
        account.MapGet("/inscription", (HttpContext http, string? retour) => http.User.SignedIn() is not null
            ? Results.LocalRedirect(LocalUrl.OrNull(retour) ?? "/compte")
            : Page.Of<SignUpPage, Model>(new Model("", "", new Complaints(), LocalUrl.OrNull(retour))));
        account.MapPost("/inscription", SignUpAsync).RequireRateLimiting(AccountLimits.Mailing);
        account.MapGet("/inscription/suite", () => Page.Of<MailSentPage, string>("signup"));
        account.MapGet("/confirmation", (string? p, string? jeton, string? retour) =>
            Page.Of<ConfirmPage, ConfirmationModel>(new ConfirmationModel(p ?? "", jeton ?? "", new Complaints(), LocalUrl.OrNull(retour))));
        account.MapPost("/confirmation", ConfirmAsync).RequireRateLimiting(AccountLimits.SigningIn);
    }

    private static async Task<IResult> SignUpAsync([FromForm] Form form, UserManager<Person> people, AccountLetters letters, Ui ui, TimeProvider clock)
    {
        var (name, email, password) = (Inputs.Clean(form.Name), Inputs.Clean(form.Email), form.Password ?? "");
        var person = new Person { Name = name, Email = email, UserName = email, Language = ui.Code, CreatedAt = clock.GetUtcNow() };
        var complaints = await CheckAsync(people, person, password, ui);
        if (complaints.Any)
        {
            return Page.Of<SignUpPage, Model>(new Model(name, email, complaints, LocalUrl.OrNull(form.Retour)), StatusCodes.Status422UnprocessableEntity);
        }
        // Hashed for known addresses too: the time taken tells nothing.
        person.PasswordHash = people.PasswordHasher.HashPassword(person, password);
        if (await people.FindByEmailAsync(email) is { } known)
        {
            await MeetAgainAsync(people, letters, known, person, LocalUrl.OrNull(form.Retour));
        }
        else
        {
            await WelcomeAsync(people, letters, person, LocalUrl.OrNull(form.Retour));
        }
        return Results.LocalRedirect("/compte/inscription/suite");
    }

    private static async Task WelcomeAsync(UserManager<Person> people, AccountLetters letters, Person person, string? back)
    {
        await using var together = await letters.TogetherAsync();
        try
        {
            if ((await people.CreateAsync(person)).Succeeded)
            {
                await letters.ConfirmAsync(person, await people.GenerateEmailConfirmationTokenAsync(person), back);
                await together.CommitAsync();
            }
        }
        catch (DbUpdateException pressed) when (pressed.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            // The button pressed twice: the other press made the account, and its mail is on its way.
        }
    }

    // An unconfirmed account takes the latest password, and its earlier links die: each link confirms exactly what was typed for it. Where no further
    // mail may be written nothing changes: the last one that was stays good.
    private static async Task MeetAgainAsync(UserManager<Person> people, AccountLetters letters, Person known, Person again, string? back)
    {
        if (known.EmailConfirmed)
        {
            await letters.AlreadyHereAsync(known);
            return;
        }
        await using var together = await letters.TogetherAsync();
        (known.Name, known.PasswordHash, known.Language, known.CreatedAt) = (again.Name, again.PasswordHash, again.Language, again.CreatedAt);
        if ((await people.UpdateSecurityStampAsync(known)).Succeeded && await letters.ConfirmAsync(known, await people.GenerateEmailConfirmationTokenAsync(known), back))
        {
            await together.CommitAsync();
        }
    }

    private static async Task<Complaints> CheckAsync(UserManager<Person> people, Person person, string password, Ui ui)
    {
        var complaints = new Complaints();
        complaints.CheckName(ui, nameof(Form.Name), person.Name);
        complaints.CheckEmail(ui, nameof(Form.Email), person.Email!);
        complaints.CheckPassword(ui, nameof(Form.Password), password);
        if (complaints.For(nameof(Form.Password)) is null)
        {
            complaints.AddPassword(nameof(Form.Password), await people.RefusalsOfAsync(person, password), ui);
        }
        return complaints;
    }

    // The link alone would let a stranger sign up with somebody's address and have its owner open the account with the stranger's password.
    private static async Task<IResult> ConfirmAsync([FromForm] Confirmation form, UserManager<Person> people, SignInDesk desk, MembershipDirectory memberships, Ui ui, CancellationToken token)
    {
        var person = Guid.TryParse(form.P, out var id) ? await people.FindByIdAsync(id.ToString()) : null;
        // The link first: without it nobody may try passwords here.
        if (person is null || !await people.VerifyUserTokenAsync(person, people.Options.Tokens.EmailConfirmationTokenProvider, UserManager<Person>.ConfirmEmailTokenPurpose, form.Jeton ?? ""))
        {
            return DeadLink();
        }
        var complaints = new Complaints();
        complaints.CheckPassword(ui, nameof(form.Password), form.Password ?? "");
        if (!complaints.Any && !await desk.AcceptsAsync(person, form.Password!))
        {
            complaints.Add(nameof(form.Password), ui["account.confirm.wrong"]);
        }
        if (complaints.Any)
        {
            return Page.Of<ConfirmPage, ConfirmationModel>(new ConfirmationModel(form.P!, form.Jeton!, complaints, LocalUrl.OrNull(form.Retour)), StatusCodes.Status422UnprocessableEntity);
        }
        // Refused when the password was replaced between its check and now.
        if (!(await people.ConfirmEmailAsync(person, form.Jeton!)).Succeeded)
        {
            return DeadLink();
        }
        await desk.SignInAsync(person); // the address and the password are shown: they are in
        return Results.LocalRedirect(await SigningIn.DestinationAsync(person.Email!, form.Retour, memberships, token) is var there && there == "/compte" ? "/compte?fait=confirmed" : there);
    }

    private static IResult DeadLink() => Page.Of<DeadLinkPage, string>("confirm", StatusCodes.Status410Gone);

    /// <summary>What every validator says against a password, before anything is stored.</summary>
    internal static async Task<IReadOnlyList<IdentityError>> RefusalsOfAsync(this UserManager<Person> people, Person person, string password)
    {
        var errors = new List<IdentityError>();
        foreach (var validator in people.PasswordValidators)
        {
            errors.AddRange((await validator.ValidateAsync(people, person, password)).Errors);
        }
        return errors;
    }
}
