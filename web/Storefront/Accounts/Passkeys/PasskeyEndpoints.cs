using System.Text.Json;
using Marketplace.Storefront.Accounts.Mails;
using Marketplace.Storefront.Accounts.Tokens;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.IdentityModel.Tokens;

namespace Marketplace.Storefront.Accounts.Passkeys;

/// <summary>
/// Passkeys (WebAuthn): the browser's script asks for options, and posts what the device answered through an ordinary form. A passkey opens the account
/// for good, so adding and removing one takes the password: a browser left open for a minute must not become somebody's key. The password is asked for
/// before the device is, and the challenge that it gets is what proves it afterwards.
/// </summary>
public static class PasskeyEndpoints
{
    public sealed record Answer
    {
        public string? Credential { get; set; }
        public string? PasskeyName { get; set; }
        public string? Remember { get; set; }
        public string? Retour { get; set; }
    }

    public sealed record Proof
    {
        public string? PasskeyPassword { get; set; }
    }

    public sealed record Removal
    {
        public string? Id { get; set; }
        public string? Password { get; set; }
    }

    public sealed record RemovalModel(YourAccount.Passkey Passkey, Complaints Complaints);

    private const int MostPasskeys = 20;

    internal static void MapPasskeys(this RouteGroupBuilder account)
    {
        account.MapPost("/cles/options-connexion", AssertionOptionsAsync).RequireRateLimiting(AccountLimits.SigningIn);
        account.MapPost("/cles/connexion", SignInAsync).RequireRateLimiting(AccountLimits.SigningIn);
        var own = account.MapGroup("/cles").RequireAuthorization();
        own.MapPost("/options-creation", CreationOptionsAsync).RequireRateLimiting(AccountLimits.SigningIn);
        own.MapPost("/ajout", AddAsync);
        own.MapGet("/retrait", ShowRemovalAsync);
        own.MapPost("/retrait", RemoveAsync).RequireRateLimiting(AccountLimits.SigningIn);
    }

    // For nobody in particular: the device offers the passkeys it has for this site, so no address is asked and none is told.
    private static async Task<IResult> AssertionOptionsAsync(SignInManager<Person> signIn) =>
        Results.Content(await signIn.MakePasskeyRequestOptionsAsync(null), "application/json");

    private static async Task<IResult> SignInAsync([FromForm] Answer form, HttpContext http, SignInDesk desk, UserManager<Person> people, MembershipDirectory memberships, Ui ui)
    {
        if (await desk.WithPasskeyAsync(form.Credential, form.Remember is not null) is { Email: { } email })
        {
            return Results.LocalRedirect(await SigningIn.DestinationAsync(email, form.Retour, memberships, http.RequestAborted));
        }
        return Page.Of<SignInPage, SigningIn.Model>(
            new SigningIn.Model("", form.Remember is not null, LocalUrl.OrNull(form.Retour), new Complaints().Add("", ui["account.passkey.refused"])), StatusCodes.Status422UnprocessableEntity);
    }

    // Whose cookie is older than the last password or address adds nothing. The door has looked (SessionsThatEnded); here it is looked at again, since the
    // password may change between the two, and because the door lets in while the database is away: who was thrown out must not leave a key behind.
    private static async Task<IResult> CreationOptionsAsync([FromForm] Proof form, HttpContext http, SignInManager<Person> signIn, SignInDesk signingIn, AccountDesk desk, Ui ui)
    {
        if (await signIn.ValidateSecurityStampAsync(http.User) is not { } person)
        {
            return Results.Unauthorized();
        }
        if (!await signingIn.AcceptsAsync(person, form.PasskeyPassword ?? ""))
        {
            return await desk.ShowAsync(http, new Complaints().Add(nameof(form.PasskeyPassword), ui["account.password.mismatch"]), null);
        }
        var options = await signIn.MakePasskeyCreationOptionsAsync(new PasskeyUserEntity { Id = person.Id.ToString(), Name = person.Email!, DisplayName = person.Name });
        return Results.Content(options, "application/json");
    }

