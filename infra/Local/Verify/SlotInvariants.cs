namespace Marketplace.Local.Verify;

/// <summary>I4: a pickup slot never takes more orders than it has places.</summary>
internal static class SlotInvariants
{
    private const string Booked =
        """
        select substr(e.stream, 7)::uuid || ' ' || (b.value ->> 'shopId') as key, b.value -> 'pickup' ->> 'slotId' as value
        from events e
        cross join lateral jsonb_array_elements(e.data -> 'bookings') b
        where e.type = 'order-slots-booked.v1'
          and exists (select from events c where c.stream = e.stream and c.type = 'order-confirmed.v1')
          and not exists (select from events x where x.stream = e.stream and (x.type in ('shop-order-declined.v1', 'shop-order-cancelled.v1')
                                                      or (x.type = 'shop-order-left-at-point.v1' and x.data ->> 'status' = 'declined'))
                                                 and x.data ->> 'shopId' = b.value ->> 'shopId')
        """;

    private const string Kept =
        """
        select b.order_id || ' ' || b.shop_id as key, b.slot_id as value
        from slot_bookings b join slot_orders o using (order_id)
        where o.state = 'confirmed' and not b.shop_id = any (o.released_shops)
        """;

    public static IReadOnlyList<Invariant> All { get; } =
    [
        Invariant.Sql("I4", "slot bookings ≤ capacity", "merchants",
            """
            select format('slot %s: %s booked of %s', slot_id, booked, capacity) from slots where booked < 0 or booked > capacity
            """),
        Invariant.Sql("I4", "a slot counts the orders that booked it", "merchants",
            """
            select format('slot %s: %s booked, %s orders', s.slot_id, s.booked, coalesce(b.orders, 0))
            from slots s
            left join (select slot_id, count(distinct order_id) as orders
                       from slot_bookings join slot_orders o using (order_id)
                       where o.state in ('held', 'confirmed') and not shop_id = any (o.released_shops)
                       group by slot_id) b using (slot_id)
            where s.booked <> coalesce(b.orders, 0)
            """),
        Invariant.Between("I4", "every shop order that stands has its place in its slot", ("ordering", Booked), ("merchants", Kept),
            (key, ordered, kept) => $"order and shop {key}: {ordered ?? "no slot"} ordered, {kept ?? "none"} booked"),
    ];
}
