namespace Marketplace.Local.Verify;

/// <summary>I2: every line that stands has its goods set aside, and no other line has.</summary>
internal static class HoldInvariants
{
    // A line stands from the order's confirmation until its shop order ends, the shop declines it, or nothing is left of it after a shortage; what was left at a shared point, until it was brought
    // back. A substitute that was taken stands in a name of its own, as long. Orders that are still being placed, and substitutes that nobody has taken yet, are left out on both sides: their
    // hold may be on its way.
    private const string Standing =
        """
        with lines as (
            select e.stream, s.value ->> 'shopId' as shop, l.value ->> 'offerId' as offer, (l.value ->> 'quantity')::bigint as quantity
            from events e
            cross join lateral jsonb_array_elements(e.data -> 'shops') s
            cross join lateral jsonb_array_elements(s.value -> 'lines') l
            where e.type = 'order-stock-reserved.v1'
        ), declined as (
            select stream, data ->> 'shopId' as shop, jsonb_array_elements_text(data -> 'offers') as offer
            from events where type = 'shop-order-lines-declined.v1'
        ), gone as (
            select stream, data ->> 'shopId' as shop, data ->> 'offerId' as offer
            from events where type in ('shop-order-shortage-answered.v1', 'shop-order-shortage-lapsed.v1') and (data ->> 'gone')::boolean
        ), taken as (
            select p.stream, p.data ->> 'shopId' as shop, p.data -> 'substitute' ->> 'hold' as hold, p.data -> 'substitute' ->> 'offerId' as offer,
                   (p.data -> 'substitute' ->> 'quantity')::bigint as quantity
            from events p join events a on a.stream = p.stream and a.data ->> 'proposal' = p.data ->> 'proposal' and a.data ->> 'shopId' = p.data ->> 'shopId'
            where p.type = 'shop-order-shortage-proposed.v1' and a.type = 'shop-order-shortage-answered.v1' and a.data ->> 'answer' = 'substitute'
        ), ended as (
            select stream, data ->> 'shopId' as shop from events
            where type in ('shop-order-declined.v1', 'shop-order-collected.v1', 'shop-order-expired.v1', 'shop-order-cancelled.v1', 'shop-order-parcel-brought-back.v1')
        )
        select substr(stream, 7)::uuid || ' ' || offer as key, sum(quantity)::text as value
        from lines l
        where exists (select from events c where c.stream = l.stream and c.type = 'order-confirmed.v1')
          and not exists (select from declined d where (d.stream, d.shop, d.offer) = (l.stream, l.shop, l.offer))
          and not exists (select from gone g where (g.stream, g.shop, g.offer) = (l.stream, l.shop, l.offer))
          and not exists (select from ended x where (x.stream, x.shop) = (l.stream, l.shop))
        group by stream, offer
        union all
        select t.hold || ' ' || t.offer, t.quantity::text
        from taken t
        where not exists (select from declined d where (d.stream, d.shop, d.offer) = (t.stream, t.shop, t.offer))
          and not exists (select from ended x where (x.stream, x.shop) = (t.stream, t.shop))
        """;

    private const string Held =
        """
        select l.order_id || ' ' || l.offer_id as key, l.held::text as value
        from reservation_lines l join reservations r using (order_id)
        where l.held > 0 and r.status = 'confirmed'
        """;

    public static IReadOnlyList<Invariant> All { get; } =
    [
        Invariant.Between("I2", "every line that stands is reserved, and nothing else is", ("ordering", Standing), ("catalog", Held),
            (key, ordered, held) => $"order and offer {key}: {ordered ?? "nothing"} ordered, {held ?? "nothing"} set aside"),
        Invariant.Sql("I2", "a reservation that ended holds nothing", "catalog",
            """
            select format('order %s: %s, and holds %s of offer %s', order_id, r.status, l.held, l.offer_id)
            from reservations r join reservation_lines l using (order_id)
            where r.status in ('refused', 'released', 'issued') and l.held > 0
            """),
        Invariant.Sql("I2", "a hold whose time has passed is settled", "catalog",
            """
            select format('order %s: held until %s', order_id, expires_at)
            from reservations where status = 'held' and expires_at < now() - interval '2 minutes'
            """),
    ];
}
