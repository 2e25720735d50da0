-- A shop counts along its shelf: what was scanned is kept as it came, under the key that its browser gave it, so that nothing is lost or doubled by a repeat or by a second person.
-- Of a shop at most one list is open: whoever counts, counts into it.
create table stock_counts (
    count_id uuid primary key,
    shop_id uuid not null,
    status text not null check (status in ('open', 'applied', 'abandoned')),
    started_at timestamptz not null,
    ended_at timestamptz,
    -- How much has been scanned: what is applied is what somebody saw.
    version bigint not null default 0,
    -- Of an applied one: what became of each article.
    outcome jsonb,
    constraint stock_counts_ended check ((status = 'open') = (ended_at is null))
);
create unique index stock_counts_open_idx on stock_counts (shop_id) where status = 'open';
create index stock_counts_shop_idx on stock_counts (shop_id, ended_at);

-- `offer_id` is what the code meant then; none: nothing that the shop offered. `unit` is what the quantity was told in.
create table stock_count_scans (
    scan_id bigint generated always as identity primary key,
    count_id uuid not null references stock_counts (count_id) on delete cascade,
    scan_key text not null,
    at timestamptz not null,
    code text not null,
    offer_id uuid,
    unit text not null check (unit in ('piece', 'weight')),
    kind text not null check (kind in ('one', 'add', 'set', 'drop')),
    quantity bigint not null,
    constraint stock_count_scans_key unique (count_id, scan_key)
);
create index stock_count_scans_offer_idx on stock_count_scans (count_id, offer_id);
