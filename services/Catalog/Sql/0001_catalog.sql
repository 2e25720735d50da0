-- Catalog: what the shops sell, and how much of it is left.
-- Stock is a ledger: a level moves only with its row in stock_movements, in one transaction, rows locked in key order.

create table categories (
    slug text primary key,
    name_fr text not null,
    name_en text,
    parent text references categories (slug) deferrable initially deferred,
    drawing text not null,
    default_vat_rate numeric(4, 2) not null,
    food boolean not null,
    perishable boolean not null,
    rank int not null
);

-- A product exists once, whoever sells it: the global article number is what makes it the same.
-- In-store numbers (20–29) mean something else in every shop and never come here.
create table products (
    product_id uuid primary key,
    ean13 text not null constraint products_ean13_key unique check (ean13 ~ '^\d{13}$' and ean13 !~ '^2'),
    title text not null,
    brand text,
    created_at timestamptz not null
);

create table offers (
    offer_id uuid primary key,
    shop_id uuid not null,
    sku text not null,
    ean13 text check (ean13 ~ '^\d{13}$'),
    product_id uuid references products (product_id),
    title text not null,
    brand text,
    category text not null references categories (slug),
    description text,
    unit text not null check (unit in ('piece', 'weight')),
    price_cents bigint not null check (price_cents > 0),
    vat_rate numeric(4, 2) not null check (vat_rate >= 0),
    net_quantity bigint check (net_quantity > 0),
    net_unit text,
    allergens text[],
    origin text,
    alcohol boolean not null,
    second_hand boolean not null,
    synonyms text[] not null default '{}',
    status text not null check (status in ('active', 'archived')),
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint offers_shop_sku_key unique (shop_id, sku)
);
create index offers_product_idx on offers (product_id) where product_id is not null;
create index offers_shop_ean_idx on offers (shop_id, ean13) where ean13 is not null;

-- The last guard against selling twice: whatever the code does, reserved never passes on hand.
-- `as_of` is when the shop last gave its own figure, `version` orders what travels about a level.
create table stock (
    offer_id uuid primary key references offers (offer_id),
    on_hand bigint not null,
    reserved bigint not null default 0,
    version bigint not null default 1,
    source text not null check (source in ('hand', 'api', 'import', 'feed')),
    as_of timestamptz not null,
    constraint stock_never_oversold check (0 <= reserved and reserved <= on_hand)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);

-- No foreign keys on the three tables below: they are written several times per order, by code that has just locked the rows meant.
create table stock_movements (
    movement_id bigint generated always as identity primary key,
    offer_id uuid not null,
    at timestamptz not null,
    kind text not null check (kind in ('delivery', 'sale', 'adjustment', 'feed', 'reservation', 'release', 'return')),
    on_hand_delta bigint not null,
    reserved_delta bigint not null,
    on_hand_after bigint not null,
    reserved_after bigint not null,
    -- True where the figure was a count of what is there: it then says nothing to an older or newer count.
    counted boolean not null default false,
    order_id uuid,
    note text,
    -- The Idempotency-Key of an adjustment: the same one again moves nothing.
    request_key text,
    constraint stock_movements_never_oversold check (0 <= reserved_after and reserved_after <= on_hand_after)
);
create index stock_movements_offer_idx on stock_movements (offer_id, at);
create unique index stock_movements_request_idx on stock_movements (offer_id, request_key) where request_key is not null;

-- One row per order ever seen, also refused ones and those released before they arrived (`early` keeps a partial release that came too soon).
create table reservations (
    order_id uuid primary key,
    status text not null check (status in ('awaited', 'held', 'confirmed', 'refused', 'released', 'issued')),
    expires_at timestamptz,
    asked_at timestamptz,
    early jsonb,
    created_at timestamptz not null,
    updated_at timestamptz not null
) with (fillfactor = 80);
create index reservations_held_idx on reservations (expires_at) where status = 'held';

-- `quantity` was reserved, `held` is still set aside, `issued` left the shop; the sum of `held` over an offer is its stock's `reserved`.
create table reservation_lines (
    order_id uuid not null,
    offer_id uuid not null,
    shop_id uuid not null,
    quantity bigint not null,
    held bigint not null,
    issued bigint not null default 0,
    price_cents bigint not null,
    primary key (order_id, offer_id),
    constraint reservation_lines_sum check (held >= 0 and issued >= 0 and held + issued <= quantity)
) with (fillfactor = 80);


-- An uploaded file, in parts so that it never stands in memory whole; the parts go when it has been read.
create table imports (
    import_id uuid primary key,
    shop_id uuid not null,
    status text not null check (status in ('receiving', 'queued', 'running', 'done', 'failed')),
    sha256 text,
    -- As of when its stock figures speak: of the same content sent again, the first time.
    as_of timestamptz not null,
    records_read int not null default 0,
    accepted int not null default 0,
    unchanged int not null default 0,
    error text,
    created_at timestamptz not null,
    ended_at timestamptz
);
create index imports_shop_idx on imports (shop_id, sha256, created_at);

create table import_parts (
    import_id uuid not null references imports (import_id) on delete cascade,
    part int not null,
    bytes bytea not null,
    primary key (import_id, part)
);
alter table import_parts alter column bytes set storage external;

create table import_rejections (
    import_id uuid not null references imports (import_id) on delete cascade,
    line int not null,
    reason text not null,
    detail text,
    primary key (import_id, line, reason)
);
