-- Read models, kept in the transaction of the append and rebuilt from the log: what lists, codes and pages look up.
create table orders (
    order_id uuid primary key,
    reference text not null,
    town text not null,
    status text not null,
    placed_at timestamptz not null,
    total_cents bigint not null,
    shops text[] not null,
    pickup_code text
);
-- A code opens one live order at most; when it ends the code may be drawn again.
create unique index orders_live_code_key on orders (pickup_code) where status = 'confirmed';
create index orders_code_idx on orders (pickup_code) where pickup_code is not null;

create table shop_orders (
    shop_id uuid not null,
    order_id uuid not null,
    status text not null,
    pickup_start timestamptz not null,
    total_cents bigint not null,
    changed_at timestamptz not null,
    version bigint not null,
    primary key (shop_id, order_id)
);
create index shop_orders_list_idx on shop_orders (shop_id, status, pickup_start);
create index shop_orders_order_idx on shop_orders (order_id);

-- Who ordered. Personal data stands here and nowhere else, so that erasing a row erases the person; the order goes on without it.
create table contacts (
    order_id uuid primary key,
    person_id uuid,
    name text not null,
    email text not null,
    phone text,
    locale text not null,
    notes jsonb,
    at timestamptz not null
);
create index contacts_person_idx on contacts (person_id, order_id) where person_id is not null;

-- One row per Idempotency-Key and caller, written with the order it names.
create table idempotency_keys (
    caller text not null,
    key text not null,
    body_hash bytea not null,
    order_id uuid not null,
    at timestamptz not null,
    constraint idempotency_keys_pkey primary key (caller, key)
);
create index idempotency_keys_at_idx on idempotency_keys (at);
