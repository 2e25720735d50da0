using System.Collections.Concurrent;
using Marketplace.Catalog.Offers;
using Marketplace.Catalog.Search;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Catalog.Display;

/// <summary>A level as it travels between replicas.</summary>
internal readonly record struct LevelChange(OfferId OfferId, Level Level);

/// <summary>
/// Every offer that residents can see, in memory, with the search index over them: the anonymous pages ask no database. What is
/// applied may come twice and in any order; the versions of rows and levels decide.
/// </summary>
internal sealed class OfferDisplay(OfferIndex index, ShopViews shops, TimeProvider clock)
{
    internal const string NoDrawing = "panier";
    private readonly ConcurrentDictionary<OfferId, DisplayedOffer> _offers = new();
    private readonly ConcurrentDictionary<Guid, OfferId[]> _byProduct = new();
    private readonly ConcurrentDictionary<(ShopId, string), OfferId[]> _byModel = new();
    private readonly Dictionary<OfferId, (long Version, DateTimeOffset At)> _removed = [];
    private readonly Lock _writing = new();
    private volatile CategoryTree _categories = CategoryTree.Empty;

    internal CategoryTree Categories => _categories;
    internal int Count => _offers.Count;
    internal OfferIndex Index => index;

    internal DisplayedOffer? Find(OfferId id) => _offers.GetValueOrDefault(id);

    internal ShopView? ShopOf(DisplayedOffer offer, DateTimeOffset now) => shops.Find(offer.ShopId, now);

    internal string DrawingOf(DisplayedOffer offer) => _categories.Find(offer.Category)?.Drawing ?? NoDrawing;

    /// <summary>Null when the offer's shop does not sell.</summary>
    internal byte[]? Summary(DisplayedOffer offer, DateTimeOffset now) =>
        ShopOf(offer, now) is { } shop ? SummaryJson.Of(offer, shop, this, now) : null;

    /// <summary>The same product in other shops.</summary>
    internal IEnumerable<DisplayedOffer> AlsoAt(DisplayedOffer offer) =>
        offer.ProductId is { } product && _byProduct.TryGetValue(product, out var ids)
            ? ids.Where(id => id != offer.Id).Select(Find).OfType<DisplayedOffer>()
            : [];

    /// <summary>What its shop sells of the same model, itself too; none where it is of none.</summary>
    internal IReadOnlyList<DisplayedOffer> VariantsOf(DisplayedOffer offer) => offer.Variant is { } variant && _byModel.TryGetValue((offer.ShopId, variant.Group!), out var ids)
        ? [.. ids.Select(Find).OfType<DisplayedOffer>().Order(Comparer<DisplayedOffer>.Create((a, b) => VariantOrder.Compare(a.Variant?.Size, a.Variant?.Colour, b.Variant?.Size, b.Variant?.Colour)))]
        : [];

    /// <summary>Its model as lists show it; null where it is of none.</summary>
    internal OfferModel? ModelOf(DisplayedOffer offer)
    {
        if (offer.Variant is not { } variant)
        {
            return null;
        }

        var all = VariantsOf(offer);
        return new OfferModel(variant, offer.ModelTitle, VariantOrder.Sizes(all.Select(o => o.Variant?.Size)).Count, VariantOrder.Colours(all.Select(o => o.Variant?.Colour)).Count,
            all.Select(o => o.PriceCents).DefaultIfEmpty(offer.PriceCents).Min(), all.Select(o => o.PriceCents).DefaultIfEmpty(offer.PriceCents).Max());
    }

    /// <summary>Its own photo, or one of its model's in the same colour: another colour's would show what it is not.</summary>
    internal string? PhotoOf(DisplayedOffer offer) => offer.Photo
        ?? (offer.Variant is not { } variant ? null : VariantsOf(offer).Where(o => VariantOrder.Same(o.Variant?.Colour, variant.Colour)).Select(o => o.Photo).FirstOrDefault(p => p is not null));

    internal void SetCategories(CategoryTree tree)
    {
        lock (_writing)
        {
            _categories = tree;
            index.SetCategories([.. tree.All.Select(c => new IndexedCategory(c.Slug, c.NameFr, c.NameEn, c.Parent))]);
            foreach (var offer in _offers.Values)
            {
                offer.Forget(); // the drawing may be another one
            }
        }
    }

    internal void Apply(IEnumerable<OfferRow> rows, IReadOnlyDictionary<Guid, int>? popularity = null)
    {
        var now = clock.GetUtcNow();
        lock (_writing)
        {
            foreach (var row in rows)
            {
                Apply(row, popularity?.GetValueOrDefault(row.OfferId.Value) ?? 0, now);
            }
        }
    }

    internal void Apply(IEnumerable<LevelChange> levels)
    {
        var now = clock.GetUtcNow();
        lock (_writing)
        {
            foreach (var (id, level) in levels)
            {
                if (Find(id) is { } offer)
                {
                    Apply(offer, level, now);
                }
            }
        }
    }

    /// <summary>Figures grow old, and orders for batches end, without anybody touching them.</summary>
    /// <returns>The offers whose batches are others now.</returns>
    internal IReadOnlyList<OfferId> Age(DateTimeOffset since, DateTimeOffset now)
    {
        var moved = new List<OfferId>();
        lock (_writing)
        {
            foreach (var (id, _) in _removed.Where(r => r.Value.At < since).ToList())
            {
                _removed.Remove(id); // nobody is still about to apply what was read so long ago
            }
        }

        foreach (var offer in _offers.Values)
        {
            var until = StockFreshness.ShownUntil(offer.Level, since);
            if (since < until && until <= now)
            {
                lock (_writing)
                {
                    SetStock(offer, now);
                }

                if (offer.Level.Batches is not null)
                {
                    moved.Add(offer.Id);
                }
            }
        }

        return moved;
    }

