using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using Microsoft.AspNetCore.Identity;

namespace Marketplace.Storefront.Accounts;

/// <summary>
/// <c>PUT /api/v1/people</c>, by the operator alone: the people of a demonstration. Such accounts are marked, and a real one is never touched,
/// so that this is no way into anybody's account.
/// </summary>
internal static class DemonstrationPeople
{
    internal sealed record Definition(string Email, string Password, string Name, string? Language = null);

    public static void MapDemonstrationPeople(this IEndpointRouteBuilder app) =>
        app.MapPut("/api/v1/people", PutAsync).RequireOperator();

    private static async Task<IResult> PutAsync(Definition wanted, UserManager<Person> people, TimeProvider clock)
    {
        if (await people.FindByEmailAsync(wanted.Email) is { } known)
        {
            return await RenewAsync(people, known, wanted);
        }
        var person = new Person
        {
            Name = wanted.Name,
            Email = wanted.Email,
            UserName = wanted.Email,
            EmailConfirmed = true,
            Language = wanted.Language ?? "fr",
            CreatedAt = clock.GetUtcNow(),
            Demonstration = true,
        };
        Require(await people.CreateAsync(person, wanted.Password));
        return Results.Created((string?)null, new { person.Id, person.Email });
    }

    private static async Task<IResult> RenewAsync(UserManager<Person> people, Person known, Definition wanted)
    {
        if (!known.Demonstration)
        {
            throw new Refusal("account-exists", StatusCodes.Status409Conflict, "Cette adresse a un vrai compte : il n’est pas modifié.", "This address has a real account: it is left alone.");
        }
        known.Name = wanted.Name;
        if (!await people.CheckPasswordAsync(known, wanted.Password))
        {
            known.PasswordHash = people.PasswordHasher.HashPassword(known, wanted.Password);
            Require(await people.UpdateSecurityStampAsync(known));
        }
        Require(await people.UpdateAsync(known));
        return Results.Ok(new { known.Id, known.Email });
    }

    private static void Require(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            var wrong = string.Join(", ", result.Errors.Select(e => e.Code));
            throw Refusal.Invalid("account-invalid", $"Ce compte n’est pas valable : {wrong}.", $"This account is not valid: {wrong}.");
        }
    }
}
