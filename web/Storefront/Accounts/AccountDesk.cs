using Marketplace.Storefront.Accounts.Tokens;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Identity;
using Microsoft.IdentityModel.Tokens;

namespace Marketplace.Storefront.Accounts;

/// <summary>Puts the account page together, also after a refused change.</summary>
internal sealed class AccountDesk(UserManager<Person> people, SignInDesk signIn, MembershipDirectory memberships)
{
    public async Task<IResult> ShowAsync(HttpContext http, Complaints complaints, string? done)
    {
        if (await signIn.PersonAsync(http.User) is not { } person)
        {
            return await GoneAsync();
        }
        var (merchant, coordinator) = await RolesAsync(person.Email!, http.RequestAborted);
        return Page.Of<AccountPage, YourAccount.Model>(
            new YourAccount.Model(person.Name, person.Email!, person.Demonstration, await PasskeysAsync(person), complaints, done, merchant, coordinator),
            complaints.Any ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }

    public async Task<IReadOnlyList<YourAccount.Passkey>> PasskeysAsync(Person person) =>
        [.. (await people.GetPasskeysAsync(person)).OrderBy(p => p.CreatedAt).Select(p => new YourAccount.Passkey(Base64UrlEncoder.Encode(p.CredentialId), p.Name, p.CreatedAt))];

    /// <summary>The cookie outlived its account.</summary>
    public async Task<IResult> GoneAsync()
    {
        await signIn.SignOutAsync();
        return Results.LocalRedirect("/compte/connexion");
    }

    private async Task<(bool Merchant, bool Coordinator)> RolesAsync(string email, CancellationToken token)
    {
        try
        {
            var of = await memberships.OfAsync(email, token);
            return (of.Shops.Count > 0, of.Towns.Count > 0);
        }
        catch (ServiceUnavailable)
        {
            return (false, false); // only two links are missing meanwhile
        }
    }
}
