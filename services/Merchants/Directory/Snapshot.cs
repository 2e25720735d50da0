using System.Collections.Frozen;
using Marketplace.Contracts;
using Marketplace.ServiceDefaults.Shops;

namespace Marketplace.Merchants.Directory;

/// <summary>Everything small and often read, as of one version. Immutable: a request works on one snapshot to its end.</summary>
internal sealed class Snapshot
{
    public static readonly Snapshot Empty = new(0, [], [], []);

    private readonly FrozenDictionary<string, ShopRecord> _shopsBySlug;
    private readonly FrozenDictionary<string, IReadOnlyList<ShopRecord>> _shopsByTown;

    public Snapshot(long version, IEnumerable<TownRecord> towns, IEnumerable<ShopRecord> shops, IEnumerable<(string Hash, ApiKeyEntry Key)> keys)
    {
        Version = version;
        Towns = towns.ToFrozenDictionary(t => t.Slug);
        Shops = shops.ToFrozenDictionary(s => s.Id);
        Keys = keys.ToFrozenDictionary(k => k.Hash, k => k.Key);
        Points = Towns.Values.SelectMany(t => t.Points).ToFrozenDictionary(p => p.Slug);
        _shopsBySlug = Shops.Values.ToFrozenDictionary(s => s.Slug);
        _shopsByTown = Shops.Values.Where(s => s.IsPublished).SelectMany(s => s.Towns.Select(town => (town, s))).GroupBy(s => s.town, s => s.s)
            .ToFrozenDictionary(g => g.Key, g => (IReadOnlyList<ShopRecord>)[.. g.OrderBy(s => s.Definition.Name, StringComparer.Create(French, ignoreCase: true))]);
        Entries = [.. Shops.Values.Select(s => s.Entry)];
    }

    public static readonly System.Globalization.CultureInfo French = System.Globalization.CultureInfo.GetCultureInfo("fr-FR");

    public long Version { get; }
    public FrozenDictionary<string, TownRecord> Towns { get; }
    public FrozenDictionary<ShopId, ShopRecord> Shops { get; }
    public FrozenDictionary<string, PointRecord> Points { get; }
    public FrozenDictionary<string, ApiKeyEntry> Keys { get; }
    public IReadOnlyCollection<ShopEntry> Entries { get; }

    public ShopRecord? Shop(string slug) => _shopsBySlug.GetValueOrDefault(slug);

    /// <summary>The town's published shops, by name.</summary>
    public IReadOnlyList<ShopRecord> ShopsOf(string town) => _shopsByTown.GetValueOrDefault(town) ?? [];
}
