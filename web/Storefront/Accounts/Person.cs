using Microsoft.AspNetCore.Identity;

namespace Marketplace.Storefront.Accounts;

/// <summary>Someone with an account: a resident, and through the shops' and towns' own lists perhaps staff or coordinator. What a person may do is never stored here.</summary>
internal sealed class Person : IdentityUser<Guid>
{
    public Person() => Id = Guid.CreateVersion7();

    public required string Name { get; set; }

    /// <summary><c>fr</c> or <c>en</c>: the language of the mails.</summary>
    public string Language { get; set; } = "fr";

    /// <summary>Of an account that nobody confirmed: the latest time it was asked for.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Made for a demonstration by the operator: its password is known to others.</summary>
    public bool Demonstration { get; init; }
}
