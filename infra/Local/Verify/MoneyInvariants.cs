namespace Marketplace.Local.Verify;

/// <summary>I3 and I5: the books are kept, balance, and say of each order and each shop what the log says of its money.</summary>
internal static class MoneyInvariants
{
    /// <summary>Events of money that the books have not read.</summary>
    internal const string Unread =
        """
        select e.stream, e.type, e.at from events e
        where (e.type like 'order-payment-%' or e.type like 'order-refund-%') and not exists (select from log_cursors c where c.name = 'ledger' and (c.xid, c.position) >= (e.xid, e.position))
        """;

    /// <summary>Orders whose money the books have read to the end: they are kept some seconds behind the log.</summary>
    internal const string Read =
        """
        select substr(stream, 7)::uuid as order_id
        from events cross join (select xid, position from log_cursors where name = 'ledger') c
        where type like 'order-payment-%' or type like 'order-refund-%'
        group by stream having bool_and((events.xid, events.position) <= (c.xid, c.position))
        """;

    // What came in and went out, one row for each time: by the last request before it, which says how much.
    private const string Moved =
        """
        select substr(e.stream, 7)::uuid as order_id, null::uuid as shop_id, 'taken' as what, (e.data ->> 'amountCents')::bigint as cents, null::text as refund
        from events e where e.type = 'order-payment-captured.v1'
        union all
        select substr(e.stream, 7)::uuid, (e.data ->> 'shopId')::uuid, case e.type when 'order-payment-transferred.v1' then 'passed-on' else 'fetched' end,
            (select (r.data ->> 'cents')::bigint from events r
             where r.stream = e.stream and r.version < e.version and r.data ->> 'shopId' = e.data ->> 'shopId' and r.data ->> 'number' is not distinct from e.data ->> 'number'
               and r.type = case e.type when 'order-payment-transferred.v1' then 'order-payment-transfer-requested.v1' else 'order-payment-reversal-requested.v1' end
             order by r.version desc limit 1), null
        from events e where e.type in ('order-payment-transferred.v1', 'order-payment-reversed.v1')
        union all
        select substr(e.stream, 7)::uuid, (e.data ->> 'shopId')::uuid, case e.type when 'order-refund-made.v1' then 'refunded' when 'order-refund-failed.v1' then 'sent-back' else 'otherwise' end,
            (select sum((l.value ->> 'cents')::bigint) from events r cross join lateral jsonb_array_elements(r.data -> 'lines') l
             where r.stream = e.stream and r.type = 'order-refund-requested.v1' and r.data ->> 'refund' = e.data ->> 'refund'), e.data ->> 'refund'
        from events e where e.type in ('order-refund-made.v1', 'order-refund-failed.v1')
            or e.type = 'order-refund-given-otherwise.v1' and exists (select from events m where m.stream = e.stream and m.type = 'order-refund-made.v1' and m.data ->> 'refund' = e.data ->> 'refund')
        """;

    private const string Parts =
        """
        select substr(e.stream, 7)::uuid as order_id, (p.value ->> 'shopId')::uuid as shop_id, (p.value ->> 'cents')::bigint as cents,
            coalesce((p.value -> 'commission' ->> 'cents')::bigint, 0) as commission, coalesce((p.value -> 'commission' ->> 'vatCents')::bigint, 0) as vat
        from events e cross join lateral jsonb_array_elements(e.data -> 'parts') p
        where e.type = 'order-payment-capture-requested.v1'
          and exists (select from events c where c.stream = e.stream and c.type = 'order-payment-captured.v1')
          and not exists (select from events c where c.stream = e.stream and c.type = 'order-payment-not-captured.v1')
        """;

    // What each account should come to, a credit above nought: computed here once more, from what was frozen, in proportion to what did not go back, rounded once with its VAT.
    // What was taken otherwise than asked is nobody's but the resident's: less than asked all of it, more what is above.
    private const string Due =
        $"""
        select order_id, shop_id, account, d.cents
        from (
            select of_part.*, case when commission + vat = 0 then 0 else round(vat::numeric * kept / (commission + vat)) end as kept_vat
            from (
                select p.order_id, p.shop_id, p.commission, p.vat, p.cents - coalesce(m.back, 0) as rest, coalesce(m.passed, 0) as passed, coalesce(m.fetched, 0) as fetched, coalesce(m.owed_back, 0) as owed_back,
                    round((p.commission + p.vat)::numeric * (p.cents - coalesce(m.back, 0)) / p.cents) as kept
                from ({Parts}) p
                left join (select order_id, shop_id, sum(cents) filter (where what = 'passed-on') as passed, sum(cents) filter (where what = 'fetched') as fetched,
                               sum(cents) filter (where what = 'refunded' and time = 1) as back,
                               coalesce(sum(cents) filter (where what = 'sent-back'), 0) - coalesce(sum(cents) filter (where what = 'refunded' and time > 1 or what = 'otherwise'), 0) as owed_back
                           from (select moved.*, row_number() over (partition by order_id, shop_id, what, refund) as time from ({Moved}) moved) numbered
                           group by order_id, shop_id) m using (order_id, shop_id)) of_part) part
        cross join lateral (values ('merchant', rest - kept - passed + fetched), ('commission', kept - kept_vat), ('commission-vat', kept_vat), ('customer', owed_back)) d(account, cents)
        union all
        select substr(c.stream, 7)::uuid, '00000000-0000-0000-0000-000000000000'::uuid, 'customer',
            (c.data ->> 'amountCents')::bigint - case when (c.data ->> 'amountCents')::bigint < (r.data ->> 'amountCents')::bigint then 0 else (r.data ->> 'amountCents')::bigint end
        from events c join events r on r.stream = c.stream and r.type = 'order-payment-capture-requested.v1'
        where c.type = 'order-payment-captured.v1'
        """;

