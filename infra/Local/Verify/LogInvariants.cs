namespace Marketplace.Local.Verify;

/// <summary>I6: every event is relayed, and every effect happened once.</summary>
internal static class LogInvariants
{
    private static readonly string[] Logs = ["merchants", "catalog", "ordering"];

    public static IReadOnlyList<Invariant> All { get; } =
    [
        .. Logs.Select(log => Invariant.Sql("I6", $"every event of {log} is relayed", log,
            """
            select format('%s events wait to be relayed, the oldest at position %s (%s of %s)', count(*), min(position), (array_agg(type order by position))[1],
                          (array_agg(stream order by position))[1])
            from events
            where (xid, position) > (select coalesce(max(xid), '0'), coalesce(max(position), 0) from log_cursors where name = 'relay')
            having count(*) > 0
            """)),
        .. Logs.Select(log => Invariant.Sql("I6", $"no stream of {log} has a gap", log,
            """
            select format('stream %s: %s events up to version %s', stream, count(*), max(version))
            from events group by stream having count(*) <> max(version)
            """)),
        .. Logs.Select(log => Invariant.Sql("I6", $"no timer of {log} is overdue", log,
            """
            select format('%s %s: due at %s, tried %s times: %s', kind, key, due_at, attempts, coalesce(last_error, 'no error'))
            from due_work where due_at < now() - interval '5 minutes' and attempts > 0 and coalesce(leased_until, '-infinity') < now()
            """)),
        Invariant.Sql("I6", "goods are set aside once for an order, and leave as often as its lines say", "catalog",
            """
            select format('order %s, offer %s: holds %s and issued %s, its movements say %s and %s', l.order_id, l.offer_id, l.held, l.issued, m.held, m.issued)
            from reservation_lines l
            left join (select order_id, offer_id, sum(reserved_delta) as held, sum(-on_hand_delta) filter (where kind = 'sale') as issued,
                              count(*) filter (where kind = 'reservation') as times
                       from stock_movements where order_id is not null group by order_id, offer_id) m using (order_id, offer_id)
            where case when l.batch_at is null then l.held <> coalesce(m.held, 0) or l.issued <> coalesce(m.issued, 0) or m.times is distinct from 1 else m.times is not null end
            """),
        Invariant.Sql("I6", "every order comes to rest", "ordering",
            """
            select format('order %s: placed at %s and still %s', order_id, placed_at, status)
            from orders where status in ('pending', 'paying') and placed_at < now() - interval '20 minutes'
            """),
    ];
}
