namespace Marketplace.Local.Verify;

/// <summary>I7: what lists and pages look up is what the log says.</summary>
internal static class ProjectionInvariants
{
    private const string OrdersFromTheLog =
        """
        select distinct on (stream) substr(stream, 7)::uuid as order_id,
               case type when 'order-placed.v1' then 'pending' when 'order-payment-requested.v1' then 'paying' when 'order-confirmed.v1' then 'confirmed' when 'order-refused.v1' then 'refused'
                         when 'order-hold-expired.v1' then 'expired' when 'order-abandoned.v1' then 'cancelled' else data ->> 'outcome' end as status
        from events
        where type in ('order-placed.v1', 'order-payment-requested.v1', 'order-confirmed.v1', 'order-refused.v1', 'order-hold-expired.v1', 'order-abandoned.v1', 'order-completed.v1')
        order by stream, version desc
        """;

    private const string ShopOrdersFromTheLog =
        """
        select substr(stream, 7)::uuid as order_id, (s.value ->> 'shopId')::uuid as shop_id,
               coalesce((select case when x.type in ('shop-order-step-taken-back.v1', 'shop-order-left-at-point.v1') then x.data ->> 'status' else substr(x.type, 12, length(x.type) - 14) end
                         from events x
                         where x.stream = e.stream and x.data ->> 'shopId' = s.value ->> 'shopId'
                           and x.type in ('shop-order-accepted.v1', 'shop-order-ready.v1', 'shop-order-declined.v1', 'shop-order-collected.v1',
                                          'shop-order-expired.v1', 'shop-order-cancelled.v1', 'shop-order-step-taken-back.v1', 'shop-order-left-at-point.v1')
                         order by x.version desc limit 1), 'requested') as status
        from events e
        cross join lateral jsonb_array_elements(e.data -> 'shops') s
        where e.type = 'order-confirmed.v1'
        """;

    public static IReadOnlyList<Invariant> All { get; } =
    [
        Invariant.Sql("I7", "orders as replayed from the log", "ordering",
            $"""
            select format('order %s: %s, the log says %s', coalesce(o.order_id, r.order_id), o.status, r.status)
            from orders o full join ({OrdersFromTheLog}) r on r.order_id = o.order_id
            where o.status is distinct from r.status
            """),
        Invariant.Sql("I7", "shop orders as replayed from the log", "ordering",
            $"""
            select format('order %s, shop %s: %s, the log says %s', coalesce(o.order_id, r.order_id), coalesce(o.shop_id, r.shop_id), o.status, r.status)
            from shop_orders o full join ({ShopOrdersFromTheLog}) r on (r.order_id, r.shop_id) = (o.order_id, o.shop_id)
            where o.status is distinct from r.status
            """),
        Invariant.Sql("I7", "an order's total is its shop orders' sum", "ordering",
            """
            select format('order %s: %s cents, its shops sum to %s', order_id, o.total_cents, s.cents)
            from orders o join (select order_id, sum(total_cents) as cents from shop_orders group by order_id) s using (order_id)
            where o.total_cents <> s.cents
            """),
        // In the same name as in the log: what is asked about by Catalog finds its order.
        Invariant.Sql("I7", "substitutes are found by the name in which they are set aside", "ordering",
            """
            select format('order %s, proposal %s: hold %s in the table, %s in the log', coalesce(h.order_id::text, substr(p.stream, 7)), coalesce(h.proposal_id::text, p.proposal), h.hold_id, p.hold)
            from substitute_holds h full join (
                select stream, data ->> 'proposal' as proposal, data -> 'substitute' ->> 'hold' as hold
                from events where type = 'shop-order-shortage-proposed.v1' and data -> 'substitute' ->> 'hold' is not null) p
                on p.hold = h.hold_id::text and substr(p.stream, 7)::uuid = h.order_id and p.proposal = h.proposal_id::text
            where h.hold_id is null or p.hold is null
            """),
    ];
}