    private static async Task<IResult> AddAsync([FromForm] Answer form, HttpContext http, UserManager<Person> people, SignInManager<Person> signIn, AccountDesk desk, AccountLetters letters, Ui ui)
    {
        if (await signIn.ValidateSecurityStampAsync(http.User) is not { } person)
        {
            return await desk.GoneAsync();
        }
        var attestation = await JudgeAsync(form.Credential, signIn.PerformPasskeyAttestationAsync);
        if (attestation is not { Succeeded: true } || attestation.UserEntity.Id != person.Id.ToString() || (await people.GetPasskeysAsync(person)).Count >= MostPasskeys)
        {
            return await desk.ShowAsync(http, new Complaints().Add("", ui["account.passkey.failed"]), null);
        }
        var name = Inputs.Clean(form.PasskeyName);
        attestation.Passkey.Name = name.Length > 0 ? name[..Math.Min(name.Length, 60)] : null;
        await using (var together = await letters.TogetherAsync())
        {
            if ((await people.AddOrUpdatePasskeyAsync(person, attestation.Passkey)).Succeeded)
            {
                await letters.PasskeyAddedAsync(person, attestation.Passkey.Name);
                await together.CommitAsync();
                return Results.LocalRedirect("/compte?fait=passkey");
            }
        }
        return await desk.ShowAsync(http, new Complaints().Add("", ui["account.passkey.failed"]), null);
    }

    private static async Task<IResult> ShowRemovalAsync(HttpContext http, UserManager<Person> people, AccountDesk desk, string? id)
    {
        if (await people.GetUserAsync(http.User) is not { } person)
        {
            return await desk.GoneAsync();
        }
        return (await desk.PasskeysAsync(person)).FirstOrDefault(p => p.Id == id) is { } passkey ? Removing(passkey, new Complaints()) : Results.LocalRedirect("/compte");
    }

    private static async Task<IResult> RemoveAsync([FromForm] Removal form, HttpContext http, UserManager<Person> people, SignInDesk signIn, AccountDesk desk, AccountLetters letters, Ui ui)
    {
        if (await people.GetUserAsync(http.User) is not { } person)
        {
            return await desk.GoneAsync();
        }
        if ((await desk.PasskeysAsync(person)).FirstOrDefault(p => p.Id == form.Id) is not { } passkey)
        {
            return Results.LocalRedirect("/compte?fait=passkey-removed"); // pressed twice, or removed elsewhere
        }
        if (!await signIn.AcceptsAsync(person, form.Password ?? ""))
        {
            return Removing(passkey, new Complaints().Add(nameof(form.Password), ui["account.password.mismatch"]));
        }
        await using var together = await letters.TogetherAsync();
        await people.RemovePasskeyAsync(person, Base64UrlEncoder.DecodeBytes(passkey.Id));
        await people.UpdateSecurityStampAsync(person); // whoever came in by it is out
        await letters.PasskeyRemovedAsync(person, passkey.Name);
        await together.CommitAsync();
        await signIn.RefreshAsync(person);
        return Results.LocalRedirect("/compte?fait=passkey-removed");
    }

    private static IResult Removing(YourAccount.Passkey passkey, Complaints complaints) => Page.Of<PasskeyRemovalPage, RemovalModel>(
        new RemovalModel(passkey, complaints), complaints.Any ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);

    /// <summary>What a device's answer is worth. Null: it is no answer, or this browser asked nothing, or asked too long ago.</summary>
    internal static async Task<T?> JudgeAsync<T>(string? credential, Func<string, Task<T>> judge)
        where T : class
    {
        try
        {
            return IsJsonObject(credential) ? await judge(credential!) : null;
        }
        catch (InvalidOperationException unasked) when (unasked.InnerException is null)
        {
            return null; // so Identity says that no challenge is under way; a database that fails comes with its own exception inside
        }
    }

    private static bool IsJsonObject(string? text)
    {
        try
        {
            return text is { Length: > 0 } && JsonDocument.Parse(text).RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
