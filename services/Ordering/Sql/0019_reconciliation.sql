-- Days of Paris of which all that moved was held against the gateway.
create table reconciled_days (
    day date primary key,
    compared_at timestamptz not null
);

-- What stands otherwise on the two sides, each thing once; settled once it does so no more.
create table money_differences (
    what text not null check (what in ('charge', 'refund', 'refund-returned', 'transfer', 'reversal', 'payout', 'payout-returned', 'dispute')),
    reference text not null,
    kind text not null check (kind in ('missing-here', 'missing-there', 'other-amount', 'other-date')),
    day date not null,
    order_id uuid,
    shop_id uuid,
    here_cents bigint,
    there_cents bigint,
    here_at timestamptz,
    there_at timestamptz,
    found_at timestamptz not null,
    settled_at timestamptz,
    primary key (what, reference)
);
create index money_differences_open_idx on money_differences (day) where settled_at is null;
create index ledger_postings_at_idx on ledger_postings (at);