    public static IReadOnlyList<Invariant> All { get; } =
    [
        // Else all that is said below of what they have read would be said of nothing.
        Invariant.Sql("I5", "the books have read what happened to money more than five minutes ago", "ordering",
            $"select format('%s: %s of %s is not in the books', u.stream, u.type, u.at) from ({Unread}) u where u.at < now() - interval '5 minutes' order by u.at"),
        Invariant.Sql("I5", "every posting of the books balances, and none is empty", "ordering",
            """
            select format('order %s, version %s, shop %s: off by %s cents', p.order_id, p.version, p.shop_id, coalesce(sum(e.cents)::text, 'nothing written,'))
            from ledger_postings p left join ledger_entries e using (order_id, version, shop_id)
            group by p.order_id, p.version, p.shop_id having sum(e.cents) is distinct from 0
            """),
        Invariant.Sql("I5", "what lies at the gateway of an order is what was taken and not passed on or given back", "ordering",
            $"""
            select format('order %s: %s cents by the books, %s by the log', order_id, coalesce(l.cents, 0), coalesce(m.cents, 0))
            from ({Read}) read
            left join (select order_id, sum(cents) as cents from ledger_entries where account = 'clearing' group by order_id) l using (order_id)
            left join (select order_id, sum(case when what in ('taken', 'fetched', 'sent-back') then cents else -cents end) as cents from ({Moved}) moved where what <> 'otherwise' group by order_id) m using (order_id)
            where coalesce(l.cents, 0) <> coalesce(m.cents, 0)
            """),
        Invariant.Sql("I3", "a shop is owed its part, less refunds, commission and what it was passed on; what is kept with its VAT, and what is owed to residents, is what the log says", "ordering",
            $"""
            select format('order %s, shop %s: %s %s cents by the books, %s by the log', order_id, shop_id, account, coalesce(l.cents, 0), coalesce(d.cents, 0))
            from ({Due}) d
            full join (select order_id, shop_id, account, -sum(cents) as cents from ledger_entries where account in ('merchant', 'commission', 'commission-vat', 'customer') group by order_id, shop_id, account) l
                using (order_id, shop_id, account)
            join ({Read}) read using (order_id)
            where coalesce(l.cents, 0) <> coalesce(d.cents, 0)
            """),
        Invariant.Sql("I5", "the daily comparison found nothing that stands otherwise at the gateway, but payments that a cardholder disputes", "ordering",
            "select format('%s, %s %s: %s, %s cents by the books, %s at the gateway', day, what, reference, kind, coalesce(here_cents::text, 'no'), coalesce(there_cents::text, 'no')) from money_differences where settled_at is null and what <> 'dispute' order by day"),
        Invariant.Sql("I5", "what went to a shop's bank is never more than what was passed on to it", "ordering",
            """
            select format('shop %s: %s cents more went to its bank than were passed on', p.shop_id, -sum(e.cents))
            from ledger_postings p join ledger_entries e using (order_id, version, shop_id) where e.account = 'merchant' and p.kind in ('transfer', 'reversal') or e.account = 'account'
            group by p.shop_id having sum(e.cents) < 0
            """),
        Invariant.Sql("I3", "no more is taken than was set aside, and nothing stays set aside that was taken or given back", "ordering",
            $"""
            select format('order %s: %s', order_id, wrong)
            from ({Read}) read join (
                select substr(c.stream, 7)::uuid as order_id, format('%s cents taken of %s', c.data ->> 'amountCents', a.data ->> 'amountCents') as wrong
                from events c join events a on a.stream = c.stream and a.type = 'order-payment-authorised.v1'
                where c.type = 'order-payment-captured.v1' and (c.data ->> 'amountCents')::bigint > (a.data ->> 'amountCents')::bigint
                union all
                select e.order_id, format('%s cents still set aside for shop %s', sum(e.cents), e.shop_id)
                from ledger_entries e join events d on d.stream = 'order-' || replace(e.order_id::text, '-', '') and d.type in ('order-payment-captured.v1', 'order-payment-returned.v1', 'order-payment-not-captured.v1')
                where e.account = 'card' group by e.order_id, e.shop_id, d.id having sum(e.cents) <> 0) broken using (order_id)
            """),
    ];
}
