-- VAT rates that do not come with a product, and since when each holds.
create table vat_rates (
    name text not null,
    valid_from date not null,
    percent numeric(5, 2) not null check (percent between 0 and 100),
    primary key (name, valid_from)
);
insert into vat_rates (name, valid_from, percent) values ('standard', '2000-04-01', 19.6), ('standard', '2014-01-01', 20);

-- What the platform keeps of a town's sales by card, and since when. Read when an order is placed, which keeps it.
create table commission_rules (
    town text not null,
    valid_from date not null,
    basis_points int not null check (basis_points between 0 and 3000),
    fixed_cents bigint not null check (fixed_cents between 0 and 1000),
    primary key (town, valid_from)
);

-- The books of what is paid by card, read from the log at leisure (LedgerKeeping). A posting is one event's, for one shop (or for none, whose id is nil); it is debits (above
-- nought) and credits (below) that come to nought. Written anew from the log's start when both tables and the cursor "ledger" are emptied.
create table ledger_postings (
    order_id uuid not null,
    version bigint not null,
    shop_id uuid not null,
    kind text not null check (kind in ('set-aside', 'set-aside-ended', 'not-taken', 'sale', 'transfer', 'refund', 'refund-returned', 'refund-again', 'refund-otherwise', 'reversal', 'taken-otherwise')),
    at timestamptz not null,
    primary key (order_id, version, shop_id)
);
create index ledger_postings_shop_idx on ledger_postings (shop_id, at);

create table ledger_entries (
    order_id uuid not null,
    version bigint not null,
    shop_id uuid not null,
    account text not null check (account in ('clearing', 'merchant', 'commission', 'commission-vat', 'customer', 'otherwise', 'card', 'set-aside')),
    cents bigint not null check (cents <> 0),
    primary key (order_id, version, shop_id, account),
    foreign key (order_id, version, shop_id) references ledger_postings on delete cascade
);
create index ledger_entries_shop_idx on ledger_entries (shop_id, account);

-- Looked at when the transaction commits: nobody writes half of a posting.
create function ledger_must_balance() returns trigger language plpgsql as $$
declare
    row record;
    off bigint;
begin
    row := coalesce(new, old);
    select sum(cents) into off from ledger_entries where order_id = row.order_id and version = row.version and shop_id = row.shop_id;
    if off <> 0 then
        raise exception 'posting % of order % for shop % is off by % cents', row.version, row.order_id, row.shop_id, off using errcode = 'check_violation', constraint = 'ledger_balances';
    end if;
    return null;
end $$;
create constraint trigger ledger_balances after insert or delete on ledger_entries deferrable initially deferred for each row execute function ledger_must_balance();

-- What was written is corrected by another posting, not by another figure.
create function ledger_is_never_edited() returns trigger language plpgsql as $$
begin
    raise exception 'a posting is never edited' using errcode = 'check_violation', constraint = 'ledger_never_edited';
end $$;
create trigger ledger_entries_never_edited before update on ledger_entries for each row execute function ledger_is_never_edited();
create trigger ledger_postings_never_edited before update on ledger_postings for each row execute function ledger_is_never_edited();

insert into due_work (kind, key, due_at) values ('ledger', 'next', '2020-01-01') on conflict do nothing;
