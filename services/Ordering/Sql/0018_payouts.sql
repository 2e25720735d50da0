-- Shops' accounts at the payment gateway: what was asked for, under which attempt, and what stood there when it was last read. An account is asked for with the same name under the
-- same attempt, so whoever presses twice, or is followed by another process, has one.
create table payout_accounts (
    shop_id uuid primary key,
    name text not null,
    attempt int not null default 1,
    asked_at timestamptz not null,
    account_id text unique,
    can_receive boolean not null default false,
    pays_out boolean not null default false,
    submitted boolean not null default false,
    checked boolean not null default false,
    due text[] not null default '{}',
    past_due text[] not null default '{}',
    deadline timestamptz,
    disabled_for text,
    -- Readings are numbered when they begin: what was begun later stands.
    readings bigint not null default 0,
    reading bigint not null default 0,
    read_at timestamptz
);

-- What went on from an account to its bank, as the gateway said. The posting is the one of the books.
create table payouts (
    payout_id text primary key,
    posting_id uuid not null unique,
    account_id text not null,
    shop_id uuid not null,
    cents bigint not null check (cents > 0),
    status text not null check (status in ('on-its-way', 'paid', 'failed')),
    made_at timestamptz not null,
    arrives_on date not null,
    failed_for text,
    seen_at timestamptz not null
);
create index payouts_shop_idx on payouts (shop_id, made_at desc);

-- Of whose account an event is.
alter table payment_events add column account_id text;

-- A payout is no order's: its posting is named by an id made of its own (version 1: it went out; 2: it came back). It moves no money of the platform's, but between the shop's account
-- and its bank: a pair of its own.
alter table ledger_postings drop constraint ledger_postings_kind_check;
alter table ledger_postings add constraint ledger_postings_kind_check check (kind in
    ('set-aside', 'set-aside-ended', 'not-taken', 'sale', 'transfer', 'refund', 'refund-returned', 'refund-again', 'refund-otherwise', 'reversal', 'taken-otherwise', 'payout', 'payout-returned'));
alter table ledger_entries drop constraint ledger_entries_account_check;
alter table ledger_entries add constraint ledger_entries_account_check check (account in
    ('clearing', 'merchant', 'commission', 'commission-vat', 'customer', 'otherwise', 'card', 'set-aside', 'account', 'bank'));