    /// <summary>A shop goes on leave, or comes back: the batches of those days go, or come.</summary>
    /// <returns>The offers of which others can be had now.</returns>
    internal IReadOnlyList<OfferId> Collect(IReadOnlySet<ShopId> changed)
    {
        var (now, moved) = (clock.GetUtcNow(), new List<OfferId>());
        foreach (var (id, offer) in _offers)
        {
            if (offer.Level.Batches is null || !changed.Contains(offer.ShopId))
            {
                continue;
            }

            lock (_writing)
            {
                if (Find(id) is { } current && Collected(current.ShopId, current.Level) is var level && !ReferenceEquals(level, current.Level))
                {
                    current.Level = level;
                    SetStock(current, now);
                    moved.Add(id);
                }
            }
        }

        return moved;
    }

    private void Apply(OfferRow row, int popularity, DateTimeOffset now)
    {
        var known = Find(row.OfferId);
        if (_removed.TryGetValue(row.OfferId, out var removed) && removed.Version > row.Version)
        {
            return; // read before it was taken off sale
        }

        if (known is not null && known.Version >= row.Version)
        {
            if (known.Version == row.Version)
            {
                Apply(known, row.Level, now);
            }

            return;
        }

        if (!row.Active)
        {
            Remove(row, now);
            return;
        }

        _removed.Remove(row.OfferId);
        var level = known is not null && known.Level.Version > row.Level.Version ? known.Level with { Batches = row.Level.Batches?.With(known.Level.Batches) } : row.Level;
        level = Collected(row.ShopId, level);
        _offers[row.OfferId] = new DisplayedOffer(row) { Level = level };
        if (known?.ProductId != row.ProductId)
        {
            Unlink(known?.ProductId, row.OfferId); // another article number: it is no longer the same as what others sell under the old one
        }

        if (row.ProductId is { } product)
        {
            _byProduct.AddOrUpdate(product, [row.OfferId], (_, ids) => ids.Contains(row.OfferId) ? ids : [.. ids, row.OfferId]);
        }

        Regroup(known, _offers[row.OfferId]);
        index.Upsert(new IndexedOffer(row.OfferId.Value, row.ShopId.Value, row.Title, row.Brand, row.Ean13, row.Category, string.Join(", ", row.Synonyms), Words(row), row.Unit, row.PriceCents,
            StockFreshness.Available(level, now, row.PieceGrams), StockFreshness.Indexed(level, row.Unit, now, row.PieceGrams), row.CreatedAt, popularity));
    }

    private void Apply(DisplayedOffer offer, Level level, DateTimeOffset now)
    {
        // A level that travelled by itself says nothing of the batches: those that are known stay, and the newer ones count, whichever level they came with.
        var before = offer.Level;
        var batches = level.Batches is null || before.Batches is null ? before.Batches : before.Batches.With(level.Batches).For(shops.DaysOf(offer.ShopId));
        if (before.Version < level.Version || !ReferenceEquals(batches, before.Batches))
        {
            offer.Level = (before.Version < level.Version ? level : before) with { Batches = batches };
            SetStock(offer, now);
        }
    }

    private Level Collected(ShopId shop, Level level) => level.Batches is { } batches && batches.For(shops.DaysOf(shop)) is var open && !ReferenceEquals(open, batches) ? level with { Batches = open } : level;

    private void SetStock(DisplayedOffer offer, DateTimeOffset now) =>
        index.SetStock(offer.Id.Value, StockFreshness.Available(offer.Level, now, offer.PieceGrams), StockFreshness.Indexed(offer.Level, offer.Unit, now, offer.PieceGrams));

    private void Remove(OfferRow row, DateTimeOffset now)
    {
        _removed[row.OfferId] = (row.Version, now);
        _offers.TryRemove(row.OfferId, out var known);
        index.Remove(row.OfferId.Value);
        Unlink(known?.ProductId, row.OfferId);
        Regroup(known, null);
    }

    // The rows of the others of the model say how many there are, and may show this one's photo.
    private void Regroup(DisplayedOffer? before, DisplayedOffer? now)
    {
        if (before?.Variant is { Group: { } left } && (now?.Variant?.Group != left) && _byModel.TryGetValue((before.ShopId, left), out var ids))
        {
            ids = [.. ids.Where(id => id != before.Id)];
            if (ids.Length == 0)
            {
                _byModel.TryRemove((before.ShopId, left), out _);
            }
            else
            {
                _byModel[(before.ShopId, left)] = ids;
                Rewrite(ids);
            }
        }

        if (now?.Variant is { Group: { } joined })
        {
            Rewrite(_byModel.AddOrUpdate((now.ShopId, joined), [now.Id], (_, known) => known.Contains(now.Id) ? known : [.. known, now.Id]));
        }
    }

    private void Rewrite(OfferId[] ids)
    {
        foreach (var offer in ids.Select(Find).OfType<DisplayedOffer>())
        {
            offer.Forget();
        }
    }

    private void Unlink(Guid? from, OfferId offer)
    {
        if (from is { } product && _byProduct.TryGetValue(product, out var ids))
        {
            _byProduct[product] = [.. ids.Where(id => id != offer)];
        }
    }

    // More words an offer is found by, each weighing less than its title. A comma behind a size, or « L écru » would be read as an elision.
    private static string? Words(OfferRow row)
    {
        var words = string.Join(' ', new[] { row.Variant?.Size is { } size ? size + "," : null, row.Variant?.Colour is { } colour ? colour + "," : null }.Append(row.Description).Append(row.Origin).Where(w => !string.IsNullOrEmpty(w)));
        return words.Length == 0 ? null : words;
    }
}
