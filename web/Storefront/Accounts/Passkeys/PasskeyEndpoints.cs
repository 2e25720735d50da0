using System.Text.Json;
using Marketplace.Storefront.Accounts.Tokens;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.IdentityModel.Tokens;

namespace Marketplace.Storefront.Accounts.Passkeys;

/// <summary>Passkeys (WebAuthn): the browser's script asks for options, and posts what the device answered through an ordinary form.</summary>
internal static class PasskeyEndpoints
{
    public sealed record Answer
    {
        public string? Credential { get; set; }
        public string? PasskeyName { get; set; }
        public string? Remember { get; set; }
        public string? Retour { get; set; }
    }

    public sealed record Removal
    {
        public string? Id { get; set; }
    }

    private const int MostPasskeys = 20;

    public static void MapPasskeys(this RouteGroupBuilder account)
    {
        account.MapPost("/cles/options-connexion", AssertionOptionsAsync).RequireRateLimiting(AccountLimits.SigningIn);
        account.MapPost("/cles/connexion", SignInAsync).RequireRateLimiting(AccountLimits.SigningIn);
        var own = account.MapGroup("/cles").RequireAuthorization();
        own.MapPost("/options-creation", CreationOptionsAsync);
        own.MapPost("/ajout", AddAsync);
        own.MapPost("/retrait", RemoveAsync);
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

    private static async Task<IResult> CreationOptionsAsync(HttpContext http, UserManager<Person> people, SignInManager<Person> signIn)
    {
        if (await people.GetUserAsync(http.User) is not { } person)
        {
            return Results.Unauthorized();
        }
        var options = await signIn.MakePasskeyCreationOptionsAsync(new PasskeyUserEntity { Id = person.Id.ToString(), Name = person.Email!, DisplayName = person.Name });
        return Results.Content(options, "application/json");
    }

    private static async Task<IResult> AddAsync([FromForm] Answer form, HttpContext http, UserManager<Person> people, SignInManager<Person> signIn, AccountDesk desk, Ui ui)
    {
        if (await people.GetUserAsync(http.User) is not { } person)
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
        return (await people.AddOrUpdatePasskeyAsync(person, attestation.Passkey)).Succeeded
            ? Results.LocalRedirect("/compte?fait=passkey")
            : await desk.ShowAsync(http, new Complaints().Add("", ui["account.passkey.failed"]), null);
    }

    private static async Task<IResult> RemoveAsync([FromForm] Removal form, HttpContext http, UserManager<Person> people, AccountDesk desk)
    {
        if (await people.GetUserAsync(http.User) is not { } person)
        {
            return await desk.GoneAsync();
        }
        var passkey = (await people.GetPasskeysAsync(person)).FirstOrDefault(p => Base64UrlEncoder.Encode(p.CredentialId) == form.Id);
        if (passkey is not null)
        {
            await people.RemovePasskeyAsync(person, passkey.CredentialId);
        }
        return Results.LocalRedirect("/compte?fait=passkey-removed");
    }

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
