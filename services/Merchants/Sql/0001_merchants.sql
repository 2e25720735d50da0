-- Every change of towns, shops, points and keys takes the next number under this row's lock. Changes therefore commit in the
-- order of their numbers, and a copy that has seen number n is brought up to date by reading what is above n.
create table directory_version (
    one boolean primary key default true check (one),
    version bigint not null
);
insert into directory_version (version) values (0);

create table towns (
    slug text primary key,
    definition jsonb not null,
    changed bigint not null
);
create index towns_changed_idx on towns (changed);

-- A slot is named after its place, so shops and shared pickup points share one space of names.
create table place_slugs (
    slug text primary key,
    kind text not null check (kind in ('shop', 'point'))
);

create table pickup_points (
    slug text primary key references place_slugs (slug),
    town text not null references towns (slug),
    definition jsonb not null,
    exceptions jsonb not null default '[]',
    ordinal int not null
);
create index pickup_points_town_idx on pickup_points (town);

create table shops (
    id uuid primary key,
    slug text not null unique references place_slugs (slug),
    status text not null check (status in ('draft', 'published', 'suspended')),
    definition jsonb not null,
    exceptions jsonb not null default '[]',
    version bigint not null,
    changed bigint not null,
    outlook_version bigint not null default 0,
    outlook_hash text
);
create index shops_changed_idx on shops (changed);

create table shop_towns (
    shop_id uuid not null references shops (id),
    town text not null references towns (slug),
    primary key (shop_id, town)
);

create table staff (
    shop_id uuid not null references shops (id),
    email text not null check (email = lower(email)),
    role text not null check (role in ('owner', 'staff', 'read-only')),
    primary key (shop_id, email)
);
create index staff_email_idx on staff (email);

create table coordinators (
    town text not null references towns (slug),
    email text not null check (email = lower(email)),
    primary key (town, email)
);
create index coordinators_email_idx on coordinators (email);

-- Keys are 256 random bits: only their SHA-256 is kept, without salt.
create table api_keys (
    id uuid primary key,
    shop_id uuid not null references shops (id),
    name text not null,
    hash text not null unique check (length(hash) = 64),
    scopes text[] not null,
    created_at timestamptz not null,
    revoked_at timestamptz,
    changed bigint not null
);
create index api_keys_shop_idx on api_keys (shop_id);
create index api_keys_changed_idx on api_keys (changed);
