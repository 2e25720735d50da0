-- Data Protection's keys: cookies and links stay good across processes and restarts.
create table data_protection_keys (
    friendly_name text primary key,
    xml text not null,
    at timestamptz not null default now()
);

-- ES256 keys of the tokens for the services; the private part is encrypted by Data Protection.
create table signing_keys (
    kid text primary key,
    private_key bytea not null,
    created_at timestamptz not null
);
