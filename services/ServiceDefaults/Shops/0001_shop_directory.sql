-- What this service knows of the shops: a copy fed by the Merchants service's facts (in Merchants itself, unused).
create table directory_shops (
    shop_id uuid primary key,
    slug text not null unique,
    version bigint not null,
    data jsonb not null
);

create table directory_outlooks (
    shop_id uuid primary key,
    version bigint not null,
    data jsonb not null
);

-- Only hashes; a revoked key stays, so that a late "issued" cannot bring it back.
create table directory_api_keys (
    key_id uuid primary key,
    hash text,
    shop_id uuid not null,
    scopes text[] not null default '{}',
    revoked boolean not null default false
);
create unique index directory_api_keys_hash_idx on directory_api_keys (hash) where not revoked;
