-- A shop that asked its town to act at its counter, and until when. One row per shop; the coordinators of its towns are its assistants while it lasts.
create table assistance (
    shop_id uuid primary key references shops (id),
    since timestamptz not null,
    until timestamptz not null,
    check (until > since)
);
