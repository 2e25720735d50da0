-- Baskets of visitors, found by the hash of a cookie that is set with the first item. One row per offer; a basket may hold several towns.
create table baskets (
    key bytea primary key,
    updated_at timestamptz not null default now()
);
create index baskets_updated_at_idx on baskets (updated_at);

create table basket_lines (
    key bytea not null references baskets on delete cascade,
    offer_id uuid not null,
    town text not null,
    shop text not null,
    title text not null,
    unit text not null check (unit in ('piece', 'weight')),
    quantity bigint not null check (quantity > 0),
    seen_price_cents bigint not null,
    added_at timestamptz not null default now(),
    primary key (key, offer_id)
);
