using System.Collections.Concurrent;
using System.Collections.Frozen;
using Marketplace.Catalog.Batches;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults.Shops;

namespace Marketplace.Catalog.Display;

/// <summary>What an offer shows of its shop. A new object whenever anything of it changes, so that comparing references tells.</summary>
/// <param name="ValidUntil">When the earliest pickup moves on by itself.</param>
/// <param name="Pickups">The starts of all that can be booked, at the shop and at the shared points that it brings its goods to.</param>
/// <param name="AtPoints">Those of them that are a shared point's alone, with its slug.</param>
internal sealed record ShopView(OfferShop Shown, IReadOnlyList<string> Towns, DateTimeOffset? EarliestPickup, DateTimeOffset ValidUntil, IReadOnlyList<DateTimeOffset> Pickups, IReadOnlyDictionary<DateTimeOffset, string> AtPoints)
{
    /// <summary>Goods that are made in batches are there no sooner than one of them.</summary>
    internal DateTimeOffset? EarliestPickupOf(Level level, DateTimeOffset now) => level.Batches is { } batches ? batches.EarliestPickup(Pickups, ReadyBy, now) : EarliestPickup;

    private DateTimeOffset? ReadyBy(DateTimeOffset pickup) => BatchPickups.ReadyBy(pickup, AtPoints.ContainsKey(pickup));
}

/// <summary>The shops as shown now; made again when the directory changes or a slot can no longer be booked.</summary>
internal sealed class ShopViews(ShopDirectory directory)
{
    private readonly ConcurrentDictionary<ShopId, ShopView> _views = new();
    private readonly ConcurrentDictionary<ShopId, BatchPickupDays> _days = new();
    private int _refreshed;
    private volatile FrozenSet<string> _towns = FrozenSet<string>.Empty;

    /// <summary>Null when the shop is unknown or not published: nothing of it is shown.</summary>
    internal ShopView? Find(ShopId id, DateTimeOffset now)
    {
        if (_views.TryGetValue(id, out var view) && now < view.ValidUntil)
        {
            return view;
        }

        var refreshed = Volatile.Read(ref _refreshed);
        if (directory.Find(id) is not { IsPublished: true } entry)
        {
            return null;
        }

        var made = _views[id] = Make(entry, now);
        if (refreshed != Volatile.Read(ref _refreshed))
        {
            _views.TryRemove(new KeyValuePair<ShopId, ShopView>(id, made)); // perhaps made of what was true before the change, and kept after its removal
        }

        return made;
    }

    /// <summary>When goods of the shop can be collected; null when that is not known. The same object as long as nothing of it changes.</summary>
    internal BatchPickupDays? DaysOf(ShopId id)
    {
        if (directory.LastReady(id) is not { } told)
        {
            return null;
        }

        return _days.AddOrUpdate(id, (_, now) => new BatchPickupDays(now), (_, known, now) => known.IsOf(now) ? known : new BatchPickupDays(now), told);
    }

    /// <summary>A town is known here once one of its shops is.</summary>
    internal bool KnowsTown(string town) => _towns.Contains(town);

    internal void Refresh(IEnumerable<ShopId> changed)
    {
        Interlocked.Increment(ref _refreshed);
        _towns = directory.All.SelectMany(s => s.Towns).ToFrozenSet();
        foreach (var id in changed)
        {
            _views.TryRemove(id, out _);
        }
    }

    private ShopView Make(ShopEntry entry, DateTimeOffset now)
    {
        var bookable = directory.Outlook(entry.Id).Where(s => s.BookableUntil > now).ToList();
        return new ShopView(new OfferShop(entry.Id, entry.Slug, entry.Name), entry.Towns,
            bookable.Count == 0 ? null : bookable.Min(s => s.Start), bookable.Count == 0 ? DateTimeOffset.MaxValue : bookable.Min(s => s.BookableUntil),
            [.. bookable.Select(s => s.Start)], bookable.Where(s => s.Point is not null).DistinctBy(s => s.Start).ToDictionary(s => s.Start, s => s.Point!));
    }
}
