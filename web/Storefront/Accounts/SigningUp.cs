using Marketplace.Storefront.Accounts.Mails;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Accounts;

/// <summary>
/// <c>/compte/inscription</c> and the confirmation of the address. The answer is the same whether the address had an account or not; the
/// address's owner alone learns it, by mail. Confirming takes a click on a page, because mail scanners follow links by themselves.
/// </summary>
public static class SigningUp
{
    public sealed record Form
    {
        public string? Name { get; set; }
        public string? Email { get; set; }
        public string? Password { get; set; }
    }

    public sealed record Model(string Name, string Email, Complaints Complaints);
    public sealed record Confirmation
    {
        public string? P { get; set; }
        public string? Jeton { get; set; }
    }

    internal static void MapSigningUp(this RouteGroupBuilder account)
    {
        account.MapGet("/inscription", (HttpContext http) => http.User.SignedIn() is not null
            ? Results.LocalRedirect("/compte")
            : Page.Of<SignUpPage, Model>(new Model("", "", new Complaints())));
        account.MapPost("/inscription", SignUpAsync).RequireRateLimiting(AccountLimits.Mailing);
        account.MapGet("/inscription/suite", () => Page.Of<MailSentPage, string>("signup"));
        account.MapGet("/confirmation", (string? p, string? jeton) => Page.Of<ConfirmPage, Confirmation>(new Confirmation { P = p, Jeton = jeton }));
        account.MapPost("/confirmation", ConfirmAsync).RequireRateLimiting(AccountLimits.SigningIn);
    }

    private static async Task<IResult> SignUpAsync([FromForm] Form form, UserManager<Person> people, AccountLetters letters, Ui ui, TimeProvider clock)
    {
        var (name, email, password) = (Inputs.Clean(form.Name), Inputs.Clean(form.Email), form.Password ?? "");
        var person = new Person { Name = name, Email = email, UserName = email, Language = ui.Code, CreatedAt = clock.GetUtcNow() };
        var complaints = await CheckAsync(people, person, password, ui);
        if (complaints.Any)
        {
            return Page.Of<SignUpPage, Model>(new Model(name, email, complaints), StatusCodes.Status422UnprocessableEntity);
        }
        // Hashed for known addresses too: the time taken tells nothing.
        person.PasswordHash = people.PasswordHasher.HashPassword(person, password);
        if (await people.FindByEmailAsync(email) is { } known)
        {
            await MeetAgainAsync(people, letters, known, person);
        }
        else if ((await people.CreateAsync(person)).Succeeded)
        {
            letters.Confirm(person, await people.GenerateEmailConfirmationTokenAsync(person));
        }
        return Results.LocalRedirect("/compte/inscription/suite");
    }

    // An unconfirmed account takes the latest password, and its earlier links die: each link confirms exactly what was typed for it.
    private static async Task MeetAgainAsync(UserManager<Person> people, AccountLetters letters, Person known, Person again)
    {
        if (known.EmailConfirmed)
        {
            letters.AlreadyHere(known);
            return;
        }
        (known.Name, known.PasswordHash, known.Language) = (again.Name, again.PasswordHash, again.Language);
        if ((await people.UpdateSecurityStampAsync(known)).Succeeded)
        {
            letters.Confirm(known, await people.GenerateEmailConfirmationTokenAsync(known));
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

    private static async Task<IResult> ConfirmAsync([FromForm] Confirmation form, UserManager<Person> people)
    {
        var person = Guid.TryParse(form.P, out var id) ? await people.FindByIdAsync(id.ToString()) : null;
        return person is { EmailConfirmed: true } || person is not null && (await people.ConfirmEmailAsync(person, form.Jeton ?? "")).Succeeded
            ? Results.LocalRedirect("/compte/connexion?fait=confirmed")
            : Page.Of<DeadLinkPage, string>("confirm", StatusCodes.Status410Gone);
    }

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
