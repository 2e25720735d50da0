using Marketplace.Contracts;

namespace Marketplace.Merchants.Addresses;

/// <summary>Says where an address is: an outside service. Where none is set up, people place their shop on the town's map.</summary>
internal interface IAddressFinder
{
    /// <summary>What it knows by that address, the likeliest first. Null: it could not be asked, or answered nothing that can be read; that is never an error of who asked.</summary>
    Task<IReadOnlyList<KnownPlace>?> FindAsync(WantedAddress wanted, CancellationToken token);
}

/// <param name="Commune">The only commune (INSEE code) that it can be in; null: one of several.</param>
internal sealed record WantedAddress(string Street, string Postcode, string City, string? Commune);

/// <param name="Score">How sure it is, from 0 to 1.</param>
/// <param name="Kind"><c>housenumber</c>, <c>street</c>, <c>locality</c> or <c>municipality</c>.</param>
/// <param name="Commune">Its INSEE code.</param>
internal sealed record KnownPlace(string Label, double Score, string Kind, string Commune, Position Position);

/// <summary>Nobody to ask: nothing is called.</summary>
internal sealed class NoAddressFinder : IAddressFinder
{
    public Task<IReadOnlyList<KnownPlace>?> FindAsync(WantedAddress wanted, CancellationToken token) => Task.FromResult<IReadOnlyList<KnownPlace>?>(null);
}
