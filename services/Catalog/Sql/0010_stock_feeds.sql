-- The stock that a shop's own software tells when it is asked: where, and how far the asking has come.
create table stock_feeds (
    shop_id uuid primary key,
    -- Rises with every change of the settings: a run belongs to those it began with.
    version bigint not null,
    address text not null,
    siret text not null,
    auth text not null check (auth in ('none', 'basic', 'bearer')),
    -- Told to nobody but that software.
    secret text,
    reserved_excluded boolean not null,
    every_minutes int not null check (every_minutes between 5 and 1440),
    changed_at timestamptz not null,
    next_run_at timestamptz not null,
    -- From when the next run asks for what changed, by the software's own clock; null: it asks for all.
    modified_since timestamptz,
    full_at timestamptz,
    -- Another software, or none any more: what was known from it before this time goes down to what is set aside.
    reset_as_of timestamptz,
    removed boolean not null default false
);

create table stock_feed_runs (
    run_id uuid primary key,
    shop_id uuid not null,
    feed_version bigint not null,
    whole boolean not null,
    status text not null check (status in ('running', 'done', 'failed', 'abandoned')),
    started_at timestamptz not null,
    ended_at timestamptz,
    modified_since timestamptz,
    next_since timestamptz,
    cursor text,
    pages int not null default 0,
    lines int not null default 0,
    changed int not null default 0,
    skipped int not null default 0,
    unknown int not null default 0,
    announced int,
    attempts int not null default 0,
    retry_at timestamptz,
    error text,
    error_fr text,
    error_en text
);
create unique index stock_feed_runs_open_idx on stock_feed_runs (shop_id) where status = 'running';
create index stock_feed_runs_shop_idx on stock_feed_runs (shop_id, started_at desc);

-- Where a run has been: a software that leads in a circle is noticed. Gone with the run's end.
create table stock_feed_cursors (
    run_id uuid not null references stock_feed_runs (run_id) on delete cascade,
    cursor text not null,
    primary key (run_id, cursor)
);

create table stock_feed_skips (
    run_id uuid not null references stock_feed_runs (run_id) on delete cascade,
    n int not null,
    ref text,
    reason text not null,
    detail_fr text not null,
    detail_en text not null,
    primary key (run_id, n)
);

-- The figures that this software told, as against those that somebody pushed as a feed: such a one stands in `stock` as long as it is as of the same time.
-- `named_at` is when its line was last there but could not be taken: it has not gone, and nothing is known of it.
create table stock_fed (
    offer_id uuid primary key,
    as_of timestamptz not null,
    named_at timestamptz
);

-- Figures that are good until a time only.
create table stock_feed_expiries (
    shop_id uuid not null,
    sku text not null,
    until timestamptz not null,
    primary key (shop_id, sku)
);
create index stock_feed_expiries_until_idx on stock_feed_expiries (shop_id, until);
