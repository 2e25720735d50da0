-- What was handed over, and what was refused for want of goods: read from the log at leisure (SalesLedger), for the shops' figures. Written anew from the log's start when both
-- these tables and the cursor "sales" are emptied.
create table sales (
    shop_id uuid not null,
    order_id uuid not null,
    at timestamptz not null,
    town text not null,
    shared boolean not null,
    total_cents bigint not null,
    primary key (shop_id, order_id)
);
create index sales_at_idx on sales (shop_id, at);
create index sales_order_idx on sales (order_id);

create table sale_lines (
    shop_id uuid not null,
    order_id uuid not null,
    offer_id uuid not null,
    sku text not null,
    title text not null,
    unit text not null check (unit in ('piece', 'weight')),
    quantity bigint not null,
    cents bigint not null,
    primary key (shop_id, order_id, offer_id)
);

create table missed_sales (
    shop_id uuid not null,
    order_id uuid not null,
    offer_id uuid not null,
    at timestamptz not null,
    title text,
    unit text check (unit in ('piece', 'weight')),
    quantity bigint not null,
    cents bigint,
    primary key (shop_id, order_id, offer_id)
);
create index missed_sales_at_idx on missed_sales (shop_id, at);

insert into due_work (kind, key, due_at) values ('sales', 'next', '2020-01-01') on conflict do nothing;
