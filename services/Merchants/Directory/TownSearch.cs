using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Shops;

namespace Marketplace.Merchants.Directory;

/// <summary>Finds a town by its name, by a commune's or by a postcode, as people type them.</summary>
internal sealed class TownSearch(TownDefinition town)
{
    // Communes of the past as well: people go on living in Oullins.
    private readonly string[] _words =
        [.. town.Communes.SelectMany(c => c.Postcodes.Append(c.Name)).Append(town.Name).Distinct().Select(name => ' ' + Slug.Fold(name))];

    public bool Matches(string foldedQuery) => _words.Any(w => w.Contains(' ' + foldedQuery, StringComparison.Ordinal));
}
