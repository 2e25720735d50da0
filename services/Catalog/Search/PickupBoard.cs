namespace Marketplace.Catalog.Search;

/// <summary>When each shop's goods can be collected. What that means "today" is worked out once and kept while it holds.</summary>
internal sealed class PickupBoard
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");
    private volatile State _state = new([], 0);
    private volatile Today? _today;

    /// <summary>By the writer alone.</summary>
    public void Set(int shop, IReadOnlyList<PickupWindow> pickups)
    {
        var before = _state;
        var all = new IReadOnlyList<PickupWindow>[Math.Max(before.Pickups.Length, shop + 1)];
        before.Pickups.CopyTo(all, 0);
        all[shop] = [.. pickups.OrderBy(p => p.Start).ThenBy(p => p.BookableUntil)];
        _state = new State(all, before.Version + 1);
    }

    public Today At(DateTimeOffset now)
    {
        var (state, today) = (_state, _today);
        if (today is null || today.Version != state.Version || now < today.From || now >= today.Until)
        {
            _today = today = Create(state, now);
        }

        return today;
    }

    private static Today Create(State state, DateTimeOffset now)
    {
        var midnight = DateTime.SpecifyKind(TimeZoneInfo.ConvertTime(now, Zone).Date.AddDays(1), DateTimeKind.Unspecified);
        var until = new DateTimeOffset(midnight, Zone.GetUtcOffset(midnight));
        var endOfDay = until;
        var shops = new bool[state.Pickups.Length];
        for (var shop = 0; shop < shops.Length; shop++)
        {
            foreach (var pickup in state.Pickups[shop] ?? [])
            {
                if (pickup.BookableUntil > now && pickup.Start < endOfDay)
                {
                    shops[shop] = true;
                    until = pickup.BookableUntil < until ? pickup.BookableUntil : until;
                }
            }
        }

        return new Today(shops, now, until, state.Version);
    }

    /// <param name="Shops">By number: a pickup that starts today can still be booked.</param>
    /// <param name="Until">Holds from <paramref name="From"/> until just before.</param>
    internal sealed record Today(bool[] Shops, DateTimeOffset From, DateTimeOffset Until, long Version)
    {
        public bool Collectable(int shop) => shop < Shops.Length && Shops[shop];
    }

    private sealed record State(IReadOnlyList<PickupWindow>[] Pickups, long Version);
}
