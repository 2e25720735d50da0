using System.Security.Claims;
using Marketplace.Contracts;
using Marketplace.Storefront.Accounts.Tokens;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Marketplace.Storefront.Accounts;

internal static class SignedInPerson
{
    private const string NameClaim = "name";

    /// <summary>Who is signed in on this request, or null.</summary>
    public static SignedIn? SignedIn(this ClaimsPrincipal user) =>
        user.Identity is { IsAuthenticated: true } && PersonId.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), null, out var id)
            && user.FindFirstValue(ClaimTypes.Email) is { } email
            ? new SignedIn(id, email, user.FindFirstValue(NameClaim) ?? email)
            : null;

    /// <summary>What the cookie carries: who, never what they may do.</summary>
    internal sealed class Claims(UserManager<Person> people, IOptions<IdentityOptions> options) : UserClaimsPrincipalFactory<Person>(people, options)
    {
        protected override async Task<ClaimsIdentity> GenerateClaimsAsync(Person user)
        {
            var identity = await base.GenerateClaimsAsync(user);
            identity.AddClaim(new Claim(NameClaim, user.Name));
            return identity;
        }
    }
}
