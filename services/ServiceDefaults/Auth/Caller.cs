using System.Globalization;
using System.Security.Claims;
using Marketplace.Contracts;

namespace Marketplace.ServiceDefaults.Auth;

/// <summary>What a person may do in a shop; each includes the ones before it.</summary>
public enum ShopRole
{
    ReadOnly,
    Staff,
    Owner,
}

/// <summary>Claim names of every token, key or cookie in the system.</summary>
public static class MarketplaceClaims
{
    public const string Subject = "sub";
    public const string Email = "email";
    public const string Name = "name";
    /// <summary><c>&lt;shopId&gt;:&lt;owner|staff|assistant|read-only&gt;</c>, several.</summary>
    public const string Shop = "shop";
    /// <summary>Slug of a town this person coordinates, several.</summary>
    public const string Town = "town";
    /// <summary><c>operator</c> or <c>storefront</c>.</summary>
    public const string Role = "role";
    /// <summary>Scope of an API key, several.</summary>
    public const string Scope = "scope";
    /// <summary>Which API key: the beginning of its hash.</summary>
    public const string Key = "key";
    /// <summary>The API key's id, by which its shop knows it.</summary>
    public const string KeyId = "key-id";
}

/// <summary>Who asks, read from the principal in one place.</summary>
public readonly record struct Caller(ClaimsPrincipal Principal)
{
    /// <summary>A coordinator in a shop that asked the town for help: does what staff does, and is told apart from it.</summary>
    public const string Assistant = "assistant";

    public bool IsSignedIn => Principal.Identity?.IsAuthenticated == true;

    /// <summary>The person, when a person asks.</summary>
    public PersonId? Person => Guid.TryParse(Principal.FindFirstValue(MarketplaceClaims.Subject), out var id) ? new PersonId(id) : null;

    /// <summary>The API key, when a shop's program asks.</summary>
    public UInt128? Key => UInt128.TryParse(Principal.FindFirstValue(MarketplaceClaims.Key), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id) ? id : null;

    public string? Email => Principal.FindFirstValue(MarketplaceClaims.Email);

    public bool IsOperator => Principal.HasClaim(MarketplaceClaims.Role, "operator");

    public bool IsStorefront => Principal.HasClaim(MarketplaceClaims.Role, "storefront");

    public bool Coordinates(string town) => IsOperator || Principal.HasClaim(MarketplaceClaims.Town, town);

    /// <summary>For the events, which nobody erases: what kind of caller, and which key, but of a person not even the id.</summary>
    public string Actor => IsOperator ? "operator" : Principal.FindFirstValue(MarketplaceClaims.KeyId) is { } key ? "key:" + key : Person is null ? "anonymous" : "resident";

    /// <summary>The same where only a shop's people have a say, and whom the shop asked for help.</summary>
    public string ActorIn(ShopId shop) => Person is null ? Actor : Principal.HasClaim(MarketplaceClaims.Shop, $"{shop}:{Assistant}") ? Assistant : "staff";

    /// <summary>The person's role in the shop, if any.</summary>
    public ShopRole? RoleIn(ShopId shop)
    {
        var prefix = shop + ":";
        ShopRole? best = null;
        foreach (var claim in Principal.FindAll(MarketplaceClaims.Shop))
        {
            if (claim.Value.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                var role = claim.Value[prefix.Length..] switch { "owner" => ShopRole.Owner, "staff" or Assistant => ShopRole.Staff, _ => ShopRole.ReadOnly };
                best = best is { } known && known > role ? known : role;
            }
        }

        return best;
    }

    /// <summary>Whether an API key of this shop with this scope asks.</summary>
    public bool HasKey(ShopId shop, string scope) =>
        Principal.HasClaim(MarketplaceClaims.Role, "api-key") && Principal.HasClaim("key-shop", shop.ToString()) && Principal.HasClaim(MarketplaceClaims.Scope, scope);
}
