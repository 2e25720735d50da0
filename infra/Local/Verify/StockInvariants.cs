namespace Marketplace.Local.Verify;

/// <summary>I1: nothing is sold twice, and the ledger tells how every figure came about.</summary>
internal static class StockInvariants
{
    public static IReadOnlyList<Invariant> All { get; } =
    [
        Invariant.Sql("I1", "no oversell: 0 ≤ reserved ≤ on hand", "catalog",
            """
            select format('offer %s: %s reserved of %s on hand', offer_id, reserved, on_hand)
            from stock where reserved < 0 or reserved > on_hand
            """),
        Invariant.Sql("I1", "the movements sum to the stock", "catalog",
            """
            select format('offer %s: %s on hand and %s reserved, its movements sum to %s and %s', s.offer_id, s.on_hand, s.reserved, m.on_hand, m.reserved)
            from stock s
            left join (select offer_id, sum(on_hand_delta) as on_hand, sum(reserved_delta) as reserved from stock_movements group by offer_id) m using (offer_id)
            where (s.on_hand, s.reserved) is distinct from (coalesce(m.on_hand, 0), coalesce(m.reserved, 0))
            """),
        Invariant.Sql("I1", "each movement starts where the one before it ended", "catalog",
            """
            select format('offer %s, movement %s: from %s and %s by %s and %s to %s and %s', offer_id, movement_id,
                          on_hand_before, reserved_before, on_hand_delta, reserved_delta, on_hand_after, reserved_after)
            from (select *, lag(on_hand_after, 1, 0) over offer as on_hand_before, lag(reserved_after, 1, 0) over offer as reserved_before
                  from stock_movements window offer as (partition by offer_id order by movement_id)) m
            where on_hand_before + on_hand_delta <> on_hand_after or reserved_before + reserved_delta <> reserved_after
            """),
        Invariant.Sql("I1", "what orders hold is what is reserved", "catalog",
            """
            select format('offer %s: %s reserved, orders hold %s', s.offer_id, s.reserved, coalesce(l.held, 0))
            from stock s
            left join (select offer_id, sum(held) as held from reservation_lines where batch_at is null group by offer_id) l using (offer_id)
            where s.reserved <> coalesce(l.held, 0)
            """),
        Invariant.Sql("I1", "no batch is sold twice: what orders hold or have had of it is what is taken, and no more than it has", "catalog",
            """
            select format('offer %s, batch of %s: %s taken of %s, orders hold or had %s', offer_id, batch_at, coalesce(b.taken, 0), coalesce(b.capacity, 0), coalesce(l.taken, 0))
            from offer_batches b
            full join (select offer_id, batch_at, sum(held + issued) as taken from reservation_lines where batch_at is not null group by offer_id, batch_at) l using (offer_id, batch_at)
            where coalesce(b.taken, 0) <> coalesce(l.taken, 0) or b.taken > b.capacity
            """),
    ];
}
