using Marketplace.Storefront.Accounts.Mails;
using Marketplace.Storefront.Accounts.Tokens;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Storefront.Accounts;

/// <summary><c>/compte</c>: what we know of a person, and how they change it.</summary>
public static class YourAccount
{
    public sealed record NameForm
    {
        public string? Name { get; set; }
    }

    public sealed record AddressForm
    {
        public string? Email { get; set; }
        public string? AddressPassword { get; set; }
    }

    public sealed record PasswordForm
    {
        public string? Current { get; set; }
        public string? Password { get; set; }
    }

    public sealed record AddressLink
    {
        public string? P { get; set; }
        public string? Adresse { get; set; }
        public string? Jeton { get; set; }
        public string? Password { get; set; }
    }

    public sealed record AddressModel(AddressLink Link, Complaints Complaints);

    public sealed record Passkey(string Id, string? Name, DateTimeOffset CreatedAt);

    /// <param name="Done">Key of what was just done, said on top.</param>
    public sealed record Model(string Name, string Email, bool Demonstration, IReadOnlyList<Passkey> Passkeys, Complaints Complaints, string? Done, bool Merchant, bool Coordinator);

    private static readonly string[] _done = ["name", "address", "password", "passkey", "passkey-removed", "confirmed"];

    internal static void MapYourAccount(this RouteGroupBuilder account)
    {
        var own = account.MapGroup("").RequireAuthorization();
        own.MapGet("/", async (HttpContext http, AccountDesk desk, string? fait) => await desk.ShowAsync(http, new Complaints(), _done.Contains(fait) ? fait : null));
        own.MapPost("/nom", ChangeNameAsync);
        own.MapPost("/mot-de-passe", ChangePasswordAsync).RequireRateLimiting(AccountLimits.SigningIn);
        own.MapPost("/adresse", AskForAddressAsync).RequireRateLimiting(AccountLimits.Mailing);
        account.MapGet("/nouvelle-adresse", (string? p, string? adresse, string? jeton) => Page.Of<NewAddressPage, AddressModel>(new AddressModel(new AddressLink { P = p, Adresse = adresse, Jeton = jeton }, new Complaints())));
        account.MapPost("/nouvelle-adresse", ChangeAddressAsync).RequireRateLimiting(AccountLimits.SigningIn);
    }

    private static async Task<IResult> ChangeNameAsync([FromForm] NameForm form, HttpContext http, UserManager<Person> people, SignInDesk signIn, AccountDesk desk, Ui ui)
    {
        var complaints = new Complaints();
        var name = Inputs.Clean(form.Name);
        complaints.CheckName(ui, nameof(form.Name), name);
        if (await signIn.PersonAsync(http.User) is not { } person)
        {
            return await desk.GoneAsync();
        }
        if (complaints.Any)
        {
            return await desk.ShowAsync(http, complaints, null);
        }
        person.Name = name;
        person.Language = ui.Code;
        await people.UpdateAsync(person);
        await signIn.RefreshAsync(person);
        return Results.LocalRedirect("/compte?fait=name");
    }

    private static async Task<IResult> ChangePasswordAsync([FromForm] PasswordForm form, HttpContext http, UserManager<Person> people, SignInDesk signIn, AccountDesk desk,
        AccountLetters letters, Ui ui)
    {
        if (await signIn.PersonAsync(http.User) is not { } person)
        {
            return await desk.GoneAsync();
        }
        var complaints = new Complaints();
        complaints.CheckPassword(ui, nameof(form.Password), form.Password ?? "");
        if (!complaints.Any && !await signIn.AcceptsAsync(person, form.Current ?? ""))
        {
            complaints.Add(nameof(form.Current), ui["account.password.mismatch"]);
        }
        if (!complaints.Any)
        {
            await using var together = await letters.TogetherAsync();
            var result = await people.ChangePasswordAsync(person, form.Current ?? "", form.Password!);
            if (result.Succeeded)
            {
                await letters.PasswordChangedAsync(person);
                await together.CommitAsync();
                await signIn.RefreshAsync(person);
                return Results.LocalRedirect("/compte?fait=password");
            }
            complaints.AddPassword(nameof(form.Password), result.Errors, ui);
        }
        return await desk.ShowAsync(http, complaints, null);
    }

    // The answer is the same for an address that has an account: its owner is told, not whoever asks.
    private static async Task<IResult> AskForAddressAsync([FromForm] AddressForm form, HttpContext http, UserManager<Person> people, SignInDesk signIn, AccountDesk desk,
        AccountLetters letters, Ui ui)
    {
        if (await signIn.PersonAsync(http.User) is not { } person)
        {
            return await desk.GoneAsync();
        }
        var complaints = new Complaints();
        var address = Inputs.Clean(form.Email);
        complaints.CheckEmail(ui, nameof(form.Email), address);
        if (!await signIn.AcceptsAsync(person, form.AddressPassword ?? ""))
        {
            complaints.Add(nameof(form.AddressPassword), ui["account.password.mismatch"]);
        }
        if (complaints.Any)
        {
            return await desk.ShowAsync(http, complaints, null);
        }
        if (await people.FindByEmailAsync(address) is { } taken && taken.Id != person.Id)
        {
            await letters.AlreadyHereAsync(taken);
        }
        else
        {
            await letters.ConfirmNewAddressAsync(person, address, await people.GenerateChangeEmailTokenAsync(person, address));
        }
        return Results.LocalRedirect("/compte?fait=address");
    }

    // The link alone would let a stranger move an account onto somebody's address, and with it whatever that address is entitled to.
    private static async Task<IResult> ChangeAddressAsync([FromForm] AddressLink form, HttpContext http, UserManager<Person> people, SignInDesk signIn, AccountLetters letters,
        MembershipDirectory memberships, Ui ui)
    {
        var person = Guid.TryParse(form.P, out var id) ? await people.FindByIdAsync(id.ToString()) : null;
        var (address, token) = (form.Adresse ?? "", form.Jeton ?? "");
        // The link first: without it nobody may try passwords here.
        if (person is null || !await people.VerifyUserTokenAsync(person, people.Options.Tokens.ChangeEmailTokenProvider, UserManager<Person>.GetChangeEmailTokenPurpose(address), token))
        {
            return DeadLink();
        }
        if (!await signIn.AcceptsAsync(person, form.Password ?? ""))
        {
            var complaints = new Complaints();
            complaints.Add(nameof(form.Password), ui["account.password.mismatch"]);
            return Page.Of<NewAddressPage, AddressModel>(new AddressModel(form, complaints), StatusCodes.Status422UnprocessableEntity);
        }
        var former = person.Email!;
        await using var together = await letters.TogetherAsync();
        try
        {
            // The name to sign in with is the address, and one of its kind in the database: of two accounts that move here at once one stays.
            if (!(await people.ChangeEmailAsync(person, address, token)).Succeeded || !(await people.SetUserNameAsync(person, person.Email)).Succeeded)
            {
                return DeadLink();
            }
        }
        catch (DbUpdateException taken) when (taken.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return DeadLink();
        }
        await letters.AddressChangedAsync(person, former);
        await together.CommitAsync();
        memberships.Forget(former);
        await signIn.SignOutAsync();
        http.LeaveNothingBehind();
        return Results.LocalRedirect("/compte/connexion?fait=moved");
    }

    private static IResult DeadLink() => Page.Of<DeadLinkPage, string>("address", StatusCodes.Status410Gone);
}
