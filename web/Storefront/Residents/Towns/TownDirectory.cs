using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Clients;

namespace Marketplace.Storefront.Residents.Towns;

/// <summary>What nearly every page needs of a town: its description, its shops, and the categories. Kept briefly, so that a page costs one or two calls.</summary>
internal sealed class TownDirectory(IServiceProvider services, TimeProvider clock)
{
    private static readonly TimeSpan _useful = TimeSpan.FromHours(6);

    /// <summary>Which shops are open is a matter of the minute: an answer older than this says nothing about it any more.</summary>
    private static readonly TimeSpan _hoursHold = TimeSpan.FromMinutes(5);

    private readonly Fresh<string, IReadOnlyList<TownSummary>> _towns = new(TimeSpan.FromMinutes(1), _useful, clock,
        async (_, token) => await services.GetRequiredService<MerchantsClient>().TownsAsync(null, null, token));
    private readonly Fresh<string, Town> _town = new(TimeSpan.FromMinutes(1), _useful, clock,
        (slug, token) => services.GetRequiredService<MerchantsClient>().TownAsync(slug, token));
    private readonly Fresh<string, IReadOnlyList<ShopSummary>> _shops = new(TimeSpan.FromSeconds(15), _useful, clock,
        async (slug, token) => await services.GetRequiredService<MerchantsClient>().ShopsAsync(slug, token));
    private readonly Fresh<string, CategoryTree> _categories = new(TimeSpan.FromMinutes(1), _useful, clock,
        async (_, token) => new CategoryTree(await services.GetRequiredService<CatalogClient>().CategoriesAsync(token)));

    private readonly Fresh<string, IReadOnlyList<TownSummary>> _near = new(TimeSpan.FromMinutes(1), _useful, clock, async (slug, token) =>
    {
        var merchants = services.GetRequiredService<MerchantsClient>();
        return await merchants.TownAsync(slug, token) is { } town ? [.. (await merchants.TownsAsync(null, town.Position, token)).Where(t => t.Slug != slug && t.Shops > 0)] : null;
    });

    public async ValueTask<IReadOnlyList<TownSummary>> TownsAsync(CancellationToken token) => await _towns.GetAsync("", token) ?? [];

    public ValueTask<Town?> TownAsync(string slug, CancellationToken token) => _town.GetAsync(slug, token);

    /// <summary>The town's shops; without their hours while those are not known (<see cref="KnowsHours"/>).</summary>
    public async ValueTask<IReadOnlyList<ShopSummary>> ShopsAsync(string town, CancellationToken token)
    {
        var shops = await _shops.GetAsync(town, token) ?? [];
        return KnowsHours(town) ? shops : [.. shops.Select(s => s with { OpenNow = false, OpenUntil = null, OpensNext = null, EarliestPickup = null })];
    }

    /// <summary>Whether it may be said who is open and when goods can be collected; not once Merchants has been silent for minutes.</summary>
    public bool KnowsHours(string town) => _shops.AgeOf(town) is not { } age || age < _hoursHold;

    public async ValueTask<CategoryTree> CategoriesAsync(CancellationToken token) => await _categories.GetAsync("", token) ?? new CategoryTree([]);

    /// <summary>Other towns that have shops, the nearest first. They are named beside what a page is about: none is named when Merchants does not answer.</summary>
    public async ValueTask<IReadOnlyList<TownSummary>> NeighboursAsync(string town, CancellationToken token)
    {
        try
        {
            return await _near.GetAsync(town, token) ?? [];
        }
        catch (Exception failure) when (failure is ServiceUnavailable or ServiceRefusal)
        {
            return [];
        }
    }

    public void Forget(string town)
    {
        _towns.ForgetAll();
        _near.ForgetAll();
        _town.Forget(town);
        _shops.Forget(town);
    }

    public void ForgetShops() => _shops.ForgetAll();
}

/// <summary>The categories, with their children and their way up.</summary>
public sealed class CategoryTree(IReadOnlyList<Category> all)
{
    private readonly Dictionary<string, Category> _bySlug = all.ToDictionary(c => c.Slug);
    private readonly ILookup<string?, Category> _byParent = all.ToLookup(c => c.Parent);

    public IEnumerable<Category> Roots => _byParent[null];

    public IEnumerable<Category> Children(string slug) => _byParent[slug];

    public Category? Find(string? slug) => slug is null ? null : _bySlug.GetValueOrDefault(slug);

    /// <summary>From the root down to the category itself.</summary>
    public IReadOnlyList<Category> Path(string slug)
    {
        var path = new List<Category>();
        for (var at = Find(slug); at is not null && path.Count < 10; at = Find(at.Parent))
        {
            path.Insert(0, at);
        }
        return path;
    }
}
